"""Measures how long a resident waits while one address sends what it can: `make bench-crowd`. Asserts nothing.

Sixty conversations of one address send texts of odd signs as often as the limits allow, while
another resident asks ordinary questions. Works as benchmarks/speed.py does.
"""

import json
import shutil
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.speed import running, seconds
from hjalpsam.paths import ROOT

CROWD, RESIDENT = "192.0.2.1", "192.0.2.2"
CONVERSATIONS = 60
EVERY = 2.0  # seconds between the messages of a conversation
ROUNDS = 25
TEXTS = ["[({" * 330, "😀🙃" * 450, "XQZKJW vad är det " * 50]


def call(address: str, path: str, body: dict[str, str], comes_from: str) -> Any:
    """POST as if by way of a proxy; None when it is refused."""
    headers = {"X-Forwarded-For": comes_from}
    request = urllib.request.Request(f"{address}{path}", json.dumps(body).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)
    except urllib.error.HTTPError:
        return None


def crowd(address: str, number: int, stopped: threading.Event) -> None:
    """One conversation of the crowd."""
    sender = call(address, "/session", {}, CROWD)["sender"]
    while not stopped.is_set():
        text = f"{TEXTS[number % len(TEXTS)]} {time.monotonic()}"[-1000:]
        call(address, "/webhook", {"sender": sender, "message": text}, CROWD)
        stopped.wait(EVERY)


def waits(address: str) -> list[float]:
    """Milliseconds of a resident's turns, sorted."""
    sender = call(address, "/session", {}, RESIDENT)["sender"]
    times = []
    for number in range(ROUNDS):
        begins = time.perf_counter()
        call(
            address,
            "/webhook",
            {"sender": sender, "message": f"är telefonen öppen på lördag, fråga {number}"},
            RESIDENT,
        )
        times.append((time.perf_counter() - begins) * 1000)
        time.sleep(1)
    return sorted(times)


def main() -> None:
    """Print the figures as a Markdown table."""
    print("| a turn of a resident | median | longest |\n|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".git", ".venv", ".tools", ".*_cache"))
        seconds(folder, "hjalpsam", "train")
        shutil.rmtree(folder / "state", ignore_errors=True)
        credentials = folder / "credentials.yml"
        credentials.write_text(credentials.read_text().replace("proxies: 0", "proxies: 1"))
        with running(folder) as (address, _):
            report("alone", waits(address))
            stopped = threading.Event()
            threads = [
                threading.Thread(target=crowd, args=(address, number, stopped)) for number in range(CONVERSATIONS)
            ]
            for thread in threads:
                thread.start()
            time.sleep(5)
            report(f"beside {CONVERSATIONS} conversations of one address", waits(address))
            stopped.set()
            for thread in threads:
                thread.join()


def report(what: str, times: list[float]) -> None:
    """A line of the table."""
    print(f"| {what} | {statistics.median(times):.0f} ms | {times[-1]:.0f} ms |", flush=True)


if __name__ == "__main__":
    main()
