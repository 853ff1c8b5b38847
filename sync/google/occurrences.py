"""What the single occurrences of a series in Google have to be once a write is done."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from sync.google import codec
from sync.google.series import Held
from sync.merge import Merge
from sync.model import CANCELLED, Event, Override, Start, moment
from sync.places import existing, moved


class Occurrences:
    """The occurrences that a merge names, and those that differ already, in a series that is to be `target`.

    What is not named stays as it is in Google, which after a change of the whole series has to be seen to:
    Google itself may keep, drop or move what differs (Calendar API guides/recurringevents does not say). A
    series that is moved takes its exceptions along, by the wall clock of its zone.
    """

    def __init__(self, before: Held, target: Event, merged: Merge) -> None:
        self._before, self._merged = before, merged
        self._named: dict[Start, frozenset[str]] = dict(merged.google_starts)
        self._was: dict[Start, Override] = dict(before.event.overrides)
        self._exist: frozenset[Start] = frozenset()
        if target.recurrence is None:
            self._named, self._was = {}, {}
            return
        places = {start: start for start in self._named.keys() | before.instances.keys() | self._was.keys()}
        if before.event.recurrence is not None and before.event.span.start != target.span.start:
            places = {start: moved(start, before.event, target) for start in places}
        self._exist = existing(target, {*places, *places.values()})
        # What Google keeps by itself, although it agrees with its series, may not follow that.
        self._was |= {
            start: codec.NO_OVERRIDE for start in before.instances if start in self._exist - self._was.keys()
        }
        for start, place in places.items():
            if place == start or place not in self._exist:
                continue
            if start in self._exist:
                # Google may have moved it all the same, as it does beside an EXDATE.
                self._was.setdefault(place, codec.NO_OVERRIDE)
                continue
            # What is said of an occurrence under its old name and under its new one is said of the same.
            if start in merged.google_starts:
                said = self._named.get(place, frozenset())
                self._named[place] = said | merged.google_starts[start]
            if start in before.event.overrides:
                self._was.setdefault(place, before.event.overrides[start])

    def left_out(self) -> frozenset[Start]:
        """Return the occurrences that shall not take place."""
        return frozenset(start for start in self._exist if self._is_left_out(start))

    def brought_back(self) -> frozenset[Start]:
        """Return the occurrences that an EXDATE leaves out and that shall take place."""
        return (self._before.left_out & self._exist) - self.left_out()

    def kept(self) -> dict[Start, Override]:
        """Return what makes occurrences differ before the write and shall do so after it.

        Of one that gets another name, what is said of it now is not among it: nothing knows it by that name.
        """
        held = {start: one for start, one in self._was.items() if one and start in self._exist}
        for start in held.keys() - self._before.event.overrides.keys():
            named = self._named.get(start, frozenset())
            held[start] = {name: value for name, value in held[start].items() if name not in named}
        return {start: one for start, one in held.items() if one}

    def wanted(self, now: Held) -> Iterator[tuple[Start, Event | None]]:
        """Yield each occurrence in question as it shall be beside the series as it is `now`; None: left out.

        Those that the rules do not name any more, and that Google does not have either, are none.
        """
        for start in sorted(self._named.keys() | self._was.keys(), key=moment):
            if start in self._exist or start in now.instances:
                yield start, None if self._is_left_out(start) else self._event(start, now)

    def _is_left_out(self, start: Start) -> bool:
        if CANCELLED in self._named.get(start, ()):
            return CANCELLED in self._merged.event.overrides.get(start, codec.NO_OVERRIDE)
        return CANCELLED in self._was.get(start, codec.NO_OVERRIDE)

    def _event(self, start: Start, now: Held) -> Event:
        result = codec.effective(now.event, start, self._was.get(start, codec.NO_OVERRIDE))
        said = self._merged.event.overrides.get(start, codec.NO_OVERRIDE)
        full = codec.effective(self._merged.event, start, said)
        fitting = codec.project(full)
        names = self._named.get(start, frozenset()) - {CANCELLED}
        # What Google holds already it can hold, even where it could not be written.
        values = {
            name: getattr(full if getattr(full, name) == getattr(result, name) else fitting, name)
            for name in names
        }
        return dataclasses.replace(result, **values)
