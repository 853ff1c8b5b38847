"""Batch requests: many calls in one multipart body, each answered by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message
from http import HTTPStatus
from uuid import uuid4

from tests.doubles.google.calendar_api import Answer, Call
from tests.doubles.google.errors import invalid

MAX_CALLS = 1000
_API = "/calendar/v3/"


def calls(content_type: str, authorization: str | None, body: bytes) -> list[tuple[str, Call]]:
    """Take a batch apart into calls with their Content-ID; what has no token of its own uses the batch's.

    Raises:
        GoogleError: the body is no batch, or too long a one.
    """
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = whole.get_payload()
    if whole.get_content_type() != "multipart/mixed" or not isinstance(parts, list):
        raise invalid("Failed to parse batch request.", reason="badRequest")
    if len(parts) > MAX_CALLS:
        raise invalid(f"The batch request has more than {MAX_CALLS} calls.", reason="badRequest")
    found = []
    for part in parts:
        assert isinstance(part, Message)
        found.append((part.get("Content-ID", ""), _call(part, authorization)))
    return found


def _call(part: Message, authorization: str | None) -> Call:
    content = part.get_payload(decode=True)
    if part.get_content_type() != "application/http" or not isinstance(content, bytes):
        raise invalid("Failed to parse batch request.", reason="badRequest")
    line, _, rest = content.partition(b"\n")
    try:
        method, address, _ = line.decode().split()
    except ValueError:
        raise invalid("Failed to parse batch request.", reason="badRequest") from None
    inner = message_from_bytes(rest)
    headers = {name.lower(): value for name, value in inner.items()}
    if authorization is not None:
        headers.setdefault("authorization", authorization)
    path, _, query = address.partition("?")
    text = inner.get_payload()
    body = text.encode() if isinstance(text, str) else b""
    return Call.of(method, path.removeprefix(_API), query, headers, body)


def joined(answers: Iterable[tuple[str, Answer]]) -> tuple[str, str]:
    """Return the content type and the text in which answers go back, each with the Content-ID of its call."""
    boundary = f"batch_{uuid4().hex}"
    texts = [f"--{boundary}\r\n{_part(content_id, answer)}\r\n" for content_id, answer in answers]
    return f"multipart/mixed; boundary={boundary}", "".join(texts) + f"--{boundary}--"


def _part(content_id: str, given: Answer) -> str:
    content = json.dumps(given.body) if given.body is not None else ""
    headers = {"Content-Type": "application/json; charset=UTF-8", "Content-Length": str(len(content))}
    lines = [
        "Content-Type: application/http",
        f"Content-ID: {content_id.replace('<', '<response-', 1)}",
        "",
        f"HTTP/1.1 {given.status} {HTTPStatus(given.status).phrase}",
        *(f"{name}: {value}" for name, value in (headers | given.headers).items()),
        "",
        content,
    ]
    return "\r\n".join(lines)
