"""Slack: tokens and their scopes, and whether the bot may write into the alert channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor.finding import Finding, bad, ok, warn
from bot.doctor.ground import Check, Ground
from bot.slack import NO_ANSWER, error_code
from sync.errors import Misconfigured

SCOPES = {"commands", "chat:write", "users:read", "users:read.email"}
"""What calsync cannot do without; manifest.yml asks for them and a test compares."""
OF_ADMIN_GROUP = {"usergroups:read"}

_CHANNEL = {
    "not_in_channel": ("the bot is not in the alert channel {id}", "Type /invite @calsync in that channel"),
    "channel_not_found": (
        "Slack knows no channel {id}, or it is a private one without the bot",
        "Copy the id anew: it stands at the end of the channel's details. It is no name",
        "Type /invite @calsync in that channel",
    ),
    "is_archived": (
        "the alert channel {id} is archived",
        "Bring it back, or set CALSYNC_SLACK_ALERT_CHANNEL to another",
    ),
}


async def _greeting(ground: Ground) -> AsyncSlackResponse:
    if ground.greeting is None:
        try:
            ground.greeting = await ground.slack.auth_test()
        except SlackApiError as error:
            raise Misconfigured("slack_token_refused", error_code(error)) from error
        except NO_ANSWER as error:
            raise Misconfigured("slack_unreachable", type(error).__name__) from error
        ground.note_date("Slack", ground.greeting.headers.get("Date"))
    return ground.greeting


async def bot_token(ground: Ground) -> Finding:
    """Whether Slack takes it."""
    answer = await _greeting(ground)
    return ok("slack.bot_token", f"works in {answer.get('team', '?')}")


async def scopes(ground: Ground) -> Finding:
    """Whether the bot may do all that manifest.yml asks for."""
    name = "slack.scopes"
    try:
        answer = await _greeting(ground)
    except Misconfigured:
        return warn(name, "not known while slack.bot_token does not work")
    granted = {one.strip() for one in answer.headers.get("x-oauth-scopes", "").split(",")}
    needed = SCOPES | (OF_ADMIN_GROUP if ground.settings.admin_group else set())
    if missing := needed - granted:
        return bad(
            name,
            f"the bot token lacks {', '.join(sorted(missing))}",
            "In the Slack app, under App Manifest, paste manifest.yml again (or add the scopes under OAuth & "
            "Permissions)",
            "Install the app to the workspace again: new scopes count from then on",
            "Copy the Bot User OAuth Token into CALSYNC_SLACK_BOT_TOKEN if it has changed",
        )
    return ok(name, "all that manifest.yml asks for")


async def app_token(ground: Ground) -> Finding:
    """Whether Socket Mode can be opened; the address that Slack hands out for it is not used."""
    name, token = "slack.app_token", ground.settings.slack_app_token
    if token is None:
        address = f"{ground.settings.public_url}/slack/events"
        return ok(
            name, f"not used: HTTP mode at {address}. A first command shows whether the secret is right"
        )
    # Without our patience for rate limits: this method may be called about once a minute.
    client = AsyncWebClient(base_url=ground.settings.slack_api_url)
    try:
        await client.apps_connections_open(app_token=token.get_secret_value())
    except SlackApiError as error:
        if error_code(error) == "ratelimited":
            return warn(name, "Slack was asked too often to say", "Ask again in a minute")
        raise Misconfigured("slack_app_token_refused", error_code(error)) from error
    except NO_ANSWER as error:
        raise Misconfigured("slack_unreachable", type(error).__name__) from error
    return ok(name, "opens Socket Mode")


async def alert_channel(ground: Ground) -> Finding:
    """Plan a message for tomorrow and take it back: nobody sees it, and no further scope is needed."""
    name, channel = "slack.alert_channel", ground.settings.slack_alert_channel
    if not channel:
        return warn(
            name,
            "none is set: administrators hear of no trouble",
            "Make a channel, invite the bot, and set CALSYNC_SLACK_ALERT_CHANNEL to its id",
        )
    tomorrow = int((ground.clock.now() + timedelta(days=1)).timestamp())
    text = "calsync doctor looked whether alerts can be written here; this message means nothing else."
    try:
        planned = await ground.slack.chat_scheduleMessage(channel=channel, post_at=tomorrow, text=text)
    except SlackApiError as error:
        return _refused(name, channel, error_code(error))
    except NO_ANSWER as error:
        raise Misconfigured("slack_unreachable", type(error).__name__) from error
    try:
        planned_id = str(planned["scheduled_message_id"])
        await ground.slack.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=planned_id)
    except NO_ANSWER as error:
        return warn(
            name, f"the bot can write there, but a test message of tomorrow stays ({error_code(error)})"
        )
    return ok(name, f"the bot can write into {channel}")


def _refused(name: str, channel: str, code: str) -> Finding:
    told = _CHANNEL.get(code, ("Slack lets the bot not write into the alert channel {id} ({code})",))
    sentence, *steps = (part.format(id=channel, code=code) for part in told)
    return bad(name, sentence, *steps)


CHECKS: Mapping[str, Check] = {
    "slack.bot_token": bot_token,
    "slack.scopes": scopes,
    "slack.app_token": app_token,
    "slack.alert_channel": alert_channel,
}
