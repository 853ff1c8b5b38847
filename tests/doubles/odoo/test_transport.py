"""How the server speaks: versions, logins, envelopes of errors, odd requests, and what the log calls them."""

from __future__ import annotations

import asyncio
import urllib.error
from typing import Any

import aiohttp
import odoorpc
import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client, logged_in


async def test_the_client_finds_the_version_by_itself(odoo: OdooDouble) -> None:
    host, port = odoo.url.removeprefix("http://").split(":")
    client = await asyncio.to_thread(odoorpc.ODOO, host, port=int(port))
    assert client.version == f"{odoo.version}.0"
    assert await asyncio.to_thread(client.db.list) == ["odoo"]
    assert odoo.log.counts() == {"version_info": 1, "db.list": 1}


async def test_the_client_browses_records_and_follows_relations(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event(name="Lunch")

    def browse() -> tuple[str, str, str]:
        record = alice.raw.env["calendar.event"].browse(event)
        return record.name, record.user_id.login, alice.raw.env.user.name

    assert await asyncio.to_thread(browse) == ("Lunch", "alice", "Alice")
    assert alice.raw.env.context == {"lang": "en_US", "tz": "Europe/Brussels", "uid": alice.uid}


async def test_a_wrong_password_is_false_at_login_and_denied_in_a_call(
    odoo: OdooDouble, alice: Client
) -> None:
    with pytest.raises(odoorpc.error.RPCError, match="Wrong login"):
        await asyncio.to_thread(alice.raw.login, "odoo", "alice", "wrong")
    with pytest.raises(odoorpc.error.RPCError) as caught:
        await asyncio.to_thread(alice.raw.login, "nodb", "alice", "alice")
    assert caught.value.info["data"]["name"] == "psycopg2.OperationalError"
    alice.raw._password = "wrong"
    assert await alice.refused("calendar.event", "search", []) == "odoo.exceptions.AccessDenied"


async def test_errors_of_the_application_come_with_status_200(odoo: OdooDouble, alice: Client) -> None:
    with pytest.raises(odoorpc.error.RPCError) as caught:
        await alice("calendar.event", "unlink", [99])
    error = caught.value.info
    assert error["code"] == (0 if odoo.version == 19 else 200)
    assert error["message"] == "Odoo Server Error"
    assert sorted(error["data"]) == ["arguments", "context", "debug", "message", "name"]
    assert str(caught.value) == error["data"]["message"]
    assert odoo.log.of("calendar.event.unlink")[0].status == 200


@pytest.mark.parametrize(
    ("model", "method", "args", "name"),
    [
        ("calendar.event", "nomethod", [[1]], "builtins.AttributeError"),
        ("calendar.event", "_private", [[1]], "odoo.exceptions.AccessError"),
        ("no.model", "search", [[]], "odoo.exceptions.UserError"),
        ("calendar.event", "write", [[1]], "builtins.TypeError"),
        ("calendar.event", "read", [], "builtins.IndexError"),
        ("ir.config_parameter", "search", [[]], "odoo.exceptions.AccessError"),
        ("ir.model.data", "search", [[]], "odoo.exceptions.AccessError"),
        ("calendar.event.type", "create", [{"name": "x"}], "odoo.exceptions.AccessError"),
        ("res.partner", "create", [{"name": "x"}], "odoo.exceptions.AccessError"),
        ("res.users", "write", [[2], {"tz": "UTC"}], "odoo.exceptions.AccessError"),
    ],
)
async def test_calls_that_go_nowhere(
    alice: Client, model: str, method: str, args: list[Any], name: str
) -> None:
    assert await alice.refused(model, method, *args) == name


async def test_exists_is_closed_to_clients_of_19(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event()
    if odoo.version == 19:
        assert await alice.refused("calendar.event", "exists", [event]) == "odoo.exceptions.AccessError"
    else:
        assert await alice("calendar.event", "exists", [event, 99]) == [event]


async def test_requests_that_are_no_json_rpc(odoo: OdooDouble) -> None:
    json_type = {"Content-Type": "application/json"}
    surrogate = (
        '{"jsonrpc": "2.0", "id": 1, "params": {"service": "common", "method": "login", '
        '"args": ["odoo", "\\ud800", "x"]}}'
    )
    wrong_type = 415 if odoo.version == 19 else 400
    async with aiohttp.ClientSession() as session:
        for body, headers, status in (
            ("{", json_type, 400),
            ("{}", json_type, 400),
            ("{}", {"Content-Type": "text/plain"}, wrong_type),
            (surrogate, json_type, 500),
        ):
            async with session.post(odoo.url + "/jsonrpc", data=body, headers=headers) as answer:
                assert (answer.status, answer.content_type) == (status, "text/html")
        for path in ("/web/version", "/json/version"):
            async with session.get(odoo.url + path) as answer:
                assert answer.status == (200 if odoo.version == 19 else 404)
                if odoo.version == 19:
                    assert (await answer.json())["version"] == "19.0"


async def test_the_log_tells_calls_apart(odoo18: OdooDouble) -> None:
    alice = await logged_in(odoo18, "alice")
    odoo18.log.clear()
    two = [{"name": n, "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"} for n in "ab"]
    ids = await alice("calendar.event", "create", two, context=QUIET)
    await alice("calendar.event", "write", ids, {"name": "c"})
    await alice("calendar.event", "read", ids[:1], ["name"])
    assert [(e.operation, e.write) for e in odoo18.log.entries] == [
        ("calendar.event.create", True),
        ("calendar.event.write", True),
        ("calendar.event.read", False),
    ]
    created, written, _ = (entry.detail for entry in odoo18.log.entries)
    assert created == {"db": "odoo", "uid": alice.uid, "rows": 2}
    assert written["ids"] == ids


async def test_faults_speak_odoos_language(odoo18: OdooDouble) -> None:
    alice = await logged_in(odoo18, "alice")
    odoo18.faults.add(operation="calendar.event.search", reason="odoo.exceptions.AccessError", message="no")
    assert await alice.refused("calendar.event", "search", []) == "odoo.exceptions.AccessError"
    odoo18.faults.add(operation="calendar.event.search", status=502)
    with pytest.raises(urllib.error.HTTPError) as caught:
        await alice("calendar.event", "search", [])
    with caught.value as answer:
        assert (answer.code, answer.headers.get_content_type()) == (502, "text/html")
    assert await alice("calendar.event", "search", []) == []


async def test_the_admin_interface_seeds_and_acts(odoo18: OdooDouble) -> None:
    admin = odoo18.url + "/_double/"
    event = {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"}
    call = {"login": "dora", "model": "calendar.event", "method": "create", "args": [event]}
    async with aiohttp.ClientSession() as session:
        async with session.post(admin + "users", json={"login": "dora", "api_key": "k"}) as answer:
            assert (await answer.json())["email"] == "dora@example.com"
        async with session.post(admin + "call", json=call) as answer:
            assert await answer.json() == {"result": 1}
        async with session.post(admin + "call", json={**call, "args": [{"name": False}]}) as answer:
            assert answer.status == 422
        async with session.get(admin + "state") as answer:
            assert (await answer.json())["models"]["calendar.event"][0]["name"] == "x"
        async with session.get(admin + "mails") as answer:
            assert await answer.json() == []
    assert odoo18.log.entries == []
