"""Questions in Slack settle exactly once, whoever is first: a click, another click, or the clock."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import People, Person
from bot.prompts import LIFETIME, Kind, Prompts, Verdict
from bot.texts import Texts
from bot.views.kit import Message
from bot.views.prompt import cancelled_message
from sync.store import Store, prompts
from sync.store.prompts import KEPT, Prompt, PromptState
from tests.clock import TestClock
from tests.unit.rows import NOW, TEAM, add_account

ALICE, BOB = (TEAM, "U1"), (TEAM, "U2")


class Slack:
    """Notes what is posted and changed, and refuses either with an error if one is set."""

    def __init__(self) -> None:
        self.posted: list[str] = []
        self.changed: list[str] = []
        self.refuses_to_post = self.refuses_to_change = ""
        self.asked_to_change = asyncio.Event()

    async def chat_postMessage(self, *, text: str, **_: Any) -> dict[str, str]:  # noqa: N802 (Slack's name)
        """Post a message."""
        refuse(self.refuses_to_post)
        self.posted.append(text)
        return {"channel": "D1", "ts": str(len(self.posted))}

    async def chat_update(self, *, ts: str, text: str, **_: Any) -> None:
        """Change a message."""
        self.asked_to_change.set()
        refuse(self.refuses_to_change)
        self.changed.append(f"{ts}: {text}")


def refuse(error: str) -> None:
    if error:
        raise cast(Any, SlackApiError)("no", {"error": error})


class Everybody:
    """Knows one person."""

    async def get(self, team_id: str, user_id: str) -> Person:
        """Return somebody who reads English."""
        return Person(team_id, user_id, "", "", "UTC", "en-US", is_member=True)


@pytest.fixture
def slack() -> Slack:
    """A Slack that takes everything."""
    return Slack()


@pytest.fixture
def clock() -> TestClock:
    """A clock that stands still."""
    stopped = TestClock()
    stopped.stop(NOW)
    return stopped


@pytest.fixture
async def asking(store: Store, slack: Slack, clock: TestClock) -> Prompts:
    """What asks; there is an account to ask about."""
    await add_account(store)
    return again(store, slack, clock)


def again(store: Store, slack: Slack, clock: TestClock) -> Prompts:
    """Return what a new process asks with."""
    return Prompts(cast(AsyncWebClient, slack), cast(People, Everybody()), store, clock)


def draw(asked: Prompt) -> Message:
    return Message(f"question {asked.content}", [])


async def ask(asking: Prompts) -> Prompt:
    return await asking.ask(ALICE, 1, Kind.RESET, {"n": 0}, draw)


async def test_a_question_is_found_by_its_person_and_kind_alone(asking: Prompts) -> None:
    asked = await ask(asking)
    assert (asked.channel, asked.ts, asked.expires_at) == ("D1", "1", NOW + LIFETIME)
    assert await asking.find(asked.id, ALICE, Kind.RESET, Kind.UNDO) == asked
    assert await asking.find(asked.id, ALICE, Kind.UNDO) is Verdict.UNKNOWN
    assert await asking.find(asked.id, BOB, Kind.RESET) is Verdict.FOREIGN
    assert await asking.find("other", ALICE, Kind.RESET) is Verdict.UNKNOWN
    assert await asking.find_working(asked.id, ALICE) is Verdict.SETTLED
    assert await asking.find_working(asked.id, BOB) is Verdict.FOREIGN


async def test_of_many_answers_one_settles_it(asking: Prompts) -> None:
    asked = await ask(asking)
    answers = [PromptState.WORKING, PromptState.CANCELLED] * 5
    settled = await asyncio.gather(*(asking.settle(asked, into) for into in answers))
    assert sum(settled) == 1
    assert await asking.find(asked.id, ALICE, Kind.RESET) is Verdict.SETTLED
    assert await asking.step(asked, n=1) is None


async def test_a_step_is_kept_and_begins_the_time_anew(asking: Prompts, clock: TestClock) -> None:
    asked = await ask(asking)
    clock.advance(minutes=9)
    later = await asking.step(asked, n=1)
    assert later
    assert (later.content, later.expires_at) == ({"n": 1}, NOW + LIFETIME + LIFETIME * 0.9)
    assert await asking.find(asked.id, ALICE, Kind.RESET) == later


async def test_no_answer_counts_when_the_time_is_over(asking: Prompts, clock: TestClock) -> None:
    asked = await ask(asking)
    clock.advance(minutes=10)
    assert not await asking.settle(asked, PromptState.WORKING)
    assert await asking.step(asked, n=1) is None
    assert await asking.find(asked.id, ALICE, Kind.RESET) is Verdict.EXPIRED


async def test_silence_ends_it_in_its_message_also_in_a_new_process(
    asking: Prompts, store: Store, slack: Slack, clock: TestClock
) -> None:
    asked = await ask(asking)
    clock.advance(minutes=10)
    async with again(store, slack, clock).serving():
        await slack.asked_to_change.wait()
    assert slack.changed[0].startswith("1: No answer came within 10 minutes")
    assert await state(store, asked) is PromptState.EXPIRED
    assert await asking.find(asked.id, ALICE, Kind.RESET) is Verdict.EXPIRED


async def test_a_message_that_is_gone_needs_no_end(
    asking: Prompts, store: Store, slack: Slack, clock: TestClock
) -> None:
    asked = await ask(asking)
    clock.advance(minutes=10)
    slack.refuses_to_change = "message_not_found"
    async with again(store, slack, clock).serving():
        await slack.asked_to_change.wait()
    assert slack.changed == []
    assert await state(store, asked) is PromptState.EXPIRED


async def test_what_slack_does_not_take_is_not_asked(asking: Prompts, store: Store, slack: Slack) -> None:
    slack.refuses_to_post = "internal_error"
    with pytest.raises(SlackApiError):
        await ask(asking)
    async with store.read() as tx:
        [left] = await prompts.in_states(tx, [*PromptState])
    assert left.state is PromptState.CANCELLED


async def test_a_deleted_message_is_shown_anew_and_stays_known(asking: Prompts, slack: Slack) -> None:
    asked = await ask(asking)
    slack.refuses_to_change = "message_not_found"
    await asking.show(asked, cancelled_message(Texts()))
    slack.refuses_to_change = ""
    await asking.show(asked, cancelled_message(Texts()))
    assert len(slack.posted) == 2
    assert slack.changed == ["2: Cancelled: nothing was done."]


async def test_ended_questions_are_forgotten_after_a_day_and_others_are_not(
    asking: Prompts, store: Store, clock: TestClock
) -> None:
    ended, working = await ask(asking), await ask(asking)
    await asking.settle(ended, PromptState.CANCELLED)
    await asking.settle(working, PromptState.WORKING)
    assert [one.id for one in await asking.working()] == [working.id]
    async with store.write() as tx:
        await prompts.purge(tx, NOW + LIFETIME + KEPT)
    assert await asking.find(ended.id, ALICE, Kind.RESET) is Verdict.SETTLED
    async with store.write() as tx:
        await prompts.purge(tx, NOW + LIFETIME * 2 + KEPT)
    assert await asking.find(ended.id, ALICE, Kind.RESET) is Verdict.UNKNOWN
    assert await asking.find(working.id, ALICE, Kind.RESET) is Verdict.SETTLED


async def state(store: Store, asked: Prompt) -> PromptState:
    async with store.read() as tx:
        found = await prompts.get(tx, asked.id)
    assert found
    return found.state
