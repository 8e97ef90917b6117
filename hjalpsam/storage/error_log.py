"""The latest errors of the assistant's processes, where `hjalpsam status` finds them.

Only our own words are kept: they never hold what was typed, which those of libraries may.
"""

import datetime
import json
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from hjalpsam.paths import STATE_FOLDER

FOLDER = STATE_FOLDER / "errors"
LARGEST = 50_000  # bytes of a file; then another is begun, and the one before is kept
OURS = ("hjalpsam", "actions")


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc).isoformat(timespec="seconds")
        return json.dumps({"at": at, "message": record.getMessage()}, ensure_ascii=False)


def keep_errors(process: str, folder: Path = FOLDER) -> None:
    """Keep what goes wrong in this process from now on, in a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / f"{process}.log", maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setLevel(logging.ERROR)
    handler.setFormatter(_AsJson())
    for name in OURS:
        logging.getLogger(name).addHandler(handler)


def latest_errors(most: int, since: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """The latest errors of all processes since then: `process`, `at` (ISO 8601, UTC) and `message`; the latest last."""
    found: list[dict[str, str]] = []
    for path in folder.glob("*.log*"):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:  # it has just been replaced by another
            continue
        for line in lines:
            try:
                found.append({"process": path.name.partition(".")[0], **json.loads(line)})
            except ValueError:  # half a line, of a full disk or a power cut
                continue
    return sorted((error for error in found if error["at"] >= since), key=lambda error: error["at"])[-most:]
