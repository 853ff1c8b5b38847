"""The assembled product under whatever people and networks do, in any order (`make fuzz`: for long)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sync.model import Side
from tests.properties import acts, profile
from tests.properties.memory import Fate, Memory, view
from tests.properties.stage import Stage
from tests.scenarios.test_crashes import When
from tests.scenarios.test_faults import GOOGLE, ODOO

FEW = 8
"""Deletions between two syncs that never make calsync ask."""
MANY = 12
FAULTS: dict[str, tuple[Side, dict[str, Any]]] = {
    **{f"google: {name}": (Side.GOOGLE, fault) for name, fault in GOOGLE.items()},
    **{f"odoo: {name}": (Side.ODOO, fault) for name, fault in ODOO.items()},
}
LOST = ("*.insert", "*.patch", "*.delete", "*.create", "*.write")
KINDS = ("make", "make", "edit", "edit", "edit", "delete", "undelete")

sides = st.sampled_from(Side)
picks = st.integers(0, 30)
skips = st.sampled_from([0, 0, 0, 1, 2])


class Calendars(RuleBasedStateMachine):
    """Alice, her two calendars, calsync between them, and everything that can get in its way."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self._stage: Stage | None = None

    @property
    def stage(self) -> Stage:
        """Return the stage, which stands from the first step on."""
        assert self._stage
        return self._stage

    @initialize(version=st.sampled_from([18, 17, 19]))
    def begin(self, version: int) -> None:
        self._stage = Stage(Path(tempfile.mkdtemp(dir=self.folder)), version)

    def teardown(self) -> None:
        if self._stage is None:
            return
        try:
            if sys.exc_info()[0] is None:  # else the failure at hand is the one to tell of
                self.settle()
        finally:
            self._stage.close()

    # --- alice

    @rule(side=sides, data=st.data())
    def make(self, side: Side, data: st.DataObject) -> None:
        self._make(side, data.draw(acts.whole(side), label="values"))

    @rule(side=sides, pick=picks, data=st.data())
    def edit(self, side: Side, pick: int, data: st.DataObject) -> None:
        if found := self._pick(side, pick):
            marker, key = found
            values = acts.marked(marker, data.draw(acts.one_field(side), label="values"))
            self.stage.by_hand(acts.change, side, key, values)
            self.memory.edited(marker, side, values, view(self.stage.world))

    @rule(side=sides, pick=picks, archive=st.booleans())
    def delete(self, side: Side, pick: int, archive: bool) -> None:
        if self.memory.deletions < FEW and (found := self._pick(side, pick)):
            marker, key = found
            self.stage.by_hand(acts.delete, side, key, archive=archive)
            self.memory.events[marker].act()
            self.memory.events[marker].deleted = True

    @rule(side=sides, pick=picks)
    def undelete(self, side: Side, pick: int) -> None:
        now = view(self.stage.world)[side]
        bins = {Memory.marker(title): key for key, title in acts.deleted(self.stage.world, side).items()}
        if able := sorted(bins.keys() - now.keys()):
            marker = able[pick % len(able)]
            self.stage.by_hand(acts.undelete, side, bins[marker])
            self.memory.events[marker].act()
            self.memory.events[marker].revived = True

    # --- what runs, and what gets in its way

    @rule()
    def sync(self) -> None:
        expected = self._expect()
        self._judge(expected, clean=self.stage.sync())

    @rule()
    def two_at_once(self) -> None:
        expected = self._expect()
        self._judge(expected, clean=self.stage.sync(runs=2))

    @rule(data=st.data(), at=st.integers(1, 20), when=st.sampled_from(["before", "after"]))
    def crash(self, data: st.DataObject, at: int, when: When) -> None:
        self._be_busy(data)
        expected = self._expect()
        self._judge(expected, clean=self.stage.crash(at, when))

    @rule(data=st.data(), name=st.sampled_from(sorted(FAULTS)), skip=skips)
    def fault(self, data: st.DataObject, name: str, skip: int) -> None:
        self._be_busy(data)
        side, fault = FAULTS[name]
        if fault["operation"] == "oauth.token":
            self.stage.forget_access_token()
        self._sync_with(side, fault | {"skip": skip})

    @rule(data=st.data(), operation=st.sampled_from(LOST), skip=skips)
    def answer_lost(self, data: st.DataObject, operation: str, skip: int) -> None:
        self._be_busy(data)
        side = Side.ODOO if operation in ("*.create", "*.write") else Side.GOOGLE
        self._sync_with(side, dict(operation=operation, skip=skip, drop="after", times=9))

    @rule()
    def sync_token_expired(self) -> None:
        self._sync_with(Side.GOOGLE, GOOGLE["sync token expired"])

    @rule()
    def access_token_dropped(self) -> None:
        self.stage.forget_access_token()

    @rule(minutes=st.sampled_from([1, 6, 60, 60 * 24, 60 * 24 * 6]))
    def time_passes(self, minutes: int) -> None:
        self.stage.world.advance(minutes=minutes)

    @precondition(lambda self: len(self.memory.events) < FEW)
    @rule(side=sides, bring_back=st.booleans())
    def emptied(self, side: Side, bring_back: bool) -> None:
        for _ in range(MANY):
            self._make(side, {"title": "", "span": acts.A_SPAN})
        self.settle()
        there = view(self.stage.world)[side]
        for copies in there.values():
            self.stage.by_hand(acts.delete, side, copies[0].key, archive=False)
        assert self._sync_asks()
        if bring_back:
            self.stage.answer("Bring Them Back", "brought back")
        else:
            gone = "archived in Odoo" if side is Side.GOOGLE else "deleted from Google"
            self.stage.answer("Delete Them", gone)
        fate = Fate.STAYS if bring_back else Fate.GOES
        for marker in there:
            self.memory.events[marker].act()
            self.memory.events[marker].deleted, self.memory.events[marker].fate = True, fate
        self.settle()

    @rule()
    def settle(self) -> None:
        """Whatever happened, some undisturbed runs put all in order."""
        expected, clean = self._expect(), False
        for _ in range(3):
            self.stage.world.advance(hours=7)  # past every pause
            clean = self.stage.sync()
        assert clean, "three undisturbed runs leave something to do"
        self._judge(expected, clean=True)
        self.stage.assert_quiet()

    # --- how

    def _be_busy(self, data: st.DataObject) -> None:
        """Give a run that will be disturbed something to do."""
        for kind in data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5), label="acts"):
            side, pick = data.draw(sides), data.draw(picks)
            match kind:
                case "make":
                    self.make(side=side, data=data)
                case "edit":
                    self.edit(side=side, pick=pick, data=data)
                case "delete":
                    self.delete(side=side, pick=pick, archive=data.draw(st.booleans()))
                case "undelete":
                    self.undelete(side=side, pick=pick)

    def _make(self, side: Side, values: acts.Values) -> None:
        self.stage.by_hand(acts.make, side, acts.marked(self.memory.new(), values))

    def _pick(self, side: Side, pick: int) -> tuple[str, Any] | None:
        """Choose one of the events that stand on a side."""
        there = view(self.stage.world)[side]
        if not there:
            return None
        marker = sorted(there)[pick % len(there)]
        return marker, there[marker][0].key

    def _sync_with(self, side: Side, fault: dict[str, Any]) -> None:
        double = self.stage.world.google if side is Side.GOOGLE else self.stage.world.odoo
        double.faults.add(**fault)
        expected = self._expect()
        clean = self.stage.sync()
        double.faults.clear()
        self._judge(expected, clean=clean)

    def _sync_asks(self) -> bool:
        return not self.stage.sync()

    def _expect(self) -> dict[str, Fate]:
        return self.memory.expect(view(self.stage.world))

    def _judge(self, expected: dict[str, Fate], *, clean: bool) -> None:
        self.stage.assert_discreet()
        if not clean:
            self.memory.blur(expected)
            return
        now = view(self.stage.world)
        self.memory.verify(expected, now)
        self.memory.settle(now)


def test_nothing_is_lost_doubled_or_made_up(tmp_path: Path) -> None:
    class Here(Calendars):
        folder = tmp_path

    long = settings.get_current_profile_name() != profile.NAME
    size = settings(max_examples=400 if long else 15, stateful_step_count=40 if long else 20)
    run_state_machine_as_test(Here, settings=size)
