"""Loads the profile of Hypothesis."""

from __future__ import annotations

import pytest

from tests.properties import profile


def pytest_configure(config: pytest.Config) -> None:
    """Load the profile before tests are collected."""
    profile.load(config)
