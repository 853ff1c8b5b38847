"""The modal stack and the Home tab of each person."""

from __future__ import annotations

import secrets
from typing import Any

from tests.doubles.slack.errors import SlackError, invalid_arguments
from tests.doubles.slack.filling import carried_over, fill_in, initial_state
from tests.doubles.slack.model import View
from tests.doubles.slack.schema import PLAIN, Json
from tests.doubles.slack.view_rules import check_view, too_large
from tests.doubles.slack.workspace import Workspace

STACK = 3


class Views:
    """All views that are open, and the Home tabs that were published."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    # --- what the app asks for

    def open(self, user: str, content: Any) -> View:
        """Show somebody a modal, in place of any that is open."""
        view = self._new(user, self._accept(content, "modal"))
        self.stacks[user] = [view]
        self._workspace.bell.ring()
        return view

    def push(self, user: str, content: Any) -> View:
        """Put a view on top of somebody's open modal.

        Raises:
            SlackError: no modal is open, or three views are.
        """
        stack = self.stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        view = self._new(user, self._accept(content, "modal"))
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._workspace.bell.ring()
        return view

    def update(self, view: View, content: Any, expected: str | None = None) -> View:
        """Replace what a view shows; what was entered stays where block_id and action_id do.

        Raises:
            SlackError: the view has changed since `expected`, or the new one is wrong.
        """
        accepted = self._accept(content, view.kind, view)
        self._same(view, expected)
        view.content = accepted
        view.hash = self._hash()
        view.state = carried_over(view.state, view.blocks)
        self._workspace.bell.ring()
        return view

    def publish(self, user: str, content: Any, expected: str | None = None) -> View:
        """Set somebody's Home tab."""
        if user in self.homes:
            return self.update(self.homes[user], content, expected)
        self.homes[user] = self._new(user, self._accept(content, "home"))
        self._workspace.bell.ring()
        return self.homes[user]

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """Return the view an app means.

        Raises:
            SlackError: it is not open (any more), or it is named twice or not at all.
        """
        if view_id and external_id:
            raise invalid_arguments("Cannot provide both `view_id` and `external_id`")
        if not view_id and not external_id:
            raise invalid_arguments("missing required field: view_id")
        for view in self.all():
            if view.id == view_id or (external_id and view.content["external_id"] == external_id):
                return view
        raise SlackError("not_found")

    def all(self) -> list[View]:
        """Return every view that exists."""
        return [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]

    # --- what the person sees and does

    def on_top(self, user: str) -> View | None:
        """Return the view of the open modal that somebody looks at."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def close(self, user: str, *, everything: bool = False) -> list[View]:
        """Close the top view, or the whole modal, and return what was closed, top first."""
        stack = self.stacks.get(user, [])
        closed = stack[::-1] if everything else stack[-1:]
        self.stacks[user] = [] if everything else stack[:-1]
        self._workspace.bell.ring()
        return closed

    # --- the form of views

    def shown(self, view: View) -> Json:
        """Return a view as Slack writes it in answers and payloads."""
        app = self._workspace.app
        return {
            "id": view.id,
            "team_id": self._workspace.team_id,
            **view.content,
            "state": {"values": view.state},
            "hash": view.hash,
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": app.id,
            "app_installed_team_id": self._workspace.team_id,
            "bot_id": app.bot_id,
        }

    def _new(self, user: str, content: Json) -> View:
        name = self._workspace.new_id("V")
        return View(name, user, content, self._hash(), name, state=initial_state(content["blocks"]))

    def _accept(self, content: Any, kind: str, replaced: View | None = None) -> Json:
        if isinstance(content, dict) and too_large(content):
            raise SlackError("view_too_large")
        if found := check_view(content, kind):
            raise invalid_arguments(*found)
        external = content.get("external_id", "")
        if external and any(v.content["external_id"] == external and v is not replaced for v in self.all()):
            raise SlackError("duplicate_external_id")
        words = {key: _with_emoji(content.get(key)) for key in ("title", "submit", "close")}
        if kind == "home":
            words["title"] = {"type": PLAIN, "text": "View Title", "emoji": True}
        return {
            "type": kind,
            "blocks": fill_in(content["blocks"]),
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            **words,
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False),
            "external_id": external,
        }

    def _hash(self) -> str:
        return f"{int(self._workspace.now())}.{secrets.token_urlsafe(6)[:8]}"

    @staticmethod
    def _same(view: View, expected: str | None) -> None:
        if expected and expected != view.hash:
            raise SlackError("hash_conflict")


def _with_emoji(text: Json | None) -> Json | None:
    return None if text is None else {"emoji": True, **text}
