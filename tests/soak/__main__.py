"""`make soak`: an hour of many people's edits and much trouble; fails when a limit is broken."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import logging
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Sequence

import structlog

from bot.garbage import settle_down
from sync.store import Store, accounts, parked
from tests.bench.monitor import Held, LoopMonitor, held, names_of_tasks
from tests.bench.stage import Stage
from tests.soak.pace import step, working

POLL = 20.0
QUIET = 1800.0
"""Seconds that pass at a time once nobody edits: every pause ends within them."""
SAMPLES = 12
"""How often what the process holds is counted in the hour; the first third is for warming up."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """What must not be broken."""

    busy: float = 0.050
    """Seconds of work in one turn of the event loop."""
    blocked: float = 0.001
    """Share of the turns that may be longer with what they wait for, threads that the system halts."""
    memory: float = 16.0
    """MB an hour by which the resident set may grow after warming up: SQLite keeps 2 MB of pages for each of
    its connections, and fills them as its file grows."""
    blocks: float = 0.02
    """Share by which the blocks of memory that Python holds may become more in an hour after warming up."""


@dataclasses.dataclass(frozen=True)
class Size:
    """How much is played: `minutes` of the clock, `edits` a minute, the `share` of the calls that fail."""

    accounts: int
    minutes: float
    edits: int
    share: float
    seed: int
    trace: bool = False


async def soak(size: Size, limits: Limits) -> list[str]:
    """Play the hour, print what was found, and return which limits were broken."""
    began = time.monotonic()
    async with working("tests.soak.doubles") as stage:
        made = await stage.people(size.accounts, in_google=2, in_odoo=2)
        names = [one.odoo_login for one in made]
        settle_down()
        with LoopMonitor() as monitor:
            await step(stage, POLL)
            await stage.order("trouble", share=size.share, seed=size.seed)
            samples = await _hour(stage, size, names, monitor)
            struck = await stage.order("struck")
            await stage.order("trouble", share=0, seed=size.seed)
            apart = await _calm_down(stage, names)
        done = Counter(await stage.order("edits", names=names, number=0, seed=0))
        waiting = await _parked(stage.calsync.store)
        mails = await stage.order("mails")
    told = [
        f"{size.accounts} accounts, {size.minutes:g} minutes; things were done: {dict(done)}",
        f"{struck} faults were met; {waiting} items set aside at the end; {mails} mails",
        f"at first: {samples[0]}",
        f"after warming up: {samples[len(samples) // 3]}",
        f"at the end: {samples[-1]}",
        f"{monitor.turns} turns of the loop, the longest {1000 * monitor.worst.busy:.0f} ms of work",
        f"{monitor.blocked(limits.busy)} of them over {1000 * limits.busy:.0f} ms with what it waited for",
        *monitor.told(limits.busy / 2),
    ]
    for line in told:
        print(f"  {line}")
    if size.trace and _Warm.memory:
        after = tracemalloc.take_snapshot()
        for grown in after.compare_to(_Warm.memory, "traceback")[:12]:
            print(f"  {grown.size_diff / 1024:+.0f} KB, {grown.count_diff:+d}: {grown.traceback}")
    broken = [*apart, *_broken(samples[len(samples) // 3 :], size, limits)]
    broken += [f"the loop had no time: {one}" for one in monitor.told(limits.busy)]
    if monitor.blocked(limits.busy) > limits.blocked * monitor.turns:
        broken.append(f"the loop waited too long {monitor.blocked(limits.busy)} times")
    if mails:
        broken.append(f"{mails} mails were sent that nobody asked for")
    if waiting:
        broken.append(f"{waiting} items are set aside though nothing is wrong with them")
    print(f"  {time.monotonic() - began:.0f} s in all")
    return broken


class _Warm:
    """What was held after warming up, if it is traced what takes memory."""

    memory: tracemalloc.Snapshot | None = None


async def _hour(stage: Stage, size: Size, names: list[str], monitor: LoopMonitor) -> list[Held]:
    samples, passed, edited = list[Held](), 0.0, 0
    end = size.minutes * 60
    while passed < end:
        due = int(size.edits * min(passed + POLL, end) / 60)
        await stage.order("edits", names=names, number=due - edited, seed=size.seed + due)
        edited = due
        passed += await step(stage, POLL)
        while len(samples) < SAMPLES * passed / end:
            with monitor.aside():
                samples.append(held())
            print(f"  {passed / 60:5.1f} min: {samples[-1]}", flush=True)
            if size.trace and len(samples) == SAMPLES // 3 + 1:
                with monitor.aside():
                    _Warm.memory = tracemalloc.take_snapshot()
    return samples


async def _calm_down(stage: Stage, names: list[str]) -> list[str]:
    """Let time pass until all agree; returns what still does not after some hours."""
    apart: list[str] = []
    for _ in range(6):
        await step(stage, QUIET)
        apart = await stage.order("apart", names=names)
        if not apart:
            break
    return apart


def _broken(samples: Sequence[Held], size: Size, limits: Limits) -> list[str]:
    first, last = samples[0], samples[-1]
    hours = size.minutes / 60 * (len(samples) - 1) / SAMPLES
    if hours <= 0:
        return []
    grown = slope([one.resident for one in samples]) * (len(samples) - 1) / 2**20 / hours
    more = slope([one.blocks for one in samples]) * (len(samples) - 1) / first.blocks / hours
    print(f"  in an hour after warming up: {grown:+.1f} MB, {100 * more:+.1f} % blocks of Python's")
    broken = []
    if grown > limits.memory:
        broken.append(f"memory grows by {grown:.1f} MB an hour")
    if more > limits.blocks:
        broken.append(f"Python holds {100 * more:.1f} % more blocks of memory in an hour")
    for name in ("tasks", "threads", "files"):
        before, after = getattr(first, name), getattr(last, name)
        if after > before:
            broken.append(f"there were {before} {name}, there are {after}: {names_of_tasks()}")
    return broken


def slope(values: Sequence[float]) -> float:
    """Return by how much values rise from one to the next (least squares)."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    over = sum((place - middle) * (value - mean) for place, value in enumerate(values))
    return over / (sum((place - middle) ** 2 for place in range(len(values))) or 1)


async def _parked(store: Store) -> int:
    async with store.read() as tx:
        return sum([len(await parked.of_account(tx, one.id)) for one in await accounts.everybody(tx)])


def main(argv: Sequence[str] | None = None) -> int:
    """Play an hour, or what is asked for."""
    parser = argparse.ArgumentParser(prog="make soak ARGS=…", description=__doc__)
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--edits", type=int, default=60, help="things that people do in a minute")
    parser.add_argument("--share", type=float, default=0.02, help="of the requests that meet a fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", action="store_true", help="tell what takes more memory (slow)")
    options = parser.parse_args(argv)
    if options.trace:
        tracemalloc.start(6)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    broken = asyncio.run(soak(Size(**vars(options)), Limits()))
    for line in broken:
        print(f"soak: BROKEN: {line}")
    print(f"soak: {len(broken)} broken")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
