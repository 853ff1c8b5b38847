"""What must be seen of meetings and series: what the last hand on them left, the same on both sides."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable

from sync.model import Side
from tests.properties.hands import Hand
from tests.shown import Shown, in_google, in_odoo
from tests.world import World


@dataclasses.dataclass
class Item:
    """One meeting or series since all was in order last.

    `leads` is the only side whose edits count, if not both do; `side` the one on which it was edited,
    `muddy` says that it was on both. What must be seen is `entries`, as the last edit left it, None when
    nobody knows. Odoo itself wrecks an `odd` rule, which it cannot express, when more than one occurrence is
    edited there. `kin` are the parts of a series that was split, itself among them. `left` names who took it
    off his own calendar, `answers` what people answered and did not take back. It is `known` to all from the
    first time on that everybody's calendars were in order. `together` are the starts to which somebody moved
    one occurrence beside another.
    """

    organizer: str
    leads: Side | None = None
    uid: str = ""
    side: Side | None = None
    muddy: bool = False
    removed: bool = False
    entries: list[Shown] | None = None
    left: set[str] = dataclasses.field(default_factory=set)
    answers: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    answered_on: dict[str, Side] = dataclasses.field(default_factory=dict)
    edits: int = 0
    known: bool = False
    odd: bool = False
    kin: list[str] = dataclasses.field(default_factory=list)
    together: set[str] = dataclasses.field(default_factory=set)


def look(world: World, name: str, side: Side) -> list[Shown]:
    """Return what a side shows to a person around today, but for descriptions: Odoo 19 adds to them."""
    shown = in_google(world, name) if side is Side.GOOGLE else in_odoo(world, name)
    return [dataclasses.replace(one, text="") for one in shown]


def entries_of(shown: Iterable[Shown], marker: str) -> list[Shown]:
    """Return the entries with a marker."""
    return [one for one in shown if marker in one.title]


def _bare(entries: Iterable[Shown]) -> list[Shown]:
    return sorted(dataclasses.replace(one, answers=()) for one in entries)


class Agenda:
    """All items, by their markers, and the people who are connected."""

    def __init__(self, world: World, people: tuple[str, ...]) -> None:
        self.world, self.people = world, people
        self.items: dict[str, Item] = {}

    def eyes(self, marker: str) -> str:
        """Return whose calendar tells of an item."""
        item = self.items[marker]
        invited = [name for name in self.people if name not in item.left]
        return item.organizer or next(
            (name for name in invited if Hand(self.world, name, Side.GOOGLE).holds(marker)), self.people[0]
        )

    def doubles(self, marker: str, name: str, side: Side) -> set[str]:
        """Return the starts at which a side shows more than one occurrence of an item to a person."""
        starts = Counter(one.start for one in entries_of(look(self.world, name, side), marker))
        return {start for start, times in starts.items() if times > 1}

    def edited(self, marker: str, side: Side, *, removed: bool = False, wrecked: bool = False) -> None:
        """Note that somebody edited an item on a side."""
        item = self.items[marker]
        if item.leads not in (None, side):
            return  # it will be put back
        item.edits += 1
        item.answers.clear()
        item.removed |= removed
        kin = [self.items[one] for one in item.kin]
        if wrecked or any(one.side not in (None, side) for one in (item, *kin)):
            for one in (item, *kin):
                one.muddy, one.removed = True, one.removed or wrecked or len(kin) > 1
        item.side = side
        item.entries = None
        if not item.muddy:
            item.entries = entries_of(look(self.world, self.eyes(marker), side), marker)

    def answered(self, marker: str, side: Side, name: str) -> None:
        """Note that somebody answered an invitation."""
        item = self.items[marker]
        given = {
            one.start: dict(one.answers)[f"{name}@example.com"]
            for one in entries_of(look(self.world, name, side), marker)
            if f"{name}@example.com" in dict(one.answers)
        }
        if item.answered_on.setdefault(name, side) is side and not item.edits:
            item.answers[name] = given
        else:
            item.answers.pop(name, None)

    # --- what must hold

    def verify(self, name: str) -> None:
        """Assert that both calendars of a person show the same, and nothing twice.

        What he declined or took off his own calendar counts on neither side: Google may hide it.
        """
        google, odoo = (self._visible(name, side) for side in Side)
        assert google == odoo, f"{name} sees in Google, in Odoo:\n{_apart(google, odoo)}"
        twice = Counter((one.title.split()[0], one.start) for one in google)
        doubled = [
            (marker, start)
            for (marker, start), times in twice.items()
            if times > 1 and start not in self.items[marker].together
        ]
        assert not doubled, f"{name} sees twice: {doubled}"

    def _visible(self, name: str, side: Side) -> list[Shown]:
        result = []
        for one in look(self.world, name, side):
            item = self.items[one.title.split()[0]]
            if dict(one.answers).get(f"{name}@example.com") == "declined" or name in item.left:
                continue
            answers = one.answers
            if item.leads is Side.ODOO:
                answers = ()  # a mirror has none
            elif item.leads is Side.GOOGLE:  # a guest's copy need not hear of the others'
                answers = tuple((email, given) for email, given in answers if email.startswith(name))
            result.append(dataclasses.replace(one, answers=answers))
        return sorted(result)

    def verify_items(self, markers: Iterable[str]) -> None:
        """Assert that items are what the last edits made them, on both sides, and that nothing else went."""
        for marker in markers:
            item, name = self.items[marker], self.eyes(marker)
            sides = [Side.ODOO] if name not in self.people else list(Side)
            if name in item.left:
                continue
            for side in sides:
                seen = entries_of(look(self.world, name, side), marker)
                if item.entries is not None and not item.muddy:
                    assert _bare(seen) == _bare(item.entries), (
                        f"{marker} on {side} is not as it was left:\n"
                        f"{_apart(_bare(item.entries), _bare(seen))}"
                    )
                    assert _guests(seen) == _guests(item.entries), (
                        f"{marker} on {side} has the guests {_guests(seen)}, not {_guests(item.entries)}"
                    )
                elif not item.removed:
                    assert seen or item.entries == [], f"{marker} is gone from {side}"

    def verify_answers(self) -> None:
        """Assert that no answer that stood alone was lost."""
        for marker, item in self.items.items():
            if item.edits or item.muddy:
                continue
            for name, given in item.answers.items():
                whose = name if name in self.people else self.eyes(marker)
                for side in Side:
                    if whose not in self.people and side is Side.GOOGLE:
                        continue
                    seen = entries_of(look(self.world, whose, side), marker)
                    now = {one.start: dict(one.answers).get(f"{name}@example.com") for one in seen}
                    if side is Side.GOOGLE and (item.leads is Side.ODOO or name in item.left):
                        continue
                    assert given.items() <= now.items(), (
                        f"{marker} on {side}: {name} answered {given}, not {now}"
                    )

    def settle(self, markers: Iterable[str], *, wholly: bool) -> None:
        """Take what is seen now as the new beginning, with `wholly` of answers, too."""
        for marker in markers:
            item = self.items[marker]
            name = self.eyes(marker)
            item.entries = entries_of(look(self.world, name, item.leads or Side.ODOO), marker)
            item.side, item.muddy, item.removed = None, False, False
            if wholly:
                item.answers, item.answered_on, item.edits, item.known = {}, {}, 0, True


def _guests(entries: Iterable[Shown]) -> set[tuple[str, ...]]:
    return {tuple(email for email, _ in one.answers) for one in entries}


def _apart(one: list[Shown], other: list[Shown]) -> str:
    lines = [f"- {entry}" for entry in one if entry not in other]
    lines += [f"+ {entry}" for entry in other if entry not in one]
    return "\n".join(lines[:12])
