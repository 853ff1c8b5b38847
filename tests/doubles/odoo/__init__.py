"""The double of Odoo: a server on loopback that behaves as Odoo 17, 18 and 19 do by JSON-RPC and JSON-2."""

from tests.doubles.odoo.acting import Actor, User
from tests.doubles.odoo.database import Mail
from tests.doubles.odoo.errors import OdooError
from tests.doubles.odoo.server import OdooDouble

__all__ = ["Actor", "Mail", "OdooDouble", "OdooError", "User"]
