"""Both sides changed: what is merged, which edit wins, what a deletion does, what is the same event."""

from __future__ import annotations

import pytest

from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import World

pytestmark = pytest.mark.on_real_odoo


async def test_edits_of_different_fields_on_both_sides_are_merged(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    google.patch(item["id"], summary="New")
    connected.odoo.as_user("alice").write("calendar.event", row["id"], {"location": "Room 1"})
    outcome = await connected.sync("alice")
    assert outcome.counts == {"merged": 1}
    [event] = connected.google_events("alice")
    assert (event.title, event.location) == ("New", "Room 1")
    connected.assert_agree("alice")


@pytest.mark.parametrize("later", ["google", "odoo"])
async def test_the_later_of_two_edits_of_one_field_wins(connected: World, later: str) -> None:
    google = connected.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")

    def in_google() -> None:
        google.patch(item["id"], summary="From google")

    def in_odoo() -> None:
        connected.odoo.as_user("alice").write("calendar.event", row["id"], {"name": "From odoo"})

    first, second = (in_odoo, in_google) if later == "google" else (in_google, in_odoo)
    first()
    connected.advance(seconds=30)
    second()
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edited_on_both": 1}
    assert [event.title for event in connected.odoo_events("alice")] == [f"From {later}"]
    connected.assert_agree("alice")


async def test_an_edit_beats_a_deletion_in_google(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    google.delete(item["id"])
    connected.odoo.as_user("alice").write("calendar.event", row["id"], {"name": "Kept"})
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edit_beats_delete": 1}
    assert [event.title for event in connected.google_events("alice")] == ["Kept"]
    connected.assert_agree("alice")


async def test_an_edit_beats_a_deletion_in_odoo(connected: World) -> None:
    event_id = make_in_odoo(connected, "alice", "Old")
    await connected.sync("alice")
    connected.odoo.as_user("alice").unlink("calendar.event", event_id)
    google = connected.in_google("alice")
    [item] = google.events()
    google.patch(item["id"], summary="Kept")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edit_beats_delete": 1}
    assert [event.title for event in connected.odoo_events("alice")] == ["Kept"]
    connected.assert_agree("alice")


async def test_first_sync_matches_equal_events_and_copies_the_rest(world: World) -> None:
    make_in_odoo(world, "alice", "Same")
    make_in_odoo(world, "alice", "Only in Odoo", location="HQ")
    world.in_google("alice").create("Same", start=NOON, end=NOON + HOUR, location="Here")
    world.in_google("alice").create("Only in Google", start=NOON, end=NOON + HOUR)
    async with world.run():
        await world.connect("alice")
        outcome = await world.sync("alice")
        assert outcome.counts == {"same_event": 1, "new_in_odoo": 1, "new_in_google": 1}
        titles = [event.title for event in world.odoo_events("alice")]
        assert titles == ["Only in Google", "Only in Odoo", "Same"]
        world.assert_agree("alice")
        await world.in_slack("alice").see("first sync is done")


async def test_an_event_taken_out_of_googles_bin_comes_back_once(connected: World) -> None:
    """Its archived row has an access token of ours, too: neither row may be taken for the other."""
    google, alice = connected.in_google("alice"), connected.odoo.as_user("alice")
    item = google.create("Phoenix", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [old] = connected.odoo.events("alice", "id")
    for _ in range(3):
        google.delete(item["id"])
        await connected.sync("alice")
        google.patch(item["id"], status="confirmed")
        await connected.sync("alice")
        assert [event.title for event in connected.odoo_events("alice")] == ["Phoenix"]
    rows = connected.odoo.events("alice", "access_token", archived=True)
    assert len({row["access_token"] for row in rows}) == len(rows) == 4
    alice.write("calendar.event", old["id"], {"active": True, "name": "Old Phoenix"})
    await connected.sync("alice")
    titles = ["Old Phoenix", "Phoenix"]
    assert [event.title for event in connected.odoo_events("alice")] == titles
    assert [event.title for event in connected.google_events("alice")] == titles
    connected.assert_agree("alice")


async def test_a_lost_answer_while_it_comes_back_does_not_bring_up_the_archived_row(
    connected: World,
) -> None:
    google = connected.in_google("alice")
    item = google.create("Phoenix", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    google.delete(item["id"])
    await connected.sync("alice")
    google.patch(item["id"], status="confirmed")
    connected.odoo.faults.add(operation="calendar.event.create", drop="after")
    assert (await connected.sync("alice")).code == "odoo_unreachable"
    assert (await connected.sync("alice")).counts == {"recovered": 1}
    assert [event.title for event in connected.google_events("alice")] == ["Phoenix"]
    connected.assert_agree("alice")


async def test_a_row_that_has_a_new_counterpart_is_not_taken_from_it(connected: World) -> None:
    """Its access token still names the event it was made from, which comes back later."""
    google, alice = connected.in_google("alice"), connected.odoo.as_user("alice")
    item = google.create("Phoenix", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    google.delete(item["id"])
    await connected.sync("alice")
    connected.advance(seconds=2)
    alice.write("calendar.event", row["id"], {"active": True})
    assert (await connected.sync("alice")).counts == {"new_in_odoo": 1}
    assert (await connected.sync("alice")).counts == {}
    google.patch(item["id"], status="confirmed", summary="Second Phoenix")
    assert (await connected.sync("alice")).counts == {"new_in_google": 1}
    assert [event.title for event in connected.google_events("alice")] == ["Phoenix", "Second Phoenix"]
    connected.assert_agree("alice")
