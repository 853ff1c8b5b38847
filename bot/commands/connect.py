"""`/calsync connect`: hands over the private link, and takes the code that a browser showed."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot import first_sync
from bot.accept import Refused
from bot.commands.call import Call
from bot.consents import NothingWaits, WrongCode, digits, enter_code, give_back_of
from bot.people import Person
from bot.texts import Mrkdwn
from bot.views.changes import trouble
from bot.views.connect import link_message, refusal
from bot.views.help import note
from sync.errors import SyncError
from sync.odoo.people import OdooUser, find_users, native_sync_active
from sync.store import accounts, connects

LIFETIME = timedelta(minutes=10)
LINE = 100
"""How much is kept of a command that waits for the connection."""


async def run(call: Call) -> None:
    """Answer with a link for this person alone, or with what stands in the way; with a code, take that."""
    if digits(call.argument) and not call.from_button:
        await _code(call)
    else:
        await give_link(call, then=call.argument if call.from_button else "")


async def _code(call: Call) -> None:
    """Finish what a browser began: the code proves that both are the same person."""
    services, t = call.services, call.t
    try:
        link, accepted = await enter_code(services, call.person, call.argument)
    except NothingWaits:
        await call.answer(refusal(t, t("connect.no_code_wanted")))
    except WrongCode as wrong:
        if wrong.left:
            await call.answer(note(t.plural("connect.code_wrong", wrong.left)))
        else:
            await call.answer(refusal(t, t("connect.code_spent")))
    except Refused as refused:
        await call.answer(refusal(t, t(f"page.{refused.reason}", google=refused.google)))
    else:
        await call.answer(note(t("connect.code_right")))
        await first_sync.connected(services, link, accepted)


async def give_link(call: Call, then: str) -> None:
    """Answer with a link; the command line `then`, if any, is carried out once the connection stands."""
    services, t = call.services, call.t
    person = await services.people.get(call.person.team_id, call.person.user_id, fresh=True)
    try:
        found = await _odoo_user(call, person)
    except SyncError as error:
        found = trouble(error.code, t)
    if isinstance(found, str):
        await call.answer(refusal(t, found, then=then))
        return
    link_id = secrets.token_urlsafe(32)
    async with services.store.write() as tx:
        account = await accounts.of_person(tx, person.team_id, person.user_id)
        expires = services.clock.now() + LIFETIME
        profile = _profile(call, person, found, then)
        replaced = await connects.issue(tx, link_id, person.team_id, person.user_id, profile, expires)
    url = f"{services.settings.public_url}/connect/{link_id}"
    email = account.google_email if account else None
    message = link_message(
        t, url=url, login=found.login, email=email, admins=call.admins, then="" if account else then
    )
    await call.answer(message)
    await give_back_of(services, replaced)


async def _odoo_user(call: Call, person: Person) -> OdooUser | Mrkdwn:
    """Return the one Odoo user with the person's address, or the sentence that says why there is none."""
    t, admins = call.t, call.admins
    if not person.is_member:
        return t("connect.guest", admins=admins)
    if not person.email:
        return t("connect.no_email", admins=admins)
    found = await find_users(call.services.odoo, person.email)
    if not found:
        return t("connect.nobody", email=person.email, admins=admins)
    if len(found) > 1:
        return t("connect.several", email=person.email, admins=admins)
    [user] = found
    async with call.services.store.read() as tx:
        holder = await accounts.of_odoo(tx, user.uid)
    if holder and (holder.team_id, holder.slack_user_id) != (person.team_id, person.user_id):
        return t("connect.taken", login=user.login, admins=admins)
    if await native_sync_active(call.services.odoo, user.uid):
        return t("connect.native_sync")
    return user


def _profile(call: Call, person: Person, user: OdooUser, then: str) -> dict[str, object]:
    return {
        "then": then[:LINE],
        "name": person.name,
        "email": person.email,
        "locale": call.t.language,
        "odoo_uid": user.uid,
        "odoo_partner_id": user.partner_id,
        "odoo_login": user.login,
        "time_zone": user.time_zone or person.time_zone,
    }
