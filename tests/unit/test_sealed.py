"""Vault keys are rotated: every secret in every table moves under the newest, and none is forgotten."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import bot
import sync
from sync.model import Side
from sync.store import (
    Store,
    accounts,
    connects,
    history,
    intents,
    jobs,
    own_keys,
    parked,
    postponed,
    removals,
    revocations,
    sealed,
    tables,
)
from sync.store.connects import ConnectState
from sync.store.history import Entry
from sync.store.intents import KEEP, Intent
from sync.store.removals import Removed, State
from sync.store.sealed import CIPHERTEXT, SEALED, StillUnderOldKeys
from sync.vault import Vault, VaultError
from tests.unit.rows import add_account
from tests.unit.sources import calls, trees

OLD, NEW = b"o" * 32, b"n" * 32
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWNER = "T1/U1"


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'calsync.db'}"


async def fill(store: Store) -> None:
    """Put a secret into every column that takes one, and empty ones beside them."""
    await store.hasher()
    seal = store.vault.encrypt
    account_id = await add_account(store)
    async with store.write() as tx:
        await revocations.add(tx, seal(sealed.OURS, "revocation", "token"), NOW)
        await accounts.set_refresh_token(tx, account_id, seal(OWNER, "refresh_token", "token"), NOW)
        await own_keys.put(tx, account_id, seal(OWNER, "own_key", "key"), NOW, None)
        for number in range(3):
            label = seal(OWNER, "parked", f"title {number}")
            await parked.put(tx, account_id, Side.ODOO, str(number), "masked", label, NOW)
        entry: dict[str, Any] = {
            "run": "r",
            "at": NOW,
            "side": Side.ODOO,
            "action": "update",
            "reason": "merged",
        }
        entry |= {
            "google_id": "g",
            "odoo_id": 1,
            "fields": ["title"],
            "label": seal(OWNER, "history", "title"),
        }
        lost = seal(OWNER, "overruled", '["lost"]')
        await history.add(tx, account_id, [Entry(0, **entry, overruled=one) for one in (lost, None)])
        kept = seal(OWNER, "kept", "occurrences")
        under_way = [Intent(0, Side.GOOGLE, KEEP, "g", number, 0, {}, {}, kept=kept) for number in (0, 1)]
        under_way[1] = dataclasses.replace(under_way[1], kept=None)
        await intents.intend(tx, account_id, NOW, under_way)
        job_id = await jobs.add(tx, jobs.Job(0, account_id, jobs.RESET, "U1", NOW))
        empty = Removed(0, job_id, Side.GOOGLE, "g", 1, State.PLANNED, None)
        label, copy = (seal(OWNER, "removed event", one) for one in ("title", "whole event"))
        await removals.add(tx, [dataclasses.replace(empty, label=label, snapshot=copy), empty])
        await postponed.put(tx, account_id, NOW, seal(OWNER, "postponed", "message"))
        await connects.issue(tx, "plain", "T1", "U2", {}, NOW)
        await connects.issue(tx, "id", "T1", "U1", {}, NOW)
        link = await connects.by_id(tx, "id")
        assert link is not None
        secrets = {name: seal(OWNER, name, name) for name in ("code_verifier", "consent")}
        assert await connects.move(tx, link, ConnectState.CONSENTED, **secrets)


async def secrets_of(store: Store) -> list[str]:
    """Return every ciphertext in the database."""
    found: list[str] = []
    async with store.read() as tx:
        for table in tables.metadata.sorted_tables:
            for row in await tx.execute(sa.select(table)):
                found += [text for text in row if isinstance(text, str) and CIPHERTEXT.fullmatch(text)]
    return found


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Store]:
    """A store full of secrets under an old key."""
    store = Store(url(tmp_path), Vault([OLD]))
    await store.migrate()
    await fill(store)
    yield store
    await store.close()


async def test_after_rotating_the_old_key_is_not_needed_any_more(old: Store, tmp_path: Path) -> None:
    hashed = (await old.hasher()).field("title", "Lunch")
    both = Store(url(tmp_path), Vault([NEW, OLD]))
    moved = await sealed.rotate(both)
    await both.close()
    assert moved == {
        "grant.refresh_token": 1,
        "revocation.token": 1,
        "own_key.secret": 1,
        "connect.code_verifier": 1,
        "connect.consent": 1,
        "intent.kept": 1,
        "parked.label": 3,
        "postponed.message": 1,
        "history.label": 2,
        "history.overruled": 1,
        "removal.label": 1,
        "removal.snapshot": 1,
        "secret.value": 1,
    }
    only_new = Store(url(tmp_path), Vault([NEW]))
    opened = only_new.vault.decrypt
    assert (await only_new.hasher()).field("title", "Lunch") == hashed, "bases stay what they were"
    async with only_new.read() as tx:
        assert opened(OWNER, "refresh_token", await accounts.refresh_token(tx, 1) or "") == "token"
        labels = {opened(OWNER, "parked", one.label) for one in await parked.of_account(tx, 1)}
        assert labels == {"title 0", "title 1", "title 2"}
        kept, empty = sorted(await history.of_account(tx, 1), key=lambda one: one.id)
        assert opened(OWNER, "overruled", kept.overruled or "") == '["lost"]'
        assert empty.overruled is None
        link = await connects.by_id(tx, "id")
        assert link is not None
        assert opened(OWNER, "consent", link.consent or "") == "consent"
        assert await sealed.under_old_keys(only_new, tx) == {}
    assert len(await secrets_of(only_new)) == sum(moved.values())
    await only_new.close()


async def test_rotating_again_has_nothing_to_do(old: Store, tmp_path: Path) -> None:
    both = Store(url(tmp_path), Vault([NEW, OLD]))
    await sealed.rotate(both)
    before = await secrets_of(both)
    assert set((await sealed.rotate(both)).values()) == {0}
    assert await secrets_of(both) == before
    await both.close()


async def test_a_history_longer_than_a_lot_is_rotated_whole(
    old: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "AT_ONCE", 2)
    both = Store(url(tmp_path), Vault([NEW, OLD]))
    assert (await sealed.rotate(both))["parked.label"] == 3
    await both.close()


async def test_a_secret_that_no_key_opens_leaves_everything_as_it_was(old: Store, tmp_path: Path) -> None:
    before = await secrets_of(old)
    wrong = Store(url(tmp_path), Vault([NEW]))
    with pytest.raises(VaultError):
        await sealed.rotate(wrong)
    await wrong.close()
    assert await secrets_of(old) == before


async def test_a_secret_in_a_column_that_is_not_known_stops_it(old: Store, tmp_path: Path) -> None:
    """Should an encrypted column be forgotten after all, nobody is told that the old key can go."""
    async with old.write() as tx:
        text = old.vault.encrypt(OWNER, "new", "secret")
        await tx.execute(
            sa.update(tables.connect).values(profile={"deep": [text]}).filter_by(slack_user_id="U2")
        )
    before = await secrets_of(old)
    both = Store(url(tmp_path), Vault([NEW, OLD]))
    with pytest.raises(StillUnderOldKeys, match=r"connect\.profile: 1"):
        await sealed.rotate(both)
    await both.close()
    assert await secrets_of(old) == before


async def test_the_example_fills_every_column(old: Store) -> None:
    async with old.read() as tx:
        for one in SEALED:
            here = sa.select(one.column).where(one.column.is_not(None))
            assert (await tx.execute(here)).first(), one.column


def purposes() -> Iterator[str]:
    """Yield the purposes with which the code encrypts anything."""
    for module in [*trees(bot), *trees(sync)]:
        named = {
            target.id: node.value.value
            for node in ast.walk(module)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in calls([module], "encrypt"):
            if ast.unparse(call.func).startswith("AESGCM"):
                continue  # the cipher itself
            purpose = call.args[1]
            text = (
                purpose.value if isinstance(purpose, ast.Constant) else named.get(getattr(purpose, "id", ""))
            )
            if text is None and ast.unparse(purpose) == "one.purpose":
                continue  # the rotation
            yield str(text or IMPORTED.get(ast.unparse(purpose)) or ast.unparse(purpose))


IMPORTED = {"PURPOSE": "refresh_token"}
"""Purposes that a module has from another one: of `sync.google.grant`."""


def test_every_secret_that_the_code_encrypts_is_rotated() -> None:
    """This fails when an encrypted column is added and not entered in `SEALED`."""
    found = set(purposes())
    assert len(found) > 5
    assert found == {one.purpose for one in SEALED}
