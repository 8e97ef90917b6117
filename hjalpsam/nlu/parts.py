"""Several things in one message: its parts are read on their own, beside the whole.

`MessageParts` stands before the reading and adds the parts as messages of their own;
`SecondQuestion` stands last, takes them away again and says what they tell about the whole:

- The whole's intent holds. Where the whole was not understood, or is one of two questions, the
  first understood question does.
- Another question among the parts becomes the entity `also`, the payload of a button that would
  ask it; the channel asks it when the first has been answered.
- Danger stands alone, wherever it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hjalpsam.languages import POINTED_ON
from hjalpsam.nlu.danger import FOUND
from hjalpsam.nlu.intents import DANGER_INTENTS, FALLBACK_INTENT, OTHER_LANGUAGE_INTENT
from hjalpsam.nlu.patterns import SENTENCE_ENDS, PhraseFinder
from hjalpsam.nlu.swedish import document_of
from hjalpsam.nlu.tables import TableComponent

ENTITY = "also"
MOST_PARTS = 3  # each costs as much as a message
_FEWEST_WORDS = 2  # of a part
_PART = "part"  # the property that marks a message as a part

# What somebody can ask beside something else: no small talk, nothing that needs an answer of its own.
_QUESTIONS = ("ask_", "report_crime", "express_concern", "want_to_leave")
_NO_QUESTIONS = ("ask_more", "ask_judgement", "ask_chat_language")


class Splitter:
    """The compiled table."""

    def __init__(self, table: Mapping[str, list[str]]) -> None:
        """`table`: `joints` and `openers` as in data/parts.yml."""
        self._joints = frozenset(table["joints"])
        self._openers = PhraseFinder({"": table["openers"]})

    def parts(self, text: str) -> list[str]:
        """The parts that could be questions of their own, in order; none of a text in one piece."""
        document = document_of(text)
        opens = {place.start for place in self._openers.find(document)}
        starts = [
            token.i
            for token in document
            if token.i == 0
            or document[token.i - 1].text in SENTENCE_ENDS
            or (token.i in opens and document[token.i - 1].lower_ in self._joints)
        ]
        pieces = [document[start:end] for start, end in zip(starts, [*starts[1:], len(document)], strict=True)]
        long_enough = [piece for piece in pieces if sum(token.is_alpha for token in piece) >= _FEWEST_WORDS]
        if len(long_enough) < 2:
            return []
        # questions first, and of those the last ones; a story comes before its question
        asking = [piece for piece in long_enough if "?" in piece.text or any(token.i in opens for token in piece[:2])]
        telling = [piece for piece in long_enough if piece not in asking]
        chosen = (telling + asking)[-MOST_PARTS:]
        return [piece.text for piece in sorted(chosen, key=lambda piece: piece.start)]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MessageParts(TableComponent):
    """Adds the parts of each message behind it."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root."""
        return {"table": "data/parts.yml"}

    def __init__(self, table: Mapping[str, list[str]], config: dict[str, Any]) -> None:
        """Compile the table."""
        self._splitter = Splitter(table)

    def process(self, messages: list[Message]) -> list[Message]:
        """Each message and its parts."""
        return [part for message in messages for part in self._with_parts(message)]

    def _with_parts(self, message: Message) -> Iterator[Message]:
        yield message
        text = message.get(TEXT) or ""
        for part in [] if text.startswith(INTENT_MESSAGE_PREFIX) else self._splitter.parts(text):
            yield Message({TEXT: part, _PART: True})

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples stay whole."""
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SecondQuestion(GraphComponent, IntentClassifier, EntityExtractorMixin):
    """Takes the parts away again; sets the intent and the entity `also` of the whole by them."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SecondQuestion:
        """Made by Rasa."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages that came from outside."""
        wholes: list[tuple[Message, list[Message]]] = []
        for message in messages:
            if message.get(_PART):
                wholes[-1][1].append(message)
            else:
                wholes.append((message, []))
        for whole, parts in wholes:
            self._join(whole, parts)
        return [whole for whole, _ in wholes]

    def _join(self, whole: Message, parts: Sequence[Message]) -> None:
        if _intent(whole) in DANGER_INTENTS:
            return
        if dangers := [part for part in parts if _intent(part) in DANGER_INTENTS]:
            _read_as(whole, dangers[0])
            return
        questions = {_payload(part): part for part in parts if _is_question(_intent(part))}
        first = next(iter(questions.values()), None)
        if first and (_intent(whole) == FALLBACK_INTENT or _intent(whole) in map(_intent, questions.values())):
            _read_as(whole, first)
        others = [payload for payload, part in questions.items() if _intent(part) != _intent(whole)]
        language = next((found["value"] for found in _entities(whole, "language")), None)
        if language in POINTED_ON:
            others = [f"/{OTHER_LANGUAGE_INTENT}"] if _intent(whole) != FALLBACK_INTENT else []
        if others:
            also = {"entity": ENTITY, "value": others[-1], "start": 0, "end": len(whole.get(TEXT))}
            whole.set(ENTITIES, whole.get(ENTITIES, []) + self.add_extractor_name([also]), add_to_output=True)


def _intent(message: Message) -> str:
    return str((message.get(INTENT) or {}).get(INTENT_NAME_KEY))


def _is_question(intent: str) -> bool:
    return intent.startswith(_QUESTIONS) and intent not in _NO_QUESTIONS


def _entities(message: Message, *names: str) -> list[dict[str, Any]]:
    return [entity for entity in message.get(ENTITIES, []) if entity["entity"] in names]


def _payload(part: Message) -> str:
    """What pressing a button would send that asks the part's question."""
    wanted = {"ask_milieu": "milieu", "ask_helpline_hours": "time"}.get(_intent(part))
    values = [entity["value"] for entity in _entities(part, wanted)] if wanted else []
    value = values[0] if wanted == "milieu" and values else values
    return f"/{_intent(part)}" + (json.dumps({wanted: value}) if value else "")


def _read_as(whole: Message, part: Message) -> None:
    for name in (INTENT, "intent_ranking", FOUND):
        if part.get(name):
            whole.set(name, part.get(name), add_to_output=True)
