"""Series and meetings of several people under whatever they and networks do, in any order."""

from __future__ import annotations

import dataclasses
import itertools
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sync.model import Side
from tests.doubles.google.errors import GoogleError
from tests.doubles.odoo.errors import OdooError
from tests.properties import acts, profile
from tests.properties.agenda import Agenda, Item
from tests.properties.hands import STRANGER, Hand, Reach
from tests.properties.stage import Stage
from tests.scenarios.test_crashes import When
from tests.scenarios.test_faults import GOOGLE, ODOO
from tests.world import PEOPLE, World

MOST = 6
"""Items at a time: a calendar that a person can still overlook, and too few deletions to be asked about."""
KINDS = (
    "make", "make", "title", "place", "hours", "hours", "cancel", "answer", "answer", "invite", "uninvite",
    "repeat", "single", "receive", "update", "withdraw",
)  # fmt: skip
FAULTS: dict[str, tuple[Side, dict[str, Any]]] = {
    **{f"google: {name}": (Side.GOOGLE, fault) for name, fault in GOOGLE.items()},
    **{f"odoo: {name}": (Side.ODOO, fault) for name, fault in ODOO.items()},
}
LOST = {
    "*.insert": Side.GOOGLE,
    "*.patch": Side.GOOGLE,
    "*.delete": Side.GOOGLE,
    "*.create": Side.ODOO,
    "*.write": Side.ODOO,
}


@dataclasses.dataclass(frozen=True)
class Act:
    """One thing that somebody does; `pick` chooses the item, `at` the occurrence."""

    kind: str
    who: str
    side: Side
    pick: int
    reach: Reach
    at: int
    guests: frozenset[str]
    answer: str
    hour: int
    rule: int
    archive: bool

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(self.kind)  # what came of it is noted; Hypothesis would print a line a field


names = st.sampled_from(sorted(PEOPLE))
some_acts = st.lists(
    st.builds(
        Act,
        st.sampled_from(KINDS),
        names,
        st.sampled_from(Side),
        st.integers(0, 5),
        st.sampled_from(["one", "all", "following"]),
        st.integers(0, 4),
        st.frozensets(st.sampled_from([*sorted(PEOPLE), STRANGER]), max_size=3),
        st.sampled_from(["accepted", "declined", "tentative"]),
        st.sampled_from([9, 0, 14]),
        st.sampled_from([0, 1, 2, 3, 4]),
        st.booleans(),
    ),
    max_size=3,
)


class Meetings(RuleBasedStateMachine):
    """Alice and bob, perhaps carol, a stranger outside, and calsync between their calendars."""

    folder: Path
    at_once = 1

    def __init__(self) -> None:
        super().__init__()
        self._stage: Stage | None = None
        self._words = itertools.count()

    @initialize(version=st.sampled_from([18, 17, 19]), pace=st.sampled_from([1, 0]), everybody=st.booleans())
    def begin(self, version: int, pace: int, everybody: bool) -> None:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        people = ("alice", "bob", "carol") if everybody else ("alice", "bob")
        self._stage = Stage(folder, version, pace=pace, at_once=self.at_once, people=people)
        self.agenda = Agenda(self._stage.world, people)

    @property
    def stage(self) -> Stage:
        """Return the stage, which stands from the first step on."""
        assert self._stage
        return self._stage

    def teardown(self) -> None:
        if self._stage is None:
            return
        try:
            if sys.exc_info()[0] is None:  # else the failure at hand is the one to tell of
                self.settle(some=[])
        finally:
            self._stage.close()

    # --- runs

    @rule(some=some_acts)
    def settle(self, some: list[Act]) -> None:
        """Whatever happened, some undisturbed runs of everybody put all in order."""
        self._do(some)
        clean = False
        for _ in range(3):
            self.stage.world.advance(hours=7)  # past every pause
            runs = [self.stage.sync(names=[name]) for name in self.agenda.people]
            clean = all(runs)
            self.stage.assert_discreet()
        assert clean, "three undisturbed runs leave something to do"
        for name in self.agenda.people:
            self.agenda.verify(name)
        self.agenda.verify_items(self.agenda.items)
        self.agenda.verify_answers()
        self.stage.assert_quiet()
        self.agenda.settle(self.agenda.items, wholly=True)

    @rule(some=some_acts, who=names)
    def sync(self, some: list[Act], who: str) -> None:
        self._do(some)
        self._judge([who], clean=self.stage.sync(names=[self._connected(who)]))

    @rule(some=some_acts, runs=st.sampled_from([1, 2]))
    def two_at_once(self, some: list[Act], runs: int) -> None:
        self._do(some)
        people = self.agenda.people
        self._judge(people, clean=self.stage.sync(runs, names=people))

    @rule(some=some_acts, who=names, at=st.integers(1, 25), when=st.sampled_from(["before", "after"]))
    def crash(self, some: list[Act], who: str, at: int, when: When) -> None:
        self._do(some)
        self._judge([who], clean=self.stage.crash(at, when, names=[self._connected(who)]))

    @rule(some=some_acts, who=names, name=st.sampled_from(sorted(FAULTS)), skip=st.sampled_from([0, 0, 1, 2]))
    def fault(self, some: list[Act], who: str, name: str, skip: int) -> None:
        self._do(some)
        side, fault = FAULTS[name]
        if fault["operation"] == "oauth.token":
            self.stage.forget_access_token(self._connected(who))
        self._run_against(who, side, fault | {"skip": skip})

    @rule(
        some=some_acts,
        who=names,
        operation=st.sampled_from(sorted(LOST)),
        skip=st.sampled_from([0, 0, 1, 2]),
        drop=st.sampled_from(["after", "before"]),
    )
    def call_lost(self, some: list[Act], who: str, operation: str, skip: int, drop: str) -> None:
        self._do(some)
        self._run_against(who, LOST[operation], dict(operation=operation, skip=skip, drop=drop, times=9))

    @rule(some=some_acts, minutes=st.sampled_from([1, 6, 60, 60 * 24]))
    def time_passes(self, some: list[Act], minutes: int) -> None:
        self._do(some)
        self.stage.world.advance(minutes=minutes)

    @rule(minutes=st.sampled_from([-30, -1, 1, 30]))
    def clock_jumps(self, minutes: int) -> None:
        self.stage.world.clock.advance(minutes=minutes)

    def _connected(self, who: str) -> str:
        return who if who in self.agenda.people else self.agenda.people[0]

    def _run_against(self, who: str, side: Side, fault: dict[str, Any]) -> None:
        double = self.stage.world.google if side is Side.GOOGLE else self.stage.world.odoo
        double.faults.add(**fault)
        clean = self.stage.sync(names=[self._connected(who)])
        double.faults.clear()
        self._judge([who], clean=clean)

    def _judge(self, people: list[str] | tuple[str, ...], *, clean: bool) -> None:
        """Assert after a run that nobody was mailed and, if all was done, that home calendars are right."""
        self.stage.assert_discreet()
        if clean:
            at_home = [
                marker
                for marker, item in self.agenda.items.items()
                if item.leads is None and item.organizer in people
            ]
            self.agenda.verify_items(at_home)
            self.agenda.settle(at_home, wholly=False)

    # --- what people do

    def _do(self, some: list[Act]) -> None:
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
            guests = sorted({self._connected(one) for one in act.guests if one != STRANGER}) or ["alice"]
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
        match act.kind:
            case "title" | "place" | "hours":
                title = self._title(marker) if act.kind == "title" else ""
                if reach == "following":  # its tail is an item of its own
                    tail = f"{acts.SECRET}{len(self.agenda.items):04}"
                    title = self._title(tail)
                place = f"p{next(self._words)}" if act.kind == "place" else ""
                hours = 1 + act.at % 3 if act.kind == "hours" else 0
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
        self.agenda.edited(marker, hand.side, removed=act.kind == "cancel" or bool(tail), wrecked=wrecked)
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


def test_meetings_and_series_are_seen_the_same_by_everybody(tmp_path: Path) -> None:
    long = settings.get_current_profile_name() != profile.NAME
    here = type("Meetings", (Meetings,), {"folder": tmp_path, "at_once": 8 if long else 1})
    examples, steps = (200, 20) if long else (4, 8)
    run_state_machine_as_test(here, settings=settings(max_examples=examples, stateful_step_count=steps))
