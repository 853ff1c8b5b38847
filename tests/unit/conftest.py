"""Loads the profile of Hypothesis, and gives fresh stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync.store import Store
from sync.vault import Vault
from tests.properties import profile
from tests.unit.stage import Stage, make_stage

KEY = b"v" * 32


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile before tests are collected."""
    profile.load(config)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the store's file is."""
    return tmp_path / "calsync.db"


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    """A fresh store in its newest form."""
    made = Store(f"sqlite+aiosqlite:///{database}", Vault([KEY]))
    await made.migrate()
    yield made
    await made.close()


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """A plain service account, which may not read the uuid."""
    async with make_stage(store) as made:
        yield made


@pytest.fixture
async def knowing(store: Store) -> AsyncIterator[Stage]:
    """An administrator's account, which may."""
    async with make_stage(store, login="admin") as made:
        yield made
