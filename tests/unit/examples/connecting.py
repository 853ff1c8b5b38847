"""Examples around connecting, and of help."""

from __future__ import annotations

from bot import commands
from bot.views import connect, debug, disconnect, first_sync, home
from bot.views import help as help_view
from bot.views.changes import trouble
from bot.views.debug import DebugData, RunData
from tests.unit.examples import Example
from tests.unit.examples.data import ADMINS, CHOICES, CHOSEN, NOW, STATUS, but

URL = "https://x.example/c/1"
ALL = [*commands.COMMANDS, "help"]
DEBUG = DebugData(
    {"calsync": "0.1.0", "state": "connected", "trouble": None, "synced_at": NOW, "halt": "`x`<!here>"},
    {"masked": 2},
    [RunData(NOW, "ok", {"merged": 1, "parked": 2}), RunData(NOW, "odoo_trouble", {})],
)

ACCOUNT = first_sync.Connection("a<@example.com", "alice")
COUNTS = {"new_in_google": 3, "new_in_odoo": 1, "same_event": 12, "parked": 2, "agreed": 4}
ID_HASH = "0" * 64

EXAMPLES = [
    Example(
        "connect link",
        connect.link_message,
        lambda t: connect.link_message(t, url=URL, login="alice", email=None, admins=ADMINS),
        ["alice", "works once", "10 minutes", "403 access_denied"],
    ),
    Example(
        "connect link again",
        connect.link_message,
        lambda t: connect.link_message(t, url=URL, login="alice", email="a@example.com", admins=ADMINS),
        ["a@example.com", "connect again"],
    ),
    Example(
        "connect link for a command",
        connect.link_message,
        lambda t: connect.link_message(
            t, url=URL, login="alice", email=None, admins=ADMINS, then="resync dry-run"
        ),
        ["You are not connected", "alice", "`/calsync resync dry-run`"],
    ),
    Example(
        "connect refused",
        connect.refusal,
        lambda t: connect.refusal(t, t("connect.nobody", email="a@x", admins=ADMINS), then="resync"),
        ["a@x"],
    ),
    Example(
        "connected",
        connect.connected_message,
        lambda t: connect.connected_message(t, email="a@example.com", login="alice"),
        ["a@example.com", "alice"],
    ),
    Example(
        "reconnect",
        connect.reconnect_message,
        lambda t: connect.reconnect_message(t, trouble("grant_dead", t)),
        ["Connect again", "nothing is lost"],
    ),
    Example(
        "connect code",
        connect.code_message,
        lambda t: connect.code_message(t, minutes=9, id_hash=ID_HASH),
        ["/calsync connect", "within 9 minutes", "your own browser"],
    ),
    Example(
        "connect not finished",
        connect.not_finished_message,
        lambda t: connect.not_finished_message(t, ADMINS, consented=False),
        ["Did Google show an error?", "403 access_denied", "redirect_uri_mismatch", "Testing"],
    ),
    Example(
        "connect code expired",
        connect.not_finished_message,
        lambda t: connect.not_finished_message(t, ADMINS, consented=True),
        ["was not entered", "given back"],
    ),
    Example(
        "first sync looking",
        first_sync.looking_message,
        lambda t: first_sync.looking_message(t, ACCOUNT),
        ["a&lt;@example.com", "alice"],
    ),
    Example(
        "first sync",
        first_sync.preview_message,
        lambda t: first_sync.preview_message(t, ACCOUNT, COUNTS, ID_HASH, NOW),
        [
            "3 events from Google come into Odoo",
            "1 event from Odoo comes into Google",
            "12 events are on both sides already",
            "besides: 2 events set aside",
            "Nothing is written before",
            "2026-03-02 12:00 UTC",
        ],
    ),
    Example(
        "first sync of nothing",
        first_sync.preview_message,
        lambda t: first_sync.preview_message(t, ACCOUNT, {}, ID_HASH, None),
        ["nothing to do", "Start Syncing"],
    ),
    Example(
        "first sync unknown",
        first_sync.no_preview_message,
        lambda t: first_sync.no_preview_message(t, ACCOUNT, trouble("odoo_unreachable", t), ID_HASH),
        ["cannot tell yet", "Odoo cannot be reached"],
    ),
    Example(
        "first sync waits",
        first_sync.waiting_message,
        first_sync.waiting_message,
        ["Connected, not yet started"],
    ),
    Example("first sync started", first_sync.started_message, first_sync.started_message, ["has begun"]),
    Example(
        "first sync cancelled",
        first_sync.cancelled_message,
        first_sync.cancelled_message,
        ["given back", "as they were"],
    ),
    Example(
        "first sync unanswered",
        first_sync.unanswered_message,
        first_sync.unanswered_message,
        ["for a day", "given back"],
    ),
    Example(
        "home before the first sync",
        home.home_view,
        lambda t: home.home_view(
            t,
            but(not_started=True, synced_at=None, counts={}, parked=[], links=0),
            CHOICES,
            notice=first_sync.preview_message(t, ACCOUNT, COUNTS, ID_HASH, None).blocks,
        ),
        ["not yet started", "3 events from Google", "Start Syncing"],
    ),
    Example(
        "help",
        help_view.help_message,
        lambda t: help_view.help_message(t, ALL, connected=True, admins=ADMINS),
        ["/calsync connect", "/calsync status", "<@U0000000003>"],
    ),
    Example(
        "help before connecting",
        help_view.help_message,
        lambda t: help_view.help_message(t, ["connect", "help"], connected=False, admins=ADMINS),
        ["/calsync connect"],
    ),
    Example(
        "help guess",
        help_view.help_message,
        lambda t: help_view.help_message(
            t, ["help"], connected=False, admins=ADMINS, unknown="stauts", guess="status"
        ),
        ["stauts", "`/calsync status`"],
    ),
    Example(
        "help unknown",
        help_view.help_message,
        lambda t: help_view.help_message(t, ["help"], connected=True, admins=ADMINS, unknown="<!here>"),
        ["&lt;!here&gt;"],
    ),
    Example(
        "guess",
        help_view.guess_message,
        lambda t: help_view.guess_message(t, "resync dry", "resync dry-run"),
        ["`resync dry`", "`/calsync resync dry-run`"],
    ),
    Example("note", help_view.note, lambda t: help_view.note("One thing"), ["One thing"]),
    Example(
        "way on",
        help_view.way_on,
        lambda t: help_view.way_on(t, t("error.stale_button")),
        ["out of date"],
    ),
    Example(
        "debug",
        debug.debug_message,
        lambda t: debug.debug_message(t, DEBUG),
        ["state=connected", "trouble=-", "parked.masked=2", "2026-03-02T12:00:00Z ok merged:1,parked:2"],
    ),
    Example(
        "home",
        home.home_view,
        lambda t: home.home_view(t, STATUS, CHOICES),
        ["Working", "alice@example.com", "Lunch &lt;with&gt; Bob", "Direction", "Quiet hours"],
    ),
    Example(
        "home with a notice",
        home.home_view,
        lambda t: home.home_view(
            t,
            but(needs_reconnect=True, trouble="grant_dead"),
            CHOSEN,
            notice=connect.link_message(t, url=URL, login="alice", email=None, admins=ADMINS).blocks,
        ),
        ["Stopped", "works once"],
    ),
    Example(
        "home paused",
        home.home_view,
        lambda t: home.home_view(t, but(paused_at=NOW), CHOICES),
        ["*Paused*", "Resume", "Direction"],
    ),
    Example(
        "home resetting",
        home.home_view,
        lambda t: home.home_view(t, but(is_resetting=True), CHOICES),
        ["being reset"],
    ),
    Example(
        "home after disconnecting",
        home.ended_view,
        lambda t: home.ended_view(disconnect.disconnected_message(t, NOW)),
        ["You are disconnected"],
    ),
    Example("home before connecting", home.welcome_view, home.welcome_view, ["You are not connected"]),
    Example(
        "home of a guest",
        home.unavailable_view,
        lambda t: home.unavailable_view(t("home.guest")),
        ["not for guests"],
    ),
]
