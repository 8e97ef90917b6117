"""What an operator sees of a training: the step and about how long there is left."""

import logging
import re
from types import SimpleNamespace

import pytest

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu.encoder import SentenceEncoder
from hjalpsam.operations import progress
from hjalpsam.operations.progress import STEPS, Progress, telling
from hjalpsam.paths import ROOT


@pytest.fixture
def clock(monkeypatch):
    """Seconds, to be set."""
    seconds = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: seconds[0])
    return seconds


@pytest.fixture
def told(capsys):
    """What has been told since the last time one asked."""
    return lambda: capsys.readouterr().out.strip()


def begins(step):
    logging.getLogger("rasa.engine.training.hooks").info("Starting to train component '%s'.", step)


def reads(lines, read):
    logging.getLogger("hjalpsam.nlu.encoder").info("språkmodellen läser %d nya exempel, %d lästa", lines, read)


def left(line):
    return int(re.search(r"ungefär (\d+) s kvar", line).group(1))


def test_each_step_is_named_in_swedish_with_the_seconds_left(clock, told):
    with telling(Progress(unread=0)):
        clock[0] = 15
        begins("SpellingCorrector")
        assert told() == "15 s  lär sig hur ord stavas, ungefär 55 s kvar"
        clock[0] = 58
        begins("QuickRulePolicy")
        assert told() == "58 s  lär sig vilket svar som följer, ungefär 12 s kvar"


def test_on_a_slow_machine_it_takes_longer(clock, told):
    with telling(Progress(unread=0)):
        clock[0] = 30
        begins("SpellingCorrector")
        assert left(told()) == 110


def test_new_lines_are_counted_and_their_pace_is_seen(clock, told):
    with telling(Progress(unread=6_600)):
        clock[0] = 15
        begins("SpellingCorrector")
        assert left(told()) == 55 + 100
        begins("EncoderFeaturizer")
        reads(6_600, 0)
        assert left(told().splitlines()[-1]) == 36 + 100
        clock[0] += 20
        reads(6_600, 660)
        assert left(told()) == 36 + 180, "half as fast as thought"
        begins("CalibratedLinearClassifier")
        assert left(told()) == 33


def test_the_encoder_tells_how_far_it_is(told):
    """In the form that the estimate is made of."""
    encoder = object.__new__(SentenceEncoder)
    encoder._model = SimpleNamespace(query=lambda texts: [0.0] * len(texts))
    with telling(Progress(unread=2)):
        encoder.encode_many(["hej", "tack"], cores=1)
    assert "språkmodellen läser 2 nya exempel, 0 lästa, ungefär" in told()


def test_a_fault_in_the_telling_ends_no_training(told, capsys):
    with telling(Progress(unread=0)):
        logging.getLogger("hjalpsam.nlu.encoder").info("läser %s", "hej")


def test_what_is_not_a_step_is_not_told(clock, told):
    with telling(Progress(unread=0)):
        begins("FallbackClassifier")
    begins("SpellingCorrector")
    assert told() == ""


def test_every_step_is_a_part_of_the_pipeline():
    config = read_yaml(ROOT / "config.yml")
    parts = {part["name"].rpartition(".")[2] for part in [*config["pipeline"], *config["policies"]]}
    assert parts >= STEPS.keys()
