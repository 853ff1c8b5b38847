"""Two doubles of Google in which the same happens, but for how the client changes events."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from sync.errors import SyncError
from sync.google.client import GoogleClient
from sync.google.limits import Quota
from tests.clock import TestClock
from tests.doubles.google import GoogleDouble
from tests.doubles.google.client import OWNED
from tests.doubles.google.errors import GoogleError

ALICE, BOB, CAROL = (f"{name}@example.com" for name in ("alice", "bob", "carol"))
CHANGING = {"created", "updated", "etag"}
"""What differs between two worlds in which the same happens at another moment."""


class GoogleWorld:
    """A double with three people, and the client for alice; `replaces` says how it changes events."""

    def __init__(self, *, replaces: bool) -> None:
        self.google, self.replaces = GoogleDouble(), replaces
        for email in (ALICE, BOB, CAROL):
            self.google.add_person(email)
        self.token = self.google.grants.new_access_token(ALICE, frozenset({OWNED})).value

    async def start(self) -> None:
        """Listen and connect."""

        async def token(_account_id: int, _renew: bool) -> str:
            return self.token

        await self.google.start()
        self.client = GoogleClient(self.google.api_url, token, TestClock())
        self.client.limits.quota = Quota(10**6, 10**6)
        self.google.settings.user_quota = self.google.settings.project_quota = 10**6

    async def stop(self) -> None:
        """Take it down."""
        await self.client.close()
        await self.google.stop()

    def make(self, event_id: str, organizer: str, body: dict[str, Any]) -> bool:
        """Let somebody make an event; says whether alice has it."""
        with contextlib.suppress(GoogleError):
            self.google.people[organizer].create(**body | {"id": event_id})
        calendar = self.google.world.owners[ALICE].primary
        return event_id in calendar.events

    async def change(self, event_id: str, changed: dict[str, Any], *, conference: bool) -> str:
        """Change an event of alice's and return how that went."""
        resource = await self.client.get(1, event_id)
        assert resource is not None
        try:
            await self.client.modify(
                1,
                event_id,
                changed,
                resource["etag"],
                pending=1000 if self.replaces else 1,
                conference=conference,
            )
        except SyncError as error:
            return str(error)
        return "ok"

    def shown(self, event_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return what everybody has of an event now, as the API shows it."""
        return {
            email: [
                {name: value for name, value in person.event(one).items() if name not in CHANGING}
                for one in person.owner.primary.events
                if one.startswith(event_id)
            ]
            for email, person in self.google.people.items()
        }


class GooglePair:
    """Two such worlds: one patches, one replaces."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self.worlds = [GoogleWorld(replaces=False), GoogleWorld(replaces=True)]
        for world in self.worlds:
            self._loop.run(world.start())
        self._made = 0

    def close(self) -> None:
        """Take them down."""
        for world in self.worlds:
            self._loop.run(world.stop())
        self._loop.close()

    def new_id(self) -> str:
        """Return an id that no event has had."""
        self._made += 1
        return f"event{self._made:06d}"

    def change(self, event_id: str, changed: dict[str, Any], *, conference: bool) -> list[str]:
        """Change the event in both worlds."""
        return [
            self._loop.run(world.change(event_id, changed, conference=conference)) for world in self.worlds
        ]
