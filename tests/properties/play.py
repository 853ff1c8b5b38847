"""What the state machines share: alice's acts, runs and what disturbs them, and what must come of it all."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sync.model import Side
from tests.properties import acts, profile
from tests.properties.memory import Fate, Memory, view
from tests.properties.stage import Stage
from tests.scenarios.test_crashes import When

FEW = 8
"""Deletions between two syncs that never make calsync ask."""

sides = st.sampled_from(Side)
picks = st.integers(0, 30)


class Play(RuleBasedStateMachine):
    """Alice, her two calendars and calsync between them; time passes by steps alone."""

    folder: Path
    at_once = 1

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self._stage: Stage | None = None

    @property
    def stage(self) -> Stage:
        """Return the stage, which stands from the first step on."""
        assert self._stage
        return self._stage

    @initialize(version=st.sampled_from([18, 17, 19]), pace=st.sampled_from([1, 0]), side=sides)
    def begin(self, version: int, pace: int, side: Side) -> None:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        self._stage = Stage(folder, version, pace=pace, at_once=self.at_once)
        for one in (side, side.other):
            self.make_one(one, {"title": "x", "span": acts.A_SPAN})

    def teardown(self) -> None:
        if self._stage is None:
            return
        try:
            if sys.exc_info()[0] is None:  # else the failure at hand is the one to tell of
                self.settle()
        finally:
            self._stage.close()

    @rule()
    def settle(self) -> None:
        """Whatever happened, some undisturbed runs put all in order."""
        expected, clean = self.expect(), False
        for _ in range(3):
            self.stage.world.advance(hours=7)  # past every pause
            clean = self.stage.sync()
        assert clean, "three undisturbed runs leave something to do"
        self.judge(expected, clean=True)
        self.stage.assert_quiet()

    # --- alice

    def make_one(self, side: Side, values: acts.Values) -> None:
        """Let her make an event."""
        self.stage.by_hand(acts.make, side, acts.marked(self.memory.new(), values))

    def edit_one(self, side: Side, pick: int, values: acts.Values) -> None:
        """Let her change an event."""
        if found := self._pick(side, pick):
            marker, key = found
            values = acts.marked(marker, values)
            self.stage.by_hand(acts.change, side, key, values)
            self.memory.edited(marker, side, values, view(self.stage.world))

    def delete_one(self, side: Side, pick: int, *, archive: bool) -> None:
        """Let her delete an event, or archive it."""
        if self.memory.deletions < FEW and (found := self._pick(side, pick)):
            marker, key = found
            self.stage.by_hand(acts.delete, side, key, archive=archive)
            self.memory.events[marker].act()
            self.memory.events[marker].deleted = True

    def undelete_one(self, side: Side, pick: int) -> None:
        """Let her take an event out of the bin that does not stand there as another copy; last ones first."""
        now = view(self.stage.world)[side]
        bin_ = [(Memory.marker(title), key) for key, title in acts.deleted(self.stage.world, side).items()]
        if able := [one for one in bin_ if one[0] not in now]:
            marker, key = able[-1 - pick % len(able)]
            self.stage.by_hand(acts.undelete, side, key)
            self.memory.events[marker].revive(side, key)

    def _pick(self, side: Side, pick: int) -> tuple[str, Any] | None:
        """Choose one of the events that stand on a side."""
        there = view(self.stage.world)[side]
        if not there:
            return None
        marker = sorted(there)[pick % len(there)]
        return marker, there[marker][0].key

    # --- runs

    def run(self, runs: int = 1) -> None:
        """Let calsync run undisturbed."""
        expected = self.expect()
        self.judge(expected, clean=self.stage.sync(runs))

    def run_and_crash(self, at: int, when: When) -> None:
        """Let calsync die at its `at`-th remote call, if it makes so many, and start again."""
        expected = self.expect()
        self.judge(expected, clean=self.stage.crash(at, when))

    def run_against(self, side: Side, fault: dict[str, Any]) -> None:
        """Let calsync run while a side has a fault."""
        double = self.stage.world.google if side is Side.GOOGLE else self.stage.world.odoo
        double.faults.add(**fault)
        expected = self.expect()
        clean = self.stage.sync()
        double.faults.clear()
        self.judge(expected, clean=clean)

    def expect(self) -> dict[str, Fate]:
        """Say what must become of every event."""
        return self.memory.expect(view(self.stage.world))

    def judge(self, expected: dict[str, Fate], *, clean: bool) -> None:
        """Assert after a run that nothing leaked and, if it did all there was to do, that all is well."""
        self.stage.assert_discreet()
        if not clean:
            self.memory.blur(expected)
            return
        now = view(self.stage.world)
        self.memory.verify(expected, now)
        self.memory.settle(now)


def play(machine: type[Play], folder: Path, *, few: tuple[int, int], many: tuple[int, int]) -> None:
    """Run a machine: `few` or, with another profile than the fixed one, `many` (examples, steps of each).

    The fixed examples let one write be under way at a time, so that they are the same each time.
    """
    long = settings.get_current_profile_name() != profile.NAME
    examples, steps = many if long else few
    here = type(machine.__name__, (machine,), {"folder": folder, "at_once": 8 if long else 1})
    run_state_machine_as_test(here, settings=settings(max_examples=examples, stateful_step_count=steps))
