"""Long work on many items, in slices, so that everybody else has a turn of the event loop in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
R = TypeVar("R")

SLICE = 0.010
"""Seconds of work after which others have their turn: what people click is answered by the same loop.

A thread would not do: it and the loop would take the interpreter from each other, 5 ms at a time.
"""

_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def in_slices(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return what `function` makes of each item.

    Of all that goes on this way at the same time, only one slice is worked on in a turn of the loop.
    """
    done: list[R] = []
    rest = iter(items)
    gate = _gates.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    while True:
        async with gate:
            until = time.perf_counter() + SLICE
            for item in rest:
                done.append(function(item))
                if time.perf_counter() >= until:
                    break
            else:
                return done
            await asyncio.sleep(0)  # the gate stays shut until everybody else had a turn


async def through(steps: Iterable[T]) -> list[T]:
    """Return what an iterator gives that works a little for each item."""
    return await in_slices(lambda step: step, steps)
