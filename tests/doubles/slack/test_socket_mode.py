"""Socket Mode, with the real Bolt app at the other end."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.builders import button, section
from tests.doubles.slack.conftest import CHANNEL

pytestmark = pytest.mark.usefixtures("connected")


async def test_a_command_is_answered_in_the_ack(app: AsyncApp, ada: Person, bo: Person) -> None:
    @app.command("/calsync")
    async def _(ack: Any, command: Any) -> None:
        await ack(f"you said {command['text']}")

    outcome = await ada.command("/calsync status please", channel=CHANNEL)
    assert outcome.acked
    assert outcome.text == "you said status please"
    assert (await ada.see("you said")).ephemeral_to == "U1"
    assert not bo.screen().messages


async def test_click(app: AsyncApp, slack: SlackDouble, ada: Person) -> None:
    @app.command("/calsync")
    async def _(ack: Any, respond: Any) -> None:
        await ack()
        await respond(
            text="Really?",
            blocks=[section("Really?"), {"type": "actions", "elements": [button("Yes", "yes", value="v")]}],
        )

    @app.action("yes")
    async def _(ack: Any, respond: Any, action: Any) -> None:
        await ack()
        await respond(text=f"done {action['value']}", replace_original=True)

    await ada.command("/calsync reset")
    seen = await ada.see("Really?")
    outcome = await ada.click("Yes", message=seen)
    assert outcome.acked, outcome
    after = await ada.see("done v")
    assert after.ts == seen.ts
