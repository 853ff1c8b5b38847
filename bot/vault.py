"""`calsync vault rotate`: all secrets under the newest key, so that the old ones can go."""

from __future__ import annotations

from bot.core import open_store
from bot.once import FAILED, UNUSABLE, NotPossible, Result, instead_of_run
from bot.settings import Settings
from bot.texts import Texts
from sync.store import intents, sealed
from sync.store.sealed import StillUnderOldKeys
from sync.vault import VaultError


async def rotate(settings: Settings) -> Result:
    """Encrypt all secrets under the newest of the configured keys.

    Not beside `calsync run`, which may have been started with other keys: it could not read what is written.

    Returns:
        With code 0 when the old keys open nothing any more, 1 when nothing was changed, 2 when it cannot
        work.
    """
    t, store = Texts(), open_store(settings)
    try:
        async with instead_of_run(settings):
            await store.migrate()
            moved = await sealed.rotate(store)
            async with store.read() as tx:
                under_way = await intents.count(tx)
    except NotPossible as error:
        return Result(UNUSABLE, problems=[str(error)])
    except (VaultError, StillUnderOldKeys) as error:
        return Result(FAILED, problems=[t.plain("vault.failed", trouble=str(error))])
    finally:
        await store.close()
    lines = [t.plain("vault.column", name=name, number=number) for name, number in moved.items() if number]
    # What is under way is found again by a token that derives from the key it was begun with.
    last = t.plural("vault.wait", under_way) if under_way else t.plain("vault.done")
    return Result(0, [*lines, last])
