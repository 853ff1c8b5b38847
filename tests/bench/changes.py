"""The same number of changes in a small and in a large calendar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from statistics import median

from sync.store.accounts import Account
from tests.bench.report import Case, Watch, seconds, watched
from tests.bench.stage import SetUp, Stage

ROUNDS = 3
LATER = 600.0
"""Seconds after which a poll of Odoo no longer reaches back to what came before."""


async def changes(set_up: SetUp, small: int, large: int, edits: int) -> AsyncIterator[str]:
    """So many edits on either side: poll and run, in the large calendar over the small one."""
    case = Case("changes_10000_vs_1000", 3)
    found: dict[int, list[Watch]] = {small: [], large: []}
    ratios = []
    # Databases of their own: what is large is all of it, calsync's tables and Odoo's alike.
    async with set_up() as in_small, set_up() as in_large:
        people = {}
        for size, stage in ((small, in_small), (large, in_large)):
            [account] = await stage.people(1, in_google=size)
            people[size] = stage, account
            await stage.sync(account)
            await _quiet(stage, account)
        for number in range(ROUNDS):
            for size, (stage, account) in people.items():
                found[size].append(await _round(stage, account, edits, f"edit {number}"))
            ratios.append(found[large][-1].wall / found[small][-1].wall)
    yield case.line(median(ratios))
    for size, watches in found.items():
        took, cpu = seconds(one.wall for one in watches), seconds(one.cpu for one in watches)
        yield f"{edits} + {edits} edits among {size} events: {took}, of it CPU {cpu}"


async def _round(stage: Stage, account: Account, edits: int, mark: str) -> Watch:
    name = account.odoo_login
    await stage.order("edit", name=name, number=edits, mark=mark)
    with watched() as watch:
        await stage.calsync.timer.poll()
        await stage.sync(account)
    told = await stage.order("titles", name=name, mark=mark)
    assert told == [2 * edits, 2 * edits], f"edits are missing: {told}"
    await _quiet(stage, account)
    return watch


async def _quiet(stage: Stage, account: Account) -> None:
    """Let calsync see its own writes come back, and time pass."""
    for _ in range(2):
        await stage.calsync.timer.poll()
        await stage.sync(account)
        await stage.advance(LATER)
