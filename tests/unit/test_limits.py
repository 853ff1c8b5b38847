"""Google's quotas are never overdrawn, nobody waits for another, pauses grow; no test really waits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import RetryLater, WritesPaused
from sync.google.limits import (
    DAILY_PAUSE,
    FIRST_RATE_PAUSE,
    FIRST_USAGE_PAUSE,
    LONGEST_RATE_PAUSE,
    LONGEST_USAGE_PAUSE,
    PATCH_UNITS,
    Limits,
    Quota,
)
from tests.clock import TestClock

ALICE, BOB = 1, 2
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


class StillClock(TestClock):
    """Time passes only when moved, so that seconds can be compared exactly."""

    def __init__(self) -> None:
        super().__init__()
        self.stop(START)


class HastyClock(StillClock):
    """Waiting moves it by itself."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Let the time pass at once."""
        self.advance(seconds=seconds)
        return event.is_set()


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands still."""
    return StillClock()


def limits_on(clock: StillClock, account: int = 6, project: int = 10) -> Limits:
    """Return small limits whose pauses have no jitter."""
    return Limits(clock, Quota(account, project), jitter=lambda: 0.0)


async def waits(clock: StillClock, limits: Limits, account_id: int = ALICE) -> asyncio.Task[None]:
    """Spend a unit and make sure that this waits."""
    task = asyncio.create_task(limits.spend(account_id, 1, write=True))
    await clock.awaited()
    assert not task.done()
    return task


async def test_an_account_waits_until_the_minute_is_over(clock: StillClock) -> None:
    limits = limits_on(clock)
    for _ in range(2):
        await limits.spend(ALICE, PATCH_UNITS, write=True)
    assert limits.room(ALICE) == 0
    task = await waits(clock, limits)
    clock.advance(seconds=59.5)
    await clock.awaited()
    assert not task.done()
    clock.advance(seconds=0.5)
    await task
    assert limits.room(ALICE) == 5


async def test_nobody_waits_for_another_account(clock: StillClock) -> None:
    limits = limits_on(clock, project=100)
    for _ in range(6):
        await limits.spend(ALICE, 1, write=False)
    task = await waits(clock, limits)
    await limits.spend(BOB, 1, write=False)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    clock.advance(minutes=1)
    await limits.spend(ALICE, 1, write=False)  # the one that gave up left the place free


async def test_the_project_has_a_limit_of_its_own(clock: StillClock) -> None:
    limits = limits_on(clock)
    for account_id in range(10):
        await limits.spend(account_id, 1, write=False)
    task = await waits(clock, limits, account_id=99)
    clock.advance(minutes=1)
    await task


@given(
    st.lists(
        st.tuples(st.floats(0, 40), st.sampled_from([ALICE, BOB]), st.sampled_from([1, 1, PATCH_UNITS])),
        max_size=60,
    )
)
def test_no_minute_holds_more_than_the_quota(asked: list[tuple[float, int, int]]) -> None:
    clock, spent = HastyClock(), list[tuple[float, int, int]]()
    limits = limits_on(clock)

    async def spend() -> None:
        for pause, account_id, units in asked:
            clock.advance(seconds=pause)
            await limits.spend(account_id, units, write=True)
            spent.append((clock.monotonic(), account_id, units))

    asyncio.run(spend())
    for end, _, _ in spent:
        minute = [one for one in spent if end - 60 < one[0] <= end]
        assert sum(units for _, _, units in minute) <= limits.quota.project
        for person in (ALICE, BOB):
            assert sum(units for _, who, units in minute if who == person) <= limits.quota.account


async def test_an_idle_account_costs_nothing(clock: StillClock) -> None:
    limits = Limits(clock)
    for account_id in range(1000):
        await limits.spend(account_id, 1, write=False)
    limits.refused(ALICE, WritesPaused("google_usage_limit"))
    assert len(limits) == 1000
    clock.advance(seconds=62)
    await limits.spend(2000, 1, write=False)
    assert len(limits) == 2, "only who paused, and who is busy"


async def test_a_rate_error_pauses_that_account_only(clock: StillClock) -> None:
    limits = limits_on(clock)
    error = RetryLater("google_rate_limit")
    limits.refused(ALICE, error)
    assert error.after == FIRST_RATE_PAUSE
    with pytest.raises(RetryLater) as paused:
        await limits.spend(ALICE, 1, write=False)
    assert (paused.value.code, paused.value.after) == ("google_rate_limit", FIRST_RATE_PAUSE)
    await limits.spend(BOB, 1, write=True)
    clock.advance(seconds=FIRST_RATE_PAUSE)
    await limits.spend(ALICE, 1, write=False)


async def test_pauses_grow_until_a_success_and_no_further_than_is_useful(clock: StillClock) -> None:
    limits, lengths = limits_on(clock), []
    for _ in range(7):
        error = RetryLater("google_rate_limit")
        limits.refused(ALICE, error)
        lengths.append(error.after)
        clock.advance(seconds=LONGEST_RATE_PAUSE)
    assert lengths == [4, 8, 16, 32, 64, 64, 64]
    limits.answered(ALICE, write=False)
    error = RetryLater("google_rate_limit")
    limits.refused(ALICE, error)
    assert error.after == FIRST_RATE_PAUSE


def test_answers_to_requests_from_before_a_pause_do_not_lengthen_or_end_it(clock: StillClock) -> None:
    """Eight requests are on their way when the first is refused."""
    limits = limits_on(clock)
    for _ in range(8):
        limits.refused(ALICE, RetryLater("google_rate_limit"))
    limits.answered(ALICE, write=True)
    clock.advance(seconds=FIRST_RATE_PAUSE)
    error = RetryLater("google_rate_limit")
    limits.refused(ALICE, error)
    assert error.after == 2 * FIRST_RATE_PAUSE


def test_a_retry_after_is_kept_to(clock: StillClock) -> None:
    limits = limits_on(clock)
    first, longer = RetryLater("google_rate_limit", after=100), RetryLater("google_rate_limit", after=300)
    limits.refused(ALICE, first)
    assert first.after == 100
    limits.refused(ALICE, longer)
    assert longer.after == 300


def test_pauses_are_spread(clock: StillClock) -> None:
    error = RetryLater("google_rate_limit")
    Limits(clock, jitter=lambda: 1.0).refused(ALICE, error)
    assert error.after == FIRST_RATE_PAUSE * 1.25


async def test_a_usage_limit_pauses_writes_for_hours_and_reads_go_on(clock: StillClock) -> None:
    limits, lengths = limits_on(clock), []
    for _ in range(7):
        error = WritesPaused("google_usage_limit", after=5)
        limits.refused(ALICE, error)
        lengths.append(error.after)
        await limits.spend(ALICE, 1, write=False)
        limits.answered(ALICE, write=False)
        with pytest.raises(WritesPaused) as paused:
            await limits.spend(ALICE, 1, write=True)
        assert paused.value.after == error.after
        clock.advance(seconds=LONGEST_USAGE_PAUSE)
    assert lengths == [FIRST_USAGE_PAUSE * n for n in (1, 2, 4, 8, 16, 24, 24)]
    await limits.spend(ALICE, 1, write=True)
    limits.answered(ALICE, write=True)
    error = WritesPaused("google_usage_limit")
    limits.refused(ALICE, error)
    assert error.after == FIRST_USAGE_PAUSE


@pytest.mark.parametrize(
    ("hours_to_midnight", "pause"), [(8.0, DAILY_PAUSE), (0.25, 900.0)], ids=["far", "near"]
)
async def test_the_daily_limit_pauses_everybody(
    clock: StillClock, hours_to_midnight: float, pause: float
) -> None:
    """Midnight in California is at 8:00 UTC in winter, 20 hours from the start."""
    limits = limits_on(clock)
    clock.advance(hours=20 - hours_to_midnight)
    error = RetryLater("google_daily_limit")
    limits.refused(ALICE, error)
    assert error.after == pytest.approx(pause)
    for account_id, write in ((ALICE, False), (BOB, True)):
        with pytest.raises(RetryLater) as paused:
            await limits.spend(account_id, 1, write=write)
        assert paused.value.code == "google_daily_limit"
    clock.advance(seconds=pause + 1)
    await limits.spend(BOB, 1, write=True)


async def test_who_waits_for_room_hears_of_a_pause(clock: StillClock) -> None:
    limits = limits_on(clock)
    for _ in range(6):
        await limits.spend(ALICE, 1, write=False)
    task = await waits(clock, limits)
    limits.refused(ALICE, RetryLater("google_rate_limit", after=600))
    clock.advance(minutes=1)
    with pytest.raises(RetryLater):
        await task
    assert limits.room(ALICE) == 6, "nothing is paid for what was not sent"


def test_other_errors_pause_nothing(clock: StillClock) -> None:
    limits = limits_on(clock)
    error = RetryLater("google_trouble", after=7)
    limits.refused(ALICE, error)
    assert error.after == 7
    clock.advance(seconds=timedelta(hours=1).total_seconds())
    assert limits.room(ALICE) == 6


def test_a_quota_that_lets_no_patch_through_is_refused() -> None:
    with pytest.raises(ValueError, match="3 units"):
        Quota(account=2)
