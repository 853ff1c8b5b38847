"""The Odoo side: client (RPC), codec (calendar.event row to model and back), errors, feed (what changed)."""
