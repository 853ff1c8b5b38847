"""The people of the workspace as Slack describes them, looked up when they act."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk.web.async_client import AsyncWebClient

from bot.texts import Texts
from sync.clock import Clock
from sync.store import Store, accounts
from sync.store.accounts import Account

FRESH = timedelta(minutes=10)


@dataclasses.dataclass(frozen=True)
class Person:
    """A member of the workspace; `time_zone` is an IANA name, `locale` as in "en-US"."""

    team_id: str
    user_id: str
    name: str
    email: str
    time_zone: str
    locale: str
    is_member: bool
    """False for guests, bots and deactivated users."""


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its IANA name, UTC where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def texts_for(person: Person, account: Account | None) -> Texts:
    """Return the messages in the language that a person has chosen, else in that of their Slack."""
    chosen = account.language if account else ""
    return Texts(chosen or person.locale, zone_of(person.time_zone))


async def texts_of(people: People, store: Store, team_id: str, user_id: str) -> Texts:
    """Return the messages in the language of somebody, whom Slack is asked about.

    Raises:
        SlackApiError: Slack does not know the person, or the bot lacks a scope.
    """
    async with store.read() as tx:
        account = await accounts.of_person(tx, team_id, user_id)
    return texts_for(await people.get(team_id, user_id), account)


def texts_of_link(profile: Mapping[str, Any]) -> Texts:
    """Return the messages in the language and zone that a connect link remembers of its person."""
    return Texts(profile["locale"], zone_of(profile["time_zone"]))


class People:
    """Looks people up by `users.info`, remembering each for ten minutes."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._known: dict[str, tuple[datetime, Person]] = {}

    async def get(self, team_id: str, user_id: str, *, fresh: bool = False) -> Person:
        """Return a person; `fresh` asks Slack in any case, for decisions that rest on who it is.

        Raises:
            SlackApiError: Slack does not know the person, or the bot lacks a scope.
        """
        if not fresh and user_id in self._known:
            when, person = self._known[user_id]
            if self._clock.now() - when < FRESH:
                return person
        answer = await self._client.users_info(user=user_id, include_locale=True)
        user = answer["user"]
        profile = user.get("profile", {})
        outsider = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
        person = Person(
            team_id,
            user_id,
            profile.get("real_name") or user.get("real_name") or user.get("name", ""),
            profile.get("email", ""),
            user.get("tz") or "UTC",
            user.get("locale") or "en-US",
            not any(user.get(flag) for flag in outsider) and user.get("team_id", team_id) == team_id,
        )
        self._known[user_id] = self._clock.now(), person
        return person
