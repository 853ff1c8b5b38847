"""What commands, pages and the timer's hook work with: one object, put together in app.py."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.admins import Admins
from bot.alerts import Alerts
from bot.disk import Disk
from bot.errands import Errands
from bot.home import Homes
from bot.jobs import Jobs
from bot.line import Line
from bot.notify import Notifier
from bot.people import People
from bot.prompts import Prompts
from bot.settings import Settings
from sync.clock import Clock
from sync.google.client import GoogleClient
from sync.google.grant import ConsentFlow, Grants
from sync.google.limits import Limits
from sync.history import History
from sync.leaving import Leaving
from sync.odoo.client import OdooClient
from sync.odoo.own import OwnSides
from sync.reset import Resets
from sync.revoking import Revocations
from sync.run import Runner
from sync.store import Store
from sync.store.accounts import Account
from sync.timer import Timer


@dataclasses.dataclass(frozen=True)
class Services:
    """The parts of the running process."""

    settings: Settings
    clock: Clock
    store: Store
    slack: AsyncWebClient
    people: People
    homes: Homes
    errands: Errands
    odoo: OdooClient
    sides: OwnSides
    google: GoogleClient
    consent: ConsentFlow
    grants: Grants
    revocations: Revocations
    timer: Timer
    runner: Runner
    history: History
    resets: Resets
    leaving: Leaving
    prompts: Prompts
    jobs: Jobs
    alerts: Alerts
    admins: Admins
    limits: Limits
    disk: Disk
    notifier: Notifier
    line: Line | None
    """The Socket Mode connection; None in HTTP mode."""
    refresh_home: Callable[[Account], Awaitable[None]]
    """Brings the person's Home tab up to date, if it is looked at."""
    go_on: Callable[[Account, str], None]
    """Lets the command line be carried out that waited for the connection, beside what is being done."""
