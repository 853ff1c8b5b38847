"""Events taken out of the bin of either side, in any order and across lost answers: none stands twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.test_faults import ODOO
from tests.world import World

pytestmark = pytest.mark.on_real_odoo

TITLE = "Phoenix"


@pytest.fixture
async def still(connected: World) -> World:
    """The world with stopped clocks: all happens within one second unless a test says otherwise."""
    connected.stop_clocks()
    await connected.sync("alice")
    return connected


def titles(world: World) -> tuple[list[str], list[str]]:
    """Return the titles in Google and in Odoo."""
    google, odoo = world.google_events("alice"), world.odoo_events("alice")
    return [event.title for event in google], [event.title for event in odoo]


def rename(world: World, key: int, name: str) -> None:
    """Let alice rename an event in Odoo."""
    world.odoo.as_user("alice").write("calendar.event", key, {"name": name})


def archive(world: World, key: int) -> None:
    """Let alice archive an event."""
    world.odoo.as_user("alice").write("calendar.event", key, {"active": False})


def unarchive(world: World, key: int) -> None:
    """Let alice take an event out of Odoo's bin."""
    world.odoo.as_user("alice").write("calendar.event", key, {"active": True})


def undelete(world: World, key: str, **more: Any) -> None:
    """Let alice take an event out of Google's bin."""
    world.in_google("alice").patch(key, status="confirmed", **more)


async def made_in_odoo(world: World) -> tuple[int, str]:
    """Let alice make an event in Odoo, sync it, and return its ids on both sides."""
    row = make_in_odoo(world, "alice", TITLE)
    await world.sync("alice")
    [item] = world.in_google("alice").events()
    return row, item["id"]


async def remade_in_odoo(world: World) -> tuple[int, str, int]:
    """Return an archived row, the Google event made from it, and the row made from that one's undeletion."""
    old, item = await made_in_odoo(world)
    world.in_google("alice").delete(item)
    await world.sync("alice")
    undelete(world, item)
    assert (await world.sync("alice")).counts == {"new_in_google": 1}
    [new] = world.odoo_by_id("alice")
    return old, item, new


async def assert_at_rest(world: World, *expected: str) -> None:
    """Assert that both sides hold these titles, that they stay, and that a daily pass agrees."""
    for _ in range(2):
        world.advance(days=1, minutes=1)
        assert (await world.sync("alice")).counts == {}
        assert titles(world) == (list(expected), list(expected))
    world.assert_agree("alice")


async def test_a_row_unarchived_in_the_second_of_our_archiving_is_seen(still: World) -> None:
    """It reads as it did at the poll before, to the second: nothing but time tells that it was gone."""
    row, item = await made_in_odoo(still)
    still.in_google("alice").delete(item)
    assert (await still.sync("alice")).counts == {"deleted_in_google": 1}
    unarchive(still, row)
    assert (await still.sync("alice")).counts == {"new_in_odoo": 1}
    await assert_at_rest(still, TITLE)


async def test_an_event_brought_back_on_both_sides_is_one_event(still: World) -> None:
    row, item = await made_in_odoo(still)
    still.in_google("alice").delete(item)
    await still.sync("alice")
    unarchive(still, row)
    undelete(still, item)
    assert (await still.sync("alice")).counts == {"same_event": 1}
    await assert_at_rest(still, TITLE)


async def test_the_row_behind_an_event_of_ours_is_looked_at_though_no_poll_tells_of_it(still: World) -> None:
    """The row carries no token of ours, since a person made it: only the event itself names it."""
    row, item = await made_in_odoo(still)
    still.in_google("alice").delete(item)
    await still.sync("alice")
    unarchive(still, row)
    undelete(still, item)
    poll = still.odoo.faults.add(**ODOO["poll lost"])
    assert (await still.sync("alice")).counts == {"same_event": 1}
    assert poll.hits == 3
    await assert_at_rest(still, TITLE)


async def test_a_copied_mark_does_not_lead_to_the_row_of_the_original(still: World) -> None:
    """Google copies our mark with the event: only the id that derives from it proves anything."""
    row, item = await made_in_odoo(still)
    google = still.in_google("alice")
    [original] = google.events()
    mark = original["extendedProperties"]
    google.delete(item)
    await still.sync("alice")
    unarchive(still, row)
    google.create("Copy", start=NOON, end=NOON + HOUR, extendedProperties=mark)
    assert (await still.sync("alice")).counts == {"new_in_odoo": 1, "new_in_google": 1}
    await assert_at_rest(still, "Copy", TITLE)


async def test_an_id_that_another_row_holds_by_now_is_not_taken_from_it(still: World) -> None:
    """The unarchived row would be made under the id of the event that its successor stands for."""
    old, _, _ = await remade_in_odoo(still)
    unarchive(still, old)
    assert (await still.sync("alice")).counts == {"new_in_odoo": 1}
    await assert_at_rest(still, TITLE, TITLE)


@pytest.mark.parametrize("name", [TITLE, "Phoenix the Second"])
async def test_a_lost_answer_does_not_take_such_an_id_either(still: World, name: str) -> None:
    old, _, _ = await remade_in_odoo(still)
    unarchive(still, old)
    rename(still, old, name)
    still.google.faults.add(operation="*.insert", drop="after", times=9)
    assert (await still.sync("alice")).code == "google_unreachable"
    still.google.faults.clear()
    assert (await still.sync("alice")).counts == {"new_in_odoo": 1}
    await assert_at_rest(still, TITLE, name)


@pytest.mark.on_real_odoo(False)  # days go by in the middle of it, which they do not there
async def test_an_older_row_stands_in_for_one_that_goes(still: World) -> None:
    """Followed one by one, the event would be made anew for one row and, edited, for the other."""
    old, item, new = await remade_in_odoo(still)
    archive(still, new)
    unarchive(still, old)
    rename(still, old, "Old Phoenix")
    still.in_google("alice").patch(item, location="Here")
    assert (await still.sync("alice")).counts == {"merged": 1}
    await assert_at_rest(still, "Old Phoenix")
    assert [event["id"] for event in still.in_google("alice").events()] == [item]
    unarchive(still, new)
    assert (await still.sync("alice")).counts == {"new_in_odoo": 1}
    await assert_at_rest(still, "Old Phoenix", TITLE)


async def test_an_older_row_stands_in_though_google_tells_nothing(still: World) -> None:
    old, _, new = await remade_in_odoo(still)
    archive(still, new)
    unarchive(still, old)
    assert (await still.sync("alice")).counts == {"agreed": 1}
    rename(still, old, "Old Phoenix")
    assert (await still.sync("alice")).counts == {"edited_in_odoo": 1}
    await assert_at_rest(still, "Old Phoenix")


async def test_an_older_event_stands_in_for_one_that_goes(still: World) -> None:
    google = still.in_google("alice")
    old = google.create(TITLE, start=NOON, end=NOON + HOUR)["id"]
    await still.sync("alice")
    [row] = still.odoo_by_id("alice")
    google.delete(old)
    await still.sync("alice")
    unarchive(still, row)
    assert (await still.sync("alice")).counts == {"new_in_odoo": 1}
    [new] = google.events()
    google.delete(new["id"])
    undelete(still, old)
    rename(still, row, "New Phoenix")
    assert (await still.sync("alice")).counts == {"edited_in_odoo": 1}
    await assert_at_rest(still, "New Phoenix")
    assert [event["id"] for event in google.events()] == [old]


async def test_nothing_stands_in_where_two_events_go(still: World) -> None:
    """One goes on each side: what is left of them belonged together once, but both were deleted."""
    old, _, new = await remade_in_odoo(still)
    google = still.in_google("alice")
    unarchive(still, old)
    rename(still, old, "Second Phoenix")
    await still.sync("alice")
    archive(still, new)
    [second] = [item["id"] for item in google.events() if item["summary"] == "Second Phoenix"]
    google.delete(second)
    assert (await still.sync("alice")).counts == {"deleted_in_odoo": 1, "deleted_in_google": 1}
    await assert_at_rest(still)


async def test_an_unarchived_row_is_no_double_entry_of_another_kind_of_row(still: World) -> None:
    """It was made from the event once; the row that has the event by now was made by a person."""
    old, item, new = await remade_in_odoo(still)
    still.in_google("alice").delete(item)
    await still.sync("alice")
    undelete(still, item)
    unarchive(still, old)
    assert (await still.sync("alice")).counts == {"same_event": 1}
    unarchive(still, new)
    assert (await still.sync("alice")).counts == {"new_in_odoo": 1}
    await assert_at_rest(still, TITLE, TITLE)


async def test_no_row_gets_the_token_of_an_archived_one(still: World) -> None:
    """Else a create that never arrived looks as if it had: the edit it was to save would be deleted."""
    google = still.in_google("alice")
    item = google.create(TITLE, start=NOON, end=NOON + HOUR)["id"]
    await still.sync("alice")
    [first] = still.odoo_by_id("alice")
    google.delete(item)
    await still.sync("alice")
    undelete(still, item)
    await still.sync("alice")
    google.delete(item)
    await still.sync("alice")
    undelete(still, item)
    unarchive(still, first)
    assert (await still.sync("alice")).counts == {"same_event": 1}
    still.odoo.as_user("alice").unlink("calendar.event", first)
    google.patch(item, summary="Kept")
    still.odoo.faults.add(operation="*.create", drop="before")
    assert (await still.sync("alice")).code == "odoo_unreachable"
    assert (await still.sync("alice")).counts == {"edit_beats_delete": 1}
    rows = still.odoo.events("alice", "access_token", archived=True)
    assert len({row["access_token"] for row in rows}) == len(rows) == 2
    await assert_at_rest(still, "Kept")


async def test_an_event_can_go_and_come_back_many_times(still: World) -> None:
    """Each time its old id stays behind as a tombstone in Google, and the next one is tried."""
    row, _ = await made_in_odoo(still)
    for _ in range(7):
        archive(still, row)
        assert (await still.sync("alice")).counts == {"deleted_in_odoo": 1}
        unarchive(still, row)
        assert (await still.sync("alice")).counts == {"new_in_odoo": 1}
    google = still.in_google("alice")
    [last] = google.events()
    google.delete(last["id"])
    archive(still, row)
    await still.sync("alice")
    unarchive(still, row)
    undelete(still, last["id"], summary="Phoenix the Eighth")
    assert (await still.sync("alice")).counts == {"same_event": 1}
    await assert_at_rest(still, "Phoenix the Eighth")
