"""Which blocks Slack takes on which surface, and what it says of those it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.elements import ELEMENTS, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, URL
from tests.doubles.slack.rich_text import RICH_TEXT, TABLE
from tests.doubles.slack.schema import (
    MRKDWN,
    PLAIN,
    Bool,
    Cross,
    Found,
    Items,
    Json,
    Obj,
    Rule,
    Str,
    Text,
    Typed,
    complain,
    plain,
    typed,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# Undocumented and told by Slack's staff only: what all texts of one message's blocks may add up to.
ALL_TEXTS = 12_000


def _some(names: frozenset[str]) -> Typed:
    return Typed({name: ELEMENTS[name] for name in sorted(names)})


def _section(block: Json, at: str, found: Found) -> None:
    if not block.get("text") and not block.get("fields"):
        complain(found, "must define either `text` or `fields`", at)


def _image(block: Json, at: str, found: Found) -> None:
    if ("image_url" in block) == ("slack_file" in block):
        complain(found, "must define either `image_url` or `slack_file`", at)


def _block(
    required: dict[str, Rule], optional: dict[str, Rule] | None = None, cross: Cross | None = None
) -> Obj:
    return typed(required, {"block_id": Str(255), **(optional or {})}, cross)


_CONTEXT = Typed(
    {
        "image": IMAGE,
        PLAIN: typed({"text": Str(3000, 1)}, {"emoji": Bool()}),
        MRKDWN: typed({"text": Str(3000, 1)}, {"verbatim": Bool()}),
    }
)
_ACCESSORY = Typed({**{name: ELEMENTS[name] for name in sorted(IN_SECTION)}, "image": IMAGE})

_EVERYWHERE: dict[str, Obj] = {
    "section": _block(
        {},
        {"text": Text(3000), "fields": Items(Text(2000), 10), "accessory": _ACCESSORY, "expand": Bool()},
        _section,
    ),
    "divider": _block({}),
    "header": _block({"text": plain(150)}),
    "image": _block(
        {"alt_text": Str(2000, 1)},
        {"image_url": URL, "slack_file": Obj({}, {"id": Str(), "url": URL}), "title": plain(2000)},
        _image,
    ),
    "context": _block({"elements": Items(_CONTEXT, 10)}),
    "actions": _block({"elements": Items(_some(IN_ACTIONS), 25)}),
    "input": _block(
        {"label": plain(2000), "element": _some(IN_INPUT)},
        {"hint": plain(2000), "optional": Bool(), "dispatch_action": Bool()},
    ),
    "rich_text": _block(RICH_TEXT),
    "video": _block(
        {"alt_text": Str(2000, 1), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
        {
            "title_url": URL,
            "description": plain(199),
            "provider_icon_url": URL,
            "provider_name": Str(),
            "author_name": Str(49),
        },
    ),
}
_CARD = {"title": Text(150), "subtitle": Text(150), "body": Text(200)}
_IN_MESSAGE: dict[str, Obj] = {
    **_EVERYWHERE,
    "markdown": _block({"text": Str(12_000, 1)}),
    "table": _block({"rows": TABLE["rows"]}, {"column_settings": TABLE["column_settings"]}),
    "card": _block(
        {},
        {
            **_CARD,
            "icon": IMAGE,
            "hero_image": IMAGE,
            "actions": Items(Typed({"button": ELEMENTS["button"]}), 3),
        },
    ),
}
_LEVEL = Str(choices=("default", "info", "warning", "error", "success"))
_IN_MODAL: dict[str, Obj] = {**_EVERYWHERE, "alert": _block({"text": Text(200)}, {"level": _LEVEL})}

MESSAGE = Items(Typed(_IN_MESSAGE), MESSAGE_BLOCKS, 0)
MODAL = Items(Typed(_IN_MODAL), VIEW_BLOCKS)
HOME = Items(Typed(_EVERYWHERE), VIEW_BLOCKS, 0)


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """Yield what may be operated in a block, each with where it stands below the block."""
    if isinstance(block.get("accessory"), dict):
        yield "/accessory", block["accessory"]
    if isinstance(block.get("element"), dict):
        yield "/element", block["element"]
    key = {"actions": "elements", "card": "actions"}.get(block.get("type", ""))
    if key:
        for number, element in enumerate(block.get(key) or []):
            yield f"/{key}/{number}", element


def unique_ids(blocks: list[Json], at: str, found: Found) -> None:
    """Complain about a block_id used twice, and an action_id used twice within one block."""
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        name = block.get("block_id")
        if name and name in seen:
            complain(found, "Block ID needs to be unique", f"{at}/{number}/block_id")
        seen.add(name or "")
        actions: set[str] = set()
        for where, element in elements_of(block):
            action = element.get("action_id")
            if action and action in actions:
                what = f'`action_id` "{action}" already exists for block_id "{name or ""}"'
                complain(found, what, f"{at}/{number}{where}/action_id")
            actions.add(action or "")


def check_blocks(blocks: Any, rule: Items = MESSAGE, at: str = "/blocks") -> Found:
    """Return everything that Slack would say against `blocks`; nothing means it takes them."""
    found: Found = []
    rule.check(blocks, at, found)
    if not found:
        unique_ids(blocks, at, found)
    return found


def length_of_texts(value: Any) -> int:
    """Add up the texts anywhere in blocks, as Slack does for `msg_blocks_too_long`."""
    if isinstance(value, list):
        return sum(length_of_texts(item) for item in value)
    if isinstance(value, dict):
        return sum(
            len(v) if k == "text" and isinstance(v, str) else length_of_texts(v) for k, v in value.items()
        )
    return 0
