"""When Python looks for garbage that refers to itself: a little at a time, at all only in quiet moments."""

from __future__ import annotations

import gc
from collections.abc import Callable

YOUNG, MIDDLE, OLD = 2000, 25, 10_000
"""Python's thresholds: a look at what is young takes less than a millisecond, at what is middle-aged five to
ten. A look at all takes 150 ms while a first sync of 10,000 events goes on, so it is never due by itself."""
MOST_PUT_OFF = 12


class Garbage:
    """Looks at all objects in moments in which `is_busy` says no, or when that was put off too often."""

    def __init__(self, is_busy: Callable[[], bool]) -> None:
        self._is_busy = is_busy
        self._put_off = 0

    async def collect(self) -> None:
        """Look now, if nothing goes on."""
        if self._is_busy() and self._put_off < MOST_PUT_OFF:
            self._put_off += 1
            return
        self._put_off = 0
        gc.collect()


def settle_down() -> None:
    """Let what is there now stay for good, and Python look for garbage in small steps from here on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
