"""The JSON-RPC services: who may call, which methods there are, and the envelope of answers and errors."""

from __future__ import annotations

import inspect
import json
import re
from datetime import datetime
from typing import Any

from tests.doubles.odoo.database import Database
from tests.doubles.odoo.environment import Environment
from tests.doubles.odoo.errors import AccessDenied, AccessError, OdooError, attribute_error
from tests.doubles.odoo.words import words

WRITES = words(
    "create write unlink load set_param do_accept do_decline do_tentative change_attendee_status"
    " reset_account copy action_mass_deletion action_mass_archive action_archive action_unarchive"
    " stop_google_synchronization restart_google_synchronization pause_google_synchronization"
    " unpause_google_synchronization"
)
# What Odoo 19 no longer lets clients call.
_PRIVATE_IN_19 = frozenset({"exists"})
# What Odoo 17 does not have yet.
_SINCE_18 = frozenset({"has_access"})
_SURROGATE = re.compile("[\ud800-\udfff]")


def call_method(env: Environment, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a public method of a model as a client asked for it.

    Raises:
        OdooError: there is no such model or method, it is private, the arguments do not fit, or it refused.
    """
    function = public_method(env, model, method)
    # The result of a create is looked at together with its first positional argument.
    if not args and (function.rpc == "records" or method == "create"):
        raise OdooError("tuple index out of range", "builtins.IndexError")
    if function.rpc == "records":
        args = [as_ids(args[0]), *args[1:]]
    if env.version < 19 and (model, method) == ("calendar.event", "write"):
        kwargs = _old_write(kwargs)
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise OdooError(f"{function.__name__}() {error}", "builtins.TypeError") from error
    return function(*bound.args, **bound.kwargs)


def _old_write(kwargs: dict[str, Any]) -> dict[str, Any]:
    if "vals" in kwargs:
        raise OdooError("Meeting.write() got an unexpected keyword argument 'vals'", "builtins.TypeError")
    return {"vals" if name == "values" else name: value for name, value in kwargs.items()}


def public_method(env: Environment, model: str, method: str) -> Any:
    """Return a bound method that clients may call; its `rpc` says whether it begins with ids.

    Raises:
        OdooError: there is no such model or method, or it is private.
    """
    records = env[model]
    if method.startswith("_") or (env.version >= 19 and method in _PRIVATE_IN_19):
        name = f"'{model}.{method}'" if env.version >= 19 else method
        raise AccessError(f"Private methods (such as {name}) cannot be called remotely.")
    known = env.version >= 18 or method not in _SINCE_18
    function = getattr(records, method, None) if known else None
    if getattr(function, "rpc", None) is None:
        if env.version >= 19:
            raise attribute_error(f"The method '{model}.{method}' does not exist")
        raise attribute_error(f"The method '{method}' does not exist on the model '{model}'")
    return function


def as_ids(ids: Any) -> list[int]:
    """Return what a client gave as ids as a list; one number will do."""
    return [ids] if isinstance(ids, int) else list(ids or [])


class Services:
    """The services behind `/jsonrpc`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def call(self, service: str, method: str, args: list[Any], started: datetime | None = None) -> Any:
        """Answer one call.

        Raises:
            OdooError: in the terms of the application.
        """
        match service, method:
            case "common", "version":
                return self.version()
            case "common", "login":
                return self._login(*args[:3])
            case "common", "authenticate":
                return self._login(*args[:3])
            case "db", "list":
                return [self.database.name]
            case "db", "server_version":
                return self.version()["server_version"]
            case "db", "db_exist":
                return args[0] == self.database.name
            case "object", "execute":
                return self._execute(args[:5], list(args[5:]), {}, started)
            case "object", "execute_kw":
                kwargs = dict(args[6]) if len(args) > 6 else {}
                return self._execute(args[:5], list(args[5]), kwargs, started)
        raise OdooError(f"Method not found: {service}.{method}", "builtins.AttributeError")

    def version(self) -> dict[str, Any]:
        """Return what the server says of itself."""
        number = f"{self.database.version}.0"
        return {
            "server_version": number,
            "server_version_info": [self.database.version, 0, 0, "final", 0, ""],
            "server_serie": number,
            "protocol_version": 1,
        }

    def _check_database(self, name: str) -> None:
        if name != self.database.name:
            raise OdooError(
                'connection to server at "127.0.0.1", port 5432 failed: '
                f'FATAL:  database "{name}" does not exist\n',
                "psycopg2.OperationalError",
            )

    def _login(self, database: str, login: str, secret: str) -> int | bool:
        self._check_database(database)
        return self.database.secrets.login(login, secret) or False

    def _execute(
        self, head: list[Any], args: list[Any], kwargs: dict[str, Any], started: datetime | None
    ) -> Any:
        database, uid, secret, model, method = head
        self._check_database(database)
        if not self.database.secrets.check(uid, secret):
            raise AccessDenied
        context = dict(kwargs.pop("context", None) or {})
        return self.database.run(
            uid, context, lambda env: call_method(env, model, method, args, dict(kwargs)), started
        )


def error_envelope(error: OdooError, version: int) -> dict[str, Any]:
    """Return the `error` member of an answer; since Odoo 19 its code is 0."""
    return {
        "code": 0 if version >= 19 else 200,
        "message": "Odoo Server Error",
        "data": {
            "name": error.name,
            "message": error.message,
            "arguments": [error.message],
            "context": {},
            "debug": f"Traceback (most recent call last):\n{error.name}: {error.message}\n",
        },
    }


def has_surrogate(value: Any) -> bool:
    """Say whether a text in it holds half of a surrogate pair, over which the server stumbles."""
    return _SURROGATE.search(json.dumps(value, ensure_ascii=False)) is not None
