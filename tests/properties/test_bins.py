"""Two events that go and come back on either side again and again, through crashes and lost answers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sync.model import Side
from tests.properties.play import Play, play, sides
from tests.scenarios.test_crashes import When
from tests.scenarios.test_faults import GOOGLE, ODOO

LOST = {
    "*.insert": Side.GOOGLE,
    "*.patch": Side.GOOGLE,
    "*.delete": Side.GOOGLE,
    "*.create": Side.ODOO,
    "*.write": Side.ODOO,
}


@dataclasses.dataclass(frozen=True)
class Act:
    """One thing that alice does."""

    kind: str
    side: Side
    pick: int
    title: str
    archive: bool


some_acts = st.lists(
    st.builds(
        Act,
        st.sampled_from(["delete", "undelete", "delete", "undelete", "edit"]),
        sides,
        st.integers(0, 4),
        st.sampled_from("ab"),
        st.sampled_from([True, True, False]),
    ),
    max_size=4,
)


class Bins(Play):
    """Few events, so that the same one meets everything: copies in both bins, old ids, old access tokens."""

    @rule(some=some_acts)
    def sync(self, some: list[Act]) -> None:
        self._do(some)
        self.run()

    @rule(some=some_acts, at=st.integers(1, 12), when=st.sampled_from(["before", "after"]))
    def crash(self, some: list[Act], at: int, when: When) -> None:
        self._do(some)
        self.run_and_crash(at, when)

    @rule(
        some=some_acts,
        operation=st.sampled_from(sorted(LOST)),
        skip=st.integers(0, 1),
        drop=st.sampled_from(["before", "after"]),
    )
    def call_lost(self, some: list[Act], operation: str, skip: int, drop: str) -> None:
        self._do(some)
        self.run_against(LOST[operation], dict(operation=operation, skip=skip, drop=drop, times=9))

    @rule(some=some_acts)
    def poll_lost(self, some: list[Act]) -> None:
        self._do(some)
        self.run_against(Side.ODOO, ODOO["poll lost"])

    @rule(some=some_acts)
    def sync_token_expired(self, some: list[Act]) -> None:
        self._do(some)
        self.run_against(Side.GOOGLE, GOOGLE["sync token expired"])

    @rule(some=some_acts, seconds=st.sampled_from([1, 400, 90_000]))
    def time_passes(self, some: list[Act], seconds: int) -> None:
        self._do(some)
        self.stage.world.advance(seconds=seconds)

    def _do(self, some: list[Act]) -> None:
        for act in some:
            match act.kind:
                case "edit":
                    self.edit_one(act.side, act.pick, {"title": act.title})
                case "delete":
                    self.delete_one(act.side, act.pick, archive=act.archive)
                case "undelete":
                    self.undelete_one(act.side, act.pick)


def test_what_comes_back_comes_back_once(tmp_path: Path) -> None:
    play(Bins, tmp_path, few=(8, 15), many=(400, 25))
