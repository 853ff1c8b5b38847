"""Private events: what outsiders see of them, what they may do, and how the three versions differ."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client

EVENT = "calendar.event"
REFUSED = "odoo.exceptions.AccessError"
SECRET = {"name": "Secret", "description": "<p>d</p>", "location": "l", "alarm_ids": [[6, 0, [1]]]}


async def test_outsiders_see_that_somebody_is_busy(alice: Client, svc: Client, admin: Client) -> None:
    event = await alice.event(**SECRET, privacy="private", videocall_location="https://a.b", access_token="t")
    for outsider in (svc, admin):
        row = await outsider.read(event)
        masked = ("description", "location", "videocall_location", "access_token", "write_date", "create_uid")
        assert {name: row[name] for name in masked} == dict.fromkeys(masked, False)
        assert (row["name"], row["display_name"]) == ("Busy", "Busy")
        assert row["partner_ids"] == row["attendee_ids"] == row["alarm_ids"] == []
        open_to_all = ("start", "stop", "duration", "allday", "user_id", "privacy", "show_as", "active")
        own = await alice.read(event, *open_to_all)
        assert {name: row[name] for name in open_to_all} == {name: own[name] for name in open_to_all}


async def test_the_dates_of_a_masked_all_day_event_show(alice: Client, svc: Client) -> None:
    event = await alice.event(privacy="private", allday=True, start_date="2027-03-10", stop_date="2027-03-11")
    row = await svc.read(event, "start_date", "stop_date", "name")
    assert row == {"id": event, "start_date": "2027-03-10", "stop_date": "2027-03-11", "name": "Busy"}


async def test_a_masked_series_hides_its_rule(alice: Client, svc: Client) -> None:
    base = await alice.event(privacy="private", recurrency=True, rrule="FREQ=DAILY;COUNT=2", event_tz="UTC")
    row = await svc.read(base, "recurrence_id", "recurrency", "rrule", "count", "event_tz")
    (rule,) = await svc("calendar.recurrence", "search_read", [], ["rrule", "base_event_id"])
    assert row.pop("recurrence_id")[0] == rule["id"]
    assert row == {"id": base, "recurrency": False, "rrule": False, "count": 0, "event_tz": False}
    assert (rule["rrule"], rule["base_event_id"]) == ("FREQ=DAILY;COUNT=2", [base, "Busy"])


async def test_searching_looks_behind_the_mask(alice: Client, svc: Client) -> None:
    event = await alice.event(**SECRET, privacy="private")
    domain = [["name", "=", "Secret"], ["location", "=", "l"], ["write_date", ">=", "2000-01-01 00:00:00"]]
    assert await svc(EVENT, "search", domain) == [event]
    (row,) = await svc(EVENT, "search_read", domain, ["name"])
    assert row["name"] == "Busy"


async def test_outsiders_cannot_change_private_events(alice: Client, svc: Client, admin: Client) -> None:
    private = await alice.event(privacy="private")
    public = await alice.event(privacy="public")
    for outsider in (svc, admin):
        assert await outsider.refused(EVENT, "write", [private], {"name": "y"}) == REFUSED
        assert await outsider.refused(EVENT, "write", [public, private], {"name": "y"}) == REFUSED
        assert await outsider.refused(EVENT, "unlink", [private]) == REFUSED
    assert (await alice.read(public, "name"))["name"] == "x"


@pytest.mark.parametrize("privacy", ["public", "confidential"])
async def test_everything_else_is_open_to_every_colleague(alice: Client, svc: Client, privacy: str) -> None:
    event = await alice.event(privacy=privacy)
    assert (await svc.read(event, "name"))["name"] == "x"
    assert await svc(EVENT, "write", [event], {"name": "y", "privacy": "public"}) is True
    assert await svc(EVENT, "unlink", [event]) is True


async def test_attendees_take_part(alice: Client, bob: Client) -> None:
    event = await alice.event(privacy="private", partner_ids=[alice.partner_id, bob.partner_id])
    assert (await bob.read(event, "name"))["name"] == "x"
    assert await bob(EVENT, "write", [event], {"name": "y"}) is True
    assert await bob(EVENT, "unlink", [event]) is True


async def test_creating_private_events_for_others(odoo: OdooDouble, alice: Client, svc: Client) -> None:
    times = {"start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"}
    vals: dict[str, Any] = {**times, "name": "x", "user_id": alice.uid, "privacy": "private"}
    hers: dict[str, Any] = {"partner_ids": [[6, 0, [alice.partner_id]]]}
    assert await svc.refused(EVENT, "create", vals | hers) == REFUSED
    assert await alice(EVENT, "search", []) == []
    mine = await svc(EVENT, "create", vals | {"partner_ids": [[6, 0, [svc.partner_id]]]}, context=QUIET)
    assert (await svc.read(mine, "name"))["name"] == "x"
    both = vals | {"partner_ids": [[6, 0, [alice.partner_id, svc.partner_id]]]}
    if odoo.version < 19:
        assert await svc.refused(EVENT, "create", both) == REFUSED


class TestDefaultPrivacy:
    """Events without a privacy of their own follow the organizer's default, since Odoo 18."""

    @pytest.fixture(params=(18, 19))
    async def odoo(self, request: pytest.FixtureRequest) -> Any:
        """Run the versions that know the default, with alice's set to private."""
        async with OdooDouble(request.param) as double:
            double.add_user("alice", default_privacy="private")
            double.add_user("bob")
            double.add_user("svc", name="Service")
            yield double

    async def test_who_is_masked(self, odoo: OdooDouble, alice: Client, svc: Client, admin: Client) -> None:
        event = await alice.event(**SECRET)
        seen = {who: (await who.read(event, "name"))["name"] for who in (alice, svc, admin)}
        plain = "Secret" if odoo.version == 18 else "Busy"
        assert seen == {alice: "Secret", svc: plain, admin: "Busy"}

    async def test_who_may_write(self, odoo: OdooDouble, alice: Client, svc: Client, admin: Client) -> None:
        event = await alice.event()
        assert await admin.refused(EVENT, "write", [event], {"name": "y"}) == REFUSED
        if odoo.version == 18:
            assert await svc(EVENT, "write", [event], {"name": "y"}) is True
        else:
            assert await svc.refused(EVENT, "write", [event], {"name": "y"}) == REFUSED
        assert await svc(EVENT, "unlink", [event]) is True
        assert await admin(EVENT, "unlink", [await alice.event()]) is True

    async def test_creating_for_her_works_and_may_hide_at_once(
        self, odoo: OdooDouble, alice: Client, svc: Client
    ) -> None:
        event = await svc.event(user_id=alice.uid, partner_ids=[alice.partner_id])
        assert (await svc.read(event, "name"))["name"] == ("x" if odoo.version == 18 else "Busy")

    async def test_an_explicit_privacy_beats_the_default(
        self, alice: Client, svc: Client, admin: Client
    ) -> None:
        event = await alice.event(privacy="public")
        assert {(await who.read(event, "name"))["name"] for who in (svc, admin)} == {"x"}

    async def test_who_can_read_the_default(
        self, odoo: OdooDouble, alice: Client, svc: Client, admin: Client
    ) -> None:
        field = ["calendar_default_privacy"]
        seen = [
            (await who("res.users", "read", [alice.uid], field))[0][field[0]] for who in (alice, admin, svc)
        ]
        assert seen == ["private", "private", False if odoo.version == 18 else "private"]
        if odoo.version == 19:
            event = await alice.event()
            assert (await svc.read(event, "effective_privacy"))["effective_privacy"] == "private"

    async def test_only_oneself_may_change_it(self, alice: Client, svc: Client, admin: Client) -> None:
        vals = {"calendar_default_privacy": "public"}
        for other in (svc, admin):
            assert await other.refused("res.users", "write", [alice.uid], vals) == REFUSED
        assert await alice("res.users", "write", [alice.uid], vals) is True
        event = await alice.event()
        assert (await admin.read(event, "name"))["name"] == "x"
