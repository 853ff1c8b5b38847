"""What decides about people's own keys without asking anybody: what is veiled, what counts as private."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.web.key import is_private
from sync.base import Hasher
from sync.google import codec as google_codec
from sync.merge import Rules, merge
from sync.model import Event, Privacy, Span
from sync.odoo.codec import Projection
from sync.odoo.own import KEY_FORM
from sync.roles import Role
from sync.seen import Seen, State

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = Event("Surgery", Span(NOON, NOON + timedelta(hours=1)), location="Clinic", privacy=Privacy.PRIVATE)
HASHER = Hasher(b"key")


def rules(*, own: bool) -> Rules:
    odoo = Projection(private=own)
    return Rules(google_codec.project, odoo, odoo.veils, google_codec.project_reminder, HASHER)


def seen(event: Event) -> Seen:
    return Seen(State.PRESENT, event, HASHER.event(event))


@pytest.mark.parametrize(
    ("own", "organizer", "veiled"),
    [(False, "", True), (True, "", False), (True, "boss@elsewhere.example", True)],
)
def test_a_private_event_is_veiled_unless_it_is_the_persons_own_and_so_is_the_key(
    own: bool, organizer: str, veiled: bool
) -> None:
    assert Projection(private=own).veils(dataclasses.replace(SECRET, organizer=organizer)) is veiled


def test_a_veiled_event_gets_its_text_and_its_privacy_together_once_there_is_a_key() -> None:
    block = rules(own=False).odoo(SECRET)
    bases = HASHER.event(SECRET), HASHER.event(block)
    merged = merge(seen(SECRET), seen(block), *bases, rules(own=True))
    assert merged.to_odoo == {"title", "location", "privacy"}
    assert merged.to_google == frozenset()
    assert rules(own=True).odoo(merged.event).privacy is Privacy.PRIVATE
    assert merge(seen(SECRET), seen(block), *bases, rules(own=False)).to_odoo == frozenset()


def test_what_is_whole_stays_whole_while_the_key_lasts() -> None:
    bases = HASHER.event(SECRET), HASHER.event(SECRET)
    assert merge(seen(SECRET), seen(SECRET), *bases, rules(own=True)).to_odoo == frozenset()


def test_what_the_person_opens_in_odoo_after_the_key_is_gone_is_opened_in_google() -> None:
    """It stands in Odoo with its text, whose owner has shown it to everybody: nothing is hidden any more."""
    opened = dataclasses.replace(SECRET, privacy=Privacy.PUBLIC)
    merged = merge(seen(SECRET), seen(opened), HASHER.event(SECRET), HASHER.event(SECRET), rules(own=False))
    assert merged.to_google == {"privacy"}
    assert merged.to_odoo == frozenset()


def test_an_invitation_from_outside_is_veiled_as_ever() -> None:
    outside = dataclasses.replace(SECRET, organizer="boss@elsewhere.example")
    before = dataclasses.replace(outside, privacy=Privacy.DEFAULT)
    bases = HASHER.event(before), HASHER.event(before)
    merged = merge(seen(outside), seen(before), *bases, rules(own=True), Role.OUTSIDE)
    assert merged.to_odoo == {"title", "location"}


@pytest.mark.parametrize(
    ("public", "host", "told", "private"),
    [
        ("https://calsync.example", "calsync.example", "", True),
        ("https://calsync.example", "calsync.example", "https", True),
        ("https://calsync.example", "calsync.example", "http", False),
        ("https://calsync.example", "calsync.example", "http, https", False),
        ("http://localhost:8080", "localhost:8080", "", True),
        ("http://localhost:8080", "127.0.0.1:8080", "http", True),
        ("http://localhost:8080", "10.0.0.5:8080", "", False),
        ("http://localhost:8080", "calsync.example", "https", False),
    ],
)
def test_a_form_is_private_over_https_and_on_this_machine(
    public: str, host: str, told: str, private: bool
) -> None:
    headers = {"Host": host, **({"X-Forwarded-Proto": told} if told else {})}
    assert is_private(make_mocked_request("GET", "/key/x", headers=headers), public) is private


@pytest.mark.parametrize("word", ["", "password", "0" * 39, "0" * 41, "G" * 40, "0" * 40 + "\n"])
def test_only_what_odoo_makes_is_taken_for_a_key(word: str) -> None:
    assert not KEY_FORM.fullmatch(word)
    assert KEY_FORM.fullmatch("0123456789abcdef0123456789abcdef01234567")
