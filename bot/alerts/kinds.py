"""Which problem is which: what belongs to one alert, where it is met, and when it is over."""

from __future__ import annotations

import dataclasses

from sync.odoo.identity import OTHER, WENT_BACK
from sync.odoo.users import USER_GONE

ODOO, KEY, DATABASE, RUNS, SLACK, DISK, STORE, SWITCH, PERSON = (
    "odoo", "key", "database", "runs", "slack", "disk", "store", "switch", "person",
)  # fmt: skip
"""Where a problem is met; PERSON stands for each account by itself."""

SOCKET_DEAD, ALMOST_FULL, ALL_PAUSED = "slack_socket_dead", "database_almost_full", "all_paused"


@dataclasses.dataclass(frozen=True)
class Kind:
    """One class of errors, which is one alert however many people meet it.

    `name` is its fingerprint and its heading in the runbook. It is told once an account has failed `patience`
    times in a row more, and, with `widespread`, only if several people meet it. `lasts` says that it is over
    when no account meets it any more, and not when its source once works. `retry`: trying again may help.
    """

    name: str
    source: str
    codes: tuple[str, ...]
    patience: int = 0
    widespread: bool = False
    lasts: bool = False
    retry: bool = True


KINDS = (
    Kind("odoo-down", ODOO, ("odoo_unreachable", "odoo_trouble", "odoo_unreadable", "odoo_busy")),
    Kind(
        "odoo-access",
        ODOO,
        (
            "odoo_login_refused",
            "odoo_key_expired",
            "odoo_key_of_other",
            "odoo_needs_key",
            "odoo_json2_missing",
            "odoo_moved",
            "odoo_database_unknown",
            "odoo_too_old",
            "odoo_rights_missing",
        ),
        lasts=True,
    ),
    Kind("odoo-key-ends", KEY, ("odoo_key_ends_soon",), retry=False),
    Kind("odoo-database", DATABASE, (WENT_BACK, OTHER)),
    Kind("odoo-user", PERSON, (USER_GONE,)),
    Kind("google-quota", RUNS, ("google_daily_limit",), lasts=True),
    Kind("google-client", RUNS, ("google_client_refused", "calendar_api_disabled"), lasts=True),
    Kind(
        "google-down",
        RUNS,
        ("google_unreachable", "google_trouble", "google_unreadable"),
        patience=2,
        widespread=True,
        lasts=True,
    ),
    Kind("google-policy", RUNS, ("google_domain_policy",), lasts=True),
    Kind("google-calendar-off", RUNS, ("calendar_gone",), patience=1, lasts=True),
    Kind("vault-key", RUNS, ("vault_key_missing",), lasts=True),
    Kind("unexpected", RUNS, ("broken",), patience=1, lasts=True),
    Kind("disk-full", DISK, (ALMOST_FULL,)),
    Kind(
        "own-database",
        STORE,
        (
            "database_full",
            "database_locked",
            "database_readonly",
            "database_damaged",
            "database_failing",
        ),
    ),
    Kind("slack-socket", SLACK, (SOCKET_DEAD,)),
    Kind("paused", SWITCH, (ALL_PAUSED,), retry=False),
)
_OF_CODE = {code: kind for kind in KINDS for code in kind.codes}


def kind_of(code: str) -> Kind:
    """Return the kind that a trouble belongs to; what is listed nowhere is a matter of one person."""
    return _OF_CODE.get(code) or Kind(code, PERSON, (code,))


def fingerprint(kind: Kind, account_id: int | None = None) -> str:
    """Return what names a problem: its kind, and for a matter of one person the account."""
    return f"{kind.name} {account_id}" if kind.source == PERSON else kind.name


def source(kind: Kind, account_id: int | None = None) -> str:
    """Return where a problem was met."""
    return f"account {account_id}" if kind.source == PERSON else kind.source


def page_of(kind: Kind, runbook: str) -> str:
    """Return where the page at the address `runbook` tells of a kind; "" where there is none."""
    return f"{runbook}#{kind.name}" if runbook else ""


def account_of(problem_source: str) -> int | None:
    """Return the account that a source names, or None."""
    word, _, number = problem_source.partition(" ")
    return int(number) if word == "account" else None


def is_loud(kind: Kind, failures: int, concerned: int, everybody: int) -> bool:
    """Say whether a problem is worth a message of its own, and not just a line in the daily digest.

    `failures` counts the account's failed runs in a row, `concerned` the accounts that meet it now.
    """
    if kind.source == PERSON and kind.codes != (USER_GONE,):
        return False
    if failures <= kind.patience:
        return False
    return not kind.widespread or concerned >= min(3, everybody)
