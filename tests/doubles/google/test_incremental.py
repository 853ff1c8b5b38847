"""A reader who only follows sync tokens sees what a reader who lists everything sees, whatever people do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import timed
from tests.doubles.google.errors import GoogleError
from tests.doubles.google.listing import list_events

Step = Callable[[Person, Person], Any]
DAYS = st.integers(3, 9)
RULES = st.sampled_from(["FREQ=DAILY;COUNT=5", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;INTERVAL=2;COUNT=4"])


def _rule(rule: str) -> dict[str, Any]:
    return {"recurrence": [f"RRULE:{rule}"]}


def _instance(day: int, hour: int) -> str:
    return f"series_202503{day:02d}T{hour - 1:02d}0000Z"


def _split(alice: Person, day: int, hour: int) -> None:
    # Each tail has an hour of its own: instances of head and tail at the same time would share an id.
    later = timed(day=day, hour=day + 12)
    alice.split("series", timed(day=day, hour=hour)["start"], summary="t", **later)


HOURS = st.sampled_from([9, 11])
GUESTS = [{"email": "bob@example.com"}]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda d: lambda a, _: a.create("x", **timed(day=d)), DAYS),
    st.builds(lambda r: lambda a, _: a.patch("series", **_rule(r)), RULES),
    st.builds(lambda d, h: lambda a, _: a.patch("series", **timed(day=d, hour=h)), DAYS, HOURS),
    st.builds(lambda d, h: lambda a, _: a.patch(_instance(d, h), summary="e"), DAYS, HOURS),
    st.builds(lambda d, h: lambda a, _: a.delete(_instance(d, h)), DAYS, HOURS),
    st.builds(lambda d, h: lambda _, b: b.respond(_instance(d, h), "accepted"), DAYS, HOURS),
    st.builds(lambda d, h: lambda _, b: b.delete(_instance(d, h)), DAYS, HOURS),
    st.builds(lambda d, h: lambda a, _: _split(a, d, h), DAYS, HOURS),
    st.builds(lambda p: lambda a, _: a.patch("series", location=p), st.sampled_from(["here", "there"])),
    st.just(lambda a, _: a.patch("series", recurrence=None)),
    st.just(lambda a, _: a.patch("series", status="confirmed")),
    st.just(lambda a, _: a.delete("series")),
    st.just(lambda _, b: b.delete("series")),
    st.just(lambda a, _: a.patch("series", attendees=[])),
    st.just(lambda a, _: a.patch("series", attendees=GUESTS)),
    st.just(lambda a, _: a.empty()),
)


def _look(alice: Person, bob: Person) -> None:
    """Change nothing."""


class Reader:
    """Keeps a copy of a calendar by what lists say."""

    def __init__(self, google: GoogleDouble, person: Person, *, single: bool) -> None:
        self._google = google
        self._person = person
        self._query: dict[str, Any] = {"singleEvents": single}
        self._token: str | None = None
        self.items: dict[str, Any] = {}

    def everything(self) -> dict[str, Any]:
        """Return what a full list has, but for cancelled instances."""
        found = self._list(self._query)["items"]
        return {item["id"]: item for item in found if item["status"] != "cancelled"}

    def follow(self) -> None:
        """Take over what has changed."""
        answer = self._list(self._query | ({"syncToken": self._token} if self._token else {}))
        self._token = answer["nextSyncToken"]
        for item in answer["items"]:
            self.items[item["id"]] = item
            if item["status"] == "cancelled":
                del self.items[item["id"]]
        if not self._query["singleEvents"]:
            self._drop_children()

    def _drop_children(self) -> None:
        """Forget exceptions of masters that are gone or have moved: Google does not name each of them."""
        calendar = self._person.owner.primary
        for item in list(self.items.values()):
            if "recurringEventId" in item and item["id"] not in calendar.events:
                del self.items[item["id"]]

    def _list(self, query: dict[str, Any]) -> dict[str, Any]:
        owner = self._person.owner
        return list_events(self._google.world, owner.primary, owner, query)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(STEPS, st.booleans()), max_size=12), st.sampled_from(["rekey", "drop"]))
def test_following_is_as_good_as_reading_everything(steps: list[tuple[Step, bool]], on_move: Any) -> None:
    google = GoogleDouble()
    google.settings.exceptions_on_move = on_move
    alice, bob = google.add_person("alice@example.com"), google.add_person("bob@example.com")
    readers = [Reader(google, person, single=single) for person in (alice, bob) for single in (True, False)]
    # Most steps are about a series, so there is one, with an exception.
    alice.create("s", **timed(id="series"), **_rule("FREQ=DAILY;COUNT=5"), attendees=GUESTS)
    alice.patch(_instance(4, 9), summary="e")
    for step, look in [(_look, True), *steps]:
        try:
            step(alice, bob)
        except GoogleError:
            continue
        for reader in readers if look else ():
            reader.follow()
    for reader in readers:
        reader.follow()
        assert reader.items == reader.everything()
