"""The Google side with the real client at the double, and people who act in Google's own pages."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.base import Hasher
from sync.clock import Clock
from sync.google import codec
from sync.google.client import GoogleClient
from sync.google.limits import Limits, Quota
from sync.google.side import GooglePull, GoogleSide
from sync.merge import Merge
from sync.model import CANCELLED, OVERRIDABLE, Event, Span
from sync.seen import Seen
from tests.doubles.google import GoogleDouble
from tests.doubles.google.client import OWNED
from tests.doubles.google.people import Person

ALICE, BOB = 1, 2
UNLIMITED = 10**6
EMAILS = {ALICE: "alice@example.com", BOB: "bob@example.com"}
ZONE = "Europe/Brussels"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HASHER = Hasher(b"k" * 32)


class Noon(Clock):
    """A clock that stands at noon of the day on which the tests take place."""

    def now(self) -> datetime:
        """Return noon."""
        return NOON


@dataclasses.dataclass
class Stage:
    """The side, the double behind it, and alice and bob at Google's pages."""

    google: GoogleDouble
    side: GoogleSide
    client: GoogleClient
    alice: Person
    bob: Person

    async def pull(self, token: str | None = None, account: int = ALICE) -> GooglePull:
        """Pull somebody's calendar."""
        return await self.side.pull(account, token)

    async def create(
        self, event: Event, *, account: int = ALICE, meet: bool = False, key: str = "made1", address: str = ""
    ) -> Seen:
        """Create an event under the id `key`, as the account is called, or once was."""
        address = address or EMAILS[account]
        return await self.side.create(account, key, event, ZONE, "7.0", address=address, meet=meet)

    async def update(
        self, event_id: str, merged: Merge, seen: Seen, *, account: int = ALICE, version: str = ""
    ) -> Seen:
        """Write a merge that rests on a sighting; what comes back must be what a new look shows."""
        after = await self.side.update(account, event_id, merged, seen, version or seen.version, ZONE)
        assert after == await self.side.fetch(account, event_id)
        return after

    def writes(self) -> int:
        """Return how many writes were sent so far."""
        names = ("insert", "patch", "update", "delete")
        return sum(self.google.log.counts().get(f"calendar.events.{name}", 0) for name in names)


@asynccontextmanager
async def make_stage() -> AsyncIterator[Stage]:
    """Alice and bob with empty calendars, at noon."""
    async with GoogleDouble() as google:
        google.clock.set(NOON, frozen=True)
        people = [google.add_person(email, time_zone=ZONE) for email in EMAILS.values()]
        tokens = {
            key: google.grants.new_access_token(email, frozenset({OWNED})).value
            for key, email in EMAILS.items()
        }

        async def token(account_id: int, _renew: bool) -> str:
            return tokens[account_id]

        # The clocks stand still, so no minute ever ends.
        google.settings.user_quota = google.settings.project_quota = UNLIMITED
        client = GoogleClient(google.api_url, token, Noon(), Limits(Noon(), Quota(UNLIMITED, UNLIMITED)))
        past, future = timedelta(days=365), timedelta(days=730)
        side = GoogleSide(client, HASHER, Noon(), past, future)
        yield Stage(google, side, client, *people)
        await client.close()


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    """Return a moment in 2026, by the clock of Brussels in winter, as aware UTC."""
    return datetime(2026, month, day, hour - 1, tzinfo=UTC)


def hour(day: int, start: int = 9, *, length: int = 1) -> Span:
    """Return so many hours of a day in March 2026."""
    return Span(at(day, start), at(day, start + length))


def google_times(day: int, start: int = 9, *, length: int = 1) -> dict[str, Any]:
    """Return the same hours as Google's pages send them."""
    text = "2026-03-{:02}T{:02}:00:00"
    return {
        "start": {"dateTime": text.format(day, start), "timeZone": ZONE},
        "end": {"dateTime": text.format(day, start + length), "timeZone": ZONE},
    }


def series(person: Person, *lines: str, **more: Any) -> str:
    """Let a person make a series that starts on Monday, 2 March at nine, five days long by default."""
    body = google_times(2) | {"id": "series"} | more
    rules = list(lines) or ["RRULE:FREQ=DAILY;COUNT=5"]
    return str(person.create("Stand-up", **body, recurrence=rules)["id"])


def instance(day: int, hour: int = 9) -> str:
    """Return the id of an occurrence of that series (or of one that began at another hour)."""
    return f"series_202603{day:02}T{hour - 1:02}0000Z"


def merge_of(
    seen: Seen,
    *,
    overrides: Mapping[Any, Mapping[str, Any]] | None = None,
    starts: Mapping[Any, Iterable[str]] | None = None,
    **values: Any,
) -> Merge:
    """Return the merge that gives Google new values, of a whole event and of single occurrences.

    `overrides` are what occurrences are then; each stands for all fields that it names, unless `starts` says
    which. An occurrence that comes back, or is left out, has all fields named, as the core has it.
    """
    assert seen.event is not None
    event = seen.event
    given = dict(overrides or {})
    named = {start: frozenset(names) for start, names in (starts or {}).items()}
    for start, override in given.items():
        before = event.overrides.get(start, {})
        turned = CANCELLED in {**before, **override} and not (CANCELLED in before and CANCELLED in override)
        everything = frozenset({CANCELLED, *OVERRIDABLE})
        named.setdefault(start, everything if turned else frozenset({*before, *override}))
    kept = {start: one for start, one in (dict(event.overrides) | given).items() if one}
    merged = dataclasses.replace(event, overrides=kept, **values)
    fields = frozenset(values) | ({"overrides"} if named else frozenset())
    return Merge(merged, fields, frozenset(), google_starts=named)


def shown(person: Person, event_id: str = "series") -> list[tuple[str, str]]:
    """Return the occurrences of a series as people see them: when (in UTC) and under which title."""
    events = [codec.decode(item) for item in person.instances(event_id)]
    return [(f"{event.span.start:%d %H}", event.title) for event in events]


async def assert_settled(stage: Stage, merge: Merge, after: Seen) -> None:
    """Assert that the same write again, as after a crash, writes nothing."""
    before = stage.writes()
    again = merge_of(
        after, overrides={start: merge.event.overrides.get(start, {}) for start in merge.google_starts}
    )
    assert await stage.update("series", again, after) == after
    assert stage.writes() == before
