"""Recurrence lines (RFC 5545): their syntax as Google accepts it, and their expansion in the event's zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from dateutil.rrule import rrule, rruleset, rrulestr

from tests.doubles.google import times
from tests.doubles.google.errors import GoogleError, invalid
from tests.doubles.google.times import EventDateTime

_LINE = re.compile(r"(?P<name>RRULE|EXRULE|RDATE|EXDATE)(?P<params>(?:;[^:;=]+=[^:;]+)*):(?P<value>.+)")
_DATE = re.compile(r"\d{8}")
_DATE_TIME = re.compile(r"\d{8}T\d{6}Z?")
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "COUNT": r"[1-9]\d*",
    "INTERVAL": r"[1-9]\d*",
    "BYMONTH": r"\d{1,2}(,\d{1,2})*",
    "BYMONTHDAY": r"-?\d{1,2}(,-?\d{1,2})*",
    "BYYEARDAY": r"-?\d{1,3}(,-?\d{1,3})*",
    "BYWEEKNO": r"-?\d{1,2}(,-?\d{1,2})*",
    "BYDAY": r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU))*",
    "BYHOUR": r"\d{1,2}(,\d{1,2})*",
    "BYMINUTE": r"\d{1,2}(,\d{1,2})*",
    "BYSECOND": r"\d{1,2}(,\d{1,2})*",
    "BYSETPOS": r"-?\d{1,3}(,-?\d{1,3})*",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
}


@dataclass(frozen=True)
class Line:
    """One line of `recurrence`, taken apart."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def parts(self) -> dict[str, str]:
        """Return the parts of a rule, in their order."""
        return dict(part.split("=", 1) for part in self.value.split(";"))


def _refuse(line: str) -> GoogleError:
    return invalid(f"Invalid recurrence rule: {line}")


def take_apart(line: str) -> Line:
    """Take one line apart.

    Raises:
        GoogleError: it is no RRULE, EXRULE, RDATE or EXDATE line (DTSTART and DTEND are not allowed).
    """
    found = _LINE.fullmatch(line)
    if found is None:
        raise _refuse(line)
    params = dict(p.split("=", 1) for p in found["params"].split(";")[1:])
    if found["name"] in {"RRULE", "EXRULE"} and not all("=" in p for p in found["value"].split(";")):
        raise _refuse(line)
    return Line(found["name"], params, found["value"])


def check(recurrence: Sequence[str], start: EventDateTime) -> None:
    """Make sure that Google would take these lines for an event that starts at `start`.

    Raises:
        GoogleError: a line has a wrong form, both COUNT and UNTIL, or an UNTIL of the wrong kind.
    """
    for text in recurrence:
        line = take_apart(text)
        if line.name in {"RDATE", "EXDATE"}:
            if not all(_DATE.fullmatch(v) or _DATE_TIME.fullmatch(v) for v in line.value.split(",")):
                raise _refuse(text)
            if "TZID" in line.params:
                times.zone(line.params["TZID"])
            continue
        parts = line.parts
        if "FREQ" not in parts or ("COUNT" in parts and "UNTIL" in parts):
            raise _refuse(text)
        for name, value in parts.items():
            if name not in _PARTS or not re.fullmatch(_PARTS[name], value):
                raise _refuse(text)
        if "UNTIL" in parts:
            form = _DATE if times.is_all_day(start) else re.compile(r"\d{8}T\d{6}Z")
            if not form.fullmatch(parts["UNTIL"]):
                raise _refuse(text)
        try:
            _rule(line, start)
        except (ValueError, IndexError):
            raise _refuse(text) from None


def _rule(line: Line, start: EventDateTime) -> rrule:
    # dateutil works on wall clock times here, so UNTIL has to become one too.
    parts = line.parts
    until = parts.get("UNTIL", "")
    if until.endswith("Z"):
        parts["UNTIL"] = _wall(until, {}, start).strftime("%Y%m%dT%H%M%S")
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    rule = rrulestr(text, dtstart=times.local(start))
    assert isinstance(rule, rrule)
    return rule


def _wall(text: str, params: dict[str, str], start: EventDateTime) -> datetime:
    """Return a value of RDATE, EXDATE or UNTIL as wall clock time in the event's zone."""
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - wall clock times have no zone
    moment = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    if times.is_all_day(start):
        return moment.replace(hour=0, minute=0, second=0)
    own = times.zone(start["timeZone"])
    if text.endswith("Z"):
        return moment.replace(tzinfo=UTC).astimezone(own).replace(tzinfo=None)
    if "TZID" in params:
        return moment.replace(tzinfo=times.zone(params["TZID"])).astimezone(own).replace(tzinfo=None)
    return moment


@lru_cache(maxsize=512)
def _rule_set(recurrence: tuple[str, ...], start_items: tuple[tuple[str, str], ...]) -> rruleset:
    start = dict(start_items)
    first = times.local(start)
    result = rruleset(cache=True)
    result.rdate(first)
    for text in recurrence:
        line = take_apart(text)
        match line.name:
            case "RRULE" | "EXRULE":
                rule = _rule(line, start)
                if line.name == "EXRULE":
                    result.exrule(rule)
                    continue
                # The start is always the first instance; where the rule does not name it, COUNT comes on top
                # (six were seen for COUNT=5: google-api-nodejs-client#2214; four for 3: rust-rrule#119).
                result.rrule(rule)
            case "RDATE":
                for value in line.value.split(","):
                    result.rdate(_wall(value, line.params, start))
            case "EXDATE":
                for value in line.value.split(","):
                    result.exdate(_wall(value, line.params, start))
    return result


def occurrences(
    recurrence: Sequence[str], start: EventDateTime, *, before: datetime, after: datetime | None = None
) -> Iterator[EventDateTime]:
    """Yield the original starts of a series in order, from `after` up to `before` (wall clock times)."""
    rules = _rule_set(tuple(recurrence), tuple(sorted(start.items())))
    moments = rules.between(after, before, inc=True) if after else _until(rules, before)
    for wall in moments:
        yield times.from_local(wall, start)


def _until(rules: rruleset, before: datetime) -> Iterator[datetime]:
    for wall in rules:
        if wall > before:
            return
        yield wall


def contains(recurrence: Sequence[str], start: EventDateTime, wall: datetime) -> bool:
    """Say whether the series has an instance whose original start is this wall clock time."""
    return wall in _rule_set(tuple(recurrence), tuple(sorted(start.items())))


def is_endless(recurrence: Sequence[str]) -> bool:
    """Say whether a rule has neither COUNT nor UNTIL."""
    lines = [take_apart(text) for text in recurrence]
    return any(line.name == "RRULE" and not {"COUNT", "UNTIL"} & set(line.parts) for line in lines)


def ended(recurrence: Sequence[str], last: datetime, start: EventDateTime) -> list[str]:
    """Return the lines with each rule ending at `last`, a moment in UTC (or its date, for all-day events).

    Google's page writes an UNTIL in place of COUNT, whatever was there.
    """
    until = last.strftime("%Y%m%d" if times.is_all_day(start) else "%Y%m%dT%H%M%SZ")
    result = []
    for text in recurrence:
        line = take_apart(text)
        if line.name != "RRULE":
            result.append(text)
            continue
        parts = {k: v for k, v in line.parts.items() if k not in {"COUNT", "UNTIL"}}
        result.append("RRULE:" + ";".join(f"{k}={v}" for k, v in {**parts, "UNTIL": until}.items()))
    return result
