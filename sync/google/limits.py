"""How fast Google may be asked: units a minute for each account and for the project, and pauses it wants."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import random
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from sync.clock import Clock
from sync.errors import RetryLater, SyncError, WritesPaused

PATCH_UNITS = 3
"""What a patch costs (Calendar API reference/events/patch); every other request costs one unit."""

MINUTE = 60.0
FIRST_RATE_PAUSE, LONGEST_RATE_PAUSE = 4.0, 64.0
FIRST_USAGE_PAUSE, LONGEST_USAGE_PAUSE = 3600.0, 24 * 3600.0
DAILY_PAUSE = 3600.0
"""A daily limit ends at midnight, or when somebody raises it, so one request an hour asks."""

JITTER = 0.25
"""By how much of itself a pause is lengthened at random, so that not everybody comes back at once."""

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Google's days begin at midnight Pacific time (Calendar API guides/quota)."""


@dataclasses.dataclass(frozen=True)
class Quota:
    """Units a minute. Google gives 600 a user and 10,000 a project (guides/quota); 5 % of it stay free.

    They are for what this process cannot see: requests from before its start, and Google's own counting.
    """

    account: int = 570
    project: int = 9_500

    def __post_init__(self) -> None:
        if min(self.account, self.project) < PATCH_UNITS:
            raise ValueError(f"a quota below {PATCH_UNITS} units never lets a patch through")


class Limits:
    """Counts what is spent and keeps the pauses, in memory; times are the clock's monotonic seconds.

    Google counts over a sliding minute, so this does, too. A leaky bucket of the same rate would let its
    size through at once and as much again before the minute is over.
    """

    def __init__(
        self,
        clock: Clock,
        quota: Quota | None = None,
        jitter: Callable[[], float] | None = None,
    ) -> None:
        self._clock, self._jitter = clock, jitter or random.SystemRandom().random
        self.quota = quota or Quota()
        """May be changed at any time."""
        self._project, self._turn = _Window(), asyncio.Lock()
        self._all = _Pause()
        self._budgets: dict[int, _Budget] = {}
        self._swept = clock.monotonic()
        self.total = 0
        """The units spent since the process began."""

    def __len__(self) -> int:
        """Return of how many accounts anything is remembered; the idle ones cost nothing."""
        return len(self._budgets)

    async def spend(self, account_id: int, units: int, *, write: bool) -> None:
        """Wait until the units fit into both quotas, and count them as spent.

        Raises:
            RetryLater: the account or the project pauses. WritesPaused: only the account's writes do.
        """
        budget = self._budget(account_id)
        async with budget.turn:
            self._refuse_paused(budget, write)
            await self._fit(budget.window, units, self.quota.account)
            # Only who has room of his own waits for the project's, so that nobody waits for another account.
            async with self._turn:
                await self._fit(self._project, units, self.quota.project)
                self._refuse_paused(budget, write)
                now = self._clock.monotonic()
                budget.window.note(now, units)
                self._project.note(now, units)
                self.total += units

    def used(self) -> tuple[int, int]:
        """Return the units that the project spent within the last minute, and how many one minute has."""
        return self._project.spent(self._clock.monotonic()), self.quota.project

    def room(self, account_id: int) -> int:
        """Return how many units an account can spend without waiting."""
        now, budget = self._clock.monotonic(), self._budgets.get(account_id)
        return self.quota.account - (budget.window.spent(now) if budget else 0)

    def refused(self, account_id: int, error: SyncError) -> None:
        """Begin the pause that an answer of Google's asks for, and tell its length in the error's `after`."""
        if not isinstance(error, RetryLater):
            return
        now, budget = self._clock.monotonic(), self._budget(account_id)
        match error.code:
            case "google_rate_limit":
                pause, asked = budget.pause, error.after
                first, longest = FIRST_RATE_PAUSE, LONGEST_RATE_PAUSE
            case "google_usage_limit":
                pause, asked = budget.writes, None
                first, longest = FIRST_USAGE_PAUSE, LONGEST_USAGE_PAUSE
            case "google_daily_limit":
                pause, asked = self._all, min(self._until_midnight(), DAILY_PAUSE)
                first, longest = DAILY_PAUSE, DAILY_PAUSE
            case _:
                return
        pause.begin(now, asked, first, longest, 1 + JITTER * self._jitter())
        error.after = pause.left(now)

    def answered(self, account_id: int, *, write: bool) -> None:
        """Take note of a success: pauses that are over need not grow on."""
        now, budget = self._clock.monotonic(), self._budgets.get(account_id)
        if budget:
            budget.pause.end(now)
            if write:
                budget.writes.end(now)

    def _refuse_paused(self, budget: _Budget, write: bool) -> None:
        now = self._clock.monotonic()
        if left := self._all.left(now):
            raise RetryLater("google_daily_limit", "paused", after=left)
        if left := budget.pause.left(now):
            raise RetryLater("google_rate_limit", "paused", after=left)
        if write and (left := budget.writes.left(now)):
            raise WritesPaused("google_usage_limit", "paused", after=left)

    async def _fit(self, window: _Window, units: int, limit: int) -> None:
        while pause := window.wait(self._clock.monotonic(), units, limit):
            await self._clock.wait(asyncio.Event(), pause)

    def _budget(self, account_id: int) -> _Budget:
        now = self._clock.monotonic()
        if now - self._swept > MINUTE:
            self._swept = now
            self._budgets = {key: one for key, one in self._budgets.items() if one.is_needed(now)}
        if account_id not in self._budgets:
            self._budgets[account_id] = _Budget()
        return self._budgets[account_id]

    def _until_midnight(self) -> float:
        here = self._clock.now().astimezone(PACIFIC)
        midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.timestamp() - here.timestamp()


class _Window:
    """What was spent within the last minute, in steps of a second so that the record stays short."""

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: list[tuple[int, int]] = []

    def spent(self, now: float) -> int:
        """Return the units of the last minute, forgetting what is older."""
        old = sum(second <= now - MINUTE for second, _ in self._steps)
        del self._steps[:old]
        return sum(units for _, units in self._steps)

    def note(self, now: float, units: int) -> None:
        """Count units as spent; a step bears its latest moment, so nothing is forgotten too early."""
        second = math.ceil(now)
        if self._steps and self._steps[-1][0] == second:
            units += self._steps.pop()[1]
        self._steps.append((second, units))

    def wait(self, now: float, units: int, limit: int) -> float:
        """Return the seconds until so many units more stay within the limit, 0 when they do now."""
        excess, pause = self.spent(now) + units - limit, 0.0
        for second, spent in self._steps:
            if excess <= 0:
                break
            excess -= spent
            pause = second + MINUTE - now
        return pause


@dataclasses.dataclass(slots=True)
class _Pause:
    """A time without requests, longer each time it is needed again."""

    until: float = -math.inf
    times: int = 0

    def left(self, now: float) -> float:
        return max(self.until - now, 0.0)

    def begin(self, now: float, asked: float | None, first: float, longest: float, stretch: float) -> None:
        """Pause for as long as was asked, or from `first` on twice as long each time up to `longest`."""
        if not self.left(now):  # else it answers a request from before the pause and says nothing new
            length = min(first * 2**self.times, longest) if asked is None else asked
            self.until = now + length * stretch
            self.times = min(self.times + 1, 20)
        elif asked is not None:
            self.until = max(self.until, now + asked)

    def end(self, now: float) -> None:
        if not self.left(now):
            self.times = 0


@dataclasses.dataclass(slots=True)
class _Budget:
    """What is known of one account."""

    window: _Window = dataclasses.field(default_factory=_Window)
    turn: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    pause: _Pause = dataclasses.field(default_factory=_Pause)
    writes: _Pause = dataclasses.field(default_factory=_Pause)

    def is_needed(self, now: float) -> bool:
        """Say whether anything of it matters still."""
        return bool(self.window.spent(now) or self.turn.locked() or self.pause.times or self.writes.times)
