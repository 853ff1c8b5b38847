"""Run the double of Odoo alone, with a service account and one person: `python -m tests.doubles.odoo`."""

from __future__ import annotations

import argparse

from tests.doubles.odoo import OdooDouble
from tests.doubles.server import serve_alone


def main() -> None:
    """Seed the double, say who can log in, and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.odoo", description=__doc__)
    parser.add_argument("--port", type=int, default=9002)
    parser.add_argument("--version", type=int, choices=(17, 18, 19), default=18)
    parser.add_argument("--db", default="odoo")
    parser.add_argument("--google-calendar", action="store_true", help="install Odoo's Google module")
    given = parser.parse_args()
    odoo = OdooDouble(given.version, given.db, given.google_calendar)
    odoo.add_user("svc", name="Service", api_key="svc-key")
    odoo.add_user("alice")
    print(f"Odoo {given.version}.0, database {given.db}; login and password or key:")
    for user in odoo.users.values():
        print(f"  {user.login} / {user.secret}")
    print("more:   GET /_double/mails, POST /_double/{users,keys,call}")
    serve_alone(odoo, given.port)


main()
