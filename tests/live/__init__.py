"""A real Odoo server in the place of the double (`pytest --live`), and tests that need one."""
