"""The double of Slack: a workspace, its Web API, and the delivery of payloads to the app."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.doubles.faults import Fault
from tests.doubles.server import Double, Operation
from tests.doubles.slack import admin, api
from tests.doubles.slack.acts import Acts
from tests.doubles.slack.api_users import user_object
from tests.doubles.slack.calls import Call, read_call
from tests.doubles.slack.delivery import Delivery
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.methods import METHODS
from tests.doubles.slack.model import App, Channel, Kind, User
from tests.doubles.slack.openid import AUTHORIZE, OpenId
from tests.doubles.slack.person import Person
from tests.doubles.slack.rates import Rates
from tests.doubles.slack.responses import Responses
from tests.doubles.slack.schema import Json
from tests.doubles.slack.screen import Screen, look
from tests.doubles.slack.signed_http import SignedHttp
from tests.doubles.slack.socket_mode import SocketMode
from tests.doubles.slack.triggers import Triggers
from tests.doubles.slack.views import Views
from tests.doubles.slack.workspace import Workspace

BOT_SCOPES = ("commands", "chat:write", "users:read", "users:read.email", "im:write")
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked", "user_change")
TELLING = ("channel", "user", "users", "user_id", "email", "ts", "view_id", "usergroup")
CALL = web.RequestKey("call", Call)


class SlackDouble(Double):
    """A stand-in for Slack; the Web API is at `url + "/api/"`.

    Without a `request_url` the app is in Socket Mode; with one, payloads are posted there, signed.
    """

    name = "slack"

    def __init__(
        self,
        *,
        team_id: str = "T0000000001",
        team_name: str = "Team",
        team_domain: str = "team",
        app_id: str = "A0000000001",
        app_name: str = "calsync",
        bot_token: str = "xoxb-double-bot",
        app_token: str = "xapp-double-app",
        signing_secret: str = "double-signing-secret",
        verification_token: str = "double-verification-token",
        client_id: str = "1111.2222",
        client_secret: str = "double-client-secret",
        bot_scopes: Iterable[str] = BOT_SCOPES,
        app_scopes: Iterable[str] = ("connections:write",),
        commands: Iterable[str] = ("/calsync",),
        events: Iterable[str] = EVENTS,
        redirect_urls: Iterable[str] = (),
        request_url: str | None = None,
    ) -> None:
        super().__init__()
        bot_user = "U0000000000"
        installed = App(
            id=app_id,
            name=app_name,
            bot_id="B0000000001",
            bot_user=bot_user,
            bot_token=bot_token,
            app_token=app_token,
            signing_secret=signing_secret,
            verification_token=verification_token,
            client_id=client_id,
            client_secret=client_secret,
            bot_scopes=tuple(bot_scopes),
            app_scopes=tuple(app_scopes),
            commands=tuple(commands),
            events=tuple(events),
            redirect_urls=tuple(redirect_urls),
        )
        self.workspace = Workspace(self.clock, installed, team_id, team_name, team_domain)
        self.triggers = Triggers(self.workspace)
        self.views = Views(self.workspace)
        self.rates = Rates(self.workspace)
        self.responses = Responses(self.workspace)
        self.sockets = SocketMode(self.workspace)
        self.delivery = Delivery(self.sockets, SignedHttp(signing_secret), request_url)
        self.acts = Acts(self)
        self.openid = OpenId(self.workspace)
        self._people: dict[str, Person] = {}
        self.add_person(bot_user, app_name, "", is_bot=True)

    # --- seeding

    def add_person(self, user_id: str, name: str, email: str, **more: Any) -> Person:
        """Add a member; `more` are the other fields of `User` (tz, locale, is_admin, ...)."""
        more.setdefault("team_id", self.workspace.team_id)
        more.setdefault("real_name", name.title())
        self.workspace.users[user_id] = User(user_id, name, email, **more)
        self._people[user_id] = Person(self, self.workspace.users[user_id])
        return self._people[user_id]

    def add_channel(
        self,
        channel_id: str,
        name: str,
        members: Iterable[str] = (),
        *,
        private: bool = False,
        bot: bool = True,
        archived: bool = False,
    ) -> Channel:
        """Add a channel; `bot` says whether the app's bot is in it."""
        inside = {*members, self.workspace.app.bot_user} if bot else set(members)
        kind: Kind = "group" if private else "channel"
        channel = self.workspace.add_channel(name, inside, kind, channel_id)
        channel.archived = archived
        return channel

    def add_usergroup(self, group_id: str, users: Iterable[str]) -> None:
        """Add a user group."""
        self.workspace.groups[group_id] = list(users)

    # --- what an app is configured with

    @property
    def api_url(self) -> str:
        """Return the base_url for the SDK's clients."""
        return self.url + "/api/"

    @property
    def app(self) -> App:
        """Return the app's configuration: tokens, secrets, scopes, commands."""
        return self.workspace.app

    # --- people and what they see

    def person(self, user_id: str) -> Person:
        """Return the driver of a member."""
        return self._people[user_id]

    def screen(self, user_id: str, channel: str | None = None) -> Screen:
        """Return what a member sees."""
        return look(self, user_id, channel)

    # --- what happens in the workspace

    async def change_person(self, user_id: str, **changes: Any) -> None:
        """Change a member (role, deactivation, time zone, ...) and tell the app by `user_change`."""
        user = self.workspace.user(user_id)
        for key, value in changes.items():
            if key not in {field.name for field in dataclasses.fields(User)}:
                raise ValueError(f"a user has no {key}")
            setattr(user, key, value)
        shown = user_object(self, user, locale=True)
        event: Json = {"type": "user_change", "user": shown, "cache_ts": int(self.workspace.now())}
        await self.acts.event(event | {"event_ts": self.workspace.new_ts()})

    def revoke_token(self, token: str) -> None:
        """Make a token useless; the app is told of its own tokens by `tokens_revoked`."""
        app = self.workspace.app
        app.revoked.add(token)
        if token == app.bot_token:
            event: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot_user]}}
            self.workspace.spawn(self.acts.event(event | {"event_ts": self.workspace.new_ts()}))

    def uninstall(self) -> None:
        """Uninstall the app; it hears of it by `tokens_revoked` and `app_uninstalled`, in any order."""
        self.revoke_token(self.workspace.app.bot_token)
        self.workspace.app.installed = False
        event: Json = {"type": "app_uninstalled", "event_ts": self.workspace.new_ts()}
        self.workspace.spawn(self.acts.event(event))

    # --- the server

    def add_routes(self, app: web.Application) -> None:
        """Add the Web API, the response_urls, Socket Mode and Sign in with Slack."""
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{rest:.*}", self.responses.serve)
        app.router.add_get("/link/", self.sockets.accept)
        app.router.add_get(AUTHORIZE, self.openid.page)
        app.router.add_post(AUTHORIZE, self.openid.decide)
        app.router.add_get("/openid/connect/keys", self.openid.keys)
        app.router.add_get("/.well-known/openid-configuration", self.openid.discovery)

    async def admin(self, method: str, what: str, request: web.Request) -> web.Response:
        """Answer an admin call of this double's own."""
        return await admin.serve(self, method, what, request)

    async def operation(self, request: web.Request) -> Operation:
        """Name a request by its Web API method, or as `response_url` or `socket.connect`."""
        if request.path.startswith("/api/"):
            call = request[CALL] = await read_call(request)
            entry = METHODS.get(call.method)
            detail = {key: call.args[key] for key in TELLING if key in call.args}
            return Operation(call.method, entry is not None and entry.write, detail)
        if request.path.startswith("/response/"):
            given = self.responses.given(request.path)
            detail = {"user": given.user, "channel": given.channel} if given else {}
            return Operation("response_url", write=True, detail=detail)
        if request.path == "/link/":
            return Operation("socket.connect", lasting=True)
        return Operation(request.path.strip("/").replace("/", "."), write=False)

    def error_response(self, fault: Fault) -> web.StreamResponse:
        """Answer as Slack does: 200 with an error code, unless the fault names another status."""
        status = fault.status or 200
        reason = fault.reason or ("ratelimited" if status == 429 else "internal_error")
        retry = 1 if status == 429 else 0
        return api.refusal(SlackError(reason, status=status, retry_after=retry))

    def state(self) -> dict[str, Any]:
        """Return the people, conversations, messages and views."""
        workspace = self.workspace
        return {
            "users": [dataclasses.asdict(user) for user in workspace.users.values()],
            "channels": [
                {**dataclasses.asdict(c), "members": sorted(c.members)} for c in workspace.channels.values()
            ],
            "messages": [dataclasses.asdict(message) for message in workspace.messages],
            "views": [self.views.shown(view) for view in self.views.all()],
            "connections": len(self.sockets.connections),
            "installed": workspace.app.installed,
        }

    async def stop(self) -> None:
        """Stop delivering, close the app's connections and stop listening."""
        await self.workspace.stop()
        await self.sockets.stop()
        await self.delivery.http.stop()
        await super().stop()

    async def _api(self, request: web.Request) -> web.Response:
        return await api.serve(self, request[CALL])
