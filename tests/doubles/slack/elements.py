"""The interactive and other elements of Block Kit, with Slack's limits on each."""

from __future__ import annotations

from tests.doubles.slack.schema import (
    MRKDWN,
    PLAIN,
    Bool,
    Cross,
    Found,
    Int,
    Items,
    Json,
    Obj,
    Rule,
    Str,
    Text,
    complain,
    plain,
    typed,
)

ACTION_ID = Str(255, 1)
URL = Str(3000, 1, form=r"(?s)[a-zA-Z][a-zA-Z0-9+.-]*:.+")
DATE = Str(form=r"\d{4}-\d{2}-\d{2}")
TIME = Str(form=r"([01]\d|2[0-3]):[0-5]\d")
STYLE = Str(choices=("primary", "danger"))

CONFIRM = Obj(
    {"title": plain(100), "text": Text(300), "confirm": plain(30), "deny": plain(30)}, {"style": STYLE}
)


def _option(*kinds: str, url: bool = False) -> Obj:
    optional: dict[str, Rule] = {"description": Text(75, kinds)}
    if url:
        optional["url"] = URL
    return Obj({"text": Text(75, kinds), "value": Str(150, 1)}, optional)


OPTION = _option(PLAIN)
MARKED_OPTION = _option(PLAIN, MRKDWN)  # radio buttons and checkboxes alone may carry mrkdwn
GROUP = Obj({"label": plain(75), "options": Items(OPTION, 100)})


def offered(element: Json) -> list[Json]:
    """Return the options of an element, those in groups too."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(o for group in groups for o in group["options"])]


def _initial_among_options(element: Json, at: str, found: Found) -> None:
    """Slack wants the very option object again, text and all, not only its value."""
    chosen = element.get("initial_options") or [
        element[key] for key in ("initial_option",) if element.get(key)
    ]
    for option in chosen:
        if option not in offered(element):
            key = "initial_options" if "initial_options" in element else "initial_option"
            complain(found, f"{key} must exactly match one of the provided options", f"{at}/{key}")


def _options_or_groups(element: Json, at: str, found: Found) -> None:
    if ("options" in element) == ("option_groups" in element):
        complain(found, "must define either `options` or `option_groups`", at)
    _initial_among_options(element, at, found)


def _button(element: Json, at: str, found: Found) -> None:
    if "url" in element and element["url"].startswith("javascript:"):
        complain(found, "invalid url", f"{at}/url")


def _lengths(element: Json, at: str, found: Found) -> None:
    if element.get("min_length", 0) > element.get("max_length", 3000):
        complain(found, "min_length must not exceed max_length", f"{at}/min_length")


def _interactive(
    optional: dict[str, Rule] | None = None,
    required: dict[str, Rule] | None = None,
    cross: Cross | None = None,
) -> Obj:
    return typed(required or {}, {"action_id": ACTION_ID, "confirm": CONFIRM, **(optional or {})}, cross)


_FIELD: dict[str, Rule] = {"placeholder": plain(150), "focus_on_load": Bool()}
_MANY: dict[str, Rule] = {**_FIELD, "max_selected_items": Int(1)}
_OPTIONS: dict[str, Rule] = {"options": Items(OPTION, 100), "option_groups": Items(GROUP, 100)}
_ON = Items(Str(choices=("on_enter_pressed", "on_character_entered")), 2)
_DISPATCH: dict[str, Rule] = {"dispatch_action_config": Obj({"trigger_actions_on": _ON})}
_FILTER = Obj(
    {},
    {
        "include": Items(Str(choices=("im", "mpim", "private", "public"))),
        "exclude_external_shared_channels": Bool(),
        "exclude_bot_users": Bool(),
    },
)
_IDS = Items(Str(255, 1), 100)


def _select(optional: dict[str, Rule], cross: Cross | None = None) -> Obj:
    return _interactive({**_FIELD, **optional}, cross=cross)


def _multi(optional: dict[str, Rule], cross: Cross | None = None) -> Obj:
    return _interactive({**_MANY, **optional}, cross=cross)


def _typing(optional: dict[str, Rule], required: dict[str, Rule] | None = None) -> Obj:
    keys: dict[str, Rule] = {"action_id": ACTION_ID, **_FIELD, **_DISPATCH, **optional}
    return typed(required or {}, keys, _lengths)


IMAGE = typed(
    {"alt_text": Str(2000, 1)}, {"image_url": URL, "slack_file": Obj({}, {"id": Str(), "url": URL})}
)

ELEMENTS: dict[str, Obj] = {
    "button": _interactive(
        {"url": URL, "value": Str(2000), "style": STYLE, "accessibility_label": Str(75, 1)},
        {"text": plain(75)},
        _button,
    ),
    "overflow": _interactive({}, {"options": Items(_option(PLAIN, url=True), 5)}),
    "radio_buttons": _interactive(
        {"initial_option": MARKED_OPTION, "focus_on_load": Bool()},
        {"options": Items(MARKED_OPTION, 10)},
        _initial_among_options,
    ),
    "checkboxes": _interactive(
        {"initial_options": Items(MARKED_OPTION, 10), "focus_on_load": Bool()},
        {"options": Items(MARKED_OPTION, 10)},
        _initial_among_options,
    ),
    "static_select": _select({**_OPTIONS, "initial_option": OPTION}, _options_or_groups),
    "multi_static_select": _multi({**_OPTIONS, "initial_options": Items(OPTION, 100)}, _options_or_groups),
    "external_select": _select({"initial_option": OPTION, "min_query_length": Int(0)}),
    "multi_external_select": _multi({"initial_options": Items(OPTION, 100), "min_query_length": Int(0)}),
    "users_select": _select({"initial_user": Str(255, 1)}),
    "multi_users_select": _multi({"initial_users": _IDS}),
    "conversations_select": _select(
        {
            "initial_conversation": Str(255, 1),
            "default_to_current_conversation": Bool(),
            "response_url_enabled": Bool(),
            "filter": _FILTER,
        }
    ),
    "multi_conversations_select": _multi(
        {"initial_conversations": _IDS, "default_to_current_conversation": Bool(), "filter": _FILTER}
    ),
    "channels_select": _select({"initial_channel": Str(255, 1), "response_url_enabled": Bool()}),
    "multi_channels_select": _multi({"initial_channels": _IDS}),
    "datepicker": _select({"initial_date": DATE}),
    "timepicker": _select({"initial_time": TIME, "timezone": Str(255, 1)}),
    "datetimepicker": _interactive({"initial_date_time": Int(10**9, 10**10 - 1), "focus_on_load": Bool()}),
    "plain_text_input": _typing(
        {
            "initial_value": Str(3000),
            "multiline": Bool(),
            "min_length": Int(0, 3000),
            "max_length": Int(1, 3000),
        }
    ),
    "email_text_input": _typing({"initial_value": Str(3000)}),
    "url_text_input": _typing({"initial_value": Str(3000)}),
    "number_input": _typing(
        {"initial_value": Str(), "min_value": Str(), "max_value": Str()}, {"is_decimal_allowed": Bool()}
    ),
}

SELECTS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"radio_buttons", "checkboxes"})
TYPING = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
MULTI = frozenset(name for name in SELECTS if name.startswith("multi_"))
# What each place may hold: multi-selects never stand in an actions block, typing fields only in an input.
IN_ACTIONS = frozenset({"button", "overflow"}) | (SELECTS - MULTI) | PICKERS | CHOICES
IN_SECTION = frozenset({"button", "overflow"}) | SELECTS | (PICKERS - {"datetimepicker"}) | CHOICES
IN_INPUT = SELECTS | PICKERS | CHOICES | TYPING
STATEFUL = SELECTS | PICKERS | CHOICES | TYPING
