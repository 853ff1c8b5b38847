"""Waiting for something to become so, without polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Bell:
    """Rung at every change; whoever waits looks again each time it rings."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, look: Callable[[], T | None], within: float = 10.0) -> T:
        """Return what `look` finds as soon as it finds something.

        Raises:
            TimeoutError: it found nothing `within` that many seconds of real time.
        """
        async with asyncio.timeout(within):
            while True:
                rung = self._rung
                if found := look():
                    return found
                await rung.wait()
