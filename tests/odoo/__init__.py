"""The Odoo side of the core against Odoo itself: the doubles of three versions, or a real server."""
