"""Edits of one row of a series: how far they reach, which rows are made anew, what answers stay."""

from __future__ import annotations

from typing import Any

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client
from tests.doubles.odoo.test_series import BRUSSELS, EVENT, MONDAY, RULE, rule_of, starts

WEEKLY = "FREQ=WEEKLY;COUNT=4;BYDAY=MO"


async def _series(alice: Client, *guests: Client, rrule: str = WEEKLY) -> list[int]:
    """Create a series with guests and return its rows, earliest first."""
    partners = [alice.partner_id, *(guest.partner_id for guest in guests)]
    await alice.event(**MONDAY, **BRUSSELS, rrule=rrule, partner_ids=partners)
    return await _rows(alice)


async def _rows(alice: Client, *, archived: bool = False) -> list[int]:
    rows: list[int] = await alice(EVENT, "search", [["active", "=", not archived]], order="start, id")
    return rows


async def _edit(client: Client, row: int, reach: str | None, **vals: Any) -> None:
    update = {"recurrence_update": reach} if reach else {}
    await client(EVENT, "write", [row], vals | update, context=QUIET)


def _at(day: str, hour: int) -> dict[str, str]:
    return {"start": f"2031-{day} {hour:02}:00:00", "stop": f"2031-{day} {hour + 1:02}:00:00"}


async def test_an_edit_of_one_row(alice: Client) -> None:
    rows = await _series(alice)
    await _edit(alice, rows[1], "self_only", name="only")
    await _edit(alice, rows[2], None, **_at("03-24", 12))
    shown = await alice(EVENT, "read", rows, ["name", "follow_recurrence", "recurrence_id"])
    assert [row["name"] for row in shown] == ["x", "only", "x", "x"]
    assert [row["follow_recurrence"] for row in shown] == [True, True, False, True]
    assert len({row["recurrence_id"][0] for row in shown}) == 1
    for vals in ({"count": 5}, {"count": 5, "recurrence_update": "self_only"}):
        assert await alice.refused(EVENT, "write", [rows[0]], vals) == "odoo.exceptions.UserError"


async def test_several_rows_at_once_are_written_plainly(alice: Client) -> None:
    rows = await _series(alice)
    vals = {"location": "l", "recurrence_update": "all_events"}
    await alice(EVENT, "write", rows[:2], vals, context=QUIET)
    shown = await alice(EVENT, "read", rows, ["location"])
    assert [row["location"] for row in shown] == ["l", "l", False, False]


async def test_a_row_can_be_detached(alice: Client) -> None:
    rows = await _series(alice)
    await _edit(alice, rows[3], None, recurrency=False, recurrence_id=False, follow_recurrence=False)
    assert len(await starts(alice)) == 3
    await _edit(alice, rows[0], "self_only", recurrency=False)
    assert (await alice.read(rows[0], "recurrence_id"))["recurrence_id"]


async def test_a_new_name_for_all_reaches_exceptions_too(alice: Client) -> None:
    rows = await _series(alice)
    await _edit(alice, rows[1], None, name="mine", **_at("03-17", 12))
    await _edit(alice, rows[2], "all_events", name="all")
    shown = await alice(EVENT, "read", rows, ["name", "start"])
    assert {row["name"] for row in shown} == {"all"}
    assert shown[1]["start"] == "2031-03-17 12:00:00"
    assert await _rows(alice) == rows


async def test_a_new_time_for_all_keeps_only_the_base(odoo: OdooDouble, alice: Client, bob: Client) -> None:
    rows = await _series(alice, bob)
    before = await rule_of(alice, rows[0], "id")
    await bob(EVENT, "change_attendee_status", [rows[0]], "accepted", "all_events")
    await _edit(alice, rows[1], None, **_at("03-17", 12))
    await _edit(alice, rows[2], "all_events", **_at("03-24", 13))
    # The shift of the third row is made at the base; the last row lies behind the clock change.
    assert await starts(alice) == [
        "2031-03-10 13:00",
        "2031-03-17 13:00",
        "2031-03-24 13:00",
        "2031-03-31 12:00",
    ]
    assert await _rows(alice, archived=True) == rows[1:]
    now = await _rows(alice)
    assert (now[0], set(now[1:]) & set(rows)) == (rows[0], set())
    assert (await rule_of(alice, rows[0], "id"))["id"] != before["id"]
    kept = "accepted" if odoo.version == 17 else "needsAction"
    assert await alice.states(now[0]) == {"Alice": "accepted", "Bob": kept}
    assert await alice.states(now[1]) == {"Alice": "accepted", "Bob": "needsAction"}


async def test_the_service_account_takes_answers_away(alice: Client, svc: Client) -> None:
    rows = await _series(alice)
    await _edit(svc, rows[0], "all_events", **_at("03-10", 12))
    for row in await _rows(alice):
        assert await alice.states(row) == {"Alice": "needsAction"}


async def test_parts_of_a_rule_count_and_its_text_does_not(alice: Client) -> None:
    rows = await _series(alice)
    await _edit(alice, rows[0], "all_events", rrule="FREQ=DAILY;COUNT=2")
    assert len(await starts(alice)) == 4
    assert len(await _rows(alice, archived=True)) == 3
    await _edit(alice, rows[0], "all_events", count=2)
    assert await starts(alice) == ["2031-03-10 08:00", "2031-03-17 08:00"]


async def test_moving_the_day_moves_the_rule(alice: Client) -> None:
    rows = await _series(alice, rrule="FREQ=WEEKLY;COUNT=4;BYDAY=MO,WE")
    await _edit(alice, rows[0], "all_events", **_at("03-11", 8))
    assert [start[5:10] for start in await starts(alice)] == ["03-11", "03-12", "03-18", "03-19"]


async def test_a_new_time_from_another_weekday_drops_that_day(alice: Client) -> None:
    """Odoo takes the edited row's weekday out and puts the base's in."""
    rows = await _series(alice, rrule="FREQ=WEEKLY;COUNT=4;BYDAY=MO,WE")
    await _edit(alice, rows[1], "all_events", **_at("03-12", 10))
    assert [start[5:10] for start in await starts(alice)] == ["03-10", "03-17", "03-24", "03-31"]


async def test_this_and_following_splits_the_series(alice: Client, bob: Client) -> None:
    rows = await _series(alice, bob, rrule="FREQ=WEEKLY;COUNT=5;BYDAY=MO,WE")
    await bob(EVENT, "change_attendee_status", [rows[0]], "accepted", "all_events")
    await _edit(alice, rows[3], "future_events", name="new")
    assert len(await starts(alice)) == 5
    assert await _rows(alice, archived=True) == rows[4:]
    now = await _rows(alice)
    assert now[:4] == rows[:4]
    head = await rule_of(alice, rows[0], "end_type", "until", "rrule", "count")
    assert (head["end_type"], head["until"], head["count"]) == ("end_date", "2031-03-15", 0)
    tail = await rule_of(alice, rows[3], "base_event_id", "count", "end_type")
    assert (tail["base_event_id"], tail["count"], tail["end_type"]) == ([rows[3], "new"], 2, "count")
    assert await alice.states(now[3]) == {"Alice": "accepted", "Bob": "accepted"}
    assert await alice.states(now[4]) == {"Alice": "accepted", "Bob": "needsAction"}


async def test_this_and_following_takes_a_rule_as_text(alice: Client) -> None:
    rows = await _series(alice)
    await _edit(alice, rows[1], "future_events", rrule="FREQ=DAILY;COUNT=3")
    assert [start[5:10] for start in await starts(alice)] == ["03-10", "03-17", "03-18", "03-19"]
    assert (await rule_of(alice, rows[1], "rrule"))["rrule"] == "FREQ=DAILY;COUNT=3"


async def test_this_and_following_from_the_base_is_all(alice: Client) -> None:
    rows = await _series(alice)
    await _edit(alice, rows[0], "future_events", name="all")
    assert await _rows(alice) == rows
    await _edit(alice, rows[0], "future_events", **_at("03-10", 12))
    assert (await _rows(alice))[0] == rows[0]
    assert await _rows(alice, archived=True) == rows[1:]


async def test_leaving_a_series(alice: Client) -> None:
    rows = await _series(alice)
    await _edit(alice, rows[2], "future_events", recurrency=False, name="ignored")
    assert await _rows(alice) == rows[:3]
    left = await alice.read(rows[2], "recurrence_id", "recurrency", "name")
    assert (left["recurrence_id"], left["recurrency"], left["name"]) == (False, True, "x")
    await _edit(alice, rows[1], "all_events", recurrency=False)
    assert await _rows(alice) == rows[1:3]
    assert await alice(RULE, "search", []) == []


async def test_deleted_rows_stay_away_until_the_series_is_made_anew(alice: Client) -> None:
    rows = await _series(alice)
    await alice(EVENT, "unlink", [rows[1]], context=QUIET)
    await alice(EVENT, "unlink", [rows[0]], context=QUIET)
    rule = await rule_of(alice, rows[2], "base_event_id", "count")
    assert (rule["base_event_id"], rule["count"]) == ([rows[2], "x"], 4)
    await _edit(alice, rows[2], "all_events", name="y")
    assert await _rows(alice) == rows[2:]
    await _edit(alice, rows[2], "all_events", **_at("03-24", 12))
    assert len(await _rows(alice)) == 4


async def test_deleting_many(alice: Client) -> None:
    rows = await _series(alice)
    assert await alice(EVENT, "action_mass_deletion", [rows[2]], "future_events", context=QUIET) is None
    assert await _rows(alice) == rows[:2]
    assert (await rule_of(alice, rows[0], "count"))["count"] == 4
    await alice(EVENT, "action_mass_deletion", [rows[1]], "all_events", context=QUIET)
    assert await _rows(alice) == await alice(RULE, "search", []) == []


async def test_an_empty_rule_is_left_and_a_deleted_one_leaves_its_rows(alice: Client) -> None:
    rows = await _series(alice)
    await alice(EVENT, "unlink", rows, context=QUIET)
    (rule,) = await alice(RULE, "search_read", [], ["base_event_id"])
    assert rule["base_event_id"] is False
    await alice(RULE, "unlink", [rule["id"]])
    rows = await _series(alice)
    rule = await rule_of(alice, rows[0], "id")
    await alice(RULE, "unlink", [rule["id"]])
    shown = await alice(EVENT, "read", rows, ["recurrence_id", "recurrency"])
    assert {(row["recurrence_id"], row["recurrency"]) for row in shown} == {(False, True)}
    for reach in ("all_events", "future_events"):  # what the web client asks for by its flag finds no rows
        await alice(EVENT, "action_mass_deletion", [rows[0]], reach, context=QUIET)
    await alice(EVENT, "action_mass_archive", [rows[0]], "all_events", context=QUIET)
    assert {*await alice(EVENT, "search", [("id", "in", rows)])} == {*rows}


async def test_archiving_many(alice: Client) -> None:
    rows = await _series(alice)
    await alice(EVENT, "action_mass_archive", [rows[0]], "self_only", context=QUIET)
    assert (await rule_of(alice, rows[1], "base_event_id"))["base_event_id"] == [rows[1], "x"]
    await alice(EVENT, "action_mass_archive", [rows[3]], "future_events", context=QUIET)
    assert (await rule_of(alice, rows[1], "until"))["until"] == "2031-03-29"
    await alice(EVENT, "action_mass_archive", [rows[1]], "all_events", context=QUIET)
    assert await _rows(alice) == []
    assert await _rows(alice, archived=True) == rows


async def test_the_contact_text_nests_in_rows_of_19(odoo: OdooDouble, alice: Client) -> None:
    rows = await _series(alice)
    loud = {"no_mail_to_attendees": True}
    vals = {**_at("03-10", 12), "recurrence_update": "all_events"}
    await alice(EVENT, "write", [rows[0]], vals, context=loud)
    third = (await _rows(alice))[2]
    await alice(EVENT, "write", [third], {"name": "y", "recurrence_update": "future_events"}, context=loud)
    shown = await alice(EVENT, "read", await _rows(alice), ["description"])
    texts = [str(row["description"] or "").count("Organized by") for row in shown]
    assert texts == ([0, 1, 1, 2] if odoo.version == 19 else [0, 0, 0, 0])


async def test_what_an_edit_bumps(odoo: OdooDouble, alice: Client) -> None:
    rows = await _series(alice)
    rule = await rule_of(alice, rows[0], "write_date")
    odoo.clock.advance(minutes=1)
    await _edit(alice, rows[1], "all_events", name="y")
    dates = {row["write_date"] for row in await alice(EVENT, "read", rows, ["write_date"])}
    assert len(dates) == 1
    assert dates != {rule["write_date"]}
    assert await rule_of(alice, rows[0], "write_date") == rule
    odoo.clock.advance(minutes=1)
    await _edit(alice, rows[2], "future_events", name="z")
    assert (await rule_of(alice, rows[0], "write_date"))["write_date"] > dates.pop()


async def test_a_copy_of_a_row_is_one_more_row_at_the_same_time(alice: Client) -> None:
    """Seen so in 17 and 18: it names the recurrence, follows it, and has no token."""
    rows = await _series(alice)
    copy = await alice(EVENT, "copy", [rows[1]], context=QUIET)
    names = ["start", "recurrence_id", "recurrency", "follow_recurrence", "partner_ids"]
    shown = await alice(EVENT, "read", [rows[1], *([copy] if isinstance(copy, int) else copy)], names)
    assert [{name: row[name] for name in names} for row in shown[1:]] == [
        {name: shown[0][name] for name in names}
    ]


async def test_a_series_without_a_base_event_is_edited_from_its_first_row(alice: Client) -> None:
    """Source: Odoo 18's calendar_event.py, `_rewrite_recurrence`."""
    rows = await _series(alice)
    [row] = await alice(EVENT, "read", rows[:1], ["recurrence_id"])
    await alice("calendar.recurrence", "write", [row["recurrence_id"][0]], {"base_event_id": False})
    await _edit(alice, rows[2], "all_events", **_at("03-17", 12))
    left = await _rows(alice)
    assert left[0] == rows[0]
    assert len(left) == 4


async def test_a_row_whose_rule_was_deleted_has_no_following_ones(alice: Client) -> None:
    """Seen so in 17 and 18: it is marked as recurring still, and archiving what follows is an error."""
    rows = await _series(alice)
    [row] = await alice(EVENT, "read", rows[:1], ["recurrence_id"])
    await alice("calendar.recurrence", "unlink", [row["recurrence_id"][0]])
    [row] = await alice(EVENT, "read", rows[:1], ["recurrency", "recurrence_id"])
    assert (row["recurrency"], row["recurrence_id"]) == (True, False)
    refused = await alice.refused(EVENT, "action_mass_archive", rows[:1], "future_events")
    assert refused == "builtins.ValueError"
