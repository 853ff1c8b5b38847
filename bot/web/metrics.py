"""`/metrics`: how calsync is doing, for Prometheus; numbers alone, and nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.commands.admin.status import collect
from bot.services import Services
from bot.views.admin import AdminStatus


class Metrics:
    """Answers each scrape with what `/calsync admin status` would tell at this moment."""

    def __init__(self, services: Services, ready: Callable[[], dict[str, bool]]) -> None:
        self._services, self._ready = services, ready

    async def show(self, _request: web.Request) -> web.Response:
        """Answer in Prometheus's text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Moment(await collect(self._services), self._ready()))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Moment:
    """What Prometheus's library collects: the state of one moment."""

    def __init__(self, seen: AdminStatus, ready: Mapping[str, bool]) -> None:
        self._seen, self._parts = seen, ready

    def collect(self) -> Iterator[Metric]:
        seen = self._seen
        yield _labelled("calsync_ready", "Whether a part does its work", "part", self._parts)
        yield _labelled("calsync_accounts", "Accounts by state", "state", seen.states)
        yield _labelled("calsync_accounts_in_trouble", "Accounts by trouble", "code", dict(seen.troubles))
        yield GaugeMetricFamily("calsync_alerts_open", "Problems that are not over", value=seen.problems)
        yield GaugeMetricFamily("calsync_paused", "Whether all are paused", value=seen.paused is not None)
        used, most = seen.quota
        yield GaugeMetricFamily("calsync_google_units_used", "Quota units of this minute", value=used)
        yield GaugeMetricFamily("calsync_google_units_limit", "Quota units a minute", value=most)
        if seen.oldest:
            age = (seen.now - seen.oldest[1]).total_seconds()
            yield GaugeMetricFamily("calsync_oldest_success_seconds", "Longest time since a sync", value=age)
        if seen.line:
            silent = (seen.now - seen.line.heard_at).total_seconds()
            yield GaugeMetricFamily(
                "calsync_slack_silent_seconds", "Time since Slack was heard", value=silent
            )
            renewed = seen.line.renewals
            yield CounterMetricFamily("calsync_slack_renewals", "Socket connections replaced", value=renewed)


def _labelled(name: str, about: str, label: str, values: Mapping[str, int] | Mapping[str, bool]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], number)
    return family
