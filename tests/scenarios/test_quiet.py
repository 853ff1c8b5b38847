"""What calsync does not do: write without need, take its own words for edits, mail anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.busy import DAY, HOUR, NOON, make_in_odoo
from tests.world import World

pytestmark = pytest.mark.on_real_odoo


async def test_a_quiet_run_asks_google_once_and_writes_nothing(connected: World) -> None:
    make_in_odoo(connected, "alice", "One", description="<p>x</p>")
    connected.in_google("alice").create("Two", start=DAY, end=DAY + timedelta(days=1), description="a\nb")
    await connected.sync("alice")
    connected.advance(seconds=2)  # what still happened in the second of a poll is asked for once more
    await connected.sync("alice")  # sees its own writes come back
    connected.google.log.clear()
    connected.odoo.log.clear()
    outcome = await connected.sync("alice")
    assert (outcome.code, outcome.counts) == ("ok", {})
    assert connected.google.log.counts() == {"calendar.events.list": 1}
    assert connected.google.log.writes() == []
    assert connected.odoo.log.writes() == []
    assert connected.odoo.log.counts() == {
        "calendar.event.search_read": 2,
        "calendar.attendee.search_read": 1,
        "calendar.event.search": 1,
    }


async def test_the_echo_of_our_own_writes_writes_nothing(connected: World) -> None:
    make_in_odoo(connected, "alice", "One", description="<p>x</p>")
    connected.in_google("alice").create("Two", start=NOON, end=NOON + HOUR, description="a\nb<script>")
    await connected.sync("alice")
    connected.google.log.clear()
    connected.odoo.log.clear()
    outcome = await connected.sync("alice")
    assert outcome.counts == {}
    assert connected.google.log.writes() == connected.odoo.log.writes() == []


async def test_nobody_is_mailed(connected: World) -> None:
    bob = connected.odoo.users["bob"].partner_id
    alice = connected.odoo.users["alice"].partner_id
    event_id = make_in_odoo(connected, "alice", "With Bob", partner_ids=[[6, 0, [alice, bob]]])
    connected.odoo.mails.clear()
    await connected.sync("alice")
    google = connected.in_google("alice")
    [item] = google.events()
    google.patch(item["id"], start=NOON + HOUR, end=NOON + 2 * HOUR)
    await connected.sync("alice")
    google.delete(item["id"])
    await connected.sync("alice")
    assert not connected.odoo.mails
    assert connected.google.mails == []
    [row] = connected.odoo.as_user("alice").read("calendar.event", event_id, ["partner_ids"])
    assert sorted(row["partner_ids"]) == sorted([alice, bob])
