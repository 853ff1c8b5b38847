"""What the core writes to series: only what is named, and rows that stay what they are otherwise."""

from __future__ import annotations

import dataclasses

import pytest

from sync.model import CANCELLED, Guest, Response, Span, Start
from sync.recurrence import read
from sync.seen import State
from tests.odoo.looks import assert_settled, seen_of
from tests.odoo.stage import EVENT, ZONE, Stage, at, repeated, tokens

pytestmark = pytest.mark.on_real_odoo

WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
ALL = {"active_test": False}


async def test_a_new_title_goes_to_all_rows_that_have_none_of_their_own(stage: Stage) -> None:
    event = dataclasses.replace(WEEKLY, overrides={at(3, 16): {"title": "Retro"}})
    link = await stage.create(event)
    stage.edit(stage.row_at(link.odoo_id, "2027-03-23"), location="Room 2")
    seen = await seen_of(stage, link)
    assert seen.event
    renamed = dataclasses.replace(seen.event, title="Daily")
    after = await stage.update(link, seen, renamed, "title")
    await assert_settled(stage, after, renamed)
    assert {row["location"] for row in stage.rows(link.odoo_id, "location")} == {"Room 2", False}


async def test_single_occurrences_are_written_alone(stage: Stage) -> None:
    link = await stage.create(WEEKLY)
    seen = await seen_of(stage, link)
    event = dataclasses.replace(
        WEEKLY,
        overrides={
            at(3, 9): {CANCELLED: True},
            at(3, 16): {"title": "Retro", "location": "Room 2"},
            at(3, 23): {"span": Span(at(3, 23, 14), at(3, 23, 15))},
        },
    )
    starts: dict[Start, frozenset[str]] = {
        at(3, 9): frozenset({CANCELLED}),
        at(3, 16): frozenset({"title", "location"}),
        at(3, 23): frozenset({"span"}),
    }
    after = await stage.update(link, seen, event, starts=starts)
    await assert_settled(stage, after, event)
    back = dataclasses.replace(event, overrides={at(3, 16): {"title": "Retro"}})
    starts = {
        at(3, 9): frozenset({CANCELLED, "title", "span"}),
        at(3, 16): frozenset({"location"}),
        at(3, 23): frozenset({"span"}),
    }
    again = await stage.update(after, await seen_of(stage, after), back, starts=starts)
    await assert_settled(stage, again, back)
    rows = stage.rows(link.odoo_id, "follow_recurrence", "access_token")
    assert all(row["follow_recurrence"] for row in rows)
    assert rows[1]["access_token"] == tokens("t")(at(3, 9))


async def test_a_series_that_moves_takes_its_rows_along(stage: Stage) -> None:
    event = dataclasses.replace(
        WEEKLY,
        guests=frozenset({Guest(stage.email("bob"), Response.TENTATIVE)}),
        overrides={at(3, 9): {CANCELLED: True}, at(3, 16): {"title": "Retro"}},
    )
    link = await stage.create(event)
    ids = [row["id"] for row in stage.rows(link.odoo_id)]
    wanted = dataclasses.replace(
        event,
        span=Span(at(3, 2, 13), at(3, 2, 14, 30)),
        overrides={at(3, 9, 13): {CANCELLED: True}, at(3, 16, 13): {"title": "Retro"}},
    )
    after = await stage.update(link, await seen_of(stage, link), wanted, "span")
    await assert_settled(stage, after, wanted)
    rows = stage.rows(link.odoo_id, "access_token", "follow_recurrence")
    assert [row["id"] for row in rows] == ids
    assert [row["start"][5:16] for row in rows] == [
        "03-02 13:00", "03-16 13:00", "03-23 13:00", "03-30 12:00", "04-06 12:00",
    ]  # fmt: skip
    assert rows[0]["access_token"] == tokens("t")(at(3, 2, 13))
    assert all(row["follow_recurrence"] for row in rows)
    assert set(stage.answers(ids[0]).values()) == {"accepted", "tentative"}


async def test_another_rule_keeps_the_rows_that_still_stand(stage: Stage) -> None:
    link = await stage.create(WEEKLY)
    ids = {row["start"]: row["id"] for row in stage.rows(link.odoo_id)}
    stage.edit(ids["2027-03-16 09:00:00"], location="Room 2")
    seen = await seen_of(stage, link)
    assert seen.event
    wanted = dataclasses.replace(
        seen.event, recurrence=read(["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR"], ZONE, WEEKLY.span)[0]
    )
    after = await stage.update(link, seen, wanted, "recurrence")
    await assert_settled(stage, after, wanted)
    rows = {row["start"]: row["id"] for row in stage.rows(link.odoo_id)}
    assert rows["2027-03-16 09:00:00"] == ids["2027-03-16 09:00:00"]
    assert [one[5:10] for one in rows][:4] == ["03-02", "03-05", "03-16", "03-19"]
    # The rows that went are archived, as Odoo does it.
    gone = stage.odoo.as_user("alice").read(EVENT, ids["2027-03-09 09:00:00"], ["active", "recurrence_id"])
    assert (gone[0]["active"], gone[0]["recurrence_id"]) == (False, False)


async def test_a_series_becomes_single_and_a_series_again(stage: Stage) -> None:
    link = await stage.create(WEEKLY)
    ids = [row["id"] for row in stage.rows(link.odoo_id)]
    single = dataclasses.replace(WEEKLY, recurrence=None, title="Once")
    after = await stage.update(link, await seen_of(stage, link), single, "recurrence", "title")
    assert after.odoo_id == ids[0]
    await assert_settled(stage, after, single)
    assert [row["id"] for row in stage.odoo.events("alice", "name")] == ids[:1]
    series = dataclasses.replace(WEEKLY, title="Once", overrides={at(3, 9): {CANCELLED: True}})
    again = await stage.update(
        after, await seen_of(stage, after), series, "recurrence", starts={at(3, 9): frozenset({CANCELLED})}
    )
    assert again.odoo_id < 0
    await assert_settled(stage, again, series)
    assert stage.rows(again.odoo_id)[0]["id"] == ids[0]


async def test_rows_are_added_as_the_window_moves_on(stage: Stage) -> None:
    event = dataclasses.replace(
        repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU"), overrides={at(3, 9): {CANCELLED: True}}
    )
    link = await stage.create(event)
    assert link.series
    early = dataclasses.replace(link.series, covered_until=at(4, 1))
    late = [key for key, start in link.series.rows.items() if start >= at(4, 1)]
    stage.delete(late)
    kept = {key: start for key, start in link.series.rows.items() if key not in late}
    link = dataclasses.replace(link, series=dataclasses.replace(early, rows=kept))
    seen = await seen_of(stage, link)
    assert seen.event == event if stage.odoo.version > 17 else seen.event
    after = await stage.update(link, seen, event, rows=True)
    await assert_settled(stage, after, event)
    assert after.series
    assert len(after.series.rows) == len(kept) + len(late)


async def test_a_row_that_came_after_our_look_stays(stage: Stage) -> None:
    link = await stage.create(WEEKLY)
    seen = await seen_of(stage, link)
    added = stage.make(
        start="2027-03-04 09:00:00", stop="2027-03-04 10:00:00", recurrency=True, recurrence_id=-link.odoo_id
    )
    rule = read(["FREQ=WEEKLY;BYDAY=TU;COUNT=4"], ZONE, WEEKLY.span)[0]
    after = await stage.update(link, seen, dataclasses.replace(WEEKLY, recurrence=rule), "recurrence")
    assert added in {row["id"] for row in stage.rows(link.odoo_id)}
    assert len(stage.rows(link.odoo_id)) == 5
    now = await seen_of(stage, after)
    assert now.event
    assert now.event.recurrence
    assert now.event.recurrence.lines[1:] == ("RDATE:20270304T090000Z",)


async def test_archiving_takes_all_rows_and_finding_still_tells(stage: Stage) -> None:
    link = await stage.create(WEEKLY)
    await stage.side.archive(link.odoo_id)
    assert stage.odoo.events("alice", "name") == []
    assert (await seen_of(stage, link)).state is State.GONE
    view = await stage.side.find(stage.owner(), [tokens("t")(at(3, 9))], [])
    [seen] = view.seen.values()
    assert (seen.state, seen.key) == (State.GONE, tokens("t")(at(3, 9)))
    await stage.side.archive(link.odoo_id)


async def test_a_new_organizer_is_noted_on_all_rows(stage: Stage) -> None:
    bob = Guest(stage.email("bob"), Response.ACCEPTED)
    event = dataclasses.replace(WEEKLY, guests=frozenset({bob}))
    link = await stage.create(event)
    given = dataclasses.replace(event, organizer=bob.email)
    await stage.update(link, await seen_of(stage, link), given, organizer=True)
    users = {row["user_id"][0] for row in stage.rows(link.odoo_id, "user_id")}
    assert users == {stage.owner("bob").uid}


async def test_nobody_is_mailed(stage: Stage) -> None:
    before = len(stage.odoo.mails)
    event = dataclasses.replace(WEEKLY, guests=frozenset({Guest(stage.email("bob"))}))
    link = await stage.create(event)
    moved = dataclasses.replace(event, span=Span(at(3, 2, 13), at(3, 2, 14)))
    after = await stage.update(link, await seen_of(stage, link), moved, "span")
    await stage.side.archive(after.odoo_id)
    assert len(stage.odoo.mails) == before
