"""One use of a command or button: who, in which language, and how to answer."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.people import Person
from bot.services import Services
from bot.texts import Mrkdwn, Texts
from bot.views.kit import Message
from sync.store import accounts
from sync.store.accounts import Account


@dataclasses.dataclass(frozen=True)
class Call:
    """What a command works with; answers are seen by that person alone."""

    person: Person
    t: Texts
    respond: Any
    services: Services
    admins: Mrkdwn

    async def answer(self, message: Message) -> None:
        """Answer with a new message that only this person sees."""
        await self.respond(**message.arguments, response_type="ephemeral", replace_original=False)

    async def replace(self, message: Message) -> None:
        """Put a message in the place of the last answer, or of the message whose button was pressed."""
        await self.respond(**message.arguments, response_type="ephemeral", replace_original=True)

    async def account(self) -> Account | None:
        """Return the person's account, if there is one."""
        async with self.services.store.read() as tx:
            return await accounts.of_person(tx, self.person.team_id, self.person.user_id)
