"""Rows that are known by their ids: which can be read, which are gone, which are kept from our login."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from sync.errors import Misconfigured, Rejected
from sync.odoo.client import BATCH, OdooClient

FORBIDS = "odoo_forbids"
DOUBTS = 24
"""Reads by which rows that are gone are told from forbidden ones; what is in doubt after them is not gone."""


@dataclasses.dataclass(frozen=True)
class Existing:
    """What became of some ids: `rows` are the readable ones, with the fields that were asked for."""

    rows: Sequence[dict[str, Any]]
    missing: frozenset[int]
    forbidden: frozenset[int]


async def read_existing(
    client: OdooClient, model: str, ids: Iterable[int], fields: Iterable[str]
) -> Existing:
    """Read rows of a model that may be gone, or that a record rule (ir.rule) may keep from us.

    `read` leaves out what is gone, and raises AccessError for all when one row is forbidden. So nothing more
    than the read is asked as long as nothing is forbidden. `fields` must name a stored one: the id alone Odoo
    answers without a look, even of rows that do not exist.

    Raises:
        Misconfigured: we may not read the model at all.
    """
    wanted, names = sorted(set(ids)), tuple(fields)
    rows: list[dict[str, Any]] = []
    forbidden: set[int] = set()
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        try:
            rows += await client.read(model, some, names)
        except Rejected as error:
            if error.code != FORBIDS:
                raise
            visible = await _visible(client, model, some)
            rows += await client.read(model, visible, names) if visible else []
            forbidden |= await _there(client, model, sorted(set(some) - set(visible)))
    missing = set(wanted) - {row["id"] for row in rows} - forbidden
    return Existing(rows, frozenset(missing), frozenset(forbidden))


async def _visible(client: OdooClient, model: str, ids: Sequence[int]) -> list[int]:
    try:
        found: list[int] = await client.call(
            model, "search", domain=[("id", "in", list(ids))], context={"active_test": False}
        )
    except Rejected as error:
        if error.code == FORBIDS:
            raise Misconfigured("odoo_rights_missing", model) from error
        raise
    return found


async def _there(client: OdooClient, model: str, ids: Sequence[int]) -> set[int]:
    """Return those of the invisible rows that are there all the same."""
    if not ids:
        return set()
    try:
        return set(await client.call(model, "exists", ids=ids))
    except Rejected:  # from Odoo 19 on, nobody may ask that from outside
        return await _refused(client, model, ids)


async def _refused(client: OdooClient, model: str, ids: Sequence[int]) -> set[int]:
    doubtful, refused = [list(ids)], set[int]()
    for _ in range(DOUBTS):
        if not doubtful:
            break
        some = doubtful.pop()
        try:
            # Rows that can be read meanwhile are there, too.
            refused |= {row["id"] for row in await client.read(model, some, ("write_date",))}
        except Rejected as error:
            if error.code != FORBIDS:
                raise
            half = len(some) // 2
            if half:
                doubtful += [some[half:], some[:half]]
            else:
                refused |= set(some)
    return refused.union(*doubtful)
