"""Every message that people may get, in every language: taken by Slack, to our rules, and as before."""

from __future__ import annotations

import json

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.texts import DEFAULT, Texts, escape, languages
from bot.views import status
from bot.views.changes import phrase, trouble
from bot.views.kit import Message
from bot.views.status import SHOWN, ParkedItem
from sync.model import Side
from tests.doubles.slack.filling import words
from tests.unit.examples import Example, examples, views
from tests.unit.examples.data import DAY, but
from tests.unit.view_rules import complaints

T = Texts()
ALL = {one.name: one for one in examples()}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", ALL)
def test_an_example_of_every_view_keeps_to_the_rules_and_looks_as_before(
    name: str, language: str, snapshot: SnapshotAssertion
) -> None:
    example: Example = ALL[name]
    shown = example.make(Texts(language))
    assert complaints(shown, example.facts if language == DEFAULT else ()) == []
    spoken = shown.text if isinstance(shown, Message) else "\n".join(words(shown.blocks))
    assert spoken == snapshot(name="text")
    if language == DEFAULT:
        assert json.dumps(shown.blocks, indent=2, ensure_ascii=False) == snapshot(name="blocks")


def test_there_is_an_example_of_every_view() -> None:
    there = {f"{view.__module__}.{view.__name__}" for view in views()}
    assert len(there) > 20
    assert there == {f"{one.view.__module__}.{one.view.__name__}" for one in ALL.values()}
    assert len(ALL) == len(examples())


@pytest.mark.parametrize("language", [one for one in languages() if Texts(one).is_rtl])
def test_dates_are_written_out_where_slack_does_not_speak_the_language(language: str) -> None:
    for example in ALL.values():
        shown = example.make(Texts(language))
        assert "<!date" not in str(shown.blocks)
        assert not isinstance(shown, Message) or "<!date" not in shown.text


def test_a_message_unfurls_no_links() -> None:
    assert status.not_connected_message(T).arguments["unfurl_links"] is False


def test_changes_are_told_with_their_numbers_and_only_those_with_words() -> None:
    told = phrase({"new_in_odoo": 1, "agreed": 5, "merged": 0, "parked": 2}, T)
    assert told == "1 event added to Google, 2 events set aside"
    assert phrase({"agreed": 1}, T) == ""


def test_an_unknown_trouble_is_named_by_its_code() -> None:
    assert "(<new>)" not in trouble("<new>", T)
    assert "(&lt;new&gt;)" in trouble("<new>", T)
    assert "(?)" in trouble(None, T)


def test_status_names_ten_set_aside_and_counts_the_rest() -> None:
    items = [ParkedItem(Side.ODOO, f"event {n}", DAY, "masked") for n in range(SHOWN + 2)]
    text = status.status_message(T, but(parked=items)).text
    assert text.count("• event ") == SHOWN
    assert "… and 2 more" in text
    assert "event 1, Mar 2, 2026 (Odoo)" in text


def test_a_title_pings_nobody() -> None:
    item = ParkedItem(Side.ODOO, "<!channel>", None, "masked")
    message = status.status_message(T, but(parked=[item]))
    assert "<!channel>" not in str(message.arguments)
    assert escape("<!channel>") in message.text
