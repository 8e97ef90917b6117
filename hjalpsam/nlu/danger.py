"""The danger net: notices by rule when somebody may be in danger, whatever the classifier thinks.

The table is data/danger.yml, which says how it is read and extended. The net comes last in the
pipeline. Where it fires, its intent holds. Where it does not, the classifier is the second net:
`report_emergency` or `suicidal_thoughts` that it finds likelier than `second_net`, the two taken
together, hold even when the classifier is too unsure to answer anything else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from hjalpsam.nlu.intents import DANGER_INTENTS
from hjalpsam.nlu.patterns import SENTENCE_ENDS, PhraseFinder, Place
from hjalpsam.nlu.swedish import document_of
from hjalpsam.nlu.tables import TableComponent

Table = dict[str, Any]

FOUND = "danger"  # the property of a message that says what the net found …
BY_CLASSIFIER = "classifier"  # … or that it was the second net

CLAUSE_ENDS = [*SENTENCE_ENDS, ",", ";"]
_NEAR = 3  # words
# With one of these a new clause may begin without a comma: "polisen kommer inte han har en kniv".
_SUBJECTS = frozenset(["jag", "ja", "vi", "han", "hon", "hen", "de", "dom", "i", "he", "she", "they", "we"])


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
        entries = {**self._patterns, **table["contexts"]}
        self._finder = PhraseFinder({name: entry["phrases"] for name, entry in entries.items()}, table["groups"])

    def find(self, text: str) -> list[Danger]:
        """What fires and is not kept quiet by a context of the text, in the table's order."""
        document = document_of(text)
        found = self._finder.find(document)
        contexts = [place for place in found if place.name in self._where]
        sentences, clauses = _numbers(document, SENTENCE_ENDS), _numbers(document, CLAUSE_ENDS)
        names = {
            place.name
            for place in found.difference(contexts)
            if not any(
                self._keeps_quiet(context, place, sentences, clauses)
                for context in contexts
                if not _begins_clause_after(context, place, document)
            )
        }
        return [Danger(name, pattern["intent"]) for name, pattern in self._patterns.items() if name in names]

    def _keeps_quiet(self, context: Place, place: Place, sentences: list[int], clauses: list[int]) -> bool:
        """Whether a context bears on a match: near it or in its sentence."""
        if context.name not in self._patterns[place.name].get("unless", []):
            return False
        if self._where[context.name] == "near":
            begins = max(place.start, context.start)  # what stands in the match itself counts, commas or not
            in_reach = place.start - _NEAR <= context.start < place.end
            return in_reach and clauses[context.start] == clauses[begins]
        return (
            sentences[place.start] <= sentences[context.end - 1]
            and sentences[context.start] <= sentences[place.end - 1]
        )


def _begins_clause_after(context: Place, place: Place, document: Doc) -> bool:
    """Whether a match begins a clause of its own right behind a context of one word."""
    return context.start + 1 == context.end == place.start and document[place.start].lower_ in _SUBJECTS


def _numbers(document: Doc, ends: Collection[str]) -> list[int]:
    """For each token the number of its part of the text; the sign that ends a part belongs to it."""
    numbers, number = [], 0
    for token in document:
        numbers.append(number)
        number += token.text in ends
    return numbers


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(TableComponent, IntentClassifier):
    """Puts the danger's intent first in the ranking, with confidence 1, and says in `danger` what it found."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier whose ranking is the second net."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root; `second_net`: how likely the classifier must find danger."""
        return {"table": "data/danger.yml", "second_net": 0.5}

    def __init__(self, table: Table, config: dict[str, Any]) -> None:
        """Compile the table."""
        self._net = DangerNet(table)
        self._second_net = config["second_net"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent of messages that tell of danger; leaves the others as they are."""
        for message in messages:
            found = [*self._net.find(message.get(TEXT) or ""), *self._by_classifier(message)]
            if found:
                first = {INTENT_NAME_KEY: found[0].intent, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, first, add_to_output=True)
                message.set("intent_ranking", [first, *message.get("intent_ranking", [])], add_to_output=True)
                message.set(FOUND, found[0].pattern, add_to_output=True)
        return messages

    def _by_classifier(self, message: Message) -> list[Danger]:
        ranking = message.get("intent_ranking", [])
        likely = [guess for guess in ranking if guess[INTENT_NAME_KEY] in DANGER_INTENTS]
        if sum(guess[PREDICTED_CONFIDENCE_KEY] for guess in likely) < self._second_net:
            return []
        return [Danger(BY_CLASSIFIER, likely[0][INTENT_NAME_KEY])]
