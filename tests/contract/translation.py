"""Recorded requests turned into requests to the double: its ids, its secrets."""

from __future__ import annotations

import copy
from typing import Any

from tests.contract.stage import Stage

_BY_IDS = frozenset(
    {"read", "write", "unlink", "do_accept", "action_mass_deletion", "check_synchronization_status"}
)


def translated(stage: Stage, request: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded request as it must be put to the double."""
    request = copy.deepcopy(request)
    params = request["params"]
    if params.get("service") == "common" and len(params["args"]) > 2:
        login, placeholder = params["args"][1:3]
        params["args"][2] = stage.secret(stage.odoo.users[login].id, placeholder)
    elif params.get("service") == "object":
        args = params["args"]
        args[1] = stage.actual("res.users", args[1])
        args[2] = stage.secret(args[1], args[2])
        _translate_call(stage, args[3], args[4], args[5])
    return request


def _translate_call(stage: Stage, model: str, method: str, args: list[Any]) -> None:
    match method:
        case "create":
            one = isinstance(args[0], dict)
            vals = [_vals(stage, model, v) for v in ([args[0]] if one else args[0])]
            args[0] = vals[0] if one else vals
        case "search" | "search_read":
            args[0] = [_leaf(stage, model, leaf) for leaf in args[0]]
        case "load":
            args[1] = [_row(stage, model, args[0], row) for row in args[1]]
        case "reset_account":
            args[0] = [stage.actual(model, i) for i in args[0]]
        case _ if method in _BY_IDS:
            args[0] = [stage.actual(model, i) for i in args[0]]
    if method == "write":
        args[1] = _vals(stage, model, args[1])


def _vals(stage: Stage, model: str, vals: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(stage, model, name, value) for name, value in vals.items()}


def _value(stage: Stage, model: str, name: str, value: Any) -> Any:
    field = stage.odoo.database.fields[model].get(name)
    if field is None or not field.relation or not value:
        return value
    if isinstance(value, int):
        return stage.actual(field.relation, value)
    return [_command(stage, field.relation, command) for command in value]


def _command(stage: Stage, related: str, command: list[Any]) -> list[Any]:
    kind, record_id, argument = command
    if isinstance(argument, dict):
        argument = _vals(stage, related, argument)
    elif isinstance(argument, list):
        argument = [stage.actual(related, i) for i in argument]
    return [kind, stage.actual(related, record_id), argument]


def _leaf(stage: Stage, model: str, leaf: Any) -> Any:
    if not isinstance(leaf, list) or not leaf:
        return leaf
    name, operator, value = leaf
    return [name, operator, _value(stage, model, name, value) if isinstance(value, int) else value]


def _row(stage: Stage, model: str, columns: list[str], row: list[str]) -> list[str]:
    """Put the double's ids where a row of an import names records by their database id."""
    found = []
    for column, text in zip(columns, row, strict=True):
        path = column.split("/")
        if path[-1] == ".id" and text:
            related = model
            for name in path[:-1]:
                related = stage.odoo.database.fields[related][name].relation
            text = ",".join(str(stage.actual(related, int(part))) for part in text.split(","))
        found.append(text)
    return found
