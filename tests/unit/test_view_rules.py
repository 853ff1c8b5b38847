"""The rules for messages notice what they are for."""

from __future__ import annotations

import pytest

from bot.views.kit import Block, Home, Message, actions, beside, button, confirm, section, select
from tests.unit.view_rules import buttons, complaints, elements

DIALOG = confirm("Sure?", "It goes.", "Delete", "Keep")
DANGER = button("a", "Delete", style="danger", confirm=DIALOG)
PRIMARY = button("b", "Sync Now", style="primary")


def message(*blocks: Block, text: str = "Hello") -> Message:
    """Return a message with a paragraph and more."""
    return Message(text, [section("Hello"), *blocks])


def test_a_good_message_is_fine() -> None:
    assert complaints(message(actions(DANGER, PRIMARY)), ["Hello"]) == []
    several = [actions(button("b", "Go", value=value)) for value in "12"]
    assert complaints(message(*several)) == []


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (message(text=" "), "the text is empty"),
        (message(text="x" * 4000), "the message is too long"),
        (message(*[section("x" * 3000)] * 5), "the message is too long"),
        (message(section("<!channel>")), "it may ping somebody"),
        (message(text="<!here>"), "it may ping somebody"),
        (message(actions(PRIMARY, button("c", "Go", style="primary"))), "more than one primary button"),
        (message(actions(PRIMARY), actions(button("b", "Go"))), "an action id twice with the same value"),
        (message(actions(button("b", "🚀 Go"))), "'🚀 Go' is not plain words"),
        (message(actions(button("b", "Go :rocket:"))), "'Go :rocket:' is not plain words"),
        (message(actions(button("b", "sync now"))), "'sync now' is not in title case"),
        (message(text="\u2068open"), "'\\u2068open' is turned around"),
        (message(section("a\u2069b")), "'a\\u2069b' is turned around"),
        (message(section("\u202eabc")), "'\\u202eabc' is turned around"),
        (
            message({"type": "header", "text": {"type": "plain_text", "text": "Hi 🎉"}}),
            "an emoji in a header",
        ),
        (
            message(actions(button("b", "Delete", style="danger"))),
            "'Delete' is destructive and does not ask, or the other way round",
        ),
    ],
)
def test_a_bad_message_is_named(bad: Message, complaint: str) -> None:
    assert complaint in complaints(bad)


def test_slacks_own_rules_count_too() -> None:
    assert complaints(Message("Hello", [section("")]))
    assert complaints(Message("Hello", [actions(button("b", "x" * 76))]))


def test_a_fact_that_is_missing_is_named() -> None:
    assert complaints(message(), ["Alice"]) == ["'Alice' is not in the text"]


def test_a_home_tab_has_no_text_but_what_is_on_it() -> None:
    good = Home([section("Hello \u2068there\u2069"), actions(PRIMARY)])
    assert complaints(good, ["Hello"]) == []
    assert complaints(good, ["Alice"]) == ["'Alice' is not in the text"]
    assert complaints(Home([section("<!here>")])) == ["it may ping somebody"]
    assert complaints(Home([{"type": "alert", "text": {"type": "plain_text", "text": "x"}}]))
    assert "the view is too large" in complaints(Home([section("x" * 3000)] * 99))


def test_menus_count_as_what_is_operated() -> None:
    menu = select("a", {"1": "One"}, "1")
    assert elements(message(beside("Choose", menu))) == [menu]
    assert buttons(message(beside("Choose", menu))) == []
    twice = message(beside("Choose", menu), beside("Again", menu))
    assert "an action id twice with the same value" in complaints(twice)
