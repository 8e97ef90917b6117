"""What the operator says on top of the chat for a while, and whether the chat is paused.

    hjalpsam notice "Med anledning av …" --until 2026-11-27T12:00
    hjalpsam pause --until 2026-11-26T15:00

Kept in one small file that the running assistant looks at for each question; it is replaced as a
whole. Both end by themselves. A file that cannot be read is as if there were none.
"""

import datetime
import json
import logging
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from hjalpsam.hours.clock import Clock, system_clock
from hjalpsam.paths import STATE_FOLDER
from hjalpsam.storage.models import replace_file

logger = logging.getLogger(__name__)

FILE = STATE_FOLDER / "notices.json"
NOTICE, PAUSE = "notice", "pause"
LONGEST = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Notice:
    """Something that holds for a while, from and until when, and who said so.

    `text` is what stands on top of the chat, or why it is paused. Times are ISO 8601 with offset.
    """

    text: str
    since: str
    until: str
    who: str

    @property
    def ends(self) -> datetime.datetime:
        """When it ends, aware."""
        return datetime.datetime.fromisoformat(self.until)


def current(kind: str, clock: Clock = system_clock, path: Path = FILE) -> Notice | None:
    """The notice (`NOTICE`) or the pause (`PAUSE`) that holds now."""
    try:
        found = _read(path, path.stat().st_mtime_ns).get(kind)
    except FileNotFoundError:
        return None
    return found if found and clock() < found.ends else None


def put_up(kind: str, notice: Notice | None, path: Path = FILE) -> None:
    """Put a notice or a pause in place of the one of its kind; None takes it away."""
    try:
        kept = dict(_read(path, path.stat().st_mtime_ns))
    except FileNotFoundError:
        kept = {}
    kept.pop(kind, None)
    if notice:
        kept[kind] = notice
    written = json.dumps({name: asdict(one) for name, one in kept.items()}, ensure_ascii=False, indent=1)
    replace_file(path, written.encode())


@lru_cache(maxsize=4)
def _read(path: Path, _: int) -> dict[str, Notice]:
    """By the time of the file's last change."""
    try:
        found = {kind: Notice(**one) for kind, one in json.loads(path.read_text(encoding="utf-8")).items()}
        assert all(one.ends.tzinfo for one in found.values())
        return found
    except (OSError, ValueError, TypeError, AttributeError, AssertionError) as error:
        logger.error("%s går inte att läsa (%s). Gör om den med hjalpsam notice.", path, type(error).__name__)
        return {}
