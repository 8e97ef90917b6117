"""Starts the assistant and prints where the chat is: `make run`.

It starts with the live model. The first time there is none: then the files are checked, a model
is trained and put live. Supervisor keeps the action server and Rasa alive (deploy/supervisord.conf).
"""

import errno
import os
import signal
import socket
import subprocess
import sys
import time

from hjalpsam.checks.files import NEEDED_TO_START, problems
from hjalpsam.operations.live import health
from hjalpsam.operations.processes import LONGEST_SOCKET, SOCKET, processes
from hjalpsam.operations.quiet import quiet
from hjalpsam.operations.settings import Settings, SettingsError, operator
from hjalpsam.operations.train import TrainingError, ensure_model, in_words, model_path
from hjalpsam.paths import MODELS, ROOT, STATE_FOLDER
from hjalpsam.storage.models import ModelError, fits_the_code, installed, is_whole

DAMAGED = "Modellen som var i gång går inte att läsa."
START_TIMEOUT = 120.0  # seconds
DEGRADED_AFTER = 45.0  # seconds until a chat that answers, though not fully, is taken as started

_REASONS = {errno.EADDRINUSE: "något annat använder den", errno.EACCES: "den kräver högre behörighet"}


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
                f"Port {port} på {host} går inte att använda ({_REASONS.get(error.errno or 0, error.strerror)}).\n"
                f"Stoppa det som använder porten, eller välj en annan: {variable}={port + 1} make run"
            ) from None


def check_alone() -> None:
    """Raise StartError if the assistant is running with the same state folder, or if that cannot be told."""
    if len(os.fsencode(SOCKET)) > LONGEST_SOCKET:
        raise StartError(f"Sökvägen {STATE_FOLDER} är för lång. Välj en kortare med HJALPSAM_STATE.")
    if processes() != []:
        raise StartError(
            "Assistenten är redan i gång. Stoppa den först, eller ge den nya en egen katalog med HJALPSAM_STATE."
        )


def ensure_live_model() -> None:
    """See to it that a model is live; one that is stays so, whatever has been edited since.

    After a training this process begins anew and does not return.

    Raises:
        StartError: when the files that the start needs are wrong.
        ModelError: when it cannot be seen which model is live.
        TrainingError: when there is no live model and none can be trained.
    """
    live, before = installed.live(), installed.previous()
    good = next((model for model in (live, before) if model and is_whole(model) and fits_the_code(model)), None)
    if found := problems(only=NEEDED_TO_START if good else None):
        raise StartError("\n".join(found) + "\n\nRätta felen ovan och starta igen.")
    if good is None:
        why = "första starten" if live is None else "den förra var skadad"
        if live and is_whole(live):
            why = "den förra var från en äldre version av programmet"
            print(f"Modellen {live.name} är från en äldre version av programmet. En ny tränas …", flush=True)
        installed.promote(ensure_model(), operator(), why)
        # anew, for a training leaves 900 MB behind, which would be held for as long as the assistant runs
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    if good != live:
        print(f"{DAMAGED} Modellen före den, {good.name}, är i gång i stället.", flush=True)
        installed.take_back(good, operator(), "den förra var skadad")
    elif live != model_path():
        print("Filerna har ändrats sedan modellen lades ut. Lägg ut ändringarna med make retrain.", flush=True)


def start(settings: Settings) -> "subprocess.Popen[bytes]":
    """Start supervisor with both processes; its output is ours."""
    environment = {
        **os.environ,
        "HJALPSAM_PYTHON": sys.executable,
        "HJALPSAM_STATE": str(STATE_FOLDER),
        "HJALPSAM_MODELS": str(MODELS),
        "HJALPSAM_HOST": settings.host,
        "HJALPSAM_PORT": str(settings.port),
        "HJALPSAM_ACTION_PORT": str(settings.action_port),
        "HJALPSAM_ORIGINS": " ".join(settings.origins),
        "PYTHONPATH": str(ROOT),
    }
    settings.remember()
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
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StartError("Assistenten stannade under starten. Orsaken står i raderna ovanför.")
        if said := health(address):
            reason = "; ".join(said["problems"].values())
            if said["status"] == "ok":
                return
            if said["status"] == "degraded" and time.monotonic() > deadline - timeout + DEGRADED_AFTER:
                print(f"Chatten svarar, men allt fungerar inte: {reason}", file=sys.stderr)
                return
        time.sleep(0.2)
    raise StartError(f"Assistenten kom inte i gång på {timeout:.0f} s: {reason}")


def main() -> int:
    """Run until interrupted; 1 when it cannot start."""
    quiet()
    try:
        settings = Settings.from_environment()
        check_alone()
        check_port(settings.host, settings.port, "HJALPSAM_PORT")
        check_port("127.0.0.1", settings.action_port, "HJALPSAM_ACTION_PORT")
        ensure_live_model()
        print("Startar assistenten …", flush=True)
        process = start(settings)
    except (StartError, SettingsError, ModelError, TrainingError) as error:
        print(error, file=sys.stderr)
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
