"""The doubles of very many people, most of whom do nothing: Google counts its quotas here."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from sync.google.side import PARAMETERS
from tests.bench.doubles import HOUR, Doubles, serve
from tests.doubles.google import tokens
from tests.doubles.google.settings import Settings


class Crowd(Doubles):
    """The doubles, with orders for a crowd; every method is one order."""

    def __init__(self, callback: str) -> None:
        super().__init__(callback)
        for quota in ("user_quota", "project_quota"):
            setattr(self.google.settings, quota, getattr(Settings(), quota))

    def crowd(self, number: int) -> list[dict[str, object]]:
        """Add people whose empty calendars were listed once; returns their accounts' values and `cursor`."""
        made = self.people(number, in_google=0, in_odoo=0)
        for values in made:
            calendar = self.google.people[str(values["google_email"])].owner.primary
            asked = {"parameters": tokens.fingerprint(PARAMETERS), "epoch": calendar.token_epoch}
            kept = {"at": calendar.changes, **asked}
            values["cursor"] = tokens.seal("sync", calendar, kept)
        return made

    async def fill(self, name: str, number: int) -> None:
        """Give a person so many events in Google, an hour each; Slack goes on meanwhile."""
        person = self.google.people[f"{name}@example.com"]
        noon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        for n in range(number):
            start = noon + n * HOUR
            person.create(f"Old {n}", start=start, end=start + HOUR)
            await asyncio.sleep(0)

    def new(self, names: list[str], title: str) -> None:
        """Let people make an event in Google."""
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
        for name in names:
            self.google.people[f"{name}@example.com"].create(title, start=start, end=start + HOUR)

    def refusals(self) -> int:
        """Count the requests that Google refused since `calls` was asked last."""
        return sum(entry.status in (403, 429) for entry in self.google.log.entries)

    def spacing(self) -> list[float]:
        """Return the shortest and the longest time between two listings of one calendar, in seconds."""
        last: dict[str, datetime] = {}
        between: list[float] = []
        for entry in self.google.log.of("calendar.events.list"):
            whose = str(entry.detail["account"])
            if whose in last:
                between.append((entry.at - last[whose]).total_seconds())
            last[whose] = entry.at
        return [min(between), max(between)] if between else []


if __name__ == "__main__":
    asyncio.run(serve(Crowd(sys.argv[1])))
