"""Lines of Persian with foreign words in them, and of English with Persian titles, keep their order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.texts import Mrkdwn, Texts, languages
from bot.texts.bidi import FSI, LRI, PDI, RLM, is_rtl, isolated, rightward, stripped
from tests.properties.strategies import odd
from tests.unit.view_rules import is_in_order

FA, EN = Texts("fa", ZoneInfo("Asia/Tehran")), Texts("en")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@given(odd)
def test_a_value_neither_turns_its_line_nor_ends_it(title: str) -> None:
    line = FA("status.parked_item", title=title, side=FA("side.odoo"), reason=FA("reason.masked"))
    assert is_in_order(line)
    assert f"{FSI}{stripped(title)}{PDI}" == isolated(title)
    assert is_in_order(EN("connect.taken", login=title, admins=title))


def test_in_english_only_what_runs_the_other_way_is_set_apart() -> None:
    assert EN("event.dated", title="Lunch", when="today") == "Lunch, today"
    assert EN("event.dated", title="جلسه", when="today") == f"{FSI}جلسه{PDI}, today"
    assert EN.embed("\u202eLunch\nnow") == "Lunch now"
    assert EN.plain("event.dated", title="", when="<x>") == ", <x>"


def test_commands_stay_left_to_right_and_can_be_copied() -> None:
    assert f"{LRI}`/calsync status`{PDI}" in FA("help.status")
    assert f"{LRI}/calsync connect{PDI}" in FA.plain("page.again")
    assert "`/calsync connect`" in EN("help.connect")


@pytest.mark.parametrize(
    ("form", "directed"),
    [
        ("سلام Odoo", "سلام Odoo"),
        ("Google می‌گوید", f"{RLM}Google می‌گوید"),
        ("*Odoo*\n{login}", f"{RLM}*Odoo*\n{{login}}"),
        ("{n} رویداد", "{n} رویداد"),
        ("`/calsync help` – فهرست", f"{LRI}`/calsync help`{PDI} – فهرست"),
        ("{at} · {what}", "{at} · {what}"),
    ],
)
def test_a_line_runs_the_way_of_its_language_whatever_it_begins_with(form: str, directed: str) -> None:
    assert rightward(form) == directed


def test_numbers_and_dates_have_the_readers_digits() -> None:
    assert FA.number(1234) == "۱٬۲۳۴"
    assert EN.number(1234) == "1,234"
    assert FA.plural("status.links", 12) == "۱۲ رویداد در هر دو سو یکسان است."
    assert FA.clock(7) == "۰۷:۰۰"
    assert FA.day(date(2026, 3, 2)) == f"{FSI}۲ مارس ۲۰۲۶{PDI}"
    assert EN.day(date(2026, 3, 2)) == "Mar 2, 2026"


def test_a_moment_is_told_in_the_readers_zone() -> None:
    shown = FA.moment(NOON)
    assert "۲ مارس ۲۰۲۶" in shown
    assert "۱۵:۳۰" in shown
    assert Texts("fa").moment(NOON) != shown
    assert EN.moment(NOON).startswith("<!date^")


def test_markup_is_passed_on() -> None:
    assert FA("event.dated", title=Mrkdwn("*x*"), when=Mrkdwn("y")) == "*x*، y"


def test_which_texts_run_from_right_to_left() -> None:
    assert is_rtl("a ب")
    assert not is_rtl("abc 123 –")


def test_the_languages_name_themselves() -> None:
    assert languages()["fa"] == "فارسی"
    assert languages()["en"] == "English"
    assert Texts("fa-IR").language == Texts("FA").language == "fa"
