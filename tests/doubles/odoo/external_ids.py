"""External ids: the names under which records are known outside, kept in `ir.model.data`."""

from __future__ import annotations

from tests.doubles.odoo.environment import Environment


def lookup(env: Environment, module: str, name: str) -> int | None:
    """Return the id of the ir.model.data row of an external id."""
    found = env.table("ir.model.data").children("complete_name", f"{module}.{name}")
    return found[0] if found else None


def external_id(env: Environment, model: str, record_id: int) -> str:
    """Return a record's external id, empty if it has none."""
    data = env.table("ir.model.data")
    found = data.children("reference", f"{model},{record_id}")
    return str(data.rows[found[0]]["complete_name"]) if found else ""


def forget(env: Environment, model: str, record_id: int) -> None:
    """Delete the external ids of a record that is being deleted."""
    data = env.table("ir.model.data")
    for data_id in data.children("reference", f"{model},{record_id}"):
        data.delete(env.transaction, data_id)
