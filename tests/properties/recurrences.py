"""Recurrence rules and whole series of every shape."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from sync.model import Span
from sync.recurrence import Recurrence, Start, read

ZONES = (
    "UTC", "Europe/Brussels", "America/New_York", "America/Santiago", "Australia/Sydney", "Asia/Tehran",
    "Australia/Lord_Howe", "Pacific/Apia",
)  # fmt: skip
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = timedelta(days=1)


def listed(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[str]:
    """Return lists of values as rules have them."""
    return st.lists(values, min_size=1, max_size=most, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


def either_way(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most).flatmap(lambda number: st.sampled_from((number, -number)))


PARTS: dict[str, st.SearchStrategy[str]] = {
    "BYMONTH": listed(st.integers(1, 12)),
    "BYMONTHDAY": listed(either_way(31)),
    "BYYEARDAY": listed(either_way(366)),
    "BYWEEKNO": listed(st.integers(1, 51)),
    "BYHOUR": listed(st.integers(0, 23)),
    "BYMINUTE": listed(st.integers(0, 59)),
    "BYSECOND": listed(st.integers(0, 59)),
    "BYSETPOS": listed(either_way(5)),
    "WKST": st.sampled_from(WEEKDAYS),
}
FREQS = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")


@st.composite
def rules(draw: st.DrawFn, freqs: tuple[str, ...] = FREQS[:4], clock: bool = False) -> dict[str, str]:
    """Return the parts of a rule without an end."""
    freq = draw(st.sampled_from(freqs))
    parts = {"FREQ": freq, "INTERVAL": str(draw(st.sampled_from((1, 1, 1, 2, 3, 5, 12))))}
    plain = listed(st.sampled_from(WEEKDAYS))
    nth = listed(st.builds(lambda n, day: f"{n}{day}", either_way(5), st.sampled_from(WEEKDAYS)))
    chosen = draw(st.sets(st.sampled_from(sorted(PARTS)), max_size=2))
    if draw(st.booleans()):
        ordinals = freq in ("YEARLY", "MONTHLY") and "BYWEEKNO" not in chosen
        parts["BYDAY"] = draw(st.one_of(plain, nth) if ordinals else plain)
    for name in sorted(chosen):
        if clock or name not in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            parts[name] = draw(PARTS[name])
    return parts


def text(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


@st.composite
def spans(draw: st.DrawFn, all_day: bool | None = None) -> Span:
    """Return a first occurrence of our time."""
    if draw(st.booleans()) if all_day is None else all_day:
        first = draw(st.dates(date(2015, 1, 1), date(2035, 12, 31)))
        return Span(first, first + draw(st.integers(1, 10)) * DAY)
    moment = draw(st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31)))  # noqa: DTZ001 - bounds are naive
    start = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    return Span(start, start + timedelta(minutes=draw(st.integers(0, 3000))))


@st.composite
def series(draw: st.DrawFn, freqs: tuple[str, ...] = FREQS[:4]) -> tuple[Recurrence, Span, frozenset[Start]]:
    """Return a whole series, perhaps with single dates, exclusions and cancelled occurrences."""
    span, zone = draw(spans()), draw(st.sampled_from(ZONES))
    lines = []
    for name in draw(st.sampled_from((("RRULE",), ("RRULE",), ("RRULE", "RRULE"), ("RRULE", "EXRULE"), ()))):
        parts = draw(rules(freqs))
        match draw(st.sampled_from(("COUNT", "UNTIL", ""))):
            case "COUNT":
                parts["COUNT"] = str(draw(st.integers(1, 20)))
            case "UNTIL":
                parts["UNTIL"] = f"{span.start + draw(st.integers(0, 1000)) * DAY:%Y%m%dT%H%M%SZ}"
        lines.append(f"{name}:{text(parts)}")
    for name in ("RDATE", "EXDATE"):
        shifts = draw(st.lists(st.integers(1, 500), max_size=3))
        if shifts:
            lines.append(
                f"{name}:" + ",".join(f"{span.start + shift * DAY:%Y%m%dT%H%M%SZ}" for shift in shifts)
            )
    recurrence, cancelled = read(lines, zone, span)
    return recurrence, span, cancelled
