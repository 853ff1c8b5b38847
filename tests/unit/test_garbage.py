"""All garbage is looked for when nothing goes on, and now and then all the same."""

from __future__ import annotations

import gc

import pytest

from bot.garbage import MOST_PUT_OFF, Garbage


async def test_it_waits_for_a_quiet_moment_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(1))
    busy = False
    garbage = Garbage(lambda: busy)
    await garbage.collect()
    assert len(collected) == 1
    busy = True
    for _ in range(MOST_PUT_OFF):
        await garbage.collect()
    assert len(collected) == 1
    await garbage.collect()
    assert len(collected) == 2
