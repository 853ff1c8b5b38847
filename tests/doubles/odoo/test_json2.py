"""JSON-2 beyond what was recorded: the log, faults in its form, and servers that do not have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.doubles.odoo import OdooDouble, OdooError

EVENT = {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"}


class Caller:
    """Calls methods with the key of the service account."""

    def __init__(self, odoo: OdooDouble, session: aiohttp.ClientSession) -> None:
        self.odoo, self._session = odoo, session

    async def __call__(self, model: str, method: str, **named: Any) -> tuple[int, Any]:
        """Return status and JSON, or the page where there is none."""
        headers = {"Authorization": "Bearer svc-key", "X-Odoo-Database": self.odoo.db}
        url = f"{self.odoo.url}/json/2/{model}/{method}"
        async with self._session.post(url, json=named, headers=headers) as answer:
            if answer.content_type == "application/json":
                return answer.status, await answer.json()
            return answer.status, await answer.text()


@pytest.fixture
async def call(request: pytest.FixtureRequest) -> AsyncIterator[Caller]:
    """A caller of Odoo 19, or of the version that is asked for."""
    version = getattr(request, "param", 19)
    async with OdooDouble(version) as odoo, aiohttp.ClientSession() as session:
        odoo.add_user("svc", api_key="svc-key")
        yield Caller(odoo, session)


@pytest.mark.parametrize("call", [17, 18], indirect=True)
async def test_older_versions_have_no_json2(call: Caller) -> None:
    status, page = await call("res.users", "context_get")
    assert status == 404
    assert page.startswith("<!doctype html>")


async def test_the_log_tells_calls_apart_as_over_json_rpc(call: Caller) -> None:
    _, ids = await call("calendar.event", "create", vals_list=[EVENT, EVENT])
    await call("calendar.event", "write", ids=ids, vals={"name": "c"})
    await call("calendar.event", "read", ids=ids[0], fields=["name"])
    entries = [(entry.operation, entry.write, entry.status) for entry in call.odoo.log.entries]
    assert entries == [
        ("calendar.event.create", True, 200),
        ("calendar.event.write", True, 200),
        ("calendar.event.read", False, 200),
    ]
    created, written, read = (entry.detail for entry in call.odoo.log.entries)
    assert created == {"db": "odoo", "uid": call.odoo.users["svc"].id, "rows": 2}
    assert (written["ids"], read["ids"]) == (ids, ids[:1])


async def test_faults_speak_the_language_of_json2(call: Caller) -> None:
    for reason, status in (("odoo.exceptions.AccessError", 403), ("psycopg2.errors.DeadlockDetected", 500)):
        call.odoo.faults.add(operation="calendar.event.search", status=200, reason=reason)
        found, answer = await call("calendar.event", "search", domain=[])
        assert (found, answer["name"]) == (status, reason)
    call.odoo.faults.add(operation="calendar.event.search", status=502)
    found, page = await call("calendar.event", "search", domain=[])
    assert (found, page[:9]) == (502, "<!doctype")
    assert await call("calendar.event", "search", domain=[]) == (200, [])


async def test_a_call_without_ids_does_nothing_and_says_true(call: Caller) -> None:
    _, ids = await call("calendar.event", "create", vals_list=EVENT)
    nobody: list[dict[str, Any]] = [{"ids": []}, {}, {"ids": None}]
    for named in nobody:
        assert await call("calendar.event", "write", vals={"name": "y"}, **named) == (200, True)
        assert await call("calendar.event", "unlink", **named) == (200, True)
    _, rows = await call("calendar.event", "read", ids=ids, fields=["name"])
    assert rows == [{"id": ids[0], "name": "x"}]


async def test_a_call_is_one_transaction(call: Caller) -> None:
    status, error = await call("calendar.event", "create", vals_list=[EVENT, EVENT | {"name": False}])
    assert (status, error["name"]) == (422, "odoo.exceptions.ValidationError")
    assert await call("calendar.event", "search_count", domain=[]) == (200, 0)


async def test_a_key_that_has_ended_is_not_remembered(call: Caller) -> None:
    """Over JSON-RPC the server goes on from memory."""
    call.odoo.add_key("svc", secret="svc-key", expires=call.odoo.clock.now())
    keys = call.odoo.as_user("svc")
    keys.unlink("res.users.apikeys", keys.search("res.users.apikeys", [("expiration_date", "=", False)]))
    call.odoo.clock.advance(seconds=1)
    status, error = await call("res.users", "context_get")
    assert (status, error["name"]) == (401, "werkzeug.exceptions.Unauthorized")


async def test_an_older_write_of_events_calls_its_argument_values() -> None:
    """Seen on servers of 17 and 18: only by position it goes everywhere."""
    for version in (17, 18, 19):
        async with OdooDouble(version) as odoo:
            admin = odoo.as_user("admin")
            event = admin.create("calendar.event", EVENT)
            name = "vals" if version == 19 else "values"
            admin.call("calendar.event", "write", [event], **{name: {"name": "y"}})
            assert admin.read("calendar.event", event, ["name"])[0]["name"] == "y"
            wrong = "values" if version == 19 else "vals"
            with pytest.raises(OdooError, match="argument") as caught:
                admin.call("calendar.event", "write", [event], **{wrong: {"name": "z"}})
            assert caught.value.name == "builtins.TypeError"
            with pytest.raises(OdooError, match="tuple index out of range"):
                admin.call("calendar.event", "create", vals_list=[EVENT])
            assert len(admin.search("calendar.event")) == 1
