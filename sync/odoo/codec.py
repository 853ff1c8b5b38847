"""Odoo's calendar.event row to the neutral event and back (fields as RPC shows them in 17, 18 and 19)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sync.errors import Rejected
from sync.model import (
    CANCELLED,
    OVERRIDABLE,
    Event,
    Override,
    Privacy,
    Reminder,
    Response,
    Span,
    Start,
)
from sync.odoo.attendance import ALONE, Attendance, Row
from sync.text import clean, clean_html

READ_FIELDS = (
    "name", "description", "location", "allday", "start", "stop", "start_date", "stop_date", "show_as",
    "privacy", "alarm_ids", "videocall_location", "user_id", "partner_id", "partner_ids", "active",
    "recurrency", "recurrence_id", "access_token", "write_date", "write_uid", "create_date",
)  # fmt: skip

UNTITLED = "(No title)"
VEILED_TITLE = "Busy"

# What Odoo 19 appends to a description by itself: a heading, a name, a mail link, perhaps a phone number, and
# perhaps a second such block. Matched by its shape, since the headings are translated.
_PHONE = r"(?:<br>[+(]?\d[\d\s()./-]*)?"
_MAIL = r"<br>\s*<a href=\"mailto:[^\"]*\"[^>]*>[^<]*</a>"
_BLOCK = rf"<strong>[^<]*</strong><br>[^<]*{_MAIL}{_PHONE}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_SECOND = rf"(?:<br><br><strong>[^<]*</strong><br>[^<]*(?:{_MAIL})?{_PHONE})?"
_CONTACT = re.compile(rf"(?:<br>)?{_BLOCK}{_SECOND}</div>\Z")


def is_masked(row: Row) -> bool:
    """Say whether we may only see "Busy": Odoo blanks `write_date` of other people's private events."""
    return not row["write_date"]


def decode(row: Row, alarms: Mapping[int, Reminder], present: Attendance = ALONE) -> Event:
    """Read a row as one event; `alarms` are the calendar.alarm records it may name.

    Raises:
        Rejected: its times cannot be read or are in the wrong order.
    """
    return Event(
        title=clean(row["name"] or ""),
        span=_span(row),
        description=clean_html(strip_contact_text(row["description"] or "")),
        location=clean(row["location"] or ""),
        busy=row["show_as"] != "free",
        privacy=_privacy(row["privacy"]),
        reminders=frozenset(alarms[key] for key in row["alarm_ids"] if key in alarms),
        guests=present.guests,
        response=present.response,
        meeting_link=_web_address(clean(row["videocall_location"] or "")),
        organizer=present.organizer,
    )


def _web_address(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""


def _privacy(word: str | Literal[False]) -> Privacy:
    try:
        return Privacy(word or "default")
    except ValueError:
        return Privacy.PRIVATE  # a word that some module added must never make an event more visible


def strip_contact_text(description: str) -> str:
    """Take off the organizer's name and address that Odoo 19 writes into descriptions, however nested."""
    while description.startswith("<div>") and (found := _CONTACT.search(description)):
        description = description[len("<div>") : found.start()]
    return description


def start(row: Row) -> Start:
    """Return when a row begins.

    Raises:
        Rejected: its times cannot be read or are in the wrong order.
    """
    return _span(row).start


def _span(row: Row) -> Span:
    try:
        if row["allday"]:
            span = Span(
                date.fromisoformat(row["start_date"]),
                date.fromisoformat(row["stop_date"]) + timedelta(days=1),
            )
        else:
            span = Span(parse_datetime(row["start"]), parse_datetime(row["stop"]))
    except (TypeError, ValueError, OverflowError) as error:
        raise Rejected("unreadable_time") from error
    if span.end < span.start or (span.all_day and span.end == span.start):
        raise Rejected("ends_before_start")
    return span


def parse_datetime(text: str) -> datetime:
    """Read Odoo's naive UTC datetime as an aware one.

    Raises:
        ValueError: it is not one (the year 1 comes without leading zeros, for instance).
    """
    if not _MOMENT.fullmatch(text):  # strptime says the same in ten times as long
        raise ValueError(f"no time of Odoo's: {text!r}")
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def format_datetime(moment: datetime) -> str:
    """Write an aware datetime as Odoo's naive UTC one."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "seconds")


def _anybody(_email: str) -> bool:
    return True


@dataclasses.dataclass(frozen=True)
class Projection:
    """What the Odoo at hand can hold, and what the account we write with may write for others.

    `default_privacy`: whether the empty privacy exists (not in 17) and stays readable for us.
    `private`: whether the person's own private events can be written as such (only with that person's own
    key). What somebody else organizes is shared with colleagues there, who read it with another login.
    `knows`: whether Odoo has a contact with an address; strangers never become contacts.
    """

    default_privacy: bool = True
    private: bool = False
    knows: Callable[[str], bool] = _anybody

    def veils(self, event: Event) -> bool:
        """Say whether an event would stand in Odoo without its text."""
        return event.privacy is Privacy.PRIVATE and not (self.private and event.organizer == "")

    def __call__(self, event: Event) -> Event:
        """Return the event as it would stand in Odoo; a private one we may not write becomes a busy block.

        That has no guests either: with whom somebody meets can say it all.

        Occurrences differ in what their own rows would show otherwise than the rows of the series.
        """
        fitting = self._plain(event)
        overrides: dict[Start, Override] = {}
        for start in event.overrides:
            one = event.occurrence(start)
            override = {CANCELLED: True} if one is None else difference(self._plain(one), fitting, start)
            if override:
                overrides[start] = override
        return dataclasses.replace(fitting, overrides=overrides) if event.overrides else fitting

    def _plain(self, event: Event) -> Event:
        guests = frozenset(one for one in event.guests if self.knows(one.email))
        alone = event.organizer == "" and not guests
        fitting = dataclasses.replace(
            event,
            title=event.title.strip() or UNTITLED,
            guests=guests,
            response=Response.ACCEPTED if alone else event.response,
            meeting_link=_web_address(event.meeting_link),
        )
        if self.veils(event):
            return dataclasses.replace(
                fitting,
                title=VEILED_TITLE,
                description="",
                location="",
                meeting_link="",
                guests=frozenset(),
                response=Response.ACCEPTED if event.organizer == "" else event.response,
                privacy=Privacy.PUBLIC,
            )
        if event.privacy is Privacy.DEFAULT and not self.default_privacy:
            return dataclasses.replace(fitting, privacy=Privacy.PUBLIC)
        return fitting


def difference(one: Event, series: Event, start: Start) -> Override:
    """Return the fields in which an occurrence differs from its series."""
    usual = dataclasses.replace(series, span=series.span_at(start))
    return {name: getattr(one, name) for name in OVERRIDABLE if getattr(one, name) != getattr(usual, name)}


def encode(event: Event, fields: Iterable[str], alarm_ids: Mapping[Reminder, int]) -> dict[str, Any]:
    """Return the values that set `fields`; `event` is already projected, `alarm_ids` knows its reminders.

    Guests, answers and what makes a series are records of their own: `sync.odoo.writing` sees to them.
    """
    values: dict[str, Any] = {}
    for name in fields:
        match name:
            case "title":
                values["name"] = event.title
            case "span":
                values |= _times(event.span)
            case "description" | "location":
                values[name] = getattr(event, name) or False
            case "meeting_link":
                values["videocall_location"] = event.meeting_link or False
            case "busy":
                values["show_as"] = "busy" if event.busy else "free"
            case "privacy":
                values["privacy"] = False if event.privacy is Privacy.DEFAULT else event.privacy.value
            case "reminders":
                values["alarm_ids"] = [[6, 0, sorted(alarm_ids[one] for one in event.reminders)]]
    return values


def _times(span: Span) -> dict[str, Any]:
    if isinstance(span.start, datetime) and isinstance(span.end, datetime):
        return {
            "allday": False,
            "start": format_datetime(span.start),
            "stop": format_datetime(span.end),
        }
    last = span.end - timedelta(days=1)
    return {"allday": True, "start_date": span.start.isoformat(), "stop_date": last.isoformat()}
