"""Gives each side of an event the fields it lacks, and records step by step what both have agreed on."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection

from sync.barring import recorded
from sync.base import FieldHashes, start_key
from sync.borrowed import withheld
from sync.creates import row_token
from sync.errors import WritesPaused
from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.merge import Merge, Rules
from sync.model import FIELDS, Event, Side, Start
from sync.odoo.side import OdooSide
from sync.plan import Align, Link
from sync.roles import Role
from sync.seen import Seen
from sync.series import Series
from sync.store.history import Entry

NO_VERSION = '"kept"'


async def align(
    action: Align,
    google: GoogleSide,
    odoo: OdooSide,
    rules: Rules,
    ledger: Ledger,
    paused: WritesPaused | None = None,
) -> None:
    """Write to Odoo, record it, write to Google, record that.

    Between the two, the base keeps what Google still lacks as changed, so that a crash loses no edit.

    Raises:
        WritesPaused: Google takes no changes now, perhaps known before as `paused`; Odoo has what it lacked.
        Stale, Gone: somebody was faster; look and decide again.
    """
    case, merged = action.case, action.merged
    link = case.link or Link(0, case.odoo_id, case.google_id, case.generation, {}, {})
    link = dataclasses.replace(link.as_seen(case.google), role=case.role, odoo_id=case.odoo_id)
    odoo_now = case.odoo
    if merged.to_odoo or action.organizer or action.rows:
        link, odoo_now = await _write_odoo(action, link, odoo, rules, ledger)
    link = dataclasses.replace(
        link,
        google_base=_moved(link.google_base, case.google.hashes, odoo_now.hashes, merged),
        odoo_base=_moved(link.odoo_base, odoo_now.hashes, case.google.hashes, merged),
        series=_unsettled(odoo_now.series, case.link) if merged.to_google else odoo_now.series,
    )
    if case.link:
        link = withheld(case, link, case.link)
    version = link.google_version
    link = await ledger.put(_guarded(link, merged), _entries(action, Side.ODOO, ledger))
    if merged.to_google:
        if paused:
            raise paused
        zone = link.google_zone or ledger.account.time_zone
        written = await google.update(
            ledger.account.id,
            case.google_id,
            merged,
            case.google,
            version,
            zone,
            keep=functools.partial(ledger.keep, case.google_id),
        )
        ours = _written(case.google, written, written.hashes.keys(), merged.to_google, merged.google_starts)
        await ledger.put(
            dataclasses.replace(
                _guarded(link.as_seen(written), merged),
                google_base=recorded(link.google_base, ours, odoo_now.hashes, merged),
                odoo_base=recorded(link.odoo_base, odoo_now.hashes, ours, merged),
                series=odoo_now.series,
            ),
            _entries(action, Side.GOOGLE, ledger),
            kept=True,
        )
    ledger.counts[action.reason] += 1


def _guarded(link: Link, merged: Merge) -> Link:
    """Return the link as it is kept: where Google differs on purpose, with a version that it never had.

    So a write that was planned without a look at Google is refused, and planned again with one.
    """
    return dataclasses.replace(link, google_version=NO_VERSION) if merged.kept else link


async def _write_odoo(
    action: Align, link: Link, odoo: OdooSide, rules: Rules, ledger: Ledger
) -> tuple[Link, Seen]:
    case, merged = action.case, action.merged
    wanted = dataclasses.replace(merged, event=_for_odoo(action, rules))
    if case.odoo.series and link.id:
        # Rows are made and archived in several calls: should we die in between, none may count as deleted.
        unfinished = dataclasses.replace(case.odoo.series, complete=False)
        await ledger.put(dataclasses.replace(link, series=_unsettled(unfinished, case.link)))
    key, after = await odoo.update(
        ledger.owner,
        case.odoo_id,
        wanted,
        case.odoo,
        token=row_token(ledger, link.uid, max(link.generation, 0)),
        window=case.window,
        organizer=action.organizer,
        rows=action.rows,
    )
    names = merged.to_odoo | ({"overrides", "recurrence"} if action.rows else set())
    hashes = _written(case.odoo, after, names, names, merged.odoo_starts)
    return (
        dataclasses.replace(link, odoo_id=key),
        dataclasses.replace(case.odoo, hashes=case.odoo.hashes | hashes, series=after.series),
    )


def _unsettled(series: Series | None, link: Link | None) -> Series | None:
    """Return a series with the rows it had as well, by which the next run finds it if we are stopped now.

    The marks of this run may name rows that are gone, and no others.
    """
    if series is None or link is None or link.series is None:
        return series
    return dataclasses.replace(series, rows={**link.series.rows, **series.rows})


def _for_odoo(action: Align, rules: Rules) -> Event:
    """Return the event as it shall stand in Odoo: what the merge did not name stays what it is there.

    New rows of a series are made from it: a mirror, which has no guests, must not take them from those.
    """
    event, held = rules.odoo(action.merged.event), action.case.odoo.event
    named = action.merged.to_odoo | {"overrides"}
    kept = {name: getattr(held, name) for name in FIELDS if name not in named} if held else {}
    if held and action.case.role is Role.MIRROR:
        kept["organizer"] = held.organizer
    return dataclasses.replace(event, **kept)


def _written(
    before: Seen, after: Seen, names: Collection[str], changed: Collection[str], starts: Collection[Start]
) -> FieldHashes:
    """Return the hashes of the written fields as they read now.

    Only of these, and of the occurrences written: what a person changed in between must still show as an
    edit. Where the whole series was laid out anew, all its occurrences are ours.
    """
    hashes = {name: after.hashes[name] for name in names if name in after.hashes}
    if "overrides" in hashes and not {"span", "recurrence"} & {*changed}:
        kept, now = before.hashes.get("overrides", {}), hashes["overrides"]
        ours = {start_key(start) for start in starts}
        hashes["overrides"] = {key: one for key, one in kept.items() if key not in ours} | {
            key: one for key, one in now.items() if key in ours
        }
    return hashes


def _moved(base: FieldHashes, now: FieldHashes, other: FieldHashes, merged: Merge) -> FieldHashes:
    """Move the base of all fields to what the side shows now, but for those that still wait for Google."""
    settled = {name: value for name, value in now.items() if name not in merged.to_google}
    return recorded(base, settled, other, merged)


def _entries(action: Align, side: Side, ledger: Ledger) -> list[Entry]:
    names = _named(action).get(side)
    lost = [one for one in action.merged.conflicts if one.loser is side]
    return [ledger.entry(side, "update", action.reason, action.case, names, lost)] if names else []


def _named(action: Align) -> dict[Side, Collection[str]]:
    extra = {"organizer"} if action.organizer else set()
    extra |= {"rows"} if action.rows else set()
    named = {Side.GOOGLE: action.merged.to_google, Side.ODOO: action.merged.to_odoo | extra}
    return {side: names for side, names in named.items() if names}
