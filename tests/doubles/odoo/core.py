"""What every model stands on: its fields, its rows, the value of a field, and who may do what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from tests.doubles.odoo.environment import Environment
from tests.doubles.odoo.errors import AccessError, missing, value_error
from tests.doubles.odoo.fields import Field
from tests.doubles.odoo.store import Row, Table

_F = TypeVar("_F", bound=Callable[..., Any])

MAGIC = {
    "id": Field("integer", "ID", readonly=True, ignored=True),
    "display_name": Field("char", "Display Name", readonly=True, store=False, ignored=True),
    "create_uid": Field("many2one", "Created by", readonly=True, relation="res.users", ignored=True),
    "create_date": Field("datetime", "Created on", readonly=True, ignored=True),
    "write_uid": Field("many2one", "Last Updated by", readonly=True, relation="res.users", ignored=True),
    "write_date": Field("datetime", "Last Updated on", readonly=True, ignored=True),
}
_VERBS = {"read": "access", "write": "modify", "create": "create", "unlink": "delete"}


def on_model(function: _F) -> _F:
    """Let clients call a method whose arguments do not begin with record ids."""
    function.rpc = "model"  # type: ignore[attr-defined]
    return function


def on_records(function: _F) -> _F:
    """Let clients call a method whose first argument is the ids it works on."""
    function.rpc = "records"  # type: ignore[attr-defined]
    return function


class Core:
    """One model bound to an environment; subclasses name it, list its fields and add its behaviour.

    `links` are the columns by which rows are looked up, `searchable` the unstored fields a domain may
    name, `uncopied` those that a copy of a record does not get; `reserved` maps operations (read, write,
    create, unlink) to the group that alone has the right.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    order: ClassVar[str] = "id"
    rec_name: ClassVar[str] = "name"
    links: ClassVar[tuple[str, ...]] = ()
    searchable: ClassVar[frozenset[str]] = frozenset({"display_name"})
    uncopied: ClassVar[frozenset[str]] = frozenset()
    reserved: ClassVar[dict[str, str]] = {}

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.fields = env.database.fields[self.name]

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return this model's own fields in a version, with or without the google_calendar module."""
        raise NotImplementedError

    @property
    def table(self) -> Table:
        """The rows of this model."""
        return self.env.table(self.name)

    def row(self, record_id: int) -> Row:
        """Return one row as stored."""
        return self.table.rows[record_id]

    def value(self, record_id: int, name: str) -> Any:
        """Return a field's value in its stored form, computing what is not stored."""
        field = self.fields[name]
        if name == "display_name":
            return self.label(record_id)
        if field.outside:
            return None
        if field.inverse and field.store:
            return self.env[field.relation].children(field.inverse, record_id)
        if compute := getattr(self, f"compute_{name}", None):
            return compute(record_id)
        value = self.row(record_id).get(name)
        return self.env[field.relation].sorted(value or []) if field.to_many and field.store else value

    def label(self, record_id: int) -> str:
        """Return the display name of a record."""
        return str(self.row(record_id).get(self.rec_name) or f"{self.name},{record_id}")

    # --- rights

    def check_access(self, operation: str) -> None:
        """Refuse an operation that is reserved to a group the caller is not in.

        Raises:
            AccessError: the caller is no administrator.
        """
        group = self.reserved.get(operation)
        if group and not self.env.is_admin:
            if self.env.version >= 19 and group == "Administration/Settings":
                group = "Role / Administrator"
            raise AccessError(
                f"You are not allowed to {_VERBS[operation]} '{self.description}' ({self.name}) records.\n\n"
                f"This operation is allowed for the following groups:\n\t- {group}\n\n"
                "Contact your administrator to request access if necessary."
            )

    def check_records(self, ids: Iterable[int], operation: str) -> None:
        """Refuse an operation on records that are gone or that a rule keeps from the caller."""
        self.check_access(operation)
        for record_id in ids:
            if record_id not in self.table.rows:
                raise missing(self.name, record_id, self.env.uid)
            if record_id in self.kept_back:
                raise self.refusal(operation)

    @property
    def kept_back(self) -> frozenset[int]:
        """The records that a rule (ir.rule) keeps from the caller."""
        if self.env.su:
            return frozenset()
        return self.env.database.kept_back.get((self.env.uid, self.name), frozenset())

    def refusal(self, operation: str) -> AccessError:
        """Return the error for what a rule forbids the caller."""
        return AccessError(
            "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n"
            f"Sorry, {self.env['res.users'].label(self.env.uid)} (id={self.env.uid}) doesn't have "
            f"'{operation}' access to:\n- {self.description} ({self.name})\n\n"
            "If you really, really need access, perhaps you can win over your friendly administrator "
            "with a batch of freshly baked cookies."
        )

    def check_names(self, names: Iterable[str]) -> None:
        """Refuse names that are no fields of this model."""
        for name in names:
            if name not in self.fields:
                where = "in" if self.env.version >= 19 else "on model"
                raise value_error(f"Invalid field '{name}' {where} '{self.name}'")
