"""How the process ends: in good order when it is asked to, and soon in any case."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

GRACE = 9.0
"""Seconds from the first signal on; `docker stop` kills what is there after ten, systemd later."""


def end_on_signals(stop: asyncio.Event) -> None:
    """Let SIGINT and SIGTERM set `stop`; `GRACE` seconds after the first the process ends, whatever hangs.

    Good order takes less. But the interpreter would wait for threads, and those that hang in a call of
    Google's or Odoo's cannot be ended. By then the database is closed, and what they are at is known to it:
    creates and deletes by their intents, edits by a base that has not moved. Further signals change nothing.
    """

    def asked() -> None:
        if stop.is_set():
            return
        stop.set()
        last = threading.Timer(GRACE, os._exit, (0,))
        last.daemon = True
        last.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
