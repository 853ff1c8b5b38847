"""The feed: who hears of what changed in Odoo, what is gone, and how little that asks of Odoo."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from sync.errors import Misconfigured, Rejected
from sync.odoo import feed as feeding
from sync.odoo.feed import USERS_EVERY
from sync.plan import Link
from sync.store import Store, accounts, links
from sync.store.tables import account
from tests.unit.stage import Stage, make_stage

EVENT, ATTENDEE, USERS = "calendar.event", "calendar.attendee", "res.users.search_read"


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """A feed that has polled before."""
    async with make_stage(store) as made:
        await made.settle()
        yield made


async def link(stage: Stage, name: str, events: Sequence[int]) -> None:
    """Link a person to events of Odoo."""
    async with stage.store.write() as tx:
        for event in events:
            made = Link(0, event, f"g{event}", 0, {"title": "h"}, {"title": "h"})
            await links.put(tx, stage.ids[name], made)


# --- how much it asks


async def test_an_idle_poll_is_four_calls(stage: Stage) -> None:
    await link(stage, "alice", [stage.create("alice")])
    await stage.settle()
    asked = await stage.polled()
    assert asked == {f"{EVENT}.search_read": 2, f"{ATTENDEE}.search_read": 1, f"{EVENT}.search": 1}
    stage.advance(minutes=5)
    assert await stage.polled() == asked | {USERS: 1}
    assert await stage.polled() == asked


async def test_a_poll_of_an_empty_database_is_three_calls(stage: Stage) -> None:
    assert await stage.polled() == {f"{EVENT}.search_read": 2, f"{ATTENDEE}.search_read": 1}


# --- who hears of what


async def test_the_organizer_and_those_invited_hear_of_an_event(stage: Stage) -> None:
    bob = (await stage.account("bob")).odoo_partner_id
    alone = stage.create("alice")
    shared = stage.create("alice", partner_ids=[[4, bob]])
    assert await stage.feed.poll() == {*stage.ids.values()}
    assert await stage.marked("alice") == {alone, shared}
    assert await stage.marked("bob") == {shared}


async def test_who_is_no_longer_invited_hears_of_it_by_the_link(stage: Stage) -> None:
    bob = (await stage.account("bob")).odoo_partner_id
    event = stage.create("alice", partner_ids=[[4, bob]])
    await link(stage, "bob", [event])
    await stage.settle()
    stage.write("alice", event, partner_ids=[[3, bob]])
    await stage.feed.poll()
    assert await stage.marked("bob") == {event}


async def test_an_answer_is_heard_of_though_the_event_keeps_its_date(stage: Stage) -> None:
    account = await stage.account("bob")
    event = stage.create("alice", partner_ids=[[4, account.odoo_partner_id]])
    await link(stage, "alice", [event])
    await stage.settle()
    bob = stage.odoo.as_user("bob")
    before = bob.read(EVENT, event, ["write_date"])
    mine = [["event_id", "=", event], ["partner_id", "=", account.odoo_partner_id]]
    for state in ("accepted", "declined"):
        bob.write(ATTENDEE, bob.search(ATTENDEE, mine), {"state": state})
        assert bob.read(EVENT, event, ["write_date"]) == before
        await stage.feed.poll()
        assert await stage.marked("alice") == {event}, "the organizer, by the link"
        assert await stage.marked("bob") == {event}, "the guest, who may have no link yet"
        stage.advance(seconds=2)


async def test_nobody_is_told_twice_of_a_change(stage: Stage) -> None:
    stage.create("alice")
    await stage.settle()
    for _ in range(3):
        stage.advance(seconds=20)
        await stage.feed.poll()
        assert await stage.marked("alice") == set()


async def test_a_slow_transaction_is_not_missed(stage: Stage) -> None:
    started = stage.odoo.clock.now()
    stage.advance(minutes=4)
    await stage.feed.poll()
    with stage.odoo.transaction(started):
        event = stage.create("alice")
    await stage.feed.poll()
    assert await stage.marked("alice") == {event}


async def test_a_row_that_is_again_as_it_was_in_the_same_second_is_told(stage: Stage) -> None:
    """Regression: archived by us and taken back by a person within a second, it passed for unchanged."""
    now = stage.clock.now().replace(microsecond=0) + timedelta(minutes=1)
    stage.odoo.clock.set(now, frozen=True)
    event = stage.create("alice")
    await stage.feed.poll()
    await stage.marked("alice")
    stage.write("alice", event, active=False)
    stage.write("alice", event, active=True)
    await stage.feed.poll()
    assert await stage.marked("alice") == {event}


async def test_many_changes_are_read_in_pages(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "BATCH", 2)
    events = {stage.create("alice") for _ in range(5)}
    await stage.feed.poll()
    assert await stage.marked("alice") == events


async def test_other_peoples_events_and_those_of_nobody_concern_no_account(stage: Stage) -> None:
    admin = stage.odoo.as_user("admin")
    admin.create(EVENT, {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"})
    stage.create("alice", user_id=False, partner_ids=[[6, 0, []]])
    assert await stage.feed.poll() == set()


# --- what is gone


async def test_a_deleted_event_is_told_until_its_link_ends(stage: Stage) -> None:
    event, other = stage.create("alice"), stage.create("alice")
    await link(stage, "alice", [event, other])
    await stage.settle()
    stage.unlink("alice", event)
    for _ in range(2):
        await stage.feed.poll()
        assert await stage.marked("alice") == {event}


async def test_an_emptied_calendar_is_told_at_once_however_many_events_are_linked(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [stage.create("alice") for _ in range(7)]
    await link(stage, "alice", events)
    await stage.settle()
    monkeypatch.setattr(feeding, "BATCH", 3)
    stage.unlink("alice", *events)
    await stage.feed.poll()
    assert await stage.marked("alice") == {*events}


async def test_the_census_goes_round(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [stage.create("alice") for _ in range(5)]
    await link(stage, "alice", events)
    await stage.settle()
    monkeypatch.setattr(feeding, "BATCH", 2)
    stage.unlink("alice", events[4])
    for expected in (set(), set(), {events[4]}, set(), set(), {events[4]}):
        stage.advance(minutes=6)  # what changed is read in pages too
        await stage.feed.poll()
        assert await stage.marked("alice") == expected


async def test_rows_kept_from_us_are_told_once_and_are_no_deletions(stage: Stage) -> None:
    events = [stage.create("alice") for _ in range(4)]
    await link(stage, "alice", events)
    await stage.settle()
    stage.odoo.keep_back("svc", EVENT, events[:2])
    stage.unlink("alice", events[3])
    await stage.feed.poll()
    assert await stage.marked("alice") == {events[0], events[1], events[3]}, "each is looked at by a run"
    await stage.feed.poll()
    assert await stage.marked("alice") == {events[3]}
    stage.odoo.keep_back("svc", EVENT, [])
    await stage.feed.poll()
    stage.odoo.keep_back("svc", EVENT, events[:1])
    await stage.feed.poll()
    assert events[0] in await stage.marked("alice"), "it was seen in between"


@pytest.mark.parametrize(
    ("reason", "kind", "code"),
    [
        ("odoo.exceptions.AccessError", Misconfigured, "odoo_rights_missing"),
        ("odoo.exceptions.UserError", Rejected, "odoo_refuses"),
    ],
)
async def test_a_refused_poll_marks_nothing_and_says_why(
    stage: Stage, reason: str, kind: type[Exception], code: str
) -> None:
    event = stage.create("alice")
    stage.odoo.faults.add(operation=f"{EVENT}.search_read", reason=reason)
    with pytest.raises(kind, match=code):
        await stage.feed.poll()
    assert await stage.marked("alice") == set()
    await stage.feed.poll()
    assert await stage.marked("alice") == {event}


# --- the accounts' users


async def set_user(stage: Stage, name: str, **values: object) -> None:
    """Change a person's user in Odoo and let the feed look at the users."""
    uid = (await stage.account(name)).odoo_uid
    stage.odoo.as_user("admin").write("res.users", uid, values)
    stage.advance(seconds=USERS_EVERY.total_seconds())
    await stage.feed.poll()


async def test_without_accounts_nobody_is_asked_for(stage: Stage) -> None:
    async with stage.store.write() as tx:
        await tx.execute(sa.delete(account))
    stage.advance(seconds=USERS_EVERY.total_seconds())
    assert USERS not in await stage.polled()


async def test_the_account_of_an_archived_user_stands_still_until_the_user_is_back(stage: Stage) -> None:
    await set_user(stage, "alice", active=False)
    alice = await stage.account("alice")
    assert alice.halt == "odoo_user_gone"
    assert alice.next_run_at is not None
    assert alice.next_run_at <= stage.clock.now(), "so that a run says so at once"
    assert (await stage.account("bob")).halt is None
    async with stage.store.write() as tx:
        await accounts.update(tx, alice.id, failures=5, next_run_at=None)
    await set_user(stage, "alice", active=True)
    alice = await stage.account("alice")
    assert (alice.halt, alice.failures) == (None, 0)
    assert alice.next_run_at is not None


async def test_a_deleted_user_is_gone_too(stage: Stage) -> None:
    stage.odoo.as_user("admin").unlink("res.users", (await stage.account("alice")).odoo_uid)
    stage.advance(seconds=USERS_EVERY.total_seconds())
    await stage.feed.poll()
    assert (await stage.account("alice")).halt == "odoo_user_gone"


async def test_another_login_is_followed(stage: Stage) -> None:
    await set_user(stage, "alice", login="alice2")
    alice = await stage.account("alice")
    assert (alice.halt, alice.odoo_login) == (None, "alice2")


async def test_who_comes_back_with_another_login_may_be_somebody_else(stage: Stage) -> None:
    await set_user(stage, "alice", active=False)
    await set_user(stage, "alice", active=True, login="mallory")
    assert (await stage.account("alice")).halt == "odoo_user_gone"
    await set_user(stage, "alice", login="Alice")
    assert (await stage.account("alice")).halt is None
