"""How long the event loop is kept from its work, and by what; and what this process holds."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import os
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

LATE = 0.025
"""Seconds after which somebody looks what the loop is doing."""
PAUSE = 0.005
DEEPEST = 12
POOLS = ("google_", "odoo_", "asyncio_")
"""How the names of pools' threads begin."""


@dataclasses.dataclass(frozen=True)
class Turn:
    """One turn of the loop: what was ready was carried out, and nothing else could be meanwhile.

    Of its seconds, for `busy` ones the loop's own thread worked; `blocked` are all but those for which the
    system had given the processor to other programs: the thread waited for the disk, or for another thread.
    `doing` is what was seen of it, the innermost call last, "" if nobody looked.
    """

    busy: float
    blocked: float
    doing: str = ""


class LoopMonitor:
    """Measures each turn of the running loop; `with LoopMonitor() as monitor: ...` inside a coroutine.

    How long the loop's thread waited for a processor is the kernel's own count
    (/proc/PID/task/TID/schedstat, second number, nanoseconds): other work on the machine is not calsync's.
    """

    def __init__(self) -> None:
        self.turns = 0
        self.longest: list[Turn] = []
        self._began = self._worked = 0.0
        self._doing: tuple[float, str] = (0.0, "")
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="loop monitor", daemon=True)
        self._schedstat = -1
        self._thread = 0

    def __enter__(self) -> LoopMonitor:
        self._thread = threading.get_ident()
        stat = f"/proc/self/task/{threading.get_native_id()}/schedstat"
        self._schedstat = os.open(stat, os.O_RDONLY)
        selector: Any = asyncio.get_running_loop()._selector  # type: ignore[attr-defined] # no public hook
        self._selector, self._select = selector, selector.select
        selector.select = self._selected
        self._begin()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.select = self._select
        self._ended.set()
        self._watcher.join()
        os.close(self._schedstat)

    def forget(self) -> None:
        """Begin anew."""
        self.turns, self.longest = 0, []

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the turn begin anew after the block: what it does is the benchmark's own."""
        yield
        self._begin()

    @property
    def worst(self) -> Turn:
        """The turn with the most work in it."""
        return max(self.longest, key=lambda turn: turn.busy, default=Turn(0.0, 0.0))

    def blocked(self, seconds: float) -> int:
        """Count the turns that were blocked longer (at least `LATE`)."""
        return sum(turn.blocked > seconds for turn in self.longest)

    def told(self, seconds: float) -> list[str]:
        """Tell what kept the thread busy longer than so many seconds, one line for each place."""
        places: dict[str, list[float]] = {}
        for turn in self.longest:
            if turn.busy > seconds:
                places.setdefault(turn.doing, []).append(turn.busy)
        return [
            f"{len(times)} x, at most {1000 * max(times):.0f} ms: {place or 'not seen'}"
            for place, times in sorted(places.items(), key=lambda one: -max(one[1]))
        ]

    def _selected(self, timeout: float | None = None) -> Any:
        now = time.perf_counter()
        took = now - self._began
        self.turns += 1
        if took > LATE:
            busy, blocked = time.thread_time() - self._worked, took - (self._waiting() - self._waited)
            seen, doing = self._doing
            if blocked > LATE:
                self.longest.append(Turn(busy, blocked, doing if seen == self._began else ""))
        self._began = 0.0
        try:
            return self._select(timeout)
        finally:
            self._begin()

    def _begin(self) -> None:
        self._waited, self._worked, self._began = self._waiting(), time.thread_time(), time.perf_counter()

    def _waiting(self) -> float:
        return int(os.pread(self._schedstat, 64, 0).split()[1]) / 1e9

    def _watch(self) -> None:
        while not self._ended.wait(PAUSE):
            began = self._began
            if began and time.perf_counter() - began > LATE and self._doing[0] != began:
                # A collection of garbage inside of this call waits for itself (python/cpython#106883).
                gc.disable()
                try:
                    frame = sys._current_frames().get(self._thread)
                finally:
                    gc.enable()
                self._doing = began, _told(frame)


def _told(frame: FrameType | None) -> str:
    frames = [one for one in traceback.extract_stack(frame) if "/asyncio/" not in one.filename]
    foreign = "/site-packages/", "/lib/python", "<"
    ours = [one for one in frames if not any(part in one.filename for part in foreign)]
    chosen = ours[-DEEPEST:] + ([frames[-1]] if frames and frames[-1] not in ours else [])
    return " > ".join(f"{Path(one.filename).stem}.{one.name}:{one.lineno}" for one in chosen)


@dataclasses.dataclass(frozen=True)
class Held:
    """What this process holds when nothing is under way (Linux): `resident` bytes, `blocks` of memory that
    Python gave out, texts and numbers too, and how many of the rest.

    Threads of pools do not count: there are more of them until a pool is as large as it may be.
    """

    resident: int
    blocks: int
    objects: int
    tasks: int
    threads: int
    files: int

    def __str__(self) -> str:
        return (
            f"{self.resident / 2**20:.1f} MB, {self.blocks} blocks, {self.objects} objects, "
            f"{self.tasks} tasks, {self.threads} threads, {self.files} open files"
        )


def held() -> Held:
    """Count what this process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Held(
        pages * os.sysconf("SC_PAGE_SIZE"),
        sys.getallocatedblocks(),
        len(gc.get_objects()) + gc.get_freeze_count(),
        len(asyncio.all_tasks()),
        sum(not one.name.startswith(POOLS) for one in threading.enumerate()),
        len(os.listdir("/proc/self/fd")),
    )


def names_of_tasks() -> Counter[str]:
    """Count the tasks there are, by what they carry out."""
    return Counter(getattr(task.get_coro(), "__qualname__", "?") for task in asyncio.all_tasks())
