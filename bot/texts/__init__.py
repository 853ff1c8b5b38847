"""The message catalogues: one gettext file a language, keyed; the English one holds every message."""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.texts.bidi import is_rtl, isolated, rightward, stripped

DEFAULT = "en"
SLACK_LANGUAGES = frozenset({"de", "en", "es", "fr", "it", "ja", "ko", "pt", "zh"})
"""Languages in which Slack's programs show dates; those of other readers are written out here."""
NATIVE_DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}
"""Digits by the name of their numbering system (Unicode CLDR); Babel's dates have Latin ones only."""


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
    """Return a time (aware) that Slack shows in each reader's own zone and language.

    For one reader use `Texts.moment`: Slack does not speak all languages that calsync does.
    """
    fallback = when.strftime("%Y-%m-%d %H:%M UTC")
    return Mrkdwn(f"<!date^{int(when.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>")


@cache
def languages() -> dict[str, str]:
    """Return the languages there are, each with its own name for itself: {"en": "English", ...}."""
    files = sorted(one.name for one in resources.files(__package__).iterdir() if one.name.endswith(".po"))
    codes = [name.removesuffix(".po") for name in files]
    return {code: (Locale(code).get_display_name(code) or code).capitalize() for code in codes}


@cache
def _catalogue(language: str) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    with resources.files(__package__).joinpath(f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    catalogue = gettext.GNUTranslations(compiled)
    if language != DEFAULT:
        catalogue.add_fallback(_catalogue(DEFAULT))
    return catalogue


_rightward = cache(rightward)


class Texts:
    """The messages in one reader's language.

    `locale` is as Slack says it ("en-US"), English if there is no such language; `zone` is the reader's, in
    which times are written where Slack does not write them itself.
    """

    def __init__(self, locale: str = DEFAULT, zone: tzinfo = UTC) -> None:
        language = locale.replace("_", "-").partition("-")[0].lower()
        self.language = language if language in languages() else DEFAULT
        self.zone = zone
        self._catalogue = _catalogue(self.language)
        known = Locale(self.language)
        self.is_rtl = known.text_direction == "rtl"
        digits = NATIVE_DIGITS.get(known.default_numbering_system, "")
        self._digits = str.maketrans("0123456789", digits) if digits else {}

    def __call__(self, key: str, /, **values: object) -> Mrkdwn:
        """Return the message `key` as Slack markup, its values escaped unless they are markup already."""
        return Mrkdwn(self._get(key).format(**{name: self._value(one) for name, one in values.items()}))

    def plain(self, key: str, /, **values: object) -> str:
        """Return the message `key` as it is, for plain text and for pages that escape by themselves."""
        return self._get(key).format(**{name: self._plain(one) for name, one in values.items()})

    def plural(self, key: str, number: int, /, **values: object) -> Mrkdwn:
        """Return the form of the message `key` for a number, which it may name as `{n}`."""
        text = self._directed(self._catalogue.ngettext(key, key, number))
        shown = {name: self._value(one) for name, one in values.items()}
        return Mrkdwn(text.format(n=self.number(number), **shown))

    def has(self, key: str) -> bool:
        """Say whether there is such a message."""
        return self._catalogue.gettext(key) != key

    def embed(self, text: str) -> Mrkdwn:
        """Return foreign text, such as a title, as markup that harms neither the channel nor its line."""
        return Mrkdwn(escape(self._apart(text)))

    def listed(self, parts: Iterable[str]) -> Mrkdwn:
        """Return markup after markup, divided by the reader's comma."""
        so_far, *others = [*parts] or [""]
        for part in others:
            so_far = self("list.more", so_far=Mrkdwn(so_far), part=Mrkdwn(part))
        return Mrkdwn(so_far)

    def number(self, number: float) -> str:
        """Return a number with the reader's digits and grouping."""
        shown = format_decimal(number, locale=self.language, numbering_system="default")
        return str(shown).translate(self._digits)

    def moment(self, when: datetime) -> Mrkdwn:
        """Return a time (aware) in the reader's zone and language."""
        if self.language in SLACK_LANGUAGES:
            return moment(when)
        local = when.astimezone(self.zone)
        time = format_time(local, "short", locale=self.language)
        shape = str(get_datetime_format("medium", locale=self.language))
        return self._dated(shape.replace("{1}", self._date(local)).replace("{0}", time).replace("'", ""))

    def day(self, day: date) -> Mrkdwn:
        """Return a day in the reader's language. It is a date of the Gregorian calendar, as on both sides."""
        return self._dated(self._date(day))

    def clock(self, hour: int) -> str:
        """Return a full hour of the day, as "22:00"."""
        return f"{hour:02}:00".translate(self._digits)

    def _date(self, day: date) -> str:
        return format_date(day, "medium", locale=self.language)

    def _dated(self, text: str) -> Mrkdwn:
        text = text.translate(self._digits)
        return Mrkdwn(isolated(text) if self.is_rtl else text)

    def _get(self, key: str) -> str:
        text = self._catalogue.gettext(key)
        if text == key:
            raise LookupError(f"no message {key!r}")
        return self._directed(text)

    def _directed(self, form: str) -> str:
        return _rightward(form) if self.is_rtl else form

    def _apart(self, text: str) -> str:
        return isolated(text) if text and (self.is_rtl or is_rtl(text)) else stripped(text)

    def _plain(self, value: object) -> object:
        if isinstance(value, int | float):
            return self.number(value)
        return value if isinstance(value, Mrkdwn) else self._apart(str(value))

    def _value(self, value: object) -> object:
        shown = self._plain(value)
        return escape(shown) if isinstance(shown, str) and not isinstance(value, Mrkdwn) else shown
