"""Signs that a database went back in time, and what looks like one and is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.odoo.codec import format_datetime
from sync.odoo.evidence import KEPT, KEPT_OF_ONE, find_evidence, newest, remembered
from sync.store.identity import Known, Remembered

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KNOWN = Known("url|db", newest_id=100, newest_created=NOON)


def at(minutes: float) -> datetime:
    """Return a moment so many minutes past noon."""
    return NOON + timedelta(minutes=minutes)


def row(key: int, minutes: float = 0, user: int = 1, *, created: float = 0) -> dict[str, Any]:
    """Return a row as Odoo shows it, written and made so many minutes past noon."""
    return {
        "id": key,
        "write_date": format_datetime(at(minutes)),
        "create_date": format_datetime(at(created)),
        "user_id": [user, "somebody"],
    }


def memory(*users: int) -> list[Remembered]:
    """Return remembered rows of these organizers, newest first: ids 10, 9 and so on."""
    return [Remembered(10 - place, at(-place), user) for place, user in enumerate(users)]


def why(
    held: list[Remembered],
    found: list[dict[str, Any]],
    changed: list[dict[str, Any]] | None = None,
    spared: frozenset[int] = frozenset(),
    known: Known = KNOWN,
) -> str:
    """Say what the evidence is, "" when there is none."""
    evidence = find_evidence(known, held, {one["id"]: one for one in found}, changed or [], spared)
    return evidence.why if evidence else ""


def unchanged(held: list[Remembered], but: int = 0) -> list[dict[str, Any]]:
    """Return how the rows read when nothing happened to them; the newest ones left out as told."""
    return [
        row(one.odoo_id, (one.write_date - NOON) / timedelta(minutes=1), one.user_id) for one in held[but:]
    ]


def test_rows_as_they_were_or_newer_are_no_evidence() -> None:
    held = memory(1, 2, 3)
    assert why(held, unchanged(held)) == ""
    assert why(held, [row(10, 5), row(9, 0), row(8, -1)]) == ""
    assert why([], []) == ""


def test_an_older_date_is_evidence() -> None:
    held = memory(1, 2, 3)
    assert "older date" in why(held, [*unchanged(held, 1), row(10, -1)])


def test_a_row_that_became_private_shows_no_date_and_is_no_evidence() -> None:
    held = memory(1)
    assert why(held, [row(10) | {"write_date": False}]) == ""


@pytest.mark.parametrize(
    ("users", "gone", "evidence"),
    [
        ((1, 2, 1), 3, True),  # all of them, and enough to tell
        ((1, 2), 2, False),
        ((1, 1, 1), 3, False),  # one person's calendar was emptied
        ((1, 2, 1, 2, 1, 2), 5, True),
        ((1, 2, 1, 2, 1, 2), 4, False),
        ((1, 1, 1, 1, 1, 2), 5, False),
        ((1, 1, 1, 1, 1, 0), 6, True),  # that somebody has no organizer is no likeness
    ],
)
def test_the_newest_rows_of_several_people_do_not_go_at_once(
    users: tuple[int, ...], gone: int, evidence: bool
) -> None:
    held = memory(*users)
    assert bool(why(held, unchanged(held, gone))) is evidence


def test_rows_that_are_gone_from_among_others_are_no_evidence() -> None:
    held = memory(1, 2, 3, 1, 2, 3, 1)
    assert why(held, unchanged(held)[:1]) == ""


def test_spared_rows_do_not_count_as_gone() -> None:
    held = memory(1, 2, 3)
    assert why(held, []) != ""
    assert why(held, [], spared=frozenset({9})) == ""


def test_an_id_is_given_out_once() -> None:
    assert "given out" in why([], [], [row(100, created=6)])
    assert "given out" in why([], [], [row(99, created=6)])
    assert why([], [], [row(101, created=6)]) == ""
    assert why([], [], [row(99, created=5)]) == "", "a slow transaction got it before"
    assert why([], [], [row(99, 60, created=-60)]) == "", "an older row that was edited"
    assert why([], [], [row(99) | {"create_date": False}]) == ""
    assert why([], [], [row(99, created=6)], known=Known("url|db")) == ""


def test_what_is_remembered_of_a_row() -> None:
    rows = [row(3, 5, 7), row(4) | {"user_id": False}, row(5) | {"write_date": False}]
    assert remembered(rows) == [Remembered(3, at(5), 7), Remembered(4, NOON, 0)]


def test_the_newest_are_kept_each_once() -> None:
    rows = [
        Remembered(1, at(0), 1),
        Remembered(1, at(5), 1),
        Remembered(2, at(1), 2),
        Remembered(3, at(1), 2),
    ]
    assert newest(rows) == [rows[1], rows[3], rows[2]]


def test_some_are_kept_of_each_organizer() -> None:
    rows = [
        Remembered(user * 100 + n, at(n + 10 * (user == 1)), user) for user in range(1, 9) for n in range(9)
    ]
    kept = newest(rows)
    assert len(kept) == KEPT
    assert sum(one.user_id == 1 for one in kept) == KEPT_OF_ONE
    assert kept[0] == Remembered(108, at(18), 1)
