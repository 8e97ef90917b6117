"""Measures what it costs to understand one message on this machine: `make bench-nlu`. Reports; asserts nothing.

Each line of tests/eval/dev_utterances.tsv goes through Agent.parse_message once as a new text
and once more as one that was read before. Figures depend on what else the machine does: compare
those of one run with each other.
"""

import asyncio
import statistics
import time
from collections.abc import Callable

from rasa.core.agent import Agent

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.engine.assistant import load_assistant
from hjalpsam.evaluation.measure import utterances
from hjalpsam.nlu.danger import DangerNet
from hjalpsam.nlu.encoder import shared_encoder
from hjalpsam.nlu.lead_ins import LeadInRemover
from hjalpsam.operations.quiet import quiet
from hjalpsam.operations.train import ensure_model
from hjalpsam.paths import ROOT


def report(what: str, seconds: list[float]) -> None:
    """A line of the table."""
    times = sorted(second * 1000 for second in seconds)
    median, high = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"| {what} | median {median:.1f} ms, 95th percentile {high:.1f} ms |", flush=True)


async def parse_times(agent: Agent, texts: list[str]) -> list[float]:
    """Seconds that each text takes."""
    times = []
    for text in texts:
        begins = time.perf_counter()
        await agent.parse_message(text)
        times.append(time.perf_counter() - begins)
    return times


def times_of(function: Callable[[str], object], texts: list[str]) -> list[float]:
    """Seconds that each call takes."""
    times = []
    for text in texts:
        begins = time.perf_counter()
        function(text)
        times.append(time.perf_counter() - begins)
    return times


async def main() -> None:
    """Print the figures as a Markdown table."""
    agent = await load_assistant(ensure_model())
    texts = [line.text for line in utterances()]
    await parse_times(agent, ["vad är cks", "hej"])  # what is made at first use
    print("| one message through the pipeline | figure |\n|---|---|", flush=True)
    report("a new text", await parse_times(agent, texts))
    report("a text read before", await parse_times(agent, texts))
    report("a button", await parse_times(agent, ["/ask_cks"] * 200))
    new_texts = [f"{text} nu" for text in texts]
    report("of which: the encoder, a new text", times_of(shared_encoder().encode, new_texts))
    report("of which: the danger net", times_of(DangerNet(read_yaml(ROOT / "data" / "danger.yml")).find, texts))
    remover = LeadInRemover(read_yaml(ROOT / "data" / "lead_ins.yml"), {})
    report("of which: lead-ins", times_of(remover.without_lead_in, texts))


if __name__ == "__main__":
    quiet()
    asyncio.run(main())
