"""How the assistant's processes are, as supervisor knows it (deploy/supervisord.conf)."""

import datetime
import http.client
import socket
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from hjalpsam.paths import STATE_FOLDER

SOCKET = STATE_FOLDER / "supervisor.sock"
LONGEST_SOCKET = 90  # bytes; Linux takes 107, and supervisor adds some while it starts
TIMEOUT = 5.0  # seconds
RUNNING = "RUNNING"
UNANSWERED = (OSError, http.client.HTTPException, xmlrpc.client.Error)  # how a call of supervisor's can fail
IN_WORDS = {RUNNING: "i gång", "STARTING": "startar", "BACKOFF": "startas om", "STOPPING": "stannar"}


@dataclass(frozen=True)
class Process:
    """A process by its name in supervisor: its state in supervisor's words, and when it started (ISO 8601, UTC)."""

    name: str
    state: str
    started: str


def processes(path: Path = SOCKET) -> list[Process] | None:
    """Those that are looked after; none when supervisor is not running, None when it cannot be asked."""
    try:
        found = _supervisor(path, "getAllProcessInfo")
    except (FileNotFoundError, ConnectionRefusedError):
        return []
    except UNANSWERED:
        return None
    return [Process(str(one["name"]), str(one["statename"]), _utc(int(one["start"]))) for one in found]


def end(name: str, path: Path = SOCKET) -> None:
    """End a process at once, even one that has stopped to listen; supervisor starts it again.

    Raises:
        one of UNANSWERED: when supervisor cannot do it.
    """
    _supervisor(path, "signalProcess", name, "KILL")


def _supervisor(path: Path, method: str, *arguments: str) -> Any:
    """What supervisor answers to a call of its own interface."""
    transport = SupervisorTransport(serverurl=f"unix://{path}")
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)  # supervisor's transport has no other way
    try:
        server = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
        return getattr(server.supervisor, method)(*arguments)
    finally:
        socket.setdefaulttimeout(before)
        transport.close()


def _utc(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat(timespec="seconds")
