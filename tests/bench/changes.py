"""The same number of changes in a small and in a large calendar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from statistics import median

from tests.bench.report import Case, Watch, seconds, watched
from tests.bench.stage import Stage, set_up

ROUNDS = 3
LATER = 600.0
"""Seconds after which a poll of Odoo no longer reaches back to what came before."""


async def changes(small: int, large: int, edits: int) -> AsyncIterator[str]:
    """So many edits on either side: poll and run, in the large calendar over the small one."""
    case = Case("changes_10000_vs_1000", 3)
    found: dict[int, list[Watch]] = {small: [], large: []}
    ratios = []
    # Databases of their own: what is large is all of it, calsync's tables and Odoo's alike.
    async with set_up() as in_small, set_up() as in_large:
        stages = {small: in_small, large: in_large}
        for size, stage in stages.items():
            [account_id] = await stage.people(1, in_google=size)
            await stage.sync(account_id)
            await _quiet(stage, account_id)
        for number in range(ROUNDS):
            for size, stage in stages.items():
                found[size].append(await _round(stage, edits, f"edit {number}"))
            ratios.append(found[large][-1].wall / found[small][-1].wall)
    yield case.line(median(ratios))
    for size, watches in found.items():
        wall, cpu = seconds([one.wall for one in watches]), seconds([one.cpu for one in watches])
        yield f"{edits} + {edits} edits among {size} events: {wall}, of it CPU {cpu}"


async def _round(stage: Stage, edits: int, mark: str) -> Watch:
    account_id = 1
    await stage.order("edit", name="p0", number=edits, mark=mark)
    with watched() as watch:
        await stage.calsync.timer.poll()
        await stage.sync(account_id)
    assert await stage.order("titles", name="p0", mark=mark) == [2 * edits, 2 * edits], "edits are missing"
    await _quiet(stage, account_id)
    return watch


async def _quiet(stage: Stage, account_id: int) -> None:
    """Let calsync see its own writes come back, and time pass."""
    for _ in range(2):
        await stage.calsync.timer.poll()
        await stage.sync(account_id)
        await stage.advance(LATER)
