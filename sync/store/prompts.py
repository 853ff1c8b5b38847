"""Questions that are open in Slack: whose they are, what is asked, how they ended. No calendar text."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.prompt_tables import prompt

KEPT = timedelta(days=1)
"""How long an ended question is remembered, so that late clicks can be told how it ended."""


class PromptState(enum.StrEnum):
    """How far a question got; from DONE on it is over."""

    OPEN = "open"
    WORKING = "working"
    """Answered with yes; what was asked for is under way, and its message shows how far it is."""
    EXPIRING = "expiring"
    """Its time is over, which counts as a no; its message does not say so yet."""
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OVER = (PromptState.DONE, PromptState.CANCELLED, PromptState.EXPIRED)


@dataclasses.dataclass(frozen=True)
class Prompt:
    """One question about an account, to one person, in one message (`channel`, `ts`; empty until posted).

    `content` is what was chosen so far, `expires_at` (aware UTC) when silence becomes a no.
    """

    id: str
    team_id: str
    slack_user_id: str
    account_id: int
    kind: str
    state: PromptState
    content: dict[str, Any]
    channel: str
    ts: str
    expires_at: datetime


def _prompt(row: sa.Row[Any]) -> Prompt:
    return Prompt(**{**row._mapping, "state": PromptState(row.state)})


async def add(tx: AsyncConnection, new: Prompt) -> None:
    """Keep a new question."""
    await tx.execute(sa.insert(prompt).values(**vars(new)))


async def get(tx: AsyncConnection, prompt_id: str) -> Prompt | None:
    """Return a question by its id."""
    row = (await tx.execute(sa.select(prompt).filter_by(id=prompt_id))).one_or_none()
    return _prompt(row) if row else None


async def update(tx: AsyncConnection, prompt_id: str, **values: Any) -> None:
    """Change the named columns of a question, whatever its state."""
    await tx.execute(sa.update(prompt).filter_by(id=prompt_id).values(**values))


async def take(tx: AsyncConnection, prompt_id: str, now: datetime, **values: Any) -> bool:
    """Change an open question, its state too; false when it is settled or its time is over."""
    still_open = sa.update(prompt).filter_by(id=prompt_id, state=PromptState.OPEN)
    return (await tx.execute(still_open.where(prompt.c.expires_at > now).values(**values))).rowcount == 1


async def expire(tx: AsyncConnection, now: datetime) -> list[Prompt]:
    """End the open questions whose time is over, and return all whose messages have still to say so."""
    over = sa.update(prompt).filter_by(state=PromptState.OPEN).where(prompt.c.expires_at <= now)
    await tx.execute(over.values(state=PromptState.EXPIRING))
    return await in_states(tx, [PromptState.EXPIRING])


async def next_end(tx: AsyncConnection) -> datetime | None:
    """Return when the next open question ends."""
    query = sa.select(sa.func.min(prompt.c.expires_at)).filter_by(state=PromptState.OPEN)
    found: datetime | None = (await tx.execute(query)).scalar()
    return found


async def in_states(tx: AsyncConnection, states: Collection[PromptState]) -> list[Prompt]:
    """Return the questions in some states."""
    return [_prompt(row) for row in await tx.execute(sa.select(prompt).where(prompt.c.state.in_(states)))]


async def purge(tx: AsyncConnection, now: datetime) -> None:
    """Forget questions that are over."""
    old = prompt.c.state.in_(OVER), prompt.c.expires_at < now - KEPT
    await tx.execute(sa.delete(prompt).where(*old))
