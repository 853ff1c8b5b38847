"""The texts of an import turned into values: by id, by name or label, with times in the caller's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.doubles.odoo.errors import OdooError
from tests.doubles.odoo.external_ids import lookup
from tests.doubles.odoo.fields import Field, format_date, format_datetime, parse_date, parse_datetime

if TYPE_CHECKING:
    from tests.doubles.odoo.model import Model

_TRUE = ("1", "true", "yes")
_FALSE = ("", "0", "false", "no")


class ImportFailure(Exception):
    """One cell of an import that cannot be understood, as its message will show it."""

    def __init__(self, message: str, moreinfo: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.moreinfo = moreinfo


def convert(model: Model, name: str, subfield: str, text: str) -> Any:
    """Return the value of a cell; `subfield` says how a relation is named (`.id`, `id`, or by its name).

    Raises:
        ImportFailure: the text is not understood.
    """
    field = model.fields[name]
    if field.relation and field.to_many:
        return [[6, 0, [_link(model, field, subfield, part) for part in text.split(",")]]] if text else False
    if field.type == "boolean":
        return _boolean(field, text)
    if text == "":
        return False
    if field.relation:
        return _link(model, field, subfield, text)
    reader = _READERS.get(field.type)
    return reader(model, field, text) if reader else text


def _boolean(field: Field, text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    label = field.string
    raise ImportFailure(
        f"Unknown value '{text}' for boolean field '{label}'", "Use '1' for yes and '0' for no"
    )


def _datetime(model: Model, field: Field, text: str) -> str:
    try:
        moment = parse_datetime(text)
    except OdooError:
        raise ImportFailure(
            f"'{text}' does not seem to be a valid datetime for field '{field.string}'",
            "Use the format '2012-12-31 23:59:59'",
        ) from None
    local: datetime = moment.replace(tzinfo=model.env.timezone)
    return format_datetime(local.astimezone(UTC))


def _date(_model: Model, field: Field, text: str) -> str:
    try:
        return format_date(parse_date(text))
    except OdooError:
        raise ImportFailure(
            f"'{text}' does not seem to be a valid date for field '{field.string}'",
            "Use the format '2012-12-31'",
        ) from None


def _selection(_model: Model, field: Field, text: str) -> str:
    for key, label in field.selection:
        if text in (key, label):
            return key
    labels = [label for _, label in field.selection]
    raise ImportFailure(f"Value '{text}' not found in selection field '{field.string}'", labels)


def _float(_model: Model, field: Field, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ImportFailure(f"'{text}' does not seem to be a number for field '{field.string}'") from None


def _integer(_model: Model, field: Field, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ImportFailure(f"'{text}' does not seem to be an integer for field '{field.string}'") from None


_READERS: dict[str, Callable[[Any, Field, str], Any]] = {
    "datetime": _datetime,
    "date": _date,
    "selection": _selection,
    "float": _float,
    "integer": _integer,
}


def _link(model: Model, field: Field, subfield: str, text: str) -> int:
    related = model.env[field.relation]
    if subfield == ".id":
        if not text.strip().isdigit():
            raise ImportFailure(
                f"Invalid database id '{text}' for the field '{field.string}'", _offer(field, ids=True)
            )
        if int(text) in related.table.rows:
            return int(text)
        found, kind = None, "database id"
    elif subfield == "id":
        module, _, name = text.partition(".") if "." in text else ("__import__", "", text)
        data = lookup(model.env, module, name)
        found = model.env.table("ir.model.data").rows[data]["res_id"] if data else None
        kind = "external id"
    else:
        matches = related.name_search(text, operator="=")
        found, kind = (matches[0][0] if matches else None), "name"
    if found is None:
        raise ImportFailure(
            f"No matching record found for {kind} '{text}' in field '{field.string}'",
            _offer(field, ids=kind != "name"),
        )
    return int(found)


def _offer(field: Field, *, ids: bool) -> dict[str, Any]:
    """Return the window in which the web client would show what could be linked."""
    window = {
        "name": "Possible Values",
        "type": "ir.actions.act_window",
        "target": "new",
        "view_mode": "list,form",
        "views": [[False, "list"], [False, "form"]],
        "context": {"create": False},
        "help": "See all possible values",
    }
    if ids:
        return window | {"res_model": "ir.model.data", "domain": [["model", "=", field.relation]]}
    return window | {"res_model": field.relation}
