"""Several things in one message: its parts are read on their own, beside the whole.

`MessageParts` stands before the reading and adds the parts as messages of their own;
`SecondQuestion` stands last, takes them away again and says what they tell about the whole:

- The whole's intent holds. Where the whole was not understood, or is one of two questions, the
  first understood question does.
- Another question among the parts becomes the entity `also`, the payload of a button that would
  ask it; the channel asks it when the first has been answered. Not one that the first answer answers
  (`answered_by`), and behind what is none of ours only one that names something of ours (`subjects`).
- Danger stands alone, wherever it is; where a part only may tell of it, the whole does.
- In a language that the assistant only points on in, whom to call is said beside the answer.
- A time and nothing else is about the helpline's hours, if it was not understood or taken for none of ours, or for
  something told.
- What was not understood and names another's number (`matter: numbers`) is a question about that.

Whether a part is sure enough to count was chosen on tests/voices/several_questions.tsv.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hjalpsam.languages import POINTED_ON, language_of
from hjalpsam.nlu.danger import BY_CLASSIFIER, HINT, Danger, danger_found_by_classifier, hint_of
from hjalpsam.nlu.intents import (
    ALSO,
    DANGER_INTENTS,
    FALLBACK_INTENT,
    FOUND,
    HOURS_INTENT,
    MATTER,
    NUMBERS,
    OTHER_LANGUAGE_INTENT,
    OUT_OF_SCOPE_INTENT,
    TIME,
    TOLD_INTENT,
)
from hjalpsam.nlu.patterns import SENTENCE_ENDS, PhraseFinder
from hjalpsam.nlu.swedish import document_of
from hjalpsam.nlu.tables import TableComponent
from hjalpsam.nlu.time_mentions import BARE

MOST_PARTS = 3  # each costs as much as a message
_FEWEST_WORDS = 2  # of a part
_PART, _ASKING = "part", "asking"  # properties that mark a message as a part, and one as a question

# What somebody can ask or tell beside something else: no small talk, nothing that needs an answer of its own.
_TOLD = ("express_concern", "want_to_leave", "report_crime")
_NO_QUESTIONS = ("ask_more", "ask_judgement", "ask_capabilities")


class Splitter:
    """The compiled table of where a text may go over to another question."""

    def __init__(self, table: Mapping[str, list[str]]) -> None:
        """`table`: `joints` and `openers` as in data/parts.yml."""
        self._joints = frozenset(table["joints"])
        self._openers = PhraseFinder({"": table["openers"]})

    def parts(self, text: str) -> list[tuple[str, bool]]:
        """The parts that could be questions of their own, in order, and whether each asks something.

        None of a text in one piece.
        """
        document = document_of(text)
        if not len(document):
            return []
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
        asking = [piece for piece in long_enough if "?" in piece.text or any(token.i in opens for token in piece[:3])]
        telling = [piece for piece in long_enough if piece not in asking]
        chosen = (telling + asking)[-MOST_PARTS:]
        return [(piece.text, piece in asking) for piece in sorted(chosen, key=lambda piece: piece.start)]


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
        for part, asks in [] if text.startswith(INTENT_MESSAGE_PREFIX) else self._splitter.parts(text):
            yield Message({TEXT: part, _PART: True, _ASKING: asks})

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples stay whole."""
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SecondQuestion(TableComponent, IntentClassifier, EntityExtractorMixin):
    """Takes the parts away again; sets the intent and the entity `also` of the whole by them."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root; how sure a part has to be of its intent, and of danger.

        `sure`: where it looks like a question; `certain`: where it does not ("och så brå då").

        `second_net`: how likely the classifier must find danger in it, alone; `confirms`: where the table has
        found something.
        """
        return {"table": "data/parts.yml", "sure": 0.7, "certain": 0.95, "second_net": 0.98, "confirms": 0.5}

    def __init__(self, table: Mapping[str, Any], config: dict[str, Any]) -> None:
        """`table`: `subjects` and `answered_by` as in data/parts.yml."""
        self._sure, self._certain = config["sure"], config["certain"]
        self._second_net, self._confirms = config["second_net"], config["confirms"]
        self._subjects = PhraseFinder({"": table["subjects"]})
        self._answered_by: Mapping[str, list[str]] = table["answered_by"]

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
        if language_of(whole) in POINTED_ON:
            if _intent(whole) != FALLBACK_INTENT:  # else action_ask_back says it
                self._ask_also(whole, f"/{OTHER_LANGUAGE_INTENT}")
            return
        if _intent(whole) in DANGER_INTENTS:
            return
        if whole.get(BARE) and _intent(whole) in (FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, TOLD_INTENT):
            _take_for(whole, HOURS_INTENT)
            return
        if _intent(whole) == FALLBACK_INTENT and NUMBERS in _values(whole, MATTER):
            _take_for(whole, OUT_OF_SCOPE_INTENT)
            return
        alarmed = [part for part in parts if _intent(part) in DANGER_INTENTS]
        if dangers := [part for part in alarmed if self._is_danger(part)]:
            _read_as(whole, dangers[0])
            return
        if alarmed and FOUND not in _names(whole):
            self._add_hint(whole, alarmed[0])
        questions = {_intent(part): part for part in reversed(parts) if self._is_question(part, _intent(whole))}
        intents = list(reversed(questions))
        if intents and (_intent(whole) == FALLBACK_INTENT or (_intent(whole) in intents and len(intents) == 2)):
            _read_as(whole, questions[intents[0]])
        if others := [intent for intent in intents if self._is_another(questions[intent], _intent(whole))]:
            self._ask_also(whole, _payload(questions[others[-1]]))

    def _ask_also(self, whole: Message, payload: str) -> None:
        also = {"entity": ALSO, "value": payload, "start": 0, "end": len(whole.get(TEXT))}
        whole.set(ENTITIES, whole.get(ENTITIES, []) + self.add_extractor_name([also]), add_to_output=True)

    def _is_danger(self, part: Message) -> bool:
        """Whether a part that alone would be an alarm is one for the whole."""
        likely = danger_found_by_classifier(part.get("intent_ranking", [])[1:])
        return likely >= float(self._second_net if part.get(FOUND) == BY_CLASSIFIER else self._confirms)

    def _add_hint(self, whole: Message, part: Message) -> None:
        likely = danger_found_by_classifier(part.get("intent_ranking", [])[1:])
        hint = hint_of(Danger(BY_CLASSIFIER, _intent(part), HINT, likely), whole)
        whole.set(ENTITIES, whole.get(ENTITIES, []) + self.add_extractor_name([hint]), add_to_output=True)
        whole.set(FOUND, BY_CLASSIFIER, add_to_output=True)

    def _is_another(self, part: Message, first: str) -> bool:
        """Whether a question is one that the answer to the first leaves open, and not about somebody else's matter."""
        if _intent(part) == first or (first in self._answered_by.get(_intent(part), []) and not _values(part, TIME)):
            return False
        return first != OUT_OF_SCOPE_INTENT or bool(self._subjects.find(document_of(part.get(TEXT))))

    def _is_question(self, part: Message, of_whole: str) -> bool:
        """Whether a part asks something of its own, or tells of a worry, of leaving or of a crime."""
        intent = _intent(part)
        if intent == "ask_milieu" and not _values(part, "milieu"):
            return False
        sureness = part.get(INTENT)[PREDICTED_CONFIDENCE_KEY]
        asks = intent.startswith(("ask_", "bot_challenge")) and intent not in _NO_QUESTIONS
        asks = asks and (part.get(_ASKING) or sureness >= self._certain)
        return (asks or intent in _TOLD) and (sureness >= self._sure or intent == of_whole)


def _intent(message: Message) -> str:
    return str((message.get(INTENT) or {}).get(INTENT_NAME_KEY))


def _names(message: Message) -> set[str]:
    return {found["entity"] for found in message.get(ENTITIES, [])}


def _values(message: Message, entity: str) -> list[Any]:
    return [found["value"] for found in message.get(ENTITIES, []) if found["entity"] == entity]


def _payload(part: Message) -> str:
    """What pressing a button would send that asks the part's question."""
    wanted = {"ask_milieu": "milieu", HOURS_INTENT: TIME}.get(_intent(part))
    values = _values(part, wanted) if wanted else []
    value = values[0] if wanted == "milieu" and values else values
    return f"/{_intent(part)}" + (json.dumps({wanted: value}) if value else "")


def _take_for(whole: Message, intent: str) -> None:
    whole.set(INTENT, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)


def _read_as(whole: Message, part: Message) -> None:
    for name in (INTENT, "intent_ranking", FOUND):
        if part.get(name):
            whole.set(name, part.get(name), add_to_output=True)
