"""Messages about resets, undos, pauses and ending it: taken by Slack, to our rules, whatever they tell."""

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

from bot.prompts import Verdict
from bot.texts import Texts
from bot.views import disconnect, job, pause, prompt, reset, status, undo
from bot.views.actions import ActionId
from bot.views.kit import Message
from sync.model import Side
from sync.reset import (
    Choice,
    Existing,
    Failure,
    Named,
    Next,
    Preview,
    Progress,
    Result,
    Undoable,
    UndoPreview,
)
from tests.properties.strategies import odd
from tests.unit.test_views import but
from tests.unit.view_rules import buttons, complaints

T = Texts()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "k3y"
NOTHING = {Side.GOOGLE: 0, Side.ODOO: 0}
BOTH_NEW, LEAVE_ALL = Choice(Existing.BOTH, Next.NEW), Choice(Existing.LEAVE, Next.ALL)
LUNCH, HOLIDAY = Named("Lunch <with> Bob", NOON), Named("Holiday", NOON.date())

PREVIEW = Preview(
    BOTH_NEW,
    deleted={Side.GOOGLE: 12, Side.ODOO: 1},
    examples={Side.GOOGLE: [LUNCH, HOLIDAY], Side.ODOO: [LUNCH]},
    series={Side.GOOGLE: 2, Side.ODOO: 0},
    stays={"guest": 3, "not_linked": 1, "brand_new": 2},
    guests=3,
    guests_examples=["bob@example.com", "carol@example.com"],
    seconds=240,
    left_alone={Side.GOOGLE: 4, Side.ODOO: 0},
)
NO_LOSS = Preview(LEAVE_ALL, NOTHING, {}, NOTHING, {}, 0, [], 0, NOTHING)
RESULT = Result(7, "reset", BOTH_NEW, "done", {Side.GOOGLE: 12, Side.ODOO: 1}, NOTHING, [], NOON)
FAILURES = [
    Failure("Lunch <with> Bob", Side.GOOGLE, "google_refuses"),
    Failure("", Side.ODOO, "odoo_trouble"),
    Failure("Planning", Side.GOOGLE, "made_anew"),
]
UNDONE = Result(8, "undo", None, "done", NOTHING, {Side.GOOGLE: 11, Side.ODOO: 0}, FAILURES, None, there=1)
ENTRY = Undoable(7, NOON, "reset", BOTH_NEW, {Side.GOOGLE: 12, Side.ODOO: 1}, "U1", [LUNCH], NOON)
OF_RUN = Undoable(6, NOON, "run", None, {Side.ODOO: 3}, "", [HOLIDAY], NOON)
OF_ADMIN = dataclasses.replace(ENTRY, id=5, by="U0000000003", choice=LEAVE_ALL, removed=NOTHING, examples=[])
LOST = [Failure("Old", Side.ODOO, "odoo_deleted"), Failure("Older", Side.GOOGLE, "other_google_account")]


def chooser(choice: Choice = BOTH_NEW, **more: Any) -> Message:
    options: dict[str, Any] = {"whose": "", "expires": NOON} | more
    return reset.chooser_message(T, KEY, choice, **options)


def shown(preview: Preview = PREVIEW, whose: str = "") -> Message:
    return reset.preview_message(T, KEY, preview, whose=whose, expires=NOON)


RESET_EXAMPLES: dict[str, tuple[Message, Sequence[str]]] = {
    "chooser": (chooser(), ["Nothing is done yet", "*Delete from both*", "*Synchronize only new events*"]),
    "chooser for an admin": (chooser(whose="alice"), ["Reset the sync of alice"]),
    "chooser with a dead grant": (
        chooser(LEAVE_ALL, google_trouble="grant_dead"),
        ["nothing can be deleted there", "*Leave them untouched*"],
    ),
    "chooser after trouble": (chooser(problem="odoo_unreachable"), ["I cannot tell what would happen"]),
    "looking": (reset.looking_message(T), ["Looking"]),
    "preview": (
        shown(),
        [
            "12 events in Google, 1 event in Odoo",
            "Lunch &lt;with&gt; Bob, <!date",
            "Holiday, Mar 2, 2026 (Google)",
            "and 10 more",
            "2 of those in Google are series",
            "3 meetings of colleagues stay",
            "2 other events stay",
            "3 guests are invited to these meetings and get no mail. Among them: bob@example.com",
            "4 events that are in Google only",
            "about 4 minutes",
            "undo it for 14 days",
        ],
    ),
    "preview for an admin": (shown(whose="alice"), ["A reset of alice would delete: 12 events in Google"]),
    "preview that deletes nothing": (shown(NO_LOSS), ["would delete nothing", "compared anew"]),
    "preview with a dead grant": (
        shown(dataclasses.replace(NO_LOSS, choice=Choice(Existing.LEAVE, Next.NEW), trouble="grant_dead")),
        ["when you have connected again"],
    ),
    "starting": (job.starting_message(T), ["Starting"]),
    "progress": (
        job.progress_message(T, KEY, "reset", Progress(12, 40, 2)),
        ["12 of 40", "2 events could not"],
    ),
    "progress of an undo": (job.progress_message(T, KEY, "undo", Progress(0, 1, 0)), ["Undoing: 0 of 1"]),
    "stopping": (job.stopping_message(T), ["Stopping"]),
    "busy": (job.busy_message(T), ["under way"]),
    "interrupted": (job.interrupted_message(T), ["before anything was done"]),
    "not begun": (job.not_begun_message(T, "odoo_unreachable"), ["Nothing was done. Odoo cannot be reached"]),
    "not begun, dead grant": (job.not_begun_message(T, "grant_dead"), ["Nothing was done", "Connect again"]),
    "result": (
        job.result_message(T, RESULT, undo=7),
        ["Deleted: 12 events in Google, 1 event in Odoo", "“Delete from both”", "undone until <!date"],
    ),
    "result for an admin": (
        job.result_message(T, dataclasses.replace(RESULT, failures=FAILURES), whose="alice"),
        ["*alice*", "2 events could not be dealt with", "an event without a title (Google)"],
    ),
    "result of nothing": (
        job.result_message(T, dataclasses.replace(RESULT, choice=LEAVE_ALL, removed=NOTHING)),
        ["No event was deleted"],
    ),
    "result cancelled": (
        job.result_message(T, dataclasses.replace(RESULT, outcome="cancelled"), undo=7),
        ["*Cancelled.* Deleted before that: 12", "was not carried out"],
    ),
    "result of an undo": (
        job.result_message(T, UNDONE),
        [
            "Brought back: 11 events in Google",
            "1 event was back already",
            "2 events could not be dealt with",
            "1 event had to be made anew",
        ],
    ),
    "undo cancelled": (
        job.result_message(T, dataclasses.replace(UNDONE, outcome="cancelled", restored=NOTHING)),
        ["*Cancelled.* No event was brought back."],
    ),
    "told by an admin": (
        job.told_message(T, RESULT, admin="U0000000003", reason="<!here> a mess", undo=7),
        ["<@U0000000003> reset your calendar sync", "&lt;!here&gt; a mess", "Deleted: 12"],
    ),
    "undo list": (
        undo.list_message(T, [ENTRY, OF_RUN, OF_ADMIN], "U1"),
        ["Reset (“Delete from both”", "Deleted by the sync: 3 events in Odoo", "By <@U0000000003>."],
    ),
    "undo list empty": (undo.list_message(T, [], "U1"), ["nothing to undo"]),
    "undo question": (
        undo.ask_message(
            T,
            KEY,
            UndoPreview(ENTRY, {Side.GOOGLE: 11, Side.ODOO: 1}, 1, LOST, "grant_dead"),
            reader="U1",
            expires=NOON,
        ),
        [
            "would bring back: 11 events in Google, 1 event in Odoo",
            "1 event was back already",
            "2 events cannot be brought back",
            "Old (Odoo): somebody deleted it for good",
            "cannot be brought back now",
        ],
    ),
    "undo question of nothing": (
        undo.ask_message(T, KEY, UndoPreview(OF_ADMIN, NOTHING, 0, [], ""), reader="U1", expires=NOON),
        ["would bring back no event"],
    ),
    "paused": (
        pause.paused_message(T, NOON, by="", running=True),
        ["*Paused* since <!date", "deletions too", "still comes to its end"],
    ),
    "paused by an admin": (pause.paused_message(T, NOON, by="U0000000003"), ["by <@U0000000003>"]),
    "not paused": (pause.not_paused_message(T), ["not paused"]),
    "answer waits": (pause.answer_waits_message(T), ["carried out when you resume"]),
    "status paused": (status.status_message(T, but(paused_at=NOON)), ["*Paused* since <!date"]),
    "status paused by an admin": (
        status.status_message(T, but(paused_at=NOON, paused_by="U0000000003", held=3)),
        ["by <@U0000000003>"],
    ),
    "disconnect": (
        disconnect.ask_message(T, KEY, email="a@example.com", forget=False, expires=NOON),
        ["a@example.com", "What stays: all events", "30 days", "--forget"],
    ),
    "disconnect and forget": (
        disconnect.ask_message(T, KEY, email="a@example.com", forget=True, expires=NOON),
        ["everything that I keep of you"],
    ),
    "forget": (
        disconnect.ask_message(T, KEY, email="", forget=True, expires=NOON),
        ["This erases what I keep of you"],
    ),
    "disconnected": (
        disconnect.ended_message(T, told_google=False, forgotten=False),
        ["Disconnected", "myaccount.google.com"],
    ),
    "forgotten": (disconnect.ended_message(T, told_google=True, forgotten=True), ["nothing about you"]),
    "disconnected state": (disconnect.disconnected_message(T, NOON), ["before <!date"]),
    "expired": (prompt.expired_message(T, "reset"), ["nothing was done", "`/calsync reset`"]),
    "cancelled": (prompt.cancelled_message(T), ["nothing was done"]),
    "elsewhere": (prompt.elsewhere_message(T), ["direct messages"]),
    **{f"verdict {one}": (prompt.verdict_message(T, one), ["was done"]) for one in Verdict},
}


@pytest.mark.parametrize("name", RESET_EXAMPLES)
def test_an_example_of_every_view_keeps_to_the_rules_and_looks_as_before(
    name: str, snapshot: SnapshotAssertion
) -> None:
    message, facts = RESET_EXAMPLES[name]
    assert complaints(message, facts) == []
    assert f"{message.text}\n\n{json.dumps(message.blocks, indent=2, ensure_ascii=False)}" == snapshot


def pressed(message: Message) -> set[str]:
    return {one["action_id"] for one in buttons(message)}


def test_a_dead_grant_takes_the_buttons_of_google_away_and_offers_to_connect() -> None:
    offered = pressed(chooser(LEAVE_ALL, google_trouble="grant_dead"))
    assert not offered & {ActionId.RESET_GOOGLE, ActionId.RESET_BOTH}
    assert offered >= {ActionId.RESET_LEAVE, ActionId.RESET_ODOO, ActionId.CONNECT, ActionId.PREVIEW_RESET}
    of_another = chooser(LEAVE_ALL, google_trouble="grant_dead", whose="alice")
    assert ActionId.CONNECT not in pressed(of_another), "an administrator cannot connect for somebody"


def test_the_buttons_of_the_choice_are_called_as_in_odoo() -> None:
    labels = [one["text"]["text"] for one in buttons(chooser())]
    assert labels == [
        "Leave them untouched",
        "Delete from the current Google Calendar account",
        "Delete from Odoo",
        "Delete from both",
        "Synchronize only new events",
        "Synchronize all existing events",
        "Show What Would Happen",
        "Cancel",
    ]


def test_an_administrator_reads_no_titles_and_no_addresses() -> None:
    of_another = [
        shown(whose="alice"),
        job.result_message(T, dataclasses.replace(RESULT, failures=FAILURES), undo=None, whose="alice"),
    ]
    for message in of_another:
        for private in ("Lunch", "Holiday", "Planning", "bob@example.com"):
            assert private not in str(message.arguments)


def test_an_undo_is_offered_only_while_there_is_one() -> None:
    assert pressed(job.result_message(T, RESULT, undo=7)) == {ActionId.UNDO}
    assert pressed(job.result_message(T, RESULT)) == set()
    assert pressed(job.result_message(T, dataclasses.replace(RESULT, undo_until=None), undo=7)) == set()


def test_a_pause_of_an_administrators_offers_no_way_out() -> None:
    assert pressed(pause.paused_message(T, NOON, by="")) == {ActionId.RESUME}
    assert pressed(pause.paused_message(T, NOON, by="U0000000003")) == set()
    assert ActionId.RESYNC not in pressed(status.status_message(T, but(paused_at=NOON)))


words = st.text(st.sampled_from("ab *_`~<>&!@#|\n👩‍👩‍👧جلسه{}"), max_size=100)
sides = st.fixed_dictionaries({side: st.integers(0, 10**5) for side in Side})
choices = st.builds(Choice, st.sampled_from(Existing), st.sampled_from(Next))
named = st.builds(Named, st.one_of(words, odd), st.sampled_from([NOON, NOON.date(), None]))
codes = st.one_of(words, st.sampled_from(["google_refuses", "odoo_deleted", "made_anew", "broken"]))
failures = st.lists(st.builds(Failure, st.one_of(words, odd), st.sampled_from(Side), codes), max_size=14)
five = st.lists(named, max_size=5)


@st.composite
def previews(draw: st.DrawFn) -> Preview:
    deleted = {side: draw(st.integers(0, 10**5)) for side in Side}
    examples = {side: draw(five)[:number] for side, number in deleted.items()}
    stays = draw(st.dictionaries(st.sampled_from(["guest", "outside", "masked", "else"]), st.integers(0, 99)))
    people = draw(st.integers(0, 10**4))
    return Preview(
        draw(choices),
        deleted,
        examples,
        draw(sides),
        stays,
        people,
        draw(st.lists(words, max_size=8))[:people],
        draw(st.integers(0, 10**5)),
        draw(sides),
        draw(st.sampled_from(["", "grant_dead", "<x>"])),
    )


@given(previews(), st.one_of(st.just(""), words))
def test_a_preview_keeps_to_the_rules_whatever_it_tells(preview: Preview, whose: str) -> None:
    message = shown(preview, whose)
    assert complaints(message) == []
    values = {one["action_id"]: one["value"] for one in buttons(message)}
    assert values[ActionId.CONFIRM_RESET] == f"{KEY} {preview.choice.existing} {preview.choice.next}"


@given(choices, words, st.sampled_from(["", "grant_dead"]), st.one_of(st.just(""), words))
def test_the_choice_keeps_to_the_rules(choice: Choice, whose: str, trouble: str, problem: str) -> None:
    message = chooser(choice, whose=whose, google_trouble=trouble, problem=problem)
    assert complaints(message, [T(f"existing.{choice.existing}"), T(f"next.{choice.next}")]) == []


results = st.builds(
    Result,
    st.integers(1),
    st.sampled_from(["reset", "undo"]),
    st.one_of(st.none(), choices),
    st.sampled_from(["done", "cancelled"]),
    sides,
    sides,
    failures,
    st.sampled_from([None, NOON]),
    st.integers(0, 99),
)


@given(results, st.one_of(st.just(""), words), st.sampled_from([None, 7]), words)
def test_results_keep_to_the_rules(result: Result, whose: str, possible: int | None, reason: str) -> None:
    assert complaints(job.result_message(T, result, undo=possible, whose=whose)) == []
    assert complaints(job.told_message(T, result, admin="U0000000003", reason=reason, undo=possible)) == []


entries = st.builds(
    Undoable,
    st.integers(1),
    st.just(NOON),
    st.just("reset"),
    st.one_of(st.none(), choices),
    sides,
    st.sampled_from(["", "U1", "U2"]),
    five,
    st.just(NOON + timedelta(days=14)),
)


@given(st.lists(entries, max_size=14, unique_by=lambda one: one.id), failures)
def test_what_can_be_undone_keeps_to_the_rules(told: list[Undoable], lost: list[Failure]) -> None:
    assert complaints(undo.list_message(T, told, "U1")) == []
    for one in told[:1]:
        preview = UndoPreview(one, one.removed, 3, lost, "")
        assert complaints(undo.ask_message(T, KEY, preview, reader="U1", expires=NOON)) == []


def test_there_is_an_example_of_every_view() -> None:
    views = {
        f"{module.__name__}.{function.__name__}"
        for module in (disconnect, job, pause, prompt, reset, undo)
        for function in vars(module).values()
        if getattr(function, "__annotations__", {}).get("return") == "Message"
        and function.__module__ == module.__name__
    }
    assert len(views) == len(SHOWN) == len(views & SHOWN)


SHOWN = {
    f"bot.views.{name}"
    for name in (
        *("disconnect.ask_message", "disconnect.ended_message", "disconnect.disconnected_message"),
        *("job.starting_message", "job.progress_message", "job.stopping_message", "job.not_begun_message"),
        *("job.interrupted_message", "job.busy_message", "job.result_message", "job.told_message"),
        *("pause.paused_message", "pause.not_paused_message", "pause.answer_waits_message"),
        *("prompt.expired_message", "prompt.cancelled_message", "prompt.verdict_message"),
        *("prompt.elsewhere_message", "reset.chooser_message", "reset.preview_message"),
        *("reset.looking_message", "undo.list_message", "undo.ask_message"),
    )
}
