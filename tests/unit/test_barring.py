"""What a person does not want done is taken out of plans, and is planned again when it is wanted."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.barring import allowed, barred, leaves_out, recorded
from sync.decide import decide, plan
from sync.merge import Merge, Rules
from sync.model import Event, Guest, Reminder, Response, Side, Span
from sync.overrides import merge_overrides
from sync.plan import Action, Align, Case, Create, Decline, Delete, Forget, Link, Park
from sync.roles import Role
from sync.seen import Seen, State
from sync.wishes import EVERYTHING, Direction, Kind, Wishes
from tests.unit.sights import HASHER, LUNCH, NOON, RULES, base, link, merged, seen
from tests.unit.test_wishes import DAY, HOLIDAY, ONE_WAY, WIDEST, series


def under(wishes: Wishes) -> Rules:
    """Return the rules of a person with these wishes."""
    return dataclasses.replace(RULES, wishes=wishes)


# --- direction: every combination of what the two sides show


def sighting(state: State, event: Event, *, edited: bool) -> Seen:
    if state is State.PRESENT:
        return seen(dataclasses.replace(event, title="Dinner") if edited else event)
    return Seen(state, reason="odd" if state is State.REJECTED else "")


CASES = [
    Case("cs1", 42, sighting(there, LUNCH, edited=a), sighting(here, LUNCH, edited=b), known, role=role)
    for there, here, a, b in itertools.product(State, State, (True, False), (True, False))
    for role in Role
    for known in (link(role=role), None)
]


def written(action: Action | None) -> set[Side]:
    """Return the sides that an action writes to."""
    match action:
        case Align():
            sides = {Side.GOOGLE} if action.merged.to_google else set()
            return sides | (
                {Side.ODOO} if action.merged.to_odoo or action.organizer or action.rows else set()
            )
        case Create() | Delete() | Decline():
            return {action.side}
    return set()


@pytest.mark.parametrize(("direction", "closed"), ONE_WAY.items())
def test_nothing_is_ever_written_against_the_direction(direction: Direction, closed: Side) -> None:
    for case in CASES:
        free, bound = decide(case, RULES), decide(case, under(Wishes(direction)))
        assert closed not in written(bound)
        if closed not in written(free):
            assert bound == free
        if isinstance(free, Create | Delete | Decline) and free.side is closed:
            assert bound is None
        if isinstance(free, Park | Forget):
            assert bound == free


@pytest.mark.parametrize(("direction", "closed"), ONE_WAY.items())
def test_copies_of_our_own_go_whatever_the_direction(direction: Direction, closed: Side) -> None:
    row = Case("", 42, Seen(State.NEVER), seen(LUNCH), own_duplicate=True)
    mirror = Case("cs1", 42, seen(LUNCH), seen(LUNCH), link(), superseded=True)
    for case in (row, mirror):
        assert decide(case, under(Wishes(direction, frozenset(Kind)))) == decide(case, RULES)
    assert closed in {Side.ODOO, Side.GOOGLE}


def test_a_new_organizer_waits_until_odoo_may_hear_of_it() -> None:
    there = dataclasses.replace(LUNCH, organizer="boss@example.com")
    case = Case("cs1", 42, seen(there), seen(LUNCH), link(), organizer_connected=False)
    moved = dataclasses.replace(case, role=Role.OUTSIDE)
    action = decide(moved, RULES)
    assert isinstance(action, Align)
    assert action.organizer
    assert decide(moved, under(Wishes(Direction.TO_GOOGLE))) is None
    assert allowed(action, Wishes(Direction.TO_ODOO)) == action


# --- direction: what is not written is not lost

FIELD_EDITS: dict[str, tuple[object, object]] = {
    "title": ("There", "Here"),
    "location": ("Hall", "Garden"),
    "busy": (False, False),
    "span": (Span(NOON + DAY, NOON + 2 * DAY), Span(NOON - DAY, NOON)),
    "reminders": (frozenset({Reminder("popup", 5)}), frozenset({Reminder("email", 60)})),
    "guests": (
        frozenset({Guest("a@example.com"), Guest("both@example.com", Response.ACCEPTED)}),
        frozenset({Guest("b@example.com"), Guest("both@example.com")}),
    ),
}
WAS = dataclasses.replace(LUNCH, guests=frozenset({Guest("both@example.com")}))
names = st.frozensets(st.sampled_from(sorted(FIELD_EDITS)))


def edit(event: Event, fields: frozenset[str], place: int) -> Event:
    changes = {name: FIELD_EDITS[name][place] for name in fields}
    return dataclasses.replace(event, **changes)  # type: ignore[arg-type] # by name


def carried_out(merge: Merge, google: Event, odoo: Event) -> tuple[Event, Event]:
    """Return what both sides show once a merge was carried out."""
    there, here = RULES.google(merge.event), RULES.odoo(merge.event)
    google = dataclasses.replace(google, **{name: getattr(there, name) for name in merge.to_google})
    return google, dataclasses.replace(odoo, **{name: getattr(here, name) for name in merge.to_odoo})


def synced(google: Event, odoo: Event, known: Link, wishes: Wishes) -> tuple[Event, Event, Link]:
    """Merge under wishes, carry out, and record; Odoo's values are the later ones."""
    case = Case("cs1", 42, seen(google), seen(odoo, at=5), known)
    action = decide(case, under(wishes))
    if action is None:
        return google, odoo, known
    assert isinstance(action, Align)
    there, here = carried_out(action.merged, google, odoo)
    hashes = HASHER.event(there), HASHER.event(here)
    return (
        there,
        here,
        dataclasses.replace(
            known,
            google_base=recorded(known.google_base, hashes[0], hashes[1], action.merged),
            odoo_base=recorded(known.odoo_base, hashes[1], hashes[0], action.merged),
        ),
    )


@given(names, names, st.sampled_from([*ONE_WAY]))
def test_what_a_direction_holds_up_comes_through_when_it_is_changed_back(
    there: frozenset[str], here: frozenset[str], direction: Direction
) -> None:
    here -= there - {"guests"}  # edits of one field on both sides are a matter of their own
    google, odoo, known = edit(WAS, there, 0), edit(WAS, here, 1), link(WAS, WAS)
    closed = ONE_WAY[direction]
    before = odoo if closed is Side.ODOO else google
    for _ in range(2):  # a second run finds nothing that the first has left
        google, odoo, known = synced(google, odoo, known, Wishes(direction))
        assert (odoo if closed is Side.ODOO else google) == before
    moved, source = (here, odoo) if closed is Side.ODOO else (there, google)
    for name in moved - {"guests", "reminders"}:
        assert getattr(google, name) == getattr(odoo, name) == getattr(source, name)
    google, odoo, known = synced(google, odoo, known, EVERYTHING)
    want_google, want_odoo, _ = synced(edit(WAS, there, 0), edit(WAS, here, 1), link(WAS, WAS), EVERYTHING)
    assert (google, odoo) == (want_google, want_odoo)
    assert synced(google, odoo, known, EVERYTHING)[:2] == (google, odoo)


def test_a_guest_goes_while_another_waits() -> None:
    two = frozenset({Guest("a@example.com"), Guest("b@example.com")})
    was = dataclasses.replace(LUNCH, guests=frozenset({Guest("a@example.com")}))
    google, odoo, known = dataclasses.replace(was, guests=two), was, link(was, was)
    one_way = Wishes(Direction.TO_GOOGLE)
    google, odoo, known = synced(google, odoo, known, one_way)
    assert google.guests == two
    odoo = dataclasses.replace(odoo, guests=frozenset())
    google, odoo, known = synced(google, odoo, known, one_way)
    assert google.guests == {Guest("b@example.com")}
    assert odoo.guests == frozenset()
    google, odoo, _ = synced(google, odoo, known, EVERYTHING)
    assert google.guests == odoo.guests == {Guest("b@example.com")}


def test_a_later_edit_overrules_in_the_open_direction_and_an_earlier_one_does_not() -> None:
    google, odoo = edit(LUNCH, frozenset({"title"}), 0), edit(LUNCH, frozenset({"title"}), 1)
    one_way = Wishes(Direction.TO_GOOGLE)
    over = barred(merged(google, odoo, later=Side.ODOO), one_way)
    assert over.to_google == {"title"}
    assert [one.loser for one in over.conflicts] == [Side.GOOGLE]
    assert not over.to_odoo | over.kept
    left = barred(merged(google, odoo, later=Side.GOOGLE), one_way)
    assert left.kept == {"title"}
    assert not left.to_google | left.to_odoo
    assert not left.conflicts


def test_occurrences_wait_one_by_one() -> None:
    daily = series(5)
    first, second = NOON, NOON + DAY
    google = dataclasses.replace(daily, overrides={first: {"title": "There"}})
    odoo = dataclasses.replace(daily, overrides={second: {"title": "Here"}})
    plain = merged(google, odoo, daily, daily)
    both = merge_overrides(
        plain, seen(google), seen(odoo), base(daily), base(daily), RULES, Role.HOME, lambda _: True
    )
    one_way = barred(both, Wishes(Direction.TO_GOOGLE))
    assert one_way.kept_starts == {first}
    assert not one_way.odoo_starts
    assert one_way.google_starts == {second: frozenset({"title"})}
    after = dataclasses.replace(daily, overrides=both.event.overrides)
    kept = recorded(base(daily), HASHER.event(after), HASHER.event(odoo), one_way)
    assert kept["overrides"] == HASHER.field("overrides", {second: {"title": "Here"}})
    again = recorded(
        kept, HASHER.event(after), HASHER.event(odoo), dataclasses.replace(one_way, kept_starts=frozenset())
    )
    assert len(again["overrides"]) == 2


def test_a_field_never_compared_stays_unknown_while_it_waits() -> None:
    google, odoo = edit(LUNCH, frozenset({"title"}), 0), LUNCH
    case = Case("cs1", 42, seen(google, at=5), seen(odoo))
    action = decide(case, under(Wishes(Direction.TO_GOOGLE)))
    assert isinstance(action, Align)
    assert action.reason == "same_event"
    kept = recorded({}, HASHER.event(google), HASHER.event(odoo), action.merged)
    assert "title" not in kept
    assert "span" in kept


# --- kinds and window


@pytest.mark.parametrize("side", Side)
def test_an_event_is_left_as_it_stands_if_either_side_shows_it_out(side: Side) -> None:
    wishes = Wishes(left_out=frozenset({Kind.ALL_DAY}))
    other = dataclasses.replace(LUNCH, title="Dinner")
    pair = (seen(HOLIDAY), seen(other)) if side is Side.GOOGLE else (seen(other), seen(HOLIDAY))
    for known in (link(), None):
        case = Case("cs1", 42, *pair, known)
        assert leaves_out(case, wishes)
        assert plan([case], RULES)
        assert plan([case], under(wishes)) == []


@pytest.mark.parametrize("state", [State.GONE, State.NEVER, State.UNCHANGED])
def test_what_is_left_out_is_neither_made_nor_deleted(state: State) -> None:
    wishes = under(Wishes(left_out=frozenset({Kind.ALL_DAY})))
    for pair in ((Seen(state), seen(HOLIDAY)), (seen(HOLIDAY), Seen(state))):
        for known in (link(HOLIDAY, HOLIDAY), None):
            assert decide(Case("cs1", 42, *pair, known), wishes) is None


def test_what_takes_part_is_decided_as_ever() -> None:
    wishes = under(Wishes(left_out=frozenset({Kind.ALL_DAY, Kind.FREE}), window=WIDEST))
    for case in CASES:
        assert decide(case, wishes) == decide(case, RULES)


def test_no_wish_takes_nothing_out() -> None:
    one = merged(edit(LUNCH, frozenset({"title"}), 0), LUNCH)
    assert barred(one, EVERYTHING) is one
