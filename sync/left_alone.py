"""Events that a reset told the sync to leave as they are, until somebody edits them; pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime

from sync.base import FieldHashes, edited, trimmed_base
from sync.model import Side, Start, moment
from sync.plan import Case
from sync.seen import Seen, State

Item = tuple[Side, str]
"""One event on one side: its id there, of Odoo's the key (`sync.series.odoo_key`) as text."""


@dataclasses.dataclass(frozen=True)
class LeftAlone:
    """How an event without a counterpart stood when it was left alone.

    Occurrences that the rule puts after `until` (aware UTC), where the window ended then, say nothing: they
    were not looked at.
    """

    side: Side
    item: str
    hashes: FieldHashes
    until: datetime

    @property
    def key(self) -> Item:
        """Name the event."""
        return self.side, self.item


@dataclasses.dataclass(frozen=True)
class Sifted:
    """Cases that take part in the sync, those that are left alone, and the events that no longer are."""

    awake: list[Case]
    asleep: list[Case]
    over: frozenset[Item]


def sift(cases: Iterable[Case], records: Mapping[Item, LeftAlone]) -> Sifted:
    """Tell cases that take part in the sync from those that are left alone.

    Left alone is a case of which every event that is there is recorded and was not edited since. If one
    event of a pair is not, the other takes part again, too: so it is found to be the counterpart and is not
    made a second time. What is gone or linked is not left alone any more.
    """
    awake: list[Case] = []
    asleep: list[Case] = []
    over: set[Item] = set()
    for case in cases:
        known = {item: records[item] for item in _items(case) if item in records}
        if known and case.link is None and all(_sleeps(case, item, records) for item in _here(case)):
            asleep.append(case)
        else:
            awake.append(case)
            over |= known.keys()
    return Sifted(awake, asleep, frozenset(over))


def _items(case: Case) -> list[Item]:
    items = [(Side.GOOGLE, case.google_id), (Side.ODOO, str(case.odoo_id or ""))]
    return [item for item in items if item[1]]


def _here(case: Case) -> list[Item]:
    """Return the events of a case that are there; of one that is gone, itself: it cannot sleep."""
    there = [item for item in _items(case) if case.shown_on(item[0]).state is not State.GONE]
    return there or _items(case)


def _sleeps(case: Case, item: Item, records: Mapping[Item, LeftAlone]) -> bool:
    record, seen = records.get(item), case.shown_on(item[0])
    if record is None or seen.state is State.GONE:
        return False
    # What cannot be read now was perhaps not edited either: that shows when it can be read again.
    return seen.state is not State.PRESENT or not is_edited(record, seen, case)


def is_edited(record: LeftAlone, seen: Seen, case: Case) -> bool:
    """Say whether somebody edited an event since it was left alone.

    Others' answers are no edit. Neither are reminders: the calendar's default ones stand in every event that
    has none of its own, and change in all of them at once.
    """

    def within(start: Start) -> bool:
        return case.within(start) and moment(start) < record.until

    then, now = (_told(trimmed_base(hashes, within)) for hashes in (record.hashes, seen.hashes))
    return edited(then, now) or then.get("response") != now.get("response")


def _told(hashes: FieldHashes) -> FieldHashes:
    return {name: one for name, one in hashes.items() if name != "reminders"}
