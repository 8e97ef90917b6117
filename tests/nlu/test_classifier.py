"""The classifier: right, calibrated, the same every time, and the same after loading."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from hjalpsam.nlu.classifier import CalibratedLinearClassifier, fit_sharpness, probabilities
from tests.nlu.components import Maker

INTENTS = ["ask_bra", "greet", "thank"]


def message(point, intent=None):
    """A message at a point of the plane, one coordinate sparse and one dense."""
    result = Message({TEXT: "…", **({INTENT: intent} if intent else {})})
    for kind in ("sequence", "sentence"):
        result.add_features(Features(csr_matrix([[point[0]]]), kind, TEXT, "sparse"))
        result.add_features(Features(np.array([[point[1]]], dtype=np.float32), kind, TEXT, "dense"))
    return result


def around(center, spread, count, seed=0):
    return np.random.default_rng(seed).normal(center, spread, (count, 2))


@pytest.fixture
def maker(tmp_path):
    return Maker(CalibratedLinearClassifier, tmp_path)


@pytest.fixture
def trained(maker):
    classifier = maker.create()
    centers = zip(INTENTS, [(4, 0), (-4, 4), (-4, -4)], strict=True)
    lines = [message(point, intent) for intent, center in centers for point in around(center, 1, 30)]
    classifier.train(TrainingData(lines))
    return classifier


def intent(classifier, point):
    (result,) = classifier.process([message(point)])
    return result.get(INTENT)


@pytest.mark.parametrize(("point", "name"), [((5, 0), "ask_bra"), ((-5, 4), "greet"), ((-5, -4), "thank")])
def test_the_likeliest_intent_comes_first(trained, point, name):
    (result,) = trained.process([message(point)])
    ranking = result.get("intent_ranking")
    assert result.get(INTENT) == ranking[0]
    assert ranking[0]["name"] == name
    assert [entry["confidence"] for entry in ranking] == sorted((e["confidence"] for e in ranking), reverse=True)
    assert sum(entry["confidence"] for entry in ranking) == pytest.approx(1)


def test_between_two_intents_it_is_less_sure(trained):
    assert intent(trained, (-4, 0))["confidence"] < intent(trained, (-4, 4))["confidence"]


def test_a_message_without_any_feature_is_like_no_intent_more_than_another(trained):
    (result,) = trained.process([message((0, 0))])
    assert [entry["confidence"] for entry in result.get("intent_ranking")] == pytest.approx([1 / 3] * 3)


def test_two_trainings_and_a_loaded_model_agree_to_the_last_digit(trained, maker, tmp_path):
    again = Maker(CalibratedLinearClassifier, tmp_path / "again").create()
    centers = zip(INTENTS, [(4, 0), (-4, 4), (-4, -4)], strict=True)
    lines = [message(point, intent) for intent, center in centers for point in around(center, 1, 30)]
    again.train(TrainingData(lines))
    for point in around((0, 0), 4, 20, seed=1):
        assert intent(trained, point) == intent(again, point) == intent(maker.load(), point)


def test_confidence_means_how_often_it_is_right():
    """Margins from which the right answer follows with known probabilities are given those back."""
    random = np.random.default_rng(0)
    margins = random.normal(0, 1, (20_000, 3))
    truth = probabilities(margins, 2.5)
    rights = np.array([random.choice(3, p=row) for row in truth])
    assert fit_sharpness(margins, rights) == pytest.approx(2.5, rel=0.05)


@given(arrays(float, (4, 5), elements=st.floats(-1e6, 1e6)), st.floats(0.1, 50))
def test_probabilities_are_probabilities(margins, sharpness):
    result = probabilities(margins, sharpness)
    assert np.isfinite(result).all()
    np.testing.assert_allclose(result.sum(axis=1), 1)
    chosen = np.take_along_axis(margins, result.argmax(axis=1)[:, None], axis=1)[:, 0]
    np.testing.assert_allclose(chosen, margins.max(axis=1), rtol=1e-9, atol=1e-9)  # nearly equal margins may tie
