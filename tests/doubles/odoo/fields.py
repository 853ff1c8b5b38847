"""Fields: what a model's columns are called, and how their values come in and go out over RPC."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from tests.doubles.odoo.errors import OdooError, value_error
from tests.doubles.odoo.markup import sanitize

DATETIME = "%Y-%m-%d %H:%M:%S"
DATE = "%Y-%m-%d"
_SHORTER = {10: DATE, 13: "%Y-%m-%d %H", 16: "%Y-%m-%d %H:%M"}
_TO_MANY = ("many2many", "one2many")
_EXAMPLE = "2012-12-31 23:59:59"
_SHAPE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?")
_UNCLEAN = "<p>Unknown error when sanitizing</p>"
NUMBERS = ("integer", "float", "many2one_reference")

Selection = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Field:
    """A column or a computed value of a model; the settings carry the names `fields_get` gives them.

    `ignored` marks what `create` and `write` silently drop; `inverse` is the many2one behind a one2many;
    `admin_only` hides the field from everybody but system administrators; `outside` says that the related
    model is not part of the double, so that the field is there but always empty.
    """

    type: str
    string: str = ""
    required: bool = False
    readonly: bool = False
    store: bool = True
    relation: str = ""
    inverse: str = ""
    selection: Selection = ()
    default: Callable[[Any], Any] | str | int | bool | None = None
    ignored: bool = False
    admin_only: bool = False
    outside: bool = False

    @property
    def to_many(self) -> bool:
        """Say whether the value is a list of records."""
        return self.type in _TO_MANY

    def describe(self, name: str) -> dict[str, Any]:
        """Return this field as `fields_get` shows it."""
        shown: dict[str, Any] = {
            "name": name,
            "type": self.type,
            "string": self.string or name.replace("_", " ").capitalize(),
            "required": self.required,
            "readonly": self.readonly,
            "store": self.store,
            "searchable": self.store,
            "sortable": self.store and not self.to_many,
            "exportable": True,
            "manual": False,
            "company_dependent": False,
            "change_default": False,
            "depends": [],
        }
        if self.relation:
            shown |= {"relation": self.relation, "context": {}, "domain": []}
        if self.inverse:
            shown["relation_field"] = self.inverse
        if self.selection:
            shown["selection"] = [list(pair) for pair in self.selection]
        return shown


def parse_datetime(value: str) -> datetime:
    """Read Odoo's `YYYY-MM-DD HH:MM:SS` (its tail may be missing); nothing else is understood.

    Raises:
        OdooError: the text is not in that form, or names a day that does not exist.
    """
    try:
        return datetime.strptime(value, _SHORTER.get(len(value), DATETIME))  # noqa: DTZ007 (naive UTC it is)
    except ValueError as error:
        raise value_error(str(error)) from error


def parse_column(value: str) -> datetime:
    """Read a datetime or date as `create` does before Odoo 19, where PostgreSQL judges what looks right.

    Raises:
        OdooError: as `parse_datetime`, but by other names for other faults.
    """
    try:
        return parse_datetime(value if len(value) != len("2012-12-31 23") else "")
    except OdooError as error:
        if _SHAPE.fullmatch(value):
            fault = "psycopg2.errors.DatetimeFieldOverflow"
            raise OdooError(f'date/time field value out of range: "{value}"', fault) from error
        if len(value) < len(_EXAMPLE):
            fault = "psycopg2.errors.InvalidDatetimeFormat"
            raise OdooError(f'invalid input syntax for type timestamp: "{value}"', fault) from error
        raise


def parse_date(value: str) -> date:
    """Read `YYYY-MM-DD`; what follows the tenth character is not looked at."""
    return parse_datetime(value[:10]).date()


def format_datetime(value: datetime) -> str:
    """Write a datetime as Odoo does: cut to seconds, and no padding of years below 1000."""
    return f"{value.year}-{value:%m-%d %H:%M:%S}"


def format_date(value: date) -> str:
    """Write a date as Odoo does."""
    return f"{value.year}-{value:%m-%d}"


def incoming(field: Field, value: Any, *, model: str, name: str, version: int, creating: bool = False) -> Any:
    """Turn a scalar value of `create` or `write` into what is stored; `False` and `None` become None.

    Raises:
        OdooError: the value is not of the field's kind.
    """
    if field.type == "boolean":
        return bool(value)
    if field.type in NUMBERS:
        return _number(field, value)
    if value is None or value is False:
        return None
    match field.type:
        case "datetime" | "date":
            moment = _moment(value, judged=creating and version < 19)
            return moment if field.type == "datetime" else moment.date()
        case "selection":
            if value not in [key for key, _ in field.selection]:
                raise value_error(f"Wrong value for {model}.{name}: {value!r}")
            return value
        case "html":
            return sanitize(value, version) if isinstance(value, str) else _UNCLEAN
        case "many2one":
            if not isinstance(value, int):
                fault = "psycopg2.errors.InvalidTextRepresentation"
                raise OdooError(f'invalid input syntax for type integer: "{value}"', fault)
            return value
    text = str(value)
    if "\0" in text:
        raise value_error("A string literal cannot contain NUL (0x00) characters.")
    return text


def _number(field: Field, value: Any) -> float:
    try:
        return float(value or 0) if field.type == "float" else int(value or 0)
    except ValueError as error:
        raise value_error(str(error)) from error


def _moment(value: Any, *, judged: bool) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = str(value)
    return parse_column(text) if judged else parse_datetime(text)


def outgoing(field: Field, value: Any) -> Any:
    """Turn a stored scalar or list into its JSON form; an empty value is `False`, never null."""
    if field.to_many:
        return list(value or ())
    if field.type in NUMBERS and value is not None:
        return value
    if value is None:
        return False
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    return value
