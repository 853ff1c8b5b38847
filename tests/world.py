"""A whole small world: the three doubles, people who exist in all of them, and the real calsync between."""

from __future__ import annotations

import contextlib
import json
import random
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from socket import socket
from typing import Any
from unittest import mock
from urllib.parse import quote

import aiohttp

from bot import first_sync
from bot.accept import Accepted
from bot.app import Calsync
from bot.services import Services
from bot.settings import Settings, load_settings
from sync.google import codec as google_codec
from sync.google.limits import Quota
from sync.model import Event, Reminder
from sync.odoo import codec as odoo_codec
from sync.run import Outcome
from sync.store import accounts
from sync.store.accounts import Account
from sync.store.connects import Connect
from sync.text import visible_text
from sync.vault import generate_key
from tests.clock import TestClock
from tests.doubles.google import GoogleDouble
from tests.doubles.google.people import Person as GooglePerson
from tests.doubles.google.walk import consent
from tests.doubles.odoo import OdooDouble
from tests.doubles.slack import Person as SlackPerson
from tests.doubles.slack import SlackDouble
from tests.manifest import subscriptions

TEAM = "T0000000001"
PEOPLE = {"alice": "U0000000001", "bob": "U0000000002", "carol": "U0000000003"}
ADMIN = PEOPLE["carol"]
ALERTS = "C0000000001"


@dataclass
class World:
    """The doubles and the settings with which calsync finds them; `calsync` is there while it runs."""

    google: GoogleDouble
    odoo: OdooDouble
    slack: SlackDouble
    settings: Settings
    clock: TestClock
    calsync: Calsync | None = None

    @property
    def running(self) -> Calsync:
        """Return the running calsync."""
        assert self.calsync is not None
        return self.calsync

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Calsync]:
        """Run calsync, its timer standing still: tests call for runs themselves."""
        calsync = Calsync(self.settings, self.clock)
        # Their clock stands still, so what waits for quota would wait for ever: the double counts, too.
        calsync.google.limits.quota = Quota(account=10**6, project=10**6)
        async with calsync as self.calsync:
            yield self.calsync
        self.calsync = None

    def advance(self, **amount: float) -> None:
        """Move all clocks, by the keywords of `timedelta`."""
        for clock in (self.google.clock, self.odoo.clock, self.slack.clock, self.clock):
            clock.advance(**amount)

    def stop_clocks(self) -> None:
        """Let time pass by `advance` alone from here on, so that nothing depends on how long a test takes."""
        moment = datetime.now(UTC).replace(microsecond=0)
        for double in (self.google, self.odoo, self.slack):
            double.clock.set(moment, frozen=True)
        self.clock.stop(moment)

    # --- people

    def in_slack(self, name: str) -> SlackPerson:
        """Return a person at Slack."""
        return self.slack.person(PEOPLE[name])

    def in_google(self, name: str) -> GooglePerson:
        """Return a person at Google's pages."""
        return self.google.people[f"{name}@example.com"]

    async def connect(self, name: str) -> str:
        """Let a person connect, as people do, and return the text of the last page.

        The question before the first sync counts as answered at once: its look at both calendars costs time.
        """
        person = self.in_slack(name)
        person.reload()  # takes older links off the screen
        await person.command("/calsync connect")
        await person.see("works once")
        pressed = await person.click("Connect Google Account")
        assert pressed.url
        with unasked():
            page = await browse(pressed.url, f"{name}@example.com")
        if self.calsync is None and "Connected" in page:  # it runs as another process
            await person.see("Start Syncing")
            await person.click("Start Syncing")
        return page

    async def account(self, name: str) -> Account:
        """Return a person's account."""
        async with self.running.store.read() as tx:
            account = await accounts.of_person(tx, TEAM, PEOPLE[name])
        assert account is not None
        return account

    async def sync(self, name: str) -> Outcome:
        """Poll Odoo and run a person's account, as the timer would."""
        await self.running.timer.poll()
        return await self.running.timer.run_now((await self.account(name)).id)

    # --- what both calendars hold

    def google_by_id(self, name: str) -> dict[str, Event]:
        """Return a person's events in Google, as the neutral model."""
        person = self.in_google(name)
        defaults = person.owner.primary.default_reminders
        items = [item for item in person.events() if item.get("status") != "cancelled"]
        return {item["id"]: google_codec.decode(item, defaults) for item in items}

    def odoo_by_id(self, name: str) -> dict[int, Event]:
        """Return a person's events in Odoo, as the neutral model."""
        actor = self.odoo.as_user(name)
        alarms = {}
        for row in actor.read(
            "calendar.alarm", actor.search("calendar.alarm"), ["alarm_type", "duration_minutes"]
        ):
            method = {"notification": "popup"}.get(row["alarm_type"], row["alarm_type"])
            alarms[row["id"]] = Reminder(method, row["duration_minutes"])
        rows = self.odoo.events(name, *odoo_codec.READ_FIELDS)
        return {row["id"]: odoo_codec.decode(row, alarms) for row in rows}

    def google_events(self, name: str) -> list[Event]:
        """Return a person's events in Google, in order."""
        return _sorted(self.google_by_id(name).values())

    def odoo_events(self, name: str) -> list[Event]:
        """Return a person's events in Odoo, in order."""
        return _sorted(self.odoo_by_id(name).values())

    def comparable(self, name: str) -> tuple[dict[str, Event], dict[int, Event]]:
        """Return a person's events in Google and in Odoo, each as the other side can show it."""
        projection = odoo_codec.Projection(default_privacy=self.odoo.version >= 18)
        google = {key: projection(event) for key, event in self.google_by_id(name).items()}
        odoo = {key: google_codec.project(event) for key, event in self.odoo_by_id(name).items()}
        return (
            {key: _in_plain_words(event) for key, event in google.items()},
            {key: _in_plain_words(event) for key, event in odoo.items()},
        )

    def assert_agree(self, name: str) -> None:
        """Assert that a person's two calendars hold the same events, as each side can show them."""
        google, odoo = self.comparable(name)
        assert _sorted(odoo.values()) == _sorted(google.values())


def _in_plain_words(event: Event) -> Event:
    # Odoo wraps descriptions in markup of its own.
    return replace(event, description=visible_text(event.description))


def _sorted(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (str(event.span.start), event.title))


@asynccontextmanager
async def make_world(
    folder: Path,
    *,
    odoo_version: int = 18,
    host: str = "127.0.0.1",
    odoo: OdooDouble | None = None,
    google_module: bool = False,
    **more: Any,
) -> AsyncIterator[World]:
    """Start the doubles and write the settings.

    `host` is how browsers call us, `odoo` a server with these people in it instead of a fresh double, `more`
    are settings that differ. With `google_module`, Odoo's own Google sync is installed.
    """
    async with AsyncExitStack() as stack:
        port = free_port()
        public = f"http://{host}:{port}"
        google = GoogleDouble(redirect_uris=[f"{public}/oauth/google/callback"], javascript_origins=[public])
        slack = SlackDouble(events=subscriptions())
        if odoo is None:
            odoo = OdooDouble(odoo_version, google_calendar=google_module)
            odoo.add_user("svc", api_key="svc-key")
            for name in PEOPLE:
                odoo.add_user(name)
        for double in (google, odoo, slack):
            await stack.enter_async_context(double)
        slack.add_channel(ALERTS, "calsync-alerts", [ADMIN])
        for name, user_id in PEOPLE.items():
            email = f"{name}@example.com"
            slack.add_person(user_id, name, email)
            google.add_person(email, time_zone="Europe/Brussels")
        client_file = folder / "client.json"
        client_file.write_text(json.dumps(google.client_file()))
        values = {
            "slack_bot_token": "xoxb-double-bot",
            "slack_app_token": "xapp-double-app",
            "slack_api_url": f"{slack.url}/api/",
            "slack_alert_channel": ALERTS,
            "admins": ADMIN,
            "google_client_file": client_file,
            "google_api_url": google.api_url,
            "google_revoke_url": google.revoke_url,
            "odoo_url": odoo.url,
            "odoo_db": odoo.db,
            "odoo_login": "svc",
            "odoo_api_key": "svc-key",
            "public_url": public,
            "listen": f"127.0.0.1:{port}",
            "database_url": f"sqlite+aiosqlite:///{folder / 'calsync.db'}",
            "vault_keys": generate_key(),
        }
        settings = load_settings(_env_file=None, **values | more)
        yield World(google, odoo, slack, settings, TestClock())


@contextmanager
def unasked() -> Iterator[None]:
    """Let first syncs of those who connect meanwhile begin as if the person had pressed the button."""

    async def connected(services: Services, link: Connect, accepted: Accepted) -> None:
        then = first_sync.waiting_line(link)
        await services.notifier.connected(accepted.account_id)
        if not accepted.asks or not await first_sync.begin(services, accepted.account_id, then):
            await first_sync.go_on(services, accepted.account_id, then)

    with mock.patch.object(first_sync, "connected", connected):
        yield


def free_port() -> int:
    """Return a free port below those that systems hand out themselves, so that nobody takes it meanwhile."""
    while True:
        port = random.SystemRandom().randrange(12_000, 32_000)
        with socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


async def browse(url: str, email: str, *, allow: bool = True) -> str:
    """Follow a connect link in a fresh browser, consenting as `email`; returns the last page's HTML."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(url) as landing:
            page = await landing.text()
        if 'name="csrf"' not in page:
            return page
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        async with browser.post(url, data={"csrf": csrf}, allow_redirects=False) as onward:
            to_google = onward.headers["Location"]
        # The hint whom to choose is only a hint: in this browser it is `email` who is signed in.
        to_google = re.sub(r"(?<=login_hint=)[^&]*", quote(email), to_google)
        back = await consent(to_google, email, allow=allow)
        async with browser.get(back) as last:
            return await last.text()
