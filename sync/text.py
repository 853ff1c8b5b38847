"""Texts in the forms that the two sides can hold: clean, cut on a boundary, compared without markup."""

from __future__ import annotations

import html
import re

import nh3

CUT_MARK = " […]"
_TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p",
    "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
MOST_TAGS = 10_000
_LONG_TAG = re.compile(r"<[^<>]{10000,}>")
MOST_PASSES = 5
_EDGE = re.compile(
    r"<br\s*/?>|</?(?:p|div|ul|ol|li|h[1-4]|tr|td|th|table|blockquote|pre)\b[^>]*>", re.IGNORECASE
)
_MARKUP = re.compile("[<>&\xa0\x00\r\ufeff]")
"""What the sanitiser reads as markup or writes otherwise; all else it gives back as it is, taking long."""
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-4]|tr|blockquote|pre)>", re.IGNORECASE)


def clean(text: str) -> str:
    """Take out what neither side can store: control characters (NUL above all) and lone surrogates."""
    return _UNSAFE.sub("", text)


def clean_html(source: str) -> str:
    """Reduce HTML to the tags both calendars show; applying it twice changes nothing more.

    Without any markup, newlines become `<br>`, since Odoo folds bare ones. A text that shows nothing
    (such as Odoo's `<p><br></p>` for an emptied description) becomes the empty string.
    """
    source = clean(source).replace("\r\n", "\n").replace("\r", "\n")
    # The sanitiser's time grows with the square of nested tags, and of the attributes of one tag.
    if source.count("<") > MOST_TAGS:
        source = re.sub(r"<[^<>]*>", " ", source)
    source = _LONG_TAG.sub(" ", source)
    result = _sanitised(source)
    for _ in range(MOST_PASSES):
        # Misnested tags come out in a form that a second reading takes apart differently.
        before, result = result, _sanitised(result)
        if result == before:
            break
    if "<" not in result:
        result = result.replace("\n", "<br>")
    return result if visible_text(result) else ""


def _sanitised(source: str) -> str:
    if not _MARKUP.search(source):
        return source.strip()
    return nh3.clean(source, tags=_TAGS, attributes={"a": {"href"}}, link_rel=None).strip()


def visible_text(source: str) -> str:
    """Return what a reader sees of some HTML, white space folded: the form for "is it the same text?"."""
    if _MARKUP.search(source):
        source = html.unescape(nh3.clean(_EDGE.sub(" ", source), tags=set(), link_rel=None))
    return " ".join(source.replace("\xa0", " ").split())


def cut(text: str, limit: int) -> str:
    """Shorten plain text to `limit` characters, marked, without splitting a word or an emoji sequence."""
    if len(text) <= limit:
        return text
    head = text[: limit - len(CUT_MARK)]
    boundary = head.rfind(" ")
    if boundary > limit // 2:
        head = head[:boundary]
    return head.rstrip("\u200d\ufe0f ") + CUT_MARK


def cut_html(source: str, limit: int) -> str:
    """Shorten HTML to `limit` characters: as plain lines, marked, when it does not fit with its markup."""
    if len(source) <= limit:
        return source
    shortened = cut(as_lines(source).strip(), limit - len(CUT_MARK))
    # A cut can fall inside "<br>" or an entity such as "&amp;"; both are dropped with the mark kept.
    head = re.sub(r"(?:<[a-z]*|&[#\w]*)$", "", shortened.removesuffix(CUT_MARK))
    return head + CUT_MARK


def is_cut(text: str) -> bool:
    """Say whether a text carries the mark of having been shortened by us."""
    return text.endswith(CUT_MARK)


def rejoin(edited: str, full: str, shortened: str) -> str:
    """Give an edited text its tail back, where what was edited is a shortened form of `full`.

    Without the mark in `edited` the person removed it, and with it what it stood for.
    """
    mark = next((one for one in (CUT_MARK, CUT_MARK.strip()) if one in edited), None)
    if mark is None or not is_cut(shortened):
        return edited
    head = shortened.removesuffix(CUT_MARK)
    whole = full if full.startswith(head) else as_lines(full).strip()
    return edited.replace(mark, whole.removeprefix(head), 1)


def as_lines(source: str) -> str:
    """Reduce HTML to lines of text separated by `<br>`."""
    return nh3.clean(_BREAK.sub("\n", source), tags=set(), link_rel=None).replace("\n", "<br>")
