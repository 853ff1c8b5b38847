"""auth.test, auth.revoke, apps.connections.open and apps.uninstall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.methods import method
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble


@method("auth.test", tier=4)
async def auth_test(double: SlackDouble, call: Call) -> Json:
    """Tell an app who it is."""
    workspace = double.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.team_name,
        "user": workspace.app.name,
        "team_id": workspace.team_id,
        "user_id": workspace.app.bot_user,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


@method("auth.revoke", write=True, takes_json=False, tokens=("bot", "user"))
async def auth_revoke(double: SlackDouble, call: Call) -> Json:
    """Revoke the token the call is made with, unless it is only a test."""
    assert call.token is not None
    if call.flag("test"):
        return {"revoked": False}
    double.revoke_token(call.token)
    return {"revoked": True}


@method("apps.connections.open", "connections:write", tier=1, tokens=("app",))
async def connections_open(double: SlackDouble, call: Call) -> Json:
    """Hand out the address of a Socket Mode connection, good for one use."""
    if double.delivery.request_url is not None:
        raise SlackError("socket_mode_disabled")
    return {"url": double.sockets.new_address(double.url)}


@method("apps.uninstall", tier=1, write=True, takes_json=False)
async def apps_uninstall(double: SlackDouble, call: Call) -> Json:
    """Uninstall the app, which proves itself by its client id and secret."""
    app = double.workspace.app
    if call.need("client_id") != app.client_id:
        raise SlackError("client_id_token_mismatch")
    if call.need("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    double.uninstall()
    return {}
