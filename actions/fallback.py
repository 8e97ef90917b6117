"""What to say when a message was not understood, or understood wrongly."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from hjalpsam.content.facts import FactsFile
from hjalpsam.content.intents import DANGER_INTENTS, FALLBACK_INTENT, FOUND, OUT_OF_SCOPE_INTENT
from hjalpsam.content.languages import POINTED_ON, answered_in, language_of
from hjalpsam.content.texts import fill_response
from hjalpsam.hours.helpline import text_values
from hjalpsam.nlu.offers import ANSWERS, YES
from hjalpsam.storage.resources import facts_file, texts

logger = logging.getLogger(__name__)

LIKELY = 0.2  # a guess below this is not worth asking about
LIKELY_DANGER = 0.35  # of a hint: below this the line in front is enough, and a guess would only frighten
LIKELY_MENDED = 0.02  # what else a message may have meant that was understood wrongly
MOST_GUESSES = 2
NOT_ANSWERED = (FALLBACK_INTENT, OUT_OF_SCOPE_INTENT)
DANGER_PAYLOADS = [f"/{intent}" for intent in DANGER_INTENTS]
SOMETHING_ELSE = "/ask_capabilities"  # the payload of the last button

Button = dict[str, str]
Event = dict[str, Any]


class Guessing:
    """What an action needs that says a response with buttons for what a message may have meant.

    (No Action itself: rasa_sdk would register it.) What the buttons of a guess say is the response `utter_guesses`.
    """

    def __init__(self, facts: FactsFile | None = None) -> None:
        """The facts are given by tests; the action server gives none."""
        self._facts = facts or facts_file()
        texts()  # read at start and not while somebody waits: a fifth of a second

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Utters a response; no events.

        An exception would make the action server log the whole conversation, so none leaves.
        """
        try:
            response, buttons = self.answer(tracker)
        except Exception as error:
            logger.error("Gissningarna kunde inte visas: %s.", type(error).__name__)
            response, buttons = "utter_nlu_fallback", []
        dispatcher.utter_message(response=response, buttons=buttons)
        return []

    def answer(self, tracker: Tracker) -> tuple[str, list[Button]]:
        """The response, and buttons in front of its own."""
        raise NotImplementedError

    def titled(self, tracker: Tracker, payloads: Iterable[str]) -> list[Button]:
        """The buttons of payloads that are asked about, each once, in the conversation's language; "ja" means them."""
        language = answered_in(tracker.get_slot("language"))
        values = text_values(self._facts.current(), language)
        response = fill_response(texts().variation("utter_guesses", language), values)
        buttons = {button["payload"]: button for button in response["buttons"]}
        asked = [buttons[payload] for payload in dict.fromkeys(payloads) if payload in buttons]
        return [button if button["payload"] == SOMETHING_ELSE else {**button, ANSWERS: YES} for button in asked]


class ActionAskBack(Guessing, Action):
    """Asks "Menade du …?" when a guess is likely enough; else says what it can help with.

    The second message in a row that is not understood ends with people to call, the third with
    choices only; danger is asked about all the same. In a language that the assistant does not
    answer in it says whom to call.
    """

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_ask_back"

    def answer(self, tracker: Tracker) -> tuple[str, list[Button]]:
        """One of utter_ask_back, utter_nlu_fallback, utter_not_understood_twice, utter_stuck, utter_other_language."""
        if language_of(tracker.latest_message) in POINTED_ON:
            return "utter_other_language", []
        payloads = list(payloads_of(tracker.latest_message))
        misunderstood = misunderstood_in_a_row(tracker)
        if misunderstood > 1:
            response = "utter_not_understood_twice" if misunderstood == 2 else "utter_stuck"
            return response, self.titled(tracker, [payload for payload in payloads if payload in DANGER_PAYLOADS])
        guesses = self.titled(tracker, [payload for payload in payloads if payload != SOMETHING_ELSE])[:MOST_GUESSES]
        if not guesses:
            return "utter_nlu_fallback", []
        return "utter_ask_back", [*guesses, *self.titled(tracker, [SOMETHING_ELSE])]


class ActionMend(Guessing, Action):
    """After "nej, det menade jag inte": what else the message before may have meant.

    Said twice in a row, it is people to call.
    """

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_mend"

    def answer(self, tracker: Tracker) -> tuple[str, list[Button]]:
        """utter_not_helpful with guesses, or without if there are none; utter_not_helpful_twice."""
        messages = messages_of(tracker)
        if intents_of(messages)[-2:] == ["not_helpful", "not_helpful"]:
            return "utter_not_helpful_twice", []
        before = messages[-2] if len(messages) > 1 else {}
        understood_as = f"/{before.get('intent', {}).get('name')}"
        own = {button["payload"] for button in texts().variation("utter_not_helpful")["buttons"]}
        others = [payload for payload in payloads_of(before, LIKELY_MENDED) if payload not in {understood_as, *own}]
        guesses = self.titled(tracker, others)[:MOST_GUESSES]
        return ("utter_not_helpful" if guesses else "utter_say_otherwise"), guesses


def payloads_of(message: dict[str, Any], likely: float = LIKELY) -> Iterator[str]:
    """What pressing a button would send for each likely guess of a message; first a danger hinted at strongly."""
    entities = message.get("entities", [])
    yield from (
        f"/{entity['role']}"
        for entity in entities
        if entity["entity"] == FOUND and entity["confidence"] >= LIKELY_DANGER
    )
    milieus = [entity["value"] for entity in entities if entity["entity"] == "milieu"]
    for guess in message.get("intent_ranking", []):
        if guess["confidence"] >= likely and guess["name"] not in DANGER_INTENTS:
            if guess["name"] == "ask_milieu" and milieus:
                yield f'/ask_milieu{{"milieu": "{milieus[0]}"}}'
            else:
                yield "/ask_milieus" if guess["name"] == "ask_milieu" else f"/{guess['name']}"


def messages_of(tracker: Tracker) -> list[dict[str, Any]]:
    """How each message of the resident was read, the latest last."""
    return [event["parse_data"] for event in tracker.events if event["event"] == "user"]


def intents_of(messages: list[dict[str, Any]]) -> list[str]:
    """Their intents."""
    return [message["intent"]["name"] for message in messages]


def misunderstood_in_a_row(tracker: Tracker) -> int:
    """How many of the latest messages were not understood, or were none of ours."""
    intents = intents_of(messages_of(tracker))
    understood = (number for number, name in enumerate(reversed(intents)) if name not in NOT_ANSWERED)
    return next(understood, len(intents))
