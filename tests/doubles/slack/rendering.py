"""Showing mrkdwn as a reader sees it: entities, links, mentions, and dates in the reader's zone and language.

Marks such as *bold* stay as they are; they tell apart what is emphasised without changing the words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from tests.doubles.slack.model import Channel, User

ANGLED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
TOKEN = re.compile(r"\{(\w+)\}")


class Reader:
    """One person's way of reading."""

    def __init__(
        self, user: User, users: Mapping[str, User], channels: Mapping[str, Channel], now: datetime
    ) -> None:
        self._users, self._channels = users, channels
        self._zone = ZoneInfo(user.tz)
        self._locale = Locale.parse(user.locale, sep="-")
        self._now = now

    def read(self, text: str) -> str:
        """Return a mrkdwn text as it is shown."""
        return html.unescape(ANGLED.sub(lambda m: self._shown(m[1], m[2]), text))

    def _shown(self, what: str, label: str | None) -> str:
        match what[0]:
            case "@":
                user = self._users.get(what[1:])
                return f"@{user.name}" if user else "@unknown"
            case "#":
                channel = self._channels.get(what[1:])
                return f"#{channel.name}" if channel else "#unknown"
            case "!" if what.startswith("!date^"):
                return self._date(what, label or "")
            case "!":
                return f"@{what[1:].partition('^')[0]}"
        return label if label is not None else what

    def _date(self, what: str, fallback: str) -> str:
        parts = what.split("^")
        if len(parts) < 3 or not parts[1].isdigit():
            return fallback
        moment = datetime.fromtimestamp(int(parts[1]), UTC).astimezone(self._zone)
        shown = TOKEN.sub(lambda m: self._token(m[1], moment) or m[0], parts[2])
        return fallback if TOKEN.search(shown) else shown  # an unknown token shows the fallback

    def _token(self, name: str, moment: datetime) -> str | None:
        day = moment.date()
        if name.endswith("_pretty"):
            return self._near(day) or self._token(name.removesuffix("_pretty"), moment)
        match name:
            case "date_num":
                return day.isoformat()
            case "date":
                return format_date(day, "d MMMM y", self._locale)
            case "date_short":
                return format_date(day, "medium", self._locale)
            case "date_long":
                return format_date(day, "full", self._locale)
            case "time":
                return format_time(moment, "short", locale=self._locale, tzinfo=self._zone)
            case "time_secs":
                return format_time(moment, "medium", locale=self._locale, tzinfo=self._zone)
        return None

    def _near(self, day: date) -> str | None:
        today = self._now.astimezone(self._zone).date()
        near = {today - timedelta(1): "yesterday", today: "today", today + timedelta(1): "tomorrow"}
        return near.get(day)
