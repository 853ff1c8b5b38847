"""What people do to their meetings, drawn at random and noted in the agenda as it ought to end."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from hypothesis import note

from sync.model import Side
from tests.doubles.google.errors import GoogleError
from tests.doubles.odoo.errors import OdooError
from tests.properties import acts
from tests.properties.agenda import Agenda, Item
from tests.properties.drawn import Act
from tests.properties.hands import STRANGER, Hand, Reach, beside
from tests.properties.stage import Stage
from tests.world import PEOPLE, World

MOST = 6
"""Items at a time: a calendar that a person can still overlook, and too few deletions to be asked about."""


@dataclasses.dataclass
class Deeds:
    """Carries out what was drawn."""

    stage: Stage
    agenda: Agenda
    _words: Iterator[int] = dataclasses.field(default_factory=itertools.count)

    def connected(self, who: str) -> str:
        """Return somebody who is connected: the one named, if that is so."""
        return who if who in self.agenda.people else self.agenda.people[0]

    def do(self, some: list[Act]) -> None:
        """Let people act one after the other; what a side refuses them is noted."""
        for act in some:
            try:
                self._act(act)
            except (GoogleError, OdooError) as error:
                note(f"refused: {error}")

    def _act(self, act: Act) -> None:
        if act.kind in ("make", "receive"):
            if sum(bool(item.entries) or item.entries is None for item in self.agenda.items.values()) < MOST:
                self._make(act)
            return
        markers = sorted(
            marker
            for marker, item in self.agenda.items.items()
            if bool(item.uid) is (act.kind in ("update", "withdraw")) or act.kind in ("answer", "cancel")
        )
        if not markers:
            return
        marker = markers[act.pick % len(markers)]
        item = self.agenda.items[marker]
        if item.uid and act.kind in ("update", "withdraw"):
            self._from_outside(act, marker, item)
            return
        hand = self._hand(act, marker, item)
        if hand is None:
            return
        if act.kind == "answer":
            self._answer(act, marker, hand)
        elif hand.name != item.organizer and hand.side is Side.GOOGLE:
            if act.kind == "cancel" and hand.name in self.agenda.people:
                self._by_hand(hand.cancel, marker, act.at, "all", archive=False)
                self._leaves(marker, item, hand.name)
        else:
            self._edit(act, marker, item, hand)

    def _make(self, act: Act) -> None:
        marker = f"{acts.SECRET}{len(self.agenda.items):04}"
        day = self._day(act)
        if act.kind == "receive":
            guests = sorted({self.connected(one) for one in act.guests if one != STRANGER}) or ["alice"]
            self.agenda.items[marker] = Item(
                "", Side.GOOGLE, f"uid-{len(self.agenda.items)}@elsewhere.example"
            )
            self._from_outside(act, marker, self.agenda.items[marker], guests=guests)
            return
        side = act.side if act.who in self.agenda.people else Side.ODOO
        guests = sorted(act.guests - {act.who})
        hand = Hand(self.stage.world, act.who, side)
        self._by_hand(hand.make, self._title(marker), day, act.hour, act.rule, guests)
        leads = None if act.who in self.agenda.people else Side.ODOO
        self.agenda.items[marker] = Item(act.who, leads, odd=side is Side.GOOGLE and act.rule == 4)
        self.agenda.edited(marker, side)

    def _from_outside(self, act: Act, marker: str, item: Item, guests: list[str] | None = None) -> None:
        world = self.stage.world
        if guests is None:
            holders = [name for name in self.agenda.people if Hand(world, name, Side.GOOGLE).holds(marker)]
        else:
            holders = guests
        if not holders or (act.kind == "withdraw" and not item.known):
            # Google tells no cancellation from a guest's own deletion: who comes later keeps such a meeting.
            return
        title, place = self._title(marker), f"p{next(self._words)}"
        for name in holders:
            hand = Hand(world, name, Side.GOOGLE)
            if act.kind == "withdraw":
                self._by_hand(hand.receive_cancellation, item.uid)
            else:
                self._by_hand(
                    hand.receive, item.uid, title, self._day(act), act.hour, act.rule, holders, place
                )
        self.agenda.edited(marker, Side.GOOGLE, removed=act.kind == "withdraw")

    def _hand(self, act: Act, marker: str, item: Item) -> Hand | None:
        """Choose whose hand acts: the one drawn, if he sees the item, else the organizer's."""
        side = act.side
        for name in (act.who, item.organizer, *self.agenda.people):
            if not name or (side is Side.GOOGLE and name not in self.agenda.people):
                continue
            hand = Hand(self.stage.world, name, side)
            if hand.holds(marker):
                return hand
        return None

    def _answer(self, act: Act, marker: str, hand: Hand) -> None:
        item = self.agenda.items[marker]
        if hand.name == item.organizer or (item.leads is Side.ODOO and hand.side is Side.GOOGLE):
            return
        self._by_hand(hand.answer, marker, act.at, act.reach if act.reach == "one" else "all", act.answer)
        self.agenda.answered(marker, hand.side, hand.name)

    def _edit(self, act: Act, marker: str, item: Item, hand: Hand) -> None:
        repeats = hand.repeats(marker)
        reach: Reach = act.reach if repeats else "all"
        tail = ""
        wrecked = repeats and hand.wrecks(marker, reach, moved=act.kind == "hours")
        wrecked |= item.odd and hand.side is Side.ODOO and reach != "one"
        single = reach == "one" and act.kind in ("title", "place", "hours", "cancel")
        fellows = set() if single else beside(hand, marker)
        match act.kind:
            case "title" | "place" | "hours":
                title = self._title(marker) if act.kind == "title" else ""
                if reach == "following":  # its tail is an item of its own
                    tail = f"{acts.SECRET}{len(self.agenda.items):04}"
                    title = self._title(tail)
                place = f"p{next(self._words)}" if act.kind == "place" else ""
                hours = 1 + act.at % 3 if act.kind == "hours" else 0
                if hours and wrecked and item.odd and hand.whole_days(marker):
                    return  # no rule says that: it would wait for somebody to set it again
                before = self.agenda.doubles(marker, hand.name, hand.side)
                self._by_hand(hand.write, marker, act.at, reach, title, place, hours)
                item.together |= self.agenda.doubles(marker, hand.name, hand.side) - before
            case "cancel":
                self._by_hand(hand.cancel, marker, act.at, reach, archive=act.archive)
                if item.leads is Side.GOOGLE:
                    self._leaves(marker, item, hand.name)  # he alone may decline it by that
            case "invite" | "uninvite":
                able = sorted(
                    act.guests - {item.organizer} - ({STRANGER} if hand.side is Side.ODOO else set())
                )
                if not able:
                    return
                self._by_hand(hand.invite, marker, able[0], here=act.kind == "invite")
            case "repeat" if not repeats:
                self._by_hand(hand.repeat, marker, act.rule or 1, now=True)
                item.odd = hand.side is Side.GOOGLE and act.rule == 4
            case "single" if repeats:
                self._by_hand(hand.repeat, marker, 0, now=False)
            case _:
                return
        removed = act.kind in ("cancel", "single") or bool(tail)
        self.agenda.edited(marker, hand.side, removed=act.kind == "cancel" or bool(tail), wrecked=wrecked)
        for fellow in fellows:
            self.agenda.edited(fellow, hand.side, removed=removed, wrecked=wrecked)
        if tail:
            item.kin = item.kin or [marker]
            item.kin.append(tail)
            self.agenda.items[tail] = dataclasses.replace(
                item,
                left=set(item.left),
                answers={},
                answered_on={},
                side=None,
                entries=None,
                together=self.agenda.doubles(tail, hand.name, hand.side),
            )
            self.agenda.edited(tail, hand.side)

    def _leaves(self, marker: str, item: Item, name: str) -> None:
        """Note that somebody took an item off his own calendar, whatever he has answered before."""
        item.left.add(name)
        item.answers.pop(name, None)
        staying = [one for one in self.agenda.people if one not in item.left]
        if item.uid and not any(Hand(self.stage.world, one, Side.GOOGLE).holds(marker) for one in staying):
            item.left.update(PEOPLE)  # nobody's calendar tells of it any more

    def _by_hand(self, act: Callable[..., None], *args: Any, **more: Any) -> None:
        hand = getattr(act, "__self__", None)
        whose = f"{hand.name} in {hand.side}" if isinstance(hand, Hand) else ""

        def done(_world: World, *_said: object) -> None:
            act(*args, **more)

        done.__name__ = f"{whose}: {act.__name__}"
        self.stage.by_hand(done, *args, more)

    def _title(self, marker: str) -> str:
        return f"{marker} t{next(self._words)}"

    def _day(self, act: Act) -> Any:
        return self.stage.world.clock.now().date() + timedelta(days=2 + act.pick)
