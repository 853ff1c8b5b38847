"""Messages about resets, undos, pauses and ending it keep to our rules, whatever they tell."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts
from bot.views import job, pause, status, undo
from bot.views.actions import ActionId
from bot.views.kit import Message
from sync.model import Side
from sync.reset import Choice, Existing, Failure, Named, Next, Preview, Result, Undoable, UndoPreview
from tests.properties.strategies import odd
from tests.unit.examples.data import NOON, but
from tests.unit.examples.resetting import FAILURES, KEY, LEAVE_ALL, RESULT, chooser, shown
from tests.unit.view_rules import buttons, complaints

T = Texts()


def pressed(message: Message) -> set[str]:
    return {one["action_id"] for one in buttons(message)}


def test_a_dead_grant_takes_the_buttons_of_google_away_and_offers_to_connect() -> None:
    offered = pressed(chooser(T, LEAVE_ALL, google_trouble="grant_dead"))
    assert not offered & {ActionId.RESET_GOOGLE, ActionId.RESET_BOTH}
    assert offered >= {ActionId.RESET_LEAVE, ActionId.RESET_ODOO, ActionId.CONNECT, ActionId.PREVIEW_RESET}
    of_another = chooser(T, LEAVE_ALL, google_trouble="grant_dead", whose="alice")
    assert ActionId.CONNECT not in pressed(of_another), "an administrator cannot connect for somebody"


def test_the_buttons_of_the_choice_are_called_as_in_odoo() -> None:
    labels = [one["text"]["text"] for one in buttons(chooser(T))]
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
        shown(T, whose="alice"),
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
    message = shown(T, preview, whose)
    assert complaints(message) == []
    values = {one["action_id"]: one["value"] for one in buttons(message)}
    assert values[ActionId.CONFIRM_RESET] == f"{KEY} {preview.choice.existing} {preview.choice.next}"


@given(choices, words, st.sampled_from(["", "grant_dead"]), st.one_of(st.just(""), words))
def test_the_choice_keeps_to_the_rules(choice: Choice, whose: str, trouble: str, problem: str) -> None:
    message = chooser(T, choice, whose=whose, google_trouble=trouble, problem=problem)
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
