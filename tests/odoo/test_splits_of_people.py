"""Series that people split in Odoo, or make of single events, told from the rows afterwards."""

from __future__ import annotations

import dataclasses

import pytest

from sync.model import CANCELLED, Recurrence, Span
from sync.recurrence import equal, read
from tests.odoo.looks import assert_quiet, moved_to, rebuilt
from tests.odoo.stage import EVENT, WINDOW, ZONE, Stage, at, linked, repeated

pytestmark = pytest.mark.on_real_odoo

WEEKLY = repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU;COUNT=10")
LAST_WEEKDAY = repeated(at(1, 29), "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=5")


def rule(text: str) -> Recurrence:
    return read([text], ZONE, WEEKLY.span)[0]


class TestSplit:
    async def test_this_and_the_following_moved(self, stage: Stage) -> None:
        event = dataclasses.replace(WEEKLY, overrides={at(4, 6, 8): {CANCELLED: True}})
        link = await stage.create(event)
        stage.edit(
            stage.row_at(link.odoo_id, "2027-03-23"),
            start="2027-03-23 13:00:00",
            stop="2027-03-23 14:00:00",
            recurrence_update="future_events",
        )
        view = await stage.look(link)
        assert view.moved == {}
        head = view.seen.pop(link.odoo_id)
        assert head.event
        assert head.event.recurrence
        assert head.event.overrides == {}
        assert not head.rebuild
        assert equal(head.event.recurrence, rule("FREQ=WEEKLY;BYDAY=TU;COUNT=3"), WEEKLY.span)
        [(key, tail)] = view.seen.items()
        assert tail.event
        assert tail.event.span == Span(at(3, 23, 13), at(3, 23, 14))
        assert tail.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU;COUNT=7")
        assert tail.event.overrides == {at(4, 6, 12): {CANCELLED: True}}
        assert tail.rebuild
        after = await rebuilt(stage, key, tail)
        assert len(stage.rows(key)) == 6
        await assert_quiet(stage, linked(link.odoo_id, head))
        assert after.series

    async def test_this_and_the_following_renamed(self, stage: Stage) -> None:
        link = await stage.create(repeated(at(3, 2), "FREQ=WEEKLY;BYDAY=TU"))
        row = stage.row_at(link.odoo_id, "2027-03-23")
        stage.edit(row, name="Retro", recurrence_update="future_events")
        view = await stage.look(link)
        head = view.seen.pop(link.odoo_id)
        [tail] = view.seen.values()
        assert head.event
        assert tail.event
        assert (head.event.title, tail.event.title) == ("Standup", "Retro")
        assert tail.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU")
        assert tail.event.span == Span(at(3, 23), at(3, 23, 10))

    async def test_a_rule_that_odoo_cannot_express_survives_a_split(self, stage: Stage) -> None:
        link = await stage.create(LAST_WEEKDAY)
        stage.edit(
            stage.row_at(link.odoo_id, "2027-03-31"),
            start="2027-03-31 13:00:00",
            stop="2027-03-31 14:00:00",
            recurrence_update="future_events",
        )
        view = await stage.look(link)
        head = view.seen.pop(link.odoo_id)
        [(key, tail)] = view.seen.items()
        assert head.event
        assert tail.event
        assert head.event.recurrence
        assert equal(
            head.event.recurrence,
            rule("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2"),
            LAST_WEEKDAY.span,
        )
        assert head.event.overrides == {}
        assert tail.event.recurrence == rule("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3")
        assert tail.event.span == Span(at(3, 31, 13), at(3, 31, 14))
        await rebuilt(stage, key, tail)
        assert [row["start"][5:10] for row in stage.rows(key)] == ["03-31", "04-30", "05-31"]

    async def test_a_split_twice_between_two_looks(self, stage: Stage) -> None:
        link = await stage.create(WEEKLY)
        stage.edit(stage.row_at(link.odoo_id, "2027-03-16"), name="Second", recurrence_update="future_events")
        second = stage.odoo.as_user("alice").search(EVENT, [("name", "=", "Second")], order="start, id")
        stage.edit(second[2], name="Third", recurrence_update="future_events")
        view = await stage.look(link)
        assert view.moved == {}
        head = view.seen.pop(link.odoo_id)
        by_title = {seen.event.title: seen for seen in view.seen.values() if seen.event}
        # The third part begins with a row made by Odoo, of which the link knows nothing.
        assert by_title.keys() == {"Second"}
        everything = (await stage.side.pull(stage.owner(), WINDOW, [link])).seen.values()
        [third] = [seen for seen in everything if seen.event and seen.event.title == "Third"]
        for seen, count in ((head, 2), (by_title["Second"], 2), (third, 6)):
            assert seen.event
            assert seen.event.recurrence
            want = rule(f"FREQ=WEEKLY;BYDAY=TU;COUNT={count}")
            assert equal(seen.event.recurrence, want, seen.event.span)


async def test_a_single_event_made_a_series(stage: Stage) -> None:
    link = await stage.create(dataclasses.replace(WEEKLY, recurrence=None))
    assert link.odoo_id > 0
    stage.edit(link.odoo_id, recurrency=True, rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=3", event_tz=ZONE)
    _, seen = await moved_to(stage, link)
    assert seen.event
    assert seen.event.span == WEEKLY.span
    assert seen.event.recurrence == rule("FREQ=WEEKLY;BYDAY=TU;COUNT=3")
    assert seen.event.overrides == {}
    assert seen.series
    assert len(seen.series.rows) == 3
