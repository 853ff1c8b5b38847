"""What stands in our own source code, for tests that compare it with the catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType


@cache
def trees(package: ModuleType) -> list[ast.Module]:
    """Return the parsed modules of a package."""
    [folder] = package.__path__
    return [ast.parse(path.read_text("utf-8")) for path in sorted(Path(folder).rglob("*.py"))]


def _nodes(modules: Iterable[ast.Module]) -> Iterator[ast.AST]:
    for module in modules:
        yield from ast.walk(module)


def constants(modules: Iterable[ast.Module]) -> Iterator[str]:
    """Yield all texts in the code."""
    for node in _nodes(modules):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def dynamic_prefixes(modules: Iterable[ast.Module]) -> set[str]:
    """Return how f-strings begin, up to their first value."""
    found = set()
    for node in _nodes(modules):
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            found.add(str(node.values[0].value))
    return found


def calls(modules: Iterable[ast.Module], name: str) -> Iterator[ast.Call]:
    """Yield the calls of a function or class, however it is reached."""
    for node in _nodes(modules):
        if isinstance(node, ast.Call):
            called = node.func
            if getattr(called, "id", getattr(called, "attr", "")) == name:
                yield node


def arguments_of(modules: Iterable[ast.Module], name: str, position: int) -> set[str]:
    """Return the texts that are given at a position in calls of `name`."""
    found = set()
    for call in calls(modules, name):
        if call.args:
            found |= {
                node.value
                for node in ast.walk(call.args[position])
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    return found
