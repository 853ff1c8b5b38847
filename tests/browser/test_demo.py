"""The demo's page as people use it: with a mouse, on a phone, and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import WITHIN

pytestmark = pytest.mark.browser
expect.set_options(timeout=WITHIN)


def messages(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def side(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


async def type_command(page: Page, line: str) -> None:
    await page.get_by_label("Command to calsync").fill(line)
    await page.get_by_role("button", name="Send").click()


async def connect(page: Page) -> None:
    """Connect as the page's person, through calsync's landing page and Google's own ones."""
    await type_command(page, "/calsync connect")
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Connect Google Account").click()
    tab = await opened.value
    await tab.get_by_role("button", name="Continue to Google").click()
    chooser, allow = (
        tab.get_by_role("button", name="alice@example.com"),
        tab.get_by_role("button", name="Allow"),
    )
    await expect(chooser.or_(allow)).to_be_visible()
    if await chooser.is_visible():  # Google asks which account where it is not told
        await chooser.click()
    await allow.click()
    await expect(tab.get_by_role("heading", name="Connected")).to_be_visible()
    await tab.close()
    await messages(page).get_by_role("button", name="Start Syncing").click()
    await expect(messages(page)).to_contain_text("The first sync has begun")


async def fill_editor(page: Page, **fields: str) -> None:
    editor = page.get_by_role("dialog")
    for label, value in fields.items():
        await editor.get_by_label(label.capitalize()).fill(value)
    await editor.get_by_role("button", name="Save").click()


async def test_connect_edit_on_each_side_and_status(page: Page) -> None:
    google, odoo = side(page, "Google Calendar"), side(page, "Odoo")
    await expect(odoo).not_to_contain_text("Dentist")
    await connect(page)
    await expect(odoo).to_contain_text("Dentist")
    await expect(page.get_by_role("status")).to_have_text("Both calendars agree")

    await page.get_by_role("button", name="Add event in Google").click()
    await fill_editor(page, title="Piano <b>lesson</b>", place="Music school")
    await page.get_by_role("button", name="Delete Dentist in Google").click()
    await expect(odoo).to_contain_text("Piano <b>lesson</b>")
    await expect(odoo).not_to_contain_text("Dentist")

    await page.get_by_role("button", name="Edit Piano <b>lesson</b> in Odoo").click()
    await fill_editor(page, title="Piano exam")
    await expect(google).to_contain_text("Piano exam")
    await expect(google).not_to_contain_text("Piano <b>lesson</b>")

    await type_command(page, "/calsync status")
    await expect(messages(page)).to_contain_text("Working.")
    await expect(messages(page)).to_contain_text("12 events are the same on both sides.")


async def test_the_home_tab_shows_the_status_and_changes_settings(page: Page) -> None:
    await page.get_by_role("tab", name="Home").click()
    await expect(messages(page)).to_contain_text("You are not connected")
    await page.get_by_role("tab", name="calsync").first.click()
    await connect(page)
    await page.get_by_role("tab", name="Home").click()
    await expect(messages(page)).to_contain_text("Working.")
    await messages(page).get_by_label("Direction").select_option("only to Google")
    await expect(messages(page).get_by_label("Direction")).to_have_value("to_google")
    await messages(page).get_by_label("events of whole days").uncheck()
    await expect(messages(page).get_by_label("events of whole days")).not_to_be_checked()
    await messages(page).get_by_role("button", name="Sync Now").click()
    await expect(messages(page)).to_contain_text("Synced:")
    await messages(page).get_by_label("Language").select_option("فارسی")
    await expect(messages(page)).to_contain_text("کار می‌کند")


async def test_many_deletions_at_once_wait_for_a_word(page: Page) -> None:
    await connect(page)
    await expect(page.get_by_role("status")).to_have_text("Both calendars agree")
    await page.get_by_role("button", name="Clean up Google calendar").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    await expect(page.get_by_role("status")).to_have_text("Calendars differ (12)")

    await messages(page).get_by_role("button", name="Delete Them").click()
    await page.get_by_role("dialog").get_by_role("button", name="Keep Waiting").click()
    await messages(page).get_by_role("button", name="Bring Them Back").click()
    await expect(page.get_by_role("status")).to_have_text("Both calendars agree")


async def test_faults_are_switched_and_told_to_the_administrator(page: Page) -> None:
    await page.get_by_label("Odoo down").check()
    await expect(page.get_by_label("Odoo down")).to_be_checked()
    await page.get_by_role("group", name="You are").get_by_text("Carol").click()
    await page.get_by_role("tab", name="calsync-alerts").click()
    await expect(messages(page)).to_contain_text("Odoo cannot be reached")
    await page.get_by_label("Odoo down").uncheck()
    await expect(messages(page)).to_contain_text("Resolved")


@pytest.mark.long
async def test_a_phone_shows_everything_without_scrolling_sideways(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(side(page, "Google Calendar")).to_contain_text("Dentist")
    await type_command(page, "/calsync status")
    await expect(messages(page)).to_contain_text("You are not connected")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    await page.get_by_role("button", name="Edit Dentist in Google").click()
    await fill_editor(page, place="Main Street")
    await expect(side(page, "Google Calendar")).to_contain_text("Main Street")


@pytest.mark.long
async def test_the_keyboard_is_enough(page: Page) -> None:
    await expect(side(page, "Google Calendar")).to_contain_text("Dentist")
    press = page.keyboard.press
    await press("Tab")
    await expect(page.get_by_role("link", name="Skip to the conversation")).to_be_focused()
    await press("Enter")
    await expect(page.get_by_label("Command to calsync")).to_be_focused()
    await page.keyboard.type("/calsync help")
    await press("Enter")
    await expect(messages(page)).to_contain_text("connect your Google account")
    await expect(page.get_by_label("Command to calsync")).to_have_value("")

    add = page.get_by_role("button", name="Add event in Google")
    for _ in range(15):
        await press("Tab")
        if await add.evaluate("button => button === document.activeElement"):
            break
    await press("Enter")
    await expect(page.get_by_role("dialog").get_by_label("Title")).to_be_focused()
    await page.keyboard.type("Swimming")
    await press("Enter")
    await expect(side(page, "Google Calendar")).to_contain_text("Swimming")
    await expect(add).to_be_focused()


@pytest.mark.long
async def test_nothing_comes_from_elsewhere(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.reload()
    await expect(side(page, "Odoo")).to_contain_text("Stand-up")
    assert asked
    assert [url for url in asked if not re.match(rf"{re.escape(address)}/|data:", url)] == []
