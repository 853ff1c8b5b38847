"""The rules of a series all of whose occurrences move as its first one does."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync.errors import Rejected
from sync.model import Recurrence, Span, Start
from sync.recurrence import lines, times
from sync.recurrence.rule import Freq, Rule

_EVERY_MONTH = 28  # has as many days


def moved(recurrence: Recurrence, old: Span, new: Span, zone: str) -> Recurrence:
    """Return the recurrence after the first occurrence went from `old` to `new` and all others went along.

    `zone` is that of the new times. Days are counted and times compared on the clocks of the two zones.
    Weekdays turn; a day of the month, an nth weekday or a month that is the old start's becomes the new
    one's; UNTIL and RDATE shift. An all-day series may become timed, and the other way round.

    Raises:
        Rejected: the occurrences then follow no rule of that kind ("cannot_move_rule"), or there is no such
            zone.
    """
    parts = lines.parts(recurrence)
    new_zone = times.zone_named(zone) if isinstance(new.start, datetime) else None
    way = _Way(parts.zone, new_zone, times.wall(old.start, parts.zone), times.wall(new.start, new_zone))
    return replace(
        parts,
        rules=tuple(map(way.rule, parts.rules)),
        exclusions=tuple(map(way.rule, parts.exclusions)),
        dates=tuple(map(way.start, parts.dates)),
        zone=new_zone,
    ).together()


@dataclass(frozen=True, slots=True)
class _Way:
    """From where to where the first start goes: the zones (None: all-day), and what their clocks show."""

    zone: ZoneInfo | None
    new_zone: ZoneInfo | None
    old: datetime
    new: datetime

    @property
    def days(self) -> int:
        return (self.new.date() - self.old.date()).days

    def start(self, start: Start) -> Start:
        """Move a start by as much as the clocks say, or by days if the time of day goes."""
        clock = times.wall(start, self.zone)
        by = timedelta(self.days) if self.new_zone is None else self.new - self.old
        return times.start_at(times.shifted(clock, by), self.new_zone)

    def rule(self, rule: Rule) -> Rule:
        """Move a rule."""
        rule = self._clock(replace(rule, until=self._until(rule)))
        return self._days(rule) if self.days else rule

    def _until(self, rule: Rule) -> Start | None:
        if rule.until is None:
            return None
        if rule.freq > Freq.DAILY or len(rule.byhour + rule.byminute + rule.bysecond) > 0:
            return self.start(rule.until)
        last = datetime.combine(times.last_day(rule.until, self.zone, self.old.time()), time())
        return times.end_of(times.shifted(last, timedelta(self.days)).date(), self.new_zone)

    def _clock(self, rule: Rule) -> Rule:
        """Move the parts that speak of the time of day."""
        if self.new_zone is None and rule.freq > Freq.DAILY:
            raise _cannot(rule)
        return replace(
            rule,
            byhour=self._unit(rule, rule.byhour, self.old.hour, self.new.hour),
            byminute=self._unit(rule, rule.byminute, self.old.minute, self.new.minute),
            bysecond=self._unit(rule, rule.bysecond, self.old.second, self.new.second),
        )

    def _unit(self, rule: Rule, listed: tuple[int, ...], old: int, new: int) -> tuple[int, ...]:
        if listed in ((), (old,)):
            return (new,) if listed and self.new_zone else ()
        if old != new or self.new_zone is None:
            raise _cannot(rule)
        return listed

    def _days(self, rule: Rule) -> Rule:
        """Move the parts that speak of days."""
        if rule.freq <= Freq.MONTHLY:
            return self._monthly(rule)
        if rule.bymonth or rule.byweekno or rule.byyearday or rule.bymonthday:
            raise _cannot(rule)
        if not rule.byday:
            return rule
        if rule.freq > Freq.DAILY:
            raise _cannot(rule)
        weeks_matter = rule.freq is Freq.WEEKLY and (rule.interval > 1 or rule.bysetpos)
        return replace(
            rule, byday=self._turned(rule), wkst=(rule.wkst + self.days) % 7 if weeks_matter else 0
        )

    def _turned(self, rule: Rule) -> tuple[tuple[int, int], ...]:
        return tuple(sorted((0, (weekday + self.days) % 7) for _, weekday in rule.byday))

    def _monthly(self, rule: Rule) -> Rule:
        if rule.byweekno or rule.byyearday or rule.bysetpos or (rule.bymonthday and rule.byday):
            raise _cannot(rule)
        bymonth = rule.bymonth
        if bymonth and self.old.month != self.new.month:
            if bymonth != (self.old.month,):
                raise _cannot(rule)
            bymonth = (self.new.month,)
        return replace(
            rule,
            bymonth=bymonth,
            bymonthday=self._month_days(rule) if rule.bymonthday else (),
            byday=self._weekdays(rule) if rule.byday else (),
        )

    def _month_days(self, rule: Rule) -> tuple[int, ...]:
        days = rule.bymonthday
        if days == (self.old.day,):
            return (self.new.day,)
        same_month = (self.old.year, self.old.month) == (self.new.year, self.new.month)
        if same_month and days == (_from_end(self.old),):
            return (_from_end(self.new),)
        later = tuple(day + self.days for day in days)
        if _in_every_month(days, 1) and _in_every_month(later, 1):
            return later
        if _in_every_month(days, -1) and _in_every_month(later, -1):
            return later
        raise _cannot(rule)

    def _weekdays(self, rule: Rule) -> tuple[tuple[int, int], ...]:
        ordinals = [ordinal for ordinal, _ in rule.byday]
        if not any(ordinals) and not rule.bymonth and rule.interval == 1:
            return self._turned(rule)
        of_year = rule.freq is Freq.YEARLY and not rule.bymonth
        weekdays = {weekday for _, weekday in rule.byday}
        found = [ordinal for ordinal in ordinals if ordinal in _ordinals(self.old)]
        if of_year or weekdays != {self.old.weekday()} or not found:
            raise _cannot(rule)
        ordinal = _ordinals(self.new)[0 if found[0] > 0 else 1]
        if len(ordinals) == 1:
            if abs(ordinal) == 5:  # not every month has a fifth one
                ordinal = -1 if ordinal > 0 else 1
            return ((ordinal, self.new.weekday()),)
        if ordinal != found[0]:
            raise _cannot(rule)
        return tuple((ordinal, self.new.weekday()) for ordinal in ordinals)


def _cannot(rule: Rule) -> Rejected:
    return Rejected("cannot_move_rule", rule.text)


def _from_end(when: datetime) -> int:
    return when.day - monthrange(when.year, when.month)[1] - 1


def _in_every_month(days: Sequence[int], sign: int) -> bool:
    return all(0 < day * sign <= _EVERY_MONTH for day in days)


def _ordinals(when: datetime) -> tuple[int, int]:
    """Return which of its weekdays in the month a day is, from the beginning and (negative) from the end."""
    return (when.day - 1) // 7 + 1, -((-_from_end(when) - 1) // 7 + 1)
