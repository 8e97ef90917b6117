"""The danger net: notices when somebody may be in danger, whatever else a message is about.

The table is data/danger.yml, which says how it is read and extended; the classifier is the second
net, by how likely it finds `report_emergency` and `suicidal_thoughts`, the two taken together. The
net comes last in the pipeline and has three answers:

- alarm: danger is plain. The danger's intent holds.
- hint: danger is possible. The message stays what it was understood as, and the entity `danger`
  with the value `hint` and the danger's intent as its role says that a calm line goes in front.
- nothing.

One threshold cannot serve both a forum and a whisper: README.md has the curve.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_CONFIDENCE,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from hjalpsam.content.intents import DANGER_INTENTS, FALLBACK_INTENT, FOUND
from hjalpsam.nlu.patterns import SENTENCE_ENDS, PhraseFinder, Place
from hjalpsam.nlu.swedish import document_of
from hjalpsam.nlu.tables import TableComponent

Table = dict[str, Any]

BY_CLASSIFIER = "classifier"  # what `FOUND` says when it was the second net
ALARM, HINT = "alarm", "hint"  # levels of a pattern

CLAUSE_ENDS = [*SENTENCE_ENDS, ",", ";"]
_NEAR = 3  # words
# With one of these a new clause may begin without a comma: "polisen kommer inte han har en kniv".
_SUBJECTS = frozenset(["jag", "ja", "vi", "han", "hon", "hen", "de", "dom", "i", "he", "she", "they", "we"])


@dataclass(frozen=True)
class Danger:
    """What the net found: the pattern's name, intent and level, and how likely it is."""

    pattern: str
    intent: str
    level: str = ALARM
    confidence: float = 1.0


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
        return [
            Danger(name, pattern["intent"], pattern.get("level", ALARM))
            for name, pattern in self._patterns.items()
            if name in names
        ]

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
class DangerDetector(TableComponent, IntentClassifier, EntityExtractorMixin):
    """Puts an alarm's intent first in the ranking, with confidence 1; adds the entity of a hint.

    The message's property `danger` says what was found.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier whose ranking is the second net."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root; and how likely the classifier must find danger.

        `second_net`: for an alarm; `confirms`: for an alarm where the table has found something;
        `hint`: for a hint. What the table finds is a hint at least.
        """
        return {"table": "data/danger.yml", "second_net": 0.5, "confirms": 0.1, "hint": 0.1}

    def __init__(self, table: Table, config: dict[str, Any]) -> None:
        """Compile the table."""
        self._net = DangerNet(table)
        self._second_net, self._confirms, self._hint = (config[name] for name in ("second_net", "confirms", "hint"))

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent of messages that tell of danger; leaves that of the others as it is."""
        for message in messages:
            found = self._net.find(message.get(TEXT) or "")
            by_table = found[0] if found else None
            by_classifier = _by_classifier(message)
            if by_table and by_classifier.confidence < self._confirms:
                by_table = replace(by_table, level=HINT)
            if by_classifier.confidence >= self._second_net:
                # which danger it is, own or another's, the classifier knows better
                _raise_alarm(message, replace(by_classifier, pattern=by_table.pattern if by_table else BY_CLASSIFIER))
            elif by_table and by_table.level == ALARM:
                _raise_alarm(message, by_table)
            elif by_table or by_classifier.confidence >= self._hint:
                self._add_hint(message, by_table or by_classifier)
        return messages

    def _add_hint(self, message: Message, danger: Danger) -> None:
        """What was taken for danger itself, but not surely enough, is asked back."""
        message.set(FOUND, danger.pattern, add_to_output=True)
        if message.get(INTENT)[INTENT_NAME_KEY] in DANGER_INTENTS:
            _read_as(message, FALLBACK_INTENT, 1 - danger.confidence)
        hint = self.add_extractor_name([hint_of(danger, message)])
        message.set(ENTITIES, message.get(ENTITIES, []) + hint, add_to_output=True)


def hint_of(danger: Danger, message: Message) -> dict[str, Any]:
    """The entity that says that a message may tell of a danger."""
    return {
        ENTITY_ATTRIBUTE_TYPE: FOUND,
        ENTITY_ATTRIBUTE_VALUE: HINT,
        ENTITY_ATTRIBUTE_ROLE: danger.intent,
        ENTITY_ATTRIBUTE_CONFIDENCE: danger.confidence,
        ENTITY_ATTRIBUTE_START: 0,
        ENTITY_ATTRIBUTE_END: len(message.get(TEXT)),
    }


def danger_found_by_classifier(ranking: list[dict[str, Any]]) -> float:
    """How likely the classifier finds danger, the two intents of danger taken together."""
    return float(sum(guess[PREDICTED_CONFIDENCE_KEY] for guess in ranking if guess[INTENT_NAME_KEY] in DANGER_INTENTS))


def _by_classifier(message: Message) -> Danger:
    ranking = message.get("intent_ranking", [])
    likely = [guess[INTENT_NAME_KEY] for guess in ranking if guess[INTENT_NAME_KEY] in DANGER_INTENTS]
    return Danger(BY_CLASSIFIER, next(iter(likely), ""), confidence=danger_found_by_classifier(ranking))


def _raise_alarm(message: Message, danger: Danger) -> None:
    message.set(FOUND, danger.pattern, add_to_output=True)
    _read_as(message, danger.intent, 1.0)


def _read_as(message: Message, intent: str, confidence: float) -> None:
    first = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}
    message.set(INTENT, first, add_to_output=True)
    message.set("intent_ranking", [first, *message.get("intent_ranking", [])], add_to_output=True)
