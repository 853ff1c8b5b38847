"""Scenarios of who may change what Google brought: G2O-28, 44."""

from __future__ import annotations

from datetime import date

import pytest

from tests.scenarios.calendars import DAY, EVENT, HOUR, STRANGER, partner, settle
from tests.scenarios.stage import addresses, answers, bring_over, brussels, connect, names, on_day, rows
from tests.world import World

NEW_YEAR = brussels(2020, 1, 1)
NINE = brussels(2020, 1, 6, 9)
LATER = {"start_date": "2020-01-07", "stop_date": "2020-01-08"}


async def test_g2o_28_a_guest_moves_a_meeting_whose_organizer_has_not_connected(world: World) -> None:
    """Odoo lets him; his own calendar's copy follows with one patch, and has no guest list to answer to."""
    async with on_day(world, NEW_YEAR):
        alice, bob = partner(world, "alice"), partner(world, "bob")
        values = {"name": "coucou", "allday": True, "start_date": "2020-01-06", "stop_date": "2020-01-06"}
        key = world.odoo.as_user("bob").create(EVENT, {**values, "partner_ids": [[6, 0, [bob, alice]]]})
        await world.sync("alice")
        [event] = world.in_google("alice").events()
        world.odoo.as_user("alice").write(EVENT, key, LATER)
        world.odoo.mails.clear()
        world.google.log.clear()
        assert (await world.sync("alice")).code == "ok"
        assert [one.operation for one in world.google.log.writes()] == ["calendar.events.patch"]
        after = world.in_google("alice").event(event["id"])
        assert (after["start"], after["end"]) == ({"date": "2020-01-07"}, {"date": "2020-01-09"})
        assert "attendees" not in after
        assert not world.google.mails
        assert not world.odoo.mails


async def test_g2o_28_a_guest_moves_a_meeting_of_a_connected_colleague(world: World) -> None:
    """The organizer's original is patched once, whoever syncs first, and nobody's answer is made up."""
    async with on_day(world, NEW_YEAR, "alice", "bob"):
        day = date(2020, 1, 6)
        google = world.in_google("bob")
        event = google.create("coucou", start=day, end=day + DAY, attendees=addresses("alice"))
        world.in_google("alice").respond(event["id"], "accepted")
        await bring_over(world, "alice", "bob")
        [row] = rows(world)
        world.odoo.as_user("alice").write(EVENT, row["id"], LATER)
        [row] = rows(world)
        answered = answers(world, row)
        world.odoo.mails.clear()
        world.google.log.clear()
        for name in ("alice", "bob", "alice"):
            assert (await world.sync(name)).code == "ok"
        writes = [one.operation for one in world.google.log.writes()]
        assert writes == ["calendar.events.patch"]
        after = google.event(event["id"])
        assert (after["start"], after["end"]) == ({"date": "2020-01-07"}, {"date": "2020-01-09"})
        assert after["organizer"]["email"] == "bob@example.com"
        given = {one["email"]: one["responseStatus"] for one in after["attendees"]}
        expected = {f"{name}@example.com": answered[partner(world, name)] for name in ("alice", "bob")}
        assert given == expected
        await settle(world, "alice", "bob")


@pytest.mark.parametrize("guests_can_modify", [False, True])
async def test_g2o_44_a_colleague_may_do_what_odoo_lets_him(world: World, *, guests_can_modify: bool) -> None:
    """Without Google's module Odoo knows no such bar; the edit goes out as that of the organizer."""
    async with on_day(world, NEW_YEAR, "alice", "bob"):
        google = world.in_google("alice")
        event = google.create(
            "Event", start=NINE, end=NINE + HOUR, attendees=addresses(bob="accepted"),
            guestsCanModify=guests_can_modify,
        )  # fmt: skip
        await bring_over(world, "alice", "bob")
        [row] = rows(world)
        for who, title in (("alice", "By the organizer"), ("bob", "By the guest")):
            world.advance(minutes=1)
            world.odoo.as_user(who).write(EVENT, row["id"], {"name": title})
            await settle(world, "bob", "alice")
            assert google.event(event["id"])["summary"] == title
        assert google.event(event["id"]).get("guestsCanModify", False) is guests_can_modify


@pytest.mark.parametrize("guests_can_modify", [False, True])
async def test_g2o_44_a_guest_of_somebody_outside_is_put_right_and_told(
    world: World, *, guests_can_modify: bool
) -> None:
    async with on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        event = google.invited(
            STRANGER, "uid-44", "Event", start=NINE, end=NINE + HOUR, guestsCanModify=guests_can_modify,
            attendees=addresses(STRANGER, alice="accepted"),
        )  # fmt: skip
        await bring_over(world)
        [row] = rows(world)
        world.odoo.as_user("alice").write(EVENT, row["id"], {"name": "By the guest"})
        [outcome] = await bring_over(world)
        assert outcome.counts == {"put_back": 1}
        assert names(rows(world)) == [google.event(event["id"])["summary"]] == ["Event"]
        alice = world.in_slack("alice")
        await alice.command("/calsync history")
        assert "only its organizer can change it" in (await alice.see("Your last changes")).text
        # He can stop and start again, though such an event is in his calendar.
        world.google.grants.revoke_all("alice@example.com")
        assert (await world.sync("alice")).code != "ok"
        await connect(world)
        [again] = rows(world)
        assert again["id"] == row["id"]
        await settle(world)
