"""What the store keeps of links: single events, series with their rows, colleagues' meetings."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from sync.model import Recurrence, Span
from sync.roles import Role
from sync.series import Series, odoo_key
from sync.store import Store, links
from sync.store.links import Sharer
from tests.unit.rows import LINK, NOW, add_account, numbered


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


WEEK = timedelta(weeks=1)
RULE = Recurrence(("RRULE:FREQ=WEEKLY",), "Europe/Brussels")
LUNCHES = Span(NOW, NOW + timedelta(hours=1))
SERIES = Series(RULE, LUNCHES, "rule", NOW, NOW + 8 * WEEK, {11: NOW, 12: NOW + WEEK})
UID = "g1@google.com"
IN_SERIES = dataclasses.replace(LINK, odoo_id=odoo_key(5), role=Role.GUEST, uid=UID, series=SERIES)


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
