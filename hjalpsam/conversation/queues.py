"""Who sends much waits for themselves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from weakref import WeakValueDictionary


class Queues:
    """A queue for each key, so that who sends much waits for themselves and not the others for them.

    Rasa reads messages one after the other, each in one piece: without this, one more would wait
    for all that came before it. While others of a key wait, its next turn begins after a pause as
    long as the last one took, so that a key has half of the time at most.
    """

    def __init__(self) -> None:
        """All empty."""
        self._queues: WeakValueDictionary[str, _Queue] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def turn_of(self, key: str) -> AsyncIterator[None]:
        """Waits for those of the same key that came first; the others wait while it lasts."""
        queue, loop = self._queues.setdefault(key, _Queue()), asyncio.get_running_loop()
        queue.waiting += 1
        try:
            await queue.lock.acquire()
        finally:
            queue.waiting -= 1
        await asyncio.sleep(0)  # a turn may take no break: those that came with this one get to wait first
        began = loop.time()
        try:
            yield
        finally:
            pause = loop.time() - began if queue.waiting else 0
            loop.call_later(pause, queue.lock.release)


class _Queue:
    def __init__(self) -> None:
        self.lock, self.waiting = asyncio.Lock(), 0
