"""Reminders and guests merge one by one: who was added or taken off on which side, and what each answered."""

from __future__ import annotations

import dataclasses

import pytest

from sync.google import codec as google_codec
from sync.model import Event, Guest, Reminder, Response, Side
from sync.roles import Role
from tests.unit.sights import changed, merged, writes

TEN = Reminder("popup", 10)
DAY_BEFORE = Reminder("email", 1440)
HOUR = Reminder("popup", 60)
BOB, CAROL = Guest("bob@example.com"), Guest("carol@example.com", Response.ACCEPTED)


def test_reminders_are_merged_one_by_one() -> None:
    both = changed(reminders=frozenset({TEN, HOUR}))
    google = changed(reminders=frozenset({TEN, HOUR, DAY_BEFORE}))
    odoo = changed(reminders=frozenset({HOUR}))
    outcome = merged(google, odoo, both, both)
    assert outcome.event.reminders == {HOUR, DAY_BEFORE}
    assert writes(outcome) == ({"reminders"}, {"reminders"})
    assert outcome.conflicts == ()


def test_a_reminder_removed_in_google_goes_from_odoo() -> None:
    both = changed(reminders=frozenset({TEN, HOUR}))
    assert merged(changed(reminders=frozenset({TEN})), both, both, both).event.reminders == {TEN}


def test_what_google_cannot_remind_of_stays_in_odoo() -> None:
    text_message, far = Reminder("sms", 10), Reminder("email", 100_000)
    odoo = changed(reminders=frozenset({text_message, far}))
    google = google_codec.project(odoo)
    assert google.reminders == {Reminder("popup", 10), Reminder("email", 40320)}
    outcome = merged(changed(google, title="Brunch"), odoo, google, odoo)
    assert outcome.event.reminders == odoo.reminders
    assert writes(outcome) == (set(), {"title"})


def test_on_a_first_meeting_what_google_shows_of_a_text_message_is_no_reminder_more() -> None:
    odoo = changed(reminders=frozenset({Reminder("sms", 10)}))
    outcome = merged(changed(reminders=frozenset({TEN})), odoo, None, None)
    assert outcome.event.reminders == odoo.reminders
    assert writes(outcome) == (set(), set())


def test_a_text_message_turned_off_in_google_goes_from_odoo() -> None:
    odoo = changed(reminders=frozenset({Reminder("sms", 10), HOUR}))
    google = google_codec.project(odoo)
    without = changed(google, reminders=frozenset({HOUR}))
    assert merged(without, odoo, google, odoo).event.reminders == {HOUR}


def with_guests(*guests: Guest) -> Event:
    """Return lunch with these people invited."""
    return changed(guests=frozenset(guests))


def answered(response: Response) -> Guest:
    """Return Bob with an answer."""
    return dataclasses.replace(BOB, response=response)


YES, NO, UNSURE = (answered(one) for one in (Response.ACCEPTED, Response.DECLINED, Response.TENTATIVE))


@pytest.mark.parametrize(
    ("was", "google", "odoo", "expected"),
    [
        ([BOB], [BOB, CAROL], [BOB], [BOB, CAROL]),
        ([BOB], [BOB], [BOB, CAROL], [BOB, CAROL]),
        ([BOB, CAROL], [CAROL], [BOB, CAROL], [CAROL]),
        ([BOB, CAROL], [BOB, CAROL], [CAROL], [CAROL]),
        ([BOB], [YES], [BOB], [YES]),
        ([BOB], [BOB], [NO], [NO]),
        ([BOB], [YES], [YES], [YES]),
        ([BOB], [YES, CAROL], [BOB], [YES, CAROL]),
        # An answer beats taking the guest off, whichever side it is given on.
        ([BOB], [], [YES], [YES]),
        ([BOB], [YES], [], [YES]),
        ([BOB], [], [], []),
        ([], [BOB], [BOB], [BOB]),
    ],
)
def test_guests_are_merged_one_by_one(
    was: list[Guest], google: list[Guest], odoo: list[Guest], expected: list[Guest]
) -> None:
    before = with_guests(*was)
    outcome = merged(with_guests(*google), with_guests(*odoo), before, before)
    assert outcome.event.guests == frozenset(expected)
    assert outcome.to_google == ({"guests"} if set(google) != set(expected) else set())
    assert outcome.to_odoo == ({"guests"} if set(odoo) != set(expected) else set())


@pytest.mark.parametrize("later", Side)
def test_the_later_of_two_answers_of_one_guest_counts(later: Side) -> None:
    outcome = merged(with_guests(YES), with_guests(NO), with_guests(BOB), with_guests(BOB), later=later)
    assert outcome.event.guests == {YES if later is Side.GOOGLE else NO}


def test_a_guest_that_only_google_holds_is_neither_uninvited_nor_taken_for_new() -> None:
    google, odoo = with_guests(BOB, CAROL), with_guests(BOB)
    outcome = merged(changed(google, title="Brunch"), odoo, google, odoo)
    assert outcome.event.guests == google.guests
    assert "guests" not in outcome.to_google
    uninvited = merged(google, with_guests(), google, odoo)
    assert uninvited.event.guests == {CAROL}


def test_a_guest_that_only_odoo_holds_stays_there() -> None:
    google, odoo = with_guests(BOB), with_guests(BOB, CAROL)
    outcome = merged(changed(google, title="Brunch"), odoo, google, odoo)
    assert outcome.event.guests == odoo.guests
    assert "guests" not in outcome.to_odoo


def test_guests_are_nobodys_to_merge_but_the_organizers() -> None:
    google, odoo = with_guests(YES), with_guests(NO)
    assert writes(merged(google, odoo, with_guests(BOB), with_guests(BOB), role=Role.GUEST)) == (set(), set())
    outside = merged(google, odoo, with_guests(BOB), with_guests(BOB), role=Role.OUTSIDE)
    assert writes(outside) == (set(), {"guests"})
