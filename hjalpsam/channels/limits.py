"""So many a minute and no more, for each key.

The package `limits` would do but needs packaging>=21, which Rasa forbids.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

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
