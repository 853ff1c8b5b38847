"""Copies of what JSON can hold, many times faster than `copy.deepcopy`, which looks for much more."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def plain_copy(value: T) -> T:
    """Return a copy that shares no object or list with `value`; other values do not change and are shared."""
    return _copy(value)  # type: ignore[return-value] # each kind is copied to its own


def _copy(value: object) -> object:
    if isinstance(value, dict):
        return {name: _copy(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_copy(one) for one in value]
    return value
