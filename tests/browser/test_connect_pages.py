"""The pages of connecting in a real browser: their way, on a phone, in both languages, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pytest
from aiohttp import web
from babel.messages.pofile import read_po
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.texts import Texts
from bot.views.key import KeyData
from bot.web import key_pages, pages
from tests.scenarios.linking import PRIVATE, account_of, link
from tests.scenarios.own_key import key_link
from tests.world import make_world, unasked

pytestmark = pytest.mark.browser

PHONE = ViewportSize(width=390, height=844)
NARROWEST = 320
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
PROFILE = {"name": "Alice Ångström", "email": "alice@example.com", "odoo_login": "alice", "locale": "en-US"}
LONG = "a.very.long.address.of.somebody.with.many.names@a.very.long.name.of.a.company.example"


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A phone without scripts of ours: a page that needed one, or an error in it, would fail the test."""
    context = await browser.new_context(viewport=PHONE, locale="en-GB", reduced_motion="reduce")
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    await context.close()
    assert troubles == []


async def violations(page: Page) -> list[str]:
    """Return what axe finds wrong, all rules and best practices."""
    await page.evaluate(AXE)
    found: dict[str, Any] = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


async def width(page: Page) -> int:
    """Return how wide the page is, with what would have to be scrolled to."""
    return int(await page.evaluate("document.documentElement.scrollWidth"))


async def check(page: Page) -> None:
    """Assert that a page of ours is accessible and fits the phone."""
    assert await violations(page) == []
    assert await width(page) <= PHONE["width"]


async def test_another_account_is_connected_with_the_code_of_the_browser(phone: Page, tmp_path: Path) -> None:
    """The whole way: landing page, Google's consent, the code typed in Slack; then the link is used."""
    async with make_world(tmp_path, host="localhost") as world, world.run():
        world.google.add_person(PRIVATE)
        url = await link(world)
        await phone.goto(url)
        await expect(phone.get_by_role("heading", name="Connect your calendars")).to_be_visible()
        await check(phone)
        await phone.keyboard.press("Tab")
        await expect(phone.get_by_role("button", name="Continue to Google")).to_be_focused()
        await phone.keyboard.press("Enter")
        await choose(phone, PRIVATE)
        await phone.get_by_role("button", name="Allow").click()
        await expect(phone.get_by_role("heading", name="One more step")).to_be_visible()
        await check(phone)
        command = await phone.locator("code").inner_text()
        alice = world.in_slack("alice")
        await alice.command(command)
        await alice.see("Start Syncing")
        account = await account_of(world)
        assert account is not None
        assert account.google_email == PRIVATE
        await phone.goto(url)
        await expect(phone.get_by_role("heading", name="Nothing here")).to_be_visible()
        await check(phone)


@pytest.mark.long
async def test_a_key_for_odoo_is_entered_on_a_page_that_tells_what_is_wrong(
    phone: Page, tmp_path: Path
) -> None:
    """By keyboard alone; a wrong key is said where it was entered, and the right one is kept."""
    async with make_world(tmp_path, host="localhost") as world, world.run():
        with unasked():
            await world.connect("alice")
        await phone.goto(await key_link(world))
        await expect(phone.get_by_role("heading", name="Your own key for Odoo")).to_be_visible()
        await check(phone)
        await phone.get_by_label("API key").fill("no key")
        await phone.keyboard.press("Enter")
        await expect(phone.get_by_role("alert")).to_contain_text("This is no API key")
        await check(phone)
        await phone.get_by_label("API key").fill(world.odoo.add_key("alice"))
        await phone.keyboard.press("Enter")
        await expect(phone.get_by_role("heading", name="Key kept")).to_be_visible()
        await check(phone)
        await world.running.services.errands.settled()


async def choose(page: Page, email: str) -> None:
    """Be somebody else at Google than the one that the link hints at."""
    await page.wait_for_url("**/o/oauth2/**")
    await page.goto(page.url.replace("alice%40example.com", email.replace("@", "%40")))


@pytest.mark.long
async def test_signing_in_to_slack_goes_through_all_three_sites(phone: Page, tmp_path: Path) -> None:
    """The policy of our pages lets the form's way go on, and Google's answer come back with our cookie."""
    client: dict[str, Any] = {"slack_client_id": "1111.2222", "slack_client_secret": "double-client-secret"}
    async with make_world(tmp_path, host="localhost", **client) as world, world.run():
        world.slack.app.redirect_urls = (world.settings.slack_redirect_uri,)
        world.google.add_person(PRIVATE)
        await phone.goto(await link(world))
        await phone.get_by_role("button", name="Continue to Google").click()
        await choose(phone, PRIVATE)
        await phone.get_by_role("button", name="Allow").click()
        await phone.get_by_label("You are").select_option(label=world.in_slack("alice").user.real_name)
        await phone.get_by_role("button", name="Allow").click()
        await expect(phone.get_by_role("heading", name="Connected")).to_be_visible()
        await check(phone)
        await world.in_slack("alice").see("Start Syncing")


@pytest.mark.long
async def test_leaving_google_leads_to_a_page_with_the_way_on(phone: Page, tmp_path: Path) -> None:
    async with make_world(tmp_path, host="localhost") as world, world.run():
        world.slack.workspace.user("U0000000001").locale = "fa-IR"
        await phone.goto(await link(world))
        assert await phone.locator("html").get_attribute("dir") == "rtl"
        await check(phone)
        await phone.get_by_role("button").click()
        await phone.get_by_role("button", name="Cancel").click()
        await expect(phone.get_by_role("heading")).to_have_text("وصل نشد")
        await expect(phone.get_by_role("main")).to_contain_text("/calsync connect")
        await check(phone)


def html(answer: web.Response) -> str:
    assert answer.text is not None
    return answer.text


def shown(t: Texts) -> Iterator[str]:
    """Yield one page of every kind."""
    google: dict[str, Any] = {
        "google": LONG,
        "domains": "example.com, example.org",
        "detail": "redirect_uri_mismatch",
    }
    yield html(
        pages.landing(t, PROFILE | {"odoo_login": LONG}, "Team", "c" * 64, "https://accounts.google.com")
    )
    yield html(pages.code(t, google=LONG, slack=LONG, name="Alice", digits="12345678", minutes=9))
    yield html(pages.done(t, LONG, "alice", asks=True))
    yield html(pages.failure(t, "other_domain", **google))
    yield html(key_pages.enter(t, name=LONG, login=LONG, csrf="c" * 64, wrong="page.key_refused", status=400))
    yield html(key_pages.entered(t, KeyData(datetime(2026, 3, 2, tzinfo=UTC)), LONG))


async def test_every_kind_of_page_is_accessible_and_every_error_fits_the_narrowest_phone(
    browser: Browser,
) -> None:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        context = await browser.new_context(viewport=PHONE, color_scheme=scheme)
        page = await context.new_page()
        for language in ("en", "fa"):
            for text in shown(Texts(language)):
                await page.set_content(text)
                await check(page)
        await context.close()
    context = await browser.new_context(viewport=ViewportSize(width=NARROWEST, height=568))
    page = await context.new_page()
    for language in ("en", "fa"):
        for text in [*shown(Texts(language)), *errors(Texts(language))]:
            await page.set_content(text)
            assert await width(page) <= NARROWEST, text
    await context.close()


def errors(t: Texts) -> Iterator[str]:
    """Yield every page that tells of a failure, with long values."""
    names = ("google", "slack", "email", "login", "name", "domains", "detail", "reference", "day")
    values: dict[str, Any] = dict.fromkeys(names, LONG)
    with resources.files("bot.texts").joinpath("en.po").open("rb") as file:
        keys = [str(one.id) for one in read_po(file) if isinstance(one.id, str)]
    for key in keys:
        if key.startswith("page."):
            yield html(pages.failure(t, key.partition(".")[2], **values))
