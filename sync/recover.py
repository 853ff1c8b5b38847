"""Finding out what became of creates and deletes whose answer a crash or a lost connection took away."""

from __future__ import annotations

from sync.base import FieldHashes, Hash
from sync.errors import Rejected, RetryLater, Stale
from sync.google.side import GoogleSide
from sync.keys import tokens_of
from sync.ledger import Ledger
from sync.model import CANCELLED, Side
from sync.odoo.side import OdooSide
from sync.plan import Link
from sync.seen import Seen, State
from sync.series import Series, is_series
from sync.store import intents
from sync.store.intents import KEEP, Intent, Pattern

TRIES = 3


async def recover(
    google: GoogleSide, odoo: OdooSide, ledger: Ledger, *, restores: bool = True
) -> dict[str, Seen]:
    """Settle every open intent of the account by asking the side it was meant for.

    What changes of series have cost single occurrences in Google is written again, if this run `restores`.

    A link that comes of it gets the base of the moment before the create was sent, so that whatever people
    changed since then still counts as their edit. Single occurrences are written after a create: they count
    as not yet written.

    Returns:
        The Google events that were restored or linked, to be looked at in this run.
    """
    async with ledger.store.read() as tx:
        open_intents = await intents.open_intents(tx, ledger.account.id)
    touched: dict[str, Seen] = {}
    for intent in open_intents:
        link = None
        if intent.action == KEEP:
            if restores:
                touched[intent.google_id] = await _restored(google, ledger, intent)
            continue
        if intent.action == "create":
            seen = await google.fetch(ledger.account.id, intent.google_id)
            key = await _odoo_key(intent, seen, google, odoo, ledger)
            if key:
                google_base, odoo_base = intent.google_base, intent.odoo_base
                if intent.side is Side.GOOGLE:
                    google_base = {**google_base, "overrides": _left_out(google_base)}
                    odoo_base = {**odoo_base, "overrides": {}}
                link = Link(
                    0,
                    key,
                    intent.google_id,
                    intent.generation,
                    google_base,
                    odoo_base,
                    role=intent.role,
                    uid=intent.uid,
                    series=_unfinished(intent, seen, google) if is_series(key) else None,
                ).as_seen(seen)
                touched[intent.google_id] = seen
                ledger.counts["recovered"] += 1
        await ledger.settle([(intent, link)])
    return touched


def _left_out(base: FieldHashes) -> Hash:
    """Return what an insert carries of single occurrences: which of them are left out."""
    return {start: one for start, one in base.get("overrides", {}).items() if CANCELLED in one}


def _unfinished(intent: Intent, seen: Seen, google: GoogleSide) -> Series | None:
    """Return what is known of a series of which some rows may not have been made."""
    pattern = _pattern(intent, seen)
    if pattern is None or intent.side is Side.GOOGLE:
        return None
    return Series(*pattern, "", *google.window(), {}, complete=False)


def _pattern(intent: Intent, seen: Seen) -> Pattern | None:
    """Return which series was to be made; people may have made something else of it since."""
    event = seen.event
    now = (event.recurrence, event.span) if event and event.recurrence else None
    return intent.series or now


async def look_again(google: GoogleSide, ledger: Ledger, google_id: str) -> Seen:
    """Look at a Google event in the course of a run, when a write to it may just have been broken off."""
    async with ledger.store.read() as tx:
        unfinished = await intents.open_intents(tx, ledger.account.id, action=KEEP, google_id=google_id)
    for intent in unfinished:
        seen = await _restored(google, ledger, intent)
        if seen.state is State.REJECTED:
            return seen
    return await google.fetch(ledger.account.id, google_id)


async def _restored(google: GoogleSide, ledger: Ledger, intent: Intent) -> Seen:
    """Give occurrences back what an unfinished write has cost them, and return how the series stands.

    Should that fail, it is set aside as it is: what is missing would pass for a person's doing.
    """
    kept, code = ledger.kept(intent), "google_trouble"
    for _ in range(TRIES):
        try:
            seen = await google.restore(ledger.account.id, intent.google_id, kept)
        except Stale:
            continue
        except RetryLater as error:
            ledger.strike(error)
            code = error.code
            break
        except Rejected:  # it was there once, but never will be again
            seen = await google.fetch(ledger.account.id, intent.google_id)
        await ledger.settle([(intent, None)])
        return seen
    return Seen(State.REJECTED, reason=code)


async def _odoo_key(
    intent: Intent, seen: Seen, google: GoogleSide, odoo: OdooSide, ledger: Ledger
) -> int | None:
    """Return the Odoo event of the pair that a create made, or None when it made nothing."""
    if intent.side is Side.GOOGLE:
        # Gone means never made, or a tombstone of an earlier life: the plan will see to it. One that stands
        # for another row by now was there before: the create was refused.
        taken = await ledger.stands_for_another(intent.google_id, intent.odoo_id)
        return None if taken or seen.state is State.GONE else intent.odoo_id
    tokens = ledger.access_tokens(intent.uid, intent.generation)
    if pattern := _pattern(intent, seen):
        tokens += tokens_of(ledger, intent.uid, pattern, google.window(), [intent.generation])
    view = await odoo.find(ledger.owner, tokens, [])
    # A row that is there rather than an archived one, should both carry the token.
    return min(view.seen, key=lambda key: (view.seen[key].state is State.GONE, key), default=None)
