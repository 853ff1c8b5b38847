"""Loads the profile of Hypothesis, and gives fresh stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sync.store import Store
from sync.vault import Vault
from tests.properties import profile

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
