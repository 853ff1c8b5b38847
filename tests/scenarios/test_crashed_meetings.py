"""A run dies while it makes a meeting in Odoo, which is another kind of event when the next one begins."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from sync.model import Side
from tests.conftest import Worlds
from tests.properties.hands import Hand
from tests.scenarios.found import make, quieten, settle
from tests.scenarios.test_crashes import Crash, Doom
from tests.shown import in_google, in_odoo

NAMES = ("alice", "bob")


@pytest.mark.parametrize("becomes", ["single", "series"])
@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("alice", "bob"),
        pytest.param("bob", "alice", marks=pytest.mark.long),
        pytest.param("bob", "bob", marks=pytest.mark.long),
    ],
)
async def test_what_was_begun_is_found_again(
    becomes: str, who: str, first: str, worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows were looked for by what the event is now: those of a series passed for a series of its own."""
    rule, died, at = (0 if becomes == "series" else 4), True, 4
    while died:
        folder = tmp_path / str(at)
        folder.mkdir()
        async with worlds(folder) as world:
            world.stop_clocks()
            async with world.run():
                for name in NAMES:
                    await world.connect(name)
                    await world.sync(name)
                make(world, "alice", Side.GOOGLE, "bob", rule=rule)
                doom = Doom(world.running, at, "after", monkeypatch)
                with contextlib.suppress(Crash):
                    await world.sync(who)
                monkeypatch.undo()
            died = doom.dead
            if not died:
                break
            Hand(world, "alice", Side.GOOGLE).repeat("it", 1, now=becomes == "series")
            quieten(world)
            world.advance(minutes=10)
            async with world.run():
                await settle(world, first, *({*NAMES} - {first}))
                number = 4 if becomes == "series" else 1
                for name in NAMES:
                    assert len(in_google(world, name)) == len(in_odoo(world, name)) == number, at
        at += 2
    assert at > 8
