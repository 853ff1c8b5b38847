"""Odoo 19's contact block is taken off descriptions, and nothing else is."""

from __future__ import annotations

import pytest

from sync.odoo.codec import strip_contact_text
from sync.text import visible_text

MAIL = '<a href="mailto:alice@example.com">alice@example.com</a>'
ENGLISH = f"<strong>Organized by</strong><br>Alice<br>{MAIL}"
PERSIAN = f"<strong>برگزارکننده</strong><br>آلیس<br>{MAIL}"
SECOND = f"<br><br><strong>Contact Details</strong><br>Bob<br>{MAIL}"
PHONE = "<br>+32 2 555 12 34"


@pytest.mark.parametrize("text", ["", "<p>soup</p>", "soup", "<p>one</p><p>two <b>three</b></p>", "جلسه"])
@pytest.mark.parametrize(
    "block", [ENGLISH, PERSIAN, ENGLISH + PHONE, ENGLISH + SECOND, ENGLISH + SECOND + PHONE]
)
def test_the_block_is_taken_off(text: str, block: str) -> None:
    assert strip_contact_text(f"<div>{text}<br>{block}</div>") == text


@pytest.mark.parametrize("times", [2, 3, 10])
def test_nested_blocks_are_taken_off(times: int) -> None:
    description = "<p>soup</p>"
    for _ in range(times):
        description = f"<div>{description}<br>{ENGLISH}{SECOND}</div>"
    assert visible_text(strip_contact_text(description)) == "soup"


def test_the_block_alone_leaves_nothing() -> None:
    assert strip_contact_text(f"<div><br>{ENGLISH}</div>") == ""
    assert strip_contact_text(f"<div>{ENGLISH}</div>") == ""


@pytest.mark.parametrize(
    "description",
    [
        "",
        "soup",
        "<p>soup</p>",
        "<div>soup</div>",
        "<div><strong>Agenda</strong><br>soup</div>",
        f"<div>Write to {MAIL} before you come</div>",
        f"<div>Write to <br>{MAIL}<br><strong>Agenda</strong><br>soup</div>",
        f"<p>soup<br>{ENGLISH}</p>",
        f"<div>soup<br>{ENGLISH}</div><p>more</p>",
        f"<p>before</p><div>soup<br>{ENGLISH}</div>",
        '<div>soup<br><strong>Site</strong><br>here<br><a href="https://example.com">site</a></div>',
        "<div><strong>Organized by</strong><br>Alice</div>",
    ],
)
def test_ordinary_descriptions_stay_untouched(description: str) -> None:
    assert strip_contact_text(description) == description


def test_what_a_person_wrote_behind_a_name_and_a_mail_link_stays() -> None:
    description = f"<div>Hello<br><strong>Speaker</strong><br>Alice<br>{MAIL}<br>Bring your laptop</div>"
    assert strip_contact_text(description) == description


def test_nested_blocks_leave_no_open_tags() -> None:
    twice = f"<div><div><p>soup</p><br>{ENGLISH}</div><br>{ENGLISH}</div>"
    assert strip_contact_text(twice) == "<p>soup</p>"


def test_a_long_run_of_line_breaks_takes_no_time() -> None:
    description = "<div>" + "<br>" * 250_000 + "</div>"
    assert strip_contact_text(description) == description
