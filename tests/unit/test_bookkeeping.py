"""What the store keeps of links, intents, cursors, parked items and runs."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from sync.model import Recurrence, Side, Span
from sync.plan import Link
from sync.roles import Role
from sync.series import Series, odoo_key
from sync.store import Store, cursors, history, intents, links, parked, runs
from sync.store.history import Entry
from sync.store.intents import Intent
from sync.store.links import Sharer
from sync.store.parked import FIRST_PAUSE, LONGEST_PAUSE
from sync.store.runs import KEPT, Run
from tests.unit.rows import NOW, add_account

LINK = Link(0, 1, "g1", 0, {"title": "h", "reminders": ["a", "b"]}, {"title": "h"}, '"1"', "UTC")
INTENT = Intent(0, Side.ODOO, "create", "g1", 0, 2, {"title": "h"}, {"title": "i"})


def numbered(number: int) -> Link:
    """Return one of many links."""
    return dataclasses.replace(LINK, odoo_id=number, google_id=f"g{number}")


async def test_a_link_comes_back_as_it_was_kept(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        await links.put(tx, account_id, LINK)
        [kept] = await links.of_account(tx, account_id)
        assert dataclasses.replace(kept, id=0) == LINK
        await links.put(tx, account_id, dataclasses.replace(kept, google_version='"2"', odoo_base={}))
        [again] = await links.of_account(tx, account_id)
    assert again == dataclasses.replace(kept, google_version='"2"', odoo_base={})


async def test_a_new_link_takes_the_place_of_those_that_held_its_ids(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        for account_id in (first, second):
            await links.put(tx, account_id, numbered(1))
            await links.put(tx, account_id, numbered(2))
        await links.put(tx, first, dataclasses.replace(LINK, odoo_id=1, google_id="g2"))
        assert [(one.odoo_id, one.google_id) for one in await links.of_account(tx, first)] == [(1, "g2")]
        assert await links.count(tx, first) == 1
        assert await links.count(tx, second) == 2


async def test_links_stored_together_are_as_if_stored_one_by_one(store: Store) -> None:
    apart, together = await add_account(store, 1), await add_account(store, 2)
    many = [numbered(number) for number in range(3, 1300)]
    new = [dataclasses.replace(LINK, odoo_id=1, google_id="g2"), *many]
    async with store.write() as tx:
        for account_id in (apart, together):
            for number in (1, 2, 700):
                await links.put(tx, account_id, numbered(number))
        for one in new:
            await links.put(tx, apart, one)
        ids = await links.add(tx, together, new)
        kept = [await links.of_account(tx, account_id) for account_id in (apart, together)]
    expected, found = ({(one.odoo_id, one.google_id) for one in some} for some in kept)
    assert found == expected
    assert {(1, "g2"), (1299, "g1299")} < found
    assert {one.id: one.google_id for one in kept[1]} == {
        key: one.google_id for key, one in zip(ids, new, strict=True)
    }


async def test_one_event_in_two_links_is_refused(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        with pytest.raises(ValueError, match="two links"):
            await links.add(tx, account_id, [numbered(1), dataclasses.replace(numbered(2), odoo_id=1)])


async def test_many_intents_get_their_own_ids_and_settle_together(store: Store) -> None:
    account_id = await add_account(store)
    planned = [dataclasses.replace(INTENT, google_id=f"g{number % 1100}") for number in range(1200)]
    async with store.write() as tx:
        made = await intents.intend(tx, account_id, NOW, planned)
        assert [dataclasses.replace(one, id=0) for one in made] == planned
        assert {one.id: one.google_id for one in await intents.open_intents(tx, account_id)} == {
            one.id: one.google_id for one in made
        }
        await intents.settle(tx, [one.id for one in made[1:]])
        assert await intents.open_intents(tx, account_id) == [made[0]]


async def test_links_are_found_by_either_id_even_among_very_many(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        for number in range(1, 8):
            await links.put(tx, account_id, numbered(number))
        await links.put(tx, other, numbered(3))
        assert len(await links.of_account(tx, account_id)) == 7
        assert await links.of_account(tx, account_id, google_ids=[], odoo_ids=[]) == []
        found = await links.of_account(tx, account_id, google_ids=["g1", "g2", "x"], odoo_ids=[2, 3, 99])
        assert sorted(one.odoo_id for one in found) == [1, 2, 3]
        found = await links.of_account(tx, account_id, odoo_ids=range(1, 3000))
        assert len(found) == 7
        assert sorted(await links.owners(tx, [3, 5, 99])) == [(account_id, 3), (account_id, 5), (other, 3)]


async def test_the_census_goes_through_all_linked_events_in_order(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        for number in (5, 1, 3):
            await links.put(tx, first, numbered(number))
            await links.put(tx, second, numbered(number))
        assert list(await links.linked_odoo_ids(tx, 0, 2)) == [1, 3]
        assert list(await links.linked_odoo_ids(tx, 3, 2)) == [5]


async def test_links_end_one_by_one_or_all_with_their_intents(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        for account_id in (first, second):
            await links.put(tx, account_id, numbered(1))
            await links.put(tx, account_id, numbered(2))
            await intents.intend(tx, account_id, NOW, [INTENT])
        await links.end(tx, (await links.of_account(tx, first, odoo_ids=[1]))[0].id)
        assert [one.odoo_id for one in await links.of_account(tx, first)] == [2]
        await links.end_all(tx, first)
        assert await links.count(tx, first) == 0
        assert await intents.open_intents(tx, first) == []
        assert await links.count(tx, second) == 2
        assert len(await intents.open_intents(tx, second)) == 1


async def test_intents_are_open_until_settled_oldest_first(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        planned = [INTENT, dataclasses.replace(INTENT, side=Side.GOOGLE, action="delete", odoo_id=4)]
        one, two = await intents.intend(tx, account_id, NOW, planned)
        assert 0 < one.id < two.id
        assert [dataclasses.replace(each, id=0) for each in (one, two)] == planned
        assert await intents.open_intents(tx, account_id) == [one, two]
        await intents.settle(tx, [one.id])
        assert await intents.open_intents(tx, account_id) == [two]


async def test_the_cursor_of_a_listing_is_replaced_and_forgotten(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        assert await cursors.google(tx, account_id) is None
        for token in ("old", "token"):
            cursor = cursors.GoogleCursor(token, "p", datetime(2026, 3, 2, tzinfo=UTC))
            await cursors.set_google(tx, account_id, cursor)
            assert await cursors.google(tx, account_id) == cursor
        await cursors.set_google(tx, account_id, None)
        assert await cursors.google(tx, account_id) is None


async def test_each_database_has_its_own_watermark(store: Store) -> None:
    async with store.write() as tx:
        assert await cursors.watermark(tx, "a") is None
        await cursors.set_watermark(tx, "a", NOW)
        await cursors.set_watermark(tx, "a", NOW + timedelta(hours=1))
        assert await cursors.watermark(tx, "a") == NOW + timedelta(hours=1)
        assert await cursors.watermark(tx, "b") is None


async def test_a_mark_made_again_survives_the_clearing_of_the_older(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await cursors.add_marks(tx, [(account_id, 7), (account_id, 8), (account_id, 7), (other, 7)])
        before = await cursors.marks(tx, account_id)
        assert before.keys() == {7, 8}
        assert sorted(await cursors.marked_accounts(tx)) == [account_id, other]
        await cursors.add_marks(tx, [(account_id, 7)])
        await cursors.clear_marks(tx, before.values())
        assert (await cursors.marks(tx, account_id)).keys() == {7}
        assert not set((await cursors.marks(tx, account_id)).values()) & set(before.values())
        await cursors.clear_marks(tx, (await cursors.marks(tx, account_id)).values())
        await cursors.add_marks(tx, [(account_id, 9)])
        assert max((await cursors.marks(tx, account_id)).values()) > max(before.values())


async def test_parked_items_wait_longer_each_time(store: Store) -> None:
    account_id, now = await add_account(store), NOW
    pauses = []
    async with store.write() as tx:
        for attempt in range(1, 40):
            await parked.put(tx, account_id, Side.ODOO, "7", "masked", f"label {attempt}", now)
            [item] = await parked.of_account(tx, account_id)
            assert (item.attempts, item.label, item.parked_at) == (attempt, f"label {attempt}", NOW)
            pauses.append(item.retry_at - now)
            now = item.retry_at
    assert pauses == sorted(pauses)
    assert pauses[:2] == [FIRST_PAUSE, FIRST_PAUSE * 2]
    assert pauses[-1] == LONGEST_PAUSE


async def test_parked_items_are_told_apart_released_and_made_due(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await parked.put(tx, account_id, Side.ODOO, "7", "masked", "x", NOW + timedelta(seconds=2))
        await parked.put(tx, account_id, Side.GOOGLE, "7", "held_back", "y", NOW + timedelta(seconds=1))
        await parked.put(tx, other, Side.ODOO, "7", "masked", "z", NOW)
        items = await parked.of_account(tx, account_id)
        assert [(one.side, one.reason) for one in items] == [
            (Side.GOOGLE, "held_back"),
            (Side.ODOO, "masked"),
        ]
        await parked.make_due(tx, account_id, NOW, "masked")
        assert [one.retry_at == NOW for one in await parked.of_account(tx, account_id)] == [False, True]
        await parked.make_due(tx, account_id, NOW)
        assert [one.retry_at == NOW for one in await parked.of_account(tx, account_id)] == [True, True]
        await parked.release(tx, account_id, Side.ODOO, "7")
        await parked.release(tx, account_id, Side.ODOO, "7")
        assert [one.side for one in await parked.of_account(tx, account_id)] == [Side.GOOGLE]
        await parked.release_all(tx, account_id)
        assert await parked.of_account(tx, account_id) == []
        [untouched] = await parked.of_account(tx, other)
    assert untouched.retry_at == NOW + FIRST_PAUSE


async def test_runs_that_did_something_or_failed_are_kept_for_a_while(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    did = Run(NOW, NOW, "ok", {"merged": 2})
    failed = Run(NOW, NOW + timedelta(minutes=1), "odoo_trouble", {})
    quiet = Run(NOW, NOW + KEPT + timedelta(seconds=30), "ok", {})
    async with store.write() as tx:
        assert await runs.last(tx, account_id) is None
        await runs.add(tx, account_id, did)
        await runs.add(tx, other, did)
        assert await runs.last(tx, account_id) == did
        await runs.add(tx, account_id, failed)
        assert await runs.last(tx, account_id) == failed
        await runs.add(tx, account_id, quiet)
        assert await runs.last(tx, account_id) == failed
        await runs.add(
            tx, account_id, dataclasses.replace(quiet, ended_at=quiet.ended_at + timedelta(hours=1))
        )
        assert await runs.last(tx, account_id) is None
        assert await runs.last(tx, other) == did


WEEK = timedelta(weeks=1)
RULE = Recurrence(("RRULE:FREQ=WEEKLY",), "Europe/Brussels")
LUNCHES = Span(NOW, NOW + timedelta(hours=1))
SERIES = Series(RULE, LUNCHES, "rule", NOW, NOW + 8 * WEEK, {11: NOW, 12: NOW + WEEK})
UID = "g1@google.com"
IN_SERIES = dataclasses.replace(LINK, odoo_id=odoo_key(5), role=Role.GUEST, uid=UID, series=SERIES)
ENTRY = Entry(0, "run", NOW, Side.ODOO, "update", "edited_on_both", "g1", 1, ["title"], "sealed", "lost")


async def test_a_series_comes_back_with_its_rows(store: Store) -> None:
    account_id = await add_account(store)
    day = NOW.date()
    all_day = dataclasses.replace(
        SERIES, recurrence=Recurrence(RULE.lines), span=Span(day, day + timedelta(days=1)), rows={21: day}
    )
    async with store.write() as tx:
        link_id = await links.put(tx, account_id, IN_SERIES)
        await links.put(tx, account_id, dataclasses.replace(numbered(2), series=all_day))
        kept, other = await links.of_account(tx, account_id)
        assert kept == dataclasses.replace(IN_SERIES, id=link_id)
        assert other.series == all_day
        rows = {12: NOW + WEEK, 13: NOW + 2 * WEEK}
        changed = dataclasses.replace(kept, series=dataclasses.replace(SERIES, rows=rows, complete=False))
        assert await links.put(tx, account_id, changed) == link_id
        assert (await links.of_account(tx, account_id))[0] == changed
        await links.put(tx, account_id, dataclasses.replace(changed, series=None))
        assert await links.of_account(tx, account_id, odoo_ids=[12, 13]) == []


async def test_a_link_is_found_by_any_row_of_its_series(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        await links.put(tx, account_id, IN_SERIES)
        for key in (11, 12, odoo_key(5)):
            [found] = await links.of_account(tx, account_id, odoo_ids=[key])
            assert found.series == SERIES
        assert sorted(await links.owners(tx, [11, 12, 13])) == [(account_id, 11), (account_id, 12)]
        assert list(await links.linked_odoo_ids(tx, 11, 5)) == [12]
        await links.end_all(tx, account_id)
        assert await links.owners(tx, [11, 12]) == []


async def test_colleagues_links_are_found_by_event_or_meeting(store: Store) -> None:
    first, second = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await links.put(tx, first, IN_SERIES)
        await links.put(tx, second, dataclasses.replace(numbered(7), uid=UID, role=Role.OUTSIDE))
        theirs = Sharer(second, 7, "g7", UID, Role.OUTSIDE)
        assert await links.sharers(tx, first, odoo_ids=[7]) == [theirs]
        assert await links.sharers(tx, first, uids=[UID, "x"]) == [theirs]
        assert await links.sharers(tx, second, odoo_ids=[odoo_key(5)]) == [
            Sharer(first, odoo_key(5), "g1", UID, Role.GUEST)
        ]
        assert await links.sharers(tx, first) == []


async def test_history_is_kept_two_weeks_newest_first(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    async with store.write() as tx:
        await history.add(tx, account_id, [dataclasses.replace(ENTRY, at=NOW - timedelta(days=15)), ENTRY])
        new, old = [one.id for one in await history.of_account(tx, account_id)]
        listed = await history.of_account(tx, account_id)
        assert [one.id for one in listed] == [new, old]
        assert listed[0] == dataclasses.replace(ENTRY, id=new)
        assert [one.id for one in await history.of_account(tx, account_id, limit=1)] == [new]
        assert await history.get(tx, other, new) is None
        await history.purge(tx, NOW)
        assert await history.get(tx, account_id, old) is None


async def test_history_tells_what_a_run_did_and_what_was_done_shortly_before(store: Store) -> None:
    account_id, other = await add_account(store, 1), await add_account(store, 2)
    day = timedelta(days=1)
    async with store.write() as tx:
        entries = [
            dataclasses.replace(ENTRY, run=run, at=NOW + timedelta(hours=hours))
            for run, hours in (("first", 0), ("second", 1), ("third", 26))
        ]
        for entry in entries:
            await history.add(tx, account_id, [entry])
        [first], [second], [third] = [await history.of_run(tx, account_id, one.run) for one in entries]
        assert [one.run for one in (first, second, third)] == ["first", "second", "third"]
        assert await history.of_run(tx, other, "first") == []
        told = [await history.has_earlier(tx, account_id, one, day) for one in (first, second, third)]
        assert told == [False, True, False]
        elsewhere = (
            dataclasses.replace(second, google_id="other"),
            dataclasses.replace(second, reason="other"),
        )
        assert not any([await history.has_earlier(tx, account_id, one, day) for one in elsewhere])
        assert not await history.has_earlier(tx, other, second, day)


async def test_overruled_values_are_given_back_once(store: Store) -> None:
    account_id = await add_account(store)
    async with store.write() as tx:
        await history.add(tx, account_id, [ENTRY])
        [entry_id] = [one.id for one in await history.of_account(tx, account_id)]
        assert await history.settle(tx, entry_id)
        assert not await history.settle(tx, entry_id)
        found = await history.get(tx, account_id, entry_id)
    assert found is not None
    assert found.overruled is None
