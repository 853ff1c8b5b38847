"""The real client and the double of Google, without anything behind or beside them."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.google.client import GoogleClient
from tests.clock import TestClock
from tests.doubles.google import GoogleDouble
from tests.doubles.google.client import OWNED
from tests.doubles.google.people import Person

ALICE, BOB = 1, 2
EVENT_ID = "event1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TIMES = {"start": {"dateTime": "2026-03-02T12:00:00Z"}, "end": {"dateTime": "2026-03-02T13:00:00Z"}}
WINDOW = (NOON - timedelta(days=30), NOON + timedelta(days=30))


class Together(TestClock):
    """Waiting takes no time and moves Google's clock, too."""

    def __init__(self, google: GoogleDouble) -> None:
        super().__init__()
        self._google = google

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Let the time pass at once."""
        self.advance(seconds=seconds)
        self._google.clock.advance(seconds=seconds)
        return event.is_set()


@dataclasses.dataclass
class Line:
    """The client and the double that it talks to."""

    google: GoogleDouble
    client: GoogleClient
    clock: TestClock
    renewals: list[int]

    @property
    def alice(self) -> Person:
        """Return alice at Google's pages."""
        return self.google.people["alice@example.com"]

    def fail(self, status: int, reason: str = "", operation: str = "*", **more: Any) -> None:
        """Plan a refusal that lasts."""
        planned: dict[str, Any] = {"operation": operation, "status": status, "reason": reason, "times": None}
        self.google.faults.add(**planned | more)

    async def listed(self, token: str | None = None) -> str:
        """List alice's calendar and return the token."""
        return (await self.client.list(ALICE, token, WINDOW, {"singleEvents": False})).token

    async def event(self) -> str:
        """Make alice's event and return its version."""
        made: str = (await self.client.insert(ALICE, TIMES | {"id": EVENT_ID, "summary": "Old"}))["etag"]
        self.google.log.clear()
        return made

    def counts(self) -> dict[str, int]:
        """Return what was asked, by the last word of its operation."""
        return {name.rsplit(".")[-1]: n for name, n in self.google.log.counts().items()}


@asynccontextmanager
async def make_line() -> AsyncIterator[Line]:
    """The client, with tokens for alice and bob."""
    async with GoogleDouble() as google:
        clock = Together(google)
        emails = {ALICE: "alice@example.com", BOB: "bob@example.com"}
        for email in emails.values():
            google.add_person(email)
        renewals: list[int] = []
        tokens: dict[int, str] = {}

        async def token(account_id: int, renew: bool) -> str:
            if renew:
                renewals.append(account_id)
            if renew or account_id not in tokens:
                tokens[account_id] = google.grants.new_access_token(
                    emails[account_id], frozenset({OWNED})
                ).value
            return tokens[account_id]

        client = GoogleClient(google.api_url, token, clock)
        yield Line(google, client, clock, renewals)
        await client.close()


Act = Callable[[Line], Awaitable[Any]]


async def get(line: Line) -> Any:
    """Read an event."""
    return await line.client.get(ALICE, EVENT_ID)


async def insert(line: Line) -> Any:
    """Make an event."""
    return await line.client.insert(ALICE, TIMES | {"id": "event2"})


async def patch(line: Line) -> Any:
    """Change an event, whatever its version."""
    return await line.client.patch(ALICE, EVENT_ID, {"summary": "New"}, "*")


async def replace(line: Line) -> Any:
    """Change an event as one of many."""
    return await line.client.modify(ALICE, EVENT_ID, {"summary": "New"}, "*", pending=1000)


async def delete(line: Line) -> Any:
    """Delete an event, whatever its version."""
    return await line.client.delete(ALICE, EVENT_ID, "*")


async def listing(line: Line) -> Any:
    """List the calendar."""
    return await line.listed()
