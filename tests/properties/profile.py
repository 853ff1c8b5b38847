"""How Hypothesis works here: without deadlines, and by default the same examples each time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

NAME = "calsync"

settings.register_profile(
    NAME, deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "explore", deadline=None, max_examples=3000, suppress_health_check=[HealthCheck.too_slow]
)


def load(config: pytest.Config) -> None:
    """Use the fixed profile, unless another was named: `pytest --hypothesis-profile=explore`."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile(NAME)
