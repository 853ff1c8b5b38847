"""The admin calls of this double: seeding people and acting as them over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.doubles.google.errors import GoogleError
from tests.doubles.google.people import Person

if TYPE_CHECKING:
    from tests.doubles.google.double import GoogleDouble

Order = dict[str, Any]

ACTIONS: dict[str, Callable[[Person, Order], Any]] = {
    "create": lambda person, order: person.create(**order),
    "patch": lambda person, order: person.patch(order.pop("id"), **order),
    "delete": lambda person, order: person.delete(order.pop("id"), **order),
    "respond": lambda person, order: person.respond(order.pop("id"), order.pop("response"), **order),
    "split": lambda person, order: person.split(order.pop("id"), order.pop("original_start"), **order),
    "delete_following": lambda person, order: person.delete_following(
        order.pop("id"), order.pop("original_start"), **order
    ),
    "invited": lambda person, order: person.invited(order.pop("organizer"), order.pop("uid"), **order),
    "uninvited": lambda person, order: person.uninvited(order.pop("uid")),
    "events": lambda person, order: person.events(**order),
    "empty": lambda person, order: person.empty(**order),
}
"""`POST /_double/act` with `{"as": email, "do": one of these, ...its arguments}`."""


async def serve(double: GoogleDouble, method: str, what: str, request: web.Request) -> web.Response:
    """Answer an admin call: `POST people|rooms|act|invalidate|revoke`, `GET client_file`."""
    try:
        if (method, what) == ("GET", "client_file"):
            return web.json_response(double.client_file())
        order: Order = await request.json() if request.can_read_body else {}
        if method != "POST":
            raise LookupError(f"no admin call {method} {what}")
        return web.json_response(_carry_out(double, what, order))
    except GoogleError as error:
        return web.json_response(error.body(), status=error.status)
    except LookupError as error:
        return web.json_response({"error": str(error)}, status=404)
    except (TypeError, ValueError, json.JSONDecodeError) as error:
        return web.json_response({"error": str(error)}, status=400)


def _carry_out(double: GoogleDouble, what: str, order: Order) -> Any:
    match what:
        case "people":
            person = double.add_person(order.pop("email"), **order)
            return {"email": person.email, "sub": person.owner.sub}
        case "rooms":
            return {"email": double.add_room(order.pop("email"), order.pop("name"), **order).id}
        case "act":
            person, action = double.people[order.pop("as")], ACTIONS[order.pop("do")]
            return action(person, order) or {"ok": True}
        case "invalidate":
            double.invalidate_sync_tokens(order.get("email"))
        case "revoke":
            double.grants.revoke_all(order["email"])
        case _:
            raise LookupError(f"no admin call POST {what}")
    return {"ok": True}
