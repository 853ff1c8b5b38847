"""calsync and vdirsyncer on as many events, one after the other: what each takes, as ratios."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from sync.google.limits import Quota
from sync.store.accounts import Account
from tests.bench.report import Case, watched
from tests.bench.rival import NotAvailable, Rival, environment, rival
from tests.bench.stage import SetUp, Stage

NO_LIMIT = Quota(account=10**6, project=10**6)
STEPS = ("first", "quiet", "changed")
TITLE = "another title"


async def vdirsyncer(set_up: SetUp, sizes: Sequence[int], round_trips: Sequence[float]) -> AsyncIterator[str]:
    """The same events, half of them on either side: a first sync, one without news, one with a tenth edited.

    The answers of one side (Google, or the far CalDAV server) come after a round trip. Each tool has its own
    kind of servers: calsync the doubles, of which Odoo takes as long as a real one, vdirsyncer two CalDAV
    servers in memory. It is started anew for each sync; how long it takes to start is told and taken off.
    """
    try:
        programs = await environment()
    except NotAvailable as error:
        yield f"vdirsyncer is left out: {error}"
        return
    for size in sizes:
        for round_trip in round_trips:
            theirs, start_up = await _theirs(programs, size, round_trip)
            ours, calls = await _ours(set_up, size, round_trip)
            after = f"{size}_{1000 * round_trip:.0f}ms"
            for step in STEPS:
                yield Case(f"vdirsyncer_{step}_{after}", 1).line(ours[step] / max(theirs[step], 0.001))
            yield "calsync: " + _told(ours) + f"; requests to Google: {calls}"
            yield f"vdirsyncer: {_told(theirs)}, and {start_up:.2f} s to start each time"


def _told(took: dict[str, float]) -> str:
    return ", ".join(f"{step} {took[step]:.2f} s" for step in STEPS)


async def _theirs(programs: Path, size: int, round_trip: float) -> tuple[dict[str, float], float]:
    async with rival(programs, size, round_trip) as other:
        start_up = min([await other.start_up() for _ in range(3)])
        took = {step: await _sync(other, step, size) - start_up for step in STEPS}
    return took, start_up


async def _sync(other: Rival, step: str, size: int) -> float:
    each = size // 20
    if step == "changed":
        for server in (other.near, other.far):
            server.edit(each, TITLE)
    took = await other.sync()
    for server in (other.near, other.far):
        assert server.count() == size, "vdirsyncer has not brought everything over"
        assert step != "changed" or server.count(TITLE) == 2 * each, "vdirsyncer has missed an edit"
    return took


async def _ours(set_up: SetUp, size: int, round_trip: float) -> tuple[dict[str, float], dict[str, int]]:
    async with set_up() as stage:
        stage.calsync.google.limits.quota = NO_LIMIT
        [account] = await stage.people(1, in_google=size // 2, in_odoo=size - size // 2)
        await stage.order("pace", round_trip=round_trip, real_odoo=True)
        took: dict[str, float] = {}
        calls: dict[str, int] = {}
        for step in STEPS:
            if step != "first":
                await _settle(stage, account)
            await stage.order("calls")
            if step == "changed":
                await stage.order("edit", name=account.odoo_login, number=size // 20, mark=TITLE)
            with watched() as watch:
                await stage.calsync.timer.poll()
                await stage.sync(account)
            took[step] = watch.wall
            calls[step] = sum((await stage.order("calls"))["google"].values())
            if step == "changed":
                told = await stage.order("titles", name=account.odoo_login, mark=TITLE)
                assert told == [2 * (size // 20)] * 2, f"edits are missing: {told}"
    return took, calls


async def _settle(stage: Stage, account: Account) -> None:
    """Let calsync see its own writes come back, and time pass, as it does between two polls."""
    for _ in range(2):
        await stage.calsync.timer.poll()
        await stage.sync(account)
        await stage.advance(600)
