"""How a benchmark tells what it found."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager


@dataclasses.dataclass(frozen=True)
class Case:
    """One figure beside what it should stay below."""

    name: str
    limit: float

    def line(self, ratio: float) -> str:
        """Return the line that tells of it, with three digits."""
        digits = 2 if ratio < 10 else 1 if ratio < 100 else 0
        return f"bench: {self.name} ratio={ratio:.{digits}f} limit={self.limit:g}"


@dataclasses.dataclass
class Watch:
    """Seconds that something took: of real time, and of this process's CPU."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def watched() -> Iterator[Watch]:
    """Measure what happens in the block."""
    watch = Watch()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield watch
    finally:
        watch.wall, watch.cpu = time.perf_counter() - wall, time.process_time() - cpu


def seconds(values: Iterable[float]) -> str:
    """Write measurements for people."""
    return ", ".join(f"{value:.2f}" for value in values) + " s"


def side_by_side(found: Sequence[tuple[Watch, Watch]], what: str) -> str:
    """Tell how long syncs took beside the bare writes of the same."""
    syncs, alone = zip(*found, strict=True)
    took, cpu = seconds(one.wall for one in syncs), seconds(one.cpu for one in syncs)
    return f"{took}, of it CPU {cpu}; the {what} alone {seconds(one.wall for one in alone)}"
