"""Stand-ins for Google, Odoo and Slack: real HTTP servers on loopback, each usable on its own."""
