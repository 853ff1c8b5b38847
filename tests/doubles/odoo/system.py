"""The models that run the server itself: modules, external ids, settings."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.doubles.odoo import external_ids
from tests.doubles.odoo.core import on_model
from tests.doubles.odoo.errors import AccessError, ValidationError, value_error
from tests.doubles.odoo.fields import Field
from tests.doubles.odoo.model import Model, Vals
from tests.doubles.odoo.store import Row

_RIGHTS = "Administration/Access Rights"
_SETTINGS = "Administration/Settings"
_MODULE_STATES = (
    ("uninstallable", "Uninstallable"),
    ("uninstalled", "Not Installed"),
    ("installed", "Installed"),
    ("to upgrade", "To be upgraded"),
    ("to remove", "To be removed"),
    ("to install", "To be installed"),
)


class Modules(Model):
    """What is and what could be installed; everybody may read it."""

    name = "ir.module.module"
    description = "Module"
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(("create", "write", "unlink"), _SETTINGS)

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of ir.module.module that tell what is installed."""
        return {
            "name": Field("char", "Technical Name", required=True, readonly=True),
            "shortdesc": Field("char", "Module Name", readonly=True),
            "latest_version": Field("char", "Installed Version", readonly=True),
            "state": Field(
                "selection", "Status", readonly=True, selection=_MODULE_STATES, default="uninstalled"
            ),
        }


class ExternalIds(Model):
    """The names under which records are known outside; only administrators may look into the table."""

    name = "ir.model.data"
    description = "Model Data"
    links = ("complete_name", "reference")
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(("read", "create", "write", "unlink"), _RIGHTS)

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of ir.model.data."""
        return {
            "name": Field("char", "External Identifier", required=True),
            "module": Field("char", "Module", required=True, default=""),
            "complete_name": Field("char", "Complete ID", readonly=True),
            "model": Field("char", "Model Name", required=True),
            "res_id": Field("many2one_reference", "Record ID"),
            "reference": Field("char", "Reference", readonly=True),
            "noupdate": Field("boolean", "Non Updatable"),
        }

    def insert(self, vals: Vals) -> int:
        """Add an external id.

        Raises:
            ValidationError: there is one of that name already.
        """
        if external_ids.lookup(self.env, vals.get("module") or "", vals.get("name") or "") is not None:
            raise ValidationError("The operation cannot be completed: external identifiers must be unique.")
        return super().insert(vals)

    def settled(self, row: Row, vals: Vals, before: Row | None) -> Row:
        """Keep the two columns by which external ids are looked up."""
        names = {
            "complete_name": f"{row['module']}.{row['name']}",
            "reference": f"{row['model']},{row['res_id']}",
        }
        return row | names

    @on_model
    def check_object_reference(
        self, module: str, xml_id: str, raise_on_access_error: bool = False
    ) -> list[Any]:
        """Return model and id of the record that carries an external id; open to everybody."""
        found = external_ids.lookup(self.env, module, xml_id)
        if found is None:
            raise value_error(f"External ID not found in the system: {module}.{xml_id}")
        model, record_id = self.row(found)["model"], self.row(found)["res_id"]
        hidden = self.env.version < 18 and model == "res.users" and not self.env.is_admin
        if hidden and raise_on_access_error:
            raise AccessError(f'Not enough access rights on the external ID "{module}.{xml_id}"')
        return [model, False if hidden else record_id]


class Parameters(Model):
    """The system parameters; changing one empties the server's caches, the one of checked secrets too."""

    name = "ir.config_parameter"
    description = "System Parameter"
    rec_name = "key"
    reserved: ClassVar[dict[str, str]] = dict.fromkeys(("read", "create", "write", "unlink"), _SETTINGS)

    @classmethod
    def build_fields(cls, version: int, google: bool) -> dict[str, Field]:
        """Return the fields of ir.config_parameter."""
        return {"key": Field("char", "Key", required=True), "value": Field("text", "Value", required=True)}

    @on_model
    def get_param(self, key: str, default: Any = False) -> Any:
        """Return the value of a parameter."""
        self.check_access("read")
        return next((row["value"] for row in self.table.rows.values() if row["key"] == key), default)

    @on_model
    def set_param(self, key: str, value: Any) -> Any:
        """Set a parameter and return what it was; an empty value removes it."""
        before = self.get_param(key)
        self.check_access("write")
        self.remove([i for i, row in self.table.rows.items() if row["key"] == key])
        if value is not False and value is not None:
            self.create_all([{"key": key, "value": str(value)}])
        self.env.database.secrets.forget_checks()
        return before
