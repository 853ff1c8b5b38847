"""The sync core: keeps an Odoo calendar and a Google calendar the same."""
