"""Texts: cleaned of what breaks storage, cut with a mark, given their tail back, compared without markup."""

from __future__ import annotations

import html
import time

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.google.codec import DESCRIPTION_LIMIT
from sync.text import (
    _EDGE,
    _TAGS,
    CUT_MARK,
    _sanitised,
    clean,
    clean_html,
    cut,
    cut_html,
    is_cut,
    rejoin,
    visible_text,
)
from tests.properties.strategies import lines, odd, rich


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("a\0b", "ab"),
        ("a\x07\x1f\x7fb", "ab"),
        ("a\ud800b\udfff", "ab"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("👩‍👩‍👧 🏳️‍🌈", "👩‍👩‍👧 🏳️‍🌈"),
        ("جلسهٔ هفتگی\u200f", "جلسهٔ هفتگی\u200f"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_only_what_cannot_be_stored_is_taken_out(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


@given(odd)
def test_a_clean_text_can_be_stored_anywhere(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("  \n ", ""),
        ("<p><br></p>", ""),
        ("<p>&nbsp;</p>", ""),
        ("<!-- only a comment -->", ""),
        ("one\ntwo", "one<br>two"),
        ("one\r\ntwo\n", "one<br>two"),
        ("3 < 4 & 5 > 2", "3 &lt; 4 &amp; 5 &gt; 2"),
        ("<p>one</p>\n<p>two</p>", "<p>one</p>\n<p>two</p>"),
        ("<b>bold</b> and <blink>more</blink>", "<b>bold</b> and more"),
        ("<p style='x' class='y' onclick='z'>text</p>", "<p>text</p>"),
        ("<script>alert(1)</script>soup", "soup"),
        ("<a href='javascript:alert(1)'>link</a>", "<a>link</a>"),
        ("<a href='https://example.com/?a=1'>link</a>", '<a href="https://example.com/?a=1">link</a>'),
        ("<ul><li>tea</ul>", "<ul><li>tea</li></ul>"),
    ],
)
def test_html_is_reduced_to_what_both_calendars_show(source: str, expected: str) -> None:
    assert clean_html(source) == expected
    assert clean_html(expected) == expected


@given(rich)
def test_cleaning_markup_twice_changes_nothing_more(source: str) -> None:
    assert clean_html(clean_html(source)) == clean_html(source)


def test_headings_with_links_inside_each_other_are_cleaned_at_once() -> None:
    """A second reading used to take the misnested tags apart differently from the first."""
    source = '0<h1><a href="https://example.com/">' * 3
    assert clean_html(clean_html(source)) == clean_html(source)


@given(rich)
def test_cleaned_html_shows_something_or_is_empty_and_runs_nothing(source: str) -> None:
    result = clean_html(source)
    assert bool(result) is bool(visible_text(result))
    assert "<script" not in result.lower()
    result.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>soup</p>", "soup"),
        ("soup<br>bread", "<p>soup</p><p>bread</p>"),
        ("tea &amp;&nbsp;cake", "tea & cake"),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
    ],
)
def test_the_same_text_in_other_markup_looks_the_same(one: str, other: str) -> None:
    assert visible_text(one) == visible_text(other)


def test_another_text_looks_different() -> None:
    assert visible_text("<p>soup</p>") != visible_text("<p>soap</p>")


@given(lines, st.integers(10, 200))
def test_a_cut_text_fits_carries_the_mark_and_begins_alike(text: str, limit: int) -> None:
    text = clean(text)
    short = cut(text, limit)
    assert len(short) <= limit
    assert is_cut(short) or short == text
    assert text.startswith(short.removesuffix(CUT_MARK))
    assert cut(short, limit) == short


def test_a_text_is_cut_between_words_and_not_inside_an_emoji() -> None:
    assert cut("one two three four", 13) == "one two" + CUT_MARK
    family = "x" * 5 + "👩‍👩‍👧"
    assert cut(family + "y" * 9, 11) == "x" * 5 + "👩" + CUT_MARK


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut("x" * 10, 10) == "x" * 10
    assert cut_html("<p>" + "x" * 10 + "</p>", 17) == "<p>" + "x" * 10 + "</p>"


@given(rich)
def test_cut_html_carries_the_mark_or_is_the_same(source: str) -> None:
    cleaned = clean_html(source)
    short = cut_html(cleaned, DESCRIPTION_LIMIT)
    assert short == cleaned or is_cut(short)
    assert len(short) <= DESCRIPTION_LIMIT


@given(st.sampled_from(["<b>soup</b><br>", "tea &amp; cake ", "<ul><li>x</li></ul>"]), st.integers(100, 130))
def test_no_tag_and_no_entity_is_cut_in_the_middle(part: str, limit: int) -> None:
    short = cut_html(part * 50, limit).removesuffix(CUT_MARK)
    assert short.count("&") == short.count(";")
    assert short.count("<") == short.count(">") == short.count("<br>")


def test_a_megabyte_is_cut_and_cleaned() -> None:
    short = cut_html(clean_html("<p>" + "agenda " * 150_000 + "</p>"), DESCRIPTION_LIMIT)
    assert len(short) <= DESCRIPTION_LIMIT
    assert is_cut(short)


FULL = "one two three four five six seven eight nine ten"


def test_an_edited_head_gets_its_tail_back() -> None:
    short = cut(FULL, 20)
    assert short == "one two three" + CUT_MARK
    assert rejoin(f"zero {short}", FULL, short) == f"zero {FULL}"


def test_a_text_without_the_mark_stays_as_the_person_left_it() -> None:
    assert rejoin("only this", FULL, cut(FULL, 20)) == "only this"


def test_a_mark_of_the_persons_own_is_kept_where_nothing_was_cut() -> None:
    assert rejoin("see […]", "short", "short") == "see […]"


def test_the_tail_of_html_comes_back_as_lines() -> None:
    full = "<p>" + "</p><p>".join(["one agenda item"] * 40) + "</p>"
    short = cut_html(full, 100)
    assert visible_text(rejoin(short, full, short)) == visible_text(full)


def test_a_word_cut_in_the_middle_gets_no_space() -> None:
    full = "議" * 9000
    short = cut_html(full, DESCRIPTION_LIMIT)
    assert rejoin(short, full, short) == full


def test_a_bomb_of_nested_tags_is_defused_in_time() -> None:
    assert clean_html("<div>" * 300_000 + "soup") == "soup"


def test_a_bomb_of_attributes_is_defused_in_time() -> None:
    began = time.process_time()
    bomb = "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">boom</p>"
    assert visible_text(clean_html(bomb)) == "boom"
    assert time.process_time() - began < 1


def test_the_edges_of_a_list_part_words() -> None:
    assert visible_text("a<ul><li>x</li></ul>") == visible_text("<p>a</p><ul><li>x</li></ul>") == "a x"


_UNMARKED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")).map(
    lambda text: text.replace("\ufeff", "")
)


@given(_UNMARKED, st.sampled_from(["", "&", "<b>x</b>", "\xa0", ">"]))
def test_the_short_way_for_texts_without_markup_leads_to_the_same(text: str, markup: str) -> None:
    """The sanitiser is asked only where it would say something else than the text itself."""
    text += markup
    cleaned = nh3.clean(text, tags=_TAGS, attributes={"a": {"href"}}, link_rel=None).strip()
    assert _sanitised(text) == cleaned
    bare = html.unescape(nh3.clean(_EDGE.sub(" ", text), tags=set(), link_rel=None))
    assert visible_text(text) == " ".join(bare.replace("\xa0", " ").split())
