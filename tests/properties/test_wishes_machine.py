"""Alice closes one side while she is busy on both: it is not written, and nothing is lost for it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sync.model import Side
from sync.store import accounts, cursors
from sync.wishes import Direction
from tests.properties import acts
from tests.properties.play import Play, picks, play, sides

ONE_WAY = {Direction.TO_GOOGLE: Side.ODOO, Direction.TO_ODOO: Side.GOOGLE}
directions = st.sampled_from([*ONE_WAY])
ACTS = ("make", "edit", "edit", "edit", "delete")


class Directions(Play):
    """What people do on both sides, while only one of them may be written and otherwise."""

    @rule(data=st.data())
    def both_ways(self, data: st.DataObject) -> None:
        self._be_busy(data)
        self.run()

    @rule(
        data=st.data(), direction=st.sampled_from([*ONE_WAY]), runs=st.integers(1, 2), days=st.integers(0, 2)
    )
    def one_way_for_a_while(self, data: st.DataObject, direction: Direction, runs: int, days: int) -> None:
        self.settle()
        self._choose(direction)
        self._be_busy(data)
        expected = self.expect()
        closed = self.stage.world.google if ONE_WAY[direction] is Side.GOOGLE else self.stage.world.odoo
        closed.log.clear()
        for _ in range(runs):
            self.stage.sync()
            self.stage.world.advance(days=days, seconds=1)  # a day later, all of both calendars is compared
        assert closed.log.writes() == []
        self._choose(Direction.BOTH)
        clean = False
        for _ in range(3):
            clean = self.stage.sync()
            self.stage.world.advance(hours=7)
        assert clean, "three undisturbed runs leave something to do"
        self.judge(expected, clean=True)
        self.stage.assert_quiet()

    def _choose(self, direction: Direction) -> None:
        self.stage.do(self._chosen(direction))

    async def _chosen(self, direction: Direction) -> None:
        world = self.stage.world
        account = await world.account(acts.NAME)
        async with world.running.store.write() as tx:
            await accounts.update(tx, account.id, direction=direction)
            await cursors.set_google(tx, account.id, None)

    def _be_busy(self, data: st.DataObject) -> None:
        for kind in data.draw(st.lists(st.sampled_from(ACTS), min_size=1, max_size=6), label="acts"):
            side, pick = data.draw(sides), data.draw(picks)
            match kind:
                case "make":
                    self.make_one(side, data.draw(acts.whole(side), label="values"))
                case "edit":
                    self.edit_one(side, pick, data.draw(acts.one_field(side), label="values"))
                case "delete":
                    self.delete_one(side, pick, archive=data.draw(st.booleans()))


def test_a_direction_loses_nothing(tmp_path: Path) -> None:
    play(Directions, tmp_path, few=(4, 8), many=(300, 30))
