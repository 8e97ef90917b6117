"""The report of an evaluation: one HTML page (Swedish, for operators) with its pictures inside."""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import matplotlib
import numpy as np

from hjalpsam.content.intents import FALLBACK_INTENT
from hjalpsam.evaluation.measure import (
    ASKS,
    DANGER,
    LOOKS_ALIKE,
    RIGHT,
    WRONG,
    Reading,
    alarmed,
    by_intent,
    cared_for,
    figure,
    is_sure,
    settings,
    share,
)

if TYPE_CHECKING:
    from hjalpsam.evaluation.gates import Evaluation

matplotlib.use("svg")  # no screen
logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it warns of its own ways
from matplotlib import pyplot  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

TEMPLATE = Path(__file__).with_name("report.html.jinja")
BLUE, ORANGE, GREY = "#1d4f91", "#b3541e", "#8a8a8a"
BINS = 10
GAP_TO_EXPLAIN = 0.05


# --- tables ----------------------------------------------------------------------------------


def outcomes(name: str, readings: Sequence[Reading]) -> dict[str, Any]:
    """A row of the first table."""
    return {
        "name": name,
        "count": len(readings),
        **{outcome: share(readings, outcome) for outcome in (RIGHT, WRONG, ASKS)},
    }


def per_intent(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """Precision, recall, wrong and asked back of each intent, the weakest recall first."""
    answered = Counter(reading.understood for reading in readings)
    rows = []
    for intent, group in by_intent(readings).items():
        right = sum(reading.outcome == RIGHT for reading in group)
        rows.append(
            {
                "intent": intent,
                "count": len(group),
                "recall": right / len(group),
                "precision": right / answered[intent] if answered[intent] else None,
                "wrong": share(group, WRONG),
                "asks": share(group, ASKS),
            }
        )
    return sorted(rows, key=lambda row: (row["recall"], row["intent"]))


def misses(readings: Iterable[Reading]) -> list[Reading]:
    """What was not right, by intent."""
    return sorted((reading for reading in readings if reading.outcome != RIGHT), key=lambda r: (r.line.intent, r.text))


def calibration_error(readings: Sequence[Reading]) -> float:
    """Expected calibration error: how far sureness and being right are apart, over bins of sureness.

    Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015.
    """
    return sum(len(group) / len(readings) * abs(sure - right) for sure, right, group in _binned(readings))


def _binned(readings: Sequence[Reading]) -> list[tuple[float, float, list[Reading]]]:
    """For each bin that has readings: mean sureness, share of right guesses, the readings."""
    bins: dict[int, list[Reading]] = {}
    for reading in readings:
        bins.setdefault(min(int(reading.guesses[0][1] * BINS), BINS - 1), []).append(reading)
    return [
        (
            float(np.mean([reading.guesses[0][1] for reading in group])),
            float(np.mean([reading.guesses[0][0] == reading.line.intent for reading in group])),
            group,
        )
        for _, group in sorted(bins.items())
    ]


# --- pictures --------------------------------------------------------------------------------


def confusion_picture(readings: Sequence[Reading]) -> str:
    """Which intent was taken for which: rows as meant, columns as understood."""
    names = sorted({reading.line.intent for reading in readings} | {reading.understood for reading in readings})
    names = [name for name in names if name != FALLBACK_INTENT] + [FALLBACK_INTENT]
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for reading in readings:
        counts[place[reading.line.intent], place[reading.understood]] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    picture, axes = pyplot.subplots(figsize=(11, 10.5))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[row, column] > 0.6 else "black"
        axes.text(column, row, int(counts[row, column]), ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("så här förstods det")
    axes.set_ylabel("så här var det menat")
    return _svg(picture)


def reliability_picture(series: dict[str, Sequence[Reading]]) -> str:
    """How often the likeliest guess is right at each sureness; on the diagonal the numbers mean what they say."""
    picture, axes = pyplot.subplots(figsize=(6, 5))
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="som det ska vara")
    for (name, readings), colour, marker in zip(series.items(), (BLUE, ORANGE), "os", strict=False):
        points = _binned(readings)
        axes.plot(
            [sure for sure, _, _ in points],
            [right for _, right, _ in points],
            marker=marker,
            color=colour,
            label=f"{name} (fel i snitt {figure(calibration_error(readings))})",
        )
        for sure, right, group in points:
            axes.annotate(str(len(group)), (sure, right), textcoords="offset points", xytext=(5, -10), fontsize=7)
    axes.set_xlabel("så säker är tolken")
    axes.set_ylabel("så ofta har den rätt")
    axes.legend(fontsize=8)
    return _svg(picture)


def risk_picture(series: dict[str, Sequence[Reading]]) -> str:
    """Share of wrong among the answered, against the share answered, as the threshold falls; a dot where it is."""
    picture, axes = pyplot.subplots(figsize=(6, 5))
    for (name, readings), colour in zip(series.items(), (BLUE, ORANGE), strict=False):
        ordered = sorted(readings, key=lambda reading: -reading.guesses[0][1])
        wrong = np.cumsum([reading.guesses[0][0] != reading.line.intent for reading in ordered])
        answered = np.arange(1, len(ordered) + 1)
        axes.plot(answered / len(ordered), wrong / answered, color=colour, label=name)
        sure = [reading for reading in readings if is_sure(reading)]
        if sure:
            risk = sum(reading.guesses[0][0] != reading.line.intent for reading in sure) / len(sure)
            axes.plot(len(sure) / len(ordered), risk, "o", color=colour, label="  med de gränser som gäller")
    axes.set_xlabel("andel som besvaras")
    axes.set_ylabel("andel fel av det som besvaras")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=8)
    return _svg(picture)


def danger_picture(dangers: Sequence[Reading], others: dict[str, Sequence[Reading]]) -> str:
    """Dangers found against others taken for danger, as the classifier's threshold falls; dots where the levels are."""
    picture, axes = pyplot.subplots(figsize=(6, 5))
    bounds = settings()["DangerDetector"]
    thresholds = np.linspace(0, 1, 201)

    def share_above(readings: Sequence[Reading], threshold: float) -> float:
        return float(np.mean([reading.danger >= threshold for reading in readings]))

    found = [share_above(dangers, threshold) for threshold in thresholds]
    for (name, readings), colour in zip(others.items(), (BLUE, ORANGE), strict=True):
        axes.plot([share_above(readings, threshold) for threshold in thresholds], found, color=colour, label=name)
        axes.plot(alarmed(readings), alarmed(dangers), "s", color=colour, label="  larm, med farovaktens tabell")
        axes.plot(cared_for(readings), cared_for(dangers), "o", color=colour, label="  larm eller varsam rad")
    axes.set_xlabel("andel annat som tas för fara")
    axes.set_ylabel("andel faror som hittas")
    axes.set_xlim(-0.01, 0.4)
    axes.set_title(f"larm vid {figure(bounds['second_net'])}, varsam rad vid {figure(bounds['hint'])}", fontsize=9)
    axes.legend(fontsize=8)
    return _svg(picture)


def _picture_of_danger(own: dict[str, list[Reading]]) -> str:
    sideways = [one for name, readings in own.items() if name.startswith("sideways") for one in readings]
    ordinary = [one for name, readings in own.items() if name.startswith("ordinary") for one in readings]
    dangers = [one for one in (*sideways, *own["danger"]) if one.line.intent in DANGER]
    alike = [one for one in sideways if one.line.intent == LOOKS_ALIKE]
    return danger_picture(dangers, {"vardagliga rader": ordinary, "det som liknar fara": alike})


def _svg(picture: Figure) -> str:
    output = io.StringIO()
    picture.savefig(output, format="svg", bbox_inches="tight")
    pyplot.close(picture)
    return output.getvalue()[output.getvalue().index("<svg") :]


# --- the page --------------------------------------------------------------------------------


def write_report(evaluation: Evaluation, model: str, now: datetime) -> None:
    """Write the page, replacing an earlier one; `model` is what it is called, `now` a local time."""
    results, path = evaluation.results, evaluation.report
    clean = results.clean
    series: dict[str, Sequence[Reading]] = {"testyttranden": clean}
    if results.crossed:
        series["korsvalidering"] = results.crossed
    languages = sorted({reading.line.language for reading in clean})
    rows = [outcomes(f"Testyttranden {name}", readings) for name, readings in results.varied.items()]
    rows += [
        outcomes(f"Testyttranden, språk: {code}", [reading for reading in clean if reading.line.language == code])
        for code in languages
    ]
    if results.foreign:
        rows.append(outcomes("Främmande frågor", results.foreign))
    rows += [outcomes(f"Egna testtexter: {name}", readings) for name, readings in results.own.items()]
    if results.crossed:
        rows.append(outcomes("Korsvalidering av data/nlu.yml", results.crossed))
    gap = share(clean) - share(results.crossed) if results.crossed else 0.0
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["figure"] = figure
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        model=model,
        now=now.strftime("%Y-%m-%d %H.%M"),
        failures=evaluation.failures,
        comparison=evaluation.comparison,
        outcomes=evaluation.outcomes,
        measures=results.measures(),
        rows=rows,
        gap=gap,
        is_gap_large=abs(gap) > GAP_TO_EXPLAIN,
        intents=per_intent(clean),
        confusion=confusion_picture(clean),
        reliability=reliability_picture(series),
        risk=risk_picture(series),
        danger=_picture_of_danger(results.own) if results.own else "",
        clean_misses=misses(clean),
        varied_misses={
            name: [
                reading
                for reading, as_written in zip(readings, clean, strict=True)
                if reading.outcome != RIGHT and as_written.outcome == RIGHT
            ]
            for name, readings in results.varied.items()
            if readings is not clean
        },
        own_misses={name: misses(readings) for name, readings in results.own.items()},
        foreign_misses=[reading for reading in results.foreign if reading.is_ours or reading.is_alarm],
        crossed_misses=sorted(
            (reading for reading in results.crossed if reading.outcome == WRONG), key=lambda r: -r.guesses[0][1]
        ),
        asks_back=FALLBACK_INTENT,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
