"""Users, their settings and API keys, and the partners behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from tests.doubles.odoo.calendar_fields import PRIVACY, ZONES
from tests.doubles.odoo.core import on_model, on_records
from tests.doubles.odoo.errors import AccessError, attribute_error
from tests.doubles.odoo.fields import Field, outgoing
from tests.doubles.odoo.model import Model, Vals

_CONTACTS = "Extra Rights/Contact Creation"
_OF_PARTNER = ("name", "email", "phone", "tz", "lang")
_OWN = frozenset({"name", "email", "phone", "tz", "lang", "password", "calendar_default_privacy"})
_LANGUAGES = (("en_US", "English (US)"),)


class Partner(Model):
    """People and companies; ordinary users may read them all and write none."""

    name = "res.partner"
    description = "Contact"
    order = "name, id desc"
    links = ()
    searchable = frozenset({"display_name", "user_ids", "email_normalized"})
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(("create", "write", "unlink"), _CONTACTS)

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of res.partner that calendars touch."""
        return {
            "name": Field("char", "Name"),
            "email": Field("char", "Email"),
            "email_normalized": Field("char", "Normalized Email", readonly=True, store=False),
            "phone": Field("char", "Phone"),
            "tz": Field("selection", "Timezone", selection=ZONES),
            "lang": Field("selection", "Language", selection=_LANGUAGES, default="en_US"),
            "active": Field("boolean", "Active", default=True),
            "user_ids": Field("one2many", "Users", relation="res.users", inverse="partner_id"),
        }

    def compute_email_normalized(self, record_id: int) -> str | None:
        """Return the address in lower case, as addresses are compared."""
        email = (self.row(record_id)["email"] or "").strip().lower()
        return email if "@" in email else None


class Users(Model):
    """The accounts; name, address and zone are those of the partner."""

    name = "res.users"
    description = "User"
    order = "name, login"
    links = ("partner_id",)
    searchable = frozenset({"display_name", *_OF_PARTNER})
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(("create", "unlink"), "Administration/Access Rights")

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of res.users that calendars touch."""
        partner = Partner.build_fields(version, google)
        fields = {
            "login": Field("char", "Login", required=True),
            "partner_id": Field("many2one", "Related Partner", required=True, relation="res.partner"),
            **{name: replace(partner[name], store=False, default=None) for name in _OF_PARTNER},
            "active": Field("boolean", "Active", default=True),
            "share": Field("boolean", "Share User", readonly=True, ignored=True),
            "password": Field("char", "Password", store=False),
        }
        if version >= 18:
            fields["calendar_default_privacy"] = Field(
                "selection", "Calendar Default Privacy", store=False, selection=PRIVACY
            )
        return fields

    def value(self, record_id: int, name: str) -> Any:
        """Look up what belongs to the partner there."""
        if name in _OF_PARTNER:
            return self.env["res.partner"].value(self.row(record_id)["partner_id"], name)
        return super().value(record_id, name)

    def label(self, record_id: int) -> str:
        """Return the partner's name."""
        return str(self.value(record_id, "name"))

    def compute_password(self, record_id: int) -> str:
        """Return nothing: passwords cannot be read back."""
        return ""

    def compute_calendar_default_privacy(self, record_id: int) -> str | None:
        """Return a user's default; in Odoo 18 an ordinary user sees only his own and False for others."""
        if self.env.version < 19 and not self.env.is_admin and record_id != self.env.uid:
            return None
        return default_privacy(self, record_id)

    def insert(self, vals: Vals) -> int:
        """Create a user together with his partner, unless one is named, and his settings."""
        vals = dict(vals)
        own = {name: vals.pop(name) for name in _OF_PARTNER if name in vals}
        secret, privacy = vals.pop("password", None), vals.pop("calendar_default_privacy", "public")
        if not vals.get("partner_id"):
            vals["partner_id"] = self.env["res.partner"].create_all([own])[0]
        user_id = super().insert(vals)
        self.env["res.users.settings"].create_all([{"user_id": user_id, "calendar_default_privacy": privacy}])
        if secret:
            self.env.database.secrets.set_password(user_id, secret)
        return user_id

    def check_records(self, ids: Iterable[int], operation: str) -> None:
        """Let ordinary users write only themselves."""
        ids = list(ids)
        super().check_records(ids, operation)
        if operation == "write" and not self.env.is_admin and ids != [self.env.uid]:
            raise AccessError(
                f"You are not allowed to modify '{self.description}' ({self.name}) records.\n\n"
                "This operation is allowed for the following groups:\n\t- Administration/Access Rights\n\n"
                "Contact your administrator to request access if necessary."
            )

    @on_records
    def write(self, ids: list[int], vals: Vals) -> bool:
        """Write users; how private events are by default is everybody's own business."""
        if "calendar_default_privacy" in vals and ids != [self.env.uid] and not self.env.su:
            raise AccessError(
                "You are not allowed to change the calendar default privacy of another user due to privacy "
                "constraints."
            )
        return super().write(ids, vals)

    def update(self, ids: Iterable[int], vals: Vals) -> None:
        """Write a user; what belongs to the partner or the settings goes there."""
        if not self.env.is_admin and not _OWN.issuperset(vals):
            raise AccessError("You are not allowed to modify your own rights.")
        ids, vals = list(ids), dict(vals)
        own = {name: vals.pop(name) for name in _OF_PARTNER if name in vals}
        for user_id in ids:
            if own:
                self.env.sudo()["res.partner"].update([self.row(user_id)["partner_id"]], own)
            if "calendar_default_privacy" in vals:
                self.env.sudo()["res.users.settings"].set_privacy(user_id, vals["calendar_default_privacy"])
            if vals.get("password"):
                self.env.database.secrets.set_password(user_id, vals["password"])
        if "active" in vals:
            self.env.database.secrets.forget_checks()
        super().update(ids, vals)

    @on_model
    def context_get(self) -> dict[str, Any]:
        """Return the caller's language, zone and id."""
        partner = self.env["res.partner"]
        own = {
            name: outgoing(partner.fields[name], self.value(self.env.uid, name)) for name in ("lang", "tz")
        }
        return own | {"uid": self.env.uid}

    @on_records
    def check_synchronization_status(self, _ids: list[int]) -> dict[str, str]:
        """Tell the states of other calendars' syncs: none here. Odoo 17 does not know the question."""
        if self.env.version < 18:
            raise attribute_error(
                "The method 'check_synchronization_status' does not exist on the model 'res.users'"
            )
        return {}


def default_privacy(users: Users, user_id: int) -> str | None:
    """Return what a user set as the privacy of his events."""
    for settings in users.env.table("res.users.settings").rows.values():
        if settings["user_id"] == user_id:
            value: str | None = settings["calendar_default_privacy"]
            return value
    return None


class UserSettings(Model):
    """One row of settings for each user."""

    name = "res.users.settings"
    description = "User Settings"
    rec_name = "user_id"
    links = ("user_id",)

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of res.users.settings that calendars touch."""
        fields = {"user_id": Field("many2one", "User", required=True, relation="res.users")}
        fields["calendar_default_privacy"] = Field(
            "selection", "Calendar Default Privacy", selection=PRIVACY, default="public"
        )
        return fields

    def set_privacy(self, user_id: int, privacy: str) -> None:
        """Store a user's default privacy."""
        self.update(self.table.children("user_id", user_id), {"calendar_default_privacy": privacy})


class ApiKeys(Model):
    """The keys users made, without their secrets; everybody sees his own, administrators all."""

    name = "res.users.apikeys"
    description = "Users API Keys"
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(("create", "write"), "Administration/Settings")

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of res.users.apikeys; before Odoo 18 keys do not expire."""
        fields = {
            "name": Field("char", "Description", required=True, readonly=True),
            "user_id": Field("many2one", "User", required=True, readonly=True, relation="res.users"),
            "scope": Field("char", "Scope", readonly=True),
        }
        if version >= 18:
            fields["expiration_date"] = Field("datetime", "Expiration Date", readonly=True)
        return fields

    @on_model
    def search(
        self, domain: Any, offset: int = 0, limit: int | None = None, order: str | None = None
    ) -> list[int]:
        """Find keys, for ordinary users among their own only."""
        own = [] if self.env.is_admin else [("user_id", "=", self.env.uid)]
        return super().search([*own, *domain], offset, limit, order)

    def check_records(self, ids: Iterable[int], operation: str) -> None:
        """Keep other people's keys from ordinary users."""
        ids = list(ids)
        super().check_records(ids, operation)
        if not self.env.is_admin and any(self.row(i)["user_id"] != self.env.uid for i in ids):
            raise AccessError("You can not remove API keys unless they're yours or you are a system user")

    @on_records
    def unlink(self, ids: list[int]) -> bool:
        """Delete keys; they stop working at once."""
        done = super().unlink(ids)
        for key_id in ids:
            self.env.database.secrets.revoke(key_id)
        return done
