"""What is known of every event that alice made: what she did to it, and so what may become of it."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Mapping
from typing import Any

from sync.model import FIELDS, Event, Side
from tests.properties import acts
from tests.world import World

MARKER = re.compile(rf"{acts.SECRET}\d{{4}}")
MOST_REMINDERS = 5
"""Google shows no more, so with more in Odoo a change in Google is no plain one."""


class Fate(enum.Enum):
    """What must become of an event."""

    STAYS = "stays"
    GOES = "goes"
    OPEN = "either, but the same on both sides"


@dataclasses.dataclass(frozen=True)
class Sighting:
    """One copy of an event on one side: as it is, and as the other side can show it."""

    key: Any
    raw: Event
    shown: Event


View = Mapping[Side, Mapping[str, list[Sighting]]]


def view(world: World) -> View:
    """Return both sides' events by their markers."""
    seen: dict[Side, dict[str, list[Sighting]]] = {side: {} for side in Side}
    for side, events in acts.held(world).items():
        for key, (raw, shown) in events.items():
            found = MARKER.search(raw.title)
            assert found, f"{side} lost the marker of {raw}"
            seen[side].setdefault(found[0], []).append(Sighting(key, raw, shown))
    return seen


@dataclasses.dataclass
class Known:
    """One event since the last clean sync: what both sides held then, and what people did after it."""

    base: dict[Side, Sighting] = dataclasses.field(default_factory=dict)
    edits: dict[str, dict[Side, object]] = dataclasses.field(default_factory=dict)
    touched: bool = False
    deleted: bool = False
    revived: bool = False
    muddy: bool = False
    """A run broke off after people had done something to it: who shows what by now is unknown."""
    pair: dict[Side, Any] = dataclasses.field(default_factory=dict)
    """The ids of the copies that were last seen to belong together."""
    mixed: bool = False
    """Other copies than those came out of the bins: what she takes for one event may be several by now."""
    fate: Fate | None = None
    """As it was decided before such a run, for as long as nobody does anything more."""

    def act(self) -> None:
        """Note that a person did something."""
        self.touched, self.fate = True, None

    def revive(self, side: Side, key: Any) -> None:
        """Note that she took a copy out of the bin of a side."""
        self.act()
        self.revived = True
        self.mixed = self.mixed or self.pair.get(side) != key

    def expect(self, here: Mapping[Side, Sighting]) -> Fate:
        """Say what must become of it if all goes well from here; `here` is where it is now."""
        if self.fate:
            return self.fate
        if not here:
            return Fate.GOES
        if len(here) == len(Side) or not self.deleted:
            return Fate.STAYS
        if self.muddy:
            return Fate.OPEN
        [(side, left)] = here.items()
        if side not in self.base:
            return Fate.STAYS
        base = self.base[side]
        # Another copy than before was taken out of the bin, or edited.
        return Fate.STAYS if (left.key, left.raw) != (base.key, base.raw) else Fate.GOES


class Memory:
    """All events ever made."""

    def __init__(self) -> None:
        self.events: dict[str, Known] = {}

    def new(self) -> str:
        """Return the marker of one more event."""
        marker = f"{acts.SECRET}{len(self.events):04}"
        self.events[marker] = Known(touched=True)
        return marker

    @staticmethod
    def marker(title: str) -> str:
        """Return the marker in a title."""
        found = MARKER.search(title)
        assert found, f"no marker in {title!r}"
        return found[0]

    @property
    def deletions(self) -> int:
        """Count the events that were deleted since the last clean sync."""
        return sum(one.deleted for one in self.events.values())

    def edited(self, marker: str, side: Side, names: Mapping[str, object], now: View) -> None:
        """Note that fields were edited."""
        known = self.events[marker]
        known.act()
        for name in names:
            known.edits.setdefault(name, {})[side] = getattr(now[side][marker][0].shown, name)

    def expect(self, now: View) -> dict[str, Fate]:
        """Say what must become of every event."""
        return {
            marker: known.expect({side: now[side][marker][0] for side in Side if marker in now[side]})
            for marker, known in self.events.items()
        }

    def blur(self, expected: Mapping[str, Fate]) -> None:
        """Note that a run broke off."""
        for marker, known in self.events.items():
            if known.touched:
                known.muddy, known.fate = True, expected[marker]

    def verify(self, expected: Mapping[str, Fate], now: View) -> None:
        """Assert that everything became what it must, and that no value is lost or came from nowhere."""
        for marker, fate in expected.items():
            copies = [len(now[side].get(marker, ())) for side in Side]
            if self.events[marker].mixed:
                assert copies[0] == copies[1], f"{marker} is there {copies} times"
                continue
            assert copies in ([0, 0], [1, 1]), f"{marker} is there {copies} times, and it {fate.value}"
            if fate is not Fate.OPEN:
                assert (copies == [1, 1]) is (fate is Fate.STAYS), f"{marker} {fate.value}, but is {copies}"
            if copies == [1, 1]:
                google, odoo = (now[side][marker][0].shown for side in Side)
                apart = [(getattr(google, name), getattr(odoo, name)) for name in FIELDS]
                apart = [(there, here) for there, here in apart if there != here]
                assert not apart, f"{marker} differs: {str(apart)[:2000]}"
                self._verify_values(marker, self.events[marker], google)

    def _verify_values(self, marker: str, known: Known, shown: Event) -> None:
        if known.deleted or known.revived:
            return
        for name in FIELDS:
            edits = known.edits.get(name, {})
            if name == "reminders" and (len(edits) > 1 or self._many(known)):
                continue
            wanted = list(edits.values())
            if not wanted and known.base:
                wanted = [getattr(known.base[Side.GOOGLE].shown, name)]
            value = getattr(shown, name)
            assert not wanted or value in wanted, (
                f"{marker}: {name} is {str(value)[:999]}, not one of {str(wanted)[:999]}"
            )

    def _many(self, known: Known) -> bool:
        return bool(known.base) and len(known.base[Side.ODOO].raw.reminders) > MOST_REMINDERS

    def settle(self, now: View) -> None:
        """Take what both sides hold now as the new beginning."""
        for marker, known in self.events.items():
            base = {side: now[side][marker][0] for side in Side if marker in now[side]}
            pair = {side: one.key for side, one in base.items()} or known.pair
            mixed = any(len(now[side].get(marker, ())) > 1 for side in Side)
            self.events[marker] = Known(base, pair=pair, mixed=mixed)
