"""What an administrator has to do about each error of a set-up: what is wrong, then the steps to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from sync.errors import SyncError

FIXES: Mapping[str, tuple[str, ...]] = {
    "odoo_login_refused": (
        "Odoo refuses the login {detail}",
        (
            "Check CALSYNC_ODOO_LOGIN, and make a new API key for it in Odoo (Preferences, Account "
            "Security) for CALSYNC_ODOO_API_KEY; keys can expire"
        ),
    ),
    "odoo_key_expired": (
        "the API key of {detail} has ended",
        "Make a new one in Odoo (Preferences, Account Security) and set CALSYNC_ODOO_API_KEY to it",
    ),
    "odoo_key_of_other": (
        "the key in CALSYNC_ODOO_API_KEY is {detail}'s",
        "Make one as the user in CALSYNC_ODOO_LOGIN, or correct that",
    ),
    "odoo_needs_key": (
        "CALSYNC_ODOO_API_KEY holds the password of {detail}, and JSON-2 takes API keys only",
        "Make one in Odoo (Preferences, Account Security), or leave CALSYNC_ODOO_API at auto",
    ),
    "odoo_json2_missing": (
        "there is no JSON-2 at CALSYNC_ODOO_URL; Odoo has it from 19 on",
        "Leave CALSYNC_ODOO_API at auto",
    ),
    "odoo_moved": (
        "CALSYNC_ODOO_URL leads on to {detail}",
        "Set it to the address that answers, with https if that is meant",
    ),
    "odoo_database_unknown": (
        "Odoo has no database {detail}",
        "Check CALSYNC_ODOO_DB",
    ),
    "odoo_rights_missing": (
        "the service account may not read {detail}",
        (
            "Give it the rights of an internal user, and look for access rights and record rules that "
            "keep it out"
        ),
    ),
    "odoo_too_old": ("Odoo {detail} is too old; calsync works with 17 and later",),
    "odoo_unreachable": (
        "Odoo does not answer at CALSYNC_ODOO_URL ({detail})",
        "Check address and network",
    ),
    "slack_token_refused": (
        "Slack refuses the bot token ({detail})",
        (
            "Copy CALSYNC_SLACK_BOT_TOKEN anew from OAuth & Permissions; after a change of scopes "
            "install the app again"
        ),
    ),
    "slack_app_token_refused": (
        "Slack refuses the app-level token ({detail})",
        "Make one with the scope connections:write and set CALSYNC_SLACK_APP_TOKEN",
    ),
    "slack_unreachable": (
        "Slack does not answer ({detail})",
        "Check the network and CALSYNC_SLACK_API_URL",
    ),
    "cannot_listen": (
        "{detail} cannot be listened on",
        "Another program has it, or it is not an address of this machine",
        "Change CALSYNC_LISTEN",
    ),
    "database_newer": (
        "the database was made by a newer calsync ({detail})",
        "Run that, or restore a copy",
    ),
    "database_damaged": (
        "calsync's own database is damaged ({detail})",
        "Move its files aside and restore the last backup: docs/backup.md says how, and what to do without",
    ),
    "database_full": (
        "there is no room for calsync's own database ({detail})",
        "Make room on its disk",
    ),
    "database_locked": (
        "another program holds calsync's own database ({detail})",
        "End what has it open: an SQLite shell, a copy under way, another calsync",
    ),
    "database_readonly": (
        "calsync's own database cannot be written ({detail})",
        "Its file and its folder have to belong to the user that calsync runs as",
    ),
    "database_failing": (
        "calsync's own database fails ({detail})",
        "Look at its disk or its server",
    ),
    "database_in_use": (
        "another calsync works with {detail}",
        "End that, or give this one a database of its own by CALSYNC_DATABASE_URL",
    ),
    "database_unusable": (
        "the database cannot be used: {detail}",
        "Check CALSYNC_DATABASE_URL and the disk",
    ),
    "vault_key_missing": (
        "CALSYNC_VAULT_KEYS lacks the key that the database was encrypted with ({detail})",
        "Add it behind the newest one",
    ),
}


def told(error: SyncError) -> tuple[str, ...]:
    """Return what is wrong, and then the steps to mend it."""
    fix = FIXES.get(error.code)
    return tuple(part.format(detail=error.detail) for part in fix) if fix else (str(error),)


def explain(error: SyncError) -> str:
    """Say what is wrong and how to mend it, for an administrator, in one line."""
    return ". ".join(told(error))
