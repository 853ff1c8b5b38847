"""What is remembered of payloads: enough to act once, and never more than a bound."""

from __future__ import annotations

from bot.gate import FOR, REMEMBERED, Gate
from tests.clock import TestClock

TEAM = "T0000000001"


def act(trigger: str, moment: str = "1.0") -> dict[str, object]:
    """Return what a pressed button sends."""
    user, team = {"id": "U1", "team_id": TEAM}, {"id": TEAM}
    return {"user": user, "team": team, "trigger_id": trigger, "actions": [{"action_ts": moment}]}


def test_the_same_act_comes_through_once_and_another_moment_is_another_act() -> None:
    gate = Gate(TEAM, TestClock())
    assert [gate.refusal(act("1")) for _ in range(2)] == [None, "repeated"]
    assert gate.refusal(act("1", "2.0")) is None
    event = {"team_id": TEAM, "event_id": "Ev1"}
    assert [gate.refusal(event) for _ in range(2)] == [None, "repeated"]


def test_what_has_no_name_may_come_twice() -> None:
    gate = Gate(TEAM, TestClock())
    assert [gate.refusal({"team_id": TEAM}) for _ in range(2)] == [None, None]
    assert len(gate) == 0


def test_a_place_of_another_workspace_is_refused_and_not_remembered() -> None:
    gate = Gate(TEAM, TestClock())
    for foreign in ({"team_id": "T9"}, {"team": {"id": "T9"}}, {"user": {"team_id": "T9"}}):
        assert gate.refusal({"trigger_id": "1"} | foreign) == "other_workspace"
    assert len(gate) == 0


def test_memory_is_bounded_in_number_and_in_time() -> None:
    clock = TestClock()
    gate = Gate(TEAM, clock)
    for number in range(REMEMBERED + 10):
        assert gate.refusal(act(str(number))) is None
    assert len(gate) == REMEMBERED
    assert gate.refusal(act(str(REMEMBERED))) == "repeated"
    clock.advance(seconds=FOR.total_seconds())
    assert gate.refusal(act("new")) is None
    assert len(gate) == 1
