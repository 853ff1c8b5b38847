"""Each double starts alone, says where it is, and answers there."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (["google"], "/oauth2/v1/certs"),
        (["odoo", "--version", "17"], "/_double/mails"),
        (["odoo", "--version", "19"], "/web/version"),
        (["slack"], "/_double/app"),
    ],
)
async def test_it_starts_alone_and_answers(arguments: list[str], path: str) -> None:
    module, *more = arguments
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.doubles.{module}", "--port", "0", *more),
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    said = ""
    try:
        async with asyncio.timeout(30):
            while "admin:" not in said:
                said += (await process.stdout.readline()).decode()
            [address] = re.findall(rf"^{module}: (\S+)$", said, re.MULTILINE)
            async with aiohttp.ClientSession() as client:
                for part in (path, "/_double/log", "/_double/state"):
                    async with client.get(address + part) as answer:
                        assert answer.status == 200, part
            process.terminate()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
