"""Google's consents on their way to an account: proven to be the person's own, or given back."""

from __future__ import annotations

import dataclasses
import hmac
import secrets

import structlog

from bot import first_sync
from bot.accept import Accepted, Refused, accept, objection
from bot.people import Person, texts_of_link
from bot.services import Services
from bot.slack import NO_ANSWER, error_code
from bot.views.connect import code_message, not_finished_message
from bot.views.first_sync import unanswered_message
from bot.views.kit import Message
from sync.google import waiting
from sync.google.grant import Consent
from sync.store import connects
from sync.store.connects import Connect, ConnectState

DIGITS, TRIES = 8, 5
"""Of the code: five tries at one of a hundred million, and then the consent is gone."""

log = structlog.get_logger()


@dataclasses.dataclass(frozen=True)
class Pending:
    """A consent that waits: whoever asked for the link types `code` in Slack, or signs in there."""

    link: Connect
    code: str


class WrongCode(Exception):
    """The code is not the one that the browser shows; `left` is how many tries there still are."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} left")
        self.left = left


class NothingWaits(Exception):
    """No consent waits for a code of this person."""


async def arrived(services: Services, link: Connect, consent: Consent) -> Accepted | Pending:
    """Take in a consent: of the person's own address it is accepted, of another it has to be proven.

    Who could have sent the link to somebody else must not get hold of that somebody's calendar: the address
    proves that both are one, or a code that only the consenting browser shows.

    Raises:
        Refused: the consent may not be used at all. It is given back.
    """
    person = await _person(services, link)
    reason = "slack_trouble" if person is None else None if person.is_member else "left"
    if reason := reason or await objection(services, link, consent):
        await drop(services, link, consent)
        raise Refused(reason, consent.email)
    if person and same_address(consent.email, person.email):
        return await accept(services, link, consent)
    pending = Pending(link, "".join(secrets.choice("0123456789") for _ in range(DIGITS)))
    kept = waiting.seal(services.store.vault, link.owner, consent, pending.code)
    async with services.store.write() as tx:
        waits = await connects.keep(tx, link, consent=kept, tries=0)
    if not waits:
        await services.revocations.give_back(consent.refresh_token, consent.sub)
        raise Refused("link_cancelled", consent.email)
    return pending


async def ask_for_code(services: Services, pending: Pending) -> None:
    """Ask the person in Slack for the code that the browser shows."""
    link = pending.link
    minutes = max(round((link.expires_at - services.clock.now()).total_seconds() / 60), 1)
    message = code_message(texts_of_link(link.profile), minutes=minutes, id_hash=link.id_hash)
    await _tell(services, link, message)


async def enter_code(services: Services, person: Person, typed: str) -> tuple[Connect, Accepted]:
    """Accept the consent that waits for this person's code.

    Raises:
        NothingWaits, WrongCode: see there; after the last try the consent is given back.
        Refused: the code is right, but the account became somebody else's meanwhile.
    """
    async with services.store.write() as tx:
        link = await connects.waiting(tx, person.team_id, person.user_id)
        if link is None or link.expires_at <= services.clock.now():
            raise NothingWaits
        counted = await connects.count_try(tx, link, TRIES)
    consent, code = unsealed(services, link)
    if not counted or not hmac.compare_digest(digits(typed).encode(), code.encode()):
        left = max(TRIES - link.tries - 1, 0)
        if not left:
            await drop(services, link, consent)
        raise WrongCode(left)
    return link, await accept(services, link, consent)


def unsealed(services: Services, link: Connect) -> tuple[Consent, str]:
    """Return the consent that waits with a link, and its code."""
    return waiting.unseal(services.store.vault, link.owner, link.consent or "")


async def drop(services: Services, link: Connect, consent: Consent) -> None:
    """End a link and give its consent back."""
    async with services.store.write() as tx:
        await connects.move(tx, link, ConnectState.CANCELLED)
    await services.revocations.give_back(consent.refresh_token, consent.sub)


async def give_back_of(services: Services, ended: list[Connect]) -> None:
    """Give back the consents that waited with links which have just ended."""
    for link in ended:
        if link.consent:
            consent, _ = unsealed(services, link)
            await services.revocations.give_back(consent.refresh_token, consent.sub)


async def expire(services: Services) -> None:
    """End the links whose time is over, give back what waited with them, and tell the person once.

    Of most mistakes in Google's console we hear nothing: Google's own page is the last that people see. So
    whoever set out and did not come back is asked whether there was an error.
    """
    async with services.store.write() as tx:
        overdue = await connects.overdue(tx, services.clock.now())
        ended = [one for one in overdue if await connects.move(tx, one, ConnectState.EXPIRED)]
    await give_back_of(services, ended)
    for link in ended:
        t = texts_of_link(link.profile)
        if link.state is ConnectState.CONFIRMED:
            if await first_sync.expire(services, link):
                await _tell(services, link, unanswered_message(t))
        elif link.state is not ConnectState.ISSUED:
            named = services.admins.named(t)
            await _tell(services, link, not_finished_message(t, named, consented=bool(link.consent)))


async def _tell(services: Services, link: Connect, message: Message) -> None:
    try:
        await services.slack.chat_postMessage(channel=link.slack_user_id, **message.arguments)
    except NO_ANSWER as error:
        log.warning("telling_failed", error=error_code(error))


async def _person(services: Services, link: Connect) -> Person | None:
    """Ask Slack who the person is now: ten minutes ago it may have been somebody else's address."""
    try:
        return await services.people.get(link.team_id, link.slack_user_id, fresh=True)
    except NO_ANSWER as error:
        log.warning("person_unknown", error=error_code(error))
        return None


def same_address(one: str, other: str) -> bool:
    """Say whether two addresses are the same but for the case of ASCII letters; look-alikes are not."""
    return one.encode().lower() == other.encode().lower()


def digits(typed: str) -> str:
    """Return the digits of what was typed as ASCII, from whatever keyboard."""
    return "".join(str(int(one)) for one in typed if one.isdecimal())
