"""How the core makes series: everything of them is there, or nothing is."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sync.errors import Rejected
from sync.model import CANCELLED, Guest, Privacy, Reminder, Response, Span
from sync.recurrence import read
from sync.roles import Role
from sync.seen import State
from tests.odoo.looks import assert_settled, seen_of
from tests.odoo.stage import EVENT, RECURRENCE, WINDOW, ZONE, Stage, at, day, linked, repeated, tokens

pytestmark = pytest.mark.on_real_odoo


WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
ALL = {"active_test": False}


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
