"""`/calsync debug`: what support needs to know, to paste into a ticket."""

from __future__ import annotations

import platform
from collections import Counter
from importlib import metadata

from bot.commands.call import Call
from bot.services import Services
from bot.views.debug import DebugData, RunData, debug_message
from sync.errors import SyncError
from sync.store import links, parked, runs
from sync.store.accounts import Account

RUNS = 5


async def run(call: Call) -> None:
    """Answer with versions, ids, state and codes: no text of calendars, no address, no secret."""
    account, services = await call.account(), call.services
    facts = {"calsync": metadata.version("calsync"), "python": platform.python_version()}
    facts |= await _odoo(services) | _installation(services)
    facts |= {"team": call.person.team_id, "user": call.person.user_id, "locale": call.person.locale}
    facts["time_zone"] = call.person.time_zone
    if account is None:
        await call.answer(debug_message(call.t, DebugData(facts, {}, [])))
        return
    async with services.store.read() as tx:
        set_aside = await parked.of_account(tx, account.id)
        latest = await runs.latest(tx, account.id, RUNS)
        linked = await links.count(tx, account.id)
    data = DebugData(
        facts | _account(account) | {"links": linked},
        Counter(one.reason for one in set_aside),
        [RunData(one.ended_at, one.outcome, one.counts) for one in latest],
    )
    await call.answer(debug_message(call.t, data))


async def _odoo(services: Services) -> dict[str, str]:
    try:
        found = await services.odoo.connection()
    except SyncError as error:
        return {"odoo": error.code}
    return {"odoo": found.version.text, "odoo_api": found.gateway.api}


def _installation(services: Services) -> dict[str, str]:
    settings, trouble = services.settings, services.timer.odoo_trouble
    return {
        "slack": "socket" if settings.slack_app_token else "http",
        "database": settings.database_url.partition(":")[0],
        "window": f"{settings.window_past}/{settings.window_future}",
        "intervals": f"{settings.sync_interval}/{settings.odoo_interval}",
        "odoo_poll": trouble.code if trouble else "ok",
        "now": f"{services.clock.now():%Y-%m-%dT%H:%M:%SZ}",
    }


def _account(account: Account) -> dict[str, object]:
    shown = (
        *("state", "trouble", "halt", "failures", "deletions", "odoo_uid", "odoo_partner_id", "time_zone"),
        *("direction", "left_out", "window_past", "window_future", "quiet_from", "quiet_until", "language"),
        *(
            "makes_meet",
            "created_at",
            "synced_at",
            "next_run_at",
            "resync_at",
            "paused_at",
            "disconnected_at",
        ),
    )
    return {"account": account.id} | {name: getattr(account, name) for name in shown}
