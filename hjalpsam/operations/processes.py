"""How the assistant's processes are, as supervisor knows it (deploy/supervisord.conf)."""

import datetime
import http.client
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path

from supervisor.xmlrpc import SupervisorTransport

from hjalpsam.paths import STATE_FOLDER

SOCKET = STATE_FOLDER / "supervisor.sock"
LONGEST_SOCKET = 90  # characters; Linux takes 107, and supervisor adds some while it starts
RUNNING = "RUNNING"
IN_WORDS = {RUNNING: "i gång", "STARTING": "startar", "BACKOFF": "startas om", "STOPPING": "stannar"}


@dataclass(frozen=True)
class Process:
    """A process by its name in supervisor: its state in supervisor's words, and since when (ISO 8601, UTC)."""

    name: str
    state: str
    since: str

    @property
    def in_words(self) -> str:
        """Its state, in Swedish."""
        return IN_WORDS.get(self.state, "står still")


def processes(socket: Path = SOCKET) -> list[Process]:
    """Those that are looked after; none when supervisor is not running."""
    transport = SupervisorTransport(serverurl=f"unix://{socket}")
    try:
        found = xmlrpc.client.ServerProxy("http://localhost", transport=transport).supervisor.getAllProcessInfo()
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return []
    finally:
        transport.close()
    assert isinstance(found, list)
    return [Process(str(one["name"]), str(one["statename"]), _utc(int(one["start"]))) for one in found]


def _utc(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat(timespec="seconds")
