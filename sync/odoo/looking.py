"""Looking at a person's Odoo calendar: what lies in a window, what became of events, what bears our marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sync.base import Hasher
from sync.clock import Clock
from sync.odoo.alarms import Alarms
from sync.odoo.attendance import Owner, Row
from sync.odoo.client import OdooClient
from sync.odoo.gathering import gather
from sync.odoo.partners import Partners
from sync.odoo.reading import Reader
from sync.odoo.sightings import KEPT_BACK, Look, OdooView
from sync.plan import Link
from sync.seen import Seen, State
from sync.series import is_series
from sync.slices import through

Window = tuple[datetime, datetime]
"""Two aware moments, UTC."""


class Looker:
    """Reads calendar.event through one login: for all accounts, or with a person's own for that person's.

    The latter asks the `shared` login for all but events: rules may keep colleagues' addresses from a person,
    and guests without one would pass for guests who were taken off.
    """

    def __init__(
        self, client: OdooClient, hasher: Hasher, clock: Clock, shared: Looker | None = None
    ) -> None:
        self.client, self.hasher = client, hasher
        self.alarms: Alarms = shared.alarms if shared else Alarms(client)
        self.partners: Partners = shared.partners if shared else Partners(client, clock)
        self.reader = Reader(client, self.alarms, self.partners)

    async def pull(self, owner: Owner, window: Window, links: Collection[Link]) -> OdooView:
        """Read all events in which the owner takes part inside the window (aware UTC), series whole.

        `links` are those of the owner's account: series that they remember are told from what they were.
        """
        singles, recurrences = await self.reader.in_window(owner, window)
        return await self.look(owner, singles, recurrences, links, since=window[0])

    async def fetch(
        self, owner: Owner, ids: Iterable[int], links: Collection[Link], *, joining: bool = False
    ) -> OdooView:
        """Look at events by key, or by calendar.event id; what is archived or does not exist is gone.

        What a record rule keeps from us is not: it is set aside.

        A row of a series is found under the key of the series, whether it is there or was once. One in which
        the owner takes no part is gone for him, unless he is `joining`.
        """
        wanted = {*ids}
        rows = {row["id"]: row for row in await self.reader.by_id({one for one in wanted if one > 0})}
        remembered = {row: link for link in links if link.series for row in link.series.rows}
        lost = {key for key in wanted if key > 0 and not (key in rows and rows[key]["active"])}
        recurrences = {-key for key in wanted if is_series(key)}
        recurrences |= {-remembered[key].odoo_id for key in lost if key in remembered}
        here = [row for key, row in rows.items() if key not in lost or key not in remembered]
        view = await self.look(owner, here, recurrences, links, joining=joining)
        absent = lost - rows.keys() - remembered.keys()
        kept_back = await self.reader.kept_back(absent)
        gone = {key: KEPT_BACK if key in kept_back else Seen(State.GONE) for key in absent}
        return OdooView(gone).joined(view)

    async def find(
        self, owner: Owner, tokens: Iterable[str], links: Collection[Link], *, joining: bool = False
    ) -> OdooView:
        """Find events, archived ones too, by the access tokens that we gave them; series by any of theirs."""
        wanted = {*tokens}
        rows = await self.reader.by_token(wanted)
        return await self.look(owner, rows, [], links, tokens=wanted, joining=joining)

    async def look(
        self,
        owner: Owner,
        rows: Iterable[Row],
        recurrences: Iterable[int],
        links: Collection[Link],
        *,
        since: datetime | None = None,
        tokens: Collection[str] = (),
        joining: bool = False,
    ) -> OdooView:
        """Return what these rows and recurrences are; see `Look`."""
        found = await gather(self.reader, rows, recurrences, links)
        looked = Look(
            owner,
            found,
            await self.reader.recurrences([key for key, some in found.series.items() if some]),
            await self.reader.attendances(owner, found.active),
            links,
            self.alarms.by_id,
            self.hasher,
            self.client.skew,
            since,
            tokens,
            joining,
        )
        view = OdooView()
        await through(looked.see(view))
        return view
