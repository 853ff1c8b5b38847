"""The google_calendar module: links and marks on events, the state of Odoo's own sync, the reset wizard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client, logged_in, running

EVENT, SERIES, USERS = "calendar.event", "calendar.recurrence", "res.users"
WIZARD = "google.calendar.account.reset"
ARCHIVED_TOO = {"active_test": False}


@pytest.fixture(params=(18, 19))
async def odoo(request: pytest.FixtureRequest) -> AsyncIterator[OdooDouble]:
    """Run the two versions with the module."""
    async for double in running(request.param, google_calendar=True):
        yield double


async def _mark(client: Client, event: int) -> bool:
    return bool((await client.read(event, "need_sync"))["need_sync"])


async def test_the_module_shows(alice: Client, admin: Client) -> None:
    fields = await alice(EVENT, "fields_get", ["google_id", "need_sync", "guests_readonly"], ["type"])
    assert {name: field["type"] for name, field in fields.items()} == {
        "google_id": "char",
        "need_sync": "boolean",
        "guests_readonly": "boolean",
    }
    domain = [["name", "=", "google_calendar"], ["state", "=", "installed"]]
    assert await alice("ir.module.module", "search_count", domain) == 1
    tokens = ["google_calendar_rtoken"]
    assert await alice(USERS, "fields_get", tokens) == {}
    assert await alice.refused(USERS, "read", [alice.uid], tokens) == "odoo.exceptions.AccessError"
    assert await admin(USERS, "read", [alice.uid], tokens) == [{"id": alice.uid, tokens[0]: False}]


@pytest.mark.parametrize(
    ("vals", "marked"),
    [
        ({"name": "y"}, True),
        ({"location": "l"}, True),
        ({"active": False}, True),
        ({"privacy": "public"}, True),
        ({"alarm_ids": [[6, 0, [1]]]}, True),
        ({"partner_ids": [[6, 0, []]]}, True),
        ({"categ_ids": [[6, 0, []]]}, False),
        ({"access_token": "t"}, False),
        ({"name": "y", "need_sync": False}, False),
    ],
)
async def test_what_marks_an_event(alice: Client, vals: dict[str, Any], marked: bool) -> None:
    event = await alice.event()
    assert await _mark(alice, event)
    await alice(EVENT, "write", [event], {"need_sync": False})
    await alice(EVENT, "write", [event], vals, context=QUIET)
    assert await _mark(alice, event) is marked


async def test_a_new_call_marks_an_event_of_19(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event(need_sync=False)
    await alice(EVENT, "write", [event], {"videocall_location": "https://a.b"})
    assert await _mark(alice, event) is (odoo.version == 19)


async def test_whose_stopped_sync_counts(odoo: OdooDouble, alice: Client, svc: Client) -> None:
    await svc(USERS, "stop_google_synchronization", [alice.uid])
    assert not await _mark(alice, await alice.event())
    for_her = await svc.event(user_id=alice.uid, partner_ids=[alice.partner_id])
    assert await _mark(alice, for_her) is (odoo.version == 18)
    await svc(USERS, "restart_google_synchronization", [alice.uid])
    assert await _mark(alice, await alice.event())


async def test_deleting_a_linked_event_archives_it(alice: Client, svc: Client) -> None:
    linked, loose = await alice.event(google_id="g"), await alice.event()
    assert await svc(EVENT, "unlink", [linked, loose], context=QUIET) is True
    assert await alice(EVENT, "search", [], context=ARCHIVED_TOO) == [linked]
    row = await alice.read(linked, "active", "google_id", "need_sync")
    assert (row["active"], row["google_id"], row["need_sync"]) == (False, "g", True)


async def test_only_the_organizer_may_change_what_guests_may_not(
    odoo: OdooDouble, alice: Client, bob: Client, admin: Client
) -> None:
    partners = [alice.partner_id, bob.partner_id]
    event = await alice.event(guests_readonly=True, partner_ids=partners)
    for guest in (bob, admin):
        refused = await guest.refused(EVENT, "write", [event], {"name": "y"})
        assert refused == "odoo.exceptions.ValidationError"
    assert await bob(EVENT, "write", [event], {"name": "y"}, context=QUIET) is True
    assert await alice(EVENT, "write", [event], {"name": "z"}) is True
    if odoo.version == 19:
        assert await bob(EVENT, "write", [event], {"categ_ids": [[6, 0, []]]}) is True
    else:
        refused = await bob.refused(EVENT, "write", [event], {"categ_ids": [[6, 0, []]]})
        assert refused == "odoo.exceptions.ValidationError"


async def test_rows_of_a_linked_series_have_ids_of_their_own(alice: Client) -> None:
    rule = {"recurrency": True, "rrule": "FREQ=WEEKLY;COUNT=2", "event_tz": "UTC"}
    timed = await alice.event(**rule)
    dates = {"allday": True, "start_date": "2027-03-10", "stop_date": "2027-03-10"}
    whole = await alice.event(**rule, **dates)
    for event, master in ((timed, "T"), (whole, "D")):
        series = (await alice.read(event, "recurrence_id"))["recurrence_id"][0]
        await alice(SERIES, "write", [series], {"google_id": master})
    rows = await alice(EVENT, "search_read", [], ["google_id", "need_sync"], order="start")
    assert sorted(row["google_id"] for row in rows) == [
        "D_20270310",
        "D_20270317",
        "T_20270310T090000Z",
        "T_20270317T090000Z",
    ]
    assert not any(row["need_sync"] for row in rows)


async def test_an_edit_of_all_events_replaces_a_linked_series(alice: Client) -> None:
    event = await alice.event(recurrency=True, rrule="FREQ=WEEKLY;COUNT=2", event_tz="UTC")
    series = (await alice.read(event, "recurrence_id"))["recurrence_id"][0]
    await alice(SERIES, "write", [series], {"google_id": "G"})
    times = {"start": "2027-03-10 12:00:00", "stop": "2027-03-10 13:00:00"}
    await alice(EVENT, "write", [event], times | {"recurrence_update": "all_events"}, context=QUIET)
    rows = await alice(EVENT, "search_read", [], ["google_id", "active"], context=ARCHIVED_TOO)
    assert sorted((row["active"], row["google_id"]) for row in rows) == [
        (False, "G_20270310T090000Z"),
        (False, "G_20270317T090000Z"),
        (True, False),
        (True, False),
    ]
    assert (await alice.read(event, "active", "google_id"))["google_id"] is False


async def test_the_state_of_odoos_own_sync(
    odoo: OdooDouble, alice: Client, svc: Client, admin: Client
) -> None:
    async def status() -> str:
        return str((await svc(USERS, "check_synchronization_status", [alice.uid]))["google_calendar"])

    assert await status() == "missing_credentials"
    assert await svc(USERS, "check_calendar_credentials") == {"google_calendar": False}
    odoo.connect_google("bob")
    assert await status() == "sync_stopped"
    odoo.connect_google("alice")
    assert await status() == "sync_active"
    assert await svc(USERS, "is_google_calendar_synced", [alice.uid]) is True
    await svc(USERS, "pause_google_synchronization", [alice.uid])
    assert await status() == "sync_paused"
    await svc(USERS, "unpause_google_synchronization", [alice.uid])
    await svc(USERS, "stop_google_synchronization", [alice.uid])
    assert await status() == "sync_stopped"
    if odoo.version == 19:
        domain = [["google_calendar_rtoken", "!=", False]]
        assert await svc.refused(USERS, "search", domain) == "odoo.exceptions.AccessError"


async def test_tokens_are_not_written_through_users(alice: Client, admin: Client) -> None:
    names = ["google_calendar_rtoken", "google_synchronization_stopped"]
    assert await admin(USERS, "write", [alice.uid], {names[0]: "refresh", names[1]: True}) is True
    [row] = await admin(USERS, "read", [alice.uid], names)
    assert (row[names[0]], row[names[1]]) == (False, True)


async def test_odoo_17_tells_whether_it_syncs_and_lets_only_administrators_stop_it() -> None:
    async for odoo in running(17, google_calendar=True):
        odoo.connect_google("alice")
        svc, admin = await logged_in(odoo, "svc"), await logged_in(odoo, "admin")
        alice = odoo.users["alice"].id
        status = "check_synchronization_status"
        assert await svc.refused(USERS, status, [alice]) == "builtins.AttributeError"
        assert await svc(USERS, "is_google_calendar_synced", [alice]) is True
        stop = "stop_google_synchronization"
        assert await svc.refused(USERS, stop, [alice]) == "odoo.exceptions.AccessError"
        await admin(USERS, stop, [alice])
        assert await svc(USERS, "is_google_calendar_synced", [alice]) is False


OTHERS = {"loose": (False, False), "archived": ("g2", False), "bob's": ("g3", False)}


class TestReset:
    """The wizard, on one linked event of alice's, one loose, one archived and one that is bob's."""

    async def _reset(self, alice: Client, bob: Client, admin: Client, delete: str, sync: str) -> None:
        await alice.event(name="linked", google_id="g1", need_sync=False)
        await alice.event(name="loose", need_sync=False)
        await alice.event(name="archived", google_id="g2", need_sync=False, active=False)
        partners = [alice.partner_id, bob.partner_id]
        await bob.event(name="bob's", google_id="g3", need_sync=False, partner_ids=partners)
        vals = {"user_id": alice.uid, "delete_policy": delete, "sync_policy": sync}
        wizard = await admin(WIZARD, "create", vals)
        assert await admin(WIZARD, "reset_account", [wizard]) is None

    async def _left(self, admin: Client) -> dict[str, tuple[Any, bool]]:
        fields = ["name", "google_id", "need_sync"]
        rows = await admin(EVENT, "search_read", [], fields, context=ARCHIVED_TOO)
        return {row["name"]: (row["google_id"], row["need_sync"]) for row in rows}

    @pytest.mark.parametrize(
        ("delete", "sync", "linked"),
        [
            ("dont_delete", "new", ("g1", False)),
            ("dont_delete", "all", ("g1", True)),
            ("delete_google", "new", (False, False)),
            ("delete_google", "all", (False, True)),
            ("delete_odoo", "new", None),
            ("delete_odoo", "all", None),
            ("delete_both", "new", None),
            ("delete_both", "all", None),
        ],
    )
    async def test_policies(
        self, odoo: OdooDouble, alice: Client, bob: Client, admin: Client, delete: str, sync: str, linked: Any
    ) -> None:
        odoo.connect_google("alice")
        await self._reset(alice, bob, admin, delete, sync)
        assert await self._left(admin) == OTHERS | ({"linked": linked} if linked else {})
        gone = ["g1"] if delete in ("delete_google", "delete_both") else []
        assert odoo.database.google_deleted == gone

    async def test_tokens_go_but_the_sync_token_stays(
        self, odoo: OdooDouble, alice: Client, bob: Client, admin: Client
    ) -> None:
        odoo.connect_google("alice")
        await self._reset(alice, bob, admin, "dont_delete", "new")
        fields = ["google_calendar_rtoken", "google_calendar_token", "google_calendar_sync_token"]
        (row,) = await admin(USERS, "read", [alice.uid], fields)
        assert [row[name] for name in fields] == [False, False, "sync"]
        (settings,) = await admin("res.users.settings", "search", [["user_id", "=", alice.uid]])
        await admin("res.users.settings", "write", [settings], {fields[2]: False})
        assert (await admin(USERS, "read", [alice.uid], fields[2:]))[0][fields[2]] is False

    async def test_it_takes_a_token_and_an_administrator(self, alice: Client, admin: Client) -> None:
        await alice.event(google_id="g1")
        vals = {"user_id": alice.uid, "delete_policy": "delete_google"}
        assert await alice.refused(WIZARD, "create", vals) == "odoo.exceptions.AccessError"
        wizard = await admin(WIZARD, "create", vals)
        assert await admin.refused(WIZARD, "reset_account", [wizard]) == "builtins.AttributeError"
