"""Making events on the side where they are missing, so that a repeat never makes a second one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from sync.errors import Rejected, RetryLater, Taken, WritesPaused
from sync.google.side import GoogleSide
from sync.ledger import OF_THE_ITEM, Ledger
from sync.merge import Rules
from sync.model import Event, Side, Start
from sync.odoo.side import NewEvent, OdooSide
from sync.plan import Case, Create, Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.slices import in_slices
from sync.store import links
from sync.store.intents import Intent

MOST_GENERATIONS = 50
"""Beginnings of one link that are tried; each time an event was deleted on both sides has used up one."""
DOUBTS = 12
"""Failed calls after which a batch is not halved further: 2 ** 8 rows need nine to find one odd row."""


def row_token(ledger: Ledger, uid: str, generation: int) -> Callable[[Start | None], str]:
    """Return what gives each row made from a Google event its access token, by its occurrence's start."""
    return lambda start: ledger.access_tokens(uid, generation, start)[0]


async def create_in_google(action: Create, google: GoogleSide, rules: Rules, ledger: Ledger) -> Case | None:
    """Insert an event under its derived id.

    Returns:
        None when it was made whole. A case to decide anew when Google already has it under that id, from
        before our own database was lost or set back, or when single occurrences have to be changed yet.

    Raises:
        Rejected: Google refuses it.
    """
    case, account = action.case, ledger.account
    event = action.event if case.role is Role.HOME else mirrored(action.event)
    for generation in range(action.generation, action.generation + MOST_GENERATIONS):
        event_id = ledger.google_id(case.odoo_id, generation)
        sent = rules.hasher.event(rules.google(event))
        bases = sent, case.odoo.hashes
        planned = Intent(0, Side.GOOGLE, "create", event_id, case.odoo_id, generation, *bases, case.role)
        [intent] = await ledger.intend([planned])
        try:
            key = f"{case.odoo_id}.{generation}"
            meet = account.makes_meet and case.role is Role.HOME and bool(event.guests) and not event.location
            seen = await google.create(
                account.id,
                event_id,
                event,
                account.time_zone,
                key,
                address=(account.google_email or "").lower(),
                meet=meet,
            )
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
        except (Rejected, WritesPaused):  # nothing was made: a paused write is never sent
            await ledger.settle([(intent, None)])
            raise
        # Answers are never lost in translation: another one than was sent is Google's own, and goes to Odoo.
        google_base = seen.hashes | {name: sent[name] for name in ("response", "guests") if seen.hashes}
        link = Link(0, case.odoo_id, event_id, generation, google_base, _without_overrides(case.odoo))
        link = dataclasses.replace(link.as_seen(seen), role=case.role, series=case.odoo.series)
        named = dataclasses.replace(case, google_id=event_id)
        entry = ledger.entry(Side.GOOGLE, "create", action.reason, named)
        [link_id] = await ledger.settle([(intent, link)], [entry])
        ledger.counts[action.reason] += 1
        made = dataclasses.replace(
            case, google_id=event_id, google=seen, link=dataclasses.replace(link, id=link_id)
        )
        finished = not (event.overrides or made.wants_rows or google_base != seen.hashes)
        return None if finished else made
    raise Rejected("google_id_taken")


def mirrored(event: Event) -> Event:
    """Return the event as it stands in the calendar of somebody who is only invited: without a guest list."""
    overrides = {
        start: {name: value for name, value in override.items() if name not in ("guests", "response")}
        for start, override in event.overrides.items()
    }
    return dataclasses.replace(event, guests=frozenset(), organizer="", overrides=overrides)


def _without_overrides(odoo: Seen) -> dict[str, object]:
    """Return the hashes of what the insert could carry: single occurrences are changed after it."""
    return {**odoo.hashes, "overrides": {}}


async def create_in_odoo(batch: Sequence[Create], odoo: OdooSide, rules: Rules, ledger: Ledger) -> None:
    """Create events under access tokens that no other row carries; see `_create_rows`.

    Each series is a lot of its own: were it refused together with others, these would have been made by then.
    """
    ready = await _beyond_old_rows(batch, odoo, ledger)
    singles = [one for one in ready if one.event.recurrence is None]
    for lot in (singles, *([one] for one in ready if one.event.recurrence is not None)):
        if lot:
            await _create_rows(lot, odoo, rules, ledger)


async def _beyond_old_rows(batch: Sequence[Create], odoo: OdooSide, ledger: Ledger) -> list[Create]:
    """Let links that begin anew skip the generations whose tokens archived or linked rows carry.

    A loose row that stands there keeps its token in use: it is a create of ours that took effect late, and
    is known for a double entry by the token that both carry then.
    """

    def token(one: Create) -> str:
        return ledger.access_tokens(one.case.google.uid, one.generation)[0]

    moved = list(batch)
    for _ in range(MOST_GENERATIONS):
        tokens = {token(one) for one in moved if one.generation or one.case.link}
        found = (await odoo.find(ledger.owner, tokens, [])).seen if tokens else {}
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
    """Create events in one call; a lot that Odoo refuses is halved until the odd one is alone, and parked.

    Raises:
        RetryLater: the outcome is unknown; the intents stay and the next run finds out.
    """
    new = await in_slices(lambda one: _new_event(one, rules, ledger), batch)
    intents = await ledger.intend(
        await in_slices(lambda pair: _intent(*pair, rules), zip(batch, new, strict=True))
    )
    try:
        created = await odoo.create(ledger.owner, new)
    except (Rejected, RetryLater) as error:
        await _after_refusal(error, batch, intents, new, odoo, rules, ledger)
        return
    await _settle(zip(batch, intents, created, strict=True), ledger)


def _intent(one: Create, wanted: NewEvent, rules: Rules) -> Intent:
    return Intent(
        0,
        Side.ODOO,
        "create",
        one.case.google_id,
        0,
        one.generation,
        one.case.google.hashes,
        rules.hasher.event(wanted.event),
        one.case.role,
        one.case.google.uid,
        (one.event.recurrence, one.event.span) if one.event.recurrence else None,
    )


def _new_event(action: Create, rules: Rules, ledger: Ledger) -> NewEvent:
    case = action.case
    token = row_token(ledger, case.google.uid, action.generation)
    return NewEvent(rules.odoo(action.event), token, case.role, case.window)


async def _settle(made: Iterable[tuple[Create, Intent, tuple[int, Seen]]], ledger: Ledger) -> None:
    results = list(made)
    await ledger.settle(
        ((intent, _link(action, intent, *row)) for action, intent, row in results),
        [
            ledger.entry(Side.ODOO, "create", action.reason, dataclasses.replace(action.case, odoo_id=key))
            for action, _, (key, _) in results
        ],
    )
    ledger.counts.update(action.reason for action, _, _ in results)


def _link(action: Create, intent: Intent, odoo_id: int, seen: Seen) -> Link:
    google = action.case.google
    # Masked for us at once: what we sent is all we know.
    odoo_base = seen.hashes or intent.odoo_base
    link = Link(0, odoo_id, action.case.google_id, action.generation, google.hashes, odoo_base)
    return dataclasses.replace(link.as_seen(google), role=action.case.role, series=seen.series)


async def _after_refusal(
    error: Rejected | RetryLater,
    batch: Sequence[Create],
    intents: Sequence[Intent],
    new: Sequence[NewEvent],
    odoo: OdooSide,
    rules: Rules,
    ledger: Ledger,
) -> None:
    pending = list(zip(batch, intents, strict=True))
    if isinstance(error, RetryLater):
        ledger.strikes += 1
        single = all(one.event.recurrence is None for one in new)
        if error.code not in OF_THE_ITEM or ledger.strikes > DOUBTS or not single:
            raise error
        # A gateway's error page says nothing of the transaction behind it.
        tokens = [one.token(None) for one in new]
        view = await odoo.find(ledger.owner, tokens, [])
        made = {seen.key: (key, seen) for key, seen in view.seen.items()}
        found = [
            (action, intent, made[token])
            for (action, intent), token in zip(pending, tokens, strict=True)
            if token in made
        ]
        await _settle(found, ledger)
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
