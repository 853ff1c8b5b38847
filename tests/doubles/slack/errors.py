"""How Slack says no."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """A refusal: its error code, and whatever else Slack puts in the answer beside it."""

    def __init__(self, code: str, *, status: int = 200, retry_after: int = 0, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.more = more

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        return {"ok": False, "error": self.code, **self.more}


def invalid_arguments(*messages: str) -> SlackError:
    """Return the refusal of a call whose arguments are wrong."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})


def invalid_blocks(messages: list[str]) -> SlackError:
    """Return the refusal of a message's blocks; Slack says each complaint twice, once marked."""
    marked = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_blocks", errors=messages, response_metadata={"messages": marked})
