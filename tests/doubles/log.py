"""What a double was asked, in order: the record from which tests count reads and writes."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One request: its operation name, whether it may change anything, and what came of it.

    `status` is 0 when the connection was cut; `at` is the double's time (UTC).
    """

    operation: str
    write: bool
    status: int
    at: datetime
    detail: dict[str, Any]


class RequestLog:
    """All requests since the last `clear`."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._grew = asyncio.Condition()

    async def add(self, entry: Entry) -> None:
        """Append an entry and wake whoever waits for one."""
        self.entries.append(entry)
        async with self._grew:
            self._grew.notify_all()

    def clear(self) -> None:
        """Forget everything so far."""
        self.entries.clear()

    def of(self, pattern: str = "*") -> list[Entry]:
        """Return the entries whose operation fits the glob `pattern`."""
        return [entry for entry in self.entries if fnmatchcase(entry.operation, pattern)]

    def count(self, pattern: str = "*") -> int:
        """Count the entries whose operation fits the glob `pattern`."""
        return len(self.of(pattern))

    def counts(self) -> dict[str, int]:
        """Return how often each operation was called."""
        return dict(Counter(entry.operation for entry in self.entries))

    def writes(self) -> list[Entry]:
        """Return the requests that may have changed something."""
        return [entry for entry in self.entries if entry.write]

    async def wait_for(self, pattern: str, count: int = 1, within: float = 10.0) -> list[Entry]:
        """Wait until `count` entries fit `pattern` and return them.

        Raises:
            TimeoutError: they did not come `within` that many seconds of real time.
        """
        async with asyncio.timeout(within), self._grew:
            await self._grew.wait_for(lambda: self.count(pattern) >= count)
        return self.of(pattern)
