"""Cleaning of descriptions, held to what a live Odoo 18 made of each text."""

from __future__ import annotations

import pytest

from tests.doubles.odoo.markup import sanitize


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("text", "<p>text</p>"),
        ("a & b < c", "<p>a &amp; b &lt; c</p>"),
        ("line1\nline2", "<p>line1\nline2</p>"),
        ("", ""),
        ("   ", ""),
        ("&nbsp;", "<p>&nbsp;</p>"),
        ("<p></p>", "<p></p>"),
        ("a<br/>b", "<p>a<br>b</p>"),
        ("a <b>x</b>", "<p>a <b>x</b></p>"),
        ("x<p>y</p>", "<p>x</p><p>y</p>"),
        ("<b>x</b> y", "<span><b>x</b> y</span>"),
        ("<p>a</p>tail", "<p>a</p>tail"),
        ("<div>a</div>", "<p>a</p>"),
        ("<div><p>a</p></div>", "<p>a</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>1<li>2</ul>", "<ul><li>1</li><li>2</li></ul>"),
        ("<p>x<script>alert(1)</script>y</p>", "<p>xy</p>"),
        ("<iframe src='x'></iframe><p>y</p>", "<p>y</p>"),
        ("<form action='x'><input name='a'></form>", ""),
        ("<p onclick='x()' style='color:red' class=\"k\">q</p>", '<p style="color:red" class="k">q</p>'),
        ("<a href='javascript:alert(1)'>l</a>", '<a href="">l</a>'),
        (
            "<a href=' https://a.b?c&d ' target=_blank>x</a>",
            '<a href="https://a.b?c&amp;d" target="_blank">x</a>',
        ),
        ("<a title='\"x\"'>y</a>", "<a title='\"x\"'>y</a>"),
        ("<img src='https://x/y.png' onerror='z' alt='a'>", '<img src="https://x/y.png" alt="a">'),
        ("<!-- c --><p>x<!-- d --></p>", "<p>x<!-- d --></p>"),
        ("<p>a\x01b\x00c</p>", "<p>ab c</p>"),
        ("<p>a<html-blob>x</html-blob></p>", "<p>ax</p>"),
        ('<p dir="rtl">سلام 😀</p>', '<p dir="rtl">سلام 😀</p>'),
    ],
)
def test_what_is_kept(given: str, kept: str) -> None:
    assert sanitize(given, 18) == kept


@pytest.mark.parametrize("given", ["<p>a</p>", "text", "<b>x</b> y", "<ul><li>1</li></ul>", "a<br>b"])
@pytest.mark.parametrize("version", [18, 19])
def test_what_is_clean_stays_as_it_is(given: str, version: int) -> None:
    once = sanitize(given, version)
    assert sanitize(once, version) == once


def test_what_19_does_differently() -> None:
    assert sanitize('<p data-a="1">x</p>', 18) == "<p>x</p>"
    assert sanitize('<p data-a="1">x</p>', 19) == '<p data-a="1">x</p>'
    assert sanitize("<html-blob>x</html-blob>", 18) == "<p>x</p>"
    assert sanitize("<html-blob>x</html-blob>", 19) == "x"
    assert sanitize("<div><p>a</p></div>", 19) == "<div><p>a</p></div>"
