"""What administrators are shown: taken by Slack, to our rules, and without anything that calendars say."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.alerts.kinds import KINDS, kind_of
from bot.commands.admin import SUBCOMMANDS
from bot.texts import Texts
from bot.views import admin, alerts
from bot.views.actions import ActionId
from bot.views.admin import AdminStatus, LineState, Row
from bot.views.alerts import AlertData
from bot.views.kit import Message
from tests.properties.strategies import odd
from tests.unit.view_rules import buttons, complaints

T = Texts()
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
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
    states={"working": 40, "starting": 1, "waiting": 2, "reconnect": 3},
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
]


def alert(**changes: Any) -> Message:
    """Return the example alert with some changes."""
    return alerts.alert_message(T, dataclasses.replace(ALERT, **changes))


def status(**changes: Any) -> Message:
    """Return the example status with some changes."""
    return admin.admin_status_message(T, dataclasses.replace(STATUS, **changes))


DOUBT = {"kind": "odoo-database", "fingerprint": "odoo-database", "code": "odoo_went_back"}
EXAMPLES: dict[str, tuple[Message, Sequence[str]]] = {
    "alert": (alert(), ["daily limit", "12 people", "7 times", "2026-03-02 11:00 UTC"]),
    "alert at first": (alert(count=1, people=0, runbook=""), ["daily limit"]),
    "alert about somebody": (
        alert(code="odoo_user_gone", kind="odoo-user", about="alice", people=0),
        ["It concerns alice in Odoo"],
    ),
    "alert muted": (
        alert(muted_until=NOW + HOUR, muted_by=ADMIN),
        ["Muted until", f"<@{ADMIN}>", "2026-03-02 13:00 UTC"],
    ),
    "alert over": (alert(resolved_at=NOW), ["Resolved after 60 min", "daily limit"]),
    "alert of a key": (alert(code="odoo_key_ends_soon", kind="odoo-key-ends", retry=False), ["two weeks"]),
    "database in doubt": (
        alert(**DOUBT),
        ["went back in time", "Use This Database", "calsync accept-database"],
    ),
    "alert that calls": (alerts.mentioning(alert(), ""), []),
    "digest": (
        alerts.digest_message(
            T,
            [("google_rate_limit", 3), ("google_rate_limit", 1), ("grant_dead", 1)],
            [("google_refuses", 5), ("masked", 1)],
        ),
        ["2 people, 4 times", "1 person, 1 time", "5 events are set aside", "1 event is set aside"],
    ),
    "digest of many": (
        alerts.digest_message(T, [(f"code{n}", 1) for n in range(12)], [(f"why{n}", 1) for n in range(12)]),
        ["… and 4 more"],
    ),
    "runbook": (alerts.runbook_message(T, "odoo-down"), ["Odoo is down"]),
    "runbook of something else": (alerts.runbook_message(T, "<!here>"), ["calsync doctor"]),
    "status": (
        status(),
        ["40 work", "1 is starting", "2 wait", "3 have to", "alice", "5 %", "2 problems", "heard"],
    ),
    "status of trouble": (
        status(
            paused=(NOW, ADMIN), odoo_trouble="odoo_unreachable", line=LineState(False, NOW, 2), problems=1
        ),
        ["All syncs are paused", "Odoo cannot be reached", "is dead", "replaced 2 times", "1 problem is"],
    ),
    "status of nothing": (
        status(states={}, oldest=None, troubles=[], line=None, problems=0),
        ["Nobody has connected yet", "HTTP mode", "Odoo answers"],
    ),
    "accounts": (admin.accounts_message(T, ROWS), ["4 accounts", "alice@example.com", "grant_dead"]),
    "accounts many": (admin.accounts_message(T, [ROWS[0]] * 33), ["33 accounts", "… and 3 more"]),
    "accounts none": (admin.accounts_message(T, []), ["no such accounts"]),
    "resynced": (admin.resynced_message(T, ADMIN, "ok", {"merged": 2}), [ADMIN, "2 events changed"]),
    "resynced quietly": (admin.resynced_message(T, ADMIN, "ok", {}), ["nothing had changed"]),
    "not resynced": (admin.resynced_message(T, ADMIN, "grant_dead", {}), ["was not synced", "Connect again"]),
    "help": (admin.admin_help_message(T, sorted(SUBCOMMANDS)), ["admin status", "admin pause"]),
    "help guess": (
        admin.admin_help_message(T, ["status"], unknown="stauts", guess="status"),
        ["`admin stauts`", "`/calsync admin status`"],
    ),
    "help unknown": (admin.admin_help_message(T, ["status"], unknown="<!here>"), ["&lt;!here&gt;"]),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_every_view_keeps_to_the_rules_and_looks_as_before(
    name: str, snapshot: SnapshotAssertion
) -> None:
    message, facts = EXAMPLES[name]
    assert complaints(message, facts) == []
    assert f"{message.text}\n\n{json.dumps(message.blocks, indent=2, ensure_ascii=False)}" == snapshot


def test_there_is_an_example_of_every_view() -> None:
    views = {
        name
        for module in (admin, alerts)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__annotations__.get("return") == "Message" and function.__module__ == module.__name__
    }
    assert views == {
        "alert_message",
        "mentioning",
        "digest_message",
        "runbook_message",
        "admin_status_message",
        "accounts_message",
        "resynced_message",
        "admin_help_message",
    }


@pytest.mark.parametrize("mention", ["here", "channel"])
def test_an_alert_calls_people_only_if_a_setting_says_so(mention: str) -> None:
    called = alerts.mentioning(alert(), mention)
    assert called.text.startswith(f"<!{mention}> calsync has trouble")
    assert called.blocks[0]["text"]["text"].startswith(f"<!{mention}> calsync has trouble")
    assert called.blocks[1:] == alert().blocks[1:]
    assert complaints(called) == ["it may ping somebody"]


def test_a_resolved_alert_has_no_buttons_and_a_muted_one_can_be_unmuted() -> None:
    assert buttons(alert(resolved_at=NOW)) == []
    assert {one["action_id"] for one in buttons(alert(muted_until=NOW, muted_by=ADMIN))} == {
        ActionId.RETRY_ALERT,
        ActionId.UNMUTE_ALERT,
        ActionId.RUNBOOK,
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_sentences_and_a_page_of_the_runbook(kind: Any) -> None:
    assert T.has(f"runbook.{kind.name}")
    for code in kind.codes:
        assert kind_of(code) is kind
        assert T.has(f"alert.{code}") or T.has(f"trouble.{code}")


@pytest.mark.parametrize("name", sorted(SUBCOMMANDS))
def test_every_subcommand_has_its_line_in_the_help(name: str) -> None:
    assert T.has(f"help.admin.{name}")


moments = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
names = st.text(st.sampled_from("ab *_`~<>&!@#|\n👩‍👩‍👧جلسه{}"), max_size=300)
codes = st.one_of(odd, st.sampled_from(["grant_dead", "broken", "odoo_went_back", "odoo_unreachable"]))
numbers = st.integers(0, 10**6)
alert_data = st.builds(
    AlertData,
    fingerprint=st.sampled_from([kind.name for kind in KINDS]),
    kind=st.sampled_from([kind.name for kind in KINDS]),
    code=codes,
    about=names,
    count=numbers,
    people=numbers,
    first_at=moments,
    last_at=moments,
    resolved_at=st.none() | moments,
    muted_until=st.none() | moments,
    muted_by=st.just(ADMIN),
    retry=st.booleans(),
    runbook=st.sampled_from(["", "https://wiki.example/x#y"]),
)


@given(alert_data)
def test_alerts_keep_to_the_rules_whatever_they_tell(data: AlertData) -> None:
    assert complaints(alerts.alert_message(T, data)) == []


@given(st.lists(st.tuples(codes, numbers), max_size=30), st.lists(st.tuples(codes, numbers), max_size=30))
def test_digests_keep_to_the_rules_whatever_they_tell(
    small: list[tuple[str, int]], aside: list[tuple[str, int]]
) -> None:
    assert complaints(alerts.digest_message(T, small, aside)) == []


rows = st.builds(Row, st.just(ADMIN), names, names, st.none() | codes, st.booleans(), st.none() | moments)


@given(st.lists(rows, max_size=50), names, codes)
def test_lists_of_accounts_keep_to_the_rules_whatever_they_tell(
    listed: list[Row], word: str, code: str
) -> None:
    sent = [
        admin.accounts_message(T, listed),
        admin.resynced_message(T, ADMIN, code, {}),
        admin.admin_help_message(T, ["status"], unknown=word, guess="status"),
        status(oldest=(word, NOW), troubles=[(code, 1)], odoo_trouble=code),
    ]
    assert [complaints(one) for one in sent] == [[]] * len(sent)
