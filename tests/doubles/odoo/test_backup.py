"""A database set back to a copy, another database in its place, and rows that a rule keeps from a user."""

from __future__ import annotations

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import Client, logged_in

EVENT = "calendar.event"


async def test_a_database_set_back_knows_nothing_of_what_came_later(odoo18: OdooDouble, svc: Client) -> None:
    alice = await logged_in(odoo18, "alice")
    kept, deleted = await alice.event(name="before"), await alice.event(name="brought back")
    copy = odoo18.back_up()
    before = await alice.read(kept, "name", "write_date")
    odoo18.clock.advance(minutes=5)
    await alice(EVENT, "write", [kept], {"name": "after"})
    await alice(EVENT, "unlink", [deleted])
    later = await alice.event(name="later", partner_ids=[[6, 0, [svc.partner_id]]])
    odoo18.restore(copy)
    assert await alice.read(kept, "name", "write_date") == before
    assert await alice(EVENT, "search", []) == [kept, deleted]
    assert await alice("calendar.attendee", "search", [["event_id", "=", later]]) == []
    assert await alice.event(name="new") == later, "sequences are in a backup, too"


async def test_a_copy_can_be_restored_twice(odoo18: OdooDouble) -> None:
    alice = await logged_in(odoo18, "alice")
    event = await alice.event(name="before")
    copy = odoo18.back_up()
    for _ in range(2):
        await alice(EVENT, "write", [event], {"name": "after"})
        odoo18.restore(copy)
        assert (await alice.read(event, "name"))["name"] == "before"


async def test_passwords_and_keys_go_back_too(odoo18: OdooDouble) -> None:
    copy = odoo18.back_up()
    odoo18.add_key("svc", secret="later")
    odoo18.restore(copy)
    assert odoo18.database.secrets.login("svc", "later") is None
    assert odoo18.database.secrets.login("svc", "svc-key")


async def test_a_database_has_a_name_of_its_own_that_administrators_read(
    odoo: OdooDouble, admin: Client, svc: Client
) -> None:
    before = odoo.uuid
    assert await admin("ir.config_parameter", "get_param", "database.uuid") == before
    assert OdooDouble().uuid != before
    odoo.uuid = "another"
    assert await admin("ir.config_parameter", "get_param", "database.uuid") == "another"
    refused = await svc.refused("ir.config_parameter", "get_param", "database.uuid")
    assert refused == "odoo.exceptions.AccessError"


async def test_rows_kept_back_by_a_rule_are_not_found_and_refuse_to_be_read(
    odoo: OdooDouble, alice: Client, svc: Client
) -> None:
    kept_back, open_one, gone = [await alice.event() for _ in range(3)]
    await alice(EVENT, "unlink", [gone])
    odoo.keep_back("svc", EVENT, [kept_back])
    assert await svc(EVENT, "search", []) == [open_one]
    assert await svc(EVENT, "read", [open_one, gone], ["write_date"])
    for ids in ([kept_back], [open_one, kept_back, gone]):
        assert await svc.refused(EVENT, "read", ids, ["id"]) == "odoo.exceptions.AccessError"
    assert await svc.refused(EVENT, "write", [kept_back], {}) == "odoo.exceptions.AccessError"
    assert await alice(EVENT, "search", []) == [kept_back, open_one]
    if odoo.version < 19:
        assert await svc(EVENT, "exists", [kept_back, open_one, gone]) == [kept_back, open_one]
    odoo.keep_back("svc", EVENT, [])
    assert await svc(EVENT, "search", []) == [kept_back, open_one]


async def test_an_id_alone_is_read_without_a_look(odoo: OdooDouble, alice: Client) -> None:
    event, gone = await alice.event(), await alice.event()
    await alice(EVENT, "unlink", [gone])
    assert await alice(EVENT, "read", [event, gone], ["id"]) == [{"id": event}, {"id": gone}]
    assert [row["id"] for row in await alice(EVENT, "read", [event, gone], ["write_date"])] == [event]
