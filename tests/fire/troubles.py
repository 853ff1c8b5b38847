"""The rows of the matrix: what goes wrong at Google and in Odoo, when it begins and how it ends."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sync.google import transport
from sync.model import Side
from tests.doubles.faults import Fault
from tests.doubles.server import Double
from tests.fire.people import reconnect
from tests.world import World

PATIENCE = 0.25
"""Seconds that calsync waits for an answer while one hangs; otherwise it is half a minute."""


@dataclasses.dataclass(frozen=True)
class Trouble:
    """One way to fail: the settings of the double's fault, which calls it is about and how long it may last.

    `needs` names the calls that it is about (see `tests.fire.calls`), "" for all calls of its side. `hangs`:
    calsync gives up waiting for the answer; `does` happens at the call that it strikes. What is not `lasting`
    cannot go on for whole runs. `until_mended`: it lasts until the person connects Google anew.
    """

    name: str
    side: Side
    settings: Mapping[str, Any]
    needs: str = ""
    hangs: bool = False
    does: Callable[[World, str], None] | None = None
    undoes: Callable[[World], None] | None = None
    lasting: bool = True
    until_mended: bool = False


ABOUT = ("hangs", "does", "undoes", "lasting", "until_mended")


def _google(name: str, needs: str = "", **more: Any) -> Trouble:
    about = {field: more.pop(field) for field in ABOUT if field in more}
    return Trouble(name, Side.GOOGLE, {"operation": "calendar.*"} | more, needs, **about)


def _odoo(name: str, needs: str = "", **more: Any) -> Trouble:
    about = {field: more.pop(field) for field in ABOUT if field in more}
    return Trouble(name, Side.ODOO, {"operation": "*"} | more, needs, **about)


def _take_key(world: World, _who: str) -> None:
    """Withdraw the key of calsync's user; what it opened is denied from this call on."""
    admin = world.odoo.as_user("admin")
    mine = admin.search("res.users.apikeys", [("user_id", "=", world.odoo.users["svc"].id)])
    if mine:
        admin.call("res.users.apikeys", "unlink", mine)


def _give_key(world: World) -> None:
    world.odoo.add_key("svc", secret="svc-key")


HTML = "<html><body><h1>Bad gateway</h1></body></html>"
TROUBLES = (
    _google("403 rate limit", status=403, reason="rateLimitExceeded"),
    _google("429 with Retry-After", status=429, reason="rateLimitExceeded", headers={"Retry-After": "7"}),
    _google("500", status=500, reason="backendError"),
    _google("503 after the write", "google write", writes=True, status=503, after=True),
    _google("connection cut before", drop="before"),
    _google("connection cut after", drop="after"),
    _google("hangs, nothing done", hangs=True, drop="before"),
    _google("hangs, done later", hangs=True),
    _google("truncated JSON", cut_body=40),
    _google("HTML error page", status=502, body=HTML),
    _google(
        "410 sync token expired", "google news",
        operation="*.list", where={"full": "False"}, status=410, reason="fullSyncRequired",
    ),
    _google("412", "google change", operation="calendar.events.[pud]*", status=412, reason="conditionNotMet"),
    _google("access token expired", does=lambda at, who: at.google.grants.expire_all(who), lasting=False),
    _google(
        "grant revoked",
        does=lambda world, who: world.google.grants.revoke_all(who), lasting=False, until_mended=True,
    ),
    _odoo("down", drop="before"),
    _odoo("answer lost", drop="after"),
    _odoo("slow, done later", hangs=True),
    _odoo("500 HTML page", status=500),
    _odoo("AccessDenied", does=_take_key, undoes=_give_key, lasting=False),
    _odoo("serialization failure", "odoo write", writes=True, reason="psycopg2.errors.SerializationFailure"),
    _odoo("lost answer to a create", "odoo create", operation="*.create", drop="after"),
    _odoo("read-only", "odoo write", writes=True, reason="psycopg2.errors.ReadOnlySqlTransaction"),
)  # fmt: skip


@dataclasses.dataclass
class Outage:
    """One trouble at work, from `begin` to `end`; `who` of the world is the person concerned."""

    world: World
    trouble: Trouble
    who: str
    patch: pytest.MonkeyPatch
    fault: Fault | None = None

    @property
    def double(self) -> Double:
        """The side that fails."""
        return self.world.google if self.trouble.side is Side.GOOGLE else self.world.odoo

    @property
    def met(self) -> bool:
        """Whether any call was struck."""
        return self.fault is not None and self.fault.hits > 0

    def begin(self, *, skip: int, times: int | None) -> None:
        """Let it strike after `skip` calls that pass, and then `times` calls (None: all of them)."""
        trouble = self.trouble
        settings: dict[str, Any] = dict(trouble.settings)
        if trouble.hangs:
            settings["hold"] = asyncio.Event()
            self.patch.setattr(transport, "TIMEOUT", PATIENCE)
            rpc = self.world.running.odoo._connection._jsonrpc._rpc
            self.patch.setattr(rpc._connector.proxy_json, "_timeout", PATIENCE)
        if does := trouble.does:
            settings["does"] = lambda: does(self.world, f"{self.who}@example.com")
        self.fault = self.double.faults.add(skip=skip, times=times, **settings)

    def pass_off(self) -> None:
        """Let calls go well from here on; those that hang still do."""
        if self.fault:
            self.double.faults.remove(self.fault)

    async def end(self) -> None:
        """End it: what hung is done now or never, a grant that was revoked is given anew."""
        self.pass_off()
        self.patch.undo()
        if self.fault and self.fault.hold and self.fault.hits:
            before = len(self.double.log.entries)
            self.fault.hold.set()
            await self.double.log.wait_for("*", before + self.fault.hits)
        if self.trouble.undoes and self.met:
            self.trouble.undoes(self.world)
        if self.trouble.until_mended and self.met:
            await reconnect(self.world, self.who)
