"""The real calsync in this process, with accounts made at once, between doubles in another."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import Calsync
from bot.settings import CALLBACK, load_settings
from sync.google.grant import PURPOSE
from sync.store import accounts
from sync.store.accounts import Account, AccountState
from sync.vault import generate_key
from tests.clock import TestClock
from tests.world import TEAM, free_port

ROOT = Path(__file__).parents[2]


class Stage:
    """calsync while it runs, and the doubles' process by its orders (see `Doubles`)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.clock = TestClock()
        self.calsync: Calsync

    async def order(self, do: str, **arguments: Any) -> Any:
        """Let the doubles carry out an order and return the answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        answer = await self._process.stdout.readline()
        return json.loads(answer)

    async def people(self, number: int, *, in_google: int = 0, in_odoo: int = 0) -> list[Account]:
        """Add people with so many events on each side, and connect them."""
        return await self.connect(
            await self.order("people", number=number, in_google=in_google, in_odoo=in_odoo)
        )

    async def connect(self, seeded: Sequence[dict[str, Any]]) -> list[Account]:
        """Connect people of the doubles, whose accounts' values are given."""
        made, now, store = [], self.clock.now(), self.calsync.store
        async with store.write() as tx:
            for values in seeded:
                token, who = values.pop("refresh_token"), values.pop("slack_user_id")
                values |= {"state": AccountState.CONNECTED, "time_zone": "Europe/Berlin"}
                account_id = await accounts.save(tx, TEAM, who, created_at=now, next_run_at=now, **values)
                sealed = store.vault.encrypt(f"{TEAM}/{who}", PURPOSE, token)
                await accounts.set_refresh_token(tx, account_id, sealed, now)
                account = await accounts.get(tx, account_id)
                assert account is not None
                made.append(account)
        return made

    async def sync(self, account: Account) -> None:
        """Run an account; anything but success ends the benchmark."""
        outcome = await self.calsync.timer.run_now(account.id)
        if outcome.code != "ok":
            raise RuntimeError(f"a run ended with {outcome.code}: {outcome.error}")

    async def advance(self, seconds: float) -> None:
        """Move all clocks on."""
        await self.order("advance", seconds=seconds)
        self.clock.advance(seconds=seconds)

    async def settled(self) -> None:
        """Wait until the timer waits for its next turn with no run under way."""
        await self.clock.awaited()
        while running := self.calsync.timer._running:
            await asyncio.wait(list(running.values()))
            await self.clock.awaited()


SetUp = Callable[[], AbstractAsyncContextManager[Stage]]
"""Gives a benchmark a stage; `set_up` makes a fresh one each time."""


@asynccontextmanager
async def set_up(doubles: str = "tests.bench.doubles") -> AsyncIterator[Stage]:
    """Start the doubles (a module) and calsync, its timer standing still, and leave nothing behind."""
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", doubles, public + CALLBACK),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**26,
    )
    try:
        with tempfile.TemporaryDirectory(prefix="calsync-bench-") as name:
            folder, stage = Path(name), Stage(process)
            values = await stage.order("addresses")
            client_file = folder / "client.json"
            client_file.write_text(json.dumps(values.pop("google_client_file")))
            settings = load_settings(
                _env_file=None,
                slack_bot_token="xoxb-double-bot",
                slack_app_token="xapp-double-app",
                google_client_file=client_file,
                odoo_login="svc",
                odoo_api_key="svc-key",
                public_url=public,
                listen=f"127.0.0.1:{port}",
                database_url=f"sqlite+aiosqlite:///{folder / 'calsync.db'}",
                vault_keys=generate_key(),
                **values,
            )
            async with Calsync(settings, stage.clock) as stage.calsync:
                yield stage
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
