"""What people may do to their meetings, as it is drawn at random."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from sync.model import Side
from tests.properties.hands import STRANGER, Reach
from tests.world import PEOPLE

KINDS = (
    "make", "make", "title", "place", "hours", "hours", "cancel", "answer", "answer", "invite", "uninvite",
    "repeat", "single", "receive", "update", "withdraw",
)  # fmt: skip


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
