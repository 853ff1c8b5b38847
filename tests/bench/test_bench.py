"""The benchmarks run to their end, at sizes that say nothing, and print all their lines."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.bench.__main__ import FULL, TINY, run
from tests.bench.stage import Stage, set_up

LINE = re.compile(r"bench: (\w+) ratio=\d+(?:\.\d{1,2})? limit=\d+(?:\.\d)?")
CASES = [
    "google_to_odoo_1000",
    "odoo_to_google_200_50ms",
    "changes_10000_vs_1000",
    "idle_calls_per_account",
    "idle_cpu_ms",
    "memory_kb_per_account",
    "slack_ack_seconds",
    "slack_commands_lost",
]


@pytest.mark.long
async def test_all_lines_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert TINY.keys() == FULL.keys()
    async with set_up() as one_for_all:

        @asynccontextmanager
        async def same() -> AsyncIterator[Stage]:
            yield one_for_all

        for benchmark in TINY.values():
            await run(benchmark, same)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("bench:")]
    assert [found[1] for line in lines if (found := LINE.fullmatch(line))] == CASES, lines
