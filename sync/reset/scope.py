"""What a reset would take away and what it leaves, decided from what both sides show; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.model import Side, Start
from sync.reset.choice import Choice


@dataclass(frozen=True)
class Named:
    """An event as it is called to its owner; `start` is None where nothing tells it."""

    title: str
    start: Start | None


@dataclass(frozen=True)
class Preview:
    """What a reset would do.

    `deleted` counts single events and series by side, `series` the series among them, `examples` names up to
    five of a side, soonest first. `stays` says how often an event is left, by reason. `guests` counts the
    people invited to what is deleted, `guests_examples` are some of their addresses. `seconds` is an estimate
    under Google's quota. `left_alone` counts the events without a counterpart that "only new" leaves as they
    are. `trouble` is "" or the code why Google cannot be asked: then what is to be deleted there cannot be.
    """

    choice: Choice
    deleted: Mapping[Side, int]
    examples: Mapping[Side, Sequence[Named]]
    series: Mapping[Side, int]
    stays: Mapping[str, int]
    guests: int
    guests_examples: Sequence[str]
    seconds: int
    left_alone: Mapping[Side, int]
    trouble: str = ""
