"""People read calsync in the language that they choose, and are left in peace in their quiet hours."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import aiohttp

from bot.texts.bidi import FSI, PDI
from tests.scenarios.busy import HOUR, NOON
from tests.world import World

TEHRAN = ZoneInfo("Asia/Tehran")


async def test_persian_is_chosen_and_kept(connected: World) -> None:
    alice = connected.in_slack("alice")
    await connected.slack.change_person(alice.id, tz="Asia/Tehran")
    connected.clock.advance(minutes=11)  # what is known of people is that old at most
    await alice.command("/calsync settings")
    await alice.see("*Language*")
    await alice.choose("فارسی", action_id="calsync.settings.language")
    await alice.see("*زبان*: ")
    await connected.sync("alice")
    await alice.command("/calsync status")
    shown = await alice.see("کار می‌کند")
    assert "<!date" not in shown.text
    local = connected.clock.now().astimezone(TEHRAN)
    clock = f"{local:%H:%M}".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")).removeprefix("۰")
    assert clock in shown.text
    assert f"{FSI}alice@example.com{PDI}" in shown.text
    await alice.choose("auto", action_id="calsync.settings.language")
    await alice.see("*Language*: as in Slack")


async def test_the_connect_page_is_persian_and_right_to_left(connected: World) -> None:
    alice = connected.in_slack("alice")
    await alice.command("/calsync settings")
    await alice.see("*Language*")
    await alice.choose("fa", action_id="calsync.settings.language")
    await alice.see("*زبان*: ")
    await alice.command("/calsync connect")
    await alice.see("یک بار کار می‌کند")
    pressed = await alice.click("وصل کردن حساب Google")
    assert pressed.url
    async with aiohttp.ClientSession() as browser, browser.get(pressed.url) as answer:
        page = await answer.text()
    assert '<html lang="fa" dir="rtl">' in page
    assert "تقویم‌هایتان را وصل کنید" in page


async def test_quiet_hours_hold_what_nobody_asked_for(connected: World) -> None:
    alice, google = connected.in_slack("alice"), connected.in_google("alice")
    hour = connected.clock.now().astimezone(ZoneInfo(alice.user.tz)).hour
    await alice.command("/calsync settings")
    await alice.see("*Quiet hours*")
    await alice.choose(str(hour), action_id="calsync.settings.quiet_from")
    await alice.see(f"*Quiet hours*: {hour:02}:00 – 08:00")
    until = (hour + 3) % 24
    await alice.choose(str(until), action_id="calsync.settings.quiet_until")
    await alice.see(f"*Quiet hours*: {hour:02}:00 – {until:02}:00")
    for number in range(12):
        google.create(f"Event {number}", start=NOON, end=NOON + HOUR)
    await connected.sync("alice")
    google.empty()
    await connected.sync("alice")
    assert "wait for your word" not in alice.screen().text()
    await alice.command("/calsync status")  # asked for, all is told
    await alice.see("12 deletions wait")
    alice.reload()
    connected.clock.advance(seconds=timedelta(hours=3).total_seconds())
    for _ in range(2):
        await connected.running.timer.poll()
    await alice.see("12 deletions wait for your word")
    asked = [one for one in alice.screen().messages if "wait for your word" in one.text]
    assert len(asked) == 1
    async with connected.running.store.read() as tx:
        kept = (await tx.exec_driver_sql("SELECT count(*) FROM postponed")).scalar_one()
    assert kept == 0
