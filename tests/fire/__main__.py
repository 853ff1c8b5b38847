"""Plays the whole matrix and writes the table in docs/reliability.md: `python -m tests.fire`.

Words of pytest may follow, such as `-k edit`; then the table stays as it is.
"""

from __future__ import annotations

import sys
import time
from typing import cast

import pytest

PROCESSES = "3"
QUIETLY = ("--tb=short", "--show-capture=no")


class Recorder:
    """Collects what the columns tell, from whatever process they were played in."""

    def __init__(self) -> None:
        self.results: dict[str, dict[str, int]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take down what a test recorded."""
        if report.when == "call":
            self.results |= cast(list[tuple[str, dict[str, int]]], report.user_properties)


def main(words: list[str]) -> int:
    """Play, write the table if all was played, and return pytest's exit code."""
    recorder, began = Recorder(), time.monotonic()
    fixed = ["tests/fire", "-m", "fire", "-n", PROCESSES, "--dist", "worksteal", *QUIETLY]
    code = pytest.main([*fixed, *words], plugins=[recorder])
    # Only now: pytest wants to be the first to import what asserts.
    from tests.fire import matrix, table

    if recorder.results.keys() == matrix.COLUMNS.keys():
        drawn = table.draw(recorder.results)
        table.write(drawn)
        print(drawn.splitlines()[-1], f"{time.monotonic() - began:.0f} s; written to {table.DOCUMENT}")
    return int(code)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
