"""What people do to series in Odoo, told from the rows afterwards."""

from __future__ import annotations

import dataclasses

import pytest

from sync.model import CANCELLED, Guest, Recurrence, Response, Span
from sync.recurrence import equal, read
from sync.seen import State
from tests.odoo.looks import moved_to, rebuilt
from tests.odoo.stage import EVENT, ZONE, Stage, at, repeated

pytestmark = pytest.mark.on_real_odoo


WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=10")
LAST_WEEKDAY = repeated(at(1, 29), "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=5")


def rule(text: str) -> Recurrence:
    return read([text], ZONE, WEEKLY.span)[0]


class TestSameRows:
    async def test_all_events_renamed(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        stage.edit(stage.row_at(link.odoo_id, "2027-03-16"), name="Retro", recurrence_update="all_events")
        seen = (await stage.look(link)).seen[link.odoo_id]
        assert seen.event
        assert (seen.event.title, seen.event.overrides) == ("Retro", {})
        assert seen.event.recurrence == WEEKLY.recurrence
        assert seen.series == link.series

    async def test_one_event_renamed_and_another_moved(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        stage.edit(stage.row_at(link.odoo_id, "2027-03-16"), name="Retro")
        stage.edit(
            stage.row_at(link.odoo_id, "2027-03-23"), start="2027-03-25 14:00:00", stop="2027-03-25 15:00:00"
        )
        seen = (await stage.look(link)).seen[link.odoo_id]
        assert seen.event
        assert seen.event.title == "Standup"
        assert seen.event.overrides == {
            at(3, 16): {"title": "Retro"},
            at(3, 23): {"span": Span(at(3, 25, 14), at(3, 25, 15))},
        }

    async def test_one_event_deleted(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        stage.delete(stage.row_at(link.odoo_id, "2027-03-16"))
        seen = (await stage.look(link)).seen[link.odoo_id]
        assert seen.event
        assert seen.event.overrides == {at(3, 16): {CANCELLED: True}}
        assert seen.event.recurrence == WEEKLY.recurrence

    async def test_this_and_the_following_deleted_end_the_series(self, stage: Stage) -> None:
        link = await stage.create(repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU"))
        row = stage.row_at(link.odoo_id, "2027-03-30 08")
        stage.odoo.as_user("alice").call(EVENT, "action_mass_deletion", [row], "future_events")
        seen = (await stage.look(link)).seen[link.odoo_id]
        assert seen.event
        assert seen.event.recurrence
        assert seen.event.overrides == {}
        ended = rule("FREQ=WEEKLY;BYDAY=TU;COUNT=4")
        assert equal(seen.event.recurrence, ended, WEEKLY.span)

    @pytest.mark.parametrize("end", ["", ";COUNT=10", ";UNTIL=20270601T215959Z"])
    async def test_this_and_the_following_archived_end_the_series(self, stage: Stage, end: str) -> None:
        """Odoo ends the rule with a date then. In place of a number that went unseen: the rows came back."""
        link = await stage.create(repeated(at(3, 2), f"FREQ=WEEKLY;BYDAY=TU{end}"))
        row = stage.row_at(link.odoo_id, "2027-03-30 08")
        stage.odoo.as_user("alice").call(EVENT, "action_mass_archive", [row], "future_events")
        seen = (await stage.look(link)).seen[link.odoo_id]
        assert seen.event
        assert seen.event.recurrence
        assert seen.event.overrides == {}
        assert equal(seen.event.recurrence, rule("FREQ=WEEKLY;BYDAY=TU;COUNT=4"), WEEKLY.span)

    async def test_all_events_deleted(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        row = stage.row_at(link.odoo_id, "2027-03-16")
        stage.odoo.as_user("alice").call(EVENT, "action_mass_deletion", [row], "all_events")
        assert (await stage.look(link)).seen[link.odoo_id].state is State.GONE

    async def test_all_events_archived(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        row = stage.row_at(link.odoo_id, "2027-03-16")
        stage.odoo.as_user("alice").call(EVENT, "action_mass_archive", [row], "all_events")
        assert (await stage.look(link)).seen[link.odoo_id].state is State.GONE

    async def test_a_row_that_is_asked_for_by_its_id_brings_its_series(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        row = stage.row_at(link.odoo_id, "2027-03-16")
        view = await stage.side.fetch(stage.owner(), [row], [link])
        assert view.seen.keys() == {link.odoo_id}
        stage.delete(row)
        view = await stage.side.fetch(stage.owner(), [row], [link])
        assert view.seen.keys() == {link.odoo_id}
        event = view.seen[link.odoo_id].event
        assert event
        assert event.overrides == {at(3, 16): {CANCELLED: True}}


class TestMadeAnew:
    async def test_all_events_moved_by_one_row_of_them(self, stage: Stage) -> None:
        event = dataclasses.replace(WEEKLY, overrides={at(3, 9): {CANCELLED: True}})
        link = await stage.create(event)
        # The third row that is there, after clocks have changed: 11:00 in Brussels became 16:00.
        stage.edit(
            stage.row_at(link.odoo_id, "2027-03-30"),
            start="2027-03-30 13:00:00",
            stop="2027-03-30 14:30:00",
            recurrence_update="all_events",
        )
        key, seen = await moved_to(stage, link)
        assert seen.event
        assert seen.event.span == Span(at(3, 2, 14), at(3, 2, 15, 30))
        assert seen.event.recurrence == WEEKLY.recurrence
        assert seen.event.overrides == {at(3, 9, 14): {CANCELLED: True}}
        assert seen.rebuild
        after = await rebuilt(stage, key, seen)
        assert [row["start"][5:16] for row in stage.rows(key)][:4] == [
            "03-02 14:00", "03-16 14:00", "03-23 14:00", "03-30 13:00",
        ]  # fmt: skip
        assert len(stage.rows(key)) == 9
        assert after.series

    async def test_all_events_moved_to_another_day(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        stage.edit(
            stage.row_at(link.odoo_id, "2027-03-02"),
            start="2027-03-04 09:00:00",
            stop="2027-03-04 10:00:00",
            recurrence_update="all_events",
        )
        _, seen = await moved_to(stage, link)
        assert seen.event
        assert seen.event.span == Span(at(3, 4), at(3, 4, 10))
        assert seen.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TH;COUNT=10")
        assert seen.event.overrides == {}

    async def test_a_rule_that_odoo_cannot_express_survives_a_move_of_all_events(self, stage: Stage) -> None:
        link = await stage.create(LAST_WEEKDAY)
        stage.edit(
            stage.row_at(link.odoo_id, "2027-01-29"),
            start="2027-01-29 14:00:00",
            stop="2027-01-29 15:00:00",
            recurrence_update="all_events",
        )
        key, seen = await moved_to(stage, link)
        assert seen.event
        assert seen.event.recurrence == LAST_WEEKDAY.recurrence
        assert seen.event.span == Span(at(1, 29, 14), at(1, 29, 15))
        assert seen.event.overrides == {}
        assert seen.rebuild
        await rebuilt(stage, key, seen)
        assert [row["start"][:16] for row in stage.rows(key)] == [
            "2027-01-29 14:00",
            "2027-02-26 14:00",
            "2027-03-31 13:00",
            "2027-04-30 13:00",
            "2027-05-31 13:00",
        ]

    async def test_the_number_of_all_events_changed(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        row = stage.row_at(link.odoo_id, "2027-03-02")
        stage.edit(row, count=4, recurrence_update="all_events")
        _, seen = await moved_to(stage, link)
        assert seen.event
        assert seen.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU;COUNT=4")
        assert seen.event.span == WEEKLY.span
        assert seen.event.overrides == {}

    async def test_answers_survive_a_move_of_all_events(self, stage: Stage) -> None:
        bob = Guest(stage.email("bob"), Response.TENTATIVE)
        link = await stage.create(dataclasses.replace(WEEKLY, guests=frozenset({bob})))
        stage.edit(
            stage.row_at(link.odoo_id, "2027-03-02"),
            start="2027-03-02 14:00:00",
            stop="2027-03-02 15:00:00",
            recurrence_update="all_events",
        )
        key, seen = await moved_to(stage, link)
        assert seen.event
        assert seen.event.guests == {bob}
        assert seen.event.overrides == {}
        await rebuilt(stage, key, seen)
        for row in stage.rows(key):
            assert stage.answers(row["id"])[stage.owner("bob").partner_id] == "tentative"

    async def test_a_series_made_single(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        row = stage.row_at(link.odoo_id, "2027-03-16")
        stage.edit(row, recurrency=False, recurrence_update="all_events")
        key, seen = await moved_to(stage, link)
        assert key == row
        assert seen.event
        assert seen.event.recurrence is None
        assert seen.event.span == Span(at(3, 16), at(3, 16, 10))
        assert seen.series is None
