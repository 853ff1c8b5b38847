"""A moment of which everything is told, and what `/metrics` says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.views.admin import AdminStatus
from bot.web.metrics import Moment, Stored, families
from sync.measures import Measures
from sync.model import Side
from sync.seen import Seen, State

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def measures() -> Measures:
    """Return what a few runs did."""
    made = Measures()
    for outcome, seconds in (("ok", 0.2), ("ok", 3.0), ("google_trouble", 0.1)):
        made.ran(outcome, seconds)
    edited = Seen(State.PRESENT, edited_at=NOW - timedelta(seconds=25))
    for side, reason in ((Side.GOOGLE, "edited_in_odoo"), (Side.ODOO, "edited_in_google")):
        made.wrote(side, "update", reason, edited, NOW - timedelta(minutes=2), NOW)
    return made


def moment() -> Moment:
    """Return a moment with a value for everything there is."""
    status = AdminStatus(
        states={"working": 3, "waiting": 1},
        oldest=("bob", NOW - timedelta(minutes=3)),
        troubles=[("google_trouble", 1)],
        quota=(30, 9_500),
        problems=1,
        paused=None,
        odoo_trouble=None,
        line=None,
        now=NOW,
    )
    return Moment(
        ready={"slack": True, "odoo": True, "database": True, "timer": True},
        stored=Stored(status, [("google", "unreadable_rule", 2), ("odoo", "masked", 1)], 4096),
        measures=measures(),
        quota=(30, 9_500, 12_000),
        disk_free=10**10,
        socket=(3600.0, 4.0, 1),
        skews={"google": 0.2, "odoo": -1.0},
    )


class _Of:
    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def collect(self) -> Iterator[Metric]:
        return families(self._moment)


def text(shown: Moment) -> str:
    """Return what a scrape at that moment reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ProcessCollector(registry=None))
    registry.register(_Of(shown))
    return generate_latest(registry).decode()


def parsed(shown: Moment) -> dict[str, Metric]:
    """Return the families of a scrape by their names, as Prometheus's own parser reads them."""
    return {one.name: one for one in text_string_to_metric_families(text(shown))}


def series() -> set[str]:
    """Return the names of all series there are, as queries use them."""
    return {sample.name for one in parsed(moment()).values() for sample in one.samples}


def without_database() -> Moment:
    """Return a moment at which the database does not answer."""
    shown = moment()
    return replace(shown, stored=None, ready={**shown.ready, "database": False})
