"""Run the double of Google alone: `python -m tests.doubles.google --port 9001`."""

from __future__ import annotations

import argparse

from tests.doubles.google import GoogleDouble
from tests.doubles.server import serve_alone


def main() -> None:
    """Serve until interrupted, with one person to begin with."""
    admin = "Beside log, state, faults and clock: POST /_double/{people,rooms,act,invalidate,revoke}"
    parser = argparse.ArgumentParser(
        prog="python -m tests.doubles.google",
        description=__doc__,
        epilog=f"{admin}, GET /_double/client_file.",
    )
    parser.add_argument("--port", type=int, default=9001)
    parser.add_argument("--redirect-uri", action="append", help="where the application takes people back")
    options = parser.parse_args()
    google = GoogleDouble(redirect_uris=options.redirect_uri)
    google.add_person("alice@example.com")
    serve_alone(google, options.port)


if __name__ == "__main__":
    main()
