"""Every limit and rule of Block Kit, each at its edge and one step beyond."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.slack.blocks import check_blocks
from tests.doubles.slack.builders import actions, button, entry, options, plain, section
from tests.doubles.slack.filling import fill_in
from tests.doubles.slack.schema import Json


def confirm(**words: str) -> Json:
    texts = {"title": "Sure?", "text": "Really?", "confirm": "Yes", "deny": "No"} | words
    return {key: plain(text) for key, text in texts.items()}


def radio(count: int, **more: Any) -> Json:
    return {"type": "radio_buttons", "action_id": "r", "options": options(*map(str, range(count))), **more}


def choice(kind: str, count: int, **more: Any) -> Json:
    return radio(count, **more) | {"type": kind}


def option(text: str = "t", value: str = "v", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def menu(*given: Json, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": list(given), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a", **more}


def mrkdwn(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


# What makes a list of blocks with a number in it, the greatest number allowed, and where the complaint is.
LIMITS: dict[str, tuple[Callable[[int], list[Json]], int, str]] = {
    "blocks in a message": (lambda n: [{"type": "divider"}] * n, 50, ""),
    "section text": (lambda n: [section("x" * n)], 3000, "/0/text/text"),
    "section fields": (lambda n: [{"type": "section", "fields": [mrkdwn(1)] * n}], 10, "/0/fields"),
    "field text": (lambda n: [{"type": "section", "fields": [mrkdwn(n)]}], 2000, "/0/fields/0/text"),
    "header": (lambda n: [{"type": "header", "text": plain("x" * n)}], 150, "/0/text/text"),
    "block_id": (lambda n: [section("x", block_id="b" * n)], 255, "/0/block_id"),
    "context elements": (lambda n: [{"type": "context", "elements": [mrkdwn(1)] * n}], 10, "/0/elements"),
    "actions elements": (
        lambda n: [actions(*(button("b", f"a{i}") for i in range(n)))],
        25,
        "/0/elements",
    ),
    "button text": (lambda n: [actions(button("x" * n, "a"))], 75, "/0/elements/0/text/text"),
    "button value": (lambda n: [actions(button("b", "a", value="x" * n))], 2000, "/0/elements/0/value"),
    "button url": (
        lambda n: [actions(button("b", "a", url="https://".ljust(n, "x")))],
        3000,
        "/0/elements/0/url",
    ),
    "action_id": (lambda n: [actions(button("b", "a" * n))], 255, "/0/elements/0/action_id"),
    "accessibility_label": (
        lambda n: [actions(button("b", "a", accessibility_label="x" * n))],
        75,
        "/0/elements/0/accessibility_label",
    ),
    "confirm title": (
        lambda n: [actions(button("b", "a", confirm=confirm(title="x" * n)))],
        100,
        "/0/elements/0/confirm/title/text",
    ),
    "confirm text": (
        lambda n: [actions(button("b", "a", confirm=confirm(text="x" * n)))],
        300,
        "/0/elements/0/confirm/text/text",
    ),
    "confirm button": (
        lambda n: [actions(button("b", "a", confirm=confirm(confirm="x" * n)))],
        30,
        "/0/elements/0/confirm/confirm/text",
    ),
    "deny button": (
        lambda n: [actions(button("b", "a", confirm=confirm(deny="x" * n)))],
        30,
        "/0/elements/0/confirm/deny/text",
    ),
    "radio buttons": (lambda n: [actions(radio(n))], 10, "/0/elements/0/options"),
    "checkboxes": (lambda n: [actions(choice("checkboxes", n))], 10, "/0/elements/0/options"),
    "overflow": (lambda n: [actions(choice("overflow", n))], 5, "/0/elements/0/options"),
    "select options": (lambda n: [actions(choice("static_select", n))], 100, "/0/elements/0/options"),
    "option text": (lambda n: [actions(menu(option("x" * n)))], 75, "/0/elements/0/options/0/text/text"),
    "option value": (
        lambda n: [actions(menu(option(value="x" * n)))],
        150,
        "/0/elements/0/options/0/value",
    ),
    "option description": (
        lambda n: [actions(menu(option(description=plain("x" * n))))],
        75,
        "/0/elements/0/options/0/description/text",
    ),
    "placeholder": (
        lambda n: [actions(menu(option(), placeholder=plain("x" * n)))],
        150,
        "/0/elements/0/placeholder/text",
    ),
    "label": (lambda n: [entry("x" * n, "b")], 2000, "/0/label/text"),
    "hint": (lambda n: [entry("l", "b", hint=plain("x" * n))], 2000, "/0/hint/text"),
    "alt_text": (lambda n: [image(alt_text="x" * n)], 2000, "/0/alt_text"),
    "image title": (lambda n: [image(title=plain("x" * n))], 2000, "/0/title/text"),
    "markdown": (lambda n: [{"type": "markdown", "text": "x" * n}], 12_000, "/0/text"),
    "table rows": (
        lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}],
        100,
        "/0/rows",
    ),
    "table columns": (
        lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}],
        20,
        "/0/rows/0",
    ),
    "card title": (lambda n: [{"type": "card", "title": mrkdwn(n)}], 150, "/0/title/text"),
    "card body": (lambda n: [{"type": "card", "body": mrkdwn(n)}], 200, "/0/body/text"),
    "card actions": (
        lambda n: [{"type": "card", "actions": [button("b", f"a{i}") for i in range(n)]}],
        3,
        "/0/actions",
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    make, most, where = LIMITS[name]
    assert check_blocks(make(most)) == []
    complaints = check_blocks(make(most + 1))
    words = (f"no more than {most} items allowed", f"must be less than {most + 1} characters")
    assert complaints[-1] in [f"{word} [json-pointer:/blocks{where}]" for word in words], complaints


WRONG: list[tuple[list[Any], str]] = [
    ([{"type": "sectionn"}], "unsupported type: sectionn [json-pointer:/blocks/0/type]"),
    ([{}], "missing required field: type [json-pointer:/blocks/0]"),
    (["x"], "must provide an object [json-pointer:/blocks/0]"),
    ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    ([section("x", color="red")], "invalid additional property: color [json-pointer:/blocks/0]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "header"}], "missing required field: text [json-pointer:/blocks/0]"),
    ([{"type": "header", "text": mrkdwn(1)}], "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ([{"type": "header", "text": "x"}], "must provide an object [json-pointer:/blocks/0/text]"),
    ([actions()], "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    ([{"type": "actions", "elements": {}}], "must provide an array [json-pointer:/blocks/0/elements]"),
    (
        [actions(button("b", "a", disabled=True))],
        "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
    ),
    (
        [actions(button("b", "a", style="default"))],
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [actions(button("b", "a", style=None))],
        "must provide a string [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [actions({"type": "button", "action_id": "a", "text": mrkdwn(1)})],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]",
    ),
    (
        [actions(button("b", "a", url="nowhere"))],
        "must match pattern: (?s)[a-zA-Z][a-zA-Z0-9+.-]*:.+ [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        [actions({"type": "plain_text_input", "action_id": "a"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        [actions(choice("multi_static_select", 1))],
        "unsupported type: multi_static_select [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        [section("x", accessory={"type": "slider"})],
        "unsupported type: slider [json-pointer:/blocks/0/accessory/type]",
    ),
    (
        [actions(button("b", "same"), button("c", "same"), block_id="one")],
        '`action_id` "same" already exists for block_id "one" [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        [section("x", block_id="b"), section("y", block_id="b")],
        "Block ID needs to be unique [json-pointer:/blocks/1/block_id]",
    ),
    (
        [actions(button("b", "a", confirm={"title": plain("t")}))],
        "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]",
    ),
    (
        [actions({"type": "static_select", "action_id": "s"})],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    (
        [actions(menu(option(), initial_option=option("other")))],
        (
            "initial_option must exactly match one of the provided options "
            "[json-pointer:/blocks/0/elements/0/initial_option]"
        ),
    ),
    (
        [actions(menu(option(), initial_option=None))],
        "must provide an object [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        [{"type": "image", "image_url": "https://a/"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    (
        [{"type": "image", "alt_text": "a"}],
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    (
        [{"type": "alert", "text": mrkdwn(1)}],
        "unsupported type: alert [json-pointer:/blocks/0/type]",  # in modals only
    ),
    (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "1.1.2026"})],
        r"must match pattern: \d{4}-\d{2}-\d{2} [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    (
        [
            entry("l", "b")
            | {"element": {"type": "plain_text_input", "action_id": "a", "min_length": 5, "max_length": 4}}
        ],
        "min_length must not exceed max_length [json-pointer:/blocks/0/element/min_length]",
    ),
    (
        [entry("l", "b") | {"element": button("b", "a")}],
        "unsupported type: button [json-pointer:/blocks/0/element/type]",
    ),
    (
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "txt"}]}]}],
        "unsupported type: txt [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
]


@pytest.mark.parametrize(("blocks", "complaint"), WRONG, ids=[complaint for _, complaint in WRONG])
def test_what_is_refused_and_how(blocks: list[Any], complaint: str) -> None:
    assert complaint in check_blocks(blocks)


def test_everything_at_once_is_taken() -> None:
    date = {"type": "date", "timestamp": 1_700_000_000, "format": "{date_short_pretty}", "fallback": "then"}
    rich = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "x", "style": {"bold": True}}, date],
    }
    picked = radio(2, initial_option=options("0")[0])
    blocks = [
        {
            "type": "rich_text",
            "elements": [rich, {"type": "rich_text_list", "style": "bullet", "elements": [rich]}],
        },
        section("x", accessory=choice("overflow", 1, confirm=confirm())),
        section("x", accessory=image() | {"type": "image"}),
        actions(
            picked, button("b", "b", style="danger", value="v"), {"type": "users_select", "action_id": "u"}
        ),
        actions(button("b", "b"), {"type": "timepicker", "action_id": "t", "initial_time": "09:30"}),
        {"type": "context", "elements": [mrkdwn(1), image()]},
        entry("l", "e", optional=True),
    ]
    assert check_blocks(blocks) == []
    assert check_blocks(fill_in(blocks)) == []


KEYS = st.sampled_from(["type", "text", "elements", "accessory"])
LEAVES = st.none() | st.booleans() | st.integers() | st.sampled_from(["section", "actions", "button", ""])


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))
def test_nonsense_is_refused_not_stumbled_over(nonsense: Any) -> None:
    assert check_blocks([nonsense])


@given(st.text(min_size=1, max_size=75))
def test_blocks_that_were_stored_can_be_posted_again(text: str) -> None:
    stored = fill_in([section(text), actions(button(text, "a"))])
    assert check_blocks(stored) == []
    assert fill_in(stored) == stored
