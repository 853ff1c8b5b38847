"""Quiet hours go by the person's clocks, over midnight and through clock changes."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from bot.quiet import quiet_until

BRUSSELS, TEHRAN = ZoneInfo("Europe/Brussels"), ZoneInfo("Asia/Tehran")


def chosen(start: int | None, end: int | None) -> SimpleNamespace:
    """Return an account with these quiet hours."""
    return SimpleNamespace(quiet_from=start, quiet_until=end)


def at(hour: int, minute: int = 0, *, day: int = 2, zone: ZoneInfo = BRUSSELS) -> datetime:
    """Return a moment in March 2026 by the clocks of a zone."""
    return datetime(2026, 3, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        (22, 7, at(21, 59), None),
        (22, 7, at(22), at(7, day=3)),
        (22, 7, at(23, 59), at(7, day=3)),
        (22, 7, at(0), at(7)),
        (22, 7, at(6, 59), at(7)),
        (22, 7, at(7), None),
        (12, 14, at(13, 30), at(14)),
        (12, 14, at(14), None),
        (12, 14, at(11, 59), None),
        (0, 6, at(0), at(6)),
        (20, 0, at(21), at(0, day=3)),
        (8, 8, at(8), None),
        (None, None, at(3), None),
        (22, None, at(23), None),
        (None, 7, at(3), None),
        (22, 7, at(23, day=28), at(7, day=29)),  # the night when the clocks go forward
    ],
)
def test_quiet_hours(start: int | None, end: int | None, now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, BRUSSELS, chosen(start, end)) == until


def test_they_go_by_the_persons_own_clocks() -> None:
    now = at(23, zone=TEHRAN)
    assert quiet_until(now, TEHRAN, chosen(22, 7)) == at(7, day=3, zone=TEHRAN)
    assert quiet_until(now, BRUSSELS, chosen(22, 7)) is None


def test_whatever_the_hours_they_end_within_a_day_and_are_over_then() -> None:
    for start, end, hour in itertools.product(range(24), repeat=3):
        account = chosen(start, end)
        until = quiet_until(at(hour, 30), BRUSSELS, account)
        inside = start != end and (hour - start) % 24 < (end - start) % 24
        assert (until is not None) is inside
        if until:
            assert at(hour, 30) < until <= at(hour, 30) + timedelta(days=1)
            assert quiet_until(until, BRUSSELS, account) is None
