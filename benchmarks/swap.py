"""Measures what residents notice of a new model: `make bench-swap`. Reports; asserts nothing.

Two models are put live in turn while conversations go on. Works in a copy of the project on free
ports, in ten swaps, the fifth of them to a broken file.
"""

import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.speed import LEFT_OUT, call, health, running
from hjalpsam.operations.train import ensure_model
from hjalpsam.paths import ROOT
from hjalpsam.storage.models import Models

SWAPS = 10
BROKEN = 5
TEXT = "är orostelefonen öppen nu?"
TURNS = 20  # in a conversation


class Residents(threading.Thread):
    """Conversations one after the other until told to end; each turn's seconds and whether it was answered."""

    def __init__(self, address: str) -> None:
        """`address`: of the residents' channel."""
        super().__init__(daemon=True)
        self._address, self._ended = address, threading.Event()
        self.seconds: list[float] = []
        self.lost = 0

    def run(self) -> None:
        """Talk."""
        sender, number = "", 0
        while not self._ended.is_set():
            if number % TURNS == 0:
                sender = call(self._address, "/session", {})["sender"]
            number += 1
            begins = time.perf_counter()
            replies = call(self._address, "/webhook", {"sender": sender, "message": TEXT})
            self.seconds.append(time.perf_counter() - begins)
            self.lost += not any("020-100 200" in reply["text"] for reply in replies)

    def end(self) -> None:
        """Stop talking."""
        self._ended.set()
        self.join()


def main() -> None:
    """Print the figures as a Markdown table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        (folder / "models").mkdir()
        model = ensure_model()
        for number in range(SWAPS + 1):
            shutil.copy(model, folder / "models" / (model.name if number == 0 else f"{number}.tar.gz"))
        here = Models(folder / "models", folder / "state" / "live.json")
        with running(folder) as (address, _):
            alone = Residents(address)
            alone.start()
            time.sleep(5)
            alone.end()
            residents, taken_up = Residents(address), []
            residents.start()
            for number in range(1, SWAPS + 1):
                swapped = folder / "models" / f"{number}.tar.gz"
                here.promote(swapped, "benchmark", "swap")
                if number == BROKEN:
                    swapped.write_bytes(b"no model")
                    time.sleep(10)
                    continue
                begins = time.monotonic()
                while health(address).get("model") != swapped.name:
                    time.sleep(0.1)
                taken_up.append(time.monotonic() - begins)
            residents.end()
    print("| what | figure |\n|---|---|")
    print(f"| a new model is live after | median {statistics.median(taken_up):.1f} s, at most {max(taken_up):.1f} s |")
    for what, some in (("alone", alone), (f"during {SWAPS} swaps", residents)):
        median, worst = statistics.median(some.seconds), max(some.seconds)
        print(f"| a turn {what} ({len(some.seconds)}) | median {median * 1000:.0f} ms, at most {worst:.2f} s |")
    print(f"| lost or empty replies | {residents.lost} |")


if __name__ == "__main__":
    main()
