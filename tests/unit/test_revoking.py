"""Grants that nobody uses any more go back to Google: kept until it has taken them, and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from sync.clock import Clock
from sync.errors import RetryLater
from sync.google import waiting
from sync.google.grant import Consent, Grants
from sync.revoking import FIRST_PAUSE, LONGEST_PAUSE, UNUSED, Revocations
from sync.store import Store, connects, revocations
from sync.store.accounts import AccountState
from sync.store.connects import ConnectState
from sync.store.revocations import Owed
from sync.vault import Vault
from tests.unit.rows import NOW, TEAM, add_account

CLIENT = {"web": {"client_id": "id", "client_secret": "s", "token_uri": "http://127.0.0.1:9/token"}}


class Stopped(Clock):
    """Time moves by hand."""

    moment = NOW

    def now(self) -> Any:
        """Return the moment."""
        return self.moment


class Google(Grants):
    """Takes grants back, or has trouble."""

    trouble: Exception | None = None

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def revoke(self, token: str) -> None:
        """Take one, or refuse."""
        if self.trouble:
            raise self.trouble
        self.taken.append(token)


@pytest.fixture
def google() -> Google:
    """Google, which works."""
    return Google()


@pytest.fixture
def owing(store: Store, google: Google) -> Revocations:
    """What is owed."""
    return Revocations(store, google, Stopped())


async def owed_by(owing: Revocations) -> list[Owed]:
    async with owing.store.read() as tx:
        return await revocations.everything(tx)


async def later(owing: Revocations, by: timedelta) -> None:
    assert isinstance(owing.clock, Stopped)
    owing.clock.moment += by
    await owing.catch_up()


async def test_what_google_takes_at_once_is_not_kept(owing: Revocations, google: Google) -> None:
    assert await owing.give_back("token", "sub1")
    assert google.taken == ["token"]
    assert await owed_by(owing) == []


async def test_what_google_cannot_take_is_kept_sealed_and_tried_with_growing_pauses(
    owing: Revocations, google: Google
) -> None:
    google.trouble = RetryLater("google_trouble")
    assert not await owing.give_back("token", "sub1")
    pauses = []
    for _ in range(12):
        [kept] = await owed_by(owing)
        assert "token" not in kept.token
        assert "sub1" not in kept.token
        pauses.append(kept.retry_at - owing.clock.now())
        await later(owing, pauses[-1])
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    google.trouble = None
    await later(owing, LONGEST_PAUSE)
    assert google.taken == ["token"]
    assert await owed_by(owing) == []


async def test_nothing_is_tried_before_its_time_nor_when_nothing_is_owed(
    owing: Revocations, google: Google
) -> None:
    google.trouble = RetryLater("google_trouble")
    await owing.give_back("token")
    google.trouble = None
    await later(owing, FIRST_PAUSE - timedelta(seconds=1))
    assert google.taken == []
    assert await owing.settle([99]), "settled by somebody else meanwhile"


async def test_one_that_google_does_not_take_keeps_back_no_other_for_long(
    owing: Revocations, google: Google
) -> None:
    google.trouble = RetryLater("google_trouble")
    async with owing.store.write() as tx:
        ids = [await owing.owe(tx, f"token {number}") for number in range(2)]
    assert not await owing.settle(ids)
    assert [one.attempts for one in await owed_by(owing)] == [1, 0], "the round ends with the first"
    google.trouble = None
    await later(owing, timedelta())
    assert google.taken == ["token 1"]


@pytest.mark.parametrize("state", [AccountState.CONNECTED, AccountState.PREVIEW])
async def test_an_account_that_is_connected_again_keeps_its_grant(
    owing: Revocations, google: Google, state: AccountState
) -> None:
    await add_account(owing.store, 1, state=state)
    assert await owing.give_back("token", "sub1")
    assert google.taken == []
    assert await owed_by(owing) == []


async def test_a_consent_that_waits_for_its_code_keeps_its_grant(owing: Revocations, google: Google) -> None:
    async with owing.store.write() as tx:
        await connects.issue(tx, "link", TEAM, "U1", {}, NOW)
        link = await connects.by_id(tx, "link")
        assert link
        sealed = waiting.seal(owing.store.vault, link.owner, Consent("sub1", "a@example.com", "new"), "1")
        await connects.move(tx, link, ConnectState.CONSENTED, consent=sealed)
    assert not await owing.give_back("token", "sub1")
    assert await owing.give_back("of somebody else", "sub2")
    assert google.taken == ["of somebody else"]
    async with owing.store.write() as tx:
        await connects.cancel(tx, TEAM, "U1")
    await later(owing, FIRST_PAUSE)
    assert google.taken == ["of somebody else", "token"]


async def test_what_google_ended_by_itself_or_nobody_can_read_is_given_up(
    owing: Revocations, google: Google
) -> None:
    google.trouble = RetryLater("google_trouble")
    await owing.give_back("token")
    await later(owing, UNUSED + timedelta(days=1))
    async with owing.store.write() as tx:
        await revocations.add(tx, Vault([b"l" * 32]).encrypt("calsync", "revocation", "{}"), NOW)
        assert await owing.owe_stored(tx, "T1/U1", "00000000.lost", "sub1") == []
        assert await owing.owe_stored(tx, "T1/U1", None, "sub1") == []
    await owing.catch_up()
    assert await owed_by(owing) == []
    assert google.taken == []


async def test_what_is_owed_of_a_google_account_is_found(owing: Revocations, google: Google) -> None:
    google.trouble = RetryLater("google_trouble")
    for sub in ("sub1", "sub2", ""):
        await owing.give_back("token", sub)
    assert len(await owing.of_google("sub1")) == 1


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bytes]]:
    """What the revocation endpoint answers."""
    planned: list[tuple[int, bytes]] = []

    def post(*_: object, **__: object) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer._content = planned.pop(0)
        return answer

    monkeypatch.setattr(requests, "post", post)
    return planned


@pytest.mark.parametrize(
    ("status", "body", "over"),
    [
        (200, b"{}", True),
        (400, b'{"error": "invalid_token"}', True),
        (400, b'{"error": "invalid_request"}', False),
        (400, b"[]", False),
        (302, b"", False),
        (403, b"<html>a proxy</html>", False),
        (429, b"{}", False),
        (503, b"", False),
    ],
)
async def test_only_googles_own_word_ends_a_grant(
    store: Store, answers: list[tuple[int, bytes]], status: int, body: bytes, over: bool
) -> None:
    answers.append((status, body))
    grants = Grants(store, CLIENT, Clock(), "http://127.0.0.1:9/revoke")
    if over:
        await grants.revoke("token")
    else:
        with pytest.raises(RetryLater, match="google_trouble"):
            await grants.revoke("token")
