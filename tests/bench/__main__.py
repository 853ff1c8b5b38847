"""`make bench`: runs every benchmark in a process of its own and prints a line for each case; never fails."""

from __future__ import annotations

import argparse
import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

import structlog

from tests.bench import changes, commands, first_sync, idle, side_by_side
from tests.bench.stage import ROOT, SetUp, set_up

Benchmark = Callable[[SetUp], AsyncIterator[str]]

FULL: dict[str, Benchmark] = {
    "google_to_odoo": partial(first_sync.google_to_odoo, events=1000),
    "odoo_to_google": partial(first_sync.odoo_to_google, events=200),
    "changes": partial(changes.changes, small=1000, large=10_000, edits=100),
    "idle": partial(idle.calls_and_cpu, number=200),
    "memory": partial(idle.memory, few=100, more=1000),
    "commands": partial(commands.commands, accounts=1000, people=200, within=10),
}
ON_DEMAND: dict[str, Benchmark] = {
    "vdirsyncer": partial(side_by_side.vdirsyncer, sizes=(1000, 10_000), round_trips=(0, 0.05)),
    "vdirsyncer_1000": partial(side_by_side.vdirsyncer, sizes=(1000,), round_trips=(0, 0.05)),
}
"""What has to be installed first, and takes many minutes."""
TINY: dict[str, Benchmark] = {
    "google_to_odoo": partial(first_sync.google_to_odoo, events=3),
    "odoo_to_google": partial(first_sync.odoo_to_google, events=3),
    "changes": partial(changes.changes, small=3, large=6, edits=1),
    "idle": partial(idle.calls_and_cpu, number=2),
    "memory": partial(idle.memory, few=1, more=2),
    "commands": partial(commands.commands, accounts=4, people=2, within=0.1),
}


async def run(benchmark: Benchmark, set_up: SetUp) -> None:
    """Run one benchmark and print what it tells; the lines with a ratio stand out."""
    async for line in benchmark(set_up):
        print(line if line.startswith("bench:") else f"  {line}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which: {', '.join(FULL | ON_DEMAND)}; default: {', '.join(FULL)}",
    )
    parser.add_argument(
        "--here", action="store_true", help="in this process (to look at one with a profiler)"
    )
    parser.add_argument("--tiny", action="store_true", help="sizes that say nothing, to see that it works")
    options = parser.parse_args(argv)
    usual = TINY if options.tiny else FULL
    benchmarks = usual | ON_DEMAND
    if unknown := set(options.names) - benchmarks.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}, only {', '.join(benchmarks)}")
    began = time.monotonic()
    for name in options.names or usual:
        if options.here:
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
            asyncio.run(run(benchmarks[name], set_up))
            continue
        again = [sys.executable, "-m", "tests.bench", "--here", name, *(["--tiny"] if options.tiny else [])]
        if code := subprocess.run(again, cwd=ROOT, check=False).returncode:  # noqa: S603 (ourselves)
            print(f"bench: {name} could not be measured (exit code {code})", flush=True)
    if not options.here:
        print(f"  {time.monotonic() - began:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
