"""JSON-2 of Odoo 19: the key says who calls, arguments go by name, errors come with an HTTP status."""

from __future__ import annotations

import inspect
import json
import re
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.doubles.odoo.database import Database
from tests.doubles.odoo.environment import Environment
from tests.doubles.odoo.errors import AccessError, OdooError
from tests.doubles.odoo.rpc import as_ids, has_surrogate, public_method

PREFIX = "/json/2"
DATABASE = "X-Odoo-Database"
_STATUS = {
    "odoo.exceptions.AccessDenied": 403,
    "odoo.exceptions.AccessError": 403,
    "odoo.exceptions.MissingError": 404,
    "odoo.exceptions.LockError": 409,
    "odoo.exceptions.UserError": 422,
    "odoo.exceptions.ValidationError": 422,
}
_NO_DATABASE = """<!DOCTYPE html>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>No database is selected and the requested URL was not found in the server-wide controllers.</p>
<p>Please verify the hostname, <a href=/web/login>login</a> and try again.</p>

<!-- Alternatively, use the X-Odoo-Database header. -->
"""
_WRONG_TYPE = """<!doctype html>
<html lang=en>
<title>415 Unsupported Media Type</title>
<h1>Unsupported Media Type</h1>
<p>Request inferred type is compatible with [&#39;http&#39;] but &#39;/json/2/&lt;__model__&gt;/\
&lt;__method__&gt;&#39; is type=&#39;json2&#39;.<br><br>Please verify the \
Content-Type request header and try again.</p>
"""
_TROUBLE = """<!doctype html>
<html lang=en>
<title>500 Internal Server Error</title>
<h1>Internal Server Error</h1>
<p>The server encountered an internal error and was unable to complete your request. Either the server is \
overloaded or there is an error in the application.</p>
"""


class HttpError(OdooError):
    """An error of werkzeug's, which brings its own status."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message, f"werkzeug.exceptions.{kind}")
        self.status = status


class Json2:
    """Answers requests below `/json/2`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def answer(self, request: web.Request, body: str, started: datetime) -> web.Response:
        """Answer one request in the order in which Odoo looks at it: database, type, key, body, call."""
        # The header can be left out where there is one database only; recorded servers had several.
        if request.headers.get(DATABASE) != self.database.name:
            return _page(404, _NO_DATABASE)
        if request.content_type != "application/json":
            return _page(415, _WRONG_TYPE, Accept="application/json")
        try:
            uid = self._caller(request)
            place = request.path.removeprefix(PREFIX).strip("/").split("/")
            if request.path == "/doc-bearer/index.json":
                raise AccessError("This page is only accessible to Technical Documentation users.")
            if request.method != "POST" or len(place) != 2:
                raise HttpError(404, "NotFound", "Did you mean POST /json/2/<model>/<method>?")
            named = read_body(body)
            if has_surrogate(named):
                return _page(500, _TROUBLE)
            result = self._call(place[0], place[1], uid, named, started)
        except OdooError as error:
            return error_response(error)
        return _closing(web.json_response(result, headers={"X-Content-Type-Options": "nosniff"}))

    def _caller(self, request: web.Request) -> int:
        found = re.match(r"bearer\s+(.+)$", request.headers.get("Authorization", ""), re.IGNORECASE)
        if not found:
            raise HttpError(
                401,
                "Unauthorized",
                "User not authenticated, use an API Key with a Bearer Authorization header.",
            )
        uid = self.database.secrets.owner(found[1])
        if uid is None:
            raise HttpError(401, "Unauthorized", "Invalid apikey")
        return uid

    def _call(self, model: str, method: str, uid: int, named: dict[str, Any], started: datetime) -> Any:
        context = dict(named.pop("context", None) or {})
        ids = as_ids(named.pop("ids", None))
        return self.database.run(
            uid, context, lambda env: _called(env, model, method, ids, dict(named)), started
        )


def _called(env: Environment, model: str, method: str, ids: list[int], named: dict[str, Any]) -> Any:
    if model not in env.database.registry:
        raise HttpError(404, "NotFound", f"the model '{model}' does not exist")
    try:
        function = public_method(env, model, method)
    except AccessError:
        raise
    except OdooError as error:
        raise HttpError(404, "NotFound", error.message) from error
    if function.rpc == "model" and ids:
        raise HttpError(422, "UnprocessableEntity", f"cannot call {model}.{method} with ids")
    args = [] if function.rpc == "model" else [ids]
    try:
        bound = inspect.signature(function).bind(*args, **named)
    except TypeError as error:
        raise HttpError(422, "UnprocessableEntity", str(error)) from error
    result = function(*bound.args, **bound.kwargs)
    # Records become the list of their ids, one of them too.
    return [result] if method == "create" and isinstance(result, int) else result


def read_body(body: str) -> dict[str, Any]:
    """Read the arguments; none, and JSON that is no object, count as no arguments.

    Raises:
        HttpError: it is not JSON.
    """
    try:
        read = json.loads(body or "{}")
    except ValueError as error:
        raise HttpError(400, "BadRequest", f"could not parse the body as json: {error}") from error
    return read if isinstance(read, dict) else {}


def error_response(error: OdooError) -> web.Response:
    """Answer with an error of the application."""
    status = error.status if isinstance(error, HttpError) else _STATUS.get(error.name, 500)
    arguments = [error.message, status] if isinstance(error, HttpError) else [error.message]
    data: dict[str, Any] = {
        "name": error.name,
        "message": error.message,
        "arguments": arguments,
        "context": {},
        "debug": f"Traceback (most recent call last):\n{error.name}: {error.message}\n",
    }
    headers = {"WWW-Authenticate": "Bearer "} if status == 401 else {}
    return _closing(web.json_response(data, status=status, headers=headers))


def _page(status: int, text: str, **headers: str) -> web.Response:
    return _closing(web.Response(status=status, text=text, content_type="text/html", headers=headers))


def _closing(response: web.Response) -> web.Response:
    response.force_close()
    return response
