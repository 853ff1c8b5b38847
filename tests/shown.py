"""What a person sees in either calendar: every occurrence by itself, read without calsync's own code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sync.text import visible_text
from tests.doubles.google.people import Person
from tests.doubles.odoo import OdooDouble

REACH = timedelta(days=120)
"""How far around today occurrences are compared: well inside the window of a sync."""


class _Clock(Protocol):
    def now(self) -> datetime:
        """Return the present moment, aware."""


class Calendars(Protocol):
    """Where people's calendars are, such as `tests.world.World`."""

    @property
    def clock(self) -> _Clock:
        """Tells around when is looked."""

    @property
    def odoo(self) -> OdooDouble:
        """The one side."""

    def in_google(self, name: str) -> Person:
        """Return a person on the other."""


@dataclasses.dataclass(frozen=True, order=True)
class Shown:
    """One entry of a calendar; `answers` are those of all known people, by address."""

    start: str
    end: str
    title: str
    place: str = ""
    text: str = ""
    answers: tuple[tuple[str, str], ...] = ()


def in_google(world: Calendars, name: str) -> list[Shown]:
    """Return what a person's Google calendar shows around today."""
    person = world.in_google(name)
    entries: list[dict[str, Any]] = []
    items = person.events()
    series = {item["id"] for item in items if item.get("recurrence")}
    for item in items:
        if item["id"] in series:
            entries += person.instances(item["id"])
        elif item.get("recurringEventId") not in series:  # else it is one of the instances
            entries.append(item)
    return _sorted(world, [_google_entry(item) for item in entries if item.get("status") != "cancelled"])


def _google_entry(item: dict[str, Any]) -> Shown:
    answers = [
        (one["email"], one["responseStatus"])
        for one in item.get("attendees", ())
        if not one.get("resource") and one["email"].endswith("@example.com")
    ]
    return Shown(
        _google_time(item["start"]),
        _google_time(item["end"]),
        item.get("summary", ""),
        item.get("location", ""),
        visible_text(item.get("description", "")),
        tuple(sorted(answers)) if len(answers) > 1 else (),
    )


def _google_time(value: dict[str, Any]) -> str:
    if "date" in value:
        return str(value["date"])
    moment = datetime.fromisoformat(value["dateTime"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(value["timeZone"]))
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


FIELDS = (
    "name", "description", "location", "allday", "start", "stop", "start_date", "stop_date", "attendee_ids",
)  # fmt: skip


def in_odoo(world: Calendars, name: str) -> list[Shown]:
    """Return what a person's Odoo calendar shows around today, each row as it is."""
    rows = world.odoo.events(name, *FIELDS)
    actor = world.odoo.as_user(name)
    wanted = sorted({key for row in rows for key in row["attendee_ids"]})
    attendees = actor.read("calendar.attendee", wanted, ["email", "state"]) if wanted else []
    answers = {row["id"]: (row["email"], row["state"] or "needsAction") for row in attendees if row["email"]}
    return _sorted(world, [_odoo_entry(row, answers) for row in rows])


def _odoo_entry(row: dict[str, Any], answers: dict[int, tuple[str, str]]) -> Shown:
    start, end = row["start"], row["stop"]
    if row["allday"]:
        start = row["start_date"]
        end = str(date.fromisoformat(row["stop_date"]) + timedelta(days=1))
    given = [answers[key] for key in row["attendee_ids"] if key in answers]
    return Shown(
        start,
        end,
        row["name"] or "",
        row["location"] or "",
        visible_text(row["description"] or ""),
        tuple(sorted(given)) if len(given) > 1 else (),
    )


def _sorted(world: Calendars, entries: Iterable[Shown]) -> list[Shown]:
    now = world.clock.now()
    first, last = str((now - REACH).date()), str((now + REACH).date())
    return sorted(one for one in entries if first <= one.start < last)


def assert_same(world: Calendars, name: str) -> list[Shown]:
    """Assert that both calendars of a person show the same, and return that."""
    google, odoo = in_google(world, name), in_odoo(world, name)
    assert odoo == google
    return google
