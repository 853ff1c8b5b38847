"""From rows read to sightings: single events, series, and series that go on under another key; no I/O."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sync.base import FieldHashes, Hasher
from sync.errors import Rejected
from sync.model import Event, Reminder
from sync.odoo import codec
from sync.odoo.attendance import Attendance, Owner, Row, reference, takes_part
from sync.odoo.edits import ALONE, Part, parts, survivor
from sync.odoo.existing import FORBIDS
from sync.odoo.first_sight import first_sight
from sync.odoo.gathering import Found
from sync.odoo.rules import OdooRule
from sync.odoo.series import Memory, sight
from sync.odoo.standing import Standing
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import odoo_key

KEPT_BACK = Seen(State.REJECTED, reason=FORBIDS)
"""How an event is seen that is there, but that a record rule keeps from us."""

PART_OF_ANOTHER = Seen(State.REJECTED, reason="part_of_another")
"""How what somebody made of the later part of a series is seen while that series is set aside."""


@dataclasses.dataclass(frozen=True)
class OdooView:
    """Sightings by key (`sync.series.odoo_key`).

    `moved` maps the id of a link to the key under which its event is found now, if that is another one,
    `rows` the id of each row of a series to the key of the series.
    """

    seen: dict[int, Seen] = dataclasses.field(default_factory=dict)
    moved: dict[int, int] = dataclasses.field(default_factory=dict)
    rows: dict[int, int] = dataclasses.field(default_factory=dict)

    def joined(self, other: OdooView) -> OdooView:
        """Return both views as one; where they speak of the same event, `other` holds."""
        return OdooView(self.seen | other.seen, self.moved | other.moved, self.rows | other.rows)


@dataclasses.dataclass(frozen=True)
class Look:
    """What one look has read, for one owner.

    `records` are the calendar.recurrence rows, `present` tells who takes part in each active row, `skew` is
    how far Odoo's clock is ahead. A series carries the mark of its first row from `since` (aware UTC) on,
    or one of `tokens`. With `joining`, events in which the owner takes no part are seen as well.
    """

    owner: Owner
    found: Found
    records: Mapping[int, Row]
    present: Mapping[int, Attendance]
    links: Collection[Link]
    alarms: Mapping[int, Reminder]
    hasher: Hasher
    skew: timedelta
    since: datetime | None = None
    tokens: Collection[str] = ()
    joining: bool = False

    def see(self, view: OdooView) -> Iterator[None]:
        """Put everything that was found into a view, each series once; yields after each thing seen."""
        series = self.found.series.items()
        view.rows.update({row["id"]: odoo_key(key) for key, rows in series for row in rows})
        roles = {link.odoo_id: link.role for link in self.links}
        done: set[int] = set()
        for link in self.found.remembered:
            done |= self._remembered(link, view, roles)
            yield
        singles = {link.odoo_id: link for link in self.links}
        for key in self.found.series.keys() - done:
            rows = self.found.series[key]
            single = next((singles[row["id"]] for row in rows if row["id"] in singles), None)
            if single:
                view.moved[single.id] = odoo_key(key)
            role = single.role if single else roles.get(odoo_key(key))
            view.seen[odoo_key(key)] = self._series(key, role, single.odoo_base if single else None)
            yield
        for key, row in self.found.loose.items():
            view.seen[key] = self._single(row, roles.get(key))
            yield

    def _remembered(self, link: Link, view: OdooView, roles: dict[int, Role]) -> set[int]:
        """See what became of a series that a link remembers; return the recurrences dealt with."""
        assert link.series is not None  # noqa: S101 (gather() has looked)
        memory, own = Memory(link.series, link.odoo_base), -link.odoo_id
        if not self.found.kept_back.isdisjoint(link.series.rows):
            view.seen[link.odoo_id] = KEPT_BACK
            return {own}
        where = self.found.where(link.series.rows)
        others = {-one.odoo_id for one in self.links if one.id != link.id}
        holds = bool(self.found.series.get(own))
        if not holds:
            where = {row: key for row, key in where.items() if key not in others}
        theirs = {key for key in (own, *where.values()) if key != ALONE and key not in others}
        try:
            pieces = parts(own, memory, where, holds=holds)
        except Rejected as error:
            return self._set_aside(link, view, theirs, error.code)
        done = {own}
        for number, part in enumerate(pieces):
            key = odoo_key(part.recurrence_id)
            if number == 0 or part.recurrence_id not in others:
                seen = self._series(part.recurrence_id, link.role, part)
                if seen.state is State.REJECTED:
                    return self._set_aside(link, view, theirs, seen.reason)
                view.seen[key] = seen
                done.add(part.recurrence_id)
            if number == 0 and key != link.odoo_id:
                view.moved[link.id] = key
        if pieces:
            return done
        row = survivor(memory, where)
        if row is None:
            rows = self.found.loose | self.found.archived
            archived = [rows[key] for key in link.series.rows if key in rows]
            view.seen[link.odoo_id] = Seen(State.GONE, by_owner=self._by_owner(archived))
        else:
            view.moved[link.id] = row
            roles[row] = link.role
        return done

    def _set_aside(self, link: Link, view: OdooView, keys: Collection[int], reason: str) -> set[int]:
        """Set aside a remembered series with all that became of it, under the key that the link knows.

        What people cannot be given whole in Google is not given to them in parts.
        """
        view.moved.pop(link.id, None)
        for key in keys:
            view.seen[odoo_key(key)] = PART_OF_ANOTHER
        rows = [row for key in keys for row in self.found.series.get(key, ())]
        bare = self._bare(rows, self._mark(rows)) if rows else KEPT_BACK
        view.seen[link.odoo_id] = dataclasses.replace(bare, state=State.REJECTED, reason=reason)
        return {*keys, -link.odoo_id}

    def _single(self, row: Row, role: Role | None) -> Seen:
        mark = row["access_token"] or ""
        if not row["active"]:
            return Seen(State.GONE, key=mark, by_owner=self._by_owner([row]))
        bare = self._bare([row], mark)
        if codec.is_masked(row):
            return bare
        absent = not takes_part(row, self.owner)
        if absent and role is not Role.OUTSIDE and not self.joining:
            return Seen(State.GONE, key=mark)
        try:
            event = self._decode(row)
        except Rejected as error:
            return dataclasses.replace(bare, state=State.REJECTED, reason=error.code)
        seen = self._present(bare, event, [row])
        return dataclasses.replace(seen, uninvited=absent, rebuild=bool(row["recurrence_id"]))

    def _series(self, key: int, role: Role | None, known: Part | FieldHashes | None) -> Seen:
        """Return what a recurrence is; `known` is a part of a series, or the base of the single it was."""
        rows, record = self.found.series[key], self.records.get(key)
        if not rows or record is None:
            return Seen(State.GONE)
        bare = self._bare(rows, self._mark(rows))
        if any(map(codec.is_masked, rows)):
            return bare
        absent = frozenset(row["id"] for row in rows if not takes_part(row, self.owner))
        uninvited = len(absent) == len(rows)
        if uninvited and role is not Role.OUTSIDE and not self.joining:
            return Seen(State.GONE, key=bare.key)
        try:
            standing = Standing(
                key,
                OdooRule.from_row(record),
                record["rrule"] or "",
                {row["id"]: self._decode(row) for row in rows},
                {row["id"]: row["access_token"] or "" for row in rows},
                frozenset() if role is Role.OUTSIDE or uninvited else absent,
                bool(record["base_event_id"]),
            )
            if isinstance(known, Part):
                seen = sight(
                    standing,
                    known.memory,
                    self.hasher,
                    remade=known.remade,
                    split=known.split,
                    count=known.count,
                    led=role is Role.OUTSIDE,
                )
            else:
                seen = first_sight(standing, self.hasher, known)
        except Rejected as error:
            return dataclasses.replace(bare, state=State.REJECTED, reason=error.code)
        present = self._present(bare, seen.event, rows)
        base = known.memory.base if isinstance(known, Part) else {}
        hashes = present.hashes | {name: base[name] for name in seen.unseen}
        return dataclasses.replace(
            present, hashes=hashes, series=seen.series, rebuild=seen.rebuild, uninvited=uninvited
        )

    def _by_owner(self, archived: Sequence[Row]) -> bool | None:
        """Say whether the owner archived these rows, as far as the last hand on them tells; None for none."""
        hands = {reference(row["write_uid"]) for row in archived}
        return hands == {self.owner.uid} if hands else None

    def _decode(self, row: Row) -> Event:
        return codec.decode(row, self.alarms, self.present[row["id"]])

    def _mark(self, rows: Sequence[Row]) -> str:
        """Return the mark of ours that a series carries, if any."""
        in_order = sorted(rows, key=lambda row: (row["start"], row["id"]))
        marked = [row for row in in_order if row["access_token"]]
        asked = [row for row in marked if row["access_token"] in self.tokens]
        begin = codec.format_datetime(self.since) if self.since else ""
        later = [row for row in marked if row["start"] >= begin]
        return next((str(row["access_token"]) for row in (*asked, *later, *marked)), "")

    def _bare(self, rows: Sequence[Row], mark: str) -> Seen:
        """Return the sighting of rows that are only known to be there."""
        first = min(rows, key=lambda row: (row["start"], row["id"]))
        return Seen(
            State.MASKED,
            version=str(max((row["write_date"] or "" for row in rows), default="")),
            key=mark,
            label=f"{(first['name'] or '')[:100]}\t{first['start']}",
        )

    def _present(self, bare: Seen, event: Event, rows: Sequence[Row]) -> Seen:
        colleagues = {one for row in rows for one in self.present[row["id"]].colleagues}
        return dataclasses.replace(
            bare,
            state=State.PRESENT,
            event=event,
            hashes=self.hasher.event(event),
            edited_at=codec.parse_datetime(bare.version) - self.skew,
            others=len(colleagues),
        )
