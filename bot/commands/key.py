"""`/calsync key`: a person's own key for Odoo, for private events; it is entered on our page, never here."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.commands.call import Call
from bot.commands.disconnect import state_message
from bot.own_keys import key_data, remove_key
from bot.views.help import guess_message
from bot.views.key import key_message, no_key_message, removed_message
from bot.views.status import not_connected_message
from sync.store import own_keys
from sync.store.accounts import Account, AccountState

LIFETIME = timedelta(minutes=10)
REMOVE = "remove"


async def run(call: Call) -> None:
    """Say how the person's key stands, with a private link to enter one; `remove` removes it."""
    word = "" if call.from_button else call.argument.lower()
    if word == REMOVE:
        await remove(call)
        return
    if word:  # a key, perhaps: it is not repeated
        await call.answer(guess_message(call.t, "key …", "key"))
        return
    if (account := await _account(call)) is None:
        return
    services, link_id = call.services, secrets.token_urlsafe(32)
    async with services.store.write() as tx:
        await own_keys.issue(tx, account.id, link_id, services.clock.now() + LIFETIME)
    url = f"{services.settings.public_url}/key/{link_id}"
    data = await key_data(services.store, account)
    await call.answer(key_message(call.t, data, url=url, login=account.odoo_login))


async def remove(call: Call) -> None:
    """Forget the person's key; private events stay as they are on both sides."""
    if (account := await _account(call)) is None:
        return
    removed = await remove_key(call.services, account)
    await call.answer(removed_message(call.t) if removed else no_key_message(call.t))


async def _account(call: Call) -> Account | None:
    """Return the person's connected account; None after saying that there is none."""
    account = await call.account()
    if account is None:
        await call.answer(not_connected_message(call.t))
    elif account.state is AccountState.DISCONNECTED:
        await call.answer(state_message(call.t, account))
        return None
    return account
