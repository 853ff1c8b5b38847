"""What the core writes to series: only what is named, and rows that stay what they are otherwise."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sync.errors import Rejected
from sync.model import CANCELLED, Event, Guest, Privacy, Reminder, Response, Span, Start
from sync.plan import Link
from sync.recurrence import read
from sync.roles import Role
from sync.seen import Seen, State
from tests.odoo.stage import EVENT, RECURRENCE, WINDOW, ZONE, Stage, at, day, linked, repeated, tokens

pytestmark = pytest.mark.on_real_odoo

WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
ALL = {"active_test": False}


async def seen_of(stage: Stage, link: Link) -> Seen:
    """Return how a link's event reads now, which is still under its key."""
    view = await stage.look(link)
    assert view.moved == {}
    return view.seen[link.odoo_id]


async def assert_settled(stage: Stage, link: Link, event: Event) -> None:
    """Assert that Odoo holds an event as it would hold it, and that a second look finds nothing new."""
    seen = await seen_of(stage, link)
    assert seen.event == (await stage.projection(event))(event)
    assert (seen.hashes, seen.series, seen.rebuild) == (link.odoo_base, link.series, False)


async def test_everything_of_a_series_reads_as_it_was_made(stage: Stage) -> None:
    bob = Guest(stage.email("bob"), Response.DECLINED)
    event = dataclasses.replace(
        WEEKLY,
        description="<p>Who does what</p>",
        location="Room 1",
        busy=False,
        privacy=Privacy.CONFIDENTIAL,
        reminders=frozenset({Reminder("popup", 15)}),
        guests=frozenset({bob}),
        meeting_link="https://meet.example.com/abc",
        overrides={
            at(3, 9): {CANCELLED: True},
            at(3, 16): {"title": "Retro", "response": Response.TENTATIVE, "guests": frozenset()},
            at(3, 23): {"span": Span(at(3, 24, 7), at(3, 24, 9)), "meeting_link": ""},
        },
    )
    link = await stage.create(event)
    # Alone, one has accepted by definition.
    alone = {"title": "Retro", "guests": frozenset()}
    await assert_settled(
        stage, link, dataclasses.replace(event, overrides={**event.overrides, at(3, 16): alone})
    )


@pytest.mark.parametrize("text", ["FREQ=DAILY;INTERVAL=2", "FREQ=YEARLY", "FREQ=MONTHLY;BYDAY=-1SU"])
async def test_a_series_of_whole_days(stage: Stage, text: str) -> None:
    carol = Guest(stage.email("carol"), Response.ACCEPTED)
    event = dataclasses.replace(repeated(day(3, 28), text), guests=frozenset({carol}))
    link = await stage.create(event)
    await assert_settled(stage, link, event)
    [first, *_] = stage.rows(link.odoo_id, "allday", "start_date", "stop_date")
    assert (first["start_date"], first["stop_date"]) == ("2027-03-28", "2027-03-28")
    # An event of whole days takes the organizer's answer back when somebody else makes it.
    assert set(stage.answers(first["id"]).values()) == {"accepted"}


@pytest.mark.parametrize(
    "lines",
    [
        ["RDATE:20270302T090000Z,20270311T090000Z"],
        ["RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3"],
        ["RRULE:FREQ=MONTHLY;BYDAY=5MO;COUNT=4"],
    ],
)
async def test_rules_that_odoo_would_refuse_are_kept_with_another_in_their_place(
    stage: Stage, lines: list[str]
) -> None:
    event = repeated(at(3, 2), "FREQ=DAILY;COUNT=2")
    rule, _ = read(lines, ZONE, event.span)
    link = await stage.create(dataclasses.replace(event, recurrence=rule))
    await assert_settled(stage, link, dataclasses.replace(event, recurrence=rule))
    # Odoo's own rule must not say the old thing, either.
    link = await stage.update(link, await seen_of(stage, link), event, "recurrence")
    link = await stage.update(
        link, await seen_of(stage, link), dataclasses.replace(event, recurrence=rule), "recurrence"
    )
    await assert_settled(stage, link, dataclasses.replace(event, recurrence=rule))
    [record] = await stage.client.read(RECURRENCE, [-link.odoo_id], ("rrule",))
    assert "DAILY" not in record["rrule"]


async def test_an_endless_series_has_the_rows_of_the_window(stage: Stage) -> None:
    link = await stage.create(repeated(at(3, 1), "FREQ=DAILY"))
    assert link.series
    assert len(link.series.rows) == 122
    assert (link.series.covered_from, link.series.covered_until) == WINDOW


async def test_too_many_rows_are_refused_and_nothing_stays(stage: Stage) -> None:
    with pytest.raises(Rejected, match="no_occurrences"):
        await stage.create(repeated(at(8, 1), "FREQ=WEEKLY"))
    event = repeated(at(1, 1), "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))))
    with pytest.raises(Rejected, match="too_many_occurrences"):
        await stage.create(event)
    assert stage.odoo.events("alice", "name", archived=True) == []


async def test_what_was_made_of_a_refused_series_is_removed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rows = stage.client.create, list[Any]()

    async def refusing(model: str, values: Any) -> list[int]:
        if model == EVENT and rows:
            raise Rejected("odoo_refuses")
        ids = await real(model, values)
        rows.extend(ids if model == EVENT else [])
        return ids

    monkeypatch.setattr(stage.client, "create", refusing)
    with pytest.raises(Rejected):
        await stage.create(repeated(at(1, 1), "FREQ=DAILY;BYHOUR=6,18"))
    assert len(rows) == 200
    assert stage.odoo.events("alice", "name", archived=True) == []


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


async def test_an_interrupted_making_counts_nothing_as_deleted_and_is_completed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = dataclasses.replace(
        repeated(at(1, 1), "FREQ=DAILY;COUNT=150;BYHOUR=6,18"),
        overrides={at(1, 1, 17): {"title": "First evening"}},
    )

    class Killed(Exception):
        pass

    real, calls = stage.client.create, list[str]()

    async def dying(model: str, values: Any) -> list[int]:
        calls.append(model)
        if calls.count(EVENT) > 1:
            raise Killed
        return await real(model, values)

    monkeypatch.setattr(stage.client, "create", dying)
    event = dataclasses.replace(event, recurrence=read(["FREQ=DAILY;BYHOUR=6,18"], ZONE, event.span)[0])
    with pytest.raises(Killed):
        await stage.create(event)
    monkeypatch.setattr(stage.client, "create", real)
    view = await stage.side.find(stage.owner(), [tokens("t")(at(1, 2, 5))], [])
    [(key, seen)] = view.seen.items()
    assert seen.state is State.PRESENT
    assert seen.rebuild
    assert seen.key == tokens("t")(at(1, 2, 5))
    assert seen.series
    assert not seen.series.complete
    assert seen.event
    assert CANCELLED not in {name for one in seen.event.overrides.values() for name in one}
    # The core remembers what it had begun to make.
    begun = dataclasses.replace(
        seen.series, recurrence=event.recurrence or seen.series.recurrence, span=event.span, odoo_rule="",
        covered_from=WINDOW[0], covered_until=WINDOW[1], rows={},
    )  # fmt: skip
    link = dataclasses.replace(linked(key, seen), series=begun)
    seen = await seen_of(stage, link)
    assert seen.rebuild
    after = await stage.update(link, seen, event, rows=True)
    await assert_settled(stage, after, event)


async def test_a_series_of_somebody_outside(stage: Stage) -> None:
    bob, host = stage.owner("bob"), "host@elsewhere.example"
    event = dataclasses.replace(
        WEEKLY,
        organizer=host,
        response=Response.TENTATIVE,
        guests=frozenset({Guest("alice@gmail.example", Response.ACCEPTED), Guest(host, Response.ACCEPTED)}),
    )
    link = await stage.create(event, "bob", Role.OUTSIDE)
    [first, *_] = stage.rows(link.odoo_id, "user_id", "partner_ids", login="bob")
    assert first["user_id"] is False
    alice = stage.owner("alice").partner_id
    assert sorted(first["partner_ids"]) == sorted([alice, bob.partner_id])
    seen = (await stage.look(link, login="bob")).seen[link.odoo_id]
    assert seen.event
    assert seen.event.organizer == "nobody"
    assert seen.event.response is Response.TENTATIVE
    assert seen.event.guests == {Guest("alice@gmail.example", Response.ACCEPTED)}
    assert seen.others == 1
    await stage.side.decline(bob, link.odoo_id, link.series)
    seen = (await stage.look(link, login="bob")).seen[link.odoo_id]
    assert seen.event
    assert (seen.event.response, seen.event.overrides) == (Response.DECLINED, {})


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
