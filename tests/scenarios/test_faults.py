"""Google and Odoo fail in every way the facts know of; afterwards both calendars agree, nothing doubled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.busy import HOUR, NOON, assert_settled, get_busy, make_in_odoo
from tests.world import ALERTS, World

pytestmark = pytest.mark.on_real_odoo

GOOGLE: dict[str, dict[str, Any]] = {
    "rate limit 403": dict(operation="calendar.*", status=403, reason="rateLimitExceeded", times=3),
    "rate limit on a write": dict(operation="*.patch", status=403, reason="userRateLimitExceeded"),
    "429 with Retry-After": dict(operation="calendar.*", status=429, headers={"Retry-After": "7"}, times=3),
    "quota exceeded": dict(operation="*.insert", status=403, reason="quotaExceeded"),
    "500": dict(operation="calendar.*", status=500, reason="backendError", times=9),
    "503 after the write": dict(operation="calendar.*", status=503, after=True, times=7, skip=1),
    "HTML error page": dict(operation="calendar.*", status=502, body="<html>Bad gateway</html>", times=4),
    "200 with HTML": dict(operation="calendar.*", body="<html>captive portal</html>", times=4),
    "truncated JSON": dict(operation="calendar.*", cut_body=40, times=4),
    "connection lost before": dict(operation="calendar.*", drop="before", times=4),
    "insert done, answer lost": dict(operation="*.insert", drop="after", times=2),
    "patch done, answer lost": dict(operation="*.patch", drop="after", times=2),
    "delete done, answer lost": dict(operation="*.delete", drop="after", times=2),
    "sync token expired": dict(operation="*.list", status=410, reason="fullSyncRequired"),
    "412 once": dict(operation="*.patch", status=412, reason="conditionNotMet"),
    "401 once": dict(operation="*.list", status=401, reason="authError"),
    "token endpoint down": dict(operation="oauth.token", status=503, body="<html>", times=4),
}
READ_ONLY = "psycopg2.errors.ReadOnlySqlTransaction"
BUSY_DATABASE = "psycopg2.errors.SerializationFailure"
ODOO: dict[str, dict[str, Any]] = {
    "down": dict(operation="*", drop="before", times=12),
    "500 page": dict(operation="calendar.event.*", status=500, times=4),
    "gateway error after create": dict(operation="*.create", status=504, after=True),
    "create done, answer lost": dict(operation="*.create", drop="after", times=2),
    "create never arrived": dict(operation="*.create", drop="before", times=2),
    "write done, answer lost": dict(operation="*.write", drop="after", times=2),
    "serialization failure": dict(operation="*.write", status=200, reason=BUSY_DATABASE, times=4),
    "access denied": dict(operation="*.*", status=200, reason="odoo.exceptions.AccessDenied", times=2),
    "poll lost": dict(operation="calendar.event.search_read", drop="before", times=3),
    "truncated answer": dict(operation="*.read", cut_body=30, times=3),
}


@pytest.mark.parametrize("fault", GOOGLE.values(), ids=GOOGLE.keys())
async def test_google_fails_and_recovers(connected: World, fault: dict[str, Any]) -> None:
    await get_busy(connected)
    if fault["operation"] == "oauth.token":
        connected.running.grants.forget((await connected.account("alice")).id)
    planned = connected.google.faults.add(**fault)
    await connected.sync("alice")
    assert planned.hits > 0, "the fault was never met"
    connected.google.faults.clear()
    await assert_settled(connected)


@pytest.mark.parametrize("fault", ODOO.values(), ids=ODOO.keys())
async def test_odoo_fails_and_recovers(connected: World, fault: dict[str, Any]) -> None:
    await get_busy(connected)
    planned = connected.odoo.faults.add(**fault)
    await connected.sync("alice")
    assert planned.hits > 0, "the fault was never met"
    connected.odoo.faults.clear()
    await assert_settled(connected)


async def test_a_rate_limited_edit_is_not_lost(connected: World) -> None:
    """What Odoo's own addon loses for good after one 403 or 429."""
    event_id = make_in_odoo(connected, "alice", "Old")
    await connected.sync("alice")
    connected.odoo.as_user("alice").write("calendar.event", event_id, {"name": "New"})
    connected.google.faults.add(operation="calendar.events.patch", status=429, reason="rateLimitExceeded")
    assert (await connected.sync("alice")).code == "google_rate_limit"
    assert (await connected.account("alice")).failures == 1
    assert (await connected.sync("alice")).code == "google_rate_limit", "it asks before the pause is over"
    connected.advance(minutes=2)
    assert (await connected.sync("alice")).counts == {"edited_in_odoo": 1}
    connected.assert_agree("alice")


async def test_a_captive_portal_does_not_pass_for_a_deletion(connected: World) -> None:
    """It answers 200 to everything; a deletion that Google carried out brings 204 and nothing else."""
    event_id = make_in_odoo(connected, "alice", "Going")
    await connected.sync("alice")
    connected.odoo.as_user("alice").unlink("calendar.event", event_id)
    connected.google.faults.add(operation="*.delete", status=200, body="<html>captive portal</html>", times=3)
    assert (await connected.sync("alice")).counts == {"parked": 1}
    connected.advance(hours=7)
    assert (await connected.sync("alice")).counts == {"deleted_in_odoo": 1}
    assert connected.google_events("alice") == []


@pytest.mark.parametrize("act", ["deleted", "edited"])
@pytest.mark.parametrize("reason", [READ_ONLY, "odoo.exceptions.AccessError"])
async def test_news_of_google_that_odoo_did_not_take_are_not_forgotten(
    connected: World, act: str, reason: str
) -> None:
    """The event was set aside as Odoo's, and tried again without a look at Google, which tells news once."""
    google = connected.in_google("alice")
    item = google.create("Old", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    if act == "deleted":
        google.delete(item["id"])
    else:
        google.patch(item["id"], summary="New")
    connected.odoo.faults.add(operation="*.write", status=200, reason=reason, times=None)
    assert (await connected.sync("alice")).counts == {"parked": 1}
    connected.odoo.faults.clear()
    connected.advance(minutes=30)
    assert (await connected.sync("alice")).counts == {f"{act}_in_google": 1}
    assert [event.title for event in connected.odoo_events("alice")] == ([] if act == "deleted" else ["New"])
    connected.assert_agree("alice")


async def test_retry_after_is_waited_for(connected: World) -> None:
    connected.google.faults.add(operation="calendar.events.list", status=429, headers={"Retry-After": "600"})
    await connected.sync("alice")
    account = await connected.account("alice")
    assert account.next_run_at
    assert (account.next_run_at - connected.clock.now()).total_seconds() > 590


async def test_the_daily_limit_is_an_alert_and_ends_by_itself(connected: World) -> None:
    connected.google.faults.add(operation="calendar.*", status=403, reason="dailyLimitExceeded")
    assert (await connected.sync("alice")).code == "google_daily_limit"
    admin = connected.in_slack("carol")
    await admin.see("Google's daily limit is reached", channel=ALERTS)
    connected.advance(hours=2)
    assert (await connected.sync("alice")).code == "ok"
    await admin.see("Resolved", channel=ALERTS)


async def test_a_calendar_that_is_switched_off_deletes_nothing_in_odoo(connected: World) -> None:
    """To Google's API a missing calendar and a missing event look the same."""
    make_in_odoo(connected, "alice", "Here")
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "id")
    connected.odoo.as_user("alice").write("calendar.event", row["id"], {"name": "Still here"})
    connected.google.faults.add(operation="calendar.*", status=404, reason="notFound", times=None, skip=1)
    assert (await connected.sync("alice")).code == "calendar_gone"
    assert [event.title for event in connected.odoo_events("alice")] == ["Still here"]
    connected.google.faults.clear()
    connected.advance(hours=1)
    assert (await connected.sync("alice")).code == "ok"
    connected.assert_agree("alice")


async def test_after_410_a_deletion_in_the_gap_is_found_and_nothing_else_deleted(connected: World) -> None:
    google = connected.in_google("alice")
    items = [google.create(f"Event {n}", start=NOON, end=NOON + HOUR) for n in range(5)]
    await connected.sync("alice")
    google.delete(items[0]["id"])
    connected.google.faults.add(operation="calendar.events.list", status=410, reason="fullSyncRequired")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"deleted_in_google": 1}
    assert len(connected.odoo_events("alice")) == 4


async def test_an_event_outside_the_window_is_not_deleted_after_410(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create("Far", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    far = NOON.replace(year=NOON.year + 5)
    google.patch(item["id"], start=far, end=far + HOUR)
    connected.google.faults.add(operation="calendar.events.list", status=410, reason="fullSyncRequired")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"edited_in_google": 1}
    connected.assert_agree("alice")


async def test_a_revoked_grant_asks_to_reconnect_once_and_loses_nothing(connected: World) -> None:
    make_in_odoo(connected, "alice", "Before")
    await connected.sync("alice")
    connected.google.faults.add(operation="oauth.token", status=400, reason="invalid_grant", times=None)
    connected.running.grants.forget((await connected.account("alice")).id)
    outcome = await connected.sync("alice")
    assert outcome.code == "grant_dead"
    alice = connected.in_slack("alice")
    await alice.see("Google no longer accepts our connection")
    make_in_odoo(connected, "alice", "Meanwhile")
    assert (await connected.sync("alice")).code == "not_connected"
    connected.google.faults.clear()
    await connected.connect("alice")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1}
    connected.assert_agree("alice")


@pytest.mark.on_real_odoo(False)  # it takes no orders about transactions
async def test_a_late_row_with_an_early_date_is_not_missed(connected: World) -> None:
    """Odoo stamps rows with the start of their transaction; a slow one commits behind the watermark."""
    started = connected.odoo.clock.now()
    make_in_odoo(connected, "alice", "Quick")
    connected.advance(seconds=90)
    await connected.sync("alice")
    with connected.odoo.transaction(started):
        make_in_odoo(connected, "alice", "Slow")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1}


async def test_two_edits_within_one_second_both_arrive(connected: World) -> None:
    """Their write_date reads the same, so it cannot tell them apart."""
    connected.odoo.clock.set(connected.odoo.clock.now(), frozen=True)
    event_id = make_in_odoo(connected, "alice", "One")
    await connected.sync("alice")
    connected.odoo.as_user("alice").write("calendar.event", event_id, {"name": "Two"})
    await connected.sync("alice")
    assert [event.title for event in connected.google_events("alice")] == ["Two"]


async def test_a_create_that_commits_after_we_gave_up_is_taken_back(connected: World) -> None:
    """The answer of a create is lost, a search finds nothing, it is repeated, then the first one commits."""
    connected.in_google("alice").create("Once", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    [row] = connected.odoo.events("alice", "access_token", "user_id", "partner_ids")
    late = {"access_token": row["access_token"], "user_id": row["user_id"][0]}
    make_in_odoo(connected, "svc", "Once", **late, partner_ids=[[6, 0, row["partner_ids"]]])
    outcome = await connected.sync("alice")
    assert outcome.counts == {"own_duplicate": 1}
    assert [event.title for event in connected.odoo_events("alice")] == ["Once"]
    connected.assert_agree("alice")
