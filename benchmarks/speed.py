"""Measures start, training and turns on this machine: `make bench`. Reports; asserts nothing.

Works in a copy of the project on free ports. Figures depend on what else the machine does:
compare those of one run with each other.
"""

import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hjalpsam.paths import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".tools", ".rasa", ".hjalpsam", "models", ".*_cache")
TEXT, ACTION = "vad är cks och vad gör de, fråga {}", "är orostelefonen öppen nu, fråga {}"
ROUNDS = 50


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def seconds(folder: Path, *arguments: str) -> float:
    """How long a command of the project takes."""
    begins = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, check=True, capture_output=True, env=environment(folder)
    )
    return time.monotonic() - begins


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a command in the copy."""
    return {**os.environ, "PYTHONPATH": str(folder), "HJALPSAM_STATE": str(folder / "state"), **more}


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[str, float]]:
    """The assistant, its address and the seconds from the command to the first answer."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/webhooks/web"
    begins = time.monotonic()
    ports = {"HJALPSAM_PORT": str(port), "HJALPSAM_ACTION_PORT": str(free_port())}
    process = subprocess.Popen(
        [sys.executable, "-m", "hjalpsam.operations.run"],
        cwd=folder,
        env=environment(folder, **ports),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while health(address).get("status") != "ok":
            if time.monotonic() - begins > 120:
                raise TimeoutError(health(address))
            time.sleep(0.1)
        ask(address, "är orostelefonen öppen nu?")
        yield address, time.monotonic() - begins
    finally:
        process.terminate()
        process.wait(30)


def health(address: str) -> dict[str, Any]:
    """What the assistant says of itself; {} while nothing answers."""
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as response:
            return dict(json.load(response))
    except (OSError, ValueError):
        return {}


def call(address: str, path: str, body: dict[str, str]) -> Any:
    """POST to the residents' channel."""
    request = urllib.request.Request(f"{address}{path}", method="POST", data=json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def ask(address: str, message: str) -> float:
    """Milliseconds of one message in a new conversation."""
    sender = call(address, "/session", {})["sender"]
    begins = time.perf_counter()
    replies = call(address, "/webhook", {"sender": sender, "message": message})
    assert replies, "an empty reply"
    return (time.perf_counter() - begins) * 1000


def main() -> None:
    """Print the figures as a Markdown table."""
    print("| what | figure |\n|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        print(f"| `hjalpsam train`, nothing cached | {seconds(folder, 'hjalpsam', 'train'):.0f} s |", flush=True)
        credentials = folder / "credentials.yml"
        credentials.write_text(credentials.read_text().replace("sessions_per_minute: 60", "sessions_per_minute: 0"))
        domain = folder / "domain.yml"
        domain.write_text(domain.read_text(encoding="utf-8").replace("Varsågod!", "Så lite så!"), encoding="utf-8")
        print(f"| `hjalpsam train` after a changed text | {seconds(folder, 'hjalpsam', 'train'):.0f} s |", flush=True)
        print(f"| `hjalpsam train` when nothing changed | {seconds(folder, 'hjalpsam', 'train'):.1f} s |", flush=True)
        with running(folder) as (address, start):
            print(f"| `make run` to the first answer | {start:.0f} s |")
            report("a typed text", sorted(ask(address, TEXT.format(number)) for number in range(ROUNDS)))
            report("a typed text, with action", sorted(ask(address, ACTION.format(n)) for n in range(ROUNDS)))
            report("a button", sorted(ask(address, "/ask_capabilities") for _ in range(ROUNDS)))
            report("a button, with action", sorted(ask(address, "/ask_helpline") for _ in range(ROUNDS)))


def report(what: str, times: list[float]) -> None:
    """A line of the table; `times` in milliseconds, sorted."""
    median, high = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"| a turn over HTTP: {what} | median {median:.0f} ms, 95th percentile {high:.0f} ms |", flush=True)


if __name__ == "__main__":
    main()
