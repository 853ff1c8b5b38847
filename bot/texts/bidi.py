"""Lines of mixed writing directions that read in order (the Unicode Bidirectional Algorithm, UAX #9)."""

from __future__ import annotations

import re
import unicodedata

FSI, LRI, PDI, RLM = "\u2068", "\u2066", "\u2069", "\u200f"
_FORMATTING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PARAGRAPHS = re.compile("[\n\r\x1c-\x1e\x85\u2029]+")
"""Characters that end a paragraph (bidirectional class B), and with it all that was set apart in it."""
_COMMAND = re.compile(r"`[^`\n]+`|/calsync(?: [a-z-]+)*")
_RIGHT = ("R", "AL")


def is_rtl(text: str) -> bool:
    """Say whether any letter of a text is written from right to left."""
    return any(unicodedata.bidirectional(one) in _RIGHT for one in text)


def isolated(text: str) -> str:
    """Set a text apart, so that it and what surrounds it each keep their own order.

    Embeddings, overrides and isolates in the text itself are taken out: an unbalanced one would turn the
    rest of the line around.
    """
    return f"{FSI}{stripped(text)}{PDI}"


def stripped(text: str) -> str:
    """Return a text on one line, without characters that only turn others around."""
    return _PARAGRAPHS.sub(" ", _FORMATTING.sub("", text))


def rightward(form: str) -> str:
    """Prepare a sentence of a language that is written from right to left.

    Commands in it stay left to right, and a line that begins with a foreign word is one of this language all
    the same: readers' programs go by the first letter. What stands in for a value is isolated later.
    """
    form = _COMMAND.sub(lambda found: f"{LRI}{found[0]}{PDI}", form)
    return "\n".join(_marked(line) for line in form.split("\n"))


def _marked(line: str) -> str:
    plain = re.sub(f"{LRI}[^{PDI}]*{PDI}|{{\\w+}}", "", line)
    first = next((one for one in plain if unicodedata.bidirectional(one) in ("L", *_RIGHT)), "")
    starts_elsewhere = bool(first) and unicodedata.bidirectional(first) == "L"
    return RLM + line if starts_elsewhere else line
