"""What the core asks of Odoo does the same over both ways, and is refused in the same words."""

from __future__ import annotations

from typing import Any

import pytest

from sync.errors import Gone, Rejected, RetryLater
from sync.odoo.client import OdooClient
from sync.odoo.gateway import Access
from sync.odoo.people import native_sync_active
from tests.doubles.odoo import OdooDouble
from tests.scenarios.conftest import Clients

EVENT = "calendar.event"
TIMES = {"start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00", "privacy": "public"}


@pytest.fixture(params=["jsonrpc", "json2"])
async def ours(request: pytest.FixtureRequest, odoo19: OdooDouble, client: Clients) -> OdooClient:
    """A client of Odoo 19 over either way."""
    return client(odoo19, api=request.param)


async def test_both_ways_do_the_same(ours: OdooClient, odoo19: OdooDouble) -> None:
    ids = await ours.create(EVENT, [{"name": name, **TIMES} for name in "ab"])
    assert await ours.create(EVENT, [{"name": "c", **TIMES}]) == [ids[-1] + 1]
    await ours.write(EVENT, ids, {"name": "d"})
    await ours.unlink(EVENT, [ids[-1] + 1])
    rows = await ours.search_read(EVENT, [("name", "=", "d")], ("name", "start"), limit=1)
    assert rows == [{"id": ids[0], "name": "d", "start": TIMES["start"]}]
    assert await ours.read(EVENT, [*ids, 999], ["name"]) == [{"id": one, "name": "d"} for one in ids]
    assert await ours.search(EVENT, [("id", "in", ids)]) == ids
    assert await ours.read(EVENT, [], ["name"]) == []
    assert not await native_sync_active(ours, 2)
    assert odoo19.mails == []
    [row] = await ours.read(EVENT, ids[:1], ["description"])
    assert row["description"] is False, "the quiet context went along: 19 adds people's addresses without it"


async def test_calls_without_ids_are_refused(ours: OdooClient, odoo19: OdooDouble) -> None:
    """Odoo would answer true and do nothing."""
    await ours.session()
    odoo19.log.clear()
    for call in (
        ours.write(EVENT, [], {"name": "x"}),
        ours.unlink(EVENT, []),
        ours.call(EVENT, "action_mass_deletion", ids=[], recurrence_update_setting="all_events"),
    ):
        with pytest.raises(ValueError, match="needs ids"):
            await call
    assert odoo19.log.entries == []


async def test_both_ways_say_no_in_the_same_words(ours: OdooClient, odoo19: OdooDouble) -> None:
    odoo19.add_user("alice")
    private = odoo19.as_user("alice").create(EVENT, {"name": "p", **TIMES, "privacy": "private"})
    [event] = await ours.create(EVENT, [{"name": "x", **TIMES}])
    with pytest.raises(Gone):
        await ours.write(EVENT, [event, 999], {"name": "x"})
    with pytest.raises(Rejected, match="odoo_forbids"):
        await ours.unlink(EVENT, [private])
    for vals in ({"name": False}, {"nope": 1}, {"show_as": "tentative"}, {"start": "2027-03-10T09:00Z"}):
        with pytest.raises(Rejected, match="odoo_refuses"):
            await ours.write(EVENT, [event], vals)
    for text in ("\ud800", "\x00"):
        with pytest.raises(Rejected, match="odoo_refuses"):
            await ours.create(EVENT, [{"name": text, **TIMES}])
    with pytest.raises(Rejected, match="odoo_refuses"):
        await ours.call("no.model", "search", domain=[])
    with pytest.raises(Rejected, match="odoo_refuses"):
        await ours.call(EVENT, "no_method", ids=[event])
    with pytest.raises(Rejected, match="odoo_refuses"):
        await ours.call(EVENT, "search", domain=[], nope=1)


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        ({"status": 502}, 3),
        ({"drop": "before"}, 3),
        ({"cut_body": 1}, 3),
        ({"body": "<html>captive portal</html>"}, 3),
        ({"reason": "psycopg2.errors.SerializationFailure"}, 3),
        ({"status": 503, "headers": {"Retry-After": "60"}}, 1),
        ({"reason": "odoo.exceptions.AccessError"}, 1),
    ],
)
async def test_reads_are_repeated_shortly_and_creates_never(
    ours: OdooClient, odoo19: OdooDouble, fault: dict[str, Any], tries: int
) -> None:
    await ours.session()
    planned = odoo19.faults.add(operation=f"{EVENT}.*", times=None, **fault)
    with pytest.raises((RetryLater, Rejected)):
        await ours.search(EVENT, [])
    assert planned.hits == tries
    with pytest.raises((RetryLater, Rejected)):
        await ours.create(EVENT, [{"name": "x", **TIMES}])
    assert planned.hits == tries + 1


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(Access("https://odoo.example.com", "company", "svc", "secret"))
