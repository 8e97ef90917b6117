"""How the assistant's processes are, as supervisor knows it (deploy/supervisord.conf)."""

import datetime
import http.client
import socket
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path

from supervisor.xmlrpc import SupervisorTransport

from hjalpsam.paths import STATE_FOLDER

SOCKET = STATE_FOLDER / "supervisor.sock"
LONGEST_SOCKET = 90  # bytes; Linux takes 107, and supervisor adds some while it starts
TIMEOUT = 5.0  # seconds
RUNNING = "RUNNING"
IN_WORDS = {RUNNING: "i gång", "STARTING": "startar", "BACKOFF": "startas om", "STOPPING": "stannar"}


@dataclass(frozen=True)
class Process:
    """A process by its name in supervisor: its state in supervisor's words, and when it started (ISO 8601, UTC)."""

    name: str
    state: str
    started: str


def processes(path: Path = SOCKET) -> list[Process] | None:
    """Those that are looked after; none when supervisor is not running, None when it cannot be asked."""
    transport = SupervisorTransport(serverurl=f"unix://{path}")
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)  # supervisor's transport has no other way
    try:
        found = xmlrpc.client.ServerProxy("http://localhost", transport=transport).supervisor.getAllProcessInfo()
    except (FileNotFoundError, ConnectionRefusedError):
        return []
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return None
    finally:
        socket.setdefaulttimeout(before)
        transport.close()
    assert isinstance(found, list)
    return [Process(str(one["name"]), str(one["statename"]), _utc(int(one["start"]))) for one in found]


def _utc(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat(timespec="seconds")
