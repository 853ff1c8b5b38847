"""Odoo's cleaning of html fields, as far as calendars meet it: what goes, what stays, what is wrapped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.doubles.odoo.words import words

_DROPPED = words("script style iframe object embed applet head title form meta link")
_VOID = words("br hr img col wbr area")
_BLOCKS = words(
    "address article aside blockquote center dd div dl dt fieldset figure footer h1 h2 h3 h4 h5 h6 header"
    " hr li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_INLINE = words(
    "a abbr b bdi bdo big br caption cite code col colgroup del dfn em figcaption font i img ins kbd label"
    " map mark q s samp small span strike strong sub sup svg time tt u var wbr"
)
_ATTRIBUTES = words(
    "abbr align alt bgcolor border cellpadding cellspacing class cite color colspan dir face height href"
    " hspace id lang name nowrap rel rowspan rules size span src start style summary target title type"
    " valign value vspace width"
)
# Which open elements a start tag closes by itself, as an html parser does.
_CLOSES: dict[str, frozenset[str]] = {
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
}
_CLOSES |= {tag: frozenset({"p"}) for tag in _BLOCKS - _CLOSES.keys()}
_SCRIPT_LINK = re.compile(r"\s*(javascript|vbscript|data):", re.IGNORECASE)
_SPACE = " \t\r\n"
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")


@dataclass
class _Node:
    tag: str
    attributes: list[tuple[str, str]] = field(default_factory=list)
    children: list[_Node | str] = field(default_factory=list)

    def write(self) -> str:
        inner = "".join(_text(c) if isinstance(c, str) else c.write() for c in self.children)
        if self.tag == "!":
            return f"<!--{self.attributes[0][1]}-->"
        if not self.tag:
            return inner
        start = "".join(f" {name}={_quoted(value)}" for name, value in self.attributes)
        return f"<{self.tag}{start}>" if self.tag in _VOID else f"<{self.tag}{start}>{inner}</{self.tag}>"


def sanitize(text: str, version: int) -> str:
    """Clean `text` as an html field of this version does when it is written.

    Blank text becomes empty; bare text gets a paragraph; scripts, forms, frames, event handlers and, before
    Odoo 19, `data-*` attributes and a plain outer `div` go; unknown tags go but their content stays.
    """
    if not text.strip():
        return ""
    parser = _Parser(keep_data=version >= 19)
    parser.feed(_CONTROL.sub("", text).replace("\0", " "))
    parser.close()
    top = parser.root.children
    while top and isinstance(top[0], str) and not top[0].strip(_SPACE):
        top = top[1:]
    only = top[0] if len(top) == 1 and isinstance(top[0], _Node) else None
    if only is not None and version >= 19 and only.tag in {"", "div"}:
        return only.write()
    if only is not None and only.tag in {"", "div"} and not only.attributes:
        top = only.children
    return _framed(_flat(top)).write()


def _flat(nodes: list[_Node | str]) -> list[_Node | str]:
    """Lift the children of dropped tags into their parents and let leading bare text open a paragraph."""
    flat: list[_Node | str] = []
    for node in nodes:
        flat.extend(_flat(node.children) if isinstance(node, _Node) and not node.tag else [node])
    if not flat or not isinstance(flat[0], str) or not flat[0].strip(_SPACE):
        return flat
    end = next((i for i, n in enumerate(flat) if isinstance(n, _Node) and n.tag in _BLOCKS), len(flat))
    return [_Node("p", [], flat[:end]), *flat[end:]]


def _framed(top: list[_Node | str]) -> _Node:
    """Put a `span` around several nodes that are all inline; leave everything else bare."""
    blocks = any(isinstance(node, _Node) and node.tag in _BLOCKS for node in top)
    return _Node("" if blocks or len(top) < 2 else "span", [], top)


def _text(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\xa0", "&nbsp;")


def _quoted(value: str) -> str:
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"'{value}'" if '"' in value else f'"{value}"'


class _Parser(HTMLParser):
    """Builds the cleaned tree: what is dropped never enters it, an unknown tag enters with an empty name."""

    def __init__(self, *, keep_data: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("")
        self._open = [self.root]
        self._names = ["html"]
        self._keep_data = keep_data
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping or tag in _DROPPED:
            if tag not in {"meta", "link"}:
                self._skipping.append(tag)
            return
        if tag in {"html", "body"}:
            return
        while self._names[-1] in _CLOSES.get(tag, ()):
            self._pop()
        node = _Node(tag if tag in _BLOCKS | _INLINE else "", self._cleaned(attrs))
        if node.tag == "":
            node.attributes = []
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)
            self._names.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag in self._skipping:
                del self._skipping[self._skipping.index(tag) :]
        elif tag in self._names[1:]:
            while self._names[-1] != tag:
                self._pop()
            self._pop()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        if not self._skipping and len(self._open) > 1:
            self._open[-1].children.append(_Node("!", [("", data)]))

    def _pop(self) -> None:
        self._open.pop()
        self._names.pop()

    def _cleaned(self, attrs: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
        kept = []
        for name, value in attrs:
            if name not in _ATTRIBUTES and not (self._keep_data and name.startswith("data-")):
                continue
            value = value or ""
            if name in {"href", "src"}:
                value = "" if _SCRIPT_LINK.match(value) else value.strip()
            kept.append((name, value))
        return kept
