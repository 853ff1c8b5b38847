"""What the double's log and faults call a request, and what they may know of it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.doubles.odoo import json2
from tests.doubles.odoo.credentials import Credentials
from tests.doubles.odoo.errors import OdooError
from tests.doubles.odoo.rpc import WRITES
from tests.doubles.server import Operation


def of_jsonrpc(body: Any) -> Operation:
    """Name a request to `/jsonrpc`.

    Raises:
        KeyError, TypeError: it is no JSON-RPC.
    """
    params = body["params"]
    service, method, args = params["service"], params["method"], list(params["args"])
    if service != "object":
        return Operation(f"{service}.{method}", detail={"db": args[0] if args else None})
    given = (args[5] if method == "execute_kw" else args[5:]) or []
    if method == "execute_kw" and not given and len(args) > 6:
        given = _in_order(args[6])
    return _call(args[0], args[1], args[3], args[4], given)


def of_json2(request: web.Request, body: str, secrets: Credentials) -> Operation:
    """Name a request below `/json/2`, by its path where that names no method of a model."""
    place = request.path.removeprefix(json2.PREFIX).strip("/").split("/")
    if len(place) != 2:
        return Operation(request.path)
    try:
        named = json2.read_body(body)
    except OdooError:
        named = {}
    uid = secrets.owner(request.headers.get("Authorization", "").partition(" ")[2])
    return _call(request.headers.get(json2.DATABASE, ""), uid, place[0], place[1], _in_order(named))


def _in_order(named: dict[str, Any]) -> list[Any]:
    return [value for name, value in named.items() if name != "context"]


def _call(db: str, uid: int | None, model: str, method: str, given: list[Any]) -> Operation:
    first = given[0] if given else None
    detail: dict[str, Any] = {"db": db, "uid": uid}
    if method == "create":
        detail["rows"] = len(first) if isinstance(first, list) else 1
    elif method == "load":
        detail["rows"] = len(given[1]) if len(given) > 1 else 0
    elif isinstance(first, int) or (isinstance(first, list) and all(isinstance(i, int) for i in first)):
        detail["ids"] = [first] if isinstance(first, int) else first
    return Operation(f"{model}.{method}", write=method in WRITES, detail=detail)
