"""What administrators are shown beyond the examples: alerts and lists, whatever they tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.kinds import KINDS, kind_of
from bot.commands.admin import SUBCOMMANDS
from bot.texts import Texts
from bot.views import admin, alerts
from bot.views.actions import ActionId
from bot.views.admin import Row
from bot.views.alerts import AlertData
from tests.properties.strategies import odd
from tests.unit.examples.administering import ADMIN, alert, status
from tests.unit.examples.data import NOW
from tests.unit.view_rules import buttons, complaints

T = Texts()


@pytest.mark.parametrize("mention", ["here", "channel"])
def test_an_alert_calls_people_only_if_a_setting_says_so(mention: str) -> None:
    called = alerts.mentioning(alert(T), mention)
    assert called.text.startswith(f"<!{mention}> calsync has trouble")
    assert called.blocks[0]["text"]["text"].startswith(f"<!{mention}> calsync has trouble")
    assert called.blocks[1:] == alert(T).blocks[1:]
    assert complaints(called) == ["it may ping somebody"]


def test_a_resolved_alert_has_no_buttons_and_a_muted_one_can_be_unmuted() -> None:
    assert buttons(alert(T, resolved_at=NOW)) == []
    assert {one["action_id"] for one in buttons(alert(T, muted_until=NOW, muted_by=ADMIN))} == {
        ActionId.RETRY_ALERT,
        ActionId.UNMUTE_ALERT,
        ActionId.RUNBOOK,
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_sentences_and_a_page_of_the_runbook(kind: Any) -> None:
    assert T.has(f"runbook.{kind.name}")
    for code in kind.codes:
        assert kind_of(code) is kind
        assert T.has(f"alert.{code}") or T.has(f"trouble.{code}")


@pytest.mark.parametrize("name", sorted(SUBCOMMANDS))
def test_every_subcommand_has_its_line_in_the_help(name: str) -> None:
    assert T.has(f"help.admin.{name}")


moments = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
names = st.text(st.sampled_from("ab *_`~<>&!@#|\n👩‍👩‍👧جلسه{}"), max_size=300)
codes = st.one_of(odd, st.sampled_from(["grant_dead", "broken", "odoo_went_back", "odoo_unreachable"]))
numbers = st.integers(0, 10**6)
alert_data = st.builds(
    AlertData,
    fingerprint=st.sampled_from([kind.name for kind in KINDS]),
    kind=st.sampled_from([kind.name for kind in KINDS]),
    code=codes,
    about=names,
    count=numbers,
    people=numbers,
    first_at=moments,
    last_at=moments,
    resolved_at=st.none() | moments,
    muted_until=st.none() | moments,
    muted_by=st.just(ADMIN),
    retry=st.booleans(),
    runbook=st.sampled_from(["", "https://wiki.example/x#y"]),
)


@given(alert_data)
def test_alerts_keep_to_the_rules_whatever_they_tell(data: AlertData) -> None:
    assert complaints(alerts.alert_message(T, data)) == []


@given(st.lists(st.tuples(codes, numbers), max_size=30), st.lists(st.tuples(codes, numbers), max_size=30))
def test_digests_keep_to_the_rules_whatever_they_tell(
    small: list[tuple[str, int]], aside: list[tuple[str, int]]
) -> None:
    assert complaints(alerts.digest_message(T, small, aside)) == []


rows = st.builds(Row, st.just(ADMIN), names, names, st.none() | codes, st.booleans(), st.none() | moments)


@given(st.lists(rows, max_size=50), names, codes)
def test_lists_of_accounts_keep_to_the_rules_whatever_they_tell(
    listed: list[Row], word: str, code: str
) -> None:
    sent = [
        admin.accounts_message(T, listed),
        admin.resynced_message(T, ADMIN, code, {}),
        admin.admin_help_message(T, ["status"], unknown=word, guess="status"),
        status(T, oldest=(word, NOW), troubles=[(code, 1)], odoo_trouble=code),
    ]
    assert [complaints(one) for one in sent] == [[]] * len(sent)
