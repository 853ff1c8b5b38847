"""What runs do, counted since the process began: by codes alone, so that graphs name nobody."""

from __future__ import annotations

import bisect
import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sync.model import Side
from sync.seen import Seen

MIRRORING = frozenset(
    {
        "new_in_google",
        "new_in_odoo",
        "edited_in_google",
        "edited_in_odoo",
        "merged",
        "edited_on_both",
        "declined_in_odoo",
    }
)
"""Reasons of writes that carry a change over whose time is known. The others complete, repair or give back,
or follow a deletion, of which the sides do not tell when it was."""

FRESH = timedelta(days=1)
"""What was changed longer than this before the last success is no news: it came into the window, or a setting
let it through. What a run missed, the daily pass finds within this time."""

LAG_BOUNDS = (1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1800, 3600, 14400, 86400)
RUN_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
"""Seconds."""


class Histogram:
    """Counts values by the bounds that they stay within."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0
        """The sum of all values."""

    def observe(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect.bisect_left(self._bounds, value)] += 1
        self.total += value

    def cumulative(self) -> list[tuple[str, int]]:
        """Return how many values are at most each bound; the last, "+Inf", means all of them."""
        counted, so_far = list[tuple[str, int]](), 0
        for bound, count in zip([*map(str, map(float, self._bounds)), "+Inf"], self._counts, strict=True):
            so_far += count
            counted.append((bound, so_far))
        return counted


@dataclasses.dataclass
class Measures:
    """The counts of one process.

    `runs` are counted by outcome, `writes` by side, action (see `sync.store.history.Entry`) and reason;
    `quiet` are the accounts that were found to have no news and needed no run. `lags` are the seconds from a
    change to its write on the named side.
    """

    runs: Counter[str] = dataclasses.field(default_factory=Counter)
    run_seconds: Histogram = dataclasses.field(default_factory=lambda: Histogram(RUN_BOUNDS))
    quiet: int = 0
    writes: Counter[tuple[Side, str, str]] = dataclasses.field(default_factory=Counter)
    lags: dict[Side, Histogram] = dataclasses.field(
        default_factory=lambda: {side: Histogram(LAG_BOUNDS) for side in Side}
    )

    def ran(self, outcome: str, seconds: float) -> None:
        """Count a run that came to its end."""
        self.runs[outcome] += 1
        self.run_seconds.observe(seconds)

    def wrote(
        self, side: Side, action: str, reason: str, source: Seen, synced_at: datetime | None, now: datetime
    ) -> None:
        """Count a write that was just done, and its lag behind what the other side shows as `source`.

        The change's time is the other side's own, brought onto our clock (aware UTC) by its Date headers,
        which count in whole seconds; so is the lag true to a second or two. A first sync, of an account whose
        last success `synced_at` is None, lags behind nothing.
        """
        self.writes[side, action, reason] += 1
        changed_at = source.edited_at
        if reason not in MIRRORING or changed_at is None or synced_at is None:
            return
        if changed_at >= synced_at - FRESH:
            self.lags[side].observe(max((now - changed_at).total_seconds(), 0.0))
