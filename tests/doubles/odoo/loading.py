"""`load`: importing rows of text, created or updated by their external ids.

Traps that are Odoo's own: times are read in the context's or the user's zone; one bad row stores nothing, and
that is no error but `ids: False` with messages; a conflict with another transaction is not tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.doubles.odoo.errors import OdooError, SerializationFailure, value_error
from tests.doubles.odoo.external_ids import lookup
from tests.doubles.odoo.import_values import ImportFailure, convert

if TYPE_CHECKING:
    from tests.doubles.odoo.model import Model, Vals


@dataclass
class _Record:
    """One record of the import: its place, its names, its values, and what was wrong with its cells."""

    number: int
    first: int
    last: int
    external_id: str
    database_id: str
    vals: Vals
    messages: list[dict[str, Any]]

    def message(self, text: str, **more: Any) -> dict[str, Any]:
        place = {"rows": {"from": self.first, "to": self.last}, "record": self.number}
        return {**place, "type": "error", "message": text, **more}


def load(model: Model, fields: list[str], data: list[list[str]]) -> dict[str, Any]:
    """Import rows and return their ids, or `False` and what was wrong."""
    paths = [name.split("/") for name in fields]
    for name, *_ in paths:
        if name not in model.fields and name not in (".id", "id"):
            raise value_error(f"Invalid field name '{name}'")
    records = [_read(model, paths, data, span, i) for i, span in enumerate(_spans(model, paths, data))]
    mark, mails = model.env.transaction.mark(), len(model.env.database.mails)
    messages: list[dict[str, Any]] = []
    ids: list[int] = []
    for record in records:
        messages += record.messages
        savepoint = model.env.transaction.mark()
        try:
            ids.append(_save(model, record))
        except ImportFailure as failure:
            messages.append(record.message(failure.message, **(failure.moreinfo or {})))
            model.env.transaction.rollback(savepoint)
        except (OdooError, SerializationFailure) as error:
            messages.append(_told(record, error))
            model.env.transaction.rollback(savepoint)
    if messages:
        model.env.transaction.rollback(mark)
        del model.env.database.mails[mails:]
        return {"ids": False, "messages": messages, "nextrow": 0}
    return {"ids": ids, "messages": [], "nextrow": 0}


def _told(record: _Record, error: OdooError | SerializationFailure) -> dict[str, Any]:
    if isinstance(error, SerializationFailure):
        return record.message(SerializationFailure.MESSAGE)
    if error.name.startswith("builtins."):
        kind = error.name.removeprefix("builtins.")
        text = f"Unknown error during import: <class '{kind}'>: {error.message}"
        return record.message(text, moreinfo="Resolve other errors first")
    return record.message(error.message)


def _spans(model: Model, paths: list[list[str]], data: list[list[str]]) -> list[range]:
    """Group rows into records: a row that only has values of a one2many belongs to the record above."""
    own = [i for i, (name, *_) in enumerate(paths) if not _is_subrow(model, name)]
    starts = [n for n, row in enumerate(data) if n == 0 or any(row[i] for i in own if i < len(row))]
    return [range(start, end) for start, end in pairwise([*starts, len(data)])]


def _is_subrow(model: Model, name: str) -> bool:
    return name in model.fields and bool(model.fields[name].inverse)


def _read(model: Model, paths: list[list[str]], data: list[list[str]], span: range, number: int) -> _Record:
    record = _Record(number, span[0], span[-1], "", "", {}, [])
    for (name, *rest), text in zip(paths, data[span[0]], strict=False):
        if name == "id":
            record.external_id = text
        elif name == ".id":
            record.database_id = text
        elif not _is_subrow(model, name):
            try:
                record.vals[name] = convert(model, name, rest[0] if rest else "", text)
            except ImportFailure as failure:
                _note(record, model, name, failure)
    for name in {name for name, *_ in paths if _is_subrow(model, name)}:
        record.vals[name] = _subrows(model, name, paths, [data[n] for n in span])
    return record


def _note(record: _Record, model: Model, name: str, failure: ImportFailure) -> None:
    more = {"field": name, "field_name": model.fields[name].string}
    if failure.moreinfo is not None:
        more["moreinfo"] = failure.moreinfo
    record.messages.append(record.message(failure.message, **more))


def _subrows(model: Model, name: str, paths: list[list[str]], rows: list[list[str]]) -> list[Any]:
    related = model.env[model.fields[name].relation]
    found = []
    for row in rows:
        cells = [(p[1], p[2] if len(p) > 2 else "", row[i]) for i, p in enumerate(paths) if p[0] == name]
        if any(text for *_, text in cells):
            vals = {sub: convert(related, sub, how, text) for sub, how, text in cells}
            found.append([0, 0, vals])
    return found


def _save(model: Model, record: _Record) -> int:
    """Create or update one record.

    Raises:
        ImportFailure: a required value is missing, or an external id is malformed or taken.
        OdooError: the model refused.
        SerializationFailure: somebody else changed or made the same record meanwhile.
    """
    for name, value in record.vals.items():
        if value is False and model.fields[name].required:
            text = f"Missing required value for the field '{model.fields[name].string}' ({name})"
            raise ImportFailure(text, {"field": name})
    if record.database_id:
        record_id = int(record.database_id)
        if record_id not in model.table.rows:
            text = f"Unknown database identifier '{record.database_id}'"
            raise ImportFailure(text, {"field": ".id"})
        model.write([record_id], record.vals)
        return record_id
    if not record.external_id:
        return model.create_all([record.vals])[0]
    if "." in record.external_id:
        module, _, name = record.external_id.partition(".")
    else:
        module, name = "__import__", record.external_id
    known = lookup(model.env, module, name)
    return _create(model, module, name, record.vals) if known is None else _update(model, known, record.vals)


def _create(model: Model, module: str, name: str, vals: Vals) -> int:
    if " " in name:
        raise ImportFailure(
            'new row for relation "ir_model_data" violates check constraint "ir_model_data_name_nospaces"\n'
        )
    record_id = model.create_all([vals])[0]
    noupdate = bool(model.env.context.get("noupdate"))
    row = {"module": module, "name": name, "model": model.name, "res_id": record_id, "noupdate": noupdate}
    model.env.sudo()["ir.model.data"].create_all([row])
    return record_id


def _update(model: Model, known: int, vals: Vals) -> int:
    data = model.env.table("ir.model.data")
    row = data.rows[known]
    if data.changed_since(known, model.env.transaction.started):
        raise SerializationFailure(SerializationFailure.MESSAGE)
    if row["model"] != model.name:
        raise ImportFailure(
            f"For external id {row['complete_name']} when trying to create/update a record of model "
            f"{model.name} found record of different model {row['model']} ({row['res_id']})"
        )
    record_id: int = row["res_id"]
    if not (model.env.context.get("mode") == "update" and row["noupdate"]):
        model.write([record_id], vals)
    return record_id
