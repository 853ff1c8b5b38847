"""Every message that people may get: taken by Slack, to our rules, whatever calendars contain."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot import commands
from bot.texts import Mrkdwn, Texts, escape
from bot.views import connect, held, history, plan, resync, settings, status
from bot.views import help as help_view
from bot.views.actions import ActionId
from bot.views.changes import phrase, trouble
from bot.views.history import Change, Overruled
from bot.views.kit import Message
from bot.views.plan import Step
from bot.views.status import SHOWN, ParkedItem, StatusData
from sync.model import FIELDS, Guest, Reminder, Response, Side, Span
from tests.properties.strategies import odd, spans
from tests.unit.view_rules import buttons, complaints

T = Texts()
NOW = NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
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
    parked=[ParkedItem(Side.GOOGLE, "Lunch <with> Bob", "2026-03-02T12:00:00Z", "google_refuses")],
    held=0,
    now=NOW,
)


def but(**changes: Any) -> StatusData:
    """Return the example status with some changes."""
    return dataclasses.replace(STATUS, **changes)


DAY = NOON.date()
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
)
PUT_BACK = dataclasses.replace(
    CHANGE, id=8, reason="put_back", restorable=False, overruled=[Overruled("location", "Room <1>", DAY)]
)
DELETED = Change(9, NOW, Side.GOOGLE, "delete", "deleted_in_odoo", [], "", None)


EXAMPLES: dict[str, tuple[Message, Sequence[str]]] = {
    "connect link": (
        connect.link_message(T, url="https://x.example/c/1", login="alice", email=None, admins=ADMINS),
        ["alice", "works once", "10 minutes", "403 access_denied"],
    ),
    "connect link again": (
        connect.link_message(
            T, url="https://x.example/c/1", login="alice", email="a@example.com", admins=ADMINS
        ),
        ["a@example.com", "connect again"],
    ),
    "connect refused": (connect.refusal(T, T("connect.nobody", email="a@x", admins=ADMINS)), ["a@x"]),
    "connected": (
        connect.connected_message(T, email="a@example.com", login="alice"),
        ["a@example.com", "alice"],
    ),
    "reconnect": (
        connect.reconnect_message(T, trouble("grant_dead", T)),
        ["Connect again", "nothing is lost"],
    ),
    "held one": (held.held_message(T, 1), ["1 deletion waits", "Delete Them", "Bring Them Back"]),
    "held many": (held.held_message(T, 40), ["40 deletions wait", "mistake"]),
    "help": (
        help_view.help_message(T, [*commands.COMMANDS, "help"]),
        ["/calsync connect", "/calsync status"],
    ),
    "help guess": (
        help_view.help_message(T, ["help"], unknown="stauts", guess="status"),
        ["stauts", "`/calsync status`"],
    ),
    "help unknown": (help_view.help_message(T, ["help"], unknown="<!here>"), ["&lt;!here&gt;"]),
    "note": (help_view.note("One thing"), ["One thing"]),
    "resync running": (resync.running_message(T), ["Syncing"]),
    "resync done": (resync.result_message(T, "ok", {"merged": 2}), ["2 events changed on both sides"]),
    "resync quiet": (resync.result_message(T, "ok", {}), ["nothing had changed"]),
    "resync failed": (resync.result_message(T, "odoo_unreachable", {}), ["Odoo cannot be reached"]),
    "resync too soon": (resync.too_soon_message(T, NOW), ["2026-03-02 12:00 UTC"]),
    "status": (
        status.status_message(T, STATUS),
        [
            "Working",
            "alice@example.com",
            "12 events",
            "3 events added",
            "1 event is set aside",
            "Lunch &lt;with&gt;",
        ],
    ),
    "status starting": (
        status.status_message(T, but(synced_at=None, counts={}, parked=[], links=0)),
        ["Starting", "not yet", "0 events"],
    ),
    "status waiting": (
        status.status_message(T, but(trouble="odoo_trouble")),
        ["Waiting", "Odoo has trouble"],
    ),
    "status reconnect": (
        status.status_message(T, but(needs_reconnect=True, trouble="grant_dead")),
        ["Stopped", "Connect again"],
    ),
    "status held": (status.status_message(T, but(held=30)), ["30 deletions wait"]),
    "dry run": (
        plan.plan_message(T, STEPS),
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
    "dry run quiet": (plan.plan_message(T, STEPS[-1:]), ["would change nothing", "nothing was written"]),
    "dry run held": (plan.plan_message(T, HELD_STEPS), ["12 deletions would wait", "Event 9", "2 more"]),
    "history": (
        history.history_message(T, [DELETED, PUT_BACK, CHANGE]),
        [
            "an event without a title · taken out of Google: it was deleted in Odoo",
            "changed in Odoo (time, title): both sides were edited differently",
            "Overruled: title: Lunch &amp; soup; time: <!date",
            "place on Mar 2, 2026: Room &lt;1&gt;",
        ],
    ),
    "history restored": (
        history.history_message(T, [DELETED], outcome=T("history.restored", synced=T("resync.quiet"))),
        ["Restored. Synced"],
    ),
    "history empty": (history.history_message(T, []), ["Nothing has been changed for you"]),
    "put back": (
        history.put_back_message(T, [PUT_BACK, dataclasses.replace(DELETED, title="Board", side=Side.ODOO)]),
        ["only the organizer can change them", "Lunch &lt;with&gt; Bob", "Room &lt;1&gt;", "Board, in Odoo"],
    ),
    "settings": (settings.settings_message(T, makes_meet=False), ["Meet links", "off"]),
    "settings on": (settings.settings_message(T, makes_meet=True), ["Meet links*: on"]),
    "not connected": (status.not_connected_message(T), ["not connected"]),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_every_view_keeps_to_the_rules_and_looks_as_before(
    name: str, snapshot: SnapshotAssertion
) -> None:
    message, facts = EXAMPLES[name]
    assert complaints(message, facts) == []
    assert f"{message.text}\n\n{json.dumps(message.blocks, indent=2, ensure_ascii=False)}" == snapshot


def test_there_is_an_example_of_every_view() -> None:
    modules = (connect, held, help_view, history, plan, resync, settings, status)
    views = {
        function.__name__
        for module in modules
        for function in vars(module).values()
        if getattr(function, "__annotations__", {}).get("return") == "Message"
        and function.__module__ == module.__name__
    }
    shown = {
        "link_message",
        "refusal",
        "connected_message",
        "reconnect_message",
        "held_message",
        "help_message",
    }
    shown |= {"note", "running_message", "result_message", "too_soon_message"}
    shown |= {"plan_message", "history_message", "put_back_message", "settings_message"}
    assert views == shown | {"status_message", "not_connected_message"}


def test_a_message_unfurls_no_links() -> None:
    assert EXAMPLES["help"][0].arguments["unfurl_links"] is False


moments = st.one_of(st.none(), st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
codes = st.one_of(
    st.none(), odd, st.sampled_from(["grant_dead", "odoo_trouble", "masked", "series", "broken"])
)
words = st.text(st.sampled_from("ab *_`~<>&!@#|\n👩‍👩‍👧جلسه{}"), max_size=100)
counts = st.dictionaries(
    st.one_of(odd, st.sampled_from(["merged", "parked", "new_in_odoo", "agreed"])),
    st.integers(0, 10**6),
    max_size=12,
)
parked_items = st.builds(
    ParkedItem, st.sampled_from(Side), words, words, codes.map(lambda code: code or "masked")
)
status_data = st.builds(
    StatusData,
    email=words,
    login=words,
    needs_reconnect=st.booleans(),
    trouble=codes,
    synced_at=moments,
    next_run_at=moments,
    links=st.integers(0, 10**6),
    changed_at=moments,
    counts=counts,
    parked=st.lists(parked_items, max_size=14),
    held=st.integers(0, 10**4),
    now=st.just(NOW),
)


@given(status_data)
def test_status_keeps_to_the_rules_whatever_it_tells(data: StatusData) -> None:
    message = status.status_message(T, data)
    assert complaints(message, [T.plural("status.links", data.links)]) == []
    pressed = {one["action_id"] for one in buttons(message)}
    assert (ActionId.CONNECT in pressed) is data.needs_reconnect
    assert (ActionId.DELETE_HELD in pressed) is (ActionId.RESTORE_HELD in pressed) is bool(data.held)


@given(words, words, st.one_of(st.none(), words.filter(bool)))
def test_messages_about_connecting_keep_to_the_rules(login: str, word: str, email: str | None) -> None:
    sent = [
        connect.link_message(T, url="https://x.example/c/1", login=login, email=email, admins=word),
        connect.refusal(T, T("connect.nobody", email=login, admins=word)),
        connect.connected_message(T, email=login, login=word),
        connect.reconnect_message(T, trouble(word, T)),
        help_view.help_message(T, ["help"], unknown=word, guess=login),
        help_view.note(T("connect.taken", login=login, admins=word)),
    ]
    assert [complaints(one) for one in sent] == [[]] * len(sent)


@given(codes.map(lambda code: code or "ok"), counts, st.integers(0, 10**6))
def test_results_keep_to_the_rules(code: str, done: dict[str, int], number: int) -> None:
    assert complaints(resync.result_message(T, code, done)) == []
    assert complaints(held.held_message(T, number), [T.plural("guard.question", number)]) == []


values = st.one_of(
    words,
    st.none(),
    st.booleans(),
    st.sampled_from(Response),
    st.frozensets(st.builds(Guest, words), max_size=40),
    st.frozensets(st.builds(Reminder, st.just("popup"), st.integers(0, 10**6)), max_size=40),
    spans(),
)
starts = st.one_of(moments, st.dates())
overruled = st.builds(Overruled, st.sampled_from(FIELDS), values, starts)
reasons = codes.map(lambda code: code or "edited_on_both")
changes = st.builds(
    Change,
    id=st.integers(1),
    at=st.just(NOW),
    side=st.sampled_from(Side),
    act=st.sampled_from(["create", "update", "delete", "decline"]),
    reason=reasons,
    fields=st.lists(st.sampled_from([*FIELDS, "rows", "organizer"]), unique=True),
    title=st.one_of(words, odd),
    starts=starts,
    overruled=st.lists(overruled, max_size=len(FIELDS)),
    restorable=st.booleans(),
)
fields = st.lists(st.sampled_from(FIELDS), unique=True)
writes = st.builds(dict.fromkeys, st.sampled_from([[Side.ODOO], [*Side]]), fields)
planned = st.builds(Step, st.sampled_from(["create", "update", "park"]), writes, reasons, words, starts)


@given(st.lists(changes, max_size=10, unique_by=lambda one: one.id), words)
def test_history_keeps_to_the_rules_whatever_it_tells(told: list[Change], outcome: str) -> None:
    message = history.history_message(T, told, outcome=escape(outcome))
    assert complaints(message) == []
    assert {one["value"] for one in buttons(message)} == {str(one.id) for one in told if one.restorable}
    assert complaints(history.put_back_message(T, told * 2)) == []


@given(st.lists(planned, max_size=30))
def test_a_dry_run_keeps_to_the_rules_whatever_it_tells(told: list[Step]) -> None:
    assert complaints(plan.plan_message(T, told), ["nothing was written"]) == []
    assert buttons(plan.plan_message(T, told)) == []


def test_changes_are_told_with_their_numbers_and_only_those_with_words() -> None:
    told = phrase({"new_in_odoo": 1, "agreed": 5, "merged": 0, "parked": 2}, T)
    assert told == "1 event added to Google, 2 events set aside"
    assert phrase({"agreed": 1}, T) == ""


def test_an_unknown_trouble_is_named_by_its_code() -> None:
    assert "(<new>)" not in trouble("<new>", T)
    assert "(&lt;new&gt;)" in trouble("<new>", T)
    assert "(?)" in trouble(None, T)


def test_status_names_ten_set_aside_and_counts_the_rest() -> None:
    items = [ParkedItem(Side.ODOO, f"event {n}", "2026-03-02 12:00:00", "masked") for n in range(SHOWN + 2)]
    text = status.status_message(T, but(parked=items)).text
    assert text.count("• event ") == SHOWN
    assert "… and 2 more" in text
    assert "event 1, 2026-03-02 (Odoo)" in text


def test_a_title_pings_nobody() -> None:
    item = ParkedItem(Side.ODOO, "<!channel>", "", "masked")
    message = status.status_message(T, but(parked=[item]))
    assert "<!channel>" not in str(message.arguments)
    assert escape("<!channel>") in message.text
