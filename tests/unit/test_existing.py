"""Rows that are gone are told from rows that a rule keeps from us, with few calls."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.errors import Misconfigured, Rejected
from sync.odoo.existing import DOUBTS, Existing, read_existing
from sync.store import Store
from tests.unit.stage import Stage, make_stage

EVENT = "calendar.event"


@pytest.fixture(params=(17, 18, 19))
async def stage(store: Store, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Each of the three versions: `exists` cannot be asked of 19."""
    async with make_stage(store, request.param) as made:
        await made.client.session()
        yield made


async def look(stage: Stage, *ids: int) -> tuple[Existing, int]:
    """Return what became of the ids, and how many calls that took."""
    stage.odoo.log.clear()
    found = await read_existing(stage.client, EVENT, ids, ("write_date",))
    return found, stage.odoo.log.count()


async def test_one_read_does_while_nothing_is_forbidden(stage: Stage) -> None:
    there, archived, gone = [stage.create("alice") for _ in range(3)]
    stage.write("alice", archived, active=False)
    stage.unlink("alice", gone)
    found, calls = await look(stage, gone, archived, there)
    assert [row["id"] for row in found.rows] == [there, archived]
    assert all(row["write_date"] for row in found.rows)
    assert (found.missing, found.forbidden, calls) == (frozenset({gone}), frozenset(), 1)


async def test_forbidden_rows_are_not_missing(stage: Stage) -> None:
    events = [stage.create("alice") for _ in range(8)]
    gone, archived = events[2], events[5]
    stage.unlink("alice", gone)
    stage.write("alice", archived, active=False)
    stage.odoo.keep_back("svc", EVENT, [events[0], events[7]])
    found, calls = await look(stage, *events)
    assert found.missing == {gone}
    assert found.forbidden == {events[0], events[7]}
    assert {row["id"] for row in found.rows} == {*events} - {gone, events[0], events[7]}
    assert calls <= (4 if stage.odoo.version < 19 else 9)


async def test_what_stays_in_doubt_is_not_missing(stage: Stage) -> None:
    events = [stage.create("alice") for _ in range(60)]
    stage.unlink("alice", *events[1::2])
    stage.odoo.keep_back("svc", EVENT, events[::2])
    found, calls = await look(stage, *events)
    assert found.missing <= {*events[1::2]}
    assert found.forbidden >= {*events[::2]}
    assert calls <= DOUBTS + 3
    if stage.odoo.version < 19:
        assert found.missing == {*events[1::2]}


async def test_only_hidden_rows(stage: Stage) -> None:
    event = stage.create("alice")
    stage.odoo.keep_back("svc", EVENT, [event])
    found, _ = await look(stage, event)
    assert found == Existing([], frozenset(), frozenset({event}))


async def test_no_ids_ask_nothing(stage: Stage) -> None:
    assert await look(stage) == (Existing([], frozenset(), frozenset()), 0)


async def test_a_row_that_becomes_visible_meanwhile_is_not_missing(stage: Stage) -> None:
    event = stage.create("alice")
    stage.odoo.faults.add(operation=f"{EVENT}.read", reason="odoo.exceptions.AccessError", times=1)
    found, _ = await look(stage, event)
    assert [row["id"] for row in found.rows] == [event]


async def test_no_right_to_the_model_is_no_matter_of_rows(stage: Stage) -> None:
    stage.odoo.faults.add(operation=f"{EVENT}.*", reason="odoo.exceptions.AccessError", times=None)
    with pytest.raises(Misconfigured) as refused:
        await look(stage, 1)
    assert (refused.value.code, refused.value.detail) == ("odoo_rights_missing", EVENT)


@pytest.mark.parametrize("operation", ["read", "search", "exists"])
async def test_other_refusals_are_passed_on(stage: Stage, operation: str) -> None:
    events = [stage.create("alice"), stage.create("alice")]
    stage.odoo.keep_back("svc", EVENT, events)
    reason = "odoo.exceptions.UserError"
    if operation == "exists":  # what is asked instead of it
        stage.odoo.faults.add(operation=f"{EVENT}.exists", reason="odoo.exceptions.AccessError", times=None)
        stage.odoo.faults.add(operation=f"{EVENT}.read", reason=reason, skip=1, times=None)
    else:
        stage.odoo.faults.add(operation=f"{EVENT}.{operation}", reason=reason, times=None)
    with pytest.raises(Rejected) as refused:
        await look(stage, *events)
    assert refused.value.code == "odoo_refuses"
