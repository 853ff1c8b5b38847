"""`/calsync history`: what was changed last, the way back for what was overruled, and put-back edits."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.world import ALERTS, World

pytestmark = pytest.mark.on_real_odoo

EVENT = "calendar.event"
STRANGER = "zoe@elsewhere.example"


async def disagree(world: World, later: str = "google") -> dict[str, Any]:
    """Let alice change one title differently on both sides; return her event in Google."""
    google = world.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await world.sync("alice")
    [row] = world.odoo.events("alice", "id")

    def in_google() -> None:
        google.patch(item["id"], summary="From google")

    def in_odoo() -> None:
        world.odoo.as_user("alice").write(EVENT, row["id"], {"name": "From odoo"})

    first, second = (in_odoo, in_google) if later == "google" else (in_google, in_odoo)
    first()
    world.advance(seconds=30)
    second()
    assert (await world.sync("alice")).counts == {"edited_on_both": 1}
    world.advance(seconds=30)
    return item


def titles(world: World) -> tuple[str, str]:
    """Return the title of alice's only event in Google and in Odoo."""
    [there], [here] = world.google_events("alice"), world.odoo_events("alice")
    return there.title, here.title


@pytest.mark.parametrize("later", ["google", "odoo"])
async def test_an_overruled_edit_is_shown_and_restored_once(connected: World, later: str) -> None:
    await disagree(connected, later)
    earlier = "odoo" if later == "google" else "google"
    alice = connected.in_slack("alice")
    await alice.command("/calsync history")
    shown = await alice.see("Your last changes")
    assert f"changed in {earlier.title()} (title): both sides were edited differently" in shown.text
    assert f"Overruled: title: From {earlier}" in shown.text
    assert titles(connected) == (f"From {later}",) * 2
    await alice.click("Restore")
    after = await alice.see("Restored. Synced: 1 event changed in")
    assert "calsync.history.restore" not in str(after.blocks)
    assert titles(connected) == (f"From {earlier}",) * 2
    await alice.stale_click(shown, "Restore")
    await alice.see("That is restored already")
    assert titles(connected) == (f"From {earlier}",) * 2
    assert (await connected.sync("alice")).counts == {}


async def test_what_was_made_changed_and_deleted_is_listed_newest_first(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Lunch <b>", start=NOON, end=NOON + HOUR)
    make_in_odoo(connected, "alice", "Board")
    await connected.sync("alice")
    google.patch(item["id"], location="Kitchen")
    await connected.sync("alice")
    google.delete(item["id"])
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync history")
    shown = await alice.see("Your last changes")
    told = [line.rpartition(" · ")[2].partition(", <!")[0] for line in shown.text.splitlines()[1:]]
    assert told == [
        "Lunch &lt;b&gt;",
        "taken out of Odoo: it was deleted in Google",
        "changed in Odoo (place): it was edited in Google",
        "added to Odoo: it is new in Google",
        "Board",
        "added to Google: it is new in Odoo",
    ]
    assert "calsync.history.restore" not in str(shown.blocks)


async def test_what_was_deleted_is_named_with_its_day(connected: World) -> None:
    """Regression: of what was deleted for good in Odoo, nothing was known by the time it was told."""
    google = connected.in_google("alice")
    google.create("Timed", start=NOON, end=NOON + HOUR)
    holiday = google.create("Holiday", start=NOON.date(), end=(NOON + 24 * HOUR).date())
    await connected.sync("alice")
    [timed] = [row["id"] for row in connected.odoo.events("alice", "id", "name") if row["name"] == "Timed"]
    connected.odoo.as_user("alice").unlink(EVENT, timed)
    google.delete(holiday["id"])
    assert (await connected.sync("alice")).counts == {"deleted_in_odoo": 1, "deleted_in_google": 1}
    alice = connected.in_slack("alice")
    await alice.command("/calsync history")
    shown = await alice.see("Your last changes")
    day = f"{NOON:%b} {NOON.day}, {NOON.year}"
    told = shown.text.splitlines()
    assert "taken out of Odoo: it was deleted in Google" in told[told.index(f"Holiday, {day}") + 1]
    assert any(line.startswith("Timed, <!date^") for line in told)
    assert "without a title" not in shown.text


async def test_history_is_its_owners_alone(connected: World) -> None:
    await connected.connect("bob")
    await connected.sync("bob")
    await disagree(connected)
    alice, bob = connected.in_slack("alice"), connected.in_slack("bob")
    connected.slack.add_channel("C0000000009", "everybody", [alice.id, bob.id])
    await alice.command("/calsync history", channel="C0000000009")
    await alice.see("From odoo", channel="C0000000009")
    assert "From odoo" not in bob.screen("C0000000009").text()
    await alice.click_as(bob, "Restore")
    await alice.see("Not restored: there is nothing to restore", channel="C0000000009")
    await bob.command("/calsync history")
    await bob.see("Nothing has been changed for you")
    assert titles(connected) == ("From google", "From google")
    assert "From" not in connected.slack.screen(connected.in_slack("carol").id, ALERTS).text()


async def test_a_restore_that_is_not_possible_says_why(connected: World) -> None:
    item = await disagree(connected)
    alice = connected.in_slack("alice")
    await alice.command("/calsync history")
    shown = await alice.see("Overruled")
    fault = connected.odoo.faults.add(operation="*", drop="before", times=None)
    await alice.click("Restore")
    await alice.see("Not restored. Odoo cannot be reached")
    connected.odoo.faults.remove(fault)
    connected.in_google("alice").delete(item["id"])
    await connected.sync("alice")
    await alice.stale_click(shown, "Restore")
    await alice.see("Not restored: there is nothing to restore any more")
    assert connected.google_events("alice") == connected.odoo_events("alice") == []


async def test_history_before_connecting_and_before_any_change(world: World) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command("/calsync history")
        await alice.see("You are not connected")
        await world.connect("alice")
        await world.sync("alice")
        await alice.command("/calsync history")
        await alice.see("Nothing has been changed for you in the last 14 days")


async def test_no_title_is_readable_in_the_database(connected: World) -> None:
    await disagree(connected)
    path = connected.settings.database_url.partition("///")[2]
    with sqlite3.connect(path) as database:
        dump = "\n".join(database.iterdump())
    assert "From odoo" not in dump
    assert "From google" not in dump


# --- edits that only the organizer can make


@pytest.fixture
async def invited(connected: World) -> World:
    """Somebody from outside has invited alice."""
    connected.in_google("alice").invited(
        STRANGER, "uid-1@elsewhere.example", "Pitch", start=NOON, end=NOON + HOUR
    )
    await connected.sync("alice")
    return connected


async def edit_in_odoo(world: World, title: str) -> None:
    [row] = world.odoo.events("alice", "id")
    world.odoo.as_user("alice").write(EVENT, row["id"], {"name": title})
    assert (await world.sync("alice")).counts["put_back"] == 1


async def test_an_edit_that_is_put_back_is_explained_once_a_day(invited: World) -> None:
    alice = invited.in_slack("alice")
    await edit_in_odoo(invited, "My own words")
    told = await alice.see("only the organizer can change them")
    assert "• Pitch, <!date^" in told.text
    assert "in Odoo. Undone – title: My own words" in told.text
    number = len(alice.screen().messages)
    await edit_in_odoo(invited, "Again")
    assert len(alice.screen().messages) == number
    invited.advance(days=1, minutes=1)
    await edit_in_odoo(invited, "And again")
    await alice.see("Undone – title: And again")


async def test_what_was_put_back_cannot_be_restored(invited: World) -> None:
    await edit_in_odoo(invited, "My own words")
    alice = invited.in_slack("alice")
    await alice.command("/calsync history")
    shown = await alice.see("Your last changes")
    assert "only its organizer can change it" in shown.text
    assert "Overruled: title: My own words" in shown.text
    assert "calsync.history.restore" not in str(shown.blocks)
