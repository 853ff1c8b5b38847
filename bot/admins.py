"""Who administers calsync: people named in the settings, and the members of a Slack user group."""

from __future__ import annotations

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import People, Person
from bot.texts import Mrkdwn, Texts

log = structlog.get_logger()


class Admins:
    """Asks Slack each time: neither role nor membership of the group may be older than the click."""

    def __init__(self, slack: AsyncWebClient, people: People, ids: list[str], group: str) -> None:
        self._slack, self._people, self._ids, self._group = slack, people, ids, group

    async def includes(self, person: Person) -> bool:
        """Say whether somebody is an administrator now; guests and deactivated people never are.

        Raises:
            SlackApiError: Slack does not tell, for instance because the scope usergroups:read is missing.
        """
        if person.user_id not in self._ids and not self._group:
            return False
        now = await self._people.get(person.team_id, person.user_id, fresh=True)
        if not now.is_member:
            return False
        return person.user_id in self._ids or person.user_id in await self._members()

    async def _members(self) -> list[str]:
        if not self._group:
            return []
        answer = await self._slack.usergroups_users_list(usergroup=self._group)
        return list(answer["users"])

    def named(self, t: Texts) -> Mrkdwn:
        """Return the administrators as Slack shows people, for telling somebody whom to ask."""
        shown = [f"<@{one}>" for one in self._ids]
        return Mrkdwn(", ".join(shown)) if shown else t("admins.somebody")
