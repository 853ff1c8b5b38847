"""Whatever calendars, people and other programs put into them, views keep to the rules in every language."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts, languages
from bot.views import connect, debug, held, history, home, plan, resync, settings, status
from bot.views import help as help_view
from bot.views.actions import ActionId
from bot.views.changes import trouble
from bot.views.debug import DebugData, RunData
from bot.views.history import Change, Overruled
from bot.views.plan import Step
from bot.views.settings import Choices
from bot.views.status import ParkedItem, StatusData
from sync.model import FIELDS, Guest, Reminder, Response, Side
from sync.wishes import Direction, Kind
from tests.properties.strategies import odd, spans
from tests.unit.examples.data import NOW
from tests.unit.view_rules import buttons, complaints

texts = st.sampled_from([Texts(one) for one in languages()])

moments = st.one_of(st.none(), st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
codes = st.one_of(
    st.none(), odd, st.sampled_from(["grant_dead", "odoo_trouble", "masked", "series", "broken"])
)
words = st.text(st.sampled_from("ab *_`~<>&!@#|\n👩‍👩‍👧جلسه{}\u202e\u2067\u2069"), max_size=100)
counts = st.dictionaries(
    st.one_of(odd, st.sampled_from(["merged", "parked", "new_in_odoo", "agreed"])),
    st.integers(0, 10**6),
    max_size=12,
)
starts = st.one_of(moments, st.dates())
parked_items = st.builds(
    ParkedItem,
    st.sampled_from(Side),
    words,
    starts,
    codes.map(lambda code: code or "masked"),
    st.sampled_from(["", "https://g.example/e"]),
)
status_data = st.builds(
    StatusData,
    email=words,
    login=words,
    needs_reconnect=st.booleans(),
    trouble=codes,
    synced_at=moments,
    next_run_at=moments,
    links=st.integers(0, 10**6),
    changed_at=moments,
    counts=counts,
    parked=st.lists(parked_items, max_size=14),
    held=st.integers(0, 10**4),
    now=st.just(NOW),
    direction=st.sampled_from(Direction),
    left_out=st.frozensets(st.sampled_from(Kind)),
    is_narrower=st.booleans(),
)


@given(texts, status_data)
def test_status_keeps_to_the_rules_whatever_it_tells(t: Texts, data: StatusData) -> None:
    message = status.status_message(t, data)
    assert complaints(message, [t.plural("status.links", data.links)]) == []
    pressed = {one["action_id"] for one in buttons(message)}
    assert (ActionId.CONNECT in pressed) is data.needs_reconnect
    assert (ActionId.DELETE_HELD in pressed) is (ActionId.RESTORE_HELD in pressed) is bool(data.held)


@given(texts, words, words, st.one_of(st.none(), words.filter(bool)))
def test_messages_about_connecting_keep_to_the_rules(
    t: Texts, login: str, word: str, email: str | None
) -> None:
    sent = [
        connect.link_message(t, url="https://x.example/c/1", login=login, email=email, admins=word),
        connect.link_message(t, url="https://x.example/c/1", login=login, email=None, admins=word, then=word),
        connect.refusal(t, t("connect.nobody", email=login, admins=word)),
        connect.connected_message(t, email=login, login=word),
        connect.reconnect_message(t, trouble(word, t)),
        help_view.help_message(t, ["help"], connected=False, admins=word, unknown=word, guess="status"),
        help_view.guess_message(t, word, "status"),
        help_view.note(t("connect.taken", login=login, admins=word)),
    ]
    assert [complaints(one) for one in sent] == [[]] * len(sent)


@given(texts, codes.map(lambda code: code or "ok"), counts, st.integers(0, 10**6))
def test_results_keep_to_the_rules(t: Texts, code: str, done: dict[str, int], number: int) -> None:
    assert complaints(resync.result_message(t, code, done)) == []
    assert complaints(held.held_message(t, number), [t.plural("guard.question", number)]) == []


values = st.one_of(
    words,
    st.none(),
    st.booleans(),
    st.sampled_from(Response),
    st.frozensets(st.builds(Guest, words), max_size=40),
    st.frozensets(st.builds(Reminder, st.just("popup"), st.integers(0, 10**6)), max_size=40),
    spans(),
)
overruled = st.builds(Overruled, st.sampled_from(FIELDS), values, starts)
reasons = codes.map(lambda code: code or "edited_on_both")
changes = st.builds(
    Change,
    id=st.integers(1),
    at=st.just(NOW),
    side=st.sampled_from(Side),
    act=st.sampled_from(["create", "update", "delete", "decline"]),
    reason=reasons,
    fields=st.lists(st.sampled_from([*FIELDS, "rows", "organizer"]), unique=True),
    title=st.one_of(words, odd),
    starts=starts,
    overruled=st.lists(overruled, max_size=len(FIELDS)),
    restorable=st.booleans(),
    event=st.sampled_from(["", "a", "b"]),
)
fields = st.lists(st.sampled_from(FIELDS), unique=True)
writes = st.builds(dict.fromkeys, st.sampled_from([[Side.ODOO], [*Side]]), fields)
planned = st.builds(Step, st.sampled_from(["create", "update", "park"]), writes, reasons, words, starts)


@given(texts, st.lists(changes, max_size=10, unique_by=lambda one: one.id), words)
def test_history_keeps_to_the_rules_whatever_it_tells(t: Texts, told: list[Change], outcome: str) -> None:
    message = history.history_message(t, told, outcome=t.embed(outcome.replace("\n", " ")))
    assert complaints(message) == []
    restores = [one for one in buttons(message) if one["action_id"] == ActionId.RESTORE_VALUE]
    assert {one["value"] for one in restores} == {str(one.id) for one in told if one.restorable}
    assert complaints(history.put_back_message(t, told * 2)) == []


@given(texts, st.lists(planned, max_size=30))
def test_a_dry_run_keeps_to_the_rules_whatever_it_tells(t: Texts, told: list[Step]) -> None:
    assert complaints(plan.plan_message(t, told), [t("plan.unwritten")]) == []
    assert buttons(plan.plan_message(t, told)) == []


choices = st.builds(
    Choices,
    direction=st.sampled_from(Direction),
    left_out=st.frozensets(st.sampled_from(Kind)),
    past=st.one_of(st.none(), st.integers(0, 99999)),
    future=st.one_of(st.none(), st.integers(0, 99999)),
    widest_past=st.integers(1, 9999),
    widest_future=st.integers(1, 9999),
    quiet_from=st.one_of(st.none(), st.integers(0, 23)),
    quiet_until=st.one_of(st.none(), st.integers(0, 23)),
    language=st.sampled_from(["", *languages()]),
    makes_meet=st.booleans(),
)


@given(texts, status_data, choices, st.booleans())
def test_the_home_tab_and_the_settings_keep_to_the_rules(
    t: Texts, data: StatusData, chosen: Choices, noted: bool
) -> None:
    notice = connect.link_message(t, url="https://x.example/c/1", login="a", email=None, admins="b").blocks
    assert complaints(home.home_view(t, data, chosen, notice=notice if noted else ())) == []
    assert complaints(home.welcome_view(t, notice=notice if noted else ())) == []
    assert complaints(settings.settings_message(t, chosen)) == []


facts_told = st.dictionaries(
    st.sampled_from(["state", "trouble", "links"]), st.one_of(words, moments, st.integers())
)
runs_told = st.builds(RunData, st.just(NOW), codes.map(lambda code: code or "ok"), counts)


@given(texts, facts_told, st.lists(runs_told, max_size=5))
def test_the_debug_message_keeps_to_the_rules(
    t: Texts, facts: dict[str, object], runs: list[RunData]
) -> None:
    assert complaints(debug.debug_message(t, DebugData(facts, {"masked": 3}, runs))) == []
