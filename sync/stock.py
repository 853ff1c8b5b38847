"""Taking stock: what both sides show at a moment becomes the base, so that only later edits count; pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable

from sync.base import changed
from sync.left_alone import LeftAlone
from sync.model import Side
from sync.plan import Case, Link
from sync.roles import Role
from sync.seen import State

BOTH = frozenset(Side)


@dataclasses.dataclass(frozen=True)
class Stock:
    """What is to be noted: links as they were and are to be, links that end or begin, and what is alone.

    A link ends when one of its events is gone: the other stays where it is. Two events that turn out to be
    the same are joined as they are.
    """

    rebased: list[tuple[Link, Link]] = dataclasses.field(default_factory=list)
    ended: list[Link] = dataclasses.field(default_factory=list)
    joined: list[Link] = dataclasses.field(default_factory=list)
    alone: list[LeftAlone] = dataclasses.field(default_factory=list)


def take_stock(cases: Iterable[Case], sides: Collection[Side] = BOTH) -> Stock:
    """Take stock of `sides`; what the other one shows still counts as edited since its base.

    What cannot be read now, or is ours to mend, is left to the next run.
    """
    stock = Stock()
    known = list(cases)
    held = {case.odoo_id for case in known if case.link}
    for case in known:
        if case.own_duplicate or case.superseded:
            continue
        if case.link:
            _linked(case, case.link, sides, stock)
        elif _both(case) and case.odoo_id not in held:
            stock.joined.append(_as_shown(_fresh(case), case, BOTH))
        elif case.odoo_id not in held:
            stock.alone.extend(_alone(case, sides))
    return stock


def survivors(case: Case, lost: Collection[Side]) -> list[LeftAlone]:
    """Return what is left of a case when the sides in `lost` have lost their event."""
    return [one for one in _alone(case, BOTH) if one.side not in lost]


def _linked(case: Case, link: Link, sides: Collection[Side], stock: Stock) -> None:
    gone = {side for side in Side if case.shown_on(side).state is State.GONE}
    if gone == {Side.ODOO} and link.role is Role.GUEST:
        return  # the copy is Google's own affair; it says nothing
    if gone & {*sides}:
        stock.ended.append(link)
        stock.alone.extend(survivors(case, gone))
    elif not gone and not case.odoo.rebuild:
        shown = _as_shown(link, case, sides)
        if _differs(link, shown):
            stock.rebased.append((link, shown))


def _as_shown(link: Link, case: Case, sides: Collection[Side]) -> Link:
    google, odoo = case.google, case.odoo
    if Side.GOOGLE in sides and google.state is State.PRESENT:
        link = dataclasses.replace(link.as_seen(google), google_base={**link.google_base, **google.hashes})
    if Side.ODOO in sides and odoo.state is State.PRESENT:
        link = dataclasses.replace(
            link,
            odoo_id=case.odoo_id,
            odoo_base={**link.odoo_base, **odoo.hashes},
            series=odoo.series,
        )
    return link


def _differs(link: Link, shown: Link) -> bool:
    return bool(
        changed(link.google_base, shown.google_base)
        or changed(link.odoo_base, shown.odoo_base)
        or shown.odoo_id != link.odoo_id
    )


def _both(case: Case) -> bool:
    return case.google.state is State.PRESENT and case.odoo.state is State.PRESENT


def _fresh(case: Case) -> Link:
    return Link(0, case.odoo_id, case.google_id, case.generation, {}, {}, role=case.role)


def _alone(case: Case, sides: Collection[Side]) -> list[LeftAlone]:
    items = {Side.GOOGLE: case.google_id, Side.ODOO: str(case.odoo_id)}
    return [
        LeftAlone(side, items[side], case.shown_on(side).hashes, case.window[1])
        for side in Side
        if side in sides and case.shown_on(side).state is State.PRESENT
    ]
