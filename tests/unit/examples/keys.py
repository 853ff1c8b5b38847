"""Examples around people's own keys for Odoo."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from bot.texts import Texts
from bot.views import key, settings, status
from bot.views.key import KeyData
from bot.views.kit import Message
from tests.unit.examples import Example
from tests.unit.examples.data import CHOICES, NOW, but

URL = "https://x.example/key/1"
LASTS, ENDLESS, STOPPED = KeyData(NOW), KeyData(), KeyData(NOW, stopped=True)


def _status(data: KeyData) -> Callable[[Texts], Message]:
    return lambda t: status.status_message(t, but(key=data))


EXAMPLES = [
    Example(
        "key, none",
        key.key_message,
        lambda t: key.key_message(t, None, url=URL, login="alice"),
        ["hidden from me", "New API Key", "alice", "works once", "Never paste a key into Slack"],
    ),
    Example(
        "key that lasts",
        key.key_message,
        lambda t: key.key_message(t, LASTS, url=URL, login="alice"),
        ["2026-03-02 12:00 UTC", "a week before"],
    ),
    Example(
        "key without an end",
        key.key_message,
        lambda t: key.key_message(t, ENDLESS, url=URL, login="alice"),
        ["It has no end"],
    ),
    Example(
        "key that stopped",
        key.key_message,
        lambda t: key.key_message(t, STOPPED, url=URL, login="alice"),
        ["does not take your own key any more"],
    ),
    Example("key removed", key.removed_message, key.removed_message, ["removed here", "Account Security"]),
    Example("no key to remove", key.no_key_message, key.no_key_message, ["hidden from me"]),
    Example(
        "key entered",
        key.entered_message,
        lambda t: key.entered_message(t, LASTS),
        ["was entered", "If that was not you", "2026-03-02 12:00 UTC"],
    ),
    Example(
        "key ends", key.ends_message, lambda t: key.ends_message(t, NOW), ["2026-03-02 12:00 UTC", "new one"]
    ),
    Example("key stopped", key.stopped_message, key.stopped_message, ["forgotten it", "enter a new key"]),
    Example(
        "settings with a key",
        settings.settings_message,
        lambda t: settings.settings_message(t, dataclasses.replace(CHOICES, key=LASTS)),
        ["Private events", "2026-03-02 12:00 UTC"],
    ),
    *(
        Example(f"status with a key: {fact}", status.status_message, _status(data), [fact])
        for data, fact in (
            (LASTS, "synced with your key until"),
            (ENDLESS, "synced with your key"),
            (STOPPED, "Odoo refuses your key"),
        )
    ),
]
