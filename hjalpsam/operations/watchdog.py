"""Ends a process that lives but does not answer, so that supervisor starts it again.

Supervisor sees only whether a process lives. Its own plugin for this, superlance's httpok, ends
processes that are still starting, and takes 503 for silence.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Mapping

import aiohttp

from hjalpsam.operations.processes import RUNNING, UNANSWERED, Process, end, processes
from hjalpsam.operations.settings import Settings

logger = logging.getLogger("hjalpsam.operations.watchdog")  # also when it is the main module

LONGEST_SILENCE = 15.0  # seconds
EVERY = 3.0
PATIENCE = aiohttp.ClientTimeout(total=5)

Ask = Callable[[str], Awaitable[bool]]
Start = tuple[str, str]  # of a process: its name, and when it started


class Watchdog:
    """Knows which processes have answered, and since when one has not."""

    def __init__(
        self,
        addresses: Mapping[str, str],
        ask: Ask,
        end: Callable[[str], None] = end,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`addresses`: what each process, by its name in supervisor, answers on; `ask`: whether one does."""
        self._addresses, self._ask, self._end, self._now = addresses, ask, end, now
        self._answered: set[Start] = set()
        self._silent_since: dict[Start, float] = {}

    async def look(self, running: list[Process]) -> None:
        """Ask every process, and end those that have answered once and then not for `LONGEST_SILENCE`.

        One that has never answered is still starting, or fails at it, which no ending would mend.
        """
        watched = [one for one in running if one.name in self._addresses and one.state == RUNNING]
        await asyncio.gather(*(self._look_at(one) for one in watched))

    async def _look_at(self, process: Process) -> None:
        start, asked_at = (process.name, process.started), self._now()
        if await self._ask(self._addresses[process.name]):
            self._answered.add(start)
            self._silent_since.pop(start, None)
            return
        # counted from a question and not from the last answer: this process may have been asleep itself
        silence = self._now() - self._silent_since.setdefault(start, asked_at)
        if start in self._answered and silence >= LONGEST_SILENCE:
            logger.error("%s svarade inte på %.0f sekunder och startas om.", process.name, LONGEST_SILENCE)
            self._end(process.name)
            self._answered.discard(start)


async def answers(address: str) -> bool:
    """Whether anything comes back over HTTP, be it an error."""
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(address):
            return True
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
        return False


async def watch(settings: Settings) -> None:
    """Look after both servers for as long as this process lives."""
    action_server = f"http://127.0.0.1:{settings.action_port}/health"
    watchdog = Watchdog({"rasa": settings.address, "actions": action_server}, answers)
    while True:
        try:
            await watchdog.look(await asyncio.to_thread(lambda: processes() or []))
        except UNANSWERED as error:
            logger.error("En process kunde inte startas om: %s.", type(error).__name__)
        await asyncio.sleep(EVERY)


def main() -> int:
    """Watch with the settings of the environment, as supervisor's other processes have them."""
    asyncio.run(watch(Settings.from_environment()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
