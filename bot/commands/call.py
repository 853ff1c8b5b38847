"""One use of a command or button: who, in which language, and how to answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.people import Person, texts_for
from bot.services import Services
from bot.texts import Mrkdwn, Texts
from bot.views.kit import Message
from sync.store import accounts
from sync.store.accounts import Account

Update = Callable[[Message], Awaitable[None]]

log = structlog.get_logger()


@dataclasses.dataclass(frozen=True)
class Call:
    """What a command works with; answers are seen by that person alone.

    `argument` is what follows the subcommand, or the value of the button or what was chosen. Both come from
    outside. `at_home` says that a button of the Home tab was pressed, which shows the answers then.
    """

    person: Person
    t: Texts
    respond: Any
    services: Services
    admins: Mrkdwn
    from_button: bool
    argument: str = ""
    channel: str = ""
    """The conversation it happened in; empty on the Home tab."""
    at_home: bool = False

    @property
    def who(self) -> tuple[str, str]:
        """Return the team and user id of the person."""
        return self.person.team_id, self.person.user_id

    async def is_admin(self, what: str) -> bool:
        """Say whether the person may do `what` as an administrator, by a fresh look; the answer is logged."""
        allowed = await self.services.admins.includes(self.person)
        log.info("admin_act" if allowed else "admin_refused", what=what, by=self.person.user_id)
        return allowed

    async def answer(self, message: Message) -> None:
        """Answer with a new message that only this person sees."""
        await self.respond(**message.arguments, response_type="ephemeral", replace_original=False)

    async def replace(self, message: Message) -> None:
        """Put a message in the place of the one whose button was pressed."""
        await self.respond(**message.arguments, response_type="ephemeral", replace_original=True)

    async def in_place(self, message: Message) -> Update:
        """Show a message and return what changes it later.

        A button's message gives its place. The answer to a command cannot be changed (its response_url knows
        no original), so a command's progress is shown in the direct messages, where the bot can.
        """
        if self.from_button:
            await self.replace(message)
            return self.replace
        slack = self.services.slack
        posted = await slack.chat_postMessage(channel=self.person.user_id, **message.arguments)

        async def update(later: Message) -> None:
            await slack.chat_update(channel=str(posted["channel"]), ts=str(posted["ts"]), **later.arguments)

        return update

    async def account(self) -> Account | None:
        """Return the person's account, if there is one."""
        return await account_of(self.services, self.person.team_id, self.person.user_id)


async def account_of(services: Services, team_id: str, user_id: str) -> Account | None:
    """Return a Slack person's account, if there is one."""
    async with services.store.read() as tx:
        return await accounts.of_person(tx, team_id, user_id)


async def make_call(
    services: Services, team_id: str, user_id: str, respond: Any, *, from_button: bool, **more: Any
) -> Call:
    """Return the call of a Slack person, in the language that this person reads."""
    person = await services.people.get(team_id, user_id)
    t = texts_for(person, await account_of(services, team_id, user_id))
    return Call(person, t, respond, services, services.admins.named(t), from_button, **more)
