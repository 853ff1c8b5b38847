"""Whatever is sent to any address: no error of ours, nothing of it comes back, and nothing is connected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.store import accounts
from tests.doubles.slack.signed_http import FORM, JSON, SignedHttp
from tests.world import PEOPLE, TEAM, World, make_world

MARK = "zq<b>\"'&zq"
"""Would show where an answer repeats what was sent."""
ROUTES = (
    "/connect/{}",
    "/oauth/google/callback",
    "/oauth/slack/callback",
    "/key/{}",
    "/slack/events",
    "/healthz",
    "/{}",
    "//{}",
)
SECRET = "double-signing-secret"

Ask = Callable[[bytes], tuple[int, str]]
"""Sends bytes and returns status and whole text of the answer."""


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, asyncio.Runner]]:
    """One running world for all examples: in HTTP mode, with Sign in with Slack."""
    folder: Path = tmp_path_factory.mktemp("web")
    more: dict[str, Any] = {"slack_app_token": None, "slack_signing_secret": SECRET}
    more |= {"slack_client_id": "1111.2222", "slack_client_secret": "double-client-secret"}
    with asyncio.Runner() as runner:
        made = make_world(folder, **more)
        world = runner.run(made.__aenter__())
        run = world.run()
        runner.run(run.__aenter__())
        yield world, runner
        runner.run(run.__aexit__(None, None, None))
        runner.run(made.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def ask(serving: tuple[World, asyncio.Runner]) -> Ask:
    """Send one request over a connection of its own, byte by byte as it is given."""
    world, runner = serving
    host, port = world.settings.listen_address

    async def send(request: bytes) -> tuple[int, str]:
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(request)
            await writer.drain()
            answer = (await reader.read()).decode("utf-8", "replace")
            writer.close()
        status = answer.split(" ", 2)[1] if answer.startswith("HTTP/") else "0"
        return int(status), answer

    return lambda request: runner.run(send(request))


tokens = st.one_of(
    st.just(MARK),
    st.text(max_size=40),
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.just("x" * 5000),
)
quoted = tokens.map(lambda text: quote(text, safe="", errors="replace"))
raw = st.binary(max_size=60).map(lambda some: bytes(b for b in some if b not in b"\r\n ").decode("latin-1"))
names = st.sampled_from(["state", "code", "error", "scope", "csrf", "id", "ssl_check", "payload", "", MARK])
pairs = st.lists(st.tuples(names, tokens), max_size=4)
fields = pairs.map(lambda some: urlencode(some, errors="replace"))
headers = st.lists(
    st.tuples(
        st.sampled_from(
            ["Cookie", "Accept-Language", "Content-Type", "X-Slack-Signature", "X-Slack-Request-Timestamp"]
        ),
        st.one_of(
            st.sampled_from(
                [
                    "calsync=x",
                    "fa;q=0.9, en;q=nonsense, *",
                    "multipart/form-data",
                    "multipart/form-data; boundary=x",
                ]
            ),
            st.sampled_from(
                ["application/json", "application/x-www-form-urlencoded; charset=nonsense", "v0=ff"]
            ),
            raw,
            st.just(f"calsync={MARK}"),
        ),
    ),
    max_size=4,
)
methods = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
bodies = st.one_of(fields.map(str.encode), st.binary(max_size=200), st.just(MARK.encode()))


@given(methods, st.sampled_from(ROUTES), st.one_of(quoted, raw), fields, headers, bodies)
def test_no_request_is_an_error_or_comes_back(
    ask: Ask,
    method: str,
    route: str,
    part: str,
    query: str,
    more: list[tuple[str, str]],
    body: bytes,
) -> None:
    lines = [f"{method} {route.format(part)}?{query} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in more] + [f"Content-Length: {len(body)}", "", ""]
    status, answer = ask("\r\n".join(lines).encode("latin-1", "replace") + body)
    assert 200 <= status < 500, answer
    assert "zq<b>" not in answer
    assert "zq&lt;b" not in answer
    assert "Traceback" not in answer


odd_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), tokens),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(tokens, inner, max_size=3)),
    max_leaves=8,
)
PRESSED: dict[str, Any] = {
    "type": "block_actions",
    "team": {"id": TEAM},
    "user": {"id": PEOPLE["alice"], "team_id": TEAM},
    "api_app_id": "A1",
    "token": "t",
    "trigger_id": "1",
    "response_url": "http://127.0.0.1:9/none",
    "container": {"type": "message"},
    "actions": [{"type": "button", "action_id": "calsync.first.start", "value": "0", "block_id": "b"}],
}
TYPED: dict[str, Any] = {
    "command": "/calsync",
    "text": "connect 12345678",
    "team_id": TEAM,
    "user_id": PEOPLE["alice"],
    "response_url": "http://127.0.0.1:9/none",
    "trigger_id": "1",
}


@st.composite
def spoiled(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """Return a payload with some of its fields missing, or holding something else."""
    payload = dict(whole)
    for name in draw(st.lists(st.sampled_from(sorted(whole)), max_size=3)):
        if draw(st.booleans()):
            payload.pop(name, None)
        else:
            payload[name] = draw(odd_values)
    return payload


def as_text(payload: Any) -> str:
    return payload if isinstance(payload, str) else json.dumps(payload)


signed = st.one_of(
    st.tuples(spoiled(PRESSED).map(lambda one: urlencode({"payload": json.dumps(one)})), st.just(FORM)),
    st.tuples(
        spoiled(TYPED).map(lambda one: urlencode({k: as_text(v) for k, v in one.items()}, errors="replace")),
        st.just(FORM),
    ),
    st.tuples(odd_values.map(json.dumps), st.just(JSON)),
    st.tuples(odd_values.map(lambda one: urlencode({"payload": json.dumps(one)})), st.just(FORM)),
    st.tuples(
        st.sampled_from(["", "{", "payload=", "payload=%7B", "payload=null", "ssl_check=1"]), st.just(FORM)
    ),
    st.tuples(st.text(max_size=50).map(lambda text: text.encode("utf-8", "replace").decode()), st.just(JSON)),
)


@settings(max_examples=60)
@given(signed, st.booleans())
def test_no_payload_with_slacks_signature_is_an_error(ask: Ask, sent: tuple[str, str], genuine: bool) -> None:
    body, kind = sent
    request = SignedHttp(SECRET).sign(body, kind, secret=None if genuine else "another")
    lines = ["POST /slack/events HTTP/1.1", "Host: localhost", "Connection: close"]
    data = body.encode()
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [f"Content-Length: {len(data)}", "", ""]
    status, answer = ask("\r\n".join(lines).encode() + data)
    assert 200 <= status < 500, answer
    assert genuine or status >= 400 or "ssl_check" in body, answer
    assert "zq<b>" not in answer
    assert "Traceback" not in answer


def test_nothing_of_it_connected_anybody(serving: tuple[World, asyncio.Runner], ask: Ask) -> None:
    world, runner = serving

    async def count() -> int:
        async with world.running.store.read() as tx:
            return await accounts.count(tx)

    assert ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0] == 200
    assert runner.run(count()) == 0
