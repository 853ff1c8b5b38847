"""The admin interface over HTTP: seeding people, seeing their screens and acting for them."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.doubles.slack.acts import Outcome
from tests.doubles.slack.model import Message
from tests.doubles.slack.person import Person
from tests.doubles.slack.schema import Json
from tests.doubles.slack.screen import NotVisible

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble


async def serve(double: SlackDouble, method: str, what: str, request: web.Request) -> web.Response:
    """Answer one admin call; a mistake in it is told in `error`, with status 400."""
    try:
        body = await request.json() if request.can_read_body else {}
        match method, what:
            case "GET", "screen":
                screen = double.screen(request.query["user"], request.query.get("channel"))
                return _json(screen.as_json())
            case "GET", "app":
                return _json(_app(double))
            case "POST", "people":
                return _json({"id": double.add_person(**body).id})
            case "PATCH", "people":
                await double.change_person(body.pop("user"), **body)
            case "POST", "channels":
                return _json({"id": double.add_channel(**body).id})
            case "POST", "act":
                return _json(dataclasses.asdict(await _act(double, body)))
            case "POST", "app":
                await _configure(double, body)
            case _:
                return _json({"error": f"no admin call {method} {what}"}, 404)
    except (KeyError, TypeError, ValueError, NotVisible) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)
    return _json({"ok": True})


async def _act(double: SlackDouble, order: Json) -> Outcome:
    """Carry out `{"user", "do", ...}`, where the rest are the arguments of the person's method."""
    person = double.person(order.pop("user"))
    if "message" in order:
        order["message"] = _message(double, person, order["message"])
    match order.pop("do"):
        case "command":
            return await person.command(order.pop("line"), **order)
        case "click":
            return await person.click(order.pop("name", None), **order)
        case "choose":
            return await person.choose(*order.pop("options"), **order)
        case "fill_in":
            return await person.fill_in(order.pop("name"), order.pop("value"), **order)
        case "submit":
            return await person.submit()
        case "close":
            return await person.close(**order)
        case "open_home":
            await person.open_home()
        case "open_messages":
            await person.open_messages()
        case other:
            raise ValueError(f"nobody can {other}")
    return Outcome()


def _message(double: SlackDouble, person: Person, which: Json) -> Message:
    found = double.workspace.message(which["channel"], which["ts"])
    if found is None or found not in list(double.workspace.visible(person.id)):
        raise NotVisible(f"{person.id} sees no message {which}")
    return found


async def _configure(double: SlackDouble, order: Json) -> None:
    """Change how the app is reached: its request URL, Slack's patience, its connections, its installation."""
    for key, value in order.items():
        match key, value:
            case "request_url", _:
                double.delivery.request_url = value
            case "patience", _:
                double.delivery.patience = float(value)
            case "rate_limits", _:
                double.rates.on = bool(value)
            case "connections", "drop":
                double.sockets.drop()
            case "connections", "zombies":
                double.sockets.make_zombies()
            case "connections", "refresh":
                await double.sockets.disconnect()
            case "installed", False:
                double.uninstall()
            case _:
                raise ValueError(f"cannot set {key} to {value!r}")


def _app(double: SlackDouble) -> Json:
    app = double.workspace.app
    return {
        **{key: getattr(app, key) for key in ("id", "name", "commands", "bot_scopes", "installed")},
        **{key: getattr(app, key) for key in ("bot_token", "app_token", "signing_secret")},
        **{key: getattr(app, key) for key in ("client_id", "client_secret")},
        "api": double.url + "/api/",
        "request_url": double.delivery.request_url,
        "connections": len(double.sockets.connections),
    }


def _json(body: Any, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=lambda data: json.dumps(data, default=str))
