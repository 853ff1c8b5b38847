"""Quiet hours, in which nobody is told what they did not ask for."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Protocol


class Quiet(Protocol):
    """What of an account tells its quiet hours: full hours of the clock, None for none."""

    @property
    def quiet_from(self) -> int | None: ...

    @property
    def quiet_until(self) -> int | None: ...


def quiet_until(now: datetime, zone: tzinfo, account: Quiet) -> datetime | None:
    """Return when the quiet hours end that `now` (aware) lies in, as aware UTC; None outside of them.

    They go by the clocks of `zone`, over midnight if they end earlier than they begin; of the same hour twice
    there are none.
    """
    start, end = account.quiet_from, account.quiet_until
    if start is None or end is None or start == end:
        return None
    local = now.astimezone(zone)
    is_quiet = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=local.hour >= end)
    return datetime.combine(day, time(end), zone).astimezone(UTC)
