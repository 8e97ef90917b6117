"""Starts the assistant and prints where the chat is: `make run`.

Checks the files, trains if there is no model for them, and lets supervisor keep the action
server and Rasa alive (deploy/supervisord.conf).
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from hjalpsam.operations.check import problems
from hjalpsam.operations.quiet import quiet
from hjalpsam.operations.settings import Settings, SettingsError
from hjalpsam.operations.train import TrainingError, ensure_model, in_words
from hjalpsam.resources import ROOT, STATE_FOLDER

START_TIMEOUT = 120.0  # seconds
DEGRADED_AFTER = 45.0  # seconds until a chat that answers, though not fully, is taken as started


class StartError(Exception):
    """The assistant cannot be started; the message (Swedish) says why and what to do."""


def check_port(host: str, port: int, variable: str) -> None:
    """Raise StartError if the port cannot be used, naming the variable that chooses another."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(
                f"Port {port} på {host} går inte att använda ({error.strerror}). Kanske är assistenten redan i gång.\n"
                f"Stoppa det som använder porten, eller välj en annan: {variable}={port + 1} make run"
            ) from None


def start(settings: Settings, model: Path) -> "subprocess.Popen[bytes]":
    """Start supervisor with both processes; its output is ours."""
    environment = {
        **os.environ,
        "HJALPSAM_PYTHON": sys.executable,
        "HJALPSAM_STATE": str(STATE_FOLDER),
        "HJALPSAM_MODEL": str(model),
        "HJALPSAM_HOST": settings.host,
        "HJALPSAM_PORT": str(settings.port),
        "HJALPSAM_ACTION_PORT": str(settings.action_port),
        "HJALPSAM_ORIGINS": " ".join(settings.origins),
        "PYTHONPATH": str(ROOT),
    }
    STATE_FOLDER.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "--configuration", "deploy/supervisord.conf"],
        cwd=ROOT,
        env=environment,
    )


def wait_until_healthy(address: str, process: "subprocess.Popen[bytes]", timeout: float = START_TIMEOUT) -> None:
    """Return when the assistant answers.

    Raises:
        StartError: when the process ends first, or the time is up (with the reason health gives).
    """
    reason = "den svarar inte alls"
    deadline = time.monotonic() + timeout
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # not by way of http_proxy
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StartError("Assistenten stannade under starten. Orsaken står i raderna ovanför.")
        try:
            with direct.open(f"{address}webhooks/web/health", timeout=2) as response:
                health = json.load(response)
            reason = "; ".join(health["problems"].values())
            if health["status"] == "ok":
                return
            if time.monotonic() > deadline - timeout + DEGRADED_AFTER:
                print(f"Chatten svarar, men allt fungerar inte: {reason}", file=sys.stderr)
                return
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")
        except (OSError, ValueError):
            pass
        time.sleep(0.2)
    raise StartError(f"Assistenten kom inte i gång på {timeout:.0f} s: {reason}")


def main() -> int:
    """Run until interrupted; 1 when it cannot start."""
    quiet()
    try:
        settings = Settings.from_environment()
        if found := problems():
            raise StartError("\n".join(found) + "\n\nRätta felen ovan och starta igen.")
        check_port(settings.host, settings.port, "HJALPSAM_PORT")
        check_port("127.0.0.1", settings.action_port, "HJALPSAM_ACTION_PORT")
        model = ensure_model()
        print("Startar assistenten …", flush=True)
        process = start(settings, model)
    except (StartError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    except TrainingError as error:
        print(f"Modellen kunde inte tränas:\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Det gick inte att starta: {in_words(error)}", file=sys.stderr)
        return 1
    asked_to_stop = False

    def stop(*_: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True
        process.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    failed = False
    try:
        wait_until_healthy(settings.address, process)
        print(f"\n  Chatten finns på {settings.address}\n  Avsluta med Ctrl-C.\n", flush=True)
    except StartError as error:
        failed = not asked_to_stop
        if failed:
            print(error, file=sys.stderr)
            process.terminate()
    process.wait()
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # during training
        sys.exit(130)
