"""Creating, writing and deleting records, as the ORM does for every model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.doubles.odoo import external_ids, loading
from tests.doubles.odoo.core import on_model, on_records
from tests.doubles.odoo.errors import ValidationError
from tests.doubles.odoo.fields import Field, incoming
from tests.doubles.odoo.reading import Reading
from tests.doubles.odoo.relations import apply_commands, link_error, linked
from tests.doubles.odoo.store import Row

Vals = dict[str, Any]


class Model(Reading):
    """A model with everything clients may call on any model."""

    @on_model
    def create(self, vals_list: Vals | list[Vals]) -> int | list[int]:
        """Create one record from a dict or several from a list."""
        ids = self.create_all([vals_list] if isinstance(vals_list, dict) else vals_list)
        return ids[0] if isinstance(vals_list, dict) else ids

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Create records in order and return their ids."""
        self.check_access("create")
        return [self.insert(dict(vals)) for vals in vals_list]

    def insert(self, vals: Vals) -> int:
        """Store one new record from the values of a client, its defaults included."""
        self.check_names(vals)
        vals = self.defaults() | vals
        row: Row = {
            n: incoming(f, None, model=self.name, name=n, version=19) for n, f in self.stored().items()
        }
        row |= self.converted(vals, creating=True)
        stamp = {"create_uid": self.env.uid, "create_date": self.env.stamp}
        row |= stamp | {"write_uid": self.env.uid, "write_date": self.env.stamp}
        row = self.settled(row, vals, None)
        self.check_required(row)
        record_id = self.table.insert(self.env.transaction, row)
        self.apply_relations(record_id, vals)
        self.check_constraints(record_id)
        return record_id

    @on_records
    def write(self, ids: list[int], vals: Vals) -> bool:
        """Write the same values to all these records."""
        self.check_names(vals)
        self.check_records(ids, "write")
        self.update(ids, vals)
        return True

    def update(self, ids: Iterable[int], vals: Vals) -> None:
        """Write without looking at rights; also a write of nothing bumps the records."""
        changes = self.converted(vals)
        for record_id in ids:
            row = self.row(record_id)
            settled = self.settled(row | changes, vals, row)
            settled |= {"write_uid": self.env.uid, "write_date": self.env.stamp}
            self.check_required(settled, vals)
            self.table.update(self.env.transaction, record_id, settled)
            self.apply_relations(record_id, vals)
            self.check_constraints(record_id)

    @on_records
    def unlink(self, ids: list[int]) -> bool:
        """Delete records together with their external ids."""
        self.check_records(ids, "unlink")
        self.remove(ids)
        return True

    def remove(self, ids: Iterable[int]) -> None:
        """Delete without looking at rights."""
        for record_id in ids:
            self.table.delete(self.env.transaction, record_id)
            external_ids.forget(self.env, self.name, record_id)

    def settled(self, row: Row, vals: Vals, before: Row | None) -> Row:
        """Fill in stored values that follow from others; `before` is the row as it was, None on create."""
        return row

    def check_constraints(self, record_id: int) -> None:
        """Raise a ValidationError if a record breaks a rule of its model."""

    def check_required(self, row: Row, names: Iterable[str] | None = None) -> None:
        """Refuse a row in which a required field (of `names`, else any) is empty."""
        for name, field in self.fields.items():
            if field.required and row.get(name) is None and (names is None or name in names):
                raise ValidationError(_required_text(self, name, field))

    def stored(self) -> dict[str, Field]:
        """Return the fields that are columns of the row."""
        return {n: f for n, f in self.fields.items() if f.store and not f.inverse and not f.ignored}

    def converted(self, vals: Vals, *, creating: bool = False) -> Row:
        """Bring a client's scalar values to stored form; relations to many come later.

        Raises:
            OdooError: a value is not of the field's kind or links to nothing.
        """
        row: Row = {}
        for name, value in vals.items():
            field = self.fields[name]
            if field.ignored or field.to_many or field.outside or not field.store:
                continue
            version = self.env.version
            row[name] = incoming(field, value, model=self.name, name=name, version=version, creating=creating)
            if field.relation and row[name] and row[name] not in self.env.table(field.relation).rows:
                raise link_error(self.env, field.relation, row[name], creating=creating)
        return row

    def apply_relations(self, record_id: int, vals: Vals) -> None:
        """Carry out the commands given for relations to many records.

        The right to write this record covers the records that belong to it.
        """
        for name, value in vals.items():
            field = self.fields[name]
            if field.ignored or field.outside or not field.to_many or not field.store:
                continue
            if field.inverse:
                apply_commands(self.env.sudo()[field.relation], field.inverse, record_id, value)
            else:
                held = linked(self.env[field.relation], self.row(record_id).get(name) or [], value)
                self.table.update(self.env.transaction, record_id, {name: held})

    @on_records
    def copy(self, ids: list[int], default: Vals | None = None) -> int | list[int]:
        """Create copies of records; Odoo 17 does it one at a time and returns that id bare."""
        self.check_records(ids, "read")
        copies = self.create_all([self.copied(record_id) | (default or {}) for record_id in ids])
        return copies if self.env.version >= 18 else copies[0]

    def copied(self, record_id: int) -> Vals:
        """Return the values with which a copy of a record is created."""
        shown = self.shown(record_id, [n for n in self.stored() if n not in self.uncopied], load=None)
        return {
            name: [[6, 0, value]] if self.fields[name].to_many else value
            for name, value in shown.items()
            if name != "id"
        }

    @on_model
    def load(self, fields: list[str], data: list[list[str]]) -> dict[str, Any]:
        """Import rows of text, as the import of a spreadsheet does."""
        return loading.load(self, fields, data)

    @on_records
    def get_external_id(self, ids: list[int]) -> dict[str, str]:
        """Return the external id of each record, empty if it has none."""
        return {str(record_id): external_ids.external_id(self.env, self.name, record_id) for record_id in ids}


def _required_text(model: Model, name: str, field: Field) -> str:
    if model.env.version >= 19:
        return (
            "The operation cannot be completed: Missing required value for the field "
            f"'{field.string}' ({name}).\n"
            f"Model: '{model.description}' ({model.name})\n"
            "- create/update: a mandatory field is not set\n"
            "- delete: another model requires the record being deleted, you can archive it instead\n"
        )
    return (
        "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n"
        "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n"
        f"Model: {model.description} ({model.name})\nField: {field.string} ({name})\n"
    )
