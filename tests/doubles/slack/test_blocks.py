"""What Block Kit refuses, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.slack.blocks import check_blocks
from tests.doubles.slack.builders import (
    actions,
    button,
    choice,
    confirm,
    entry,
    image,
    menu,
    mrkdwn,
    option,
    options,
    plain,
    radio,
    section,
)
from tests.doubles.slack.filling import fill_in

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
