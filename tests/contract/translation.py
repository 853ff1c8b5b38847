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


def translated_json2(stage: Stage, model: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a request over JSON-2 as they must be put to the double."""
    named = copy.deepcopy(request)
    if isinstance(named.get("ids"), list):
        named["ids"] = [stage.actual(model, i) for i in named["ids"]]
    elif "ids" in named:
        named["ids"] = stage.actual(model, named["ids"])
    if "vals_list" in named:
        many = named["vals_list"]
        named["vals_list"] = (
            _vals(stage, model, many)
            if isinstance(many, dict)
            else [_vals(stage, model, one) for one in many]
        )
    if "vals" in named:
        named["vals"] = _vals(stage, model, named["vals"])
    if "domain" in named:
        named["domain"] = [_leaf(stage, model, leaf) for leaf in named["domain"]]
    if "data" in named:
        named["data"] = [_row(stage, model, named["fields"], row) for row in named["data"]]
    return named


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
    kind, record_id, *rest = command
    found: list[Any] = [kind, stage.actual(related, record_id)]
    for argument in rest:
        if isinstance(argument, dict):
            found.append(_vals(stage, related, argument))
        elif isinstance(argument, list):
            found.append([stage.actual(related, i) for i in argument])
        else:
            found.append(argument)
    return found


def _leaf(stage: Stage, model: str, leaf: Any) -> Any:
    if not isinstance(leaf, list) or not leaf:
        return leaf
    name, operator, value = leaf
    if name == "id":
        ids = [stage.actual(model, i) for i in (value if isinstance(value, list) else [value])]
        return [name, operator, ids if isinstance(value, list) else ids[0]]
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
