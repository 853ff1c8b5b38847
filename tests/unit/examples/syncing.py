"""Examples of what syncs, the history and the settings tell."""

from __future__ import annotations

import dataclasses

from bot.views import held, history, plan, resync, settings, status
from sync.model import Side
from sync.wishes import Direction, Kind
from tests.unit.examples import Example
from tests.unit.examples.data import (
    CHANGE,
    CHOICES,
    CHOSEN,
    DELETED,
    HELD_STEPS,
    NOW,
    PUT_BACK,
    STATUS,
    STEPS,
    but,
)

EXAMPLES = [
    Example(
        "held one",
        held.held_message,
        lambda t: held.held_message(t, 1),
        ["1 deletion waits", "Delete Them", "Bring Them Back"],
    ),
    Example(
        "held many", held.held_message, lambda t: held.held_message(t, 40), ["40 deletions wait", "mistake"]
    ),
    Example("resync running", resync.running_message, resync.running_message, ["Syncing"]),
    Example(
        "resync done",
        resync.result_message,
        lambda t: resync.result_message(t, "ok", {"merged": 2}),
        ["2 events changed on both sides"],
    ),
    Example(
        "resync quiet",
        resync.result_message,
        lambda t: resync.result_message(t, "ok", {}),
        ["nothing had changed"],
    ),
    Example(
        "resync failed",
        resync.result_message,
        lambda t: resync.result_message(t, "odoo_unreachable", {}),
        ["Odoo cannot be reached"],
    ),
    Example(
        "resync too soon",
        resync.too_soon_message,
        lambda t: resync.too_soon_message(t, NOW),
        ["2026-03-02 12:00 UTC"],
    ),
    Example(
        "status",
        status.status_message,
        lambda t: status.status_message(t, STATUS),
        [
            *("Working", "alice@example.com", "12 events", "3 events added"),
            *("2 events are set aside", "Lunch &lt;with&gt; Bob, <!date", "Odoo stumbled over it"),
        ],
    ),
    Example(
        "status starting",
        status.status_message,
        lambda t: status.status_message(t, but(synced_at=None, counts={}, parked=[], links=0)),
        ["Starting", "not yet", "0 events"],
    ),
    Example(
        "status waiting",
        status.status_message,
        lambda t: status.status_message(t, but(trouble="odoo_trouble")),
        ["Waiting", "Odoo has trouble"],
    ),
    Example(
        "status reconnect",
        status.status_message,
        lambda t: status.status_message(t, but(needs_reconnect=True, trouble="grant_dead")),
        ["Stopped", "Connect again"],
    ),
    Example(
        "status limited",
        status.status_message,
        lambda t: status.status_message(
            t, but(direction=Direction.TO_ODOO, left_out=[Kind.FREE, Kind.ALL_DAY], is_narrower=True)
        ),
        [
            "Your calendars are synced as you chose",
            "By your settings: only to Odoo, without events of whole days, without events that show",
            "not as far back or ahead",
        ],
    ),
    Example(
        "status held",
        status.status_message,
        lambda t: status.status_message(t, but(held=30)),
        ["30 deletions wait"],
    ),
    Example("not connected", status.not_connected_message, status.not_connected_message, ["not connected"]),
    Example(
        "dry run",
        plan.plan_message,
        lambda t: plan.plan_message(t, STEPS),
        [
            "1 event added to Google, 1 event changed on both sides",
            "1 event set aside",
            "Lunch &lt;with&gt; Bob, <!date",
            "changed in Google (title), changed in Odoo (place, time)",
            "Holiday, Mar 2, 2026",
            "set aside in Google: it repeats in a way that cannot be read",
            "nothing was written",
        ],
    ),
    Example(
        "dry run quiet",
        plan.plan_message,
        lambda t: plan.plan_message(t, STEPS[-1:]),
        ["would change nothing", "nothing was written"],
    ),
    Example(
        "dry run held",
        plan.plan_message,
        lambda t: plan.plan_message(t, HELD_STEPS),
        ["12 deletions would wait", "Event 9", "2 more"],
    ),
    Example(
        "history",
        history.history_message,
        lambda t: history.history_message(t, [DELETED, PUT_BACK, CHANGE]),
        [
            "an event without a title",
            "taken out of Google: it was deleted in Odoo",
            "Lunch &lt;with&gt; Bob, <!date",
            "changed in Odoo (time, title): both sides were edited differently",
            "Overruled: title: Lunch &amp; soup; time: <!date",
            "place on Mar 2, 2026: Room &lt;1&gt;",
        ],
    ),
    Example(
        "history restored",
        history.history_message,
        lambda t: history.history_message(
            t, [DELETED], outcome=t("history.restored", synced=t("resync.quiet"))
        ),
        ["Restored. Synced"],
    ),
    Example(
        "history empty",
        history.history_message,
        lambda t: history.history_message(t, []),
        ["Nothing has been changed for you"],
    ),
    Example(
        "put back",
        history.put_back_message,
        lambda t: history.put_back_message(
            t, [PUT_BACK, dataclasses.replace(DELETED, title="Board", side=Side.ODOO)]
        ),
        ["only the organizer can change them", "Lunch &lt;with&gt; Bob", "Room &lt;1&gt;", "Board, in Odoo"],
    ),
    Example(
        "settings",
        settings.settings_message,
        lambda t: settings.settings_message(t, CHOICES),
        ["*Direction*: both ways", "*Past*: all there is: 365 days", "*Language*: as in Slack", "Meet links"],
    ),
    Example(
        "settings chosen",
        settings.settings_message,
        lambda t: settings.settings_message(t, CHOSEN),
        [
            *("only to Google", "events with times, events that show me as free", "*Past*: 30 days"),
            *("*Quiet hours*: 22:00 – 07:00", "فارسی", "Meet links*: on"),
        ],
    ),
]
