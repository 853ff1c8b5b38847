"""The catalogues of all languages hold the same messages, in forms that fit them."""

from __future__ import annotations

import re
from gettext import c2py
from importlib import resources
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.texts import Texts, languages
from bot.texts.bidi import RLM
from tests.unit.test_texts import forms, messages


@pytest.mark.parametrize("language", languages())
def test_no_catalogue_lacks_a_message_a_placeholder_or_a_plural_form(language: str) -> None:
    english = {key_of(one): one for one in messages()}
    with resources.files("bot.texts").joinpath(f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language, abort_invalid=True)
    other = {key_of(one): one for one in read if one.id}
    assert [*other] == [*english], "the same messages in the same order"
    for key, message in other.items():
        assert message.pluralizable == english[key].pluralizable, key
        assert len(forms(message)) == (read.num_plurals if message.pluralizable else 1), key
        for form in forms(message):
            assert form.strip(), key
            assert _placeholders([form]) == _placeholders(forms(english[key])), key
            assert form.count("\n") == forms(english[key])[0].count("\n"), key
            assert not message.fuzzy, key


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_counts_as_its_language_does(language: str) -> None:
    with resources.files("bot.texts").joinpath(f"{language}.po").open("rb") as file:
        told = read_po(file)
    plural = c2py(told.plural_expr)
    rule = Locale(language).plural_form
    by_rule: dict[str, int] = {}
    for number in range(200):
        by_rule.setdefault(rule(number), plural(number))
        assert by_rule[rule(number)] == plural(number), number


def test_commands_and_names_are_the_same_in_every_language() -> None:
    english = {key_of(one): one for one in messages()}
    for language in languages():
        with resources.files("bot.texts").joinpath(f"{language}.po").open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    quoted = [set(re.findall(r"`[^`]+`", form)) for form in forms(message)]
                    expected = set(re.findall(r"`[^`]+`", forms(english[key_of(message)])[0]))
                    assert quoted == [expected] * len(quoted), message.id


def test_the_page_on_languages_names_each() -> None:
    page = (Path(__file__).parents[2] / "docs" / "languages.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert {code: name.strip() for code, name in rows} == languages()


def test_a_message_that_is_not_translated_yet_is_read_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    t = Texts("fa")
    monkeypatch.setattr(t._catalogue, "_catalog", {})
    assert t("resync.running") == f"{RLM}Syncing…"
    assert "2 days" in t.plural("settings.days", 2).replace("۲", "2")


def key_of(message: Message) -> str:
    """Return a message's key."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _placeholders(written: list[str]) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", " ".join(written)))
