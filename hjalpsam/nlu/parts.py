"""Several things in one message: its parts are read on their own, beside the whole.

`MessageParts` stands before the reading and adds the parts as messages of their own;
`SecondQuestion` stands last, takes them away again and says what they tell about the whole:

- The whole's intent holds. Where the whole was not understood, or is one of two questions, the
  first understood question does.
- Another question among the parts becomes the entity `also`, the payload of a button that would
  ask it; the channel asks it when the first has been answered. Not one that the first answer answers
  (`answered_by`), and behind what is none of ours only one that names something of ours (`subjects`).
- Where no part asks another, the whole may: "vad är cks för nåt, och brå" is mostly about one and
  something about the other, each of them more than `shared`; twice as much where it has no parts.
- Danger stands alone, wherever it is; where a part only may tell of it, the whole does.
- In a language that the assistant only points on in, whom to call is said beside the answer.
- A time and nothing else is about the helpline's hours, if it was not understood or taken for none of ours, or for
  something told.
- What was not understood and names another's number (`matter: numbers`) is a question about that.
- What is only told, or not understood, and was begun with thanks is thanks; what is told and ends with it, too. Begun
  with a few words that are a yes, a no or a goodbye ("inte just nu, jag kör truck"), it is that.
- A question about the helpline that does not name it ("måste jag säga mitt namn?") is marked as one about the call,
  which it is behind "Ring 112" (`after_alarm: about_call`); one that names a line is not.

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
from spacy.tokens import Doc

from hjalpsam.content.intents import (
    ABOUT_CALL,
    AFTER_ALARM,
    ALSO,
    CALL,
    DANGER_INTENTS,
    FALLBACK_INTENT,
    FOUND,
    HELPLINE_INTENT,
    HOURS_INTENT,
    MATTER,
    NUMBERS,
    OTHER_LANGUAGE_INTENT,
    OUT_OF_SCOPE_INTENT,
    THANKED,
    THANKS_INTENT,
    TIME,
    TOLD_INTENT,
)
from hjalpsam.content.languages import POINTED_ON, language_of
from hjalpsam.nlu.danger import BY_CLASSIFIER, HINT, Danger, danger_found_by_classifier, hint_of
from hjalpsam.nlu.lead_ins import FIRST
from hjalpsam.nlu.patterns import SENTENCE_ENDS, PhraseFinder
from hjalpsam.nlu.swedish import document_of
from hjalpsam.nlu.tables import TableComponent
from hjalpsam.nlu.time_mentions import BARE

MOST_PARTS = 3  # each costs as much as a message
_FEWEST_WORDS = 2  # of a part
_MOST_WORDS_OF_ANSWER = 4  # in front of its reason: "inte just nu, jag står mitt i en lastning"
_PART, _ASKING = "part", "asking"  # properties that mark a message as a part, and one as a question

# What somebody can ask or tell beside something else: no small talk, nothing that needs an answer of its own.
_SMALL = ("affirm", "deny", "goodbye", "thank")
_TOLD = ("express_concern", "want_to_leave", "report_crime")
_ABOUT_A_LINE = "ask_helpline"  # how the intents of such questions begin
_NO_QUESTIONS = ("ask_more", "ask_judgement")


class Splitter:
    """The compiled table of where a text may go over to another question."""

    def __init__(self, table: Mapping[str, list[str]]) -> None:
        """`table`: `joints` and `openers` as in data/parts.yml."""
        self._joints = frozenset(table["joints"])
        self._openers = PhraseFinder({"": table["openers"]})

    def asks(self, text: str) -> bool:
        """Whether a text in one piece looks like a question, or goes on from something: "men hur gör man då"."""
        document = document_of(text)
        goes_on = bool(len(document)) and document[0].lower_ in self._joints
        return "?" in text or goes_on or any(place.start == 0 for place in self._openers.find(document))

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
        starts = sorted({*starts, *_behind_answer(document)})
        pieces = [document[start:end] for start, end in zip(starts, [*starts[1:], len(document)], strict=True)]
        long_enough = [piece for piece in pieces if sum(token.is_alpha for token in piece) >= _FEWEST_WORDS]
        if len(long_enough) < 2:
            return []
        # questions first, and of those the last ones; a story comes before its question
        asking = [piece for piece in long_enough if "?" in piece.text or any(token.i in opens for token in piece[:3])]
        telling = [piece for piece in long_enough if piece not in asking]
        chosen = (telling + asking)[-MOST_PARTS:]
        return [(piece.text, piece in asking) for piece in sorted(chosen, key=lambda piece: piece.start)]


def _behind_answer(document: Doc) -> list[int]:
    """Where the reason begins behind a few words and a comma, which may be the answer to an offer."""
    comma = next((token.i for token in document if token.is_punct), None)
    if comma is None or document[comma].text != "," or not comma <= _MOST_WORDS_OF_ANSWER:
        return []
    return [comma + 1] if comma + 1 < len(document) else []


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

        `sure`: where it looks like a question; `certain`: where it does not ("och så brå då"); `shared`: how much of
        the whole each of two questions has to be.

        `second_net`: how likely the classifier must find danger in it, alone; `confirms`: where the table has
        found something.
        """
        chosen = {"sure": 0.7, "certain": 0.95, "shared": 0.15}
        return {"table": "data/parts.yml", **chosen, "second_net": 0.98, "confirms": 0.5}

    def __init__(self, table: Mapping[str, Any], config: dict[str, Any]) -> None:
        """`table`: `subjects`, `lines` and `answered_by` as in data/parts.yml."""
        self._sure, self._certain, self._shared = config["sure"], config["certain"], config["shared"]
        self._second_net, self._confirms = config["second_net"], config["confirms"]
        self._subjects = PhraseFinder({"": table["subjects"]})
        self._splitter = Splitter(table)
        self._lines = PhraseFinder({"": table["lines"]})
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
            self._take_for_small(whole, parts)
            self._mark_call(whole)
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
        shares = {found["name"]: found["confidence"] for found in whole.get("intent_ranking", [])}
        questions = {_intent(part): part for part in reversed(parts) if self._is_question(part, _intent(whole))}
        intents = list(reversed(questions))
        if intents and (_intent(whole) == FALLBACK_INTENT or (_intent(whole) in intents and len(intents) == 2)):
            _read_as(whole, questions[intents[0]])
        if others := [intent for intent in intents if self._is_another(questions[intent], _intent(whole))]:
            self._ask_also(whole, _payload(questions[others[-1]]))
        elif second := self._second_of(shares, _intent(whole), self._shared if parts else 2 * self._shared):
            self._ask_also(whole, f"/{second}")

    def _take_for_small(self, whole: Message, parts: Sequence[Message]) -> None:
        """Reads what is told, or not understood, as the small word that it begins with."""
        text = whole.get(TEXT) or ""
        if _intent(whole) not in (TOLD_INTENT, FALLBACK_INTENT) or whole.get(FOUND) or self._splitter.asks(text):
            return
        if whole.get(THANKED) == FIRST or (whole.get(THANKED) and _intent(whole) == TOLD_INTENT):
            _take_for(whole, THANKS_INTENT)
            return
        first = parts[0] if parts and text.startswith(parts[0].get(TEXT)) else None
        if first and _intent(first) in _SMALL and _sureness(first) >= self._sure:
            _take_for(whole, _intent(first))

    def _mark_call(self, whole: Message) -> None:
        """Leaves one entity that says that the message asks about a call: rules name all entities of a message."""
        intent, entities = _intent(whole), whole.get(ENTITIES, [])
        asked = bool(_values(whole, CALL)) or ABOUT_CALL in _values(whole, AFTER_ALARM)
        marked = [each for each in entities if each["value"] != ABOUT_CALL]
        if intent != HELPLINE_INTENT or not _values(whole, CALL):  # whose rules know `call`
            marked = [each for each in marked if each["entity"] != CALL]
            names_a_line = self._lines.find(document_of(whole.get(TEXT) or ""))
            if (asked or intent.startswith(_ABOUT_A_LINE)) and not names_a_line:
                call = {"entity": AFTER_ALARM, "value": ABOUT_CALL, "start": 0, "end": len(whole.get(TEXT))}
                marked += self.add_extractor_name([call])
        whole.set(ENTITIES, marked, add_to_output=True)

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

    def _second_of(self, shares: Mapping[str, float], first: str, least: float) -> str | None:
        """The other question that a message of two is about, by the classifier's shares of the whole."""
        asked = [intent for intent, share in shares.items() if share >= least and _asks(intent)]
        others = [intent for intent in asked if intent not in (first, "ask_milieu")]  # that one needs its entity
        if first not in asked or not others or first in self._answered_by.get(others[0], []):
            return None
        return others[0]

    def _is_question(self, part: Message, of_whole: str) -> bool:
        """Whether a part asks something of its own, or tells of a worry, of leaving or of a crime."""
        intent = _intent(part)
        if intent == "ask_milieu" and not _values(part, "milieu"):
            return False
        sureness = _sureness(part)
        asks = _asks(intent) and (part.get(_ASKING) or sureness >= self._certain)
        return (asks or intent in _TOLD) and (sureness >= self._sure or intent == of_whole)


def _asks(intent: str) -> bool:
    return intent.startswith(("ask_", "bot_challenge")) and intent not in _NO_QUESTIONS


def _intent(message: Message) -> str:
    return str((message.get(INTENT) or {}).get(INTENT_NAME_KEY))


def _sureness(message: Message) -> float:
    return float(message.get(INTENT)[PREDICTED_CONFIDENCE_KEY])


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
