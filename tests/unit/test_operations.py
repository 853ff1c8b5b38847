"""What docs/operations.md says is what the code does; what the dashboard and the rules ask for is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
import sync
from bot.alerts.kinds import KINDS, page_of
from bot.texts import Texts
from bot.views.actions import ActionId
from bot.views.admin import FLEET
from sync.holding import HELD_BACK
from tests.unit.examples.administering import alert
from tests.unit.metrics import moment, parsed, series
from tests.unit.sources import calls, trees

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/calsync.json").read_text("utf-8"))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
BY_PROMETHEUS = {"up": {"job", "instance"}}
"""What Prometheus adds by itself for each target."""
FUNCTIONS = {"rate", "increase", "delta", "changes", "abs", "histogram_quantile", "sum", "min", "max", "and"}


def section(heading: str) -> str:
    """Return what stands under a heading of the second level."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def anchors() -> set[str]:
    """Return the anchors of all headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def labels() -> dict[str, set[str]]:
    """Return the labels of each series there is."""
    found: dict[str, set[str]] = {name: {"job", "instance"} for name in series()}
    for family in parsed(moment()).values():
        for sample in family.samples:
            found[sample.name] |= sample.labels.keys()
    return found | BY_PROMETHEUS


def questions() -> Iterator[tuple[str, str]]:
    """Yield every query of the rules and the dashboard, by the name of what asks it."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def test_every_figure_has_its_line_with_its_labels() -> None:
    rows = dict[str, str]()
    for line in section("Figures").splitlines():
        if line.startswith("| `"):
            names, kind, _ = line.strip("| ").split(" | ", 2)
            rows |= dict.fromkeys(re.findall("`([a-z_]+)`", names), kind)
    told = dict[str, tuple[str, set[str]]]()
    for family in parsed(moment()).values():
        name = family.samples[0].name if family.type != "histogram" else family.name
        given = {label for sample in family.samples for label in sample.labels} - {"le"}
        told[name] = (family.type, given)
    assert rows.keys() == told.keys()
    for name, kind in rows.items():
        if name.startswith("calsync_"):
            given = set(kind.partition("; ")[2].split(", ")) - {""}
            assert (kind.partition(";")[0], given) == told[name], name


@pytest.mark.parametrize(("asker", "query"), [*questions()])
def test_a_query_asks_for_what_is_there(asker: str, query: str) -> None:
    query = query.replace("$__rate_interval", "5m")
    bare = re.sub(r'"[^"]*"', '""', query)
    assert [bare.count(one) for one in "({["] == [bare.count(one) for one in ")}]"], asker
    outside = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)", "", bare)
    names = set(re.findall(r"[a-z_]+[a-z][a-z0-9_]*", re.sub(r"\b\d\w*", "", outside)))
    assert names & labels().keys()
    assert names - labels().keys() <= FUNCTIONS
    for grouped in re.findall(r"by \(([^)]*)\)", bare):
        known = set[str]().union(*(labels()[name] for name in names & labels().keys()))
        assert set(grouped.split(", ")) <= known
    for name, matchers in re.findall(r"([a-z_]+)\{([^}]*)\}", query):
        for label, value in re.findall(r'(\w+)(?:=~|!=|=)"([^"]*)"', matchers):
            assert label in labels()[name]
            if label == "state":
                assert set(value.split("|")) <= set(FLEET)
    for window in re.findall(r"\[([^\]]*)\]", query):
        assert re.fullmatch(r"\d+[mhd]", window)
    for counter in re.findall(r"(?:rate|increase)\(([a-z_]+)", query):
        assert counter.endswith(("_total", "_bucket", "_count"))


def test_a_rule_is_whole_and_leads_to_its_section() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert re.fullmatch(r"\d+[mhd]", rule.get("for", "1m"))
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/operations.md"
        assert anchor == rule["alert"].lower()
        assert anchor in anchors()
        grouped = re.findall(r"by \(([^)]*)\)", rule["expr"])
        asked = [labels()[name] for name in labels() if re.search(rf"\b{name}\b", rule["expr"])]
        kept = {label for one in grouped for label in one.split(", ")} if grouped else set().union(*asked)
        told = rule["annotations"]["summary"] + rule["annotations"]["description"]
        assert set(re.findall(r"\$labels\.(\w+)", told)) <= kept
    assert f'reason="{HELD_BACK}"' in next(one["expr"] for one in RULES if one["alert"] == "CalsyncHeldBack")


def test_the_runbook_has_a_section_for_every_alert_and_no_other() -> None:
    def headings(text: str) -> list[str]:
        return sorted(re.findall(r"^### (.+)$", text, re.MULTILINE))

    assert headings(section("Runbook: alerts in Slack")) == sorted(kind.name for kind in KINDS)
    assert headings(section("Runbook: rules of Prometheus")) == sorted(rule["alert"] for rule in RULES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_button_of_an_alert_leads_to_its_section(kind: Any) -> None:
    shown = alert(Texts(), kind=kind.name, runbook=page_of(kind, "https://wiki.example/operations"))
    [url] = [
        one["url"]
        for block in shown.blocks
        for one in block.get("elements", ())
        if str(one.get("action_id", "")).startswith(ActionId.RUNBOOK)
    ]
    page, _, anchor = url.partition("#")
    assert page == "https://wiki.example/operations"
    assert anchor in anchors()


def test_links_within_the_page_lead_to_headings() -> None:
    for path in ("operations", "troubleshooting", "setup", "languages"):
        text = (ROOT / "docs" / f"{path}.md").read_text("utf-8")
        targets = re.findall(r"\]\(operations\.md#([^)]+)\)", text)
        targets += re.findall(r"\]\(#([^)]+)\)", text) if path == "operations" else []
        assert set(targets) <= anchors(), path


def test_the_events_that_the_page_names_are_logged() -> None:
    logged = {
        call.args[0].value
        for package in (bot, sync)
        for level in ("info", "warning", "error", "exception", "critical")
        for call in calls(trees(package), level)
        if call.args and hasattr(call.args[0], "value")
    }
    named = {
        event
        for line in section("Logs").splitlines()
        if line.startswith("| `")
        for event in re.findall("`([a-z_]+)`", line.split("|")[1])
    }
    assert len(named) > 10
    assert named - logged - {"admin_act", "admin_refused"} == set()


def test_the_dashboard_is_laid_out_without_overlaps() -> None:
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    taken = set[tuple[int, int]]()
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
    [source, instance] = BOARD["templating"]["list"]
    assert source["name"] == "datasource"
    assert "calsync_build_info" in instance["query"]["query"]
    assert all(
        target["datasource"]["uid"] == "${datasource}" for panel in PANELS for target in panel["targets"]
    )


def test_the_dashboard_shows_every_figure_of_ours() -> None:
    shown = " ".join(query for _, query in questions())
    for family in parsed(moment()).values():
        if family.name.startswith("calsync_"):
            assert re.search(rf"\b{family.name}(_total|_bucket)?\b", shown), family.name
