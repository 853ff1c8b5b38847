"""A person looking at Slack: what is on their screen, and waiting until something is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tests.doubles.slack.model import Message, User, View
from tests.doubles.slack.screen import Screen, look, reader_of, shows

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

T = TypeVar("T")


class Onlooker:
    """Sees what one user sees, and no more; everything returned is a photograph that changes no more."""

    def __init__(self, double: SlackDouble, user: User) -> None:
        self._double = double
        self.user = user
        self.at_home = False

    @property
    def id(self) -> str:
        """Return the user's id."""
        return self.user.id

    def screen(self, channel: str | None = None) -> Screen:
        """Return what this person sees now."""
        return look(self._double, self.id, channel)

    def modal(self) -> View | None:
        """Return the open modal, as it is now."""
        modal = self._double.views.on_top(self.id)
        return modal and modal.photograph()

    def home(self) -> View | None:
        """Return the Home tab, as it is now."""
        home = self._double.views.homes.get(self.id)
        return home and home.photograph()

    async def see(
        self, fragment: str, *, within: float = 10.0, channel: str | None = None, after: Message | None = None
    ) -> Message:
        """Wait until a message contains the fragment, and return the newest that does.

        Raises:
            TimeoutError: none did in time; the error tells what was on the screen instead.
        """

        def newest() -> Message | None:
            reader = reader_of(self._double, self.id)
            for message in reversed(list(self._double.workspace.visible(self.id, channel))):
                if shows(reader, message, fragment) and (after is None or message.ts > after.ts):
                    return message.photograph()
            return None

        return await self._wait(newest, f"no message with {fragment!r}", within)

    async def see_gone(self, fragment: str, *, within: float = 10.0) -> None:
        """Wait until no message contains the fragment any more."""

        def gone() -> bool:
            reader = reader_of(self._double, self.id)
            return not any(shows(reader, m, fragment) for m in self._double.workspace.visible(self.id))

        await self._wait(gone, f"still a message with {fragment!r}", within)

    async def see_modal(self, fragment: str = "", *, within: float = 10.0) -> View:
        """Wait until a modal that contains the fragment is open, and return it."""

        def open_now() -> View | None:
            modal = self.modal()
            return modal if modal and shows(reader_of(self._double, self.id), modal, fragment) else None

        return await self._wait(open_now, f"no modal with {fragment!r}", within)

    async def see_home(self, fragment: str = "", *, within: float = 10.0) -> View:
        """Wait until the Home tab contains the fragment, and return it."""

        def there() -> View | None:
            home = self.home()
            return home if home and shows(reader_of(self._double, self.id), home, fragment) else None

        return await self._wait(there, f"no Home tab with {fragment!r}", within)

    async def see_home_without(self, fragment: str, *, within: float = 10.0) -> View:
        """Wait until the Home tab contains the fragment no more, and return it."""

        def without() -> View | None:
            home = self.home()
            return home if home and not shows(reader_of(self._double, self.id), home, fragment) else None

        return await self._wait(without, f"still a Home tab with {fragment!r}", within)

    async def _wait(self, look_again: Callable[[], T | None], failure: str, within: float) -> T:
        try:
            return await self._double.workspace.bell.until(look_again, within)
        except TimeoutError:
            raise TimeoutError(
                f"{failure} within {within} s; {self.id} sees:\n{self.screen().text()}"
            ) from None
