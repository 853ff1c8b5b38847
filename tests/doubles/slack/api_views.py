"""The views methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError, invalid_arguments
from tests.doubles.slack.methods import method
from tests.doubles.slack.model import View
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble


def _view(call: Call) -> Any:
    view = call.structure("view", invalid_arguments("invalid `view` [json-pointer:/view]"))
    if view is None:
        raise invalid_arguments("missing required field: view")
    return view


def _answer(double: SlackDouble, view: View) -> Json:
    return {"view": double.views.shown(view)}


@method("views.open", tier=4, write=True)
async def views_open(double: SlackDouble, call: Call) -> Json:
    """Open a modal for the person whose act gave the trigger_id."""
    view = _view(call)
    trigger = double.triggers.valid(call.need("trigger_id"))
    opened = double.views.open(trigger.user, view)
    trigger.used = True  # a view that Slack refuses does not cost the trigger_id
    return _answer(double, opened)


@method("views.push", tier=4, write=True)
async def views_push(double: SlackDouble, call: Call) -> Json:
    """Push a view onto the modal in which the person did something."""
    view = _view(call)
    trigger = double.triggers.valid(call.need("trigger_id"))
    if not trigger.in_modal:
        raise SlackError("not_found")
    pushed = double.views.push(trigger.user, view)
    trigger.used = True
    return _answer(double, pushed)


@method("views.update", tier=4, write=True)
async def views_update(double: SlackDouble, call: Call) -> Json:
    """Replace what an open view shows."""
    view = double.views.find(call.text("view_id") or None, call.text("external_id") or None)
    return _answer(double, double.views.update(view, _view(call), call.text("hash") or None))


@method("views.publish", tier=4, write=True)
async def views_publish(double: SlackDouble, call: Call) -> Json:
    """Set somebody's Home tab."""
    user = double.workspace.user(call.need("user_id"))
    if not double.workspace.app.home_tab:
        raise SlackError("not_enabled")
    return _answer(double, double.views.publish(user.id, _view(call), call.text("hash") or None))
