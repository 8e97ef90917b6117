"""A greeting or a thank-you in front never hides the matter: it is left out of the reading.

"Hej! är telefonen öppen" is read as "är telefonen öppen", in training as in use. Alone, "hej"
stays "hej". The table is data/lead_ins.yml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.matcher import Matcher
from spacy.tokens import Doc

from hjalpsam.nlu.patterns import phrase_patterns
from hjalpsam.nlu.swedish import swedish
from hjalpsam.yaml_files import read_yaml

Table = dict[str, list[str]]

# "hej Gunvor" and "tack snälla du" are the greeting and the thanks themselves; after a comma or
# an exclamation mark one word is enough to be the matter ("tack! öppettider?").
_WORDS_WITHOUT_SIGN = 3
_FAREWELL = ("då", "da")  # "hej då" is no greeting
_LONGEST = 12  # tokens of a lead-in


class LeadIns:
    """The compiled table."""

    def __init__(self, table: Table) -> None:
        """`table`: phrases under any headings."""
        self._matcher = Matcher(swedish().vocab)
        self._matcher.add(
            "lead-in",
            [pattern for phrases in table.values() for phrase in phrases for pattern in phrase_patterns(phrase)],
        )

    def without(self, text: str) -> str:
        """The text from where the matter begins; all of it when there is no matter but the lead-in."""
        document = swedish().make_doc(text)
        start = 0
        while (following := self._after_one(document, start)) > start:
            start = following
        return text[document[start].idx :] if start else text

    def _after_one(self, document: Doc, start: int) -> int:
        """Where the text goes on after one lead-in at `start`; `start` when there is none to leave out."""
        if start + 1 < len(document) and document[start + 1].lower_ in _FAREWELL:
            return start
        end = (
            max((end for _, begin, end in self._matcher(document[start : start + _LONGEST]) if begin == 0), default=0)
            + start
        )
        rest = end
        while rest < len(document) and not document[rest].is_alpha and not document[rest].like_num:
            rest += 1
        words = sum(token.is_alpha or token.like_num for token in document[rest:])
        has_sign = any(token.is_punct for token in document[end:rest])
        goes_on = words >= (1 if has_sign else _WORDS_WITHOUT_SIGN)
        return rest if end > start and goes_on else start


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LeadInRemover(GraphComponent):
    """Leaves out greetings and thanks in front of the matter, in messages and training examples alike."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path of the table, from the project's root."""
        return {"table": "data/lead_ins.yml"}

    def __init__(self, table: Table) -> None:
        """Compile the table."""
        self._lead_ins = LeadIns(table)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LeadInRemover:
        """Made by Rasa, in training and when a model is loaded."""
        return cls(read_yaml(Path(config["table"])))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """The table itself, so that Rasa's cache notices a change of it."""
        return Path(config["table"]).read_text(encoding="utf-8")

    def process(self, messages: list[Message]) -> list[Message]:
        """Shortens the text of each message."""
        for message in messages:
            if text := message.get(TEXT):
                message.set(TEXT, self._lead_ins.without(text))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples."""
        self.process(training_data.training_examples)
        return training_data
