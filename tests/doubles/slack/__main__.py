"""Run the double of Slack alone, with two people and a channel: `python -m tests.doubles.slack`."""

from __future__ import annotations

import argparse

from tests.doubles.server import serve_alone
from tests.doubles.slack import SlackDouble


def main() -> None:
    """Seed the double, say how an app reaches it, and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=9003)
    parser.add_argument("--request-url", help="post payloads there, signed, instead of using Socket Mode")
    given = parser.parse_args()
    slack = SlackDouble(request_url=given.request_url)
    slack.add_person("U0000000001", "ada", "ada@example.com", is_admin=True)
    slack.add_person("U0000000002", "bo", "bo@example.com", locale="fa-IR", tz="Asia/Tehran")
    slack.add_channel("C0000000001", "general", ["U0000000001", "U0000000002"])
    app = slack.workspace.app
    print("api:    /api/ below the address")
    print(f"tokens: {app.bot_token} {app.app_token}  signing secret: {app.signing_secret}")
    print("people: U0000000001 (admin), U0000000002; channel: C0000000001")
    print("more:   GET /_double/{app,screen?user=}, POST /_double/{act,people,channels,app}")
    serve_alone(slack, given.port)


main()
