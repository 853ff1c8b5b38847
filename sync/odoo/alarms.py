"""Odoo's shared alarm records and the reminders they stand for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Literal

from sync.model import Reminder
from sync.odoo.client import OdooClient

_METHODS: Mapping[str, Literal["popup", "email", "sms"]] = {
    "notification": "popup",
    "email": "email",
    "sms": "sms",
}
_TYPES = {method: kind for kind, method in _METHODS.items()}


class Alarms:
    """The calendar.alarm records of the database, read when one turns up that is not known yet."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client
        self.by_id: dict[int, Reminder] = {}
        self._making = asyncio.Lock()

    async def know(self, ids: Iterable[int]) -> None:
        """Make sure that these records are in `by_id`, as far as they exist."""
        if set(ids) <= self.by_id.keys():
            return
        fields = ("alarm_type", "duration_minutes")
        for row in await self._client.search_read("calendar.alarm", [], fields):
            if row["alarm_type"] in _METHODS:
                self.by_id[row["id"]] = Reminder(_METHODS[row["alarm_type"]], row["duration_minutes"])

    async def ids_for(self, reminders: Iterable[Reminder]) -> dict[Reminder, int]:
        """Return a record for each reminder, the oldest if there are several, making those that lack."""
        wanted = set(reminders)
        if wanted - set(self.by_id.values()):
            async with self._making:  # else two that lack the same one make two
                await self._make(wanted)
        return {one: min(key for key, value in self.by_id.items() if value == one) for one in wanted}

    async def _make(self, wanted: set[Reminder]) -> None:
        if wanted - set(self.by_id.values()):
            await self.know([0])
        if missing := sorted(wanted - set(self.by_id.values())):
            created = await self._client.create("calendar.alarm", [_values(one) for one in missing])
            self.by_id |= dict(zip(created, missing, strict=True))


def _values(reminder: Reminder) -> dict[str, object]:
    units = (("days", 1440), ("hours", 60), ("minutes", 1))
    unit, size = next(
        one for one in units if reminder.minutes % one[1] == 0 and (reminder.minutes or one[1] == 1)
    )
    kind = _TYPES[reminder.method]
    amount = reminder.minutes // size
    name = f"{kind.capitalize()} - {amount} {unit.capitalize()}"
    return {"name": name, "alarm_type": kind, "duration": amount, "interval": unit}
