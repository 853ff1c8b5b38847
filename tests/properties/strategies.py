"""Whatever calendars may contain: texts of every kind, spans, reminders, guests, whole events and series."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from sync import recurrence
from sync.model import CANCELLED, NOBODY, Event, Guest, Privacy, Reminder, Response, Span, moment
from sync.text import clean, clean_html

_ODD = (
    "\0", "\x07", "\x7f", "\ud800", "\udfff", "\u202e", "\u200f", "\u200d", "\ufe0f", "\ufeff", "\xa0",
    "\xad", "\r\n", "\r", "\n", "\t", " ", "  ", "\u2028", "\x85", "👩‍👩‍👧", "🏳️‍🌈", "é", "e\u0301",
    "جلسهٔ هفتگی", "ישיבה", " […]", "[…]", "&", "&amp;", "&lt;", "&#0;", "&#xd800;", "&nbsp;",
    "&hellip", "<", ">", "</", '"', "'", "`", "*", "<!channel>",
)  # fmt: skip
_MARKUP = (
    "<p>", "</p>", "<p><br></p>", "<br>", "<br/>", "<BR />", "<b>", "</b>", "<i>", "</i>", "<ul><li>",
    "</li></ul>", "<table><tr><td>", "</td></tr></table>", "<div>", "</div>", "<h1>", "</h1>",
    "<pre>\n", "</pre>", '<a href="https://example.com/?a=1&b=2">', "<a href='javascript:alert(1)'>",
    "</a>", "<script>", "</script>", "<style>", "</style>", "<!--", "-->", "<![CDATA[", "]]>",
    "<img src=x onerror=y>", "<svg>", "</svg>", "<math>", "<html-blob>", "</html-blob>",
    "<span style='color:red'>", "</span>", "<textarea>", "<o:p>", "<?xml?>",
)  # fmt: skip

words = st.text(st.characters(), max_size=30)
odd = st.lists(st.one_of(words, st.sampled_from(_ODD)), max_size=12).map("".join)
lines = st.one_of(words, odd, st.builds(lambda text, times: (text or "x ") * times, odd, st.integers(1, 400)))
soup = st.lists(st.one_of(words, st.sampled_from(_ODD + _MARKUP)), max_size=20).map("".join)
rich = st.one_of(
    lines, soup, st.builds(lambda text, times: (text or "<b>x</b>") * times, soup, st.integers(1, 300))
)

moments = st.datetimes(
    datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)  # noqa: DTZ001 (bounds are naive)
).map(lambda moment: moment.replace(microsecond=0))  # fmt: skip


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Return a span, timed (perhaps of no length) or of whole days (at least one)."""
    if draw(st.booleans()):
        first, days = draw(st.dates(date(1, 1, 3), date(9998, 12, 1))), draw(st.integers(1, 366))
        return Span(first, first + timedelta(days=days))
    start, length = draw(moments), draw(st.integers(0, 10**7))
    end = min(start + timedelta(seconds=length), datetime(9999, 12, 30, tzinfo=UTC))
    return Span(start, end)


reminders = st.builds(
    Reminder,
    st.sampled_from(["popup", "email", "sms"]),
    st.one_of(st.integers(0, 60), st.integers(-5, 10**6)),
)


def events(
    text: st.SearchStrategy[str] = lines, rich: st.SearchStrategy[str] = rich
) -> st.SearchStrategy[Event]:
    """Return events as they are once read; `text` makes titles and places, `rich` descriptions."""
    return st.builds(
        Event,
        title=text.map(clean),
        span=spans(),
        description=rich.map(clean_html),
        location=text.map(clean),
        busy=st.booleans(),
        privacy=st.sampled_from(Privacy),
        reminders=st.frozensets(reminders, max_size=8),
    )


responses = st.sampled_from(Response)
addresses = st.one_of(
    st.sampled_from(["bob@example.com", "carol@example.com", "dave@elsewhere.example"]),
    st.from_regex(r"[a-z0-9.+'_-]{1,12}@[a-z0-9]{1,8}(-[a-z0-9]{1,4})?\.(com|example)", fullmatch=True),
    st.sampled_from(["", "x", "@", "a@b", "room@resource.calendar.google.com", "Upper@example.com"]),
    words,
)
guests = st.dictionaries(addresses, responses, max_size=6).map(
    lambda answers: frozenset(Guest(email, answer) for email, answer in answers.items())
)
links = st.sampled_from(
    ["", "https://meet.google.com/abc-defg-hij", *("https://video.example/" + "x" * n for n in (1, 2000))]
)
rules = st.builds(
    "FREQ={};INTERVAL={}{}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.integers(1, 4),
    st.sampled_from(["", ";COUNT=30", ";BYDAY=MO,WE", ";UNTIL=22000101T000000Z"]),
)
some_zones = st.sampled_from(["UTC", "Europe/Brussels", "America/New_York", "Asia/Tehran"])


def meetings(
    text: st.SearchStrategy[str] = lines, rich: st.SearchStrategy[str] = rich
) -> st.SearchStrategy[Event]:
    """Return events with guests, an answer and a meeting link, of one's own or somebody else's."""
    return st.builds(
        lambda event, values: dataclasses.replace(event, **values),
        events(text, rich),
        st.fixed_dictionaries(
            {"guests": guests, "response": responses, "meeting_link": links},
            optional={"organizer": st.sampled_from([NOBODY, "boss@elsewhere.example"])},
        ),
    )


@st.composite
def series(draw: st.DrawFn) -> Event:
    """Return series some of whose occurrences differ or are left out."""
    short = st.text(st.characters(), max_size=5)
    event = draw(meetings(short, short))
    if draw(st.booleans()):
        start = draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 (bounds are naive)
        start = start.replace(microsecond=0, tzinfo=UTC)
        span = Span(start, start + timedelta(minutes=draw(st.integers(0, 3000))))
    else:
        day = draw(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
        span = Span(day, day + timedelta(days=draw(st.integers(1, 5))))
    rule, _ = recurrence.read([draw(rules)], draw(some_zones), span)
    first = moment(span.start)
    starts = recurrence.occurrences(rule, span, first, first + timedelta(days=200))[:20]
    other = st.fixed_dictionaries(
        {},
        optional={
            "title": short.map(clean),
            "span": spans(),
            "location": short.map(clean),
            "busy": st.booleans(),
            "guests": guests,
            "response": responses,
            "meeting_link": links,
        },
    )
    overrides = draw(
        st.dictionaries(st.sampled_from(starts), st.one_of(other, st.just({CANCELLED: True})), max_size=4)
    )
    return dataclasses.replace(event, span=span, recurrence=rule, overrides=overrides)
