"""A row of a series is duplicated in Odoo: the copy is an event of its own, though it names the series."""

from __future__ import annotations

import pytest

from tests.scenarios.calendars import EVENT, make_series, masters, monday, rows, settle
from tests.shown import in_google, in_odoo
from tests.world import World


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("at", [0, 1])
async def test_the_copy_is_an_event_of_its_own(connected: World, at: int, linked: bool) -> None:
    """Each run wrote again: the copy passed for a single date that the rule has already."""
    make_series(connected, "alice", "Weekly", "FREQ=WEEKLY;COUNT=3", monday(connected))
    if linked:
        await settle(connected)
    user = connected.odoo.as_user("alice")
    original = rows(connected, "alice")[at]["id"]
    made = user.call(EVENT, "copy", [original])
    copy = made[0] if isinstance(made, list) else made
    shown = await settle(connected)
    assert len(shown) == 4
    [master] = masters(connected, "alice")
    [single] = [one for one in connected.in_google("alice").events() if one["id"] != master["id"]]
    # What becomes of one of the two means nothing for the other.
    user.write(EVENT, copy, {"name": "Copy", "location": "Room 1"})
    await settle(connected)
    assert connected.in_google("alice").event(single["id"])["summary"] == "Copy"
    assert [one.title for one in in_google(connected, "alice")].count("Copy") == 1
    user.unlink(EVENT, original)
    assert len(await settle(connected)) == 3
    connected.in_google("alice").delete(master["id"])
    [left] = await settle(connected)
    assert left.title == "Copy"
    connected.in_google("alice").patch(single["id"], summary="Still there")
    await settle(connected)
    assert [one.title for one in in_odoo(connected, "alice")] == ["Still there"]
