"""`make load`: ten thousand accounts in one process; prints figures, fails when a limit is broken."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import logging
import random
import sys
import time
from collections.abc import Sequence

import structlog

from bot.garbage import settle_down
from sync.store import accounts, cursors
from sync.store.accounts import Account
from sync.store.cursors import GoogleCursor
from sync.timer import DAILY_REQUESTS
from tests.bench.monitor import LoopMonitor, held
from tests.bench.report import watched
from tests.bench.stage import Stage
from tests.soak.pace import step, working

DAY = 86_400.0
LOT = 500
"""Accounts that are made at a time."""
BILLED = 1_000_000
"""Requests a day from which Google bills a project."""
TURN = 20.0


@dataclasses.dataclass(frozen=True)
class Limits:
    """What must not be broken."""

    memory: float = 20.0
    """KB of the resident set for an idle account."""
    whole: float = 150.0
    """MB of the resident set besides."""
    cpu: float = 2.0
    """Milliseconds of CPU for an account and interval without news."""
    share: float = 5.0
    """Percent of one core that idle accounts keep busy."""
    busy: float = 0.050
    """Seconds of work in one turn of the event loop."""
    lag: float = 2.0
    """Seconds, 95th percentile, that a run of somebody who made an event takes beside a large first sync."""
    answer: float = 1.0
    """Seconds until Slack has the ack of a command meanwhile."""


class Load:
    """The figures of one run, and which limits they break."""

    def __init__(self, stage: Stage, monitor: LoopMonitor, limits: Limits) -> None:
        self._stage, self._monitor, self._limits = stage, monitor, limits
        self.broken: list[str] = []
        self._dice = random.Random(1)

    def tell(self, name: str, value: float, limit: float, unit: str) -> None:
        """Print a figure beside its limit."""
        print(f"load: {name} {value:.3g} {unit}, limit {limit:g}", flush=True)
        if value > limit:
            self.broken.append(f"{name} is {value:.3g} {unit}, more than {limit:g}")

    def _resident(self) -> int:
        with self._monitor.aside():
            return held().resident

    async def grow(self, number: int) -> list[Account]:
        """Make accounts, and tell what they hold in memory once all were looked at."""
        before = self._resident()
        made: list[Account] = []
        while len(made) < number:
            made += await crowd(self._stage, min(LOT, number - len(made)))
        await self.turn("first")
        after = self._resident()
        print(f"  {before / 2**20:.0f} MB with nobody, {after / 2**20:.0f} MB with {number} accounts")
        self.tell("memory_kb_per_account", (after - before) / 1024 / number, self._limits.memory, "KB")
        self.tell("memory_mb_besides", before / 2**20, self._limits.whole, "MB")
        return made

    async def turn(self, name: str) -> None:
        """Let one interval pass in which nothing happens."""
        stage, number = self._stage, await self._count()
        fair = max(DAY * number / DAILY_REQUESTS, stage.calsync.settings.sync_interval)
        await stage.order("calls")
        passed, cpu = 0.0, 0.0
        while passed < fair:
            with watched() as watch:
                passed += await step(stage, TURN)
            cpu += watch.cpu
        refused = await stage.order("refusals")
        spacing = await stage.order("spacing")
        listed = (await stage.order("calls"))["google"].get("calendar.events.list", 0)
        print(f"  {name} interval of {passed:.0f} s: {listed} listings, {refused} refused, CPU {cpu:.1f} s")
        if spacing:
            print(f"  between two listings of a calendar: {spacing[0]:.0f} to {spacing[1]:.0f} s")
        if name == "quiet":
            self.tell("interval_seconds", passed, fair + TURN, "s")
            self.tell("requests_a_day", listed * DAY / passed, BILLED, "requests")
            self.tell("refused_for_quota", refused, 0, "requests")
            self.tell("cpu_ms_per_account", 1000 * cpu / number, self._limits.cpu, "ms")
            self.tell("cpu_share_percent", 100 * cpu / passed, self._limits.share, "%")

    async def _count(self) -> int:
        async with self._stage.calsync.store.read() as tx:
            return await accounts.count(tx)

    async def crowded(self, made: Sequence[Account], events: int, others: int, typed: int) -> None:
        """Let one person's first sync go on, while others edit and people type commands."""
        stage = self._stage
        alone = await self._runs(await self._edits(made, others, "alone"))
        [newcomer] = await crowd(stage, 1, listed=False)
        await stage.order("fill", name=newcomer.odoo_login, number=events)
        edited = await self._edits(made, others, "beside")
        members = [one.slack_user_id for one in self._dice.sample(list(made), typed)]
        began = time.perf_counter()
        syncing = asyncio.create_task(stage.calsync.timer.run_now(newcomer.id))
        running = asyncio.create_task(self._runs(edited, until=syncing))
        typing = {"members": members, "line": "/calsync status", "seconds": 0.1 * typed}
        told = await stage.order("commands", **typing)
        beside = await running
        outcome = await syncing
        took = time.perf_counter() - began
        print(f"  first sync of {events} events: {outcome.code}, {took:.1f} s")
        acks = sorted(one["seconds"] for one in told)
        self.tell("lag_seconds_alone_p95", _p95(alone), self._limits.lag, "s")
        self.tell("lag_seconds_beside_p95", _p95(beside), self._limits.lag, "s")
        self.tell("ack_seconds", acks[-1], self._limits.answer, "s")
        self.tell("commands_lost", sum(not one["answered"] for one in told), 0, "")
        if outcome.code != "ok":
            self.broken.append(f"the first sync ended with {outcome.code}")

    async def _edits(self, made: Sequence[Account], number: int, title: str) -> list[Account]:
        """Let people make an event each in Google, and return who did."""
        people = self._dice.sample(list(made), number)
        await self._stage.order("new", names=[one.odoo_login for one in people], title=title)
        return people

    async def _runs(
        self, people: Sequence[Account], until: asyncio.Task[object] | None = None
    ) -> list[float]:
        """Run accounts one after the other, and return how many seconds each had to wait for its end."""
        lags: list[float] = []
        for account in people:
            if until is not None and until.done():
                break
            began = time.perf_counter()
            outcome = await self._stage.calsync.timer.run_now(account.id)
            lags.append(time.perf_counter() - began)
            if outcome.code != "ok":
                self.broken.append(f"a run ended with {outcome.code}")
        print(f"  {len(lags)} runs of one edit each, at most {max(lags):.2f} s")
        return lags

    def loop(self) -> None:
        """Tell how long the event loop was kept from its work."""
        monitor, limit = self._monitor, self._limits.busy
        self.tell("loop_seconds", monitor.worst.busy, limit, "s")
        late = f"{monitor.blocked(limit)} over {1000 * limit:.0f} ms with what they waited for"
        print(f"  {monitor.turns} turns, {late}")
        for line in monitor.told(limit / 2)[:12]:
            print(f"  {line}")
        monitor.forget()


async def crowd(stage: Stage, number: int, *, listed: bool = True) -> list[Account]:
    """Connect people with empty calendars, as they are after their first sync, or before it."""
    google, store, now = stage.calsync.core.google_side, stage.calsync.store, stage.clock.now()
    seeded = await stage.order("crowd", number=number)
    made: list[Account] = []
    tokens = {one["odoo_login"]: one.pop("cursor") for one in seeded}
    for account in await stage.connect(seeded):
        if listed:
            async with store.write() as tx:
                cursor = GoogleCursor(tokens[account.odoo_login], google.fingerprint, now)
                await cursors.set_google(tx, account.id, cursor)
        made.append(account)
    return made


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


async def load(number: int, events: int, others: int, typed: int, limits: Limits) -> list[str]:
    """Measure, print, and return which limits were broken."""
    began = time.monotonic()
    async with working("tests.soak.crowd") as stage:
        settle_down()
        with LoopMonitor() as monitor:
            found = Load(stage, monitor, limits)
            made = await found.grow(number)
            monitor.forget()
            await found.turn("quiet")
            found.loop()
            await found.crowded(made, events, others, typed)
            found.loop()
    print(f"  {time.monotonic() - began:.0f} s in all")
    return found.broken


def main(argv: Sequence[str] | None = None) -> int:
    """Measure with ten thousand accounts, or as many as are asked for."""
    parser = argparse.ArgumentParser(prog="make load ARGS=…", description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=10_000, help="of the one who connects last")
    parser.add_argument("--others", type=int, default=100, help="who edit meanwhile")
    parser.add_argument("--typed", type=int, default=50, help="commands meanwhile")
    options = parser.parse_args(argv)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    broken = asyncio.run(load(options.accounts, options.events, options.others, options.typed, Limits()))
    for line in broken:
        print(f"load: BROKEN: {line}")
    print(f"load: {len(broken)} broken")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
