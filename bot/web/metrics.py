"""`/metrics`: how calsync is doing, for Prometheus; numbers and codes alone, and nobody's name."""

from __future__ import annotations

import asyncio
import dataclasses
import platform
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

import sqlalchemy as sa
from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.commands.admin.status import collect
from bot.services import Services
from bot.views.admin import FLEET, AdminStatus
from sync.errors import DatabaseTrouble
from sync.measures import Histogram, Measures
from sync.model import Side
from sync.store.overview import set_aside

WITHIN = 5.0
"""Real seconds that the database may take; without it the rest is told."""
MOST = 60
"""Codes that a label may have; what comes after them counts as `other`, as does what is no code."""
CODE = re.compile(r"[a-z][a-z0-9_]{0,47}")

Labelled = Iterable[tuple[Sequence[str], float]]
"""Values with those of their labels."""


@dataclasses.dataclass(frozen=True)
class Stored:
    """What the database tells: the status, set aside events by side and reason, bytes of its files."""

    status: AdminStatus
    aside: Sequence[tuple[str, str, int]]
    size: int | None


@dataclasses.dataclass(frozen=True)
class Moment:
    """All that is told at one moment. `stored` is None when the database does not answer.

    `quota` are Google's units: of this minute, a minute's limit, and since the process began; `disk_free` is
    in bytes; `socket` are the seconds since the connection was made and since it was heard, and how often it
    was replaced, None in HTTP mode; `skews` are the seconds that the servers' clocks are ahead of ours.
    """

    ready: Mapping[str, bool]
    stored: Stored | None
    measures: Measures
    quota: tuple[int, int, int]
    disk_free: int | None
    socket: tuple[float, float, int] | None
    skews: Mapping[str, float]


class Metrics:
    """Answers each scrape with what is known at this moment."""

    def __init__(self, services: Services, ready: Callable[[], Awaitable[Mapping[str, bool]]]) -> None:
        self._services, self._ready = services, ready
        self._process = ProcessCollector(registry=None)

    async def show(self, _request: web.Request) -> web.Response:
        """Answer in Prometheus's text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self._process)
        registry.register(_Collected(await self._look()))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _look(self) -> Moment:
        services = self._services
        line, now = services.line, services.clock.now()
        return Moment(
            ready=await self._ready(),
            stored=await self._stored(),
            measures=services.runner.measures,
            quota=(*services.limits.used(), services.limits.total),
            disk_free=await self._room(),
            socket=(
                ((now - line.opened_at).total_seconds(), (now - line.heard_at).total_seconds(), line.renewals)
                if line
                else None
            ),
            skews={
                "google": services.google.skew.total_seconds(),
                "odoo": services.odoo.skew.total_seconds(),
            },
        )

    async def _room(self) -> int | None:
        try:
            usage = await self._services.disk.usage()
        except OSError:
            return None
        return usage[1] if usage else None

    async def _stored(self) -> Stored | None:
        services = self._services
        try:
            async with asyncio.timeout(WITHIN):
                status = await collect(services)
                async with services.store.read() as tx:
                    aside = await set_aside(tx)
                return Stored(status, aside, await services.store.size())
        except (TimeoutError, DatabaseTrouble, sa.exc.SQLAlchemyError):
            return None  # `calsync_ready` says so


class _Collected:
    """What Prometheus's library asks for the families of one moment."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def collect(self) -> Iterator[Metric]:
        return families(self._moment)


def families(moment: Moment) -> Iterator[Metric]:
    """Yield everything that is told at a moment; each in base units, as its name says."""
    about = {"version": _version(), "python": platform.python_version()}
    yield InfoMetricFamily("calsync_build", "The version that runs", value=about)
    ready = [((part,), works) for part, works in moment.ready.items()]
    yield _gauge("calsync_ready", "Whether a part does its work", ["part"], ready)
    yield from _of_runs(moment.measures)
    if moment.stored:
        yield from _of_accounts(moment.stored.status)
        aside = bounded(((side, reason), number) for side, reason, number in moment.stored.aside)
        yield _gauge("calsync_parked_items", "Events that are set aside", ["side", "reason"], aside)
        yield _one("calsync_database_size_bytes", "Size of the database's files", moment.stored.size)
    yield _one("calsync_database_disk_free_bytes", "Room on the database's disk", moment.disk_free)
    used, limit, total = moment.quota
    yield _one("calsync_google_units_used", "Units of Google's quota spent in the last minute", used)
    yield _one("calsync_google_units_limit", "Units that the project may spend a minute", limit)
    yield CounterMetricFamily("calsync_google_units", "Units of Google's quota spent", value=total)
    if moment.socket:
        age, silent, renewals = moment.socket
        yield _one("calsync_slack_socket_age_seconds", "Age of the Socket Mode connection", age)
        yield _one("calsync_slack_silent_seconds", "Time since Slack was heard", silent)
        yield CounterMetricFamily("calsync_slack_renewals", "Socket connections replaced", value=renewals)
    skews = [((server,), seconds) for server, seconds in moment.skews.items()]
    yield _gauge("calsync_clock_skew_seconds", "How far a server's clock is ahead of ours", ["server"], skews)


def _of_runs(measures: Measures) -> Iterator[Metric]:
    runs = bounded([(("ok",), 0), *(((outcome,), number) for outcome, number in measures.runs.items())])
    yield _counter("calsync_runs", "Runs of accounts by how they ended", ["outcome"], runs)
    yield _histogram("calsync_run_duration_seconds", "How long runs took", [((), measures.run_seconds)])
    quiet = "Accounts that were found without news and needed no run"
    yield CounterMetricFamily("calsync_quiet_looks", quiet, value=measures.quiet)
    writes = bounded(measures.writes.items())
    yield _counter("calsync_writes", "Writes to a side by reason", ["side", "action", "reason"], writes)
    lags = [((side.value,), measures.lags[side]) for side in Side]
    lag = "Time from a change on the other side to its write on this one"
    yield _histogram("calsync_mirror_lag_seconds", lag, lags, ["side"])


def _of_accounts(status: AdminStatus) -> Iterator[Metric]:
    states = [((state,), status.states.get(state, 0)) for state in FLEET]
    yield _gauge("calsync_accounts", "Accounts by state", ["state"], states)
    troubles = bounded(((code,), number) for code, number in status.troubles)
    yield _gauge("calsync_accounts_in_trouble", "Accounts by trouble", ["code"], troubles)
    yield _one("calsync_alerts_open", "Problems that are not over", status.problems)
    yield _one("calsync_paused", "Whether all are paused", status.paused is not None)
    age = (status.now - status.oldest[1]).total_seconds() if status.oldest else None
    yield _one("calsync_oldest_success_seconds", "Longest time since an account's last success", age)


def bounded(counts: Labelled) -> list[tuple[tuple[str, ...], float]]:
    """Return counts whose last label has few values, each of them one of our codes.

    What came first stays: so no counter goes down when another code comes up.
    """
    told: dict[tuple[str, ...], float] = {}
    codes: set[str] = set()
    for labels, number in counts:
        code = str(labels[-1])
        if code not in codes and (len(codes) >= MOST or not CODE.fullmatch(code)):
            code = "other"
        codes.add(code)
        key = (*map(str, labels[:-1]), code)
        told[key] = told.get(key, 0) + number
    return list(told.items())


def _one(name: str, about: str, value: float | None) -> Metric:
    """Return a gauge with one value, or without any if it is not known."""
    return GaugeMetricFamily(name, about, value=value)


def _gauge(name: str, about: str, labels: Sequence[str], values: Labelled) -> Metric:
    family = GaugeMetricFamily(name, about, labels=labels)
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family


def _counter(name: str, about: str, labels: Sequence[str], values: Labelled) -> Metric:
    family = CounterMetricFamily(name, about, labels=labels)
    for key, value in sorted(values):
        family.add_metric(key, value)
    return family


def _histogram(
    name: str, about: str, values: Iterable[tuple[Sequence[str], Histogram]], labels: Sequence[str] = ()
) -> Metric:
    family = HistogramMetricFamily(name, about, labels=labels)
    for key, one in values:
        family.add_metric(key, one.cumulative(), one.total)
    return family


def _version() -> str:
    try:
        return version("calsync")
    except PackageNotFoundError:  # run from a checkout that nobody installed
        return "unknown"
