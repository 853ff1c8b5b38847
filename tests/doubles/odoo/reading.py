"""Reading, searching and describing records, as the ORM does for every model."""

from __future__ import annotations

from typing import Any

from tests.doubles.odoo import domain as domains
from tests.doubles.odoo.core import Core, on_model, on_records
from tests.doubles.odoo.errors import AccessError, UserError, value_error
from tests.doubles.odoo.fields import Field, outgoing


class Reading(Core):
    """The part of a model that changes nothing."""

    @on_records
    def read(self, ids: list[int], fields: list[str] | None = None, load: Any = "_classic_read") -> list[Any]:
        """Return the wanted fields of those records that are there, in the order of `ids`.

        Nothing but the id is answered without a look: then also for records that do not exist.

        Raises:
            AccessError: a rule keeps one of those that are there from the caller.
        """
        self.check_access("read")
        names = self.readable(fields)
        found = [i for i in ids if i in self.table.rows]
        if self.kept_back.intersection(found):
            raise self.refusal("read")
        if not names:
            return [{"id": record_id} for record_id in ids]
        return [self.shown(record_id, names, load) for record_id in found]

    def readable(self, fields: list[str] | None) -> list[str]:
        """Return the names to read, all that the caller may see if none are given.

        Raises:
            OdooError: a name is no field, or one that only administrators may read.
        """
        hidden = set() if self.env.is_admin else {n for n, f in self.fields.items() if f.admin_only}
        if not fields:
            return [name for name in self.fields if name not in hidden and name != "id"]
        self.check_names(fields)
        if refused := sorted(hidden.intersection(fields)):
            raise AccessError(
                "You do not have enough rights to access the fields "
                f'"{",".join(refused)}" on {self.description} ({self.name}). '
                "Please contact your system administrator.\n\n(Operation: read)"
            )
        return [name for name in dict.fromkeys(fields) if name != "id"]

    def shown(self, record_id: int, names: list[str], load: Any = "_classic_read") -> dict[str, Any]:
        """Return one record as a client sees it."""
        return {"id": record_id} | {
            name: self.shown_value(self.fields[name], self.value(record_id, name), load) for name in names
        }

    def shown_value(self, field: Field, value: Any, load: Any = "_classic_read") -> Any:
        """Return one value as a client sees it; a many2one comes with its label unless `load` says no."""
        if field.type == "many2one" and value and load == "_classic_read":
            return [value, self.env[field.relation].label(value)]
        return outgoing(field, value)

    @on_model
    def search(
        self, domain: Any, offset: int = 0, limit: int | None = None, order: str | None = None
    ) -> list[int]:
        """Return the ids that fit a domain; archived records only when asked for."""
        self.check_access("read")
        test = self.active_only(domain)
        kept_back = self.kept_back
        ids = self.sorted([i for i in self.table.rows if i not in kept_back and test(i)], order)
        return ids[offset or 0 :][: limit or None]

    @on_model
    def search_count(self, domain: Any, limit: int | None = None) -> int:
        """Return how many records fit a domain."""
        return len(self.search(domain, limit=limit))

    @on_model
    def search_read(
        self,
        domain: Any = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        load: Any = "_classic_read",
    ) -> list[Any]:
        """Search and read in one call."""
        names = self.readable(fields)
        found: list[Any] = self.read(self.search(domain or [], offset, limit, order), ["id", *names], load)
        return found

    @on_model
    def web_search_read(
        self,
        domain: Any,
        specification: dict[str, dict[str, Any]],
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> dict[str, Any]:
        """Search as the web client does: links to one record are shown as far as `specification` says."""
        rows = self.search_read(domain, list(specification), offset, limit, order, load=None)
        for row in rows:
            for name, wanted in specification.items():
                field = self.fields[name]
                if field.type == "many2one" and row[name] and "fields" in wanted:
                    row[name] = self.env[field.relation].read([row[name]], list(wanted["fields"]))[0]
        return {"length": len(self.search(domain)), "records": rows}

    @on_model
    def name_search(
        self, name: str = "", args: Any = None, operator: str = "ilike", limit: int = 100
    ) -> list[list[Any]]:
        """Return ids and labels of the records whose name fits."""
        domain = [*(args or []), *([[self.rec_name, operator, name]] if name else [])]
        return [[record_id, self.label(record_id)] for record_id in self.search(domain, limit=limit)]

    @on_records
    def exists(self, ids: list[int]) -> list[int]:
        """Return those ids that are still there; no longer open to clients from Odoo 19 on."""
        return [record_id for record_id in ids if record_id in self.table.rows]

    def active_only(self, domain: Any) -> domains.Test:
        """Compile a domain, adding that records be active unless context or domain say otherwise."""
        test = domains.compile_domain(self, domain)
        ignore = not self.env.context.get("active_test", True) or domains.names(domain, "active")
        if "active" not in self.fields or ignore:
            return test
        rows = self.table.rows
        return lambda record_id: bool(rows[record_id]["active"]) and test(record_id)

    def children(self, link: str, parent: int) -> list[int]:
        """Return the records whose many2one `link` holds `parent`, leaving out archived ones."""
        ids = self.table.children(link, parent)
        if "active" in self.fields and self.env.context.get("active_test", True):
            ids = [i for i in ids if self.row(i)["active"]]
        return self.sorted(ids)

    def sorted(self, ids: list[int], order: str | None = None) -> list[int]:
        """Sort ids by an `order` such as "start desc, id"; empty values count as the greatest."""
        ids = sorted(ids)
        for term in reversed((order or self.order).split(",")):
            name, _, direction = term.strip().partition(" ")
            if direction.strip().lower() not in ("", "asc", "desc") or not name.isidentifier():
                raise UserError(
                    f'Invalid "order" specified ({order}). A valid "order" is a list of field names.'
                )
            if name not in self.fields or self.fields[name].to_many:
                raise value_error(f"Invalid field {name!r} on model {self.name!r}")
            ids.sort(key=lambda i, n=name: self._rank(i, n), reverse=direction.strip().lower() == "desc")  # type: ignore[misc]
        return ids

    def _rank(self, record_id: int, name: str) -> tuple[bool, Any]:
        field = self.fields[name]
        value = record_id if name == "id" else self.value(record_id, name)
        if field.type == "many2one" and value:
            value = self.env[field.relation].label(value)
        return (value is None, 0 if value is None else value)

    @on_model
    def check_access_rights(self, operation: str, raise_exception: bool = True) -> bool:
        """Say whether the caller may do this on the model at all."""
        try:
            self.check_access(operation)
        except AccessError:
            if raise_exception:
                raise
            return False
        return True

    @on_records
    def has_access(self, ids: list[int], operation: str) -> bool:
        """Say whether the caller may do this on records, or without any on the model (Odoo 18 on)."""
        try:
            self.check_records(ids, operation)
        except AccessError:
            return False
        return True

    @on_model
    def fields_get(
        self, allfields: list[str] | None = None, attributes: list[str] | None = None
    ) -> dict[str, Any]:
        """Describe the fields, or some of them, by all or some attributes."""
        shown = {}
        for name, field in self.fields.items():
            if (allfields and name not in allfields) or (field.admin_only and not self.env.is_admin):
                continue
            described = field.describe(name)
            shown[name] = {k: v for k, v in described.items() if not attributes or k in attributes}
        return shown

    @on_model
    def default_get(self, fields_list: list[str]) -> dict[str, Any]:
        """Return the default values of the named fields in the form a client gets them."""
        values = self.defaults()
        return {
            name: self.shown_value(self.fields[name], values[name], load=None)
            for name in fields_list
            if name in values and name in self.fields
        }

    def defaults(self) -> dict[str, Any]:
        """Return the default values of all fields that have one."""
        found = {name: field.default for name, field in self.fields.items() if field.default is not None}
        return {name: value(self.env) if callable(value) else value for name, value in found.items()}
