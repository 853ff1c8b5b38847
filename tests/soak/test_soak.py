"""Soak and load run to their end, at sizes that say little, and nothing is lost or doubled in them."""

from __future__ import annotations

import asyncio
import gc
import math
import time
from collections.abc import Iterator

import pytest

from tests.bench.monitor import LoopMonitor
from tests.soak import __main__ as soak
from tests.soak import load

LONGER = math.inf
"""A limit that says nothing: what so little takes depends on what else the machine does."""


@pytest.fixture(autouse=True)
def _usual_garbage() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.long
async def test_some_minutes_of_edits_and_faults_leave_all_agreed(capsys: pytest.CaptureFixture[str]) -> None:
    size = soak.Size(accounts=4, minutes=3, edits=40, share=0.02, seed=7)
    loose = soak.Limits(busy=LONGER, blocked=LONGER, memory=LONGER, blocks=LONGER)
    assert await soak.soak(size, loose) == []
    assert "things were done" in capsys.readouterr().out


@pytest.mark.long
async def test_a_small_crowd_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    loose = load.Limits(
        memory=LONGER, whole=LONGER, cpu=LONGER, share=LONGER, busy=LONGER, lag=LONGER, answer=LONGER
    )
    assert await load.load(number=4, events=3, others=2, typed=2, limits=loose) == []
    assert "load: requests_a_day" in capsys.readouterr().out


def test_memory_that_grows_shows() -> None:
    assert soak.slope([5.0, 5.0, 5.0]) == 0
    assert soak.slope([1.0, 2.0, 3.0]) == pytest.approx(1)


async def test_work_that_keeps_the_loop_is_measured_and_named() -> None:
    with LoopMonitor() as monitor:
        await asyncio.sleep(0)
        _work(0.1)
        await asyncio.sleep(0)
        with monitor.aside():
            _work(0.2)
        await asyncio.sleep(0)
    assert 0.1 <= monitor.worst.busy < 0.2
    [told] = monitor.told(0.09)
    assert "test_soak._work" in told


def _work(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass
