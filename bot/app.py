"""Puts the process together: core, Slack, web, timer; starts it and stops it in good order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from datetime import timedelta

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import commands
from bot.alerts import Alerts, concerns_everybody
from bot.core import Core
from bot.jobs import Jobs
from bot.notify import Notifier
from bot.people import People
from bot.prompts import Prompts
from bot.services import Services
from bot.settings import Settings
from bot.slack import error_code, make_app, make_client
from bot.web.connect import ConnectPages
from bot.web.errors import answer_errors
from bot.web.health import Health
from sync.clock import Clock
from sync.errors import Misconfigured, NeedsHuman, SyncError
from sync.google.grant import ConsentFlow
from sync.odoo.users import USER_GONE
from sync.run import Outcome
from sync.store import accounts
from sync.timer import Timer

log = structlog.get_logger()


class Calsync:
    """The running process. `async with Calsync(settings) as calsync: await calsync.serve()`."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.core = core = Core(settings, clock)
        self.clock, self.store = core.clock, core.store
        self.odoo, self.google, self.grants = core.odoo, core.google, core.grants
        self.slack = make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        secret = settings.slack_signing_secret
        self.bolt = make_app(self.slack, secret.get_secret_value() if secret else None)
        self._stack = contextlib.AsyncExitStack()
        self._socket: AsyncSocketModeHandler | None = None

    async def __aenter__(self) -> Calsync:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def serve(self) -> None:
        """Keep the timer going until cancelled."""
        await self.timer.serve()

    async def _start(self) -> None:
        await self._stack.enter_async_context(self.core)
        workspace = await self._probe_slack()
        self._assemble()
        commands.register(self.bolt, self.services)
        for serving in (self.services.prompts.serving(), self.services.jobs.serving()):
            await self._stack.enter_async_context(serving)
        await self._start_web(workspace)
        if self.settings.slack_app_token:
            await self._start_socket(self.settings.slack_app_token.get_secret_value())

    def _assemble(self) -> None:
        settings, core = self.settings, self.core
        people = People(self.slack, self.clock)
        self.notifier = Notifier(self.slack, people, self.store)
        self.alerts = Alerts(self.slack, settings.slack_alert_channel, self.clock)
        self.timer = Timer(
            self.store,
            core.google_side,
            core.feed,
            core.runner,
            self.clock,
            core.interval,
            timedelta(seconds=settings.odoo_interval),
            [core.resets.sweep, core.leaving.sweep],
            self._after_run,
            self._after_poll,
        )
        prompts = Prompts(self.slack, people, self.store, self.clock)
        self.services = Services(
            settings=settings,
            clock=self.clock,
            store=self.store,
            slack=self.slack,
            people=people,
            odoo=self.odoo,
            consent=ConsentFlow(settings.google_client, settings.redirect_uri),
            grants=self.grants,
            timer=self.timer,
            runner=core.runner,
            history=core.history,
            resets=core.resets,
            leaving=core.leaving,
            prompts=prompts,
            jobs=Jobs(prompts, core.resets, self.timer, self.slack, people, self.store, self.clock),
        )

    async def _after_run(self, account_id: int, outcome: Outcome) -> None:
        if concerns_everybody(outcome.error) or outcome.code == "ok":
            await self.alerts.report("runs", outcome.error)
        await self._after_turn_of(account_id, outcome)
        await self.notifier.after_run(account_id, outcome)

    async def _after_turn_of(self, account_id: int, outcome: Outcome) -> None:
        """Tell the administrators of an account whose user is gone, and when it goes on."""
        source = f"account {account_id}"
        if outcome.code == "ok":
            await self.alerts.report(source, None)
        elif outcome.code == USER_GONE and outcome.is_new:
            async with self.store.read() as tx:
                account = await accounts.get(tx, account_id)
            await self.alerts.report(source, outcome.error, about=account.odoo_login if account else "")

    async def _after_poll(self, error: SyncError | None) -> None:
        # A doubt about the database is told besides an Odoo that was down while a copy was restored.
        doubt = error if isinstance(error, NeedsHuman) else None
        await self.alerts.report("odoo", None if doubt else error)
        if doubt or error is None:
            await self.alerts.report("database", doubt)
        await self.alerts.report("odoo_key", self.odoo.key_warning())

    async def _connected(self, account_id: int) -> None:
        await self.notifier.connected(account_id)
        self.timer.call(account_id)

    async def _probe_slack(self) -> str:
        try:
            answer = await self.slack.auth_test()
        except SlackApiError as error:
            raise Misconfigured("slack_token_refused", error_code(error)) from error
        except (SlackClientError, OSError, TimeoutError) as error:
            raise Misconfigured("slack_unreachable", type(error).__name__) from error
        return str(answer.get("team", ""))

    async def _start_web(self, workspace: str) -> None:
        app = web.Application(client_max_size=2**20, middlewares=[answer_errors])
        ConnectPages(self.services, workspace, self._connected).add_routes(app)
        if not self.settings.slack_app_token:
            app.router.add_post("/slack/events", self._slack_event)
        Health(self.services, self._slack_ready).add_routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        host, port = self.settings.listen_address
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise Misconfigured("cannot_listen", self.settings.listen) from error
        mode = "Socket Mode" if self.settings.slack_app_token else "HTTP mode at /slack/events"
        log.info("serving", listen=self.settings.listen, public_url=self.settings.public_url, slack=mode)

    async def _slack_event(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self.bolt.async_dispatch(await to_bolt_request(request)))

    async def _start_socket(self, app_token: str) -> None:
        self._socket = AsyncSocketModeHandler(self.bolt, app_token)
        self._stack.push_async_callback(self._socket.close_async)
        client = self._socket.client
        try:
            # connect() would repeat this for ever, whatever Slack says.
            client.wss_uri = await client.issue_new_wss_url()
        except SlackApiError as error:
            raise Misconfigured("slack_app_token_refused", error_code(error)) from error
        await self._socket.connect_async()

    def _slack_ready(self) -> bool:
        session = getattr(self._socket and self._socket.client, "current_session", None)
        return self._socket is None or (session is not None and not session.closed)


async def run_until(settings: Settings, stop: asyncio.Event) -> None:
    """Run calsync until `stop` is set.

    Raises:
        Misconfigured: it cannot start as it is set up.
    """
    async with Calsync(settings) as calsync:
        # What is there now stays: each full collection walked through it, 70 ms in which all else waited.
        gc.collect()
        gc.freeze()
        serving = asyncio.create_task(calsync.serve())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        for task in (serving, stopping):
            task.cancel()
        results = await asyncio.gather(serving, stopping, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]
