"""History made readable: labels and overruled values are decrypted for their owner."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from bot.views.history import Change, Overruled
from sync import values
from sync.base import read_start
from sync.labels import read_label
from sync.store import Store
from sync.store.accounts import Account
from sync.store.history import Entry

UNDONE = ("put_back", "kept_private")
"""Why edits are undone that only the organizer can make, or that would show what is private: given back, they
would be undone again."""


def readable(store: Store, account: Account, entries: Iterable[Entry]) -> list[Change]:
    """Decrypt entries of an account.

    Raises:
        VaultError: they are somebody else's, or their key is gone.
    """
    told = list(entries)
    return [_change(store, account, entry, event) for entry, event in zip(told, _events(told), strict=True)]


def _events(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield for each entry which event it is of: that of a create knows its id on one side alone."""
    known: dict[str, str] = {}
    for number, entry in enumerate(entries):
        ids = {entry.google_id, str(entry.odoo_id)} - {"", "0"}
        event = next((known[one] for one in sorted(ids) if one in known), str(number))
        known |= dict.fromkeys(ids, event)
        yield event


def _change(store: Store, account: Account, entry: Entry, event: str) -> Change:
    vault, owner = store.vault, account.owner
    title, starts = read_label(vault.decrypt(owner, "history", entry.label))
    lost = json.loads(vault.decrypt(owner, "overruled", entry.overruled)) if entry.overruled else []
    return Change(
        entry.id,
        entry.at,
        entry.side,
        entry.action,
        entry.reason,
        entry.fields,
        title,
        starts,
        [
            Overruled(
                one["name"],
                values.load(one["name"], one["value"]),
                read_start(one["start"]) if one["start"] else None,
            )
            for one in lost
        ],
        restorable=bool(lost) and entry.reason not in UNDONE,
        event=event,
    )
