"""Scenarios of guests that Google brings: G2O-07, 08, 31, 32, 37, 38, 40."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.scenarios.busy import odoo_time
from tests.scenarios.calendars import DAY, EVENT, HOUR, WEEK, contact, partner, settle
from tests.scenarios.stage import PARTNER, addresses, answers, bring_over, brussels, on_day, rows, weekly
from tests.world import World

NEW_YEAR = brussels(2020, 1, 1)
NINE = brussels(2020, 1, 6, 9)
TWO_MONDAYS = "FREQ=WEEKLY;COUNT=2;BYDAY=MO"


def partners(world: World, email: str) -> list[int]:
    """Return all contacts with an address, archived ones as well."""
    actor = world.odoo.as_user("admin")
    return actor.search(PARTNER, [("email", "=", email), ("active", "in", [True, False])])


def guests_in_google(world: World, event_id: str) -> set[str]:
    """Return the addresses on alice's event."""
    return {one["email"] for one in world.in_google("alice").event(event_id).get("attendees", ())}


async def test_g2o_07_a_guest_is_removed_from_an_event(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        google, start = world.in_google("alice"), brussels(2020, 1, 13, 16, 55)
        event = google.create("coucou", start=NINE, end=NINE + HOUR, attendees=addresses("bob"))
        await bring_over(world)
        [before] = rows(world, of="bob")
        google.patch(event["id"], attendees=[], start=start, end=start + 3 * HOUR)
        await bring_over(world)
        [row] = rows(world)
        assert (row["id"], row["start"]) == (before["id"], "2020-01-13 15:55:00")
        assert row["partner_ids"] == [partner(world, "alice")]
        assert list(answers(world, row)) == [partner(world, "alice")]
        assert rows(world, of="bob") == []
        await settle(world)


async def test_g2o_08_a_guest_is_removed_from_a_series(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        google, day = world.in_google("alice"), date(2020, 1, 6)
        series = google.create(
            "coucou",
            start=day,
            end=day + DAY,
            recurrence=[f"RRULE:{TWO_MONDAYS}"],
            attendees=addresses("bob"),
        )
        await bring_over(world)
        assert len(rows(world, of="bob")) == 2
        google.patch(series["id"], attendees=[])
        await bring_over(world)
        alice = partner(world, "alice")
        assert [row["partner_ids"] for row in rows(world)] == [[alice], [alice]]
        assert [list(answers(world, row)) for row in rows(world)] == [[alice], [alice]]
        assert rows(world, of="bob") == []
        await settle(world)


@pytest.mark.parametrize("rule", [None, "FREQ=WEEKLY;COUNT=3;BYDAY=MO"])
async def test_g2o_31_several_contacts_share_one_address(world: World, rule: str | None) -> None:
    dalton = [contact(world, f"Dalton {n}", "dalton@example.com") for n in range(4)]
    async with on_day(world, NEW_YEAR):
        alice = partner(world, "alice")
        values: dict[str, Any] = {"partner_ids": [[6, 0, [alice, *dalton]]], "name": "coucou"}
        values |= {"start": odoo_time(NINE), "stop": odoo_time(NINE + HOUR)}
        repeated = {"recurrency": True, "rrule": rule, "event_tz": "Europe/Brussels"} if rule else {}
        world.odoo.as_user("alice").create(EVENT, values | repeated)
        world.odoo.mails.clear()
        await world.sync("alice")
        assert not world.google.mails
        [event] = world.in_google("alice").events()
        assert guests_in_google(world, event["id"]) == {"alice@example.com", "dalton@example.com"}
        start = NINE + 2 * HOUR
        world.in_google("alice").patch(
            event["id"], attendees=[], summary=None, start=start, end=start + 2 * HOUR
        )
        await bring_over(world)
        found = rows(world)
        assert {row["start"][11:] for row in found} == {"10:00:00"}
        assert {tuple(row["partner_ids"]) for row in found} == {(alice,)}
        assert len(found) == (3 if rule else 1)
        assert not any(set(dalton) & set(answers(world, row)) for row in found)
        world.in_google("alice").patch(event["id"], summary="coucou")
        await settle(world)


async def test_g2o_32_a_user_and_a_stranger_share_an_address(world: World) -> None:
    """The user counts; and of an address that nobody has no contact is made, but its guest stays."""
    portal = contact(world, "Test at the portal", "test@example.com")
    internal = world.odoo.add_user("test", email="test@example.com").partner_id
    later = contact(world, "Test again", "test@example.com")
    async with on_day(world, NEW_YEAR):
        event = world.in_google("alice").create(
            "coucou", start=NINE, end=NINE + HOUR, attendees=addresses("test", "test2")
        )
        await bring_over(world)
        [row] = rows(world)
        assert set(row["partner_ids"]) == {partner(world, "alice"), internal}
        assert not {portal, later} & set(answers(world, row))
        assert partners(world, "test2@example.com") == []
        carol = partner(world, "carol")
        world.odoo.as_user("alice").write(EVENT, row["id"], {"partner_ids": [[4, carol]]})
        world.odoo.mails.clear()
        await world.sync("alice")
        expected = {f"{name}@example.com" for name in ("alice", "test", "test2", "carol")}
        assert guests_in_google(world, event["id"]) == expected
        assert not world.google.mails


@pytest.mark.parametrize("visible", [True, False])
async def test_g2o_37_a_contact_of_another_company_on_a_series(world: World, *, visible: bool) -> None:
    """Who is known to the service account is used; who is kept from it is a stranger, and stays in Google."""
    private = contact(world, "Private Contact", "private_email@example.com")
    if not visible:
        world.odoo.keep_back("svc", PARTNER, [private])
    async with on_day(world, NEW_YEAR):
        series = weekly(world, NINE, TWO_MONDAYS, attendees=addresses("private_email"))
        await bring_over(world)
        alice = partner(world, "alice")
        expected = {alice: "accepted"} | ({private: "needsAction"} if visible else {})
        assert [answers(world, row) for row in rows(world)] == [expected] * 2
        assert partners(world, "private_email@example.com") == [private]
        assert "private_email@example.com" in guests_in_google(world, series["id"])
        for _ in range(3):
            await bring_over(world)
        assert "private_email@example.com" in guests_in_google(world, series["id"])


async def test_g2o_38_a_guest_who_is_an_alias_of_odoo(world: World) -> None:
    """No contact is made of it, and it stays a guest when others are invited in Odoo."""
    async with on_day(world, NEW_YEAR):
        alias = "sales-team@odoo.example.com"
        series = weekly(world, NINE, TWO_MONDAYS, attendees=addresses(**{alias: "accepted"}))
        await bring_over(world)
        alice, carol = partner(world, "alice"), partner(world, "carol")
        assert [row["partner_ids"] for row in rows(world)] == [[alice], [alice]]
        assert partners(world, alias) == []
        world.odoo.as_user("alice").write(
            EVENT, rows(world)[0]["id"], {"partner_ids": [[4, carol]], "recurrence_update": "all_events"}
        )
        world.odoo.mails.clear()
        await world.sync("alice")
        listed = world.in_google("alice").event(series["id"])["attendees"]
        assert {one["email"]: one["responseStatus"] for one in listed} == {
            "alice@example.com": "accepted",
            "carol@example.com": "needsAction",
            alias: "accepted",
        }
        assert not world.google.mails


async def test_g2o_40_everybody_keeps_his_own_answer_whatever_the_order(world: World) -> None:
    other = contact(world, "Other", "other@example.com")
    async with on_day(world, NEW_YEAR):
        world.in_google("alice").invited(
            "other@example.com", "uid-40", "coucou", start=NINE + WEEK, end=NINE + WEEK + HOUR,
            attendees=addresses(other="accepted", alice="tentative"),
        )  # fmt: skip
        await bring_over(world)
        [row] = rows(world, "user_id")
        assert answers(world, row) == {other: "accepted", partner(world, "alice"): "tentative"}
        assert row["user_id"] is False
        await settle(world)
