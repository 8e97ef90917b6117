"""How well residents are understood: `make evaluate` measures and writes reports/<model>/index.html.

    make evaluate               everything, with cross-validation of data/nlu.yml
    make evaluate QUICK=1       what the gates need: tests/eval/dev_utterances.tsv as it is, and danger

Measured by Agent.parse_message on lines that nobody trained on. `ask_milieu` counts as right only
with the right milieu; `nlu_fallback` is neither right nor wrong: the bot asks back.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hjalpsam.nlu.intents import DANGER_INTENTS, FALLBACK_INTENT
from hjalpsam.paths import ROOT, STATE_FOLDER
from hjalpsam.yaml_files import read_yaml

if TYPE_CHECKING:
    from rasa.core.agent import Agent

EVAL = ROOT / "tests" / "eval"
VOICES = ROOT / "tests" / "voices"
LABELLED = ("danger.tsv", "utterances.tsv")  # of them, those that are labelled with an intent
DANGER = frozenset(DANGER_INTENTS)
RIGHT, WRONG, ASKS = "right", "wrong", "asks"


@dataclass(frozen=True)
class Line:
    """A line of test data: intent, milieu (or ""), text and language ("sv", "en")."""

    intent: str
    milieu: str
    text: str
    language: str = "sv"


@dataclass(frozen=True)
class Reading:
    """What became of a line: the intent understood, and the classifier's guesses with their probabilities.

    `guesses` are what the classifier said before thresholds and danger net.
    """

    line: Line
    text: str
    understood: str
    milieus: tuple[str, ...]
    guesses: tuple[tuple[str, float], ...]
    by_rule: bool = False

    @property
    def outcome(self) -> str:
        """`RIGHT`, `WRONG` or `ASKS`."""
        if self.understood == FALLBACK_INTENT:
            return ASKS
        is_right = self.understood == self.line.intent and self.line.milieu in ("", *self.milieus)
        return RIGHT if is_right else WRONG


def labelled(path: Path) -> list[Line]:
    """A file of label (`ask_milieu:left` is intent and milieu), text and language, separated by tabs."""
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines()]
    return [Line(label.partition(":")[0], label.partition(":")[2], text, language) for label, text, language in rows]


def utterances() -> list[Line]:
    """tests/eval/dev_utterances.tsv."""
    return labelled(EVAL / "dev_utterances.tsv")


def compared_lines() -> set[Line]:
    """What is compared between models: `utterances` and our own lines of danger."""
    return {*utterances(), *(line for name in LABELLED[:1] for line in labelled(VOICES / name))}


def foreign_questions() -> list[Line]:
    """tests/eval/out_of_scope.tsv."""
    rows = (EVAL / "out_of_scope.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [Line("out_of_scope", "", row.split("\t")[1]) for row in rows]


# --- the same lines as people in a hurry type them -------------------------------------------

_NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "oåö", "å": "pä", "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv", "g": "fthb", "h": "gyjn", "j": "hukm",
    "k": "jil", "l": "koö", "ö": "lpä", "ä": "öå", "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn",
    "n": "bhjm", "m": "njk",
}  # fmt: skip
_WORD = re.compile(r"\w+")


def misspelt(text: str) -> str:
    """The text with a common misspelling of tests/eval/typos.tsv if it has such a word, else with one slip.

    The slip (a letter doubled, left out, swapped with the next or hit beside) is seeded by the text.
    """
    misspellings = _misspellings()
    for word in _WORD.finditer(text):
        if wrong := misspellings.get(word.group().lower()):
            return text[: word.start()] + wrong + text[word.end() :]
    chance = random.Random(text)
    places = [place for place, letter in enumerate(text) if letter.lower() in _NEIGHBOURS]
    if len(places) < 4:
        return text
    place = chance.choice(places[1:-1])
    before, letter, after = text[:place], text[place], text[place + 1 :]
    slips = [
        before + letter + letter + after,
        before + after,
        before + after[:1] + letter + after[1:],
        before + chance.choice(_NEIGHBOURS[letter.lower()]) + after,
    ]
    return chance.choice(slips)


@lru_cache(maxsize=1)
def _misspellings() -> dict[str, str]:
    rows = [row.split("\t") for row in (EVAL / "typos.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    return {right: wrong for wrong, right in reversed(rows)}  # of several the first


VARIATIONS: dict[str, Callable[[str], str]] = {
    "som de skrevs": str,
    "felstavade": misspelt,
    "utan å, ä och ö": lambda text: text.translate(str.maketrans("åäöÅÄÖ", "aaoAAO")),
    "i versaler": str.upper,
    "med hälsning före": lambda text: f"Hej! {text}",
    "med tack före": lambda text: f"ok tack, {text}",
}


# --- measuring -------------------------------------------------------------------------------


async def read(agent: Agent, lines: Iterable[Line], vary: Callable[[str], str] = str) -> list[Reading]:
    """What the agent understands of each line, varied."""
    readings = []
    for line in lines:
        text = vary(line.text)
        parsed = await agent.parse_message(text)
        guesses = [
            (guess["name"], guess["confidence"])
            for guess in parsed["intent_ranking"][bool(parsed.get("danger")) :]
            if guess["name"] != FALLBACK_INTENT
        ]
        readings.append(
            Reading(
                line,
                text,
                parsed["intent"]["name"],
                tuple(entity["value"] for entity in parsed["entities"]),
                tuple(guesses[:3]),
                by_rule=bool(parsed.get("danger")),
            )
        )
    return readings


def share(readings: Sequence[Reading], outcome: str = RIGHT) -> float:
    """How many of the readings have an outcome, as a share of 1; 0 when there are none."""
    return sum(reading.outcome == outcome for reading in readings) / len(readings) if readings else 0.0


def by_intent(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    """The readings by the intent they should have."""
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        groups.setdefault(reading.line.intent, []).append(reading)
    return groups


@dataclass(frozen=True)
class Measure:
    """A figure beside its floor (below, `make test` fails) and goal; `most`: it should be low, not high."""

    name: str
    value: float
    floor: float
    goal: float
    most: bool = False

    def reaches(self, bound: float) -> bool:
        """Whether the figure is at least as good as a bound."""
        return self.value <= bound if self.most else self.value >= bound

    @property
    def verdict(self) -> str:
        """In Swedish, for operators."""
        if self.reaches(self.goal):
            return "når målet"
        return "klarar gränsen men inte målet" if self.reaches(self.floor) else "KLARAR INTE GRÄNSEN"


def figure(value: float) -> str:
    """A number as Swedes write it: a count as it is, a share with three decimals.

    >>> figure(29), figure(0.9537)
    ('29', '0,954')
    """
    return str(value) if isinstance(value, int) else f"{value:.3f}".replace(".", ",")


def measures(readings: Sequence[Reading]) -> list[Measure]:
    """The figures of dev_utterances."""
    groups = by_intent(readings)
    shares = [share(group) for group in groups.values()]
    danger = [reading for reading in readings if reading.line.intent in DANGER]
    others = [reading for reading in readings if reading.line.intent not in DANGER]
    english = [reading for reading in readings if reading.line.language == "en"]
    false_alarms = sum(reading.understood in DANGER for reading in others) / len(others)
    return [
        measure("rätt", share(readings)),
        measure("fel", share(readings, WRONG)),
        measure("avsikter under 0,80", sum(value < 0.8 for value in shares)),
        measure("den svagaste avsikten", min(shares)),
        measure("nödlägen som fångas (av 30)", sum(reading.understood in DANGER for reading in danger)),
        measure("falska larm", false_alarms),
        measure("rätt (språk: en)", share(english)),
    ]


def foreign_measure(readings: Sequence[Reading]) -> Measure:
    """The figure of out_of_scope."""
    ours = sum(reading.understood not in ("out_of_scope", FALLBACK_INTENT) for reading in readings) / len(readings)
    return measure("främmande frågor som besvaras som våra", ours)


def loss_measure(name: str, clean: Sequence[Reading], varied: Sequence[Reading]) -> Measure:
    """How much is lost against the lines as they were written."""
    return measure(f"förlust {name}", share(clean) - share(varied), "förlust")


def measure(name: str, value: float, bounds: str = "") -> Measure:
    """A figure with the bounds that gates.yml has under its name, or under another."""
    return Measure(name, value, **bounds_of(bounds or name))


@lru_cache(maxsize=32)
def bounds_of(name: str) -> dict[str, Any]:
    """`floor`, `goal` and perhaps `most`."""
    return dict(read_yaml(ROOT / "gates.yml")["measures"][name])


@lru_cache(maxsize=1)
def settings(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """The parts of config.yml's pipeline by the last part of their name."""
    return {part["name"].rpartition(".")[2]: part for part in read_yaml(root / "config.yml")["pipeline"]}


def is_sure(reading: Reading) -> bool:
    """Whether the pipeline answers by a reading's first guess: likely enough, and likelier than the next."""
    bounds = settings()["FallbackClassifier"]
    first, second = (sureness for _, sureness in reading.guesses[:2])
    return bool(first >= bounds["threshold"] and first - second >= bounds["ambiguity_threshold"])


def cross_validated(root: Path = ROOT) -> list[Reading]:
    """Readings of each line of data/nlu.yml by a classifier trained on the other four fifths.

    Words, texts and thresholds are treated as in the pipeline; the danger net and the milieu
    have no part in it. Spelling, weights of words and sharpness come from all lines, which
    flatters it a little.
    """
    from scipy.sparse import csr_matrix, hstack

    from hjalpsam.nlu.classifier import fit_sharpness, make_machine, margins_of_unseen, probabilities
    from hjalpsam.nlu.encoder import EmbeddingCache, as_encoded, shared_encoder
    from hjalpsam.nlu.lead_ins import LeadInRemover
    from hjalpsam.nlu.normaliser import normalise
    from hjalpsam.nlu.spelling import Spelling, words_of
    from hjalpsam.nlu.tfidf import make_vectorizers

    parts = settings(root)
    lines = [
        Line(item["intent"], "", row[2:])
        for item in read_yaml(root / "data" / "nlu.yml")["nlu"]
        for row in item["examples"].splitlines()
    ]
    texts = [normalise(line.text) for line in lines]
    spelling = Spelling(words_of(texts))
    remover = LeadInRemover(read_yaml(root / parts["LeadInRemover"]["table"]), parts["LeadInRemover"])
    texts = [remover.without_lead_in(spelling.mend(text)) for text in texts]
    encoder = parts["EncoderFeaturizer"]
    vectors = np.array(
        EmbeddingCache(root / encoder["cache"]).encode([as_encoded(text) for text in texts], shared_encoder())
    )
    meaning = (vectors - vectors.mean(axis=0)) * encoder["weight"]
    features = csr_matrix(hstack([*(words.fit_transform(texts) for words in make_vectorizers().values()), meaning]))
    intents, rights = np.unique([line.intent for line in lines], return_inverse=True)
    machine = make_machine(rights, parts["CalibratedLinearClassifier"]["C"])
    margins = margins_of_unseen(machine, features, rights, count=5)
    rows = probabilities(margins, fit_sharpness(margins, rights))
    readings = []
    for line, text, row in zip(lines, texts, rows, strict=True):
        best = np.argsort(-row, kind="stable")[:3]
        guesses = tuple((str(intents[i]), float(row[i])) for i in best)
        reading = Reading(line, text, guesses[0][0], (), guesses)
        readings.append(reading if is_sure(reading) else replace(reading, understood=FALLBACK_INTENT))
    return readings


# --- all of it -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Results:
    """All readings of a run: dev_utterances by variation, foreign questions, our own lines, cross-validation."""

    varied: dict[str, list[Reading]]
    foreign: list[Reading]
    own: dict[str, list[Reading]]
    crossed: list[Reading]

    @property
    def clean(self) -> list[Reading]:
        """dev_utterances as they were written."""
        return next(iter(self.varied.values()))

    @property
    def compared(self) -> list[Reading]:
        """The readings of `compared_lines`."""
        return [*self.clean, *self.own.get("danger", [])]

    def measures(self) -> list[Measure]:
        """All figures of the run."""
        found = measures(self.clean)
        if self.foreign:
            found.append(foreign_measure(self.foreign))
        return found + [
            loss_measure(name, self.clean, readings)
            for name, readings in self.varied.items()
            if readings is not self.clean
        ]


async def evaluate(agent: Agent, quick: bool, tell: Callable[[str], None] = print) -> Results:
    """Measure a loaded model; `tell` is given a Swedish line for each step."""
    from hjalpsam.nlu.encoder import EmbeddingCache, shared_encoder

    variations = {"som de skrevs": str} if quick else VARIATIONS
    varied, foreign, own, crossed = {}, [], {}, []
    cache = "embeddings-quick.npz" if quick else "embeddings-test.npz"
    with EmbeddingCache(STATE_FOLDER / cache).beside(shared_encoder()):
        for name, vary in variations.items():
            tell(f"Läser {len(utterances())} yttranden {name} …")
            varied[name] = await read(agent, utterances(), vary)
        for path in (VOICES / name for name in (LABELLED[:1] if quick else LABELLED)):
            tell(f"Läser egna testtexter ur {path.name} …")
            own[path.stem] = await read(agent, labelled(path))
        if not quick:
            tell(f"Läser {len(foreign_questions())} främmande frågor …")
            foreign = await read(agent, foreign_questions())
    if not quick:
        tell("Korsvaliderar data/nlu.yml i fem delar …")
        crossed = cross_validated()
    return Results(varied, foreign, own, crossed)
