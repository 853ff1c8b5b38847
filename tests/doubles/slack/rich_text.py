"""Rich text, and the tables made of it."""

from __future__ import annotations

from tests.doubles.slack.elements import URL
from tests.doubles.slack.schema import Bool, Int, Items, Obj, Rule, Str, Typed, typed

_FLAGS: dict[str, Rule] = dict.fromkeys(("bold", "italic", "strike", "code", "underline"), Bool())
_STYLE: dict[str, Rule] = {
    "style": Obj({}, {**_FLAGS, "highlight": Bool(), "client_highlight": Bool(), "unlink": Bool()})
}
_PARTS = Typed(
    {
        "text": typed({"text": Str(min=1)}, _STYLE),
        "link": typed({"url": URL}, {**_STYLE, "text": Str(), "unsafe": Bool()}),
        "user": typed({"user_id": Str(min=1)}, _STYLE),
        "usergroup": typed({"usergroup_id": Str(min=1)}, _STYLE),
        "channel": typed({"channel_id": Str(min=1)}, _STYLE),
        "emoji": typed({"name": Str(min=1)}, {**_STYLE, "unicode": Str(), "skin_tone": Int(1, 6)}),
        "broadcast": typed({"range": Str(choices=("here", "channel", "everyone"))}, _STYLE),
        "color": typed({"value": Str(min=1)}, _STYLE),
        "date": typed({"timestamp": Int(0), "format": Str(min=1)}, {**_STYLE, "url": URL, "fallback": Str()}),
    }
)
_SECTION = typed({"elements": Items(_PARTS, min=0)}, {})
_BORDER: dict[str, Rule] = {"border": Int(0, 1)}

_WHOLE = Typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": typed({"elements": Items(_PARTS, min=0)}, _BORDER),
        "rich_text_preformatted": typed({"elements": Items(_PARTS, min=0)}, {**_BORDER, "language": Str()}),
        "rich_text_list": typed(
            {
                "elements": Items(Typed({"rich_text_section": _SECTION}), min=0),
                "style": Str(choices=("bullet", "ordered")),
            },
            {**_BORDER, "indent": Int(0, 8), "offset": Int(0)},
        ),
    }
)
RICH_TEXT: dict[str, Rule] = {"elements": Items(_WHOLE)}

_CELL = Typed(
    {
        "raw_text": typed({"text": Str(min=1)}, {}),
        "rich_text": typed(RICH_TEXT, {"block_id": Str(255)}),
    }
)
TABLE: dict[str, Rule] = {
    "rows": Items(Items(_CELL, 20), 100),
    "column_settings": Items(
        Obj({}, {"align": Str(choices=("left", "center", "right")), "is_wrapped": Bool()}), 20
    ),
}
