"""So many a minute and no more, for each key; and one at a time.

The package `limits` would do for the first, but needs packaging>=21, which Rasa forbids.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from weakref import WeakValueDictionary

WINDOW = 60.0  # seconds


class RateLimit:
    """A sliding window of one minute for each key; remembers a bounded number of keys.

    >>> limit = RateLimit(1)
    >>> limit.allow("a"), limit.allow("a"), limit.allow("b")
    (True, False, True)
    """

    def __init__(self, per_minute: int, max_keys: int = 100_000, now: Callable[[], float] = time.monotonic) -> None:
        """`per_minute`: how many are allowed in any minute; 0 for no limit."""
        self._per_minute = per_minute
        self._max_keys = max_keys
        self._now = now
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def allow(self, key: str) -> bool:
        """Whether one more is allowed now; if so it is counted."""
        if not self._per_minute:
            return True
        now = self._now()
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= self._per_minute:
            return False
        times.append(now)
        while len(self._times) > self._max_keys:
            self._times.popitem(last=False)
        return True


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
