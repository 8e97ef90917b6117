"""Words and parts of words, weighed."""

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT

from hjalpsam.nlu.tfidf import TfidfFeaturizer
from tests.nlu.components import Maker, examples, processed

LINES = ["är orostelefonen öppen", "när öppnar orostelefonen", "vad är brå", "vad är bra", "vad gör brå", "bra tack"]


@pytest.fixture
def maker(tmp_path):
    return Maker(TfidfFeaturizer, tmp_path)


@pytest.fixture
def trained(maker):
    featurizer = maker.create()
    featurizer.train(examples(*LINES))
    return featurizer


def row(component, text):
    _, sentence = processed(component, text).get_sparse_features(TEXT)
    return sentence.features.toarray()[0]


def likeness(component, one, other):
    one, other = row(component, one), row(component, other)
    return one @ other / (np.linalg.norm(one) * np.linalg.norm(other))


def test_a_misspelt_word_is_near_the_right_one(trained):
    assert likeness(trained, "orostelefonen", "oros telefånen") > 0.3
    assert likeness(trained, "orostelefonen", "vad gör brå") < 0.1


def test_bra_and_brå_are_different_words(trained):
    assert likeness(trained, "brå", "bra") < 0.5


def test_a_loaded_featurizer_gives_the_same_features(trained, maker):
    loaded = maker.load()
    for text in [*LINES, "något helt annat", "…", ""]:
        np.testing.assert_allclose(row(loaded, text), row(trained, text))


def test_unknown_words_give_zeros(trained):
    assert not row(trained, "…").any()


def test_rasas_cache_sees_whether_a_row_has_changed(trained, maker):
    """What cannot be told apart would not be trained anew."""

    def fingerprint(component, text):
        (features,) = processed(component, text).features
        return features.fingerprint()

    prints = {text: fingerprint(trained, text) for text in LINES}
    assert prints == {text: fingerprint(maker.load(), text) for text in LINES}
    assert len(set(prints.values())) == len(LINES)
    one_weight_more = processed(trained, LINES[0]).features[0]
    one_weight_more.features.data[0] += 1
    assert one_weight_more.fingerprint() != prints[LINES[0]]
