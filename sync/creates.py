"""Making events on the side where they are missing, so that a repeat never makes a second one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sync.errors import Rejected, RetryLater, Taken
from sync.google.side import GoogleSide
from sync.ledger import OF_THE_ITEM, Ledger
from sync.merge import Rules, Seen, State
from sync.model import Side
from sync.odoo.side import OdooSide
from sync.plan import Case, Create, Link
from sync.store import links
from sync.store.links import Intent

GENERATIONS = 50
"""Beginnings of one link that are tried; each time an event was deleted on both sides has used up one."""
DOUBTS = 12
"""Failed calls after which a batch is not halved further: 2 ** 8 rows need nine to find one odd row."""


async def create_in_google(action: Create, google: GoogleSide, rules: Rules, ledger: Ledger) -> Case | None:
    """Insert an event under its derived id.

    Returns:
        None when it was made. A case to decide anew when Google already has it under that id, from before
        our own database was lost or set back.

    Raises:
        Rejected: Google refuses it.
    """
    case, account = action.case, ledger.account
    for generation in range(action.generation, action.generation + GENERATIONS):
        event_id = ledger.google_id(case.odoo_id, generation)
        sent = rules.hasher.event(rules.google(action.event))
        planned = Intent(0, Side.GOOGLE, "create", event_id, case.odoo_id, generation, sent, case.odoo.hashes)
        [intent] = await ledger.intend([planned])
        try:
            key = f"{case.odoo_id}.{generation}"
            seen = await google.create(account.id, event_id, action.event, account.time_zone, key)
        except Taken:
            # Asked before the look: once such a link has ended, the look shows that its event is gone.
            if await ledger.stands_for_another(event_id, case.odoo_id):
                await ledger.settle([(intent, None)])
                continue
            seen = await google.fetch(account.id, event_id)
            if seen.hashes != sent:
                await ledger.settle([(intent, None)])
                if seen.state is State.GONE:
                    continue  # a deleted event keeps its id for ever
                return dataclasses.replace(case, google_id=event_id, google=seen, link=None)
        except Rejected:
            await ledger.settle([(intent, None)])
            raise
        link = Link(0, case.odoo_id, event_id, generation, seen.hashes, case.odoo.hashes)
        await ledger.settle([(intent, link.as_seen(seen))])
        ledger.counts[action.reason] += 1
        return None
    raise Rejected("google_id_taken")


async def create_in_odoo(batch: Sequence[Create], odoo: OdooSide, rules: Rules, ledger: Ledger) -> None:
    """Create rows under access tokens that no other row carries; see `_create_rows`."""
    await _create_rows(await _beyond_old_rows(batch, odoo, ledger), odoo, rules, ledger)


async def _beyond_old_rows(batch: Sequence[Create], odoo: OdooSide, ledger: Ledger) -> list[Create]:
    """Let links that begin anew skip the generations whose tokens archived or linked rows carry.

    A loose row that stands there keeps its token in use: it is a create of ours that took effect late, and
    is known for a double entry by the token that both carry then.
    """

    def token(one: Create) -> str:
        return ledger.access_tokens(one.case.google_id, one.generation)[0]

    moved = list(batch)
    for _ in range(GENERATIONS):
        again = [one for one in moved if one.generation or one.case.link]
        found = await odoo.find(ledger.owner, map(token, again))
        async with ledger.store.read() as tx:
            linked = {link.odoo_id for link in await links.of_account(tx, ledger.account.id, odoo_ids=found)}
        old = {seen.key for key, seen in found.items() if seen.state is State.GONE or key in linked}
        if not old:
            break
        moved = [
            dataclasses.replace(one, generation=one.generation + 1) if token(one) in old else one
            for one in moved
        ]
    return moved


async def _create_rows(batch: Sequence[Create], odoo: OdooSide, rules: Rules, ledger: Ledger) -> None:
    """Create rows in one call; a lot that Odoo refuses is halved until the odd row stands alone, and parked.

    Raises:
        RetryLater: the outcome is unknown; the intents stay and the next run finds out.
    """
    wanted = [rules.odoo(one.event) for one in batch]
    tokens = [ledger.access_tokens(one.case.google_id, one.generation)[0] for one in batch]
    intents = await ledger.intend(
        [
            Intent(
                0,
                Side.ODOO,
                "create",
                one.case.google_id,
                0,
                one.generation,
                one.case.google.hashes,
                rules.hasher.event(event),
            )
            for one, event in zip(batch, wanted, strict=True)
        ]
    )
    try:
        created = await odoo.create(ledger.owner, list(zip(tokens, wanted, strict=True)))
    except (Rejected, RetryLater) as error:
        await _after_refusal(error, batch, intents, tokens, odoo, rules, ledger)
        return
    await ledger.settle(
        (intent, _link(action, intent, *made))
        for action, intent, made in zip(batch, intents, created, strict=True)
    )
    ledger.counts.update(action.reason for action in batch)


def _link(action: Create, intent: Intent, odoo_id: int, seen: Seen) -> Link:
    google = action.case.google
    # Masked for us at once: what we sent is all we know.
    odoo_base = seen.hashes or intent.odoo_base
    link = Link(0, odoo_id, action.case.google_id, action.generation, google.hashes, odoo_base)
    return link.as_seen(google)


async def _after_refusal(
    error: Rejected | RetryLater,
    batch: Sequence[Create],
    intents: Sequence[Intent],
    tokens: Sequence[str],
    odoo: OdooSide,
    rules: Rules,
    ledger: Ledger,
) -> None:
    pending = list(zip(batch, intents, strict=True))
    if isinstance(error, RetryLater):
        ledger.strikes += 1
        if error.code not in OF_THE_ITEM or ledger.strikes > DOUBTS:
            raise error
        # A gateway's error page says nothing of the transaction behind it.
        made = {seen.key: (key, seen) for key, seen in (await odoo.find(ledger.owner, tokens)).items()}
        found = [(one, made[token]) for one, token in zip(pending, tokens, strict=True) if token in made]
        await ledger.settle((intent, _link(action, intent, *row)) for (action, intent), row in found)
        ledger.counts.update(action.reason for (action, _), _ in found)
        pending = [one for one, token in zip(pending, tokens, strict=True) if token not in made]
    await ledger.settle((intent, None) for _, intent in pending)
    left = [action for action, _ in pending]
    if len(batch) == 1:
        for action in left:
            await ledger.park(action.case, Side.GOOGLE, error.code)
        return
    middle = (len(left) + 1) // 2
    for half in (left[:middle], left[middle:]):
        if half:
            await _create_rows(half, odoo, rules, ledger)
