"""One recurrence rule (RFC 5545 3.3.10), taken apart and put together."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sync.errors import Rejected
from sync.model import Start
from sync.recurrence import times


class Freq(enum.IntEnum):
    """How often a rule comes round, the rarest first."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Rule:
    """The parts of a rule by their RFC names, sorted; empty and default ones say nothing.

    `until` is inclusive: an aware UTC moment, or a date for an all-day series. `byday` holds pairs of ordinal
    (0: each) and weekday; weekdays, `wkst` too, count from Monday as 0.
    """

    freq: Freq
    interval: int = 1
    count: int | None = None
    until: Start | None = None
    bymonth: tuple[int, ...] = ()
    byweekno: tuple[int, ...] = ()
    byyearday: tuple[int, ...] = ()
    bymonthday: tuple[int, ...] = ()
    byday: tuple[tuple[int, int], ...] = ()
    byhour: tuple[int, ...] = ()
    byminute: tuple[int, ...] = ()
    bysecond: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()
    wkst: int = 0

    @property
    def text(self) -> str:
        """The rule in RFC 5545's words, always in the same order, without what is the default."""
        parts = [f"FREQ={self.freq.name}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={times.text(self.until)}")
        for name in _LISTS:
            if values := getattr(self, name.lower()):
                parts.append(f"{name}={','.join(map(str, values))}")
            if name == "BYMONTHDAY" and self.byday:
                days = (f"{ordinal or ''}{WEEKDAYS[weekday]}" for ordinal, weekday in self.byday)
                parts.append(f"BYDAY={','.join(days)}")
        if self.wkst:
            parts.append(f"WKST={WEEKDAYS[self.wkst]}")
        return ";".join(parts)


def _either_way(most: int) -> frozenset[int]:
    return frozenset(range(-most, most + 1)) - {0}


_LISTS: Mapping[str, Collection[int]] = {
    "BYMONTH": range(1, 13),
    "BYWEEKNO": _either_way(53),
    "BYYEARDAY": _either_way(366),
    "BYMONTHDAY": _either_way(31),
    "BYHOUR": range(24),
    "BYMINUTE": range(60),
    "BYSECOND": range(60),
    "BYSETPOS": _either_way(366),
}
_ORDINALS = _either_way(53) | {0}
_NUMBER = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)


def parse(text: str, zone: ZoneInfo | None) -> Rule:
    """Read the value of an RRULE or EXRULE for a series in the zone (None: all-day).

    Case, order and X- parts do not matter. An UNTIL that is a mere date lasts to the end of that day in the
    zone. Where RFC 5545 has a part ignored (the time of day in all-day series, an ordinal before a weekday in
    rules that are not monthly or yearly), it is dropped.

    Raises:
        Rejected: it is no rule.
    """
    try:
        return _parse(text, zone)
    except (ValueError, KeyError) as error:
        raise Rejected("unreadable_rule", text) from error


def _parse(text: str, zone: ZoneInfo | None) -> Rule:
    parts: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.upper().split(";"))):
        name, value = (word.strip() for word in part.split("=", 1))
        if name.startswith("X-"):
            continue
        if name in parts:
            raise ValueError(name)
        parts[name] = value
    freq = Freq[parts.pop("FREQ")]
    until = parts.pop("UNTIL", None)
    count = parts.pop("COUNT", None)
    byday = parts.pop("BYDAY", None)
    wkst = parts.pop("WKST", "MO")
    interval = _positive(parts.pop("INTERVAL", "1"))
    lists: dict[str, Any] = {name.lower(): _numbers(value, _LISTS[name]) for name, value in parts.items()}
    if count and until:
        raise ValueError(text)
    if zone is None:
        if freq > Freq.DAILY:
            raise ValueError(freq)
        lists |= {"byhour": (), "byminute": (), "bysecond": ()}
    return Rule(
        freq,
        interval,
        count=_positive(count) if count is not None else None,
        until=times.moment(until, zone, times.LAST_SECOND) if until is not None else None,
        byday=_days(byday, freq) if byday is not None else (),
        wkst=WEEKDAYS.index(wkst),
        **lists,
    )


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return int(text)


def _positive(text: str) -> int:
    if (number := _number(text)) < 1:
        raise ValueError(text)
    return number


def _numbers(text: str, fit: Collection[int]) -> tuple[int, ...]:
    numbers = {_number(piece.strip()) for piece in text.split(",")}
    if not all(number in fit for number in numbers):
        raise ValueError(text)
    return tuple(sorted(numbers))


def _days(text: str, freq: Freq) -> tuple[tuple[int, int], ...]:
    days: set[tuple[int, int]] = set()
    for piece in text.split(","):
        found = _DAY.fullmatch(piece.strip())
        if found is None or (found[1] and int(found[1]) not in _ORDINALS - {0}):
            raise ValueError(text)
        days.add((int(found[1] or 0) if freq <= Freq.MONTHLY else 0, WEEKDAYS.index(found[2])))
    return tuple(sorted(days))


def explicit(rule: Rule, origin: datetime) -> Rule:
    """Return the rule with what it takes from the start (`origin`, on the zone's clocks) written out."""
    bare = not (rule.byweekno or rule.byyearday or rule.bymonthday or rule.byday)
    yearly, weekly = rule.freq is Freq.YEARLY, rule.freq is Freq.WEEKLY
    return replace(
        rule,
        bymonth=rule.bymonth or ((origin.month,) if bare and yearly else ()),
        bymonthday=(origin.day,) if bare and rule.freq <= Freq.MONTHLY else rule.bymonthday,
        byday=((0, origin.weekday()),) if bare and weekly else rule.byday,
        byhour=rule.byhour or ((origin.hour,) if rule.freq <= Freq.DAILY else ()),
        byminute=rule.byminute or ((origin.minute,) if rule.freq <= Freq.HOURLY else ()),
        bysecond=rule.bysecond or ((origin.second,) if rule.freq <= Freq.MINUTELY else ()),
    )


def implicit(rule: Rule, origin: datetime) -> Rule:
    """Return the rule without the parts that say no more than the series' start does anyway."""
    full = explicit(rule, origin)
    groups = ("bymonth", "bymonthday"), ("bymonthday",), ("byday",), ("byhour",), ("byminute",), ("bysecond",)
    for group in groups:
        nothing: dict[str, Any] = dict.fromkeys(group, ())
        bare = replace(rule, **nothing)
        if explicit(bare, origin) == full:
            rule = bare
    return rule
