"""Passwords and API keys: several at a time, their expiry, and the cache that outlives it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import odoorpc
import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import Client, logged_in


async def _login(odoo: OdooDouble, client: Client, secret: str) -> bool:
    try:
        await asyncio.to_thread(client.raw.login, odoo.db, "alice", secret)
    except odoorpc.error.RPCError:
        return False
    return True


async def test_password_and_every_key_open_the_account(odoo: OdooDouble, alice: Client) -> None:
    keys = [odoo.add_key("alice"), odoo.add_key("alice", name="second")]
    for secret in ("alice", *keys):
        assert await _login(odoo, alice, secret)
        assert await alice("calendar.event", "search", []) == []
    own = await alice("res.users.apikeys", "search_read", [], ["name"])
    assert [row["name"] for row in own] == ["key", "second"]


async def test_a_removed_key_stops_at_once(odoo: OdooDouble, alice: Client) -> None:
    key = odoo.add_key("alice")
    assert await _login(odoo, alice, key)
    ids = await alice("res.users.apikeys", "search", [])
    await alice("res.users.apikeys", "unlink", ids)
    assert await alice.refused("calendar.event", "search", []) == "odoo.exceptions.AccessDenied"


async def test_keys_of_others_are_not_shown(odoo: OdooDouble, alice: Client, admin: Client) -> None:
    assert await alice("res.users.apikeys", "search", []) == []
    (key,) = await admin("res.users.apikeys", "search", [])
    assert await alice.refused("res.users.apikeys", "unlink", [key]) == "odoo.exceptions.AccessError"


async def test_an_expired_key_fails_at_login_but_lives_on_in_the_cache(odoo18: OdooDouble) -> None:
    soon = odoo18.clock.now() + timedelta(days=1)
    key = odoo18.add_key("alice", expires=soon)
    alice = await logged_in(odoo18, "alice")
    admin = await logged_in(odoo18, "admin")
    assert await _login(odoo18, alice, key)
    (row,) = await alice("res.users.apikeys", "search_read", [], ["expiration_date"])
    assert row["expiration_date"] == f"{soon:%Y-%m-%d %H:%M:%S}"
    odoo18.clock.advance(days=2)
    assert not await _login(odoo18, alice, key)
    assert await alice("calendar.event", "search", []) == []
    await admin("ir.config_parameter", "set_param", "any", "thing")
    assert await alice.refused("calendar.event", "search", []) == "odoo.exceptions.AccessDenied"


async def test_keys_of_17_never_expire() -> None:
    async with OdooDouble(17) as odoo:
        odoo.add_user("alice")
        key = odoo.add_key("alice", expires=odoo.clock.now() + timedelta(days=1))
        odoo.clock.advance(days=400)
        alice = await logged_in(odoo, "alice")
        assert await _login(odoo, alice, key)
        assert "expiration_date" not in await alice("res.users.apikeys", "fields_get")


@pytest.mark.parametrize("active", [False, True])
async def test_an_archived_user_cannot_log_in(odoo18: OdooDouble, active: bool) -> None:
    alice, admin = await logged_in(odoo18, "alice"), await logged_in(odoo18, "admin")
    await admin("res.users", "write", [alice.uid], {"active": active})
    assert await _login(odoo18, alice, "alice") is active
