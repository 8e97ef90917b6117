"""Whether a new model may go live: gates.yml, against what was measured and against the live model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.evaluation.measure import ASKS, DANGER, RIGHT, WRONG, Line, Measure, Reading, Results
from hjalpsam.paths import ROOT

if TYPE_CHECKING:
    from hjalpsam.conversation.cases import Outcome

MOST_SHOWN = 5  # examples in a sentence
_RANK = {WRONG: 0, ASKS: 1, RIGHT: 2}


@dataclass(frozen=True)
class Comparison:
    """The same lines as two models read them: pairs of the live model's reading and the new one's.

    Attributes:
        better: understood better by the new model: right instead of asked back, and so on.
        worse: understood worse.
        lost: danger that the live model catches and the new one does not.
        alarms: no danger, but the new model says so and the live one does not.
    """

    better: list[tuple[Reading, Reading]]
    worse: list[tuple[Reading, Reading]]
    lost: list[tuple[Reading, Reading]]
    alarms: list[tuple[Reading, Reading]]


@dataclass(frozen=True)
class Evaluation:
    """What was found of a model.

    Attributes:
        results: its readings and figures.
        outcomes: how the conversations of tests/conversations went.
        comparison: with the live model; None when that is the one, or there is none.
        failures: why it may not go live, each a Swedish sentence; none when it may.
        report: the page that shows it all.
    """

    results: Results
    outcomes: list[Outcome]
    comparison: Comparison | None
    failures: list[str]
    report: Path


def compare(live: Sequence[Reading], new: Sequence[Reading]) -> Comparison:
    """Message by message; lines that only one of them has read are left out."""
    before = {reading.text: reading for reading in live}
    pairs = [(before[reading.text], reading) for reading in new if reading.text in before]
    changes = [(one, other, _RANK[other.outcome] - _RANK[one.outcome]) for one, other in pairs]
    caught = [(one, other, one.understood in DANGER, other.understood in DANGER) for one, other in pairs]
    return Comparison(
        better=[(one, other) for one, other, change in changes if change > 0],
        worse=[(one, other) for one, other, change in changes if change < 0],
        lost=[(one, other) for one, other, was, does in caught if one.line.intent in DANGER and was and not does],
        alarms=[(one, other) for one, other, was, does in caught if one.line.intent not in DANGER and does and not was],
    )


def failures(measures: Sequence[Measure], comparison: Comparison | None, failed_cases: Sequence[str]) -> list[str]:
    """Why a model may not go live, each a Swedish sentence; none when it may."""
    return [*_failures(measures, comparison, failed_cases)]


def _failures(measures: Sequence[Measure], comparison: Comparison | None, failed_cases: Sequence[str]) -> Iterator[str]:
    for measure in measures:
        if not measure.reaches(measure.floor):
            bound = "högst" if measure.most else "minst"
            yield f"{measure.name} är {measure.value:.3f}, men ska vara {bound} {measure.floor}."
    if failed_cases:
        yield f"{len(failed_cases)} samtal i tests/conversations går inte som de ska: {shown(failed_cases)}."
    if comparison is None:
        return
    if comparison.lost:
        yield f"Fara som modellen i gång fångar missas: {shown([other.text for _, other in comparison.lost])}."
    most_worse = gates()["most_worse"]
    if len(comparison.worse) > most_worse:
        texts = [other.text for _, other in comparison.worse]
        yield f"{len(texts)} meddelanden förstås sämre än nu, men högst {most_worse} får göra det: {shown(texts)}."


def shown(texts: Sequence[str]) -> str:
    """The first of some texts, in quotes."""
    more = f" och {len(texts) - MOST_SHOWN} till" if len(texts) > MOST_SHOWN else ""
    return ", ".join(f"«{text}»" for text in texts[:MOST_SHOWN]) + more


@lru_cache(maxsize=1)
def gates(path: Path = ROOT / "gates.yml") -> dict[str, Any]:
    """The file of the bounds."""
    return dict(read_yaml(path))


def write_readings(readings: Sequence[Reading], path: Path) -> None:
    """Keep readings, so that the next model can be compared without reading the lines anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(reading) for reading in readings], ensure_ascii=False), encoding="utf-8")


def read_readings(path: Path) -> list[Reading] | None:
    """Readings that were kept; None when there are none, or of another form."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [
            Reading(
                **{
                    **row,
                    "line": Line(**row["line"]),
                    "milieus": tuple(row["milieus"]),
                    "guesses": tuple((name, sure) for name, sure in row["guesses"]),
                }
            )
            for row in rows
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return None
