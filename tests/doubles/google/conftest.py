"""Fixtures for the tests of the double itself: the double, two people, and a real client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import CALLBACK, Client, client_of


@pytest.fixture
async def google() -> AsyncIterator[GoogleDouble]:
    async with GoogleDouble(redirect_uris=[CALLBACK]) as double:
        yield double


@pytest.fixture
def alice(google: GoogleDouble) -> Person:
    return google.add_person("alice@example.com", domain="example.com")


@pytest.fixture
def bob(google: GoogleDouble) -> Person:
    return google.add_person("bob@example.com", domain="example.com")


@pytest.fixture(autouse=True)
def _insecure_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def client(google: GoogleDouble, alice: Person) -> Client:
    return client_of(google, alice)
