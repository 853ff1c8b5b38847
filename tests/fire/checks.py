"""What must hold once the trouble is over: all agree, nothing is doubled, no mail, told once."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from sync.store import accounts, alerts, intents, parked
from tests.doubles.slack.model import Message
from tests.fire.act import Wanted
from tests.fire.people import sync_all
from tests.shown import in_google, in_odoo
from tests.world import ALERTS, World

STEP = timedelta(minutes=30)
MOST = 6
"""After this many steps all must be quiet."""
USUAL = ("Connected: ", "The first sync is done", "works once")
"""What people are told who connect, whatever happens."""
MENDED = "It works again"


@dataclasses.dataclass
class Ears:
    """What was said in Slack since it was made."""

    world: World

    def __post_init__(self) -> None:
        self._before = len(self.world.slack.workspace.messages)

    def _said(self) -> list[Message]:
        return [one for one in self.world.slack.workspace.messages[self._before :] if one.by_app]

    def alerts(self) -> list[str]:
        """Return the alerts to the administrators."""
        return [one.text for one in self._said() if one.channel == ALERTS]

    def told(self) -> list[str]:
        """Return what people were told without asking, but for what belongs to connecting."""
        direct = [one.text for one in self._said() if one.channel != ALERTS and not one.ephemeral_to]
        return [text for text in direct if not any(usual in text for usual in USUAL)]


async def settle(world: World, people: Iterable[str]) -> None:
    """Let time pass and people sync until all is quiet.

    Raises:
        AssertionError: it is not after `MOST` steps.
    """
    names, codes = tuple(people), list[str]()
    for _ in range(MOST):
        world.advance(seconds=STEP.total_seconds())
        world.google.log.clear()
        world.odoo.log.clear()
        codes = [one.code for one in await sync_all(world, *names)]
        assert {one.detail["send_updates"] for one in world.google.log.writes()} <= {"none"}
        if set(codes) == {"ok"} and not world.google.log.writes() and not world.odoo.log.writes():
            return
    raise AssertionError(f"not quiet: {codes} {world.google.log.writes()} {world.odoo.log.writes()}")


def assert_agree(world: World, wanted: Wanted) -> None:
    """Assert that both calendars of everybody show what they must: no edit lost, no event twice."""
    for name, shown in wanted.items():
        for where, now in (("Google", in_google(world, name)), ("Odoo", in_odoo(world, name))):
            missing, extra = Counter(shown) - Counter(now), Counter(now) - Counter(shown)
            assert not missing + extra, f"{name} in {where}: missing {list(missing)}, extra {list(extra)}"


def assert_no_mail(world: World) -> None:
    """Assert that neither side mailed anybody."""
    assert not world.google.mails
    assert not world.odoo.mails


async def assert_nothing_left(world: World, people: Iterable[str]) -> None:
    """Assert that nothing waits to be done or told: no intent, nothing set aside, no trouble, no alert."""
    async with world.running.store.read() as tx:
        for name in people:
            account = await world.account(name)
            assert not await intents.open_intents(tx, account.id)
            assert [one.reason for one in await parked.of_account(tx, account.id)] == []
            assert (account.state, account.trouble) == (accounts.AccountState.CONNECTED, None)
        assert [one.code for one in await alerts.open_ones(tx)] == []


def assert_told_once(ears: Ears) -> None:
    """Assert that the trouble was told once at most, as was its end; one alert for the one problem."""
    told, mended = ears.told(), [text for text in ears.told() if text.startswith(MENDED)]
    assert len(told) - len(mended) <= 1, told
    assert len(mended) <= 1, told
    assert len(ears.alerts()) <= 1, ears.alerts()


async def assert_all_is_well(world: World, wanted: Wanted, ears: Ears) -> None:
    """Assert all of it."""
    assert_agree(world, wanted)
    assert_no_mail(world)
    assert_told_once(ears)
    await assert_nothing_left(world, wanted)
