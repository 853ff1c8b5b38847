"""Tokens: each person's own, renewed when they end, given up when Google says so."""

from __future__ import annotations

import pytest

from bot import vault
from bot.once import FAILED, UNUSABLE
from bot.settings import Settings, load_settings
from sync.google.grant import PURPOSE
from sync.store import accounts
from sync.store.accounts import AccountState
from sync.vault import Vault, VaultError, generate_key, parse_key
from tests.scenarios.busy import NOON
from tests.scenarios.calendars import HOUR, make, settle, sync
from tests.world import PEOPLE, World, browse


async def kept_token(world: World, name: str) -> str:
    """Return what the store keeps as a person's refresh token."""
    account = await world.account(name)
    async with world.running.store.read() as tx:
        token = await accounts.refresh_token(tx, account.id)
    assert token
    return token


async def test_tok_01_who_connects_again_replaces_his_own_token(connected: World) -> None:
    """TOK-01."""
    before = await kept_token(connected, "alice")
    await connected.connect("alice")
    after = await kept_token(connected, "alice")
    assert after != before
    make(connected, "alice")
    await settle(connected)
    assert len(connected.in_google("alice").events()) == 1


async def test_tok_02_nobody_replaces_the_token_of_somebody_else(world: World) -> None:
    """TOK-02: neither with his own link and alice's consent, nor with a link of alice's."""
    async with world.run():
        await world.connect("alice")
        before = await kept_token(world, "alice")
        bob = world.in_slack("bob")
        await bob.command("/calsync connect")
        await bob.see("works once")
        pressed = await bob.click("Connect Google Account")
        assert pressed.url
        assert "Connected" not in await browse(pressed.url, "alice@example.com")
        alice = world.in_slack("alice")
        alice.reload()
        await alice.command("/calsync connect")
        await alice.see("works once")
        pressed = await alice.click("Connect Google Account")
        assert pressed.url
        assert "Connected" not in await browse(pressed.url, "bob@example.com")
        assert await kept_token(world, "alice") == before
        account = await world.account("alice")
        with pytest.raises(VaultError):
            world.running.store.vault.decrypt(f"{account.team_id}/{PEOPLE['bob']}", PURPOSE, before)
        make(world, "alice")
        await settle(world)
        assert len(world.in_google("alice").events()) == 1


async def test_tok_03_who_runs_calsync_can_replace_what_seals_all_tokens(world: World) -> None:
    """TOK-03: a new vault key in front of the old one, and everybody still syncs."""
    async with world.run():
        for name in ("alice", "bob"):
            await world.connect(name)
            await sync(world, name)
    fresh = generate_key()
    old = world.settings.vault_keys.get_secret_value()
    values = world.settings.model_dump() | {"vault_keys": f"{fresh},{old}"}
    world.settings = load_settings(_env_file=None, **values)
    async with world.run():
        for name in ("alice", "bob"):
            make(world, name, f"Of {name}")
            await settle(world, name)
            assert [one["summary"] for one in world.in_google(name).events()] == [f"Of {name}"]
        assert "Connected" in await world.connect("alice")
        sealed, account = await kept_token(world, "alice"), await world.account("alice")
        assert Vault([parse_key(fresh)]).decrypt(account.owner, PURPOSE, sealed)


async def test_after_rotating_the_vault_everybody_syncs_without_the_old_key(world: World) -> None:
    """`calsync vault rotate`: then the old key can go."""
    async with world.run():
        await world.connect("alice")
        make(world, "alice", "Before")
        await settle(world)
        settings = world.settings
        assert (await vault.rotate(settings)).code == UNUSABLE, "not while calsync runs"
    fresh, old = generate_key(), settings.vault_keys.get_secret_value()

    def with_keys(keys: str) -> Settings:
        return load_settings(_env_file=None, **settings.model_dump() | {"vault_keys": keys})

    missing = await vault.rotate(with_keys(fresh))
    assert missing.code == FAILED
    assert "Nothing was changed" in missing.problems[0]
    done = await vault.rotate(with_keys(f"{fresh},{old}"))
    assert done.code == 0
    assert "grant.refresh_token: 1 encrypted anew" in done.lines
    assert "Every secret is under the newest key" in done.lines[-1]
    world.settings = with_keys(fresh)
    async with world.run():
        world.odoo.as_user("alice").write(
            "calendar.event", world.odoo.events("alice")[0]["id"], {"name": "After"}
        )
        await settle(world)
        assert [one["summary"] for one in world.in_google("alice").events()] == ["After"]
        await world.in_slack("alice").command("/calsync history")
        shown = await world.in_slack("alice").see("it is new in Odoo")
        assert "After" in shown.text


async def test_hnd_16_an_access_token_that_ended_is_renewed(connected: World) -> None:
    """HND-16, first half: nobody notices."""
    connected.advance(hours=2)
    connected.in_google("alice").create("Lunch", start=NOON, end=NOON + HOUR)
    await sync(connected)
    assert connected.google.log.count("oauth.token") == 1
    assert [row["name"] for row in connected.odoo.events("alice", "name")] == ["Lunch"]


async def test_hnd_16_a_grant_that_is_gone_is_given_up_and_told(connected: World) -> None:
    """HND-16, second half: the person is told once, and nothing is tried with it any more."""
    connected.google.grants.revoke_all("alice@example.com")
    connected.running.grants.forget((await connected.account("alice")).id)
    assert (await connected.sync("alice")).code == "grant_dead"
    account = await connected.account("alice")
    assert (account.state, account.next_run_at) == (AccountState.RECONNECT, None)
    await connected.in_slack("alice").see("Connect again")
    connected.google.log.clear()
    assert (await connected.sync("alice")).code == "not_connected"
    assert connected.google.log.entries == []
