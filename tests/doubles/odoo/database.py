"""One database of an Odoo server: its version and modules, its tables, each call a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tests.doubles.clock import DoubleClock
from tests.doubles.odoo.attendance import Alarm, Attendee, EventType
from tests.doubles.odoo.core import MAGIC
from tests.doubles.odoo.credentials import Credentials
from tests.doubles.odoo.environment import Context, Environment
from tests.doubles.odoo.errors import SerializationFailure
from tests.doubles.odoo.event import Event
from tests.doubles.odoo.fields import Field
from tests.doubles.odoo.google_accounts import AccountReset, GoogleSettings, GoogleUsers
from tests.doubles.odoo.google_events import GoogleEvent, GoogleRecurrence
from tests.doubles.odoo.model import Model
from tests.doubles.odoo.people import ApiKeys, Partner, Users, UserSettings
from tests.doubles.odoo.recurrence import Recurrence
from tests.doubles.odoo.store import Row, Table, Transaction
from tests.doubles.odoo.system import ExternalIds, Modules, Parameters

SUPERUSER = 1
_TRIES = 5
_MODELS: tuple[type[Model], ...] = (
    Partner,
    Users,
    UserSettings,
    ApiKeys,
    Modules,
    ExternalIds,
    Parameters,
    Event,
    Attendee,
    Recurrence,
    Alarm,
    EventType,
)
_GOOGLE_MODELS: tuple[type[Model], ...] = (
    GoogleUsers,
    GoogleSettings,
    GoogleEvent,
    GoogleRecurrence,
    AccountReset,
)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Mail:
    """A mail the server would have sent: an invitation, or the news that an event moved."""

    kind: str
    to: str
    event_id: int
    subject: str


class Database:
    """Holds all records and runs calls against them, one transaction each."""

    def __init__(self, version: int, name: str, clock: DoubleClock, *, google: bool) -> None:
        self.version = version
        self.name = name
        self.clock = clock
        self.google = google
        self.base_url = ""
        self.mails: list[Mail] = []
        self.google_deleted: list[str] = []
        self.kept_back: dict[tuple[int, str], frozenset[int]] = {}
        """Rows that a record rule keeps from a user, by user and model."""
        self.secrets = Credentials(self)
        models = (*_MODELS, *_GOOGLE_MODELS) if google else _MODELS
        self.registry: dict[str, type[Model]] = {model.name: model for model in models}
        self.fields: dict[str, dict[str, Field]] = {}
        self.tables: dict[str, Table] = {}
        for model_name, model in self.registry.items():
            self.fields[model_name] = model.build_fields(version, google) | MAGIC
            self.tables[model_name] = Table(model.links)

    @contextmanager
    def transaction(
        self, uid: int, context: Context, started: datetime | None = None, *, su: bool = False
    ) -> Iterator[Environment]:
        """Open one transaction; an error inside takes everything back, mails included."""
        transaction = Transaction(started or self.clock.now())
        mails = len(self.mails)
        try:
            yield Environment(self, transaction, uid, context, su=su)
        except BaseException:
            transaction.rollback()
            del self.mails[mails:]
            raise
        transaction.commit(self.clock.now())

    def run(
        self, uid: int, context: Context, work: Callable[[Environment], _T], started: datetime | None = None
    ) -> _T:
        """Do `work` in a transaction of its own, anew if it stumbles over a later change of the same row."""
        for _ in range(_TRIES):
            try:
                with self.transaction(uid, context, started) as env:
                    return work(env)
            except SerializationFailure:
                started = None
        raise AssertionError("a transaction that starts now cannot be too old")

    def mail(self, env: Environment, kind: str, partner_id: int, event: Row) -> None:
        """Send a mail unless the context or a system parameter keeps the server quiet."""
        address = env.table("res.partner").rows[partner_id]["email"]
        blocked = any(
            row["key"] == "calendar.block_mail" for row in env.table("ir.config_parameter").rows.values()
        )
        if address and not blocked and not env.context.get("no_mail_to_attendees"):
            self.mails.append(Mail(kind, address, event["id"], event["name"]))
