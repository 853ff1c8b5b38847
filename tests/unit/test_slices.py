"""Long work leaves the event loop to others in between, and all that goes on at once takes turns."""

from __future__ import annotations

import asyncio

import pytest

from sync import slices
from sync.slices import in_slices, through


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE", 0.0)  # over after each item


async def test_all_items_are_worked_on_in_their_order() -> None:
    assert await in_slices(str, range(3)) == ["0", "1", "2"]
    assert await in_slices(str, ()) == []
    assert await through(iter("ab")) == ["a", "b"]


@pytest.mark.usefixtures("_short")
async def test_others_have_a_turn_after_each_slice() -> None:
    """Regression: a listing of 10,000 events was read in one go, 0.9 s in which no click was answered."""
    done: list[str] = []

    async def click() -> None:
        done.append("click")

    clicking = asyncio.create_task(click())
    await in_slices(done.append, ["first", "second", "third"])
    await clicking
    assert done == ["first", "click", "second", "third"]


@pytest.mark.usefixtures("_short")
async def test_two_works_take_turns_and_never_the_same_one() -> None:
    loop, turns = asyncio.get_running_loop(), list[int]()
    turn = 0

    def tick() -> None:
        nonlocal turn
        turn += 1
        loop.call_soon(tick)

    loop.call_soon(tick)
    await asyncio.gather(*(in_slices(lambda _: turns.append(turn), range(3)) for _ in range(3)))
    assert len(turns) == len(set(turns)) == 9


@pytest.mark.usefixtures("_short")
async def test_work_that_breaks_or_is_cancelled_lets_the_others_go_on() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_slices(lambda item: 1 // item, [1, 0])
    cancelled = asyncio.create_task(in_slices(str, range(9)))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert await in_slices(str, [1]) == ["1"]
