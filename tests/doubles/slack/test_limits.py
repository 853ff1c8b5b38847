"""Every limit of Block Kit, at its edge and one step beyond."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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
    plain,
    radio,
    section,
)
from tests.doubles.slack.schema import Json

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
