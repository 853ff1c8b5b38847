"""What `/metrics` tells: named and counted as Prometheus wants it, of few labels, and of nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.texts import Texts
from bot.web.metrics import MOST, bounded
from sync.measures import FRESH, LAG_BOUNDS, MIRRORING, Histogram, Measures
from sync.model import Side
from sync.seen import Seen, State
from tests.unit.metrics import NOW, measures, moment, parsed, text, without_database

UNITS = ("seconds", "bytes")
OTHER_UNITS = "milliseconds|minutes|hours|days|kilobytes|megabytes|percent|ms|kb|mb"
FAMILIES = parsed(moment())
OURS = {name: one for name, one in FAMILIES.items() if name.startswith("calsync_")}


@pytest.mark.parametrize("name", OURS)
def test_a_family_is_named_as_prometheus_wants_it(name: str) -> None:
    """The rules of `promtool check metrics` and of Prometheus's page on naming."""
    family = OURS[name]
    assert re.fullmatch(r"calsync(_[a-z]+)+", name)
    assert family.documentation
    assert not re.search(rf"_({OTHER_UNITS}|gauge|counter|histogram|total)(_|$)", name)
    assert not re.search(r"_(count|sum|bucket|info)$", name) or name == "calsync_build_info"
    assert all(part not in UNITS for part in name.split("_")[:-1]), "a unit comes last"
    for sample in family.samples:
        assert (family.type == "counter") is sample.name.endswith("_total")
        assert not {"le", "quantile"} & sample.labels.keys() or sample.name.endswith("_bucket")


def test_a_scrape_names_every_series_once() -> None:
    series = [
        (one.name, *sorted(one.labels.items())) for family in FAMILIES.values() for one in family.samples
    ]
    assert len(series) == len(set(series))
    assert {"process_resident_memory_bytes", "process_cpu_seconds"} <= FAMILIES.keys()


def test_values_stand_where_they_belong() -> None:
    def value(name: str, **labels: str) -> float:
        family = next(one for one in OURS.values() if any(name == sample.name for sample in one.samples))
        [found] = [one.value for one in family.samples if one.name == name and one.labels == labels]
        return found

    assert value("calsync_runs_total", outcome="ok") == 2
    assert value("calsync_runs_total", outcome="google_trouble") == 1
    assert value("calsync_writes_total", side="google", action="update", reason="edited_in_odoo") == 1
    assert value("calsync_parked_items", side="google", reason="unreadable_rule") == 2
    assert value("calsync_accounts", state="reconnect") == 0
    assert value("calsync_oldest_success_seconds") == 180
    assert value("calsync_mirror_lag_seconds_bucket", side="odoo", le="20.0") == 0
    assert value("calsync_mirror_lag_seconds_bucket", side="odoo", le="30.0") == 1
    assert value("calsync_mirror_lag_seconds_sum", side="odoo") == 25
    assert value("calsync_run_duration_seconds_count") == 3
    assert value("calsync_google_units_total") == 12_000
    assert value("calsync_slack_socket_age_seconds") == 3600
    assert value("calsync_clock_skew_seconds", server="odoo") == -1


def test_what_is_not_there_is_not_told_as_nought() -> None:
    shown = replace(moment(), socket=None, disk_free=None)
    assert "calsync_slack_silent_seconds" not in parsed(shown)
    assert parsed(shown)["calsync_database_disk_free_bytes"].samples == []


def test_without_the_database_the_rest_is_told() -> None:
    told = parsed(without_database())
    assert {one.labels["part"]: one.value for one in told["calsync_ready"].samples}["database"] == 0
    assert "calsync_runs" in told
    assert "calsync_accounts" not in told


def test_what_is_no_code_becomes_no_label() -> None:
    """Errors of tomorrow may carry what a server said: no address and no title may come up here."""
    counts = [(("google", one), 1) for one in ("alice@example.com", "Surgery at nine", "x" * 60, "", "fine")]
    assert bounded(counts) == [(("google", "other"), 4), (("google", "fine"), 1)]
    odd = measures()
    odd.ran("Surgery at nine", 1.0)
    odd.writes[Side.ODOO, "update", "bob@example.com"] += 1
    aside = replace(moment().stored, aside=[("odoo", "Surgery at nine", 3)])  # type: ignore[type-var]
    told = text(replace(moment(), measures=odd, stored=aside))
    assert "Surgery" not in told
    assert "@" not in told
    assert "bob" not in told, "nor who it is that was synced longest ago"


def test_labels_are_few_and_no_counter_falls_when_more_codes_come_up() -> None:
    counts = [((f"code_{chr(97 + number // 26)}{chr(97 + number % 26)}",), 1) for number in range(3 * MOST)]
    told = dict(bounded(counts))
    assert len(told) == MOST + 1
    assert told["other",] == 2 * MOST
    before = dict(bounded(counts[: MOST + 5]))
    assert all(told[key] >= value for key, value in before.items())


def test_a_value_on_a_bound_counts_within_it() -> None:
    histogram = Histogram((1, 2))
    for value in (0, 1, 1.5, 2, 7):
        histogram.observe(value)
    assert histogram.cumulative() == [("1.0", 2), ("2.0", 4), ("+Inf", 5)]
    assert histogram.total == 11.5


@pytest.mark.parametrize(
    ("reason", "before_now", "before_success", "counted"),
    [
        ("edited_in_google", timedelta(seconds=30), timedelta(seconds=-10), True),
        ("edited_in_google", timedelta(hours=30), FRESH, True),  # an outage of a day shows
        ("new_in_google", timedelta(days=90), FRESH + timedelta(seconds=1), False),  # came into the window
        ("restored", timedelta(seconds=30), timedelta(0), False),
        ("rows_completed", timedelta(seconds=30), timedelta(0), False),
    ],
)
def test_only_a_change_that_is_carried_over_lags(
    reason: str, before_now: timedelta, before_success: timedelta, counted: bool
) -> None:
    made, edited_at = Measures(), NOW - before_now
    seen = Seen(State.PRESENT, edited_at=edited_at)
    made.wrote(Side.ODOO, "update", reason, seen, edited_at + before_success, NOW)
    assert made.lags[Side.ODOO].total == (before_now.total_seconds() if counted else 0)
    assert made.lags[Side.GOOGLE].cumulative()[-1] == ("+Inf", 0)
    assert made.writes == {(Side.ODOO, "update", reason): 1}


def test_a_first_sync_lags_behind_nothing_and_clocks_that_differ_give_no_negative_time() -> None:
    made = Measures()
    made.wrote(Side.ODOO, "create", "new_in_google", Seen(State.PRESENT, edited_at=NOW), None, NOW)
    made.wrote(Side.ODOO, "delete", "deleted_in_google", Seen(State.GONE), NOW, NOW)
    assert made.lags[Side.ODOO].cumulative()[-1] == ("+Inf", 0)
    ahead = Seen(State.PRESENT, edited_at=NOW + timedelta(seconds=1))
    made.wrote(Side.ODOO, "update", "edited_in_google", ahead, NOW, NOW)
    assert made.lags[Side.ODOO].cumulative()[0] == (str(float(LAG_BOUNDS[0])), 1)
    assert made.lags[Side.ODOO].total == 0


def test_the_reasons_that_lag_are_reasons_that_runs_count() -> None:
    t = Texts()
    assert [one for one in MIRRORING if not t.has(f"changes.{one}")] == []
