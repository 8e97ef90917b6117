"""Which words and parts of words a message has, weighed by how telling they are (TF-IDF)."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer


def make_vectorizers() -> dict[str, TfidfVectorizer]:
    """Words and pairs of words; letters within words, for compounds, inflections and misspellings.

    What occurs only once tells nothing about other messages.
    """
    common = {"sublinear_tf": True, "min_df": 2}
    return {
        "words": TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **common),
        "letters": TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common),
    }


class Row(Features):
    """A sparse vector that is told apart quickly: Rasa writes each number as text."""

    def fingerprint(self) -> str:
        """The numbers and where they stand."""
        return blake2b(self.features.indices.tobytes() + self.features.data.tobytes(), digest_size=16).hexdigest()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(SparseFeaturizer, GraphComponent):
    """Adds one sparse vector to each message. Rasa's CountVectorsFeaturizer counts, but does not weigh."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to set."""
        return {**SparseFeaturizer.get_default_config()}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that Rasa's schema does not see."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        vectorizers: dict[str, TfidfVectorizer] | None = None,
    ) -> None:
        """Made by `create` and `load`."""
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._vectorizers = vectorizers or make_vectorizers()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TfidfFeaturizer:
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
    ) -> TfidfFeaturizer:
        """Made by Rasa from a trained model."""
        vectorizers = make_vectorizers()
        with model_storage.read_from(resource) as folder:
            for name, vectorizer in vectorizers.items():
                vectorizer.vocabulary_ = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
                vectorizer.idf_ = np.load(folder / f"{name}.npy", allow_pickle=False)
        return cls(config, execution_context.node_name, model_storage, resource, vectorizers)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the vocabulary and the weights, and keep them."""
        texts = [example.get(TEXT) for example in training_data.training_examples if example.get(TEXT)]
        with self._model_storage.write_to(self._resource) as folder:
            for name, vectorizer in self._vectorizers.items():
                vectorizer.fit(texts)
                vocabulary = {term: int(index) for term, index in vectorizer.vocabulary_.items()}
                (folder / f"{name}.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
                np.save(folder / f"{name}.npy", vectorizer.idf_, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to the training examples."""
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add a vector to each message."""
        texts = [message.get(TEXT) or "" for message in messages]
        if texts:
            parts = [vectorizer.transform(texts) for vectorizer in self._vectorizers.values()]
            rows = csr_matrix(hstack(parts), dtype=np.float32)  # like the weights, which else are cast for each message
            for message, row in zip(messages, rows, strict=True):
                message.add_features(Row(row, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
        return messages
