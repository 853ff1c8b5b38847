"""Each scenario that holds for a sync outside Odoo has a test that names its number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

LISTED = {
    "G2O": (
        1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26, 28, 29, 31, 32, 34, 35, 37, 38, 40,
        41, 43, 44, 46, 47, 49, 50, 52, 53,
    ),
}  # fmt: skip
"""The numbers of the cases for which Odoo's own Google sync is tested, by direction; there are gaps."""


def named(prefix: str) -> Iterator[int]:
    """Yield the numbers in the names (`test_g2o_49_and_50_...`) and docstrings (G2O-49) of all tests here."""
    in_name = re.compile(rf"^test_{prefix.lower()}((?:_and)?_\d\d)+(?=_)")
    in_text = re.compile(rf"\b{prefix}-(\d\d)\b")
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                if found := in_name.match(node.name):
                    yield from map(int, re.findall(r"(?<=_)\d\d(?=_|$)", found[0]))
                yield from map(int, in_text.findall(ast.get_docstring(node) or ""))


@pytest.mark.parametrize("prefix", LISTED)
def test_every_number_has_a_test(prefix: str) -> None:
    assert sorted(set(LISTED[prefix]) - set(named(prefix))) == []


@pytest.mark.parametrize("prefix", LISTED)
def test_no_number_is_made_up(prefix: str) -> None:
    assert sorted(set(named(prefix)) - set(LISTED[prefix])) == []
