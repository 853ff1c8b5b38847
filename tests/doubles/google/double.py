"""The server: Google's OAuth and Calendar behind one address, with the admin interface of all doubles."""

from __future__ import annotations

from typing import Any, Literal
from uuid import uuid4

from aiohttp import web

from tests.doubles.faults import Fault
from tests.doubles.google import acting, batch, discovery, operations, render
from tests.doubles.google.access import Access
from tests.doubles.google.calendar_api import CalendarApi, Call
from tests.doubles.google.conference import Conferences
from tests.doubles.google.errors import GoogleError, OAuthError
from tests.doubles.google.grants import Grants
from tests.doubles.google.oauth import OAuthServer
from tests.doubles.google.people import Person
from tests.doubles.google.project import Project
from tests.doubles.google.push import Push
from tests.doubles.google.settings import Settings
from tests.doubles.google.store import Calendar, Mail, Owner, World
from tests.doubles.google.writing import Writer
from tests.doubles.server import Double, Operation

_API = "/calendar/v3/"
_BATCH = "/batch/calendar/v3"
_DOMAINS = {
    "usageLimits": {
        "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded",
        "accessNotConfigured",
    },
    "calendar": {"fullSyncRequired", "updatedMinTooLongAgo", "timeRangeEmpty", "forbiddenForNonOrganizer"},
}  # fmt: skip


class GoogleDouble(Double):
    """Google as one OAuth client sees it.

    `people`, `settings`, `project` (its set-up in the console), `grants` and `mails` may be used at any time.
    """

    name = "google"

    def __init__(
        self,
        *,
        client_id: str = "123456789012-calsync.apps.googleusercontent.com",
        client_secret: str = "GOCSPX-double",
        redirect_uris: list[str] | None = None,
        javascript_origins: list[str] | None = None,
        client_type: Literal["web", "desktop"] = "web",
        publishing: Literal["testing", "production"] = "production",
        test_users: set[str] | None = None,
        user_type: Literal["internal", "external"] = "external",
        domain: str | None = None,
        api_enabled: bool = True,
    ) -> None:
        super().__init__()
        self.project = Project(
            client_id=client_id,
            client_secret=client_secret,
            redirect_uris=redirect_uris or ["http://localhost:8080/oauth/google/callback"],
            javascript_origins=javascript_origins or [],
            client_type=client_type,
            publishing=publishing,
            test_users=test_users or set(),
            user_type=user_type,
            domain=domain,
            api_enabled=api_enabled,
        )
        self.world = World(self.clock)
        self.grants = Grants(self.clock, self.project)
        self.people: dict[str, Person] = {}
        self._conferences = Conferences(self.world)
        self._writer = Writer(self.world, self._conferences)
        self._access = Access(self.world, self.grants, self.project)
        self.push = Push(self.world)
        self._api = CalendarApi(self.world, self._writer, self._conferences, self._access, self.push)
        self._oauth = OAuthServer(self.world, self.project, self.grants)

    @property
    def settings(self) -> Settings:
        """Return the switches of the Calendar side."""
        return self.world.settings

    @property
    def mails(self) -> list[Mail]:
        """Return the mails that Google would have sent so far."""
        return self.world.mails

    @property
    def api_url(self) -> str:
        """Return the root of the Calendar API, as `api_endpoint` takes it."""
        return self.url + _API

    @property
    def revoke_url(self) -> str:
        """Return the address at which grants are revoked."""
        return f"{self.url}/revoke"

    def client_file(self) -> dict[str, Any]:
        """Return the client file as downloaded from Google's console, with this double's addresses."""
        return self.project.client_file(self.url)

    def discovery_document(self) -> dict[str, Any]:
        """Return the bundled document with this double's address, for `build_from_document`."""
        return discovery.document() | {"rootUrl": f"{self.url}/", "baseUrl": self.api_url}

    # --- people

    def add_person(
        self,
        email: str,
        *,
        name: str | None = None,
        sub: str | None = None,
        domain: str | None = None,
        time_zone: str = "Europe/Berlin",
        default_reminders: list[dict[str, Any]] | None = None,
    ) -> Person:
        """Give somebody an account with a primary calendar; with `domain` it is a Workspace account."""
        reminders = [{"method": "popup", "minutes": 10}] if default_reminders is None else default_reminders
        owner = self._add_owner(
            email, name or email.partition("@")[0].title(), sub, domain, time_zone, reminders
        )
        self.people[owner.email] = Person(self.world, owner, self._writer, self._conferences)
        return self.people[owner.email]

    def add_room(self, email: str, name: str, *, time_zone: str = "Europe/Berlin") -> Calendar:
        """Add a room: a resource that accepts invitations when it is free."""
        owner = self._add_owner(email, name, None, None, time_zone, [])
        owner.is_room = True
        return owner.primary

    def _add_owner(
        self, email: str, name: str, sub: str | None, domain: str | None, time_zone: str, reminders: list[Any]
    ) -> Owner:
        email = email.lower()
        if email in self.world.owners:
            raise ValueError(f"{email} has an account already")
        owner = Owner(email, name, sub or str(uuid4().int)[:21], domain, time_zone)
        owner.calendars[email] = Calendar(email, email, time_zone, owner, reminders, primary=True)
        self.world.owners[email] = owner
        return owner

    def invalidate_sync_tokens(self, email: str | None = None) -> None:
        """Make Google forget all sync tokens, or those for one person's calendars."""
        for calendar in self.world.calendars():
            if email is None or calendar.owner.email == email.lower():
                calendar.token_epoch += 1

    # --- the server

    def add_routes(self, app: web.Application) -> None:
        """Add Google's routes."""
        self._oauth.add_routes(app)
        app.router.add_route("*", _API + "{path:.*}", self._serve_calendar)
        app.router.add_post(_BATCH, self._serve_batch)
        app.on_shutdown.append(self._end)

    async def _end(self, _: web.Application) -> None:
        await self.push.close()

    async def _serve_calendar(self, request: web.Request) -> web.StreamResponse:
        answer = self._api.answer(await self._call(request))
        if answer.body is None:
            return web.Response(status=answer.status, headers=answer.headers)
        response = web.json_response(answer.body, status=answer.status, headers=answer.headers)
        if "gzip" in request.headers.get("User-Agent", ""):
            # Google compresses only for those who say so in both headers.
            response.enable_compression()
        return response

    async def _serve_batch(self, request: web.Request) -> web.StreamResponse:
        try:
            calls = await self._batch_calls(request)
        except GoogleError as error:
            return web.json_response(error.body(), status=error.status)
        kind, text = batch.joined((content_id, self._api.answer(call)) for content_id, call in calls)
        return web.Response(body=text.encode(), headers={"Content-Type": kind})

    async def _batch_calls(self, request: web.Request) -> list[tuple[str, Call]]:
        kind = request.headers.get("Content-Type", "")
        return batch.calls(kind, request.headers.get("Authorization"), await request.read())

    async def _call(self, request: web.Request) -> Call:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.rel_url.raw_path.removeprefix(_API)
        return Call.of(request.method, path, request.rel_url.raw_query_string, headers, await request.read())

    async def operation(self, request: web.Request) -> Operation:
        """Name a request."""
        if request.path.startswith(_API):
            return operations.of_call(await self._call(request), self._access)
        if request.path == _BATCH:
            try:
                calls = [call for _, call in await self._batch_calls(request)]
            except GoogleError:
                calls = []
            return operations.of_batch([operations.of_call(call, self._access) for call in calls])
        return await operations.of_request(request, self.grants)

    def error_response(self, fault: Fault) -> web.StreamResponse:
        """Return a planned error in the form of the endpoint that its operation names."""
        status, reason = fault.status or 500, fault.reason or "backendError"
        message = fault.message or reason
        if fault.operation.startswith("oauth."):
            return web.json_response(OAuthError(reason, message, status).body(), status=status)
        domain = next((name for name, reasons in _DOMAINS.items() if reason in reasons), "global")
        error = GoogleError(status, reason, message, domain=domain)
        return web.json_response(error.body(), status=status)

    # --- admin

    def state(self) -> dict[str, Any]:
        """Return everybody with what is on their calendars, grants and mails."""
        self._conferences.settle()
        people = {}
        for owner in self.world.owners.values():
            calendars = {
                c.id: [render.item(self.world, c, e, owner) for e in c.events.values()]
                for c in owner.calendars.values()
            }
            people[owner.email] = {
                "name": owner.name,
                "room": owner.is_room,
                "granted": sorted(self.grants.granted.get(owner.email, ())),
                "calendars": calendars,
            }
        return {"people": people, "mails": [vars(mail) for mail in self.mails]}

    async def admin(self, method: str, what: str, request: web.Request) -> web.Response:
        """Seed people and act as them; see `acting.ACTIONS`."""
        return await acting.serve(self, method, what, request)
