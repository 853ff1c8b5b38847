"""The fixture of the scenarios between the client and Google alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.line import Line, make_line


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """The client, with tokens for alice and bob."""
    async with make_line() as made:
        yield made
