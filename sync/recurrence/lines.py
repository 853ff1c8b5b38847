"""A recurrence as the lines that calendars exchange (RFC 5545 3.8.5): read mildly, written strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sync.errors import Rejected
from sync.model import Recurrence, Span, Start
from sync.recurrence import rule, times
from sync.recurrence.rule import Rule

MOST_DATES = 10_000


@dataclass(frozen=True, slots=True)
class Parts:
    """A recurrence taken apart; `zone` is None for an all-day series."""

    rules: tuple[Rule, ...]
    exclusions: tuple[Rule, ...]
    dates: tuple[Start, ...]
    zone: ZoneInfo | None

    def together(self) -> Recurrence:
        """Return the recurrence that has these parts."""
        lines = [f"RRULE:{text}" for text in sorted({one.text for one in self.rules})]
        lines += [f"EXRULE:{text}" for text in sorted({one.text for one in self.exclusions})]
        lines += _dates("RDATE", self.dates)
        return Recurrence(tuple(lines), self.zone.key if self.zone else "")


def read(lines: Iterable[str], zone: str, span: Span) -> tuple[Recurrence, frozenset[Start]]:
    """Read Google's `recurrence` array or Odoo's `rrule` text; return the EXDATEs apart.

    `span` is the first occurrence, `zone` its zone (it does not matter for an all-day one). Taken as well: a
    rule without its name, lines in one string or folded, any case, X- parameters; a DTSTART line is skipped
    (Odoo writes the moment of the last edit there). A date among the moments of a timed series stands for the
    occurrence of that day, and of a period (RFC 5545 3.3.9) its start counts.

    Raises:
        Rejected: a line cannot be understood, or there is no such zone, or there are too many dates.
    """
    own = times.zone_named(zone) if isinstance(span.start, datetime) else None
    rules: dict[str, list[Rule]] = {"RRULE": [], "EXRULE": []}
    dates: dict[str, set[Start]] = {"RDATE": set(), "EXDATE": set()}
    for line in re.sub(r"\r?\n[ \t]", "", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        name, params, value = _take_apart(line.strip())
        if name in rules:
            rules[name].append(rule.parse(value, own))
        elif name in dates:
            dates[name] |= _read_dates(value, params, own, span)
            if len(dates[name]) > MOST_DATES:
                raise Rejected("too_many_occurrences")
        elif name != "DTSTART":
            raise Rejected("unreadable_rule", line)
    parts = Parts(tuple(rules["RRULE"]), tuple(rules["EXRULE"]), tuple(dates["RDATE"]), own)
    return parts.together(), frozenset(dates["EXDATE"])


_LINE = re.compile(r'((?:[^":]|"[^"]*")*):(.*)')
_PARAM = re.compile(r';([^;="]+)=("[^"]*"|[^;"]*)')


def _take_apart(line: str) -> tuple[str, dict[str, str], str]:
    """Return a line's name, parameters and value; what has no name is a rule, perhaps with parameters."""
    found = _LINE.fullmatch(line)
    head, value = found.groups() if found else ("", line)
    name, _, _ = head.partition(";")
    if not name or "=" in name:
        return "RRULE", {}, value
    return name.strip().upper(), {key.upper(): text.strip('"') for key, text in _PARAM.findall(head)}, value


def _read_dates(value: str, params: dict[str, str], zone: ZoneInfo | None, span: Span) -> set[Start]:
    texts = [piece.partition("/")[0].strip().upper() for piece in value.split(",")]
    own = times.zone_named(params["TZID"]) if zone and "TZID" in params else None
    try:
        return {times.moment(text, zone, times.wall(span.start, zone).time(), own) for text in texts}
    except ValueError as error:
        raise Rejected("unreadable_rule", value) from error


def _dates(name: str, dates: Iterable[Start]) -> list[str]:
    found = sorted({times.text(date) for date in dates})
    if not found:
        return []
    kind = "" if found[0].endswith("Z") else ";VALUE=DATE"
    return [f"{name}{kind}:{','.join(found)}"]


def write(recurrence: Recurrence, cancelled: Iterable[Start] = ()) -> list[str]:
    """Return the lines for Google's `recurrence` array; `cancelled` are starts that become EXDATEs.

    UNTIL, RDATE and EXDATE are moments in UTC, in all-day series dates with VALUE=DATE, as Google's guide to
    events and calendars has them.
    """
    return [*recurrence.lines, *_dates("EXDATE", cancelled)]


@lru_cache(maxsize=1024)
def parts(recurrence: Recurrence) -> Parts:
    """Take a recurrence apart.

    Raises:
        Rejected: its lines or its zone are not as `read` gives them.
    """
    zone = times.zone_named(recurrence.zone) if recurrence.zone else None
    rules: dict[str, list[Rule]] = {"RRULE": [], "EXRULE": []}
    dates: list[Start] = []
    for line in recurrence.lines:
        name, _, value = line.partition(":")
        if name in rules:
            rules[name].append(rule.parse(value, zone))
        else:
            dates += [times.moment(text, zone, times.LAST_SECOND) for text in value.split(",")]
    return Parts(tuple(rules["RRULE"]), tuple(rules["EXRULE"]), tuple(dates), zone)
