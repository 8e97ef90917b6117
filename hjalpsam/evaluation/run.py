"""Evaluates a model for the one who is to put it live: figures, conversations, comparison, report, gates."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hjalpsam.evaluation.gates import Comparison, Evaluation, compare, failures, read_readings, write_readings
from hjalpsam.evaluation.measure import Line, Reading, Results, compared_lines, evaluate, read
from hjalpsam.paths import ROOT
from hjalpsam.storage import models

if TYPE_CHECKING:
    from rasa.core.agent import Agent

    from hjalpsam.conversation.cases import Outcome

Tell = Callable[[str], None]

REPORTS = ROOT / "reports"
CONVERSATIONS = ROOT / "tests" / "conversations"


def evaluate_model(model: Path, live: Path | None, quick: bool, tell: Tell) -> Evaluation:
    """Measure a model, hold the conversations, compare it with the live one, and write the report.

    The figures are noted in the model; it is read anew only when it changes.
    """
    from hjalpsam.evaluation.report import write_report

    results, outcomes = asyncio.run(_read_and_talk(model, quick, tell))
    write_readings(results.compared, kept_readings(model))
    comparison = compare_models(live, model, tell) if live and live != model else None
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    found = failures(results.measures(), comparison, failed)
    evaluation = Evaluation(results, outcomes, comparison, found, report_folder(model) / "index.html")
    now = datetime.datetime.now(datetime.timezone.utc)
    write_report(evaluation, model.name, now.astimezone())
    figures = {measure.name: round(measure.value, 4) for measure in results.measures()}
    models.note(model, figures=figures, conversations_failed=len(failed), evaluated=now.isoformat(timespec="seconds"))
    return evaluation


def read_lines(model: Path, lines: list[Line], tell: Tell) -> list[Reading]:
    """How a model reads lines from outside; nothing of them is kept."""

    async def reading() -> list[Reading]:
        return await read(await _loaded(model, tell), lines)

    return asyncio.run(reading())


def report_folder(model: Path) -> Path:
    """Where the report of a model is."""
    return REPORTS / model.name.removesuffix(".tar.gz")


def kept_readings(model: Path) -> Path:
    """Where it is kept how a model reads the compared lines."""
    return report_folder(model) / "readings.json"


async def _read_and_talk(model: Path, quick: bool, tell: Tell) -> tuple[Results, list[Outcome]]:
    agent = await _loaded(model, tell)
    results = await evaluate(agent, quick, tell)
    return results, await hold_conversations(agent, tell)


async def hold_conversations(agent: Agent, tell: Tell) -> list[Outcome]:
    """How the conversations of tests/conversations go, each from its beginning."""
    from hjalpsam.conversation.cases import ChannelTalk, run, suites
    from hjalpsam.conversation.turn import Turns

    cases = [case for _, case in suites(CONVERSATIONS)]
    tell(f"Håller {len(cases)} samtal …")
    turns, outcomes = Turns("staff"), []
    for case in cases:
        talk = ChannelTalk(turns, agent, agent.handle_message)
        outcomes.append(await run(case, talk))
        await talk.end()
    return outcomes


def compare_models(live: Path, model: Path, tell: Tell) -> Comparison:
    """What a model understands better and worse than the live one, message by message."""
    return compare(readings_of(live, tell), readings_of(model, tell))


def readings_of(model: Path, tell: Tell) -> list[Reading]:
    """How a model reads the compared lines: as kept when it was measured, unless lines have changed since."""
    kept = read_readings(kept_readings(model))
    if kept is not None and compared_lines() <= {reading.line for reading in kept}:
        return kept
    tell(f"Mäter {model.name}, för att kunna jämföra …")

    async def measured() -> list[Reading]:
        return (await evaluate(await _loaded(model, tell), True, tell)).compared

    readings = asyncio.run(measured())
    write_readings(readings, kept_readings(model))
    return readings


async def _loaded(model: Path, tell: Tell) -> Agent:
    from hjalpsam.engine.assistant import load_assistant

    tell(f"Läser in {model.name} …")
    return await load_assistant(model)
