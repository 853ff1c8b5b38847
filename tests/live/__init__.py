"""The scenarios against a real Odoo server, named in the environment (`make live`)."""
