"""The message catalogues: one gettext file a language, keyed; the English one holds every message."""

from __future__ import annotations

import gettext
import io
from datetime import datetime
from functools import cache
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT = "en"


class Mrkdwn(str):
    """Text that is Slack markup already and must not be escaped again."""

    __slots__ = ()


def escape(text: str) -> str:
    """Make calendar text harmless in Slack: `<!channel>` in a title must ping nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Return what was typed, from the form in which Slack hands a command's text over."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def moment(when: datetime) -> Mrkdwn:
    """Return a time (aware) that Slack shows in each reader's own zone and language."""
    fallback = when.strftime("%Y-%m-%d %H:%M UTC")
    return Mrkdwn(f"<!date^{int(when.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>")


@cache
def _catalogue(locale: str) -> gettext.NullTranslations | None:
    source = resources.files(__package__).joinpath(f"{locale}.po")
    if not source.is_file():
        return None
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Texts:
    """The messages in one reader's language; `locale` as Slack says it ("en-US"), English if unknown."""

    def __init__(self, locale: str = DEFAULT) -> None:
        language = locale.partition("-")[0].lower()
        self.language = language if _catalogue(language) else DEFAULT
        catalogue = _catalogue(self.language)
        if catalogue is None:
            raise LookupError("the default catalogue is missing")
        self._catalogue = catalogue

    def __call__(self, key: str, /, **values: object) -> Mrkdwn:
        """Return the message `key` as Slack markup, its values escaped unless they are markup already."""
        return Mrkdwn(self._get(key).format(**{name: _safe(value) for name, value in values.items()}))

    def plain(self, key: str, /, **values: object) -> str:
        """Return the message `key` as it is, for plain text and for pages that escape by themselves."""
        return self._get(key).format(**values)

    def plural(self, key: str, number: int, /, **values: object) -> Mrkdwn:
        """Return the form of the message `key` for a number, which it may name as `{n}`."""
        text = self._catalogue.ngettext(key, key, number)
        return Mrkdwn(text.format(n=number, **{name: _safe(value) for name, value in values.items()}))

    def has(self, key: str) -> bool:
        """Say whether there is such a message."""
        return self._catalogue.gettext(key) != key

    def _get(self, key: str) -> str:
        text = self._catalogue.gettext(key)
        if text == key:
            raise LookupError(f"no message {key!r}")
        return text


def _safe(value: object) -> object:
    return value if isinstance(value, Mrkdwn | int | float) else escape(str(value))
