"""History made readable: labels and overruled values are decrypted for their owner."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.views.history import Change, Overruled
from bot.views.words import read_label
from sync import values
from sync.base import read_start
from sync.store import Store
from sync.store.accounts import Account
from sync.store.history import Entry

PUT_BACK = "put_back"
"""Why an edit that only the organizer can make was undone: given back, it would be undone again."""


def readable(store: Store, account: Account, entries: Iterable[Entry]) -> list[Change]:
    """Decrypt entries of an account.

    Raises:
        VaultError: they are somebody else's, or their key is gone.
    """
    return [_change(store, account, entry) for entry in entries]


def _change(store: Store, account: Account, entry: Entry) -> Change:
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
        restorable=bool(lost) and entry.reason != PUT_BACK,
        event=f"{entry.google_id} {entry.odoo_id}",
    )
