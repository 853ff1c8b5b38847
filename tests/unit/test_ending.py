"""A process that was asked to end does so, whatever hangs in it."""

from __future__ import annotations

import asyncio
import signal
import sys

HANGING = """
import asyncio, threading
from bot import ending

async def main():
    ending.GRACE = 0.2
    stop = asyncio.Event()
    ending.end_on_signals(stop)
    threading.Thread(target=threading.Event().wait).start()
    print("begun", flush=True)
    await stop.wait()
    print("stopping", flush=True)

asyncio.run(main())
print("closed", flush=True)
"""


async def test_a_thread_that_hangs_does_not_keep_the_process_and_further_signals_change_nothing() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HANGING), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        async with asyncio.timeout(20):
            for signalled in (signal.SIGTERM, signal.SIGINT):
                await process.stdout.readline()
                process.send_signal(signalled)
            assert await process.stdout.read() == b"closed\n"
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
