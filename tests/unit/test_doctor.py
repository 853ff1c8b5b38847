"""What doctor makes of single answers: clocks, database, keys, grants, addresses, and how it prints them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import requests
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.__main__ import main
from bot.doctor import Ground, Level, as_json, explain, storage, worst
from bot.doctor import google as of_google
from bot.doctor import web as of_web
from bot.doctor.clock import clock
from bot.doctor.finding import SECTIONS, bad, of_error, ok, warn
from bot.doctor.fixes import FIXES, told
from bot.settings import PREFIX, Settings
from sync.clock import Clock
from sync.errors import Misconfigured, RetryLater
from sync.odoo import rights
from sync.store import Store, accounts
from sync.vault import Vault
from tests.unit.conftest import KEY
from tests.unit.rows import NOW, add_account

ROOT = Path(__file__).parents[2]


def ground(store: Store | None = None, **settings: Any) -> Ground:
    """Return a ground with just these settings; what else a check asked for would be missed at once."""
    values: dict[str, Any] = {"database_url": str(store.engine.url) if store else "", **settings}
    chosen = cast(Any, type("Chosen", (), values))
    return Ground(chosen, cast(Any, None), cast(Any, None), cast(Store, store), Clock())


@pytest.mark.parametrize(
    ("skews", "level", "words"),
    [
        ({}, Level.WARN, "nobody answered"),
        ({"Odoo": 29}, Level.OK, "within 30 s of Odoo"),
        ({"Odoo": -31}, Level.BAD, "Odoo's and ours differ by 31 s"),
        ({"Odoo": 300, "Google": 2, "Slack": 0}, Level.BAD, "Odoo's and ours differ by 300 s"),
        ({"Odoo": 290, "Google": 300}, Level.BAD, "this machine's clock differs by 290 s"),
        ({"Odoo": 300, "Google": -300}, Level.BAD, "Google's and ours differ by 300 s; Odoo's"),
    ],
)
async def test_whose_clock_is_wrong_is_told_by_the_majority(
    skews: dict[str, int], level: Level, words: str
) -> None:
    made = ground()
    made.skews = {who: timedelta(seconds=seconds) for who, seconds in skews.items()}
    found = await clock(made)
    assert (found.level, words in found.sentence) == (level, True), found


def test_dates_that_proxies_make_up_are_passed_over() -> None:
    made = ground()
    for stamp in (None, "", "yesterday"):
        made.note_date("Odoo", stamp)
    assert made.skews == {}
    made.note_date("Odoo", "Mon, 02 Mar 2026 12:00:00 GMT")
    assert made.skews.keys() == {"Odoo"}


def test_every_error_of_a_set_up_has_a_sentence_and_steps() -> None:
    for code in FIXES:
        sentence, *steps = told(Misconfigured(code, "DETAIL"))
        assert not sentence.endswith(".")
        assert steps or code == "odoo_too_old", code
        assert "{" not in "".join([sentence, *steps])
    assert explain(Misconfigured("odoo_moved", "https://x")).startswith(
        "CALSYNC_ODOO_URL leads on to https://x. "
    )
    assert of_error("odoo.server", RetryLater("odoo_busy")).steps, "also what is not in the table"


def test_findings_are_printed_and_written_as_json_in_one_form() -> None:
    found = [
        ok("settings", "all set"),
        warn("odoo.key", "ends", "Make one"),
        bad("clock", "off", "NTP", "Both"),
    ]
    assert [line for one in found for line in one.lines] == [
        "ok     settings: all set",
        "WARN   odoo.key: ends",
        "         - Make one",
        "         see docs/setup.md#2-odoo",
        "MEND   clock: off",
        "         - NTP",
        "         - Both",
        "         see docs/troubleshooting.md#on-the-server",
    ]
    written = as_json(found)
    assert (written["schema"], written["level"]) == (1, "bad")
    assert written["findings"][1] == {
        "name": "odoo.key",
        "level": "warn",
        "sentence": "ends",
        "steps": ["Make one"],
        "see": "docs/setup.md#2-odoo",
    }
    assert [worst(found[:number]) for number in (0, 1, 2, 3)] == ["ok", "ok", "warn", "bad"]


@pytest.mark.parametrize("section", sorted(SECTIONS.values()))
def test_the_section_that_a_finding_names_is_there(section: str) -> None:
    path, _, anchor = section.partition("#")
    headings = [
        line.lstrip("# ") for line in (ROOT / path).read_text("utf-8").splitlines() if line[:1] == "#"
    ]
    assert anchor in {heading.lower().replace(".", "").replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_settings_that_cannot_be_used_are_findings_too(
    flags: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", *flags]) == 1
    said = capsys.readouterr().out
    assert "CALSYNC_ODOO_URL is not set" in said
    if flags:
        assert {one["name"] for one in json.loads(said)["findings"]} == {"settings"}


async def test_a_database_is_looked_at_and_not_changed(store: Store) -> None:
    found = await storage.database(ground(store))
    assert (found.level, found.sentence) == (Level.OK, "writable and in its newest form")
    async with store.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '0005'"))
    found = await storage.database(ground(store))
    assert (found.level, "of version 0005" in found.sentence) == (Level.WARN, True)
    assert await store.version() == ("0005", (await store.version())[1])
    async with store.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="database_newer"):
        await storage.database(ground(store))
    assert not await storage.is_newest(store)


async def test_a_database_that_cannot_be_written_is_told(store: Store) -> None:
    @sa.event.listens_for(store.engine.sync_engine, "connect")
    def _read_only(connection: Any, _record: Any) -> None:
        connection.cursor().execute("PRAGMA query_only=ON")

    await store.engine.dispose()
    found = await storage.database(ground(store))
    assert (found.level, "readonly" in found.sentence) == (Level.BAD, True)


async def test_a_folder_that_is_not_there_holds_no_database(tmp_path: Path) -> None:
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/nowhere/calsync.db", Vault([KEY]))
    with pytest.raises(Misconfigured, match="there is no folder"):
        await storage.database(ground(store))
    await store.close()


@pytest.mark.parametrize(
    ("keys", "level", "words"),
    [
        ([KEY], Level.OK, "opens everything that is stored"),
        ([b"n" * 32, KEY], Level.WARN, "1 secrets are still encrypted under older keys"),
        ([KEY, b"o" * 32], Level.OK, "older ones only recognise"),
        ([b"n" * 32], Level.BAD, "lacks keys"),
    ],
)
async def test_which_vault_keys_are_needed_is_told(
    store: Store, keys: list[bytes], level: Level, words: str
) -> None:
    await store.hasher()
    other = Store(str(store.engine.url), Vault(keys))
    found = await storage.vault(ground(other, vault_key_bytes=keys))
    await other.close()
    assert (found.level, words in found.sentence) == (level, True), found


async def test_grants_that_end_after_a_week_give_the_publishing_status_away(store: Store) -> None:
    assert "not known" in (await of_google.publishing(ground(store))).sentence
    for number, days in ((1, None), (2, 7)):
        account_id = await add_account(store, number, trouble="scope_missing")
        ends = NOW + timedelta(days=days) if days else None
        async with store.write() as tx:
            await accounts.set_refresh_token(tx, account_id, "sealed", NOW, ends)
        found = await of_google.publishing(ground(store))
        assert found.level is (Level.WARN if days else Level.OK)
    assert found.sentence.startswith("1 of 2 connections")
    lacking = await of_google.scopes(ground(store))
    assert (lacking.level, lacking.sentence[:1]) == (Level.WARN, "2")


@pytest.mark.parametrize(
    ("status", "body", "level", "words"),
    [
        (400, b'{"error": "invalid_grant"}', Level.OK, "accepts"),
        (401, b'{"error": "invalid_client"}', Level.BAD, "(invalid_client)"),
        (503, b'{"error": ""}', Level.BAD, "has trouble"),
        (404, b"{}", Level.BAD, "(HTTP 404)"),
        (200, b"<html>", Level.BAD, "no answer that can be read"),
        (200, b"[]", Level.BAD, "no answer that can be read"),
    ],
)
async def test_googles_word_about_the_client(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, level: Level, words: str
) -> None:
    answer = requests.Response()
    answer.status_code, answer._content = status, body
    monkeypatch.setattr(requests, "post", lambda *_, **__: answer)
    client = {"web": {"client_id": "i", "client_secret": "s", "token_uri": "http://127.0.0.1:9"}}
    found = await of_google.client(ground(google_client=client))
    assert (found.level, words in found.sentence) == (level, True), found


class Denying:
    """An Odoo that does not let us do some things."""

    async def may(self, model: str, operation: str) -> bool:
        """Deny changing series."""
        return model != "calendar.recurrence" or operation == "read"


async def test_rights_that_are_missing_are_named() -> None:
    assert await rights.missing(cast(Any, Denying())) == [
        *("write calendar.recurrence", "create calendar.recurrence", "unlink calendar.recurrence"),
    ]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104 (asked about, not listened on)
        ("::", "http://[::1]:80"),
        ("10.0.0.7", "http://10.0.0.7:80"),
        ("localhost", "http://localhost:80"),
    ],
)
def test_what_listens_everywhere_is_asked_on_this_machine(host: str, address: str) -> None:
    assert of_web.local_address(host, 80) == address


@asynccontextmanager
async def answering(respond: Callable[[], web.Response]) -> AsyncIterator[str]:
    """Serve one answer at every address, and yield where."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return respond()

    app = web.Application()
    app.router.add_get("/healthz", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (lambda: web.Response(text="It works!"), "HTTP 200 of Python"),
        (lambda: web.json_response({"ok": True}), "another calsync"),
        (lambda: web.json_response({"ok": True, "proof": "0" * 64}), "another calsync"),
        (
            lambda: web.Response(status=302, headers={"Location": "https://login.example.com"}),
            "leads on to https://login",
        ),
        (lambda: web.Response(status=502, text="Bad Gateway"), "HTTP 502"),
    ],
)
async def test_who_answers_at_the_public_address_has_to_prove_to_be_us(
    store: Store, response: Any, words: str
) -> None:
    free = f"127.0.0.1:{unused_port()}"
    async with answering(response) as url:
        settings = {"public_url": url, "listen": free, "listen_address": ("127.0.0.1", int(free[10:]))}
        found = await of_web.public_url(ground(store, **settings))
        assert (found.level, words in found.sentence) == (Level.BAD, True), found
        taken = ("127.0.0.1", int(url.rpartition(":")[2]))
        found = await of_web.listens(ground(store, listen="here", listen_address=taken))
        assert (found.level, "another program listens on here" in found.sentence) == (Level.BAD, True)
