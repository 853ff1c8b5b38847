"""Values of every field survive being kept as JSON."""

from __future__ import annotations

import json

from hypothesis import given

from sync import values
from sync.model import FIELDS, Event
from tests.properties.strategies import events


@given(events())
def test_every_value_comes_back_as_it_was(event: Event) -> None:
    for name in FIELDS:
        if name != "overrides":
            value = getattr(event, name)
            assert values.load(name, json.loads(json.dumps(values.dump(name, value)))) == value
