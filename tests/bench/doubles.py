"""The three doubles in a process of their own, so that their work never counts as calsync's."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.google.grant import SCOPES
from tests.bench.pace import FarGoogle, SlowOdoo
from tests.doubles.slack import SlackDouble

Order = Mapping[str, Any]
NO_LIMIT = 10**9
HOUR = timedelta(hours=1)


class Doubles:
    """Google, Odoo and Slack, and what the benchmarks tell them to do; every method is one order."""

    def __init__(self, callback: str) -> None:
        self.google = FarGoogle(redirect_uris=[callback])
        # The quotas are Google's to set; here calsync shall show how fast it could be.
        self.google.settings.user_quota = self.google.settings.project_quota = NO_LIMIT
        self.odoo = SlowOdoo(18)
        self.odoo.add_user("svc", api_key="svc-key")
        self.slack = SlackDouble()

    def addresses(self) -> dict[str, Any]:
        """Return where calsync finds them, as settings."""
        return {
            "slack_api_url": f"{self.slack.url}/api/",
            "google_client_file": self.google.client_file(),
            "google_api_url": self.google.api_url,
            "google_revoke_url": self.google.revoke_url,
            "odoo_url": self.odoo.url,
            "odoo_db": self.odoo.db,
        }

    def people(self, number: int, in_google: int, in_odoo: int) -> list[dict[str, Any]]:
        """Add people who have consented, with so many events on each side; returns their accounts' values."""
        first = len(self.google.people)
        return [self._person(f"p{n}", in_google, in_odoo) for n in range(first, first + number)]

    def _person(self, name: str, in_google: int, in_odoo: int) -> dict[str, Any]:
        email = f"{name}@example.com"
        person = self.google.add_person(email)
        self.google.grants.granted[email] = set(SCOPES)
        token = self.google.grants.new_refresh_token(email, frozenset(SCOPES))
        user = self.odoo.add_user(name)
        member = f"U{user.id:010}"
        self.slack.add_person(member, name, email)
        noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
        for n in range(in_google):
            start = noon + n * HOUR
            person.create(f"Google {n}", start=start, end=start + HOUR, description=f"About {n}")
        starts = [(noon + n * HOUR).replace(tzinfo=None) for n in range(in_odoo)]
        if starts:
            self.odoo.as_user(name).create(
                "calendar.event",
                [
                    {"name": f"Odoo {n}", "start": f"{start}", "stop": f"{start + HOUR}", "location": f"R{n}"}
                    for n, start in enumerate(starts)
                ],
            )
        return {
            "slack_user_id": member,
            "odoo_uid": user.id,
            "odoo_partner_id": user.partner_id,
            "odoo_login": name,
            "google_sub": person.owner.sub,
            "google_email": email,
            "refresh_token": token.value,
        }

    def edit(self, name: str, number: int, mark: str) -> None:
        """Let a person give so many events another title in Google, and so many others one in Odoo."""
        person, actor = self.google.people[f"{name}@example.com"], self.odoo.as_user(name)
        calendar = person.owner.primary
        edited = list(calendar.events)[:number]
        before = [person.event(google_id)["summary"] for google_id in edited]
        for google_id in edited:
            person.patch(google_id, summary=mark)
        others = [["user_id", "=", actor.uid], ["name", "not in", before]]
        for odoo_id in actor.search("calendar.event", others, order="id")[-number:]:
            actor.write("calendar.event", odoo_id, {"name": mark})

    def titles(self, name: str, mark: str) -> list[int]:
        """Count a person's events with a title: in Google, in Odoo."""
        in_google = [item["summary"] for item in self.google.people[f"{name}@example.com"].events()]
        in_odoo = [row["name"] for row in self.odoo.events(name, "name")]
        return [in_google.count(mark), in_odoo.count(mark)]

    async def commands(self, members: list[str], line: str, seconds: float) -> list[dict[str, Any]]:
        """Let people type a command one after the other within so many seconds of real time.

        Returns for each the seconds until it was acknowledged, and whether an answer came within ten more.
        """

        async def one(number: int, member: str) -> dict[str, Any]:
            await asyncio.sleep(seconds * number / len(members))
            person = self.slack.person(member)
            outcome = await person.command(line)
            try:
                await person.see("")
            except TimeoutError:
                return {"seconds": outcome.seconds, "answered": False}
            return {"seconds": outcome.seconds, "answered": not outcome.error}

        return await asyncio.gather(*(one(*numbered) for numbered in enumerate(members)))

    def pace(self, round_trip: float, real_odoo: bool) -> None:
        """Add these seconds to each of Google's answers; say whether Odoo takes as long as a real one."""
        self.google.round_trip, self.odoo.real_pace = round_trip, real_odoo

    def advance(self, seconds: float) -> None:
        """Move all clocks on."""
        for double in (self.google, self.odoo, self.slack):
            double.clock.advance(seconds=seconds)

    def calls(self) -> dict[str, dict[str, int]]:
        """Return how often each operation was called since the last time this was asked."""
        counts = {}
        for double in (self.google, self.odoo):
            counts[double.name] = double.log.counts()
            double.log.clear()
        return counts


async def serve(doubles: Doubles) -> None:
    """Carry out orders from standard input, one JSON object a line, until it ends."""
    reader = asyncio.StreamReader(limit=2**26)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with AsyncExitStack() as stack:
        for double in (doubles.google, doubles.odoo, doubles.slack):
            await stack.enter_async_context(double)
        while line := await reader.readline():
            order = json.loads(line)
            answer = getattr(doubles, order.pop("do"))(**order)
            if inspect.isawaitable(answer):
                answer = await answer
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Doubles(sys.argv[1])))
