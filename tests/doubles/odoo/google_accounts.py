"""What the google_calendar module adds to users: tokens, the state of Odoo's sync, the reset wizard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from tests.doubles.odoo.core import on_model, on_records
from tests.doubles.odoo.errors import attribute_error
from tests.doubles.odoo.fields import Field
from tests.doubles.odoo.google_events import WINDOW
from tests.doubles.odoo.model import Model, Vals
from tests.doubles.odoo.people import Users, UserSettings
from tests.doubles.odoo.store import Row

CLIENT = ("google_calendar_client_id", "google_calendar_client_secret")
PAUSED = "google_calendar_sync_paused"
_TOKENS = {
    "google_calendar_rtoken": Field("char", "Refresh Token", admin_only=True),
    "google_calendar_token": Field("char", "User token", admin_only=True),
    "google_calendar_token_validity": Field("datetime", "Token Validity", admin_only=True),
    "google_calendar_sync_token": Field("char", "Next Sync Token", admin_only=True),
    "google_calendar_cal_id": Field("char", "Calendar ID", admin_only=True),
    "google_synchronization_stopped": Field("boolean", "Google Synchronization stopped", admin_only=True),
}
STOPPED = "google_synchronization_stopped"


class GoogleSettings(UserSettings):
    """res.users.settings with google_calendar installed."""

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of res.users.settings."""
        return super().build_fields(version, google) | _TOKENS


class GoogleUsers(Users):
    """res.users with google_calendar installed; every user may stop and restart everybody's sync."""

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of res.users; in Odoo 17 the stop switch is open to its user."""
        own = {name: replace(field, store=False) for name, field in _TOKENS.items()}
        if version < 18:
            own[STOPPED] = replace(own[STOPPED], admin_only=False)
        return super().build_fields(version, google) | own

    searchable = Users.searchable | _TOKENS.keys()

    def value(self, record_id: int, name: str) -> Any:
        """Look up tokens in the settings."""
        return self.google_settings(record_id)[name] if name in _TOKENS else super().value(record_id, name)

    def google_settings(self, user_id: int) -> Row:
        """Return the settings row of a user."""
        table = self.env.table("res.users.settings")
        return table.rows[table.children("user_id", user_id)[0]]

    def update(self, ids: Iterable[int], vals: Vals) -> None:
        """Write a user; but for the stop switch, the fields of Odoo's sync are read-only here."""
        ids, vals = list(ids), dict(vals)
        given = {name: vals.pop(name) for name in _TOKENS.keys() & vals.keys()}
        if STOPPED in given:
            self._switch(ids, stopped=given[STOPPED])
        super().update(ids, vals)

    def parameter(self, key: str) -> str:
        """Return a system parameter, empty if it is not set."""
        return str(self.env.sudo()["ir.config_parameter"].get_param(key) or "")

    @on_model
    def check_calendar_credentials(self) -> dict[str, bool]:
        """Say whether Odoo has an app at Google to connect with."""
        return {"google_calendar": all(self.parameter(key) for key in CLIENT)}

    @on_records
    def is_google_calendar_synced(self, ids: list[int]) -> bool:
        """Say whether Odoo itself syncs this user."""
        return (
            bool(self.google_settings(ids[0])["google_calendar_token"])
            and self._status(ids[0]) == "sync_active"
        )

    @on_records
    def check_synchronization_status(self, ids: list[int]) -> dict[str, str]:
        """Tell the state of Odoo's own sync of this user; there is no such call in Odoo 17."""
        super().check_synchronization_status(ids)
        ready = self.check_calendar_credentials()["google_calendar"]
        return {"google_calendar": self._status(ids[0]) if ready else "missing_credentials"}

    def _status(self, user_id: int) -> str:
        settings = self.google_settings(user_id)
        if self.parameter(PAUSED) == "True":
            return "sync_paused"
        active = settings["google_calendar_rtoken"] and not settings[STOPPED]
        return "sync_active" if active else "sync_stopped"

    @on_records
    def stop_google_synchronization(self, ids: list[int]) -> None:
        """Stop the sync of these users; from Odoo 18 on, nobody is asked whether he may."""
        if self.env.version < 18:
            self.check_records(ids, "write")
        self._switch(ids, stopped=True)

    @on_records
    def restart_google_synchronization(self, ids: list[int]) -> None:
        """Start the sync of these users and mark their events of a year back and forth for pushing."""
        if self.env.version < 18:
            self.check_records(ids, "write")
        self._switch(ids, stopped=False)
        events = self.env.sudo()["calendar.event"]
        for user_id in ids:
            partner = self.row(user_id)["partner_id"]
            for event_id, row in list(events.table.rows.items()):
                near = row["stop"] > self.env.now - WINDOW and row["start"] < self.env.now + WINDOW
                if near and row["active"] and partner in row["partner_ids"]:
                    events.update([event_id], {"need_sync": True})

    def _switch(self, ids: list[int], *, stopped: bool) -> None:
        rows = [self.google_settings(user_id)["id"] for user_id in ids]
        self.env.sudo()["res.users.settings"].update(rows, {STOPPED: stopped})

    @on_records
    def pause_google_synchronization(self, _ids: list[int]) -> None:
        """Pause the sync of everybody."""
        self.env.sudo()["ir.config_parameter"].set_param(PAUSED, True)

    @on_records
    def unpause_google_synchronization(self, _ids: list[int]) -> None:
        """Go on with the sync of everybody."""
        self.env.sudo()["ir.config_parameter"].set_param(PAUSED, False)


class AccountReset(Model):
    """The wizard that parts a user's events from Google; for system administrators."""

    name = "google.calendar.account.reset"
    description = "Google Calendar Account Reset"
    rec_name = "user_id"
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(
        ("read", "create", "write", "unlink"), "Administration/Settings"
    )

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of the wizard."""
        return {
            "user_id": Field("many2one", "User", required=True, relation="res.users"),
            "delete_policy": Field(
                "selection",
                "User's Existing Events",
                required=True,
                default="dont_delete",
                selection=(
                    ("dont_delete", "Leave them untouched"),
                    ("delete_google", "Delete from the current Google Calendar account"),
                    ("delete_odoo", "Delete from Odoo"),
                    ("delete_both", "Delete from both"),
                ),
            ),
            "sync_policy": Field(
                "selection",
                "Next Synchronization",
                required=True,
                default="new",
                selection=(
                    ("new", "Synchronize only new events"),
                    ("all", "Synchronize all existing events"),
                ),
            ),
        }

    @on_records
    def reset_account(self, ids: list[int]) -> None:
        """Carry out the policies on the user's own active linked events, then forget his tokens.

        Events at Google are only noted as deleted, in `google_deleted` of the database.
        """
        order = self.row(ids[0])
        policy, user_id = order["delete_policy"], order["user_id"]
        sudo = self.env.sudo().with_context(dont_notify=True, no_mail_to_attendees=True)
        events, rules = sudo["calendar.event"], sudo["calendar.recurrence"]
        linked = events.search([("user_id", "=", user_id), ("google_id", "!=", False)])
        series = [
            i for i, row in rules.table.rows.items() if row["google_id"] and row["base_event_id"] in linked
        ]
        if policy in ("delete_google", "delete_both") and linked:
            if not self.env["res.users"].google_settings(user_id)["google_calendar_token"]:
                raise attribute_error("An authentication token is required")
            self.env.database.google_deleted += [events.row(i)["google_id"] for i in linked]
        if policy != "dont_delete":
            events.update(linked, {"google_id": False, "need_sync": False})
            rules.update(series, {"google_id": False, "need_sync": False})
        if policy in ("delete_odoo", "delete_both"):
            events.remove(linked)
        else:
            events.update(linked, {"need_sync": order["sync_policy"] == "all"})
            rules.update(series, {"need_sync": order["sync_policy"] == "all"})
        tokens = ("google_calendar_rtoken", "google_calendar_token", "google_calendar_token_validity")
        settings = self.env["res.users"].google_settings(user_id)["id"]
        sudo["res.users.settings"].update([settings], dict.fromkeys(tokens, False))
