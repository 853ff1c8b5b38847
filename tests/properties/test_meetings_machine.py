"""Series and meetings of several people under whatever they and networks do, in any order."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sync.model import Side
from tests.properties import profile
from tests.properties.agenda import Agenda
from tests.properties.deeds import Deeds
from tests.properties.drawn import Act, names, some_acts
from tests.properties.stage import Stage
from tests.scenarios.test_crashes import When
from tests.scenarios.test_faults import GOOGLE, ODOO

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


class Meetings(RuleBasedStateMachine):
    """Alice and bob, perhaps carol, a stranger outside, and calsync between their calendars."""

    folder: Path
    at_once = 1

    def __init__(self) -> None:
        super().__init__()
        self._stage: Stage | None = None

    @initialize(version=st.sampled_from([18, 17, 19]), pace=st.sampled_from([1, 0]), everybody=st.booleans())
    def begin(self, version: int, pace: int, everybody: bool) -> None:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        people = ("alice", "bob", "carol") if everybody else ("alice", "bob")
        self._stage = Stage(folder, version, pace=pace, at_once=self.at_once, people=people)
        self.agenda = Agenda(self._stage.world, people)
        self.deeds = Deeds(self._stage, self.agenda)

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
        self.deeds.do(some)
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
        self.deeds.do(some)
        self._judge([who], clean=self.stage.sync(names=[self.deeds.connected(who)]))

    @rule(some=some_acts, runs=st.sampled_from([1, 2]))
    def two_at_once(self, some: list[Act], runs: int) -> None:
        self.deeds.do(some)
        people = self.agenda.people
        self._judge(people, clean=self.stage.sync(runs, names=people))

    @rule(some=some_acts, who=names, at=st.integers(1, 25), when=st.sampled_from(["before", "after"]))
    def crash(self, some: list[Act], who: str, at: int, when: When) -> None:
        self.deeds.do(some)
        self._judge([who], clean=self.stage.crash(at, when, names=[self.deeds.connected(who)]))

    @rule(some=some_acts, who=names, name=st.sampled_from(sorted(FAULTS)), skip=st.sampled_from([0, 0, 1, 2]))
    def fault(self, some: list[Act], who: str, name: str, skip: int) -> None:
        self.deeds.do(some)
        side, fault = FAULTS[name]
        if fault["operation"] == "oauth.token":
            self.stage.forget_access_token(self.deeds.connected(who))
        self._run_against(who, side, fault | {"skip": skip})

    @rule(
        some=some_acts,
        who=names,
        operation=st.sampled_from(sorted(LOST)),
        skip=st.sampled_from([0, 0, 1, 2]),
        drop=st.sampled_from(["after", "before"]),
    )
    def call_lost(self, some: list[Act], who: str, operation: str, skip: int, drop: str) -> None:
        self.deeds.do(some)
        self._run_against(who, LOST[operation], dict(operation=operation, skip=skip, drop=drop, times=9))

    @rule(some=some_acts, minutes=st.sampled_from([1, 6, 60, 60 * 24]))
    def time_passes(self, some: list[Act], minutes: int) -> None:
        self.deeds.do(some)
        self.stage.world.advance(minutes=minutes)

    @rule(minutes=st.sampled_from([-30, -1, 1, 30]))
    def clock_jumps(self, minutes: int) -> None:
        self.stage.world.clock.advance(minutes=minutes)

    def _run_against(self, who: str, side: Side, fault: dict[str, Any]) -> None:
        double = self.stage.world.google if side is Side.GOOGLE else self.stage.world.odoo
        double.faults.add(**fault)
        clean = self.stage.sync(names=[self.deeds.connected(who)])
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


def test_meetings_and_series_are_seen_the_same_by_everybody(tmp_path: Path) -> None:
    long = settings.get_current_profile_name() != profile.NAME
    here = type("Meetings", (Meetings,), {"folder": tmp_path, "at_once": 8 if long else 1})
    examples, steps = (200, 20) if long else (4, 8)
    run_state_machine_as_test(here, settings=settings(max_examples=examples, stateful_step_count=steps))
