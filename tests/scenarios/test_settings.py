"""`/calsync settings`: a person's choices hold from then on."""

from __future__ import annotations

import pytest

from tests.scenarios.busy import make_in_odoo
from tests.world import World

pytestmark = pytest.mark.on_real_odoo


async def test_a_meet_link_is_made_for_those_who_turn_it_on(connected: World) -> None:
    guest = connected.odoo.users["bob"].partner_id
    alice = connected.in_slack("alice")
    await alice.command("/calsync settings")
    shown = await alice.see("*Meet links*: off")
    await alice.click("Turn On")
    await alice.see("*Meet links*: on")
    await alice.stale_click(shown, "Turn On")  # a second click asks for the same
    await alice.see("*Meet links*: on")
    make_in_odoo(connected, "alice", "Meeting", partner_ids=[[4, guest]])
    await connected.sync("alice")
    [item] = connected.in_google("alice").events()
    assert "conferenceData" in item
    await alice.click("Turn Off")
    await alice.see("*Meet links*: off")
    assert not (await connected.account("alice")).makes_meet


async def test_settings_before_connecting(world: World) -> None:
    async with world.run():
        alice = world.in_slack("alice")
        await alice.command("/calsync settings")
        await alice.see("You are not connected")


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("direction", "sideways"),
        ("past", "-7"),
        ("future", "soon"),
        ("quiet_from", "24"),
        ("quiet_until", "99"),
        ("language", "xx"),
    ],
)
async def test_what_no_menu_offers_changes_nothing(connected: World, action: str, value: str) -> None:
    alice, before = connected.in_slack("alice"), await connected.account("alice")
    odd = {
        "type": "button",
        "action_id": f"calsync.settings.{action}",
        "text": {"type": "plain_text", "text": "Odd"},
        "value": value,
    }
    blocks = [{"type": "actions", "elements": [odd]}]
    await connected.running.slack.chat_postMessage(channel=alice.id, text="old", blocks=blocks)
    await alice.click("Odd")
    await alice.see("This button is out of date")
    assert await connected.account("alice") == before
