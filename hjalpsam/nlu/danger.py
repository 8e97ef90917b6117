"""The danger net: notices by rule when somebody may be in danger, whatever the classifier thinks.

The table is data/danger.yml, which says how it is read and extended. The net comes last in the
pipeline. Where it fires, its intent holds. Where it does not, the classifier is the second net:
`report_emergency` or `suicidal_thoughts` that it finds likelier than `second_net`, the two taken
together, hold even when the classifier is too unsure to answer anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import Matcher
from spacy.tokens import Doc

from hjalpsam.nlu.danger_table import DANGER_INTENTS
from hjalpsam.nlu.patterns import SENTENCE_ENDS, phrase_patterns
from hjalpsam.nlu.swedish import swedish
from hjalpsam.yaml_files import read_yaml

Table = dict[str, Any]

FOUND = "danger"  # the property of a message that says what the net found

Place = tuple[str, int, int]  # what was found, its first token, and the token after its last

_NEAR = 3  # words


@dataclass(frozen=True)
class Danger:
    """What the net found: the pattern's name and intent."""

    pattern: str
    intent: str


class DangerNet:
    """The compiled table."""

    def __init__(self, table: Table) -> None:
        """`table`: `groups`, `contexts` and `patterns` as in data/danger.yml.

        Raises:
            KeyError: for a group or a context that the table does not have.
        """
        self._patterns = {pattern["name"]: pattern for pattern in table["patterns"]}
        self._where = {name: context["where"] for name, context in table["contexts"].items()}
        self._matcher = Matcher(swedish().vocab)
        groups = table["groups"]
        for name, entry in [*self._patterns.items(), *table["contexts"].items()]:
            self._matcher.add(
                name, [pattern for phrase in entry["phrases"] for pattern in phrase_patterns(phrase, groups)]
            )
        self._order = {name: number for number, name in enumerate(self._patterns)}

    def find(self, text: str) -> Danger | None:
        """The first pattern of the table that fires and that no context of the text keeps quiet."""
        document = swedish().make_doc(text)
        spans = self._matcher(document, as_spans=True)
        sentences = sentence_numbers(document)
        contexts = {(span.label_, span.start, span.end) for span in spans if span.label_ in self._where}
        places = {(span.label_, span.start, span.end) for span in spans if span.label_ in self._order}
        found = [place for place in places if not self._is_quiet(place, contexts, sentences)]
        if not found:
            return None
        name = min((label for label, _, _ in found), key=self._order.__getitem__)
        return Danger(name, self._patterns[name]["intent"])

    def _is_quiet(self, place: Place, contexts: set[Place], sentences: list[int]) -> bool:
        """Whether a context bears on a match: near it, in its sentence, or anywhere in the message."""
        label, start, end = place
        unless = self._patterns[label].get("unless", [])
        for name, begins, ends in contexts:
            if name in unless:
                where = self._where[name]
                same = sentences[start] <= sentences[ends - 1] and sentences[begins] <= sentences[end - 1]
                if where == "message" or (same and (where == "sentence" or start - _NEAR <= begins < ends <= end)):
                    return True
        return False


def sentence_numbers(document: Doc) -> list[int]:
    """For each token the number of its sentence; the sign that ends a sentence belongs to it."""
    numbers, number = [], 0
    for token in document:
        numbers.append(number)
        number += token.text in SENTENCE_ENDS
    return numbers


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(GraphComponent, IntentClassifier):
    """Puts the danger's intent first in the ranking, with confidence 1, and says in `danger` what it found."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier whose ranking is the second net."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root; `second_net`: how likely the classifier must find danger."""
        return {"table": "data/danger.yml", "second_net": 0.5}

    def __init__(self, table: Table, second_net: float) -> None:
        """Compile the table."""
        self._net = DangerNet(table)
        self._second_net = second_net

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerDetector:
        """Made by Rasa, in training and when a model is loaded."""
        return cls(read_yaml(Path(config["table"])), config["second_net"])

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """The table itself, so that Rasa's cache notices a change of it."""
        return Path(config["table"]).read_text(encoding="utf-8")

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent of messages that tell of danger; leaves the others as they are."""
        for message in messages:
            found = self._net.find(message.get(TEXT) or "") or self._by_classifier(message)
            if found:
                first = {INTENT_NAME_KEY: found.intent, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, first, add_to_output=True)
                message.set("intent_ranking", [first, *message.get("intent_ranking", [])], add_to_output=True)
                message.set(FOUND, found.pattern, add_to_output=True)
        return messages

    def _by_classifier(self, message: Message) -> Danger | None:
        ranking = message.get("intent_ranking", [])
        likely = [guess for guess in ranking if guess[INTENT_NAME_KEY] in DANGER_INTENTS]
        if sum(guess[PREDICTED_CONFIDENCE_KEY] for guess in likely) < self._second_net:
            return None
        return Danger("classifier", likely[0][INTENT_NAME_KEY])
