"""Who is connected, kept in memory: every run asks, and of ten thousand people nothing changes most days."""

from __future__ import annotations

import dataclasses
import functools
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.slices import in_slices
from sync.store.accounts import Account, AccountState
from sync.store.tables import account

_FIELD, _ROW = "\x1f", "\x1e"


@dataclasses.dataclass(frozen=True)
class Member:
    """An account as far as its colleagues' runs are concerned; `google_email` is "" while there is none."""

    id: int
    odoo_uid: int
    odoo_partner_id: int
    google_email: str
    runs: bool


@dataclasses.dataclass(frozen=True)
class Roster:
    """Everybody who counts as connected for the others: who has not said "start" yet does not."""

    members: tuple[Member, ...]

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The Google addresses, in lower case."""
        return frozenset(one.google_email.lower() for one in self.members if one.google_email)

    @cached_property
    def running(self) -> frozenset[str]:
        """The addresses of those whose accounts run."""
        return frozenset(one.google_email.lower() for one in self.members if one.google_email and one.runs)

    @cached_property
    def idle(self) -> frozenset[int]:
        """The ids of the accounts that have an address and do not run."""
        return frozenset(one.id for one in self.members if one.google_email and not one.runs)

    def including(self, own: Account) -> Roster:
        """Return this with an account that counts for itself alone so far."""
        if own.state is not AccountState.PREVIEW:
            return self
        email = own.google_email or ""
        member = Member(own.id, own.odoo_uid, own.odoo_partner_id, email, own.runs)
        return Roster((*self.members, member))


class Rosters:
    """Reads the roster anew only when something in it changed, in whatever process that happened.

    The database puts everything that matters into one text: for 10,000 accounts half a megabyte in some
    milliseconds, in which our event loop does something else. Only a text that differs is taken apart.
    """

    def __init__(self) -> None:
        self._text = ""
        self._roster = Roster(())

    async def read(self, tx: AsyncConnection) -> Roster:
        """Return who is connected now."""
        text = (await tx.execute(_QUERY)).scalar() or ""
        if text != self._text:
            members = await in_slices(_member, text.split(_ROW) if text else ())
            self._text, self._roster = text, Roster(tuple(members))
        return self._roster


def _text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.String)


_RUNS = sa.case(
    (
        sa.and_(
            account.c.state == AccountState.CONNECTED,
            account.c.paused_at.is_(None),
            account.c.halt.is_(None),
        ),
        "1",
    ),
    else_="",
)
_COLUMNS = (
    _text(account.c.id),
    _text(account.c.odoo_uid),
    _text(account.c.odoo_partner_id),
    sa.func.coalesce(account.c.google_email, ""),
    _RUNS,
)
_QUERY = sa.select(
    sa.func.aggregate_strings(functools.reduce(lambda one, other: one + _FIELD + other, _COLUMNS), _ROW)
).where(account.c.state != AccountState.PREVIEW)


def _member(row: str) -> Member:
    number, uid, partner_id, email, runs = row.split(_FIELD)
    return Member(int(number), int(uid), int(partner_id), email, bool(runs))
