"""Puts the process together: core, Slack, web, timer; starts it and stops it in good order."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError

from bot import commands, consents, events
from bot.admins import Admins
from bot.alerts import Alerts
from bot.chores import Chore, keep_up
from bot.commands import home
from bot.core import Core
from bot.departure import GONE, Departure
from bot.disk import Disk, Keeper
from bot.errands import Errands
from bot.garbage import Garbage
from bot.gate import Gate
from bot.home import Homes
from bot.jobs import Jobs
from bot.line import Line
from bot.notify import Notifier
from bot.own_keys import KeyCare
from bot.people import People, zone_of
from bot.prompts import Prompts
from bot.reports import Reports
from bot.services import Services
from bot.settings import Settings
from bot.slack import NO_ANSWER, error_code, make_app, make_client
from bot.texts import Texts
from bot.web.connect import ConnectPages
from bot.web.headers import guard
from bot.web.health import Health
from bot.web.key import KeyPages
from bot.web.site import Site
from bot.web.slack_events import SlackEvents
from sync.clock import Clock
from sync.errors import Misconfigured
from sync.google.grant import ConsentFlow
from sync.run import Outcome
from sync.store import accounts
from sync.store.accounts import Account
from sync.store.sole import sole
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
        self._stack, self._work = contextlib.AsyncExitStack(), contextlib.AsyncExitStack()
        self._site = Site()
        self.line: Line | None = None
        self.departure = Departure(self.slack, self.store, self.grants, core.revocations, self.clock)

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
        """Keep the timer and the chores going until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.timer.serve())
            group.create_task(keep_up(self.clock, self._chores()))

    def _chores(self) -> list[Chore]:
        chores = [
            Chore("alerts", timedelta(seconds=5), self.alerts.flush),
            Chore("digest", timedelta(minutes=5), self.alerts.digest),
            Chore("database", timedelta(seconds=5), self.keeper.look),
            Chore("disk", timedelta(minutes=5), self.disk.look),
            Chore("untold", timedelta(minutes=10), self.notifier.catch_up),
            Chore("keys", timedelta(minutes=1), self.keys.tell_stopped),
            Chore("links", timedelta(seconds=30), partial(consents.expire, self.services)),
            Chore("revocations", timedelta(minutes=1), self.core.revocations.catch_up),
            Chore("garbage", timedelta(minutes=5), Garbage(self.timer.is_busy).collect),
            Chore("departure", timedelta(hours=1), self.departure.go_on),
        ]
        return [*chores, Chore("line", timedelta(seconds=5), self.line.watch)] if self.line else chores

    async def _start(self) -> None:
        self._stack.enter_context(sole(self.settings.database_url))
        await self._stack.enter_async_context(self.core)
        workspace, team_id = await self._probe_slack()
        self._assemble(team_id)
        await self.alerts.load()
        await self.notifier.load()
        self._stack.push_async_callback(self._wind_down)
        # One process alone gets the address, and only that one goes on with the jobs of the last.
        await self._start_web(workspace)
        for serving in (self.services.prompts.serving(), self.services.jobs.serving()):
            await self._work.enter_async_context(serving)
        self._site.open()
        if self.line:
            await self.line.open()

    async def _wind_down(self) -> None:
        """Let all that is under way end, at the same time: whoever stops a process does not wait for long."""
        ends = await asyncio.gather(
            self._finish_errands(), self._work.aclose(), self.timer.end(), return_exceptions=True
        )
        for error in ends:
            if isinstance(error, BaseException):
                raise error

    async def _finish_errands(self) -> None:
        # First nobody can ask for more.
        await asyncio.gather(self._site.close(), *([self.line.close()] if self.line else []))
        await self.services.errands.finish()

    def _assemble(self, team_id: str) -> None:
        settings, core = self.settings, self.core
        people = People(self.slack, self.clock)
        self.notifier = Notifier(self.slack, people, self.store, self.clock)
        self.alerts = Alerts(
            self.slack,
            self.store,
            self.clock,
            settings.slack_alert_channel,
            mention=settings.alert_mention,
            runbook=settings.runbook_url,
            texts=Texts(settings.language, zone_of(settings.time_zone)),
        )
        self.disk = Disk(settings.database_url, self.alerts)
        if settings.slack_app_token and team_id:
            token = settings.slack_app_token.get_secret_value()
            self.line = Line(self.bolt, token, self.clock, self.alerts)
        self.keys = KeyCare(self.store, core.sides, self.notifier, self.clock)
        self._reports = Reports(self.store, self.odoo, self.alerts, self.notifier)
        self.timer = Timer(
            self.store,
            core.google_side,
            core.feed,
            core.runner,
            self.clock,
            core.interval,
            timedelta(seconds=settings.odoo_interval),
            [core.resets.sweep, core.leaving.sweep, self.keys.daily],
            self._after_run,
            self._reports.after_poll,
        )
        self.keeper = Keeper(self.store, self.alerts, self.timer.wake)
        prompts = Prompts(self.slack, people, self.store, self.clock)
        self.services = Services(
            settings=settings,
            clock=self.clock,
            store=self.store,
            slack=self.slack,
            people=people,
            homes=Homes(self.slack, self.clock),
            errands=Errands(),
            odoo=self.odoo,
            sides=core.sides,
            google=self.google,
            consent=ConsentFlow(settings.google_client, settings.redirect_uri, _domain_hint(settings)),
            grants=self.grants,
            revocations=core.revocations,
            timer=self.timer,
            runner=core.runner,
            history=core.history,
            resets=core.resets,
            leaving=core.leaving,
            prompts=prompts,
            jobs=Jobs(prompts, core.resets, self.timer, self.slack, people, self.store, self.clock),
            alerts=self.alerts,
            admins=Admins(self.slack, people, settings.admin_ids, settings.admin_group),
            limits=core.google.limits,
            disk=self.disk,
            notifier=self.notifier,
            line=self.line,
            refresh_home=self._refresh_home,
            go_on=self._go_on,
        )
        Gate(team_id, self.clock).add_to(self.bolt)
        commands.register(self.bolt, self.services)
        events.register(self.bolt, self.departure, self.services.errands)

    async def _after_run(self, account_id: int, outcome: Outcome) -> None:
        await self._reports.after_run(account_id, outcome)
        if self.services.homes.is_looked_at(account_id):
            async with self.store.read() as tx:
                account = await accounts.get(tx, account_id)
            if account:
                await self._refresh_home(account)

    async def _refresh_home(self, account: Account) -> None:
        try:
            await home.after_run(self.services, account)
        except NO_ANSWER as error:
            log.warning("home_failed", error=error_code(error))

    def _go_on(self, account: Account, line: str) -> None:
        going_on = commands.go_on(self.services, account.team_id, account.slack_user_id, line)
        self.services.errands.start(going_on)

    async def _probe_slack(self) -> tuple[str, str]:
        """Return name and id of the workspace; both are empty if we are known to be uninstalled there.

        Then the process goes on without Slack, so that grants are revoked and data is deleted in time.
        """
        try:
            answer = await self.slack.auth_test()
        except SlackApiError as error:
            if error_code(error) in GONE and await self.departure.is_over():
                log.warning("uninstalled", error=error_code(error))
                return "", ""
            raise Misconfigured("slack_token_refused", error_code(error)) from error
        except NO_ANSWER as error:
            raise Misconfigured("slack_unreachable", type(error).__name__) from error
        await self.departure.came_back()
        return str(answer.get("team", "")), str(answer["team_id"])

    async def _start_web(self, workspace: str) -> None:
        guard(self._site.app, https=self.settings.public_url.startswith("https://"))
        ConnectPages(self.services, workspace).add_routes(self._site.app)
        KeyPages(self.services, workspace).add_routes(self._site.app)
        if not self.settings.slack_app_token:
            SlackEvents(self.bolt).add_routes(self._site.app)
        Health(self.services, self._slack_ready).add_routes(self._site.app)
        await self._site.start(*self.settings.listen_address)
        mode = "Socket Mode" if self.settings.slack_app_token else "HTTP mode at /slack/events"
        log.info("serving", listen=self.settings.listen, public_url=self.settings.public_url, slack=mode)

    def _slack_ready(self) -> bool:
        return self.line is None or self.line.ready()


def _domain_hint(settings: Settings) -> str:
    """Return of which domain Google offers accounts: of the only one allowed, of any if there are several."""
    allowed = settings.google_domain_list
    return allowed[0] if len(allowed) == 1 else "*" if allowed else ""
