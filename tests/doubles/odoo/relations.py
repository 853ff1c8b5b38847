"""The commands by which clients change relations to many records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.doubles.odoo.environment import Environment
from tests.doubles.odoo.errors import OdooError, ValidationError, missing, value_error

if TYPE_CHECKING:
    from tests.doubles.odoo.model import Model

CREATE, UPDATE, DELETE, UNLINK, LINK, CLEAR, SET = range(7)
Command = tuple[int, int, Any]


def commands(value: Any) -> list[Command]:
    """Bring what a client sent for a relation to a list of commands; bare ids replace what was there."""
    if not value:
        return [(CLEAR, 0, 0)] if value is False or value is None else []
    if not isinstance(value, (list, tuple)):
        raise value_error(f"Wrong value for a relation: {value!r}")
    if all(isinstance(item, int) and not isinstance(item, bool) for item in value):
        return [(SET, 0, list(value))]
    found: list[Command] = []
    for item in value:
        if isinstance(item, int):
            found.append((LINK, item, 0))
        elif isinstance(item, (list, tuple)) and item:
            padded = [*item, 0, 0]
            found.append((item[0], padded[1] or 0, padded[2]))
        else:
            raise value_error(f"Wrong value for a relation: {value!r}")
    return found


def linked(related: Model, held: list[int], value: Any) -> list[int]:
    """Return the ids a many2many holds after a client's commands."""
    ids = dict.fromkeys(held)
    for command, record_id, argument in commands(value):
        match command:
            case 0:
                ids |= dict.fromkeys(related.create_all([argument]))
            case 1:
                related.write([record_id], argument)
            case 2:
                ids.pop(record_id, None)
                related.unlink([record_id])
            case 3:
                ids.pop(record_id, None)
            case 4:
                ids[record_id] = None
            case 5:
                ids.clear()
            case 6:
                ids = dict.fromkeys(argument)
    for record_id in ids:
        if record_id not in related.table.rows:
            raise link_error(related.env, related.name, record_id)
    return list(ids)


def apply_commands(related: Model, inverse: str, parent: int, value: Any) -> None:
    """Carry out a client's commands on the records that point to `parent` by `inverse`."""
    for command, record_id, argument in commands(value):
        held = related.table.children(inverse, parent)
        match command:
            case 0:
                related.create_all([argument | {inverse: parent}])
            case 1:
                related.write([record_id], argument)
            case 2:
                related.unlink([record_id])
            case 3:
                _cut(related, inverse, [record_id])
            case 4:
                related.write([record_id], {inverse: parent})
            case 5:
                _cut(related, inverse, held)
            case 6:
                _cut(related, inverse, [i for i in held if i not in argument])
                related.write([i for i in argument if i not in held], {inverse: parent})


def _cut(related: Model, inverse: str, ids: list[int]) -> None:
    """Take records away from their parent; those that cannot be without one are deleted."""
    if related.fields[inverse].required:
        related.unlink(ids)
    else:
        related.write(ids, {inverse: False})


def link_error(env: Environment, model: str, record_id: int, *, creating: bool = True) -> OdooError:
    """Return the error for a link to nothing; where Odoo looks people up first, it misses them there."""
    looked_up = env.version >= 19 and model in ("res.users", "res.partner")
    if looked_up or (env.version >= 18 and model == "res.users" and not creating):
        return missing(model, record_id, env.uid)
    return ValidationError(
        "The operation cannot be completed: another model requires the record being deleted. "
        "If possible, archive it instead."
    )
