"""Questions to one person: shown in a message of their own, settled exactly once, and "no" after a while."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import People, texts_of
from bot.slack import NO_ANSWER, error_code
from bot.views.kit import Message
from bot.views.prompt import expired_message
from sync.clock import Clock
from sync.store import Store, prompts
from sync.store.prompts import Prompt, PromptState

LIFETIME = timedelta(minutes=10)
PATIENCE = 1.0
"""Seconds that telling of ends gets at the end of the process; the next start tells what it did not."""
AGAIN = 60.0
"""Seconds until Slack is asked again to change the message of a question that ended."""

log = structlog.get_logger()


class Kind(enum.StrEnum):
    """What is asked; the value is the command that asks anew."""

    RESET = "reset"
    UNDO = "undo"
    DISCONNECT = "disconnect"
    ADMIN_RESET = "admin reset"


class Verdict(enum.StrEnum):
    """Why a click does nothing."""

    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    SETTLED = "settled"
    EXPIRED = "expired"
    CHANGED = "changed"


Draw = Callable[[Prompt], Message]
"""Draws a question; its buttons carry its id."""


class Prompts:
    """Keeps the questions in the database, so that a restart forgets none and answers none by mistake."""

    def __init__(self, slack: AsyncWebClient, people: People, store: Store, clock: Clock) -> None:
        self._slack, self._people, self._store, self._clock = slack, people, store, clock
        self._changed = asyncio.Event()
        self._ending = False
        self._being_posted: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Let questions expire meanwhile, also those that were asked before a restart."""
        self._ending = False
        task = asyncio.create_task(self._serve(), name="prompts")
        try:
            yield
        finally:
            self._ending = True
            self._changed.set()
            await asyncio.wait([task], timeout=PATIENCE)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def ask(
        self, whom: tuple[str, str], account_id: int, kind: Kind, content: dict[str, Any], draw: Draw
    ) -> Prompt:
        """Ask a person (team and user id) about an account, in their direct messages.

        Raises:
            SlackApiError: Slack does not take the message; nothing is asked then.
        """
        team_id, user_id = whom
        expires = self._clock.now() + LIFETIME
        key = secrets.token_urlsafe(16)
        new = Prompt(key, team_id, user_id, account_id, kind, PromptState.OPEN, content, "", "", expires)
        async with self._store.write() as tx:  # before it is posted: it can be pressed at once
            await prompts.add(tx, new)
        posted = self._being_posted[key] = asyncio.Event()
        try:
            return await self._posted(new, draw(new))
        finally:
            posted.set()
            del self._being_posted[key]
            self._changed.set()

    async def _posted(self, new: Prompt, message: Message) -> Prompt:
        try:
            posted = await self._slack.chat_postMessage(channel=new.slack_user_id, **message.arguments)
        except NO_ANSWER:
            await self.finish(new, PromptState.CANCELLED)
            raise
        place: dict[str, Any] = {"channel": str(posted["channel"]), "ts": str(posted["ts"])}
        async with self._store.write() as tx:
            await prompts.update(tx, new.id, **place)
        return dataclasses.replace(new, **place)

    async def find(self, prompt_id: str, who: tuple[str, str], *kinds: Kind) -> Prompt | Verdict:
        """Return the open question that a button of this person belongs to, or why there is none."""
        found = await self._of_person(prompt_id, who)
        if isinstance(found, Verdict):
            return found
        if found.kind not in kinds:
            return Verdict.UNKNOWN
        if found.state in (PromptState.EXPIRING, PromptState.EXPIRED):
            return Verdict.EXPIRED
        if found.state is not PromptState.OPEN:
            return Verdict.SETTLED
        return found if found.expires_at > self._clock.now() else Verdict.EXPIRED

    async def find_working(self, prompt_id: str, who: tuple[str, str]) -> Prompt | Verdict:
        """Return the question of a button that is being carried out, or why there is none."""
        found = await self._of_person(prompt_id, who)
        if isinstance(found, Verdict) or found.state is PromptState.WORKING:
            return found
        return Verdict.SETTLED

    async def _of_person(self, prompt_id: str, who: tuple[str, str]) -> Prompt | Verdict:
        if being_posted := self._being_posted.get(prompt_id):
            await being_posted.wait()  # whoever presses at once is there before Slack has told us where
        async with self._store.read() as tx:
            found = await prompts.get(tx, prompt_id)
        if found is None:
            return Verdict.UNKNOWN
        return found if (found.team_id, found.slack_user_id) == who else Verdict.FOREIGN

    async def step(self, asked: Prompt, **content: Any) -> Prompt | None:
        """Note a choice in an open question, whose time begins anew; None when it is settled meanwhile."""
        later: dict[str, Any] = {
            "content": asked.content | content,
            "expires_at": self._clock.now() + LIFETIME,
        }
        if not await self._take(asked, **later):
            return None
        self._changed.set()
        return dataclasses.replace(asked, **later)

    async def settle(self, asked: Prompt, into: PromptState) -> bool:
        """Settle an open question; of several clicks, and of a click and the clock, the first alone wins."""
        settled = await self._take(asked, state=into)
        self._changed.set()
        return settled

    async def finish(self, asked: Prompt, into: PromptState = PromptState.DONE) -> None:
        """End a question whose answer is carried out."""
        async with self._store.write() as tx:
            await prompts.update(tx, asked.id, state=into)

    async def note(self, asked: Prompt, **content: Any) -> Prompt:
        """Keep something with a question that is being carried out."""
        content = asked.content | content
        async with self._store.write() as tx:
            await prompts.update(tx, asked.id, content=content)
        return dataclasses.replace(asked, content=content)

    async def working(self) -> list[Prompt]:
        """Return the questions that are being carried out."""
        async with self._store.read() as tx:
            return await prompts.in_states(tx, [PromptState.WORKING])

    async def show(self, asked: Prompt, message: Message) -> None:
        """Show something in the message of a question, or in a new one if the person has deleted that.

        Raises:
            SlackApiError: Slack does not take it.
        """
        async with self._store.read() as tx:
            now = await prompts.get(tx, asked.id) or asked  # it may stand elsewhere by now
        try:
            await self._slack.chat_update(channel=now.channel, ts=now.ts, **message.arguments)
        except SlackApiError as error:
            if error_code(error) not in GONE:
                raise
            posted = await self._slack.chat_postMessage(channel=asked.slack_user_id, **message.arguments)
            async with self._store.write() as tx:
                await prompts.update(tx, asked.id, channel=str(posted["channel"]), ts=str(posted["ts"]))

    async def _take(self, asked: Prompt, **values: Any) -> bool:
        async with self._store.write() as tx:
            return await prompts.take(tx, asked.id, self._clock.now(), **values)

    async def _serve(self) -> None:
        while not self._ending:
            self._changed.clear()
            ends_in = await self._expire()
            if self._ending:
                return
            if ends_in is None:  # nobody waits for the clock then
                await self._changed.wait()
            else:
                await self._clock.wait(self._changed, ends_in)

    async def _expire(self) -> float | None:
        """End what is over; return the seconds until there is something to do again."""
        try:
            now = self._clock.now()
            async with self._store.write() as tx:
                await prompts.purge(tx, now)
                over = await prompts.expire(tx, now)
                ends = await prompts.next_end(tx)
            told = [await self._tell_expired(one) for one in over]
        except Exception:
            log.exception("prompts_broke")
            return AGAIN
        if not all(told):
            return AGAIN
        return self._until(ends)

    def _until(self, ends: datetime | None) -> float | None:
        return None if ends is None else max((ends - self._clock.now()).total_seconds(), 0)

    async def _tell_expired(self, asked: Prompt) -> bool:
        try:
            t = await texts_of(self._people, self._store, asked.team_id, asked.slack_user_id)
            if asked.ts:
                over = expired_message(t, asked.kind).arguments
                await self._slack.chat_update(channel=asked.channel, ts=asked.ts, **over)
        except NO_ANSWER as error:
            if error_code(error) not in GONE:
                log.warning("telling_failed", error=error_code(error))
                return False
        await self.finish(asked, PromptState.EXPIRED)
        return True


GONE = frozenset({"message_not_found", "channel_not_found", "cant_update_message", "user_not_found"})
"""Slack's words for a message that nobody can see or change any more."""
