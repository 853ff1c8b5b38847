"""A person's wishes hold in the assembled product: what they leave out is untouched, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable

from sync.model import Event
from sync.store import accounts
from tests.scenarios.busy import EXPECTED, HOUR, NOON, be_busy, make_in_odoo, odoo_time, prepare
from tests.world import World

EVENT = "calendar.event"


def titles(events: Iterable[Event]) -> list[str]:
    """Return what events are called."""
    return sorted(one.title for one in events)


async def choose(world: World, option: str, action: str) -> None:
    """Let alice choose in her settings."""
    alice = world.in_slack("alice")
    await alice.command("/calsync settings")
    await alice.see("*Direction*")
    await alice.choose(option, action_id=f"calsync.settings.{action}")
    await alice.see(f"*{action.capitalize()}*: {option}")


async def leave_whole_days_out(world: World) -> None:
    """Let alice untick whole days."""
    alice = world.in_slack("alice")
    await alice.command("/calsync settings")
    await alice.see("*Direction*")
    await alice.choose("timed", "free", action_id="calsync.settings.kinds")
    await alice.see("*Events that take part*: events with times, events that show me as free")


async def test_a_busy_half_hour_only_to_google_and_then_both_ways(connected: World) -> None:
    prepare(connected)
    await connected.sync("alice")
    await choose(connected, "only to Google", "direction")
    be_busy(connected)
    before = titles(connected.odoo_events("alice"))
    connected.odoo.log.clear()
    for _ in range(2):
        assert (await connected.sync("alice")).code == "ok"
    assert titles(connected.odoo_events("alice")) == before
    assert connected.odoo.log.writes() == []
    there = titles(connected.google_events("alice"))
    assert {"odoo edited", "new in odoo", "kept by odoo"} <= {*there}
    assert "to delete here" not in there
    await choose(connected, "both ways", "direction")
    await connected.sync("alice")
    assert titles(connected.odoo_events("alice")) == titles(connected.google_events("alice")) == EXPECTED
    connected.assert_agree("alice")
    assert (await connected.sync("alice")).counts == {}


async def test_a_busy_half_hour_only_to_odoo_and_then_both_ways(connected: World) -> None:
    prepare(connected)
    await connected.sync("alice")
    await choose(connected, "only to Odoo", "direction")
    be_busy(connected)
    before = titles(connected.google_events("alice"))
    connected.google.log.clear()
    for _ in range(2):
        assert (await connected.sync("alice")).code == "ok"
    assert titles(connected.google_events("alice")) == before
    assert connected.google.log.writes() == []
    here = titles(connected.odoo_events("alice"))
    assert {"google edited", "new in google", "kept by google"} <= {*here}
    await choose(connected, "both ways", "direction")
    await connected.sync("alice")
    connected.assert_agree("alice")
    assert titles(connected.google_events("alice")) == EXPECTED


async def test_an_edit_in_google_is_not_in_the_way_of_one_from_odoo(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Lunch", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    await choose(connected, "only to Google", "direction")
    google.patch(item["id"], summary="Dinner")
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    connected.odoo.as_user("alice").write(EVENT, row["id"], {"location": "Kitchen"})
    await connected.sync("alice")
    [there], [here] = connected.google_events("alice"), connected.odoo_events("alice")
    assert (there.title, there.location, here.title) == ("Dinner", "Kitchen", "Lunch")
    await choose(connected, "both ways", "direction")
    await connected.sync("alice")
    assert connected.odoo_events("alice")[0].title == "Dinner"


async def test_deletions_in_numbers_are_asked_about_when_the_direction_is_changed_back(
    connected: World,
) -> None:
    google = connected.in_google("alice")
    for number in range(12):
        google.create(f"Event {number}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    await choose(connected, "only to Google", "direction")
    google.empty()
    assert (await connected.sync("alice")).counts == {}
    assert len(connected.odoo_events("alice")) == 12
    await choose(connected, "both ways", "direction")
    assert (await connected.sync("alice")).counts["held_back"] == 12
    assert len(connected.odoo_events("alice")) == 12
    await choose(connected, "only to Google", "direction")  # the question is no longer one
    await connected.sync("alice")
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    shown = await alice.see("By your settings: only to Google.")
    assert "wait for your word" not in shown.text


async def test_whole_days_are_left_as_they_are_until_they_take_part_again(connected: World) -> None:
    google, odoo = connected.in_google("alice"), connected.odoo.as_user("alice")
    old = google.create("Old", start=NOON.date(), end=(NOON + 24 * HOUR).date())
    gone = google.create("Gone", start=NOON.date(), end=(NOON + 24 * HOUR).date())
    await connected.sync("alice")
    await leave_whole_days_out(connected)
    google.create("New day", start=NOON.date(), end=(NOON + 24 * HOUR).date())
    google.create("New lunch", start=NOON, end=NOON + HOUR)
    google.patch(old["id"], summary="Old, edited")
    [row] = [one["id"] for one in connected.odoo.events("alice", "id", "name") if one["name"] == "Gone"]
    odoo.unlink(EVENT, [row])
    for _ in range(2):
        assert (await connected.sync("alice")).code == "ok"
    assert titles(connected.odoo_events("alice")) == ["New lunch", "Old"]
    assert gone["id"] in connected.google_by_id("alice")
    alice = connected.in_slack("alice")
    await alice.choose("timed", "all_day", "free", action_id="calsync.settings.kinds")
    await alice.see("*Events that take part*: events with times, events of whole days")
    await connected.sync("alice")
    assert titles(connected.odoo_events("alice")) == ["New day", "New lunch", "Old, edited"]
    connected.assert_agree("alice")


async def test_what_a_deleted_event_was_is_looked_up(connected: World) -> None:
    """Regression: of an event deleted in Odoo, the plan knew only an id in Google, so it was not left out."""
    google, odoo = connected.in_google("alice"), connected.odoo.as_user("alice")
    google.create("Day", start=NOON.date(), end=(NOON + 24 * HOUR).date())
    google.create("Lunch", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    await leave_whole_days_out(connected)
    await connected.sync("alice")  # all is compared anew; what comes now is news of Odoo alone
    odoo.unlink(EVENT, [row["id"] for row in connected.odoo.events("alice", "id")])
    await connected.sync("alice")
    assert titles(connected.google_events("alice")) == ["Day"]


async def test_a_narrow_window_leaves_what_lies_outside(connected: World) -> None:
    await choose(connected, "7 days", "future")
    late = NOON + 24 * 30 * HOUR
    connected.in_google("alice").create("Soon", start=NOON, end=NOON + HOUR)
    times = {"start": odoo_time(late), "stop": odoo_time(late + HOUR)}
    make_in_odoo(connected, "alice", "Late", **times)
    await connected.sync("alice")
    assert titles(connected.google_events("alice")) == ["Soon"]
    async with connected.running.store.read() as tx:
        account = await accounts.get(tx, (await connected.account("alice")).id)
    assert account is not None
    assert account.window_future == 7
    connected.advance(days=27)
    await connected.sync("alice")  # the daily pass takes in what has come near
    assert titles(connected.google_events("alice")) == ["Late", "Soon"]
