"""How well residents are understood, on lines that nobody trained on: below a floor is a fault.

`make evaluate` measures the same and shows every miss.
"""

import pytest

from hjalpsam.evaluation.measure import (
    DANGER,
    VARIATIONS,
    VOICES,
    WRONG,
    danger_measures,
    foreign_measure,
    foreign_questions,
    labelled,
    loss_measure,
    measures,
    read,
    share,
    utterances,
)
from hjalpsam.nlu.encoder import EmbeddingCache, shared_encoder
from hjalpsam.paths import STATE_FOLDER


@pytest.fixture(scope="module", autouse=True)
def _cache():
    """Lines that are read twice are encoded once."""
    with EmbeddingCache(STATE_FOLDER / "embeddings-floors.npz").beside(shared_encoder()):
        yield


@pytest.fixture(scope="module")
async def clean(agent):
    return await read(agent, utterances())


async def test_utterances(clean):
    below = [measure for measure in measures(clean) if not measure.reaches(measure.floor)]
    assert below == []


async def test_questions_that_are_none_of_ours(agent):
    measure = foreign_measure(await read(agent, foreign_questions()))
    assert measure.reaches(measure.floor), measure


@pytest.mark.parametrize("variation", list(VARIATIONS)[1:])
async def test_typed_in_a_hurry(agent, clean, variation):
    """Every third line: `hjalpsam evaluate` measures all."""
    varied = await read(agent, utterances()[::3], VARIATIONS[variation])
    measure = loss_measure(variation, clean[::3], varied)
    assert measure.reaches(measure.floor), measure


async def test_our_own_utterances(agent):
    """Every third line: `hjalpsam evaluate` measures all."""
    readings = await read(agent, labelled(VOICES / "utterances.tsv")[::3])
    assert share(readings) >= 0.95
    assert share(readings, WRONG) <= 0.03


async def test_danger_and_what_only_looks_like_it(agent):
    readings = await read(agent, labelled(VOICES / "danger.tsv"))
    missed = [reading for reading in readings if reading.line.intent in DANGER and reading.understood not in DANGER]
    alarms = [reading for reading in readings if reading.line.intent not in DANGER and reading.understood in DANGER]
    assert len(missed) <= 6, missed
    assert len(alarms) <= 3, alarms


async def test_ordinary_lines_and_danger_said_sideways(agent):
    """Every other of the ordinary lines: `hjalpsam evaluate` measures all."""
    readings = {
        "ordinary_gate": await read(agent, labelled(VOICES / "ordinary_gate.tsv")[::2]),
        "sideways_gate": await read(agent, labelled(VOICES / "sideways_gate.tsv")),
    }
    below = [measure for measure in danger_measures(readings) if not measure.reaches(measure.floor)]
    assert below == []


async def test_small_words_and_neighbouring_languages(agent):
    """Closings and thanks have much the same answer; nothing of it is greeted."""
    small = await read(agent, labelled(VOICES / "small_words.tsv"))
    alike = {"thank": "goodbye"}
    right = [
        alike.get(each.understood, each.understood) == alike.get(each.line.intent, each.line.intent) for each in small
    ]
    assert sum(right) / len(right) >= 0.75
    assert [each.line.text for each in small if each.understood == "greet"] == []
    assert share(await read(agent, labelled(VOICES / "nordic.tsv"))) >= 0.85
