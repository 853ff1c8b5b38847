"""The fault matrix: every fault of Google and of Odoo against everything that people do (make fire)."""
