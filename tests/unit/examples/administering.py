"""Examples of what administrators are shown: alerts, and answers to their commands."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from bot.commands.admin import SUBCOMMANDS
from bot.texts import Texts
from bot.views import admin, alerts
from bot.views.admin import AdminStatus, LineState, Row
from bot.views.alerts import AlertData
from bot.views.kit import Message
from tests.unit.examples import Example
from tests.unit.examples.data import NOW

HOUR = timedelta(hours=1)
ADMIN = "U0000000003"

ALERT = AlertData(
    fingerprint="google-quota",
    kind="google-quota",
    code="google_daily_limit",
    about="",
    count=7,
    people=12,
    first_at=NOW - HOUR,
    last_at=NOW,
    resolved_at=None,
    muted_until=None,
    muted_by="",
    retry=True,
    runbook="https://wiki.example/calsync#google-quota",
)
STATUS = AdminStatus(
    states={"working": 40, "starting": 1, "waiting": 2, "reconnect": 3, "paused": 2, "disconnected": 1},
    oldest=("alice", NOW - HOUR),
    troubles=[("grant_dead", 3), ("google_rate_limit", 2)],
    quota=(475, 9500),
    problems=2,
    paused=None,
    odoo_trouble=None,
    line=LineState(True, NOW, 0),
    now=NOW,
)
ROWS = [
    Row(ADMIN, "alice", "alice@example.com", None, False, NOW),
    Row(ADMIN, "bob", "", "grant_dead", True, None),
    Row(ADMIN, "carol", "carol@example.com", "google_rate_limit", False, NOW),
    Row(ADMIN, "new", "new@example.com", None, False, None),
    Row(ADMIN, "pat", "pat@example.com", None, False, NOW, "paused"),
    Row(ADMIN, "una", "", None, False, NOW, "disconnected"),
]


def alert(t: Texts, **changes: Any) -> Message:
    """Return the example alert with some changes."""
    return alerts.alert_message(t, dataclasses.replace(ALERT, **changes))


def status(t: Texts, **changes: Any) -> Message:
    """Return the example status with some changes."""
    return admin.admin_status_message(t, dataclasses.replace(STATUS, **changes))


DOUBT = {"kind": "odoo-database", "fingerprint": "odoo-database", "code": "odoo_went_back"}
EXAMPLES = [
    Example(
        "alert",
        alerts.alert_message,
        alert,
        ["daily limit", "12 people", "7 times", "2026-03-02 11:00 UTC"],
    ),
    Example(
        "alert at first",
        alerts.alert_message,
        lambda t: alert(t, count=1, people=0, runbook=""),
        ["daily limit"],
    ),
    Example(
        "alert about somebody",
        alerts.alert_message,
        lambda t: alert(t, code="odoo_user_gone", kind="odoo-user", about="alice", people=0),
        ["It concerns alice in Odoo"],
    ),
    Example(
        "alert muted",
        alerts.alert_message,
        lambda t: alert(t, muted_until=NOW + HOUR, muted_by=ADMIN),
        ["Muted until", f"<@{ADMIN}>", "2026-03-02 13:00 UTC"],
    ),
    Example(
        "alert over",
        alerts.alert_message,
        lambda t: alert(t, resolved_at=NOW),
        ["Resolved after 60 min", "daily limit"],
    ),
    Example(
        "alert of a key",
        alerts.alert_message,
        lambda t: alert(t, code="odoo_key_ends_soon", kind="odoo-key-ends", retry=False),
        ["two weeks"],
    ),
    Example(
        "database in doubt",
        alerts.alert_message,
        lambda t: alert(t, **DOUBT),
        ["went back in time", "Use This Database", "calsync accept-database"],
    ),
    Example(
        "alert that calls",
        alerts.mentioning,
        lambda t: alerts.mentioning(alert(t), ""),
        [],
    ),
    Example(
        "digest",
        alerts.digest_message,
        lambda t: alerts.digest_message(
            t,
            [("google_rate_limit", 3), ("google_rate_limit", 1), ("grant_dead", 1)],
            [("google_refuses", 5), ("masked", 1)],
        ),
        ["2 people, 4 times", "1 person, 1 time", "5 events are set aside", "1 event is set aside"],
    ),
    Example(
        "digest of many",
        alerts.digest_message,
        lambda t: alerts.digest_message(
            t, [(f"code{n}", 1) for n in range(12)], [(f"why{n}", 1) for n in range(12)]
        ),
        ["… and 4 more"],
    ),
    Example(
        "runbook",
        alerts.runbook_message,
        lambda t: alerts.runbook_message(t, "odoo-down"),
        ["Odoo is down"],
    ),
    Example(
        "runbook of something else",
        alerts.runbook_message,
        lambda t: alerts.runbook_message(t, "<!here>"),
        ["calsync doctor"],
    ),
    Example(
        "admin status",
        admin.admin_status_message,
        status,
        [
            "40 work",
            "1 is starting",
            "2 wait",
            "3 have to",
            "2 are paused",
            "1 has disconnected",
            "alice",
            "5 %",
            "2 problems",
            "heard",
        ],
    ),
    Example(
        "admin status of trouble",
        admin.admin_status_message,
        lambda t: status(
            t, paused=(NOW, ADMIN), odoo_trouble="odoo_unreachable", line=LineState(False, NOW, 2), problems=1
        ),
        ["All syncs are paused", "Odoo cannot be reached", "is dead", "replaced 2 times", "1 problem is"],
    ),
    Example(
        "admin status of nothing",
        admin.admin_status_message,
        lambda t: status(t, states={}, oldest=None, troubles=[], line=None, problems=0),
        ["Nobody has connected yet", "HTTP mode", "Odoo answers"],
    ),
    Example(
        "admin accounts",
        admin.accounts_message,
        lambda t: admin.accounts_message(t, ROWS),
        ["6 accounts", "alice@example.com", "grant_dead", "paused", "disconnected"],
    ),
    Example(
        "admin accounts many",
        admin.accounts_message,
        lambda t: admin.accounts_message(t, [ROWS[0]] * 33),
        ["33 accounts", "… and 3 more"],
    ),
    Example(
        "admin accounts none",
        admin.accounts_message,
        lambda t: admin.accounts_message(t, []),
        ["no such accounts"],
    ),
    Example(
        "admin resynced",
        admin.resynced_message,
        lambda t: admin.resynced_message(t, ADMIN, "ok", {"merged": 2}),
        [ADMIN, "2 events changed"],
    ),
    Example(
        "admin resynced quietly",
        admin.resynced_message,
        lambda t: admin.resynced_message(t, ADMIN, "ok", {}),
        ["nothing had changed"],
    ),
    Example(
        "admin not resynced",
        admin.resynced_message,
        lambda t: admin.resynced_message(t, ADMIN, "grant_dead", {}),
        ["was not synced", "Connect again"],
    ),
    Example(
        "admin help",
        admin.admin_help_message,
        lambda t: admin.admin_help_message(t, sorted(SUBCOMMANDS)),
        ["admin status", "admin pause"],
    ),
    Example(
        "admin help guess",
        admin.admin_help_message,
        lambda t: admin.admin_help_message(t, ["status"], unknown="stauts", guess="status"),
        ["`admin stauts`", "`/calsync admin status`"],
    ),
    Example(
        "admin help unknown",
        admin.admin_help_message,
        lambda t: admin.admin_help_message(t, ["status"], unknown="<!here>"),
        ["&lt;!here&gt;"],
    ),
]
