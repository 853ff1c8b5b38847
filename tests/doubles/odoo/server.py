"""The double of an Odoo server: its web addresses, the names of its operations, its errors, its people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.doubles.faults import Fault
from tests.doubles.odoo import acting, answers, backup, json2, operations
from tests.doubles.odoo.acting import Actor, User
from tests.doubles.odoo.backup import Backup
from tests.doubles.odoo.database import Database, Mail
from tests.doubles.odoo.errors import OdooError
from tests.doubles.odoo.fields import outgoing
from tests.doubles.odoo.json2 import Json2
from tests.doubles.odoo.rpc import Services, error_envelope, has_surrogate
from tests.doubles.server import Double, Operation

_STARTED = web.RequestKey("started", datetime)
_BODY = web.RequestKey("body", dict)


class OdooDouble(Double):
    """An Odoo 17, 18 or 19 with one database, spoken to over JSON-RPC, in 19 over JSON-2 as well.

    A request's transaction starts when it arrives: one that a fault holds back commits rows that are dated
    earlier than rows others committed meanwhile, as slow transactions do.
    """

    name = "odoo"

    def __init__(self, version: int = 18, db: str = "odoo", google_calendar: bool = False) -> None:
        super().__init__()
        self.version = version
        self.db = db
        self.database = Database(version, db, self.clock, google=google_calendar)
        self.users: dict[str, User] = {"admin": acting.seed(self.database)}
        self._services = Services(self.database)
        self._json2 = Json2(self.database)
        self._started: datetime | None = None

    # --- people

    def add_user(
        self,
        login: str,
        *,
        name: str | None = None,
        email: str | None = None,
        tz: str = "Europe/Brussels",
        password: str | None = None,
        api_key: str | None = None,
        admin: bool = False,
        default_privacy: str = "public",
    ) -> User:
        """Create an internal user with his partner; what is left out follows from the login."""
        self.users[login] = acting.add_user(
            self.database,
            login,
            name=name,
            email=email,
            tz=tz,
            password=password,
            api_key=api_key,
            admin=admin,
            default_privacy=default_privacy,
        )
        return self.users[login]

    def add_key(
        self, login: str, *, secret: str = "", name: str = "key", expires: datetime | None = None
    ) -> str:
        """Give a user one more API key and return its secret; from Odoo 18 on it may expire."""
        return acting.add_key(self.database, self.users[login].id, secret=secret, name=name, expires=expires)

    def connect_google(self, login: str) -> None:
        """Let Odoo's own Google sync (with `google_calendar`) have an app and this user's tokens."""
        acting.connect_google(self.database, self.users[login].id)

    def as_user(self, login: str) -> Actor:
        """Act as a user: the same rules as over RPC, but without network and log."""
        return Actor(self.database, self.users[login].id, lambda: self._started)

    def events(self, login: str, *fields: str, archived: bool = False) -> list[dict[str, Any]]:
        """Return the events a user takes part in, earliest first, as he sees them."""
        actor = self.as_user(login)
        mine = ["|", ("user_id", "=", actor.uid), ("partner_ids", "in", [self.users[login].partner_id])]
        ids = actor.search("calendar.event", mine, {"active_test": not archived}, order="start, id")
        return actor.read("calendar.event", ids, list(fields))

    # --- what its administrators do

    @property
    def uuid(self) -> str:
        """The database's own name for itself; setting it makes this another database, as duplicating does."""
        return str(self.as_user("admin").call("ir.config_parameter", "get_param", "database.uuid"))

    @uuid.setter
    def uuid(self, value: str) -> None:
        self.as_user("admin").call("ir.config_parameter", "set_param", "database.uuid", value)

    def back_up(self) -> Backup:
        """Return a copy of the database."""
        return backup.back_up(self.database)

    def restore(self, copy: Backup) -> None:
        """Put a copy in the place of the database."""
        backup.restore(self.database, copy)

    def keep_back(self, login: str, model: str, ids: Iterable[int]) -> None:
        """Let a record rule keep these rows, and no others, of a model from a user."""
        self.database.kept_back[self.users[login].id, model] = frozenset(ids)

    @contextmanager
    def transaction(self, started: datetime) -> Iterator[None]:
        """Let what actors do inside belong to transactions that started at an earlier moment."""
        before, self._started = self._started, started
        try:
            yield
        finally:
            self._started = before

    @property
    def mails(self) -> list[Mail]:
        """The invitations and news the server would have mailed so far."""
        return self.database.mails

    # --- the server

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> Self:
        """Listen, and take the address as the server's base URL."""
        await super().start(port, host)
        self.database.base_url = self.url
        return self

    def add_routes(self, app: web.Application) -> None:
        """Add what clients ask for."""
        app.router.add_post("/jsonrpc", self._jsonrpc)
        app.router.add_post("/web/webclient/version_info", self._version_info)
        if self.version >= 19:
            app.router.add_get("/web/version", self._plain_version)
            app.router.add_get("/json/version", self._plain_version)
            app.router.add_route("*", json2.PREFIX + "{place:(/.*)?}", self._answer_json2)
            app.router.add_get("/doc-bearer/index.json", self._answer_json2)
        app.router.add_route("*", "/{elsewhere:.*}", self._nowhere)

    async def operation(self, request: web.Request) -> Operation:
        """Name `<model>.<method>` for calls of models, `common.login` and the like for the rest."""
        request[_STARTED] = self.clock.now()
        if request.path == "/web/webclient/version_info":
            return Operation("version_info")
        if request.path.startswith(json2.PREFIX):
            return operations.of_json2(request, await request.text(), self.database.secrets)
        try:
            body = await request.json()
            found = operations.of_jsonrpc(body)
        except (ValueError, TypeError, KeyError):
            return Operation(request.path)
        request[_BODY] = body
        return found

    async def _play(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        if fault.reason and (fault.status or 200) < 300 and request.path.startswith(json2.PREFIX):
            # The same refusal, in the form that this way has for it.
            error = json2.error_response(OdooError(fault.message or fault.reason, fault.reason))
            fault = replace(fault, status=error.status, body=error.text, content_type="application/json")
        return await super()._play(fault, request, handler)

    def error_response(self, fault: Fault) -> web.StreamResponse:
        """Answer with an error of the application where `reason` names one, else with a page."""
        return answers.failure(fault, self.version)

    def state(self) -> dict[str, Any]:
        """Return all rows of all models, and the mails."""
        models = {}
        for name, table in self.database.tables.items():
            fields = self.database.fields[name]
            models[name] = [
                {key: outgoing(fields[key], value) for key, value in row.items() if key in fields}
                for row in table.rows.values()
            ]
        return {
            "version": self.version,
            "db": self.db,
            "models": models,
            "mails": [asdict(m) for m in self.mails],
        }

    async def _jsonrpc(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return answers.page(
                415 if self.version >= 19 else 400, "This server speaks application/json here."
            )
        if _BODY not in request:
            return answers.page(400, "Invalid JSON data")
        body = request[_BODY]
        if has_surrogate(body):
            return answers.page(500, "Internal Server Error")
        params = body["params"]
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": body.get("id")}
        try:
            result = self._services.call(
                params["service"], params["method"], list(params["args"]), request[_STARTED]
            )
        except OdooError as error:
            return answers.answer(answer | {"error": error_envelope(error, self.version)})
        return answers.answer(answer if result is None else answer | {"result": result})

    async def _answer_json2(self, request: web.Request) -> web.Response:
        return self._json2.answer(request, await request.text(), request[_STARTED])

    async def _nowhere(self, _request: web.Request) -> web.Response:
        return answers.page(404, "The requested URL was not found on the server.")

    async def _version_info(self, request: web.Request) -> web.Response:
        body = await request.json()
        return answers.answer({"jsonrpc": "2.0", "id": body.get("id"), "result": self._services.version()})

    async def _plain_version(self, _request: web.Request) -> web.Response:
        version = self._services.version()
        return answers.answer(
            {"version_info": version["server_version_info"], "version": version["server_version"]}
        )

    # --- the admin interface

    async def admin(self, method: str, what: str, request: web.Request) -> web.Response:
        """Answer `POST users` (settings of `add_user`), `POST keys`, `POST call` and `GET mails`."""
        match method, what:
            case "POST", "users":
                return web.json_response(asdict(self.add_user(**await request.json())))
            case "POST", "keys":
                return web.json_response({"secret": self.add_key(**await request.json())})
            case "GET", "mails":
                return web.json_response([asdict(mail) for mail in self.mails])
            case "POST", "call":
                order = await request.json()
                actor = self.as_user(order["login"])
                try:
                    result = actor.call(
                        order["model"],
                        order["method"],
                        *order.get("args", []),
                        context=order.get("context"),
                        **order.get("kwargs", {}),
                    )
                except OdooError as error:
                    return web.json_response(
                        {"error": {"name": error.name, "message": error.message}}, status=422
                    )
                return web.json_response({"result": result})
        return await super().admin(method, what, request)
