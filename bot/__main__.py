"""The `calsync` command."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot import backup, doctor, logs, once, vault
from bot.core import odoo_client, open_store
from bot.ending import end_on_signals
from bot.forget import forget
from bot.once import UNUSABLE
from bot.serving import run_until
from bot.settings import Settings, SettingsError, load_settings
from sync.clock import Clock
from sync.errors import DatabaseTrouble, Misconfigured
from sync.odoo import identity
from sync.vault import generate_key


def main(argv: list[str] | None = None) -> int:
    """Run a subcommand and return its exit code.

    Returns:
        0; 1 when doctor found something, a sync was stopped or something was left; 2 when it cannot work.
    """
    options = _parser().parse_args(argv)
    if options.command == "vault" and options.vault_command == "new-key":
        print(generate_key())
        return 0
    try:
        settings = load_settings()
    except SettingsError as error:
        if options.command == "doctor":
            return _diagnosis(doctor.of_settings(error), as_json=options.json)
        print("calsync cannot start. Mend these settings (environment or .env):", file=sys.stderr)
        for problem in error.problems:
            print(f"  - {problem}", file=sys.stderr)
        return UNUSABLE
    logs.configure(as_json=settings.logs_as_json(is_terminal=sys.stderr.isatty()))
    try:
        return asyncio.run(_COMMANDS[options.command](settings, options))
    except (Misconfigured, DatabaseTrouble) as error:
        print(f"calsync cannot go on: {doctor.explain(error)}", file=sys.stderr)
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="calsync", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="serve Slack and the connect pages, and keep the calendars the same")
    look = commands.add_parser("doctor", help="check settings, Google, Slack, Odoo, database, address, clock")
    look.add_argument("--json", action="store_true", help="print the findings as JSON (docs/setup.md)")
    commands.add_parser("migrate", help="bring the database to the newest form (run does it, too)")
    sync = commands.add_parser("sync", help="sync one account once, while `calsync run` is not up")
    sync.add_argument("--dry-run", action="store_true", help="only print what it would do")
    erase = commands.add_parser(
        "forget", help="erase everything about a person, while `calsync run` is not up"
    )
    for one in (sync, erase):
        one.add_argument(
            "--account", required=True, metavar="WHO", help="Slack user id, Odoo login or Google address"
        )
    commands.add_parser(
        "accept-database",
        help="go on with an Odoo database that was set back to a copy or is another one",
    )
    copy = commands.add_parser("backup", help="copy calsync's own database, also beside `calsync run`")
    copy.add_argument("file", type=Path, metavar="FILE", help="where the copy is to be")
    copy.add_argument("--force", action="store_true", help="replace the file if it exists")
    commands.add_parser(
        "restored",
        help="say that calsync's own database was set back by other means than a copy of `calsync backup`",
    )
    keys = commands.add_parser("vault", help="encryption keys").add_subparsers(
        dest="vault_command", required=True, metavar="COMMAND"
    )
    keys.add_parser("new-key", help="print a fresh key for CALSYNC_VAULT_KEYS")
    keys.add_parser("rotate", help="encrypt all secrets under the newest key, while `calsync run` is not up")
    return parser


async def _run(settings: Settings, _: argparse.Namespace) -> int:
    stop = asyncio.Event()
    end_on_signals(stop)
    await run_until(settings, stop)
    return 0


async def _doctor(settings: Settings, options: argparse.Namespace) -> int:
    return _diagnosis(await doctor.examine(settings), as_json=options.json)


def _diagnosis(findings: list[doctor.Finding], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(doctor.as_json(findings), indent=2, ensure_ascii=False))
    else:
        print("\n".join(line for finding in findings for line in finding.lines))
    return 1 if doctor.worst(findings) is doctor.Level.BAD else 0


async def _sync(settings: Settings, options: argparse.Namespace) -> int:
    return _printed(await once.sync(settings, options.account, dry_run=options.dry_run))


async def _forget(settings: Settings, options: argparse.Namespace) -> int:
    return _printed(await forget(settings, options.account))


def _printed(result: once.Result) -> int:
    for line in result.problems:
        print(line, file=sys.stderr)
    for line in result.lines:
        print(line)
    return result.code


async def _migrate(settings: Settings, _: argparse.Namespace) -> int:
    store = open_store(settings)
    try:
        await store.migrate()
    finally:
        await store.close()
    print("the database is in its newest form")
    return 0


async def _backup(settings: Settings, options: argparse.Namespace) -> int:
    return _printed(await backup.backup(settings, options.file, replace=options.force))


async def _restored(settings: Settings, _: argparse.Namespace) -> int:
    return _printed(await backup.declare_restored(settings))


async def _vault(settings: Settings, _: argparse.Namespace) -> int:
    return _printed(await vault.rotate(settings))


async def _accept_database(settings: Settings, _: argparse.Namespace) -> int:
    store, odoo = open_store(settings), odoo_client(settings, Clock())
    try:
        await store.migrate()
        accepted = await identity.accept(store, odoo.source)
    finally:
        await odoo.close()
        await store.close()
    if accepted:
        print("accepted: with its next look at Odoo calsync compares all calendars anew and goes on")
    else:
        print("there is nothing to accept: no doubt about the database is open")
    return 0


_COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]]] = {
    "run": _run,
    "sync": _sync,
    "forget": _forget,
    "doctor": _doctor,
    "migrate": _migrate,
    "backup": _backup,
    "restored": _restored,
    "vault": _vault,
    "accept-database": _accept_database,
}

if __name__ == "__main__":
    sys.exit(main())
