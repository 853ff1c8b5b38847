"""The rules for messages notice what they are for."""

from __future__ import annotations

import pytest

from bot.views.kit import Block, Message, actions, button, confirm, section
from tests.unit.view_rules import complaints

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
