"""How many calls it takes: everything is asked and written by the hundreds."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from sync.model import Guest, Reminder, Response, Span
from sync.odoo.alarms import Alarms
from sync.odoo.partners import FORGOTTEN, KEPT, Partners
from tests.clock import TestClock
from tests.odoo.stage import WINDOW, Stage, at, meeting, repeated

pytestmark = pytest.mark.on_real_odoo


class Counter:
    """Counts the calls that the client makes, by model and method."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        real = stage.client.call

        async def counted(model: str, method: str, **named: object) -> object:
            self.calls.append(f"{model}.{method}")
            return await real(model, method, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(stage.client, "call", counted)

    def taken(self) -> int:
        """Return how many calls there were since the last time."""
        number = len(self.calls)
        self.calls.clear()
        return number


async def test_a_calendar_is_read_in_few_calls(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = frozenset({Guest(stage.email("bob"), Response.ACCEPTED)})
    counter = Counter(stage, monkeypatch)
    links = [
        await stage.create(repeated(at(3, 1), "FREQ=DAILY;COUNT=60", guests=bob), mark="a"),
        await stage.create(repeated(at(3, 2), "FREQ=WEEKLY;COUNT=10", title="Other"), mark="b"),
        await stage.create(meeting(at(3, 2)), mark="c"),
    ]
    counter.taken()
    view = await stage.side.pull(stage.owner(), WINDOW, links)
    assert view.seen.keys() == {link.odoo_id for link in links}
    # Singles, rows of series, these series whole, who answered; their rules; users and contacts if forgotten.
    assert counter.taken() <= 7
    await stage.look(*links)
    assert counter.taken() <= 6


async def test_a_series_is_written_in_few_calls(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(stage, monkeypatch)
    event = repeated(at(3, 1), "FREQ=DAILY;COUNT=100")
    link = await stage.create(event)
    assert counter.taken() < 16
    seen = (await stage.look(link)).seen[link.odoo_id]
    counter.taken()
    moved = dataclasses.replace(event, span=Span(at(3, 1, 12), at(3, 1, 14)))
    link = await stage.update(link, seen, moved, "span")
    assert counter.taken() < 20
    seen = (await stage.look(link)).seen[link.odoo_id]
    counter.taken()
    await stage.update(link, seen, dataclasses.replace(moved, title="Retro"), "title")
    assert counter.taken() < 12


async def test_addresses_are_asked_once_and_again_after_a_while(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, clock = Counter(stage, monkeypatch), TestClock()
    partners = Partners(stage.client, clock)
    bob = stage.owner("bob").partner_id
    emails = {stage.email("bob"), stage.email("carol"), "who@nowhere.example"}
    for _ in range(3):
        await partners.know_addresses(emails)
        await partners.know_partners([bob])
    assert counter.taken() == 2
    clock.advance(seconds=KEPT.total_seconds() + 1)
    await partners.know_addresses(emails)
    await partners.know_partners([bob])
    assert counter.taken() == 2
    assert partners.address(bob) == stage.email("bob")


async def test_strangers_are_forgotten_after_a_day(stage: Stage) -> None:
    """Regression: each address that was ever invited stayed in memory as long as the process ran."""
    clock = TestClock()
    partners = Partners(stage.client, clock)
    for number in range(3):
        await partners.know_addresses([f"stranger{number}@nowhere.example"])
        clock.advance(seconds=FORGOTTEN.total_seconds() + 1)
    await partners.know_addresses([stage.email("bob")])
    await partners.know_partners([stage.owner("bob").partner_id])
    assert list(partners._by_email) == [stage.email("bob")]
    assert len(partners._contacts) == 1


async def test_two_events_with_the_same_new_reminder_share_its_alarm(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: two runs that lacked the same alarm at the same time made two of it."""
    counter, alarms = Counter(stage, monkeypatch), Alarms(stage.client)
    odd = Reminder("popup", 173)
    found = await asyncio.gather(alarms.ids_for([odd]), alarms.ids_for([odd]))
    assert found[0] == found[1]
    assert counter.calls.count("calendar.alarm.create") == 1
