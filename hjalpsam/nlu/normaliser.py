"""The first component: one written form for what is the same to a reader."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hjalpsam.content.written import BLANK, normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TextNormaliser(GraphComponent):
    """Normalises messages and training examples alike; payloads ("/ask_cks") are left as they are."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TextNormaliser:
        """Made by Rasa."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces the text of each message by its normal form."""
        for message in messages:
            text = message.get(TEXT)
            if text is not None and not text.startswith(INTENT_MESSAGE_PREFIX):
                # what looked like a text must not become a command by being normalised
                message.set(TEXT, normalise(text).lstrip(INTENT_MESSAGE_PREFIX + " ") or BLANK)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples."""
        self.process(training_data.training_examples)
        return training_data
