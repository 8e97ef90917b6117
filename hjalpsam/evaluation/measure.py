"""How well residents are understood: `make evaluate` measures and writes reports/<model>/index.html.

    make evaluate               everything, with cross-validation of data/nlu.yml
    make evaluate QUICK=1       what the gates need: tests/eval/dev_utterances.tsv as it is, and danger

Measured by Agent.parse_message on lines that nobody trained on. `ask_milieu` counts as right only
with the right milieu; `nlu_fallback` is neither right nor wrong: the bot asks back.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hjalpsam.checks.test_lines import EVAL, GATED, MORE, VOICES
from hjalpsam.content.intents import DANGER_INTENTS, FALLBACK_INTENT, FOUND, OUT_OF_SCOPE_INTENT, TOLD_INTENT
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.paths import ROOT, STATE_FOLDER

if TYPE_CHECKING:
    from rasa.core.agent import Agent

DANGER = frozenset(DANGER_INTENTS)
SMALL_TALK = frozenset(["greet", "goodbye", "thank", "affirm", "deny"])
NOT_OURS = DANGER | SMALL_TALK | {TOLD_INTENT, "hostile", OUT_OF_SCOPE_INTENT, FALLBACK_INTENT}
LOOKS_ALIKE = "other"  # label of what sounds like danger and is none
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

    `guesses` are what the classifier said before thresholds and danger net, `danger` how likely it found danger;
    `by_rule` is whether the danger net found something, `hint` whether it took it for possible only.
    """

    line: Line
    text: str
    understood: str
    milieus: tuple[str, ...]
    guesses: tuple[tuple[str, float], ...]
    by_rule: bool = False
    hint: bool = False
    danger: float = 0.0

    @property
    def is_alarm(self) -> bool:
        """Whether the answer begins with 112."""
        return self.understood in DANGER

    @property
    def is_ours(self) -> bool:
        """Whether it is answered as a question or a worry of ours."""
        return self.understood not in NOT_OURS

    @property
    def outcome(self) -> str:
        """`RIGHT`, `WRONG` or `ASKS`."""
        if self.line.intent == LOOKS_ALIKE:
            return WRONG if self.is_alarm else RIGHT
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
    return {*utterances(), *(line for name in GATED[:1] for line in labelled(VOICES / name))}


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
    from hjalpsam.nlu.danger import danger_found_by_classifier

    readings = []
    for line in lines:
        text = vary(line.text)
        parsed = await agent.parse_message(text)
        is_alarm = parsed["intent"]["name"] in DANGER
        ranking = [guess for guess in parsed["intent_ranking"][is_alarm:] if guess["name"] != FALLBACK_INTENT]
        guesses = [(guess["name"], guess["confidence"]) for guess in ranking]
        readings.append(
            Reading(
                line,
                text,
                parsed["intent"]["name"],
                tuple(entity["value"] for entity in parsed["entities"]),
                tuple(guesses[:3]),
                by_rule=bool(parsed.get(FOUND)),
                hint=any(entity["entity"] == FOUND for entity in parsed["entities"]),
                danger=danger_found_by_classifier(ranking),
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
    ours = sum(reading.is_ours or reading.is_alarm for reading in readings) / len(readings)
    return measure("främmande frågor som besvaras som våra", ours)


def danger_measures(own: Mapping[str, Sequence[Reading]]) -> list[Measure]:
    """The figures of ordinary_gate.tsv and sideways_gate.tsv: what is found, and who is alarmed for nothing."""
    ordinary, sideways = own["ordinary_gate"], own["sideways_gate"]
    dangers = [reading for reading in sideways if reading.line.intent in DANGER]
    alike = [reading for reading in sideways if reading.line.intent == LOOKS_ALIKE]
    return [
        measure("vardagliga rader: larm", alarmed(ordinary)),
        measure("vardagliga rader: larm eller varsam rad", cared_for(ordinary)),
        measure("vardagliga rader besvarade som våra", sum(one.is_ours for one in ordinary) / len(ordinary)),
        measure("fara på omvägar: larm", alarmed(dangers)),
        measure("fara på omvägar: larm eller varsam rad", cared_for(dangers)),
        measure("det som liknar fara: larm", alarmed(alike)),
        measure("det som liknar fara: larm eller varsam rad", cared_for(alike)),
    ]


def alarmed(readings: Sequence[Reading]) -> float:
    """How many get an alarm, as a share of 1."""
    return sum(reading.is_alarm for reading in readings) / len(readings)


def cared_for(readings: Sequence[Reading]) -> float:
    """How many get an alarm or the calm line in front, as a share of 1."""
    return sum(reading.is_alarm or reading.hint for reading in readings) / len(readings)


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
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    from hjalpsam.content.written import normalise
    from hjalpsam.nlu.classifier import fit_sharpness, make_machine, probabilities
    from hjalpsam.nlu.encoder import EmbeddingCache, as_encoded, shared_encoder
    from hjalpsam.nlu.lead_ins import LeadInRemover
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
    # one fold after the other: all machines of a process draw from liblinear's one random generator
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    margins = cross_val_predict(machine, features, rights, cv=folds, method="decision_function")
    rows = probabilities(margins, fit_sharpness(margins, rights))
    readings = []
    for line, text, row in zip(lines, texts, rows, strict=True):
        best = np.argsort(-row, kind="stable")[:3]
        guesses = tuple((str(intents[i]), float(row[i])) for i in best)
        reading = Reading(line, text, guesses[0][0], (), guesses)
        readings.append(reading if is_sure(reading) else replace(reading, understood=FALLBACK_INTENT))
    return readings


# --- lines from outside ----------------------------------------------------------------------


def outside_lines(path: Path) -> list[Line]:
    """A file of one's own: a sentence a line, or a label, a tab and a sentence; blank lines are left out."""
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]
    return [Line(row[0], "", row[1]) if len(row) > 1 else Line("", "", row[0]) for row in rows]


def tell_of_lines(readings: Sequence[Reading]) -> Iterator[str]:
    """What lines from outside are taken for, in Swedish: shares, intents, and each alarm and hint."""
    ours = sum(reading.is_ours for reading in readings) / len(readings)
    alarm, care = figure(alarmed(readings)), figure(cared_for(readings))
    yield f"{len(readings)} rader: larm {alarm}, larm eller varsam rad {care},"
    yield f"besvarade som något av vårt {figure(ours)}."
    for intent, count in Counter(reading.understood for reading in readings).most_common():
        yield f"  {count:>6}  {intent}"
    labels = by_intent(reading for reading in readings if reading.line.intent)
    for label, group in labels.items():
        yield f"Av {len(group)} rader märkta {label}: {figure(share(group))} förstådda som det."
    for words, found in (
        ("Larm", [reading for reading in readings if reading.is_alarm]),
        ("Varsam rad", [reading for reading in readings if reading.hint and not reading.is_alarm]),
    ):
        yield f"{words}: {len(found)}"
        yield from (f"  {figure(reading.danger)}  {reading.text}" for reading in found)


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
        if self.own:
            found += danger_measures(self.own)
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
        for path in (VOICES / name for name in (GATED if quick else (*GATED, *MORE))):
            tell(f"Läser egna testtexter ur {path.name} …")
            own[path.stem] = await read(agent, labelled(path))
        if not quick:
            tell(f"Läser {len(foreign_questions())} främmande frågor …")
            foreign = await read(agent, foreign_questions())
    if not quick:
        tell("Korsvaliderar data/nlu.yml i fem delar …")
        crossed = cross_validated()
    return Results(varied, foreign, own, crossed)
