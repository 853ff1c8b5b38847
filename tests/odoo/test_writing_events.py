"""What the core writes to single events and meetings."""

from __future__ import annotations

import dataclasses

import pytest

from sync.errors import Gone
from sync.model import Guest, Reminder, Response, Span
from sync.odoo.side import NewEvent
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State
from tests.odoo.stage import EVENT, WINDOW, Stage, at, day, linked, meeting, repeated, tokens

pytestmark = pytest.mark.on_real_odoo


async def seen_of(stage: Stage, link: Link) -> Seen:
    return (await stage.look(link)).seen[link.odoo_id]


def invited(stage: Stage, *names: str) -> frozenset[Guest]:
    """Return guests who have not answered."""
    return frozenset(Guest(stage.email(name)) for name in names)


async def test_events_are_made_in_one_call_and_found_by_their_tokens(stage: Stage) -> None:
    events = [meeting(at(3, 2), title=f"Event {number}") for number in range(5)]
    new = [
        NewEvent((await stage.projection(one))(one), tokens(str(number)), Role.HOME, WINDOW)
        for number, one in enumerate(events)
    ]
    made = await stage.side.create(stage.owner(), new)
    assert [seen.event.title for _, seen in made if seen.event] == [one.title for one in events]
    view = await stage.side.find(stage.owner(), [tokens("0")(None), tokens("4")(None), tokens("9")(None)], [])
    assert {key: seen.key for key, seen in view.seen.items()} == {
        made[0][0]: tokens("0")(None),
        made[4][0]: tokens("4")(None),
    }
    assert view.seen[made[0][0]].hashes == made[0][1].hashes


async def test_a_meeting_of_whole_days_keeps_the_answers_given(stage: Stage) -> None:
    event = meeting(day(3, 2), guests=frozenset({Guest(stage.email("bob"), Response.TENTATIVE)}))
    link = await stage.create(event)
    assert (await seen_of(stage, link)).event == (await stage.projection(event))(event)
    answers = stage.answers(link.odoo_id)
    assert answers == {
        stage.owner("alice").partner_id: "accepted",
        stage.owner("bob").partner_id: "tentative",
    }


async def test_strangers_are_left_out_and_no_contact_is_made_of_them(stage: Stage) -> None:
    event = meeting(at(3, 2), guests=frozenset({Guest("who@nowhere.example", Response.ACCEPTED)}))
    link = await stage.create(event)
    seen = await seen_of(stage, link)
    assert seen.event
    assert (seen.event.guests, seen.event.response) == (frozenset(), Response.ACCEPTED)
    assert stage.odoo.as_user("alice").search("res.partner", [("email", "=", "who@nowhere.example")]) == []


async def test_guests_come_and_go_and_nobody_else_is_touched(stage: Stage) -> None:
    link = await stage.create(meeting(at(3, 2), guests=invited(stage, "bob")))
    unnamed = stage.nameless()
    stage.edit(link.odoo_id, partner_ids=[[4, unnamed]])
    seen = await seen_of(stage, link)
    # Meanwhile, bob accepts.
    stage.answer(link.odoo_id, "bob", "accepted")
    carol = Guest(stage.email("carol"), Response.TENTATIVE)
    more = meeting(at(3, 2), guests=invited(stage, "bob") | {carol})
    after = await stage.update(link, seen, more, "guests")
    partners = {name: stage.owner(name).partner_id for name in ("alice", "bob", "carol")}
    assert stage.answers(link.odoo_id) == {
        partners["alice"]: "accepted",
        partners["bob"]: "accepted",
        partners["carol"]: "tentative",
        unnamed: "needsAction",
    }
    alone = meeting(at(3, 2))
    await stage.update(after, await seen_of(stage, after), alone, "guests", "response")
    assert stage.answers(link.odoo_id).keys() == {partners["alice"], unnamed}


async def test_answers_are_written_after_times(stage: Stage) -> None:
    bob = Guest(stage.email("bob"), Response.ACCEPTED)
    link = await stage.create(meeting(at(3, 2), guests=frozenset({bob})))
    later = meeting(at(3, 3), guests=frozenset({bob}))
    after = await stage.update(link, await seen_of(stage, link), later, "span")
    seen = await seen_of(stage, after)
    assert seen.event == (await stage.projection(later))(later)
    assert seen.event
    assert seen.event.response is Response.ACCEPTED
    no = dataclasses.replace(later, span=Span(day(3, 4), day(3, 5)), response=Response.DECLINED)
    after = await stage.update(after, seen, no, "span", "response")
    assert (await seen_of(stage, after)).event == (await stage.projection(no))(no)


async def test_only_what_is_named_is_written(stage: Stage) -> None:
    link = await stage.create(meeting(at(3, 2), location="Room 1"))
    seen = await seen_of(stage, link)
    stage.edit(link.odoo_id, location="Room 2", name="Retro")
    given = meeting(
        at(3, 2),
        title="Daily",
        location="Room 3",
        reminders=frozenset({Reminder("popup", 10), Reminder("email", 60)}),
        meeting_link="https://meet.example.com/x",
        busy=False,
    )
    after = await stage.update(link, seen, given, "title", "reminders", "meeting_link", "busy")
    now = (await seen_of(stage, after)).event
    assert now == (await stage.projection(given))(dataclasses.replace(given, location="Room 2"))


async def test_an_answer_brings_back_somebody_who_took_himself_off(stage: Stage) -> None:
    event = meeting(at(3, 2), organizer="host@elsewhere.example", response=Response.TENTATIVE)
    link = await stage.create(event, "bob", Role.OUTSIDE)
    stage.edit(link.odoo_id, "bob", partner_ids=[[3, stage.owner("bob").partner_id]])
    seen = (await stage.look(link, login="bob")).seen[link.odoo_id]
    assert seen.event
    assert seen.event.response is Response.DECLINED
    yes = dataclasses.replace(event, response=Response.ACCEPTED)
    after = await stage.update(link, seen, yes, "response", login="bob")
    seen = (await stage.look(after, login="bob")).seen[link.odoo_id]
    assert seen.event
    assert seen.event.response is Response.ACCEPTED


async def test_declining_and_archiving(stage: Stage) -> None:
    link = await stage.create(meeting(at(3, 2), guests=invited(stage, "bob")))
    await stage.side.decline(stage.owner("bob"), link.odoo_id, None)
    assert stage.answers(link.odoo_id)[stage.owner("bob").partner_id] == "declined"
    seen = await seen_of(stage, link)
    assert seen.others == 0
    await stage.side.archive(link.odoo_id)
    assert (await seen_of(stage, link)).state is State.GONE
    await stage.side.archive(10**9)
    await stage.side.decline(stage.owner("bob"), 10**9, None)
    with pytest.raises(Gone):
        await stage.update(linked(10**9, seen), seen, meeting(at(3, 2)), "title")


async def test_an_edit_between_our_create_and_our_look_shows_as_an_edit(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stage.client.create
    event = meeting(at(3, 2))

    async def overtaken(model: str, values: list[dict[str, object]]) -> list[int]:
        ids = await real(model, values)
        stage.later()
        stage.edit(ids, name="Retro")
        return ids

    monkeypatch.setattr(stage.client, "create", overtaken)
    link = await stage.create(event)
    monkeypatch.setattr(stage.client, "create", real)
    seen = await seen_of(stage, link)
    assert seen.hashes["title"] != link.odoo_base["title"]


async def test_a_room_of_odoo_is_the_same_room_in_every_row(stage: Stage) -> None:
    event = stage.make(
        recurrency=True, event_tz="Europe/Brussels", rrule_type="daily", interval=1, end_type="count", count=3
    )
    stage.edit(event, videocall_location="calendar/join_videocall", recurrence_update="all_events")
    view = await stage.side.pull(stage.owner(), WINDOW, [])
    [(key, seen)] = view.seen.items()
    assert seen.event
    assert "join_videocall" in seen.event.meeting_link
    assert seen.event.overrides == {}
    # New rows get a room of their own from Odoo, which is no exception.
    more = dataclasses.replace(seen, rebuild=True)
    stage.delete(stage.row_at(key, "2027-03-03"))
    after = await stage.update(linked(key, seen), more, seen.event, rows=True)
    again = (await stage.look(after)).seen[key]
    assert again.event == seen.event
    assert len(stage.rows(key)) == 3


async def test_odoos_own_google_sync_is_kept_off(google_stage: Stage) -> None:
    stage = google_stage
    single = await stage.create(meeting(at(3, 2)))
    series = await stage.create(repeated(at(3, 2), "FREQ=WEEKLY;COUNT=3"), mark="s")
    await stage.update(single, await seen_of(stage, single), meeting(at(3, 3)), "span")
    seen = await seen_of(stage, series)
    await stage.update(series, seen, repeated(at(3, 3), "FREQ=WEEKLY;COUNT=3"), "span", "recurrence")
    rows = [single.odoo_id, *(row["id"] for row in stage.rows(series.odoo_id))]
    actor = stage.odoo.as_user("alice")
    assert {row["need_sync"] for row in actor.read(EVENT, rows, ["need_sync"])} == {False}
    [rule] = actor.read("calendar.recurrence", -series.odoo_id, ["need_sync"])
    assert rule["need_sync"] is False
