"""What Slack tells of itself: the app was uninstalled, or its token revoked."""

from __future__ import annotations

from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp

from bot.departure import Departure
from bot.errands import Errands
from bot.slack import listener


async def _nobody(_body: dict[str, Any], _reference: str, _respond: Any) -> None:
    """There is nobody to tell: an event has no person who waits."""


def register(bolt: AsyncApp, departure: Departure, errands: Errands) -> None:
    """Register the listeners of the app's own end."""
    app, listen = cast(Any, bolt), listener(_nobody, errands)

    @listen
    async def uninstalled(body: dict[str, Any], respond: Any) -> None:
        await departure.told()

    @listen
    async def revoked(body: dict[str, Any], respond: Any) -> None:
        if body["event"].get("tokens", {}).get("bot"):  # people's own tokens are none of ours
            await departure.told()

    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)
