"""The data that examples show."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.texts import Mrkdwn
from bot.views.history import Change, Overruled
from bot.views.plan import Step
from bot.views.settings import Choices
from bot.views.status import ParkedItem, StatusData
from sync.model import Side, Span
from sync.wishes import Direction, Kind
from tests.unit.examples import Example

NOW = NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = NOON.date()
ADMINS = Mrkdwn("<@U0000000003>")

STATUS = StatusData(
    email="alice@example.com",
    login="alice",
    needs_reconnect=False,
    trouble=None,
    synced_at=NOW - timedelta(minutes=2),
    next_run_at=NOW + timedelta(minutes=1),
    links=12,
    changed_at=NOW - timedelta(hours=1),
    counts={"new_in_google": 3, "parked": 1},
    parked=[
        ParkedItem(Side.GOOGLE, "Lunch <with> Bob", NOON, "google_refuses", "https://g.example/e?eid=1"),
        ParkedItem(Side.ODOO, "جلسهٔ هفتگی", DAY, "odoo_trouble"),
    ],
    held=0,
    now=NOW,
)
CHOICES = Choices(
    direction=Direction.BOTH,
    left_out=(),
    past=None,
    future=None,
    widest_past=365,
    widest_future=730,
    quiet_from=None,
    quiet_until=None,
    language="",
    makes_meet=False,
)
CHOSEN = Choices(
    direction=Direction.TO_GOOGLE,
    left_out=(Kind.ALL_DAY,),
    past=30,
    future=90,
    widest_past=365,
    widest_future=730,
    quiet_from=22,
    quiet_until=7,
    language="fa",
    makes_meet=True,
)
STEPS = [
    Step("create", {Side.GOOGLE: ()}, "new_in_odoo", "Lunch <with> Bob", NOON),
    Step("update", {Side.GOOGLE: {"title"}, Side.ODOO: {"span", "location"}}, "merged", "Planning", NOON),
    Step("delete", {Side.ODOO: ()}, "deleted_in_google", "Holiday", DAY),
    Step("park", {Side.GOOGLE: ()}, "unreadable_rule", "", None),
    Step("note", {}, "agreed", "Quiet", NOON),
]
HELD_STEPS = [Step("park", {Side.GOOGLE: ()}, "held_back", f"Event {n}", DAY) for n in range(12)]
CHANGE = Change(
    7,
    NOW - timedelta(hours=2),
    Side.ODOO,
    "update",
    "edited_on_both",
    ["title", "span"],
    "Lunch <with> Bob",
    NOON,
    [Overruled("title", "Lunch & soup"), Overruled("span", Span(NOON, NOON + timedelta(hours=1)))],
    restorable=True,
    event="lunch",
)
PUT_BACK = dataclasses.replace(
    CHANGE, id=8, reason="put_back", restorable=False, overruled=[Overruled("location", "Room <1>", DAY)]
)
DELETED = Change(9, NOW, Side.GOOGLE, "delete", "deleted_in_odoo", [], "", None)


def but(**changes: Any) -> StatusData:
    """Return the example status with some changes."""
    return dataclasses.replace(STATUS, **changes)


EXAMPLES: list[Example] = []
