"""The surroundings of one call: who calls, with which context, inside which transaction of which database."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from tests.doubles.odoo.errors import UserError
from tests.doubles.odoo.store import Row, Table, Transaction

if TYPE_CHECKING:
    from tests.doubles.odoo.database import Database
    from tests.doubles.odoo.model import Model

Context = dict[str, Any]


class Environment:
    """Gives access to models: `env["calendar.event"]`; `sudo` lifts all rights and masks."""

    def __init__(
        self, database: Database, transaction: Transaction, uid: int, context: Context, *, su: bool = False
    ) -> None:
        self.database = database
        self.transaction = transaction
        self.uid = uid
        self.context = context
        self.su = su
        self._models: dict[str, Model] = {}

    def __getitem__(self, name: str) -> Any:
        """Return the model called `name`, bound to this environment.

        Raises:
            UserError: there is no such model.
        """
        if name not in self._models:
            if name not in self.database.registry:
                raise UserError(f"Object {name} doesn't exist")
            self._models[name] = self.database.registry[name](self)
        return self._models[name]

    @property
    def version(self) -> int:
        """The major version of the server."""
        return self.database.version

    def sudo(self) -> Environment:
        """Return this environment with all rights, for what the server does on its own account."""
        return Environment(self.database, self.transaction, self.uid, self.context, su=True)

    def with_context(self, **keys: Any) -> Environment:
        """Return this environment with further context keys."""
        return Environment(self.database, self.transaction, self.uid, self.context | keys, su=self.su)

    def table(self, model: str) -> Table:
        """Return the rows of a model."""
        return self.database.tables[model]

    @property
    def now(self) -> datetime:
        """The present moment, naive UTC as Odoo keeps it."""
        return self.database.clock.now().replace(tzinfo=None)

    @property
    def stamp(self) -> datetime:
        """The date that rows of this transaction carry: the moment it started."""
        return self.transaction.started.replace(tzinfo=None)

    @property
    def user(self) -> Row:
        """The row of the calling user."""
        return self.table("res.users").rows[self.uid]

    @property
    def partner_id(self) -> int:
        """The partner of the calling user."""
        partner: int = self.user["partner_id"]
        return partner

    @property
    def is_admin(self) -> bool:
        """Say whether the caller is a system administrator, or the server itself."""
        return self.su or bool(self.user.get("is_system"))

    @property
    def timezone(self) -> ZoneInfo:
        """The zone times are shown in: the context's, else the user's, else UTC; nonsense counts as UTC."""
        name = self.context.get("tz") or self.table("res.partner").rows[self.partner_id]["tz"]
        return ZoneInfo(name if name in available_timezones() else "UTC")
