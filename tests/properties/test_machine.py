"""The assembled product under whatever people and networks do, in any order (`make fuzz`: for long)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from sync.model import Side
from tests.properties import acts
from tests.properties.memory import Fate, view
from tests.properties.play import FEW, Play, picks, play, sides
from tests.scenarios.test_crashes import When
from tests.scenarios.test_faults import GOOGLE, ODOO

MANY = 12
"""Deletions that make calsync ask."""
FAULTS: dict[str, tuple[Side, dict[str, Any]]] = {
    **{f"google: {name}": (Side.GOOGLE, fault) for name, fault in GOOGLE.items()},
    **{f"odoo: {name}": (Side.ODOO, fault) for name, fault in ODOO.items()},
}
LOST = ("*.insert", "*.patch", "*.delete", "*.create", "*.write")
KINDS = ("make", "make", "edit", "edit", "edit", "delete", "undelete")

skips = st.sampled_from([0, 0, 0, 1, 2])


class Calendars(Play):
    """Everything that people do, and everything that can get in calsync's way."""

    # --- alice

    @rule(side=sides, data=st.data())
    def make(self, side: Side, data: st.DataObject) -> None:
        self.make_one(side, data.draw(acts.whole(side), label="values"))

    @rule(side=sides, pick=picks, data=st.data())
    def edit(self, side: Side, pick: int, data: st.DataObject) -> None:
        self.edit_one(side, pick, data.draw(acts.one_field(side), label="values"))

    @rule(side=sides, pick=picks, archive=st.booleans())
    def delete(self, side: Side, pick: int, archive: bool) -> None:
        self.delete_one(side, pick, archive=archive)

    @rule(side=sides, pick=picks)
    def undelete(self, side: Side, pick: int) -> None:
        self.undelete_one(side, pick)

    # --- what runs, and what gets in its way

    @rule()
    def sync(self) -> None:
        self.run()

    @rule()
    def two_at_once(self) -> None:
        self.run(runs=2)

    @rule(data=st.data(), at=st.integers(1, 20), when=st.sampled_from(["before", "after"]))
    def crash(self, data: st.DataObject, at: int, when: When) -> None:
        self._be_busy(data)
        self.run_and_crash(at, when)

    @rule(data=st.data(), name=st.sampled_from(sorted(FAULTS)), skip=skips)
    def fault(self, data: st.DataObject, name: str, skip: int) -> None:
        self._be_busy(data)
        side, fault = FAULTS[name]
        if fault["operation"] == "oauth.token":
            self.stage.forget_access_token()
        self.run_against(side, fault | {"skip": skip})

    @rule(data=st.data(), operation=st.sampled_from(LOST), skip=skips)
    def answer_lost(self, data: st.DataObject, operation: str, skip: int) -> None:
        self._be_busy(data)
        side = Side.ODOO if operation in ("*.create", "*.write") else Side.GOOGLE
        self.run_against(side, dict(operation=operation, skip=skip, drop="after", times=9))

    @rule()
    def sync_token_expired(self) -> None:
        self.run_against(Side.GOOGLE, GOOGLE["sync token expired"])

    @rule()
    def access_token_dropped(self) -> None:
        self.stage.forget_access_token()

    @rule(minutes=st.sampled_from([0, 1, 6, 60, 60 * 24, 60 * 24 * 6]))
    def time_passes(self, minutes: int) -> None:
        self.stage.world.advance(minutes=minutes, seconds=1)

    @precondition(lambda self: len(self.memory.events) < FEW)
    @rule(side=sides, bring_back=st.booleans())
    def emptied(self, side: Side, bring_back: bool) -> None:
        for _ in range(MANY):
            self.make_one(side, {"title": "", "span": acts.A_SPAN})
        self.settle()
        there = view(self.stage.world)[side]
        for copies in there.values():
            self.stage.by_hand(acts.delete, side, copies[0].key, archive=False)
        assert not self.stage.sync(), "calsync does not ask"
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


def test_nothing_is_lost_doubled_or_made_up(tmp_path: Path) -> None:
    play(Calendars, tmp_path, few=(6, 18), many=(400, 40))
