"""A short conversation in the terminal: connect, edits on both sides, a lost connection, and the result."""

from __future__ import annotations

import asyncio
import dataclasses
import textwrap
import time
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

from sync.model import Event, Side, Span
from tests.demo import acts
from tests.demo.stage import Stage
from tests.doubles.slack import Message
from tests.doubles.slack.screen import reader_of
from tests.world import browse

WHO = "alice"
WITHIN = 40.0
"""Seconds within which a change has to have travelled; the next look comes after ten at the latest."""
NAMES, WIDTH = 10, 100


async def play(stage: Stage) -> int:
    """Play the conversation; 0 when both calendars agree in the end, else 1."""
    begun = time.monotonic()
    script = _Script(stage)
    try:
        await script.connect()
        await script.edit_both_sides()
        await script.lose_a_connection()
    except TimeoutError as error:
        script.tell("demo", f"waited in vain: {error}")
    agree = script.compare()
    script.tell("demo", f"{time.monotonic() - begun:.0f} seconds")
    return 0 if agree else 1


class _Script:
    def __init__(self, stage: Stage) -> None:
        self._stage, self._world = stage, stage.world
        self._person = stage.world.in_slack(WHO)
        self._heard: Message | None = None

    def tell(self, name: str, text: str) -> None:
        """Print who says or does what."""
        indent = " " * NAMES
        for number, line in enumerate(text.split("\n")):
            lead = f"{name:<{NAMES}}" if number == 0 else indent
            print(textwrap.fill(line, WIDTH, initial_indent=lead, subsequent_indent=indent), flush=True)

    # --- the acts

    async def connect(self) -> None:
        """Connect and wait for the first sync."""
        self.tell("demo", f"calsync runs as process {self._stage.child.process.pid}")
        await self._types("/calsync connect")
        await self._hears("works once")
        pressed = await self._person.click("Connect Google Account")
        assert pressed.url
        self.tell(WHO, "(follows the link, chooses alice@example.com at Google and allows it)")
        page = _Words()
        page.feed(await browse(pressed.url, f"{WHO}@example.com"))
        self.tell("browser", " ".join(page.said))
        await self._hears("Start Syncing")
        self.tell(WHO, "(presses Start Syncing)")
        await self._person.click("Start Syncing")
        await self._hears("first sync is done")
        await self._until(self._agree, "for the first sync to end")

    async def edit_both_sides(self) -> None:
        """Change an event on each side, delete one, and ask how things are."""
        dentist, event = self._find(Side.GOOGLE, "Dentist")
        self.tell(WHO, "(moves “Dentist” by an hour in Google)")
        acts.edit(self._world, WHO, Side.GOOGLE, dentist, {"span": _later(event.span)})
        figures, _ = self._find(Side.ODOO, "Quarterly figures")
        self.tell(WHO, "(moves “Quarterly figures” to Room 7 in Odoo)")
        acts.edit(self._world, WHO, Side.ODOO, figures, {"location": "Room 7"})
        lesson, _ = self._find(Side.GOOGLE, "Guitar lesson ♫")
        self.tell(WHO, "(deletes “Guitar lesson ♫” in Google)")
        acts.delete(self._world, WHO, Side.GOOGLE, lesson)
        await self._until(self._agree, "for three changes to travel")
        self.tell("demo", "both calendars have all three changes")
        await self._types("/calsync status")
        await self._hears("Working")

    async def lose_a_connection(self) -> None:
        """Cut the connection after a write: calsync cannot know whether it was done, and doubles nothing."""
        self.tell("demo", "(will cut the connection after the next write, before the answer)")
        fault = self._stage.switches.turn("lost_write", on=True)
        assert fault
        _, lunch = self._find(Side.ODOO, "Lunch with Bob")
        coffee = dataclasses.replace(lunch, title="Coffee with Bob", span=_later(lunch.span))
        self.tell(WHO, "(adds “Coffee with Bob” in Google)")
        acts.add(self._world, WHO, Side.GOOGLE, acts.changes_of(coffee))
        await self._until(lambda: fault.hits == 1, "for the write to be cut off")
        self.tell("demo", "the answer was lost; is the event in Odoo or not?")
        await self._types("/calsync resync")
        await self._hears("Synced")
        await self._until(self._agree, "for the calendars to agree again")

    def compare(self) -> bool:
        """Tell whether both calendars hold the same, each event once, or what differs."""
        rows = self._stage.rows(WHO)
        google, odoo = self._world.comparable(WHO)
        for row in (one for one in rows if not one.same):
            self.tell("Google", str(google.get(row.google or "", "nothing")))
            self.tell("Odoo", str(odoo.get(row.odoo or 0, "nothing")))
        titles = [event.title for event in odoo.values()]
        doubled = {title for title in titles if titles.count(title) > 1}
        if doubled:
            self.tell("demo", f"doubled: {', '.join(sorted(doubled))}")
        if not self._agree() or doubled:
            return False
        self.tell("demo", f"both calendars agree: {len(rows)} events, nothing lost, nothing doubled")
        return True

    # --- how they are done

    async def _types(self, line: str) -> None:
        self.tell(WHO, line)
        outcome = await self._person.command(line)
        if outcome.error:
            self.tell("Slack", outcome.error)

    async def _hears(self, fragment: str) -> None:
        self._heard = await self._person.see(fragment, within=WITHIN, after=self._heard)
        self.tell("calsync", reader_of(self._world.slack, self._person.id).read(self._heard.text))

    async def _until(self, so: Callable[[], bool], wait: str) -> None:
        try:
            async with asyncio.timeout(WITHIN):
                while not so():  # noqa: ASYNC110 - the doubles' state has no event of its own
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise TimeoutError(wait) from None

    def _agree(self) -> bool:
        return all(row.same for row in self._stage.rows(WHO))

    def _find(self, side: Side, title: str) -> tuple[str, Event]:
        held = self._world.google_by_id(WHO) if side is Side.GOOGLE else self._world.odoo_by_id(WHO)
        return next((str(key), event) for key, event in held.items() if event.title == title)


def _later(span: Span) -> Span:
    hour = timedelta(hours=1)
    return Span(span.start + hour, span.end + hour)


class _Words(HTMLParser):
    """Collects what a page says in its headings and paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag in ("h1", "p")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.said.append(data if data.endswith(".") else f"{data}.")
