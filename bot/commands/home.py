"""The Home tab: drawn when it is opened, when a button on it has something to say, and after runs."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

from bot.commands.call import account_of
from bot.commands.disconnect import state_message
from bot.commands.settings import choices_of
from bot.commands.status import status_data
from bot.home import Drawing
from bot.people import texts_for
from bot.services import Services
from bot.views.home import ended_view, home_view, unavailable_view, welcome_view
from bot.views.kit import Block
from sync.store.accounts import Account, AccountState


async def opened(services: Services, team_id: str, user_id: str) -> None:
    """Show somebody's tab as things stand now; what a button had to say is gone."""
    await services.homes.show(user_id, functools.partial(draw, services, team_id, user_id))


async def notice(
    services: Services, team_id: str, user_id: str, *, blocks: Sequence[Block], **_: Any
) -> None:
    """Show a message on top of somebody's tab; takes the arguments of Bolt's `respond`."""
    await services.homes.show(user_id, functools.partial(draw, services, team_id, user_id), blocks)


async def after_run(services: Services, account: Account) -> None:
    """Bring the tab of an account up to date, if it was opened."""
    user_id = account.slack_user_id
    await services.homes.refresh(user_id, functools.partial(draw, services, account.team_id, user_id))


async def draw(services: Services, team_id: str, user_id: str, shown: Sequence[Block]) -> Drawing:
    """Draw somebody's tab with a notice on top."""
    person = await services.people.get(team_id, user_id)
    account = await account_of(services, team_id, user_id)
    t = texts_for(person, account)
    if not person.is_member:
        return Drawing(unavailable_view(t("home.guest")), "guest", None)
    if account is None:
        return Drawing(welcome_view(t, notice=shown), ("welcome", t.language, shown), None)
    if account.state is AccountState.DISCONNECTED:
        ended = state_message(t, account)
        return Drawing(ended_view(ended, notice=shown), ("ended", ended.text, shown), None)
    data, choices = await status_data(services, account), await choices_of(services, account)
    timeless = dataclasses.replace(data, synced_at=None, next_run_at=None, now=account.created_at)
    facts = (timeless, data.synced_at is None, choices, shown)
    return Drawing(home_view(t, data, choices, notice=shown), facts, account.id)
