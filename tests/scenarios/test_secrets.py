"""After a full run with marked secrets, none of them is in logs, errors, alerts, messages or the database."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import consents, logs
from sync.store import accounts, connects
from tests.conftest import Worlds
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.linking import PRIVATE, browser, code_on, follow, link, press_continue, to_callback
from tests.scenarios.own_key import enter, key_link, take_keys
from tests.world import ADMIN, World, unasked

TITLE = "Marked-Surgery-At-Nine"
GUEST = "marked-guest@elsewhere.example"
MARKED = ("svc-key", "xoxb-double-bot", "xapp-double-app")
"""Of the settings that the world writes."""


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """Everything that is logged, by us and by libraries, down to the finest."""
    root, level, handlers = logging.getLogger(), logging.getLogger().level, logging.getLogger().handlers[:]
    text = io.StringIO()
    with redirect_stderr(text), redirect_stdout(text):
        logs.configure(as_json=True)
        root.addHandler(logging.StreamHandler(text))
        yield text
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)


async def live(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Connect, sync, err and break in every way there is; return the secrets that came up."""
    services, secrets = world.running.services, list[str]()
    for email, name in ((PRIVATE, "alice"), ("bob@example.com", "bob"), ("alice@example.com", "alice")):
        async with browser() as person:
            url = await link(world, name)
            back = await to_callback(person, url, email)
            secrets += [url.rpartition("/")[2], back.partition("code=")[2].partition("&")[0]]
            secrets += [back.partition("state=")[2].partition("&")[0]]
            secrets += [cookie.value for cookie in person.cookie_jar]
            async with person.get(back) as answer:
                code = code_on(await answer.text())
            if code:
                secrets += [code, code.replace(" ", "")]
                await world.in_slack(name).command("/calsync connect 0000 0000")
                await world.in_slack(name).command(f"/calsync connect {code}")
    secrets += await _with_own_key(world)
    for name in ("alice", "bob"):
        make_in_odoo(world, name, TITLE)
        await world.sync(name)
    guest = [{"email": GUEST, "displayName": "Marked-Name"}]
    texts: dict[str, Any] = {"location": "Marked-Place", "description": "Marked-Description"}
    world.in_google("alice").create(TITLE, start=NOON, end=NOON + HOUR, attendees=guest, **texts)
    secrets += world.google.grants.refresh_tokens
    secrets += world.google.grants.access_tokens
    for operation in ("calendar.*", "oauth.token", "oauth.revoke"):
        fault = world.google.faults.add(operation=operation, status=400, times=None)
        world.running.grants.forget((await world.account("alice")).id)
        await world.sync("alice")
        async with browser() as person:
            await follow(person, await link(world), PRIVATE)
        world.google.faults.remove(fault)
    fault = world.odoo.faults.add(operation="*", drop="before", times=None)
    await world.sync("alice")
    world.odoo.faults.remove(fault)
    world.slack.faults.add(operation="chat.postMessage", status=500, times=1)
    async with browser() as person:
        await press_continue(person, await link(world, "bob"))
    world.advance(minutes=11)
    await consents.expire(services)
    await _break_down(world, monkeypatch)
    world.google.grants.revoke_all("alice@example.com")
    world.running.grants.forget((await world.account("alice")).id)
    await world.sync("alice")
    return secrets


async def _with_own_key(world: World) -> list[str]:
    """Let alice enter keys, wrong ones too, and Odoo refuse the right one in the end."""
    url, key, wrong = await key_link(world), world.odoo.add_key("alice"), "0123456789" * 4
    for one in (wrong, key):
        await enter(url, one)
    await world.sync("alice")
    take_keys(world, "alice")
    make_in_odoo(world, "alice", TITLE, privacy="private")
    await world.sync("alice")
    return [key, wrong, url.rpartition("/")[2]]


async def _break_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages, commands and runs meet a bug whose message quotes what they work with."""

    def broken(*values: object, **named: object) -> None:
        raise ZeroDivisionError(f"{TITLE} {values} {named}")

    url = await link(world)
    with monkeypatch.context() as broke:
        broke.setattr(connects, "by_id", broken)
        async with browser() as person, person.get(url) as answer:
            assert answer.status == 500
            page = await answer.text()
            assert TITLE not in page
            assert url.rpartition("/")[2] not in page
        broke.setattr(accounts, "of_person", broken)
        await world.in_slack("alice").command("/calsync status")
        broke.setattr("sync.preparing.look", broken)
        await world.running.timer.run_now(1)


def content(folder: Path) -> bytes:
    """Return all that the database's files hold."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("calsync.db*")))


def events(log: str) -> list[dict[str, Any]]:
    """Return what was logged as events, without what the test itself lets libraries add."""
    return [json.loads(line) for line in log.splitlines() if line.startswith('{"')]


async def test_no_secret_is_told_or_kept_in_clear(
    worlds: Worlds, tmp_path: Path, told: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worlds(tmp_path) as world:
        world.google.add_person(PRIVATE)
        async with world.run():
            with unasked():
                secrets = await live(world, monkeypatch)
            await world.running.services.errands.settled()
        secrets += MARKED
        secrets += [world.google.project.client_secret, world.settings.vault_keys.get_secret_value()]
        kept = content(tmp_path)
        alerts = "\n".join(world.slack.person(ADMIN).screen().text().splitlines())
        others = world.in_slack("bob").screen().text()
    log = told.getvalue()
    assert "page_broke" in log, "the search would find what is there"
    assert "ZeroDivisionError" in log
    assert len(secrets) > 15
    for secret in secrets:
        assert secret not in log
        assert secret not in alerts
        assert secret.encode() not in kept
    for text in (TITLE, "Marked-Place", "Marked-Description", "Marked-Name", GUEST):
        assert text not in log
        assert text not in alerts
        assert text.encode() not in kept
    assert PRIVATE not in others
    for address in (PRIVATE, "@example.com"):
        assert address not in log
    of_runs = [line for line in events(log) if line["event"] in ("run", "run_broke")]
    assert {line["event"] for line in of_runs} == {"run", "run_broke"}
    assert all(re.fullmatch("[0-9a-f]{12}", line["run"]) and line["account"] for line in of_runs)


async def test_exceptions_of_the_flow_hold_no_token(connected: World) -> None:
    """A traceback may reach a terminal, where our own log does not shorten it."""
    services = connected.running.services
    connected.google.faults.add(operation="oauth.*", status=500, times=None)
    tokens = [*connected.google.grants.refresh_tokens, *connected.google.grants.access_tokens]
    account_id = (await connected.account("alice")).id
    services.grants.forget(account_id)
    calls = [
        services.consent.exchange("marked-code", "marked-verifier-" + "x" * 43),
        services.grants.revoke(tokens[0]),
    ]
    for raised in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(raised, Exception)
        text = "".join(traceback.format_exception(raised))
        for secret in ("marked-code", "marked-verifier", *tokens, connected.google.project.client_secret):
            assert secret not in text
