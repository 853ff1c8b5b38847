"""A demo with its page, and a browser to look at it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.demo.server import serving
from tests.demo.stage import set_up

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHIN = 30_000
"""Milliseconds for what takes a round of sync, ten seconds at the most where nothing else runs."""


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Address of a fresh demo's page."""
    async with set_up() as stage, serving(stage, 0) as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, with a profile of its own."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        await chromium.close()


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The demo's page as alice; a script error in it, or a request elsewhere, fails the test."""
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/Brussels")
    context.set_default_timeout(WITHIN)
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    await page.goto(address)
    yield page
    await context.close()
    assert troubles == []
