"""openid.connect.token and openid.connect.userInfo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.methods import method
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble


@method("openid.connect.token", tier=4, write=True, tokens=(), takes_json=False)
async def openid_connect_token(double: SlackDouble, call: Call) -> Json:
    """Exchange a code for tokens; the client proves itself in the body or by Basic authentication."""
    app = double.workspace.app
    client_id, secret = call.basic or (call.text("client_id"), call.text("client_secret"))
    if client_id != app.client_id:
        raise SlackError("invalid_client_id")
    if secret != app.client_secret:
        raise SlackError("bad_client_secret")
    if call.text("grant_type", "authorization_code") != "authorization_code":
        raise SlackError("invalid_grant_type")
    return double.openid.redeem(call.text("code"), call.text("redirect_uri"))


@method("openid.connect.userInfo", "openid", tier=4, tokens=("user",), takes_json=False)
async def openid_connect_user_info(double: SlackDouble, call: Call) -> Json:
    """Tell about the person a token is for."""
    assert call.token is not None
    user, scopes = double.openid.tokens[call.token]
    return double.openid.claims(double.workspace.user(user), scopes)
