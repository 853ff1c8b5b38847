"""Scenarios of what is cancelled in Google: G2O-04, 05 (and 20, with the series)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.scenarios.calendars import DAY, HOUR, STRANGER, contact, partner, settle
from tests.scenarios.stage import addresses, answers, bring_over, brussels, names, on_day, rows
from tests.world import World

NEW_YEAR = brussels(2020, 1, 1)
NINE = brussels(2020, 1, 6, 9)


async def both_invited(world: World) -> None:
    """Let a stranger invite alice and bob, and bring it over."""
    for name in ("alice", "bob"):
        world.in_google(name).invited(
            STRANGER, "uid-5", "coucou", start=NINE, end=NINE + HOUR,
            attendees=addresses(STRANGER, "alice", "bob"),
        )  # fmt: skip
    await bring_over(world, "alice", "bob")


@pytest.mark.parametrize("guests", [(), (STRANGER, "c.c@example.com")])
async def test_g2o_04_cancelled_by_the_organizer_it_is_gone(world: World, guests: tuple[str, ...]) -> None:
    contact(world, "C.C.", "c.c@example.com")
    async with on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        google.create("other", start=NINE, end=NINE + HOUR)
        event = google.create("coucou", start=NINE, end=NINE + HOUR, attendees=addresses(*guests))
        await bring_over(world)
        assert sorted(names(rows(world))) == ["coucou", "other"]
        google.delete(event["id"])
        await bring_over(world)
        assert names(rows(world)) == ["other"]
        await settle(world)


async def test_g2o_05_removed_by_a_guest_it_is_only_declined(world: World) -> None:
    """Another Odoo user takes part, so the event stays for him."""
    async with on_day(world, NEW_YEAR):
        google, day = world.in_google("alice"), date(2020, 1, 6)
        event = google.invited(
            STRANGER, "uid-5", "coucou", start=day, end=day + DAY,
            attendees=addresses(STRANGER, "alice", "bob"),
        )  # fmt: skip
        await bring_over(world)
        [before] = rows(world, of="bob")
        alice, bob = partner(world, "alice"), partner(world, "bob")
        assert answers(world, before) == {alice: "needsAction", bob: "needsAction"}
        google.delete(event["id"])
        await bring_over(world)
        [row] = rows(world, "active", of="bob")
        assert (row["id"], row["active"]) == (before["id"], True)
        assert answers(world, row) == {alice: "declined", bob: "needsAction"}
        await bring_over(world)
        assert answers(world, row) == {alice: "declined", bob: "needsAction"}


async def test_g2o_05_cancelled_by_an_organizer_outside_it_is_gone_for_everybody(world: World) -> None:
    async with on_day(world, NEW_YEAR, "alice", "bob"):
        await both_invited(world)
        [one], [other] = rows(world, of="alice"), rows(world, of="bob")
        assert one["id"] == other["id"]
        for name in ("alice", "bob"):
            world.in_google(name).uninvited("uid-5")
        await bring_over(world, "alice", "bob")
        assert rows(world, of="alice") == rows(world, of="bob") == []
        await settle(world, "alice", "bob")


async def test_g2o_05_taken_off_by_an_organizer_outside_one_declines_in_odoo_and_tells_nobody(
    world: World,
) -> None:
    """Google shows it as it shows a copy that a guest has deleted; her colleague's copy is his affair."""
    async with on_day(world, NEW_YEAR, "alice", "bob"):
        await both_invited(world)
        for double in (world.odoo, world.google):
            double.mails.clear()
        world.in_google("alice").uninvited("uid-5")
        world.google.log.clear()
        await bring_over(world, "alice", "bob")
        [row] = rows(world, "active", of="bob")
        alice, bob = partner(world, "alice"), partner(world, "bob")
        assert (row["active"], answers(world, row)) == (True, {alice: "declined", bob: "needsAction"})
        assert world.google.log.writes() == []
        assert not world.odoo.mails
        assert not world.google.mails
        [item] = world.in_google("bob").events()
        given = {one["email"]: one["responseStatus"] for one in item["attendees"]}
        assert given["alice@example.com"] == "needsAction"


async def test_g2o_05_cancelled_by_a_colleague_it_is_gone_for_everybody(world: World) -> None:
    async with on_day(world, NEW_YEAR, "alice", "bob"):
        event = world.in_google("alice").create(
            "coucou", start=NINE, end=NINE + HOUR, attendees=addresses("bob")
        )
        await bring_over(world, "bob", "alice")
        world.in_google("alice").delete(event["id"])
        await bring_over(world, "bob", "alice")
        assert rows(world, of="alice") == rows(world, of="bob") == []
        await settle(world, "alice", "bob")


async def test_g2o_05_invited_again_by_an_organizer_outside_one_has_not_declined(world: World) -> None:
    """What stood in Odoo since the copy was withdrawn passed for the person's answer to the new one."""
    async with on_day(world, NEW_YEAR, "alice", "bob"):

        def invite(name: str) -> None:
            world.in_google(name).invited(
                STRANGER, "uid-5", "coucou", start=NINE, end=NINE + HOUR,
                attendees=addresses(STRANGER, "alice", "bob"),
            )  # fmt: skip

        for name in ("alice", "bob"):
            invite(name)
        await bring_over(world, "alice", "bob")
        world.in_google("alice").uninvited("uid-5")
        await bring_over(world, "alice", "bob")
        invite("alice")
        await bring_over(world, "alice", "bob")
        [row] = rows(world, of="bob")
        alice, bob = partner(world, "alice"), partner(world, "bob")
        assert answers(world, row) == {alice: "needsAction", bob: "needsAction"}
        [item] = world.in_google("alice").events()
        given = {one["email"]: one["responseStatus"] for one in item["attendees"]}
        assert given["alice@example.com"] == "needsAction"
