"""The catalogue holds every message that the code names, and no other; values in it are escaped."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import resources

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given

import bot
import sync
from bot.alerts.kinds import KINDS
from bot.commands import COMMANDS
from bot.commands.admin import SUBCOMMANDS
from bot.doctor import FIXES
from bot.prompts import Verdict
from bot.texts import Mrkdwn, Texts, escape, moment
from bot.texts.bidi import stripped
from bot.views.admin import FLEET
from sync.holding import HELD_BACK
from sync.ledger import OF_THE_ITEM
from sync.model import FIELDS, Privacy, Response, Side
from sync.odoo.identity import OTHER, WENT_BACK
from sync.odoo.users import USER_GONE
from sync.plan import BOOK_KEEPING
from sync.reset import Existing, Next
from sync.run import PAUSED, RESETTING
from sync.store.switches import STOPPING
from sync.store.trouble import _OF_SQLITE
from sync.wishes import Direction, Kind
from tests.properties.strategies import odd
from tests.unit.sources import arguments_of, calls, constants, dynamic_prefixes, trees

T = Texts()
UNSAID_CHANGES = BOOK_KEEPING | {HELD_BACK}
"""What is counted but is no change that a person would name; held deletions have their own question."""
ACCOUNT_ERRORS = ("RetryLater", "WritesPaused", "NeedsReconnect", "NeedsHuman", "Misconfigured")
"""What stops an account, and is told to its owner."""


@cache
def catalogue() -> Catalog:
    """Return the English catalogue."""
    with resources.files("bot.texts").joinpath("en.po").open("rb") as file:
        return read_po(file, locale="en")


def keys(prefix: str = "") -> set[str]:
    """Return the catalogue's keys that begin so."""
    found = (one.id if isinstance(one.id, str) else one.id[0] for one in catalogue() if one.id)
    return {key for key in found if key.startswith(prefix)}


PREFIXES = {key.partition(".")[0] + "." for key in keys()}


def named_keys() -> set[str]:
    """Return the keys that stand in the bot's code as they are."""
    pattern = re.compile(rf"(?:{'|'.join(map(re.escape, PREFIXES))})[a-z_]+")
    return {text for text in constants(trees(bot)) if pattern.fullmatch(text)}


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    assert named_keys() - keys() == set()


def test_every_key_in_the_catalogue_is_used() -> None:
    dynamic = tuple(dynamic_prefixes(trees(bot)) & PREFIXES)
    assert {*dynamic} == {
        *("help.", "changes.", "trouble.", "reason.", "side.", "page."),
        *("act.", "field.", "value.", "why.", "direction.", "kind."),
        *("alert.", "fleet.", "runbook."),
        *("verdict.", "existing.", "next.", "means.", "stays.", "progress.", "lost."),
    }
    assert {key for key in keys() - named_keys() if not key.startswith(dynamic)} == set()


def test_every_command_has_its_help() -> None:
    of_admins = {f"help.admin.{name}" for name in SUBCOMMANDS}
    assert {f"help.{name}" for name in [*COMMANDS, "help"]} | of_admins == keys("help.") - named_keys()


def test_every_reason_that_a_click_does_nothing_has_its_sentence() -> None:
    assert keys("verdict.") == {f"verdict.{one}" for one in Verdict}


def test_every_choice_of_a_reset_has_its_words_and_says_what_it_means() -> None:
    assert keys("existing.") == {f"existing.{one}" for one in Existing}
    assert keys("next.") == {f"next.{one}" for one in Next}
    assert keys("means.") == {f"means.{one}" for one in [*Existing, *Next]}


def test_every_side_direction_and_kind_has_its_name() -> None:
    assert keys("side.") == {f"side.{side}" for side in Side}
    assert keys("direction.") == {f"direction.{one}" for one in Direction}
    assert keys("kind.") == {f"kind.{one}" for one in Kind}


def raised(*kinds: str) -> set[str]:
    """Return the codes with which the core makes errors of these kinds."""
    return {text for kind in kinds for text in arguments_of(trees(sync), kind, 0)}


def reasons() -> set[str]:
    """Return the reasons of all actions that the core may plan or count."""
    planned = {
        text
        for kind in ("Create", "Delete", "Decline", "Forget", "create")
        for text in arguments_of(trees(sync), kind, -1)
    }
    aligned = {text for text in _returned_by("_reason") if text}
    return {one for one in planned | aligned if re.fullmatch("[a-z_]+", one)}


def noted_reasons() -> set[str]:
    """Return the reasons that stand in the history alone: no run acts for them."""
    return {one for one in arguments_of(trees(sync), "entry", 2) if re.fullmatch("[a-z_]+", one)}


def test_every_reason_is_told_in_words_and_no_other() -> None:
    assert len(reasons()) > 15
    assert noted_reasons() == {"reset", "undone"}
    assert keys("why.") == {f"why.{one}" for one in reasons() | noted_reasons()}


def test_every_act_of_the_history_and_of_a_plan_has_its_words() -> None:
    noted = {text for text in arguments_of(trees(sync), "entry", 1) if text}
    assert keys("act.") - named_keys() == {f"act.{one}" for one in noted | {"park", "note"}}


def test_every_field_and_what_else_is_written_has_its_name() -> None:
    assert keys("field.") == {f"field.{name}" for name in [*FIELDS, "organizer", "rows"]}


def test_every_answer_and_privacy_has_its_words() -> None:
    words = {f"value.{one.name.lower()}" for one in [*Response, *Privacy]}
    assert keys("value.") - named_keys() == words


def test_every_change_has_its_words_and_nothing_else_has() -> None:
    counted = reasons() | {"parked", "recovered"}
    assert len(counted) > 10
    assert keys("changes.") == {f"changes.{one}" for one in counted - UNSAID_CHANGES}


def test_every_reason_to_set_aside_has_its_sentence_and_nothing_else_has() -> None:
    parked = raised("Rejected") | OF_THE_ITEM | {"masked", HELD_BACK}
    parked |= arguments_of(trees(sync), "Park", -1)
    parked = {code for code in parked if re.fullmatch("[a-z_]+", code)}
    assert len(parked) > 20
    assert keys("reason.") == {f"reason.{code}" for code in parked}


def _returned_by(function: str) -> Iterator[str]:
    """Yield the texts that a function of the core may return."""
    for tree in trees(sync):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == function:
                for one in ast.walk(node):
                    if isinstance(one, ast.Return) and one.value:
                        yield from _texts_in(one.value)


def _texts_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _texts_in(node.body)
        yield from _texts_in(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


OWN_DATABASE = set(_OF_SQLITE.values())


def test_every_trouble_has_its_sentence_and_nothing_else_has() -> None:
    told = raised(*ACCOUNT_ERRORS) - {"broken"}
    told |= {WENT_BACK, OTHER, USER_GONE, PAUSED, RESETTING}
    at_start = {"database_newer", "database_unusable", "database_in_use"}
    assert at_start <= told
    told |= OWN_DATABASE
    assert at_start | OWN_DATABASE <= FIXES.keys()
    assert len(told) > 15
    told |= {f"all_{name}" for name in STOPPING}
    assert keys("trouble.") == {f"trouble.{code}" for code in told - at_start | {"other"}}


def test_what_administrators_read_instead_is_about_a_trouble_or_a_kind_of_alert() -> None:
    known = {f"alert.{code}" for kind in KINDS for code in kind.codes}
    known |= {key.replace("trouble.", "alert.") for key in keys("trouble.")}
    assert keys("alert.") - named_keys() <= known
    assert keys("runbook.") == {f"runbook.{kind.name}" for kind in KINDS} | {"runbook.other"}
    assert keys("fleet.") == {f"fleet.{name}" for name in FLEET}


def test_every_way_a_connect_page_fails_has_its_sentence() -> None:
    failures = {text for call in calls(trees(bot), "failure") for text in _texts_of(call.args[1:2])}
    failures |= arguments_of(trees(bot), "NotIdentified", 0)
    failures |= {text for call in calls(trees(bot), "_nothing") for text in _texts_of(call.args[2:3])}
    refused = {"account_taken", "odoo_taken", "other_domain", "left", "slack_trouble"}
    refused |= {"link_expired", "link_used", "link_cancelled", "link_unknown"}
    assert refused <= set(constants(trees(bot)))
    refused |= {RESETTING}
    codes = failures | refused | raised("ConsentError") - {""} | {"code_unusable"}
    shown = {f"page.{code}" for code in codes}
    assert shown - keys() == set()
    assert keys("page.") - named_keys() - shown == set()


def _texts_of(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def forms(message: Message) -> list[str]:
    """Return the forms of a message: one, or one for each plural."""
    return [message.string] if isinstance(message.string, str) else [*(message.string or ())]


def messages() -> list[Message]:
    """Return all messages but the header."""
    return [one for one in catalogue() if one.id]


def test_plurals_have_both_forms_and_name_the_number() -> None:
    for message in messages():
        assert len(forms(message)) == (2 if message.pluralizable else 1)
        assert not message.pluralizable or all("{n}" in form for form in forms(message))


def test_no_message_is_empty_or_holds_markup_that_pings() -> None:
    for form in (form for message in messages() for form in forms(message)):
        assert form.strip()
        assert "<!" not in form
        assert "<@" not in form


@given(odd)
def test_values_are_escaped(title: str) -> None:
    text = T("status.parked_item", title=title, side=Mrkdwn("Google"), reason="<!here>")
    assert "<" not in text
    assert ">" not in text
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    assert text == f"• {T.embed(title)} (Google): &lt;!here&gt;"
    assert T("connect.guest", admins=title) == T.plain("connect.guest", admins=T.embed(title))
    assert re.sub("[\u2068\u2069]", "", T.embed(title)) == escape(stripped(title))


def test_a_channel_ping_in_a_title_is_plain_text() -> None:
    text = T("status.parked_item", title="<!channel> <@U1>", side=T("side.odoo"), reason=T("reason.masked"))
    assert "&lt;!channel&gt; &lt;@U1&gt;" in text


def test_markup_of_our_own_is_not_escaped_again() -> None:
    when = moment(datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert when == "<!date^1772452800^{date_short_pretty} {time}|2026-03-02 12:00 UTC>"
    assert T("status.freshness", moment=when) == f"As of {when}"


def test_braces_in_a_value_are_no_placeholders() -> None:
    assert T("connect.taken", login="{admins} {0}", admins="x").startswith("*{admins} {0}*")
    assert T.plain("page.code_do", name="{name}").endswith("in Slack as {name}:")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(LookupError):
        T("no.such")
    with pytest.raises(LookupError):
        T.plain("no.such")
    assert not T.has("no.such")
    assert T.has("side.odoo")


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("EN", "en"), ("xx-YY", "en"), ("", "en")])
def test_an_unknown_language_is_read_in_english(locale: str, language: str) -> None:
    assert Texts(locale).language == language
