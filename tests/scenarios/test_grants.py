"""Grants that end: told once with the likely cause; trouble of Google's or ours ends none."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.notify import likely_cause
from sync.errors import Misconfigured, NeedsReconnect, RetryLater
from sync.store import accounts
from sync.store.accounts import AccountState
from tests.scenarios.busy import make_in_odoo
from tests.scenarios.linking import PRIVATE, browser, code_on, follow, grants_of, link
from tests.world import World, unasked

DAY = timedelta(days=1)


async def lose_the_access_token(world: World) -> int:
    """Let the next call of Google need a fresh token, and return alice's account."""
    account_id = (await world.account("alice")).id
    world.running.grants.forget(account_id)
    return account_id


async def told(world: World) -> list[str]:
    """Return what alice was told of a connection that ended."""
    messages = world.in_slack("alice").screen().messages
    return [one.text for one in messages if "no longer accepts" in one.text]


async def test_a_dead_grant_is_told_once_and_nothing_is_forgotten(connected: World) -> None:
    connected.google.grants.revoke_all("alice@example.com")
    await lose_the_access_token(connected)
    for _ in range(3):
        await connected.sync("alice")
    [text] = await told(connected)
    assert "Likely cause: calsync was removed" in text
    account = await connected.account("alice")
    assert account.state is AccountState.RECONNECT
    assert account.google_email == "alice@example.com"


async def test_after_seven_days_in_testing_the_publishing_status_is_named(world: World) -> None:
    world.google.project.publishing = "testing"
    world.google.project.test_users = {"alice@example.com"}
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        world.advance(days=7, minutes=1)
        await world.sync("alice")
        [text] = await told(world)
        assert "publishing status is still Testing" in text


async def test_what_the_administrator_blocked_is_named(connected: World) -> None:
    connected.google.people["alice@example.com"].owner.domain = "example.com"
    connected.google.project.blocked_by_admin.add("example.com")
    await lose_the_access_token(connected)
    await connected.sync("alice")
    [text] = await told(connected)
    assert "the Workspace administrator does not let calsync in" in text


@pytest.mark.parametrize(
    ("detail", "given", "ends", "used", "cause"),
    [
        ("invalid_grant", 7.1 * DAY, None, 7 * DAY, "cause.testing"),
        ("invalid_grant", 7.0 * DAY, None, 7 * DAY, "cause.testing"),
        ("invalid_grant", 6.9 * DAY, None, DAY, "cause.revoked"),
        ("invalid_grant", 8 * DAY, None, DAY, "cause.revoked"),
        ("invalid_grant", 30 * DAY, DAY, 20 * DAY, "cause.testing"),
        ("invalid_grant", 5 * DAY, -DAY, DAY, "cause.revoked"),
        ("invalid_grant", 400 * DAY, None, 182 * DAY, "cause.unused"),
        ("invalid_grant", 400 * DAY, None, 181 * DAY, "cause.revoked"),
        ("invalid_grant", 400 * DAY, None, None, "cause.unused"),
        ("invalid_grant", 2 * DAY, None, 300 * DAY, "cause.revoked"),
        ("admin_policy_enforced", 7.1 * DAY, None, DAY, "cause.policy"),
    ],
)
def test_the_likely_cause(
    detail: str, given: timedelta, ends: timedelta | None, used: timedelta | None, cause: str
) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    granted = (now - given, now - ends if ends else None)
    assert likely_cause(detail, granted, now - used if used else None, now) == cause
    assert likely_cause("invalid_grant", None, None, now) == "cause.revoked"


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"drop": "before"}, {"drop": "after"}])
async def test_trouble_of_google_ends_no_grant(connected: World, fault: dict[str, Any]) -> None:
    account_id = await lose_the_access_token(connected)
    struck = connected.google.faults.add(operation="oauth.token", times=None, **fault)
    with pytest.raises(RetryLater):
        await connected.running.grants.access_token(account_id)
    assert (await connected.sync("alice")).error.__class__ is RetryLater
    connected.google.faults.remove(struck)
    assert (await connected.sync("alice")).code == "ok"
    assert await told(connected) == []


@pytest.mark.parametrize("wrong", [{"client_secret": "changed"}, {"deleted": True}])
async def test_a_refused_client_ends_no_grant(connected: World, wrong: dict[str, Any]) -> None:
    """A mistake of the administrator's: nobody has to connect again when it is mended."""
    account_id = await lose_the_access_token(connected)
    project = connected.google.project
    before = {name: getattr(project, name) for name in wrong}
    for name, value in wrong.items():
        setattr(project, name, value)
    with pytest.raises(Misconfigured):
        await connected.running.grants.access_token(account_id)
    await connected.sync("alice")
    assert (await connected.account("alice")).state is AccountState.CONNECTED
    for name, value in before.items():
        setattr(project, name, value)
    assert (await connected.sync("alice")).code == "ok"


async def test_a_token_is_renewed_ahead_of_its_end_and_once_for_all_who_ask(connected: World) -> None:
    account_id = (await connected.account("alice")).id
    connected.advance(minutes=57)
    connected.google.log.clear()
    grants = connected.running.grants
    tokens = await asyncio.gather(*(grants.access_token(account_id) for _ in range(5)))
    assert len(set(tokens)) == 1
    assert connected.google.log.count("oauth.token") == 1


async def test_connecting_again_revives_a_dead_grant(connected: World) -> None:
    connected.google.grants.revoke_all("alice@example.com")
    account_id = await lose_the_access_token(connected)
    await connected.sync("alice")
    with pytest.raises(NeedsReconnect):
        await connected.running.grants.access_token(account_id)
    with unasked():
        async with browser() as person:
            assert "Connected" in await follow(person, await link(connected), "alice@example.com")
    assert (await connected.sync("alice")).code == "ok"
    assert grants_of(connected, "alice@example.com") == 1


async def test_a_grant_that_google_does_not_take_back_stops_nothing(connected: World) -> None:
    """Revoking the old account's grant fails: the new one is connected all the same."""
    connected.google.add_person("alice.new@example.com")
    connected.slack.workspace.user(
        (await connected.account("alice")).slack_user_id
    ).email = "alice.new@example.com"
    connected.odoo.as_user("admin").write(
        "res.users", connected.odoo.users["alice"].id, {"login": "alice.new@example.com"}
    )
    connected.google.faults.add(operation="oauth.revoke", status=503, times=None)
    with unasked():
        async with browser() as person:
            assert "Connected" in await follow(person, await link(connected), "alice.new@example.com")
    assert (await connected.account("alice")).google_email == "alice.new@example.com"
    async with connected.running.store.read() as tx:
        assert await accounts.refresh_token(tx, (await connected.account("alice")).id)


async def test_who_cancelled_the_connection_is_not_asked_to_mend_it(connected: World) -> None:
    """Whoever cancels before the first sync with another account has ended the connection on purpose."""
    connected.google.add_person(PRIVATE)
    make_in_odoo(connected, "alice", "Figures")
    await connected.sync("alice")
    async with browser() as person:
        page = await follow(person, await link(connected), PRIVATE)
    alice = connected.in_slack("alice")
    await alice.command(f"/calsync connect {code_on(page)}")
    await alice.click("Cancel", message=await alice.see("Start Syncing"))
    await alice.see("Nothing is connected")
    before = len(alice.screen().messages)
    await connected.running.notifier.catch_up()
    assert len(alice.screen().messages) == before


async def test_a_token_endpoint_that_hangs_is_not_waited_for_two_minutes(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google's library waits so long by itself, and all who need a token or a thread wait behind it."""
    monkeypatch.setattr("sync.google.grant.TIMEOUT", 0.2)
    account_id, hold = await lose_the_access_token(connected), asyncio.Event()
    connected.google.faults.add(operation="oauth.token", hold=hold)
    try:
        async with asyncio.timeout(20):
            with pytest.raises(RetryLater, match="google_unreachable"):
                await connected.running.grants.access_token(account_id)
    finally:
        hold.set()
    assert await connected.running.grants.access_token(account_id)
