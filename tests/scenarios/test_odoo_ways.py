"""Which way to Odoo is taken, what a refusal is called, and when a key's end is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from sync.clock import Clock
from sync.errors import Misconfigured, RetryLater
from sync.odoo.client import OdooClient
from tests.clock import TestClock
from tests.doubles.odoo import OdooDouble
from tests.scenarios.conftest import Clients

EVENT = "calendar.event"


@pytest.fixture(params=[17, 18, 19])
async def odoo(request: pytest.FixtureRequest) -> AsyncIterator[OdooDouble]:
    """Each version in turn."""
    async with OdooDouble(request.param) as double:
        double.add_user("svc", api_key="svc-key")
        yield double


async def refused(client: OdooClient) -> tuple[str, str]:
    """Return code and detail of the refusal to log in."""
    with pytest.raises(Misconfigured) as caught:
        await client.session()
    return caught.value.code, caught.value.detail


# --- the way


async def way(client: OdooClient) -> str:
    return (await client.connection()).gateway.api


async def test_json2_is_taken_where_it_is_offered(odoo: OdooDouble, client: Clients) -> None:
    assert await way(client(odoo)) == ("json2" if odoo.version == 19 else "jsonrpc")
    assert await way(client(odoo, api="jsonrpc")) == "jsonrpc"
    assert await client(odoo).server_version() == f"{odoo.version}.0"
    assert await client(odoo).session() == (odoo.users["svc"].id, odoo.version)


async def test_json2_cannot_be_forced_on_an_older_odoo(odoo: OdooDouble, client: Clients) -> None:
    forced = client(odoo, api="json2")
    if odoo.version == 19:
        assert await way(forced) == "json2"
    else:
        assert (await refused(forced))[0] == "odoo_json2_missing"


async def test_a_server_that_is_down_decides_nothing(odoo: OdooDouble, client: Clients) -> None:
    calm = client(odoo)
    fault = odoo.faults.add(operation="*", drop="before", times=None)
    for status in (None, 500, 502):
        fault.status, fault.drop = status, None if status else "before"
        with pytest.raises(RetryLater):
            await calm.session()
    odoo.faults.clear()
    assert await way(calm) == ("json2" if odoo.version == 19 else "jsonrpc")


async def test_all_who_wait_share_one_login(odoo: OdooDouble, client: Clients) -> None:
    ours = client(odoo)
    hold = asyncio.Event()
    fault = odoo.faults.add(operation="*", hold=hold)
    calls = [asyncio.create_task(ours.search(EVENT, [])) for _ in range(5)]
    await fault.struck.wait()
    calls[0].cancel()  # one who gives up does not spoil it for the others
    hold.set()
    assert (await asyncio.gather(*calls, return_exceptions=True))[1:] == [[]] * 4
    logins = "res.users.context_get" if odoo.version == 19 else "common.login"
    assert odoo.log.count(logins) == 1


async def test_all_who_wait_share_one_refusal(odoo: OdooDouble, client: Clients) -> None:
    ours = client(odoo, "wrong")
    refusals = await asyncio.gather(*(ours.search(EVENT, []) for _ in range(5)), return_exceptions=True)
    assert {str(one) for one in refusals} == {"odoo_login_refused: svc"}
    assert odoo.log.count("common.login") == 1


async def test_closing_gives_up_a_login(odoo19: OdooDouble, client: Clients) -> None:
    ours = client(odoo19)
    hold = asyncio.Event()
    fault = odoo19.faults.add(operation="*", hold=hold)
    waiting = asyncio.create_task(ours.session())
    await fault.struck.wait()
    await ours.close()
    hold.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_proxy_without_a_server_behind_it_decides_nothing(
    odoo19: OdooDouble, client: Clients
) -> None:
    """Some answer 404 in plain text then, which must not be taken for an Odoo without JSON-2."""
    calm = client(odoo19, api="json2")
    odoo19.faults.add(
        operation="*", status=404, body="404 page not found", content_type="text/plain", times=None
    )
    with pytest.raises(RetryLater):
        await calm.session()
    odoo19.faults.clear()
    assert await way(calm) == "json2"


async def test_a_proxy_that_hides_the_version_leaves_json_rpc(odoo19: OdooDouble, client: Clients) -> None:
    odoo19.faults.add(operation="/web/version", status=403, times=None)
    assert await way(client(odoo19)) == "jsonrpc"


async def test_something_else_that_answers_is_not_taken_for_odoo(odoo: OdooDouble, client: Clients) -> None:
    for body in ("<html>Sign in to the hotel's network</html>", "[]", '{"version": 19}', "null"):
        odoo.faults.add(operation="*", body=body, status=200, times=None)
        with pytest.raises(RetryLater):
            await client(odoo).session()
        odoo.faults.clear()


@pytest.mark.parametrize("api", ["auto", "jsonrpc", "json2"])
async def test_an_address_that_leads_elsewhere_is_named(client: Clients, api: str) -> None:
    """A redirected POST would arrive as a GET without its body; http in place of https is a common slip."""

    async def moved(request: web.Request) -> web.Response:
        raise web.HTTPMovedPermanently(f"https://odoo.example.com{request.path}")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", moved)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        lost = OdooClient(url, "odoo", "svc", "key", Clock(), api)  # type: ignore[arg-type]
        client.made.append(lost)
        code, detail = await refused(lost)
    finally:
        await runner.cleanup()
    assert code == "odoo_moved"
    assert detail.startswith("https://odoo.example.com/")


# --- refusals


async def test_a_wrong_key_a_wrong_login_and_a_wrong_database(odoo: OdooDouble, client: Clients) -> None:
    assert await refused(client(odoo, "wrong")) == ("odoo_login_refused", "svc")
    assert await refused(client(odoo, database="nope")) == ("odoo_database_unknown", "nope")
    odoo.add_user("other", api_key="other-key")
    code, detail = await refused(client(odoo, "other-key"))
    by_json2 = odoo.version == 19
    assert (code, detail) == (("odoo_key_of_other", "other") if by_json2 else ("odoo_login_refused", "svc"))


async def test_a_password_goes_by_json_rpc_and_is_told(odoo: OdooDouble, client: Clients) -> None:
    found = await client(odoo, "svc").connection()
    assert (found.gateway.api, found.password) == ("jsonrpc", odoo.version == 19)
    assert found.version.major == odoo.version


async def test_json2_alone_does_not_take_a_password(odoo19: OdooDouble, client: Clients) -> None:
    assert await refused(client(odoo19, "svc", api="json2")) == ("odoo_needs_key", "svc")
    assert await refused(client(odoo19, "wrong", api="json2")) == ("odoo_login_refused", "svc")


async def test_a_later_odoo_without_json_rpc_refuses_a_password(odoo19: OdooDouble, client: Clients) -> None:
    odoo19.faults.add(operation="common.login", status=404, times=None)
    assert await refused(client(odoo19, "svc")) == ("odoo_login_refused", "svc")


async def test_trouble_while_a_password_is_tried_is_no_refusal(odoo19: OdooDouble, client: Clients) -> None:
    odoo19.faults.add(operation="common.login", status=502, times=None)
    with pytest.raises(RetryLater):
        await client(odoo19, "svc").session()


# --- the end of a key


def ends(odoo: OdooDouble, **ahead: float) -> datetime:
    return (odoo.clock.now() + timedelta(**ahead)).replace(microsecond=0)


async def test_the_soonest_end_of_our_keys_is_known(odoo: OdooDouble, client: Clients) -> None:
    odoo.add_user("other")
    odoo.add_key("other", expires=ends(odoo, days=1))
    odoo.add_key("svc", expires=ends(odoo, days=-1))
    soon = ends(odoo, days=30)
    key = odoo.add_key("svc", expires=soon)
    odoo.add_key("svc", expires=ends(odoo, days=60))
    ours = client(odoo, key)
    assert ours.key_expires() is None
    await ours.session()
    assert ours.key_expires() == (soon if odoo.version >= 18 else None)
    assert ours.key_warning() is None


async def test_keys_without_an_end_have_none(odoo: OdooDouble, client: Clients) -> None:
    ours = client(odoo)
    await ours.session()
    assert (ours.key_expires(), ours.key_warning()) == (None, None)


@pytest.mark.parametrize(("days", "warned"), [(13, True), (15, False)])
async def test_two_weeks_before_the_end_there_is_a_warning(
    odoo19: OdooDouble, client: Clients, days: int, warned: bool
) -> None:
    key = odoo19.add_key("svc", expires=ends(odoo19, days=days))
    ours = client(odoo19, key)
    await ours.session()
    warning = ours.key_warning()
    assert (warning is not None) is warned
    if warning:
        assert (warning.code, warning.detail) == (
            "odoo_key_ends_soon",
            f"{ends(odoo19, days=days):%Y-%m-%d}",
        )


async def test_a_key_that_ended_is_told_from_one_that_was_removed(odoo: OdooDouble, client: Clients) -> None:
    clock = TestClock()
    key = odoo.add_key("svc", expires=ends(odoo, days=10))
    ours = client(odoo, key, clock=clock)
    await ours.search(EVENT, [])
    for one in (odoo.clock, clock):
        one.advance(days=11)
    odoo.database.secrets.forget_checks()  # over JSON-RPC the server may go on from memory until then
    if odoo.version == 17:
        await ours.search(EVENT, [])  # keys of 17 do not end
        return
    for _ in range(2):
        with pytest.raises(Misconfigured) as caught:
            await ours.search(EVENT, [])
        assert (caught.value.code, caught.value.detail) == ("odoo_key_expired", "svc")


async def test_a_key_that_was_removed_is_refused_until_it_is_replaced(
    odoo: OdooDouble, client: Clients
) -> None:
    key = odoo.add_key("svc", name="removed", expires=ends(odoo, days=10))
    ours = client(odoo, key)
    await ours.search(EVENT, [])
    actor = odoo.as_user("svc")
    actor.unlink("res.users.apikeys", actor.search("res.users.apikeys", [("name", "=", "removed")]))
    with pytest.raises(Misconfigured, match="odoo_login_refused"):
        await ours.search(EVENT, [])
    odoo.add_key("svc", secret=key)
    assert await ours.search(EVENT, []) == []


async def test_odoos_clock_decides_whether_a_key_has_ended(odoo19: OdooDouble, client: Clients) -> None:
    key = odoo19.add_key("svc", expires=ends(odoo19, days=10))
    ours = client(odoo19, key)  # our own clock stands ten days back in the end
    await ours.session()
    odoo19.clock.advance(days=11)
    with pytest.raises(Misconfigured, match="odoo_key_expired"):
        await ours.search(EVENT, [])
    assert timedelta(days=10, hours=23) < ours.skew < timedelta(days=11, hours=1)
