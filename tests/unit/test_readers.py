"""In which language and zone somebody reads."""

from __future__ import annotations

import dataclasses
from typing import cast

import pytest

from bot.people import Person, texts_for, zone_of
from sync.store.accounts import Account

ALICE = Person("T1", "U1", "Alice", "alice@example.com", "Asia/Tehran", "en-US", True)


@dataclasses.dataclass
class Chosen:
    """The part of an account that counts here."""

    language: str


@pytest.mark.parametrize(
    ("locale", "chosen", "language"),
    [
        ("en-US", None, "en"),
        ("de-DE", None, "en"),
        ("fa-IR", None, "fa"),
        ("en-US", "", "en"),
        ("en-US", "fa", "fa"),
        ("fa-IR", "en", "en"),
        ("fa-IR", "xx", "en"),
    ],
)
def test_the_chosen_language_counts_else_slacks(locale: str, chosen: str | None, language: str) -> None:
    account = None if chosen is None else cast(Account, Chosen(chosen))
    t = texts_for(dataclasses.replace(ALICE, locale=locale), account)
    assert t.language == language
    assert str(t.zone) == "Asia/Tehran"


@pytest.mark.parametrize(
    ("name", "zone"),
    [("Europe/Brussels", "Europe/Brussels"), ("Mars/Base", "UTC"), ("", "UTC")],
)
def test_a_zone_that_nobody_knows_is_utc(name: str, zone: str) -> None:
    assert str(zone_of(name)) == zone
