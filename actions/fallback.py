"""What to say when a message was not understood."""

import logging
from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from hjalpsam.facts import FactsFile
from hjalpsam.helpline import text_values
from hjalpsam.nlu.intents import DANGER_INTENTS, FALLBACK_INTENT
from hjalpsam.resources import facts_file, texts
from hjalpsam.texts import fill_response

logger = logging.getLogger(__name__)

LIKELY = 0.2  # a guess below this is not worth asking about
LIKELY_DANGER = 0.1  # … but for danger, which is asked about first
MOST_GUESSES = 2
DANGER_PAYLOADS = [f"/{intent}" for intent in DANGER_INTENTS]
SOMETHING_ELSE = "/ask_capabilities"  # the payload of the last button

Button = dict[str, str]


class ActionAskBack(Action):
    """Asks "Menade du …?" when a guess is likely enough; else says what it can help with.

    After two messages in a row that were not understood it asks no more, except about danger,
    but gives the contact and the helpline. What the buttons of a guess say is the response `utter_guesses`.
    """

    def __init__(self, facts: FactsFile | None = None) -> None:
        """The facts are given by tests; the action server gives none."""
        self._facts = facts or facts_file()

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_ask_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Utters one of utter_ask_back, utter_nlu_fallback, utter_not_understood_twice; no events.

        An exception would make the action server log the whole conversation, so none leaves.
        """
        try:
            response, buttons = self._answer(tracker)
        except Exception as error:
            logger.error("Gissningarna kunde inte visas: %s.", type(error).__name__)
            response, buttons = "utter_nlu_fallback", []
        dispatcher.utter_message(response=response, buttons=buttons)
        return []

    def _answer(self, tracker: Tracker) -> tuple[str, list[Button]]:
        """The response, and buttons besides its own."""
        titled = self._buttons()
        payloads = dict.fromkeys(payload for payload in payloads_of(tracker.latest_message) if payload in titled)
        if was_not_understood_before(tracker):
            return "utter_not_understood_twice", [titled[payload] for payload in payloads if payload in DANGER_PAYLOADS]
        guesses = [titled[payload] for payload in payloads if payload != SOMETHING_ELSE][:MOST_GUESSES]
        return ("utter_ask_back", [*guesses, titled[SOMETHING_ELSE]]) if guesses else ("utter_nlu_fallback", [])

    def _buttons(self) -> dict[str, Button]:
        """The buttons of `utter_guesses` by payload, filled with facts."""
        response = fill_response(texts().responses["utter_guesses"][-1], text_values(self._facts.current()))
        return {button["payload"]: button for button in response["buttons"]}


def payloads_of(message: dict[str, Any]) -> Iterator[str]:
    """What pressing a button would send for each likely guess of a message: danger first, then the likeliest."""
    milieus = [entity["value"] for entity in message.get("entities", []) if entity["entity"] == "milieu"]
    for guess in sorted(message.get("intent_ranking", []), key=lambda guess: guess["name"] not in DANGER_INTENTS):
        if guess["confidence"] >= (LIKELY_DANGER if guess["name"] in DANGER_INTENTS else LIKELY):
            if guess["name"] == "ask_milieu" and milieus:
                yield f'/ask_milieu{{"milieu": "{milieus[0]}"}}'
            else:
                yield "/ask_milieus" if guess["name"] == "ask_milieu" else f"/{guess['name']}"


def was_not_understood_before(tracker: Tracker) -> bool:
    """Whether the resident's message before the latest one was not understood either."""
    intents = [event["parse_data"]["intent"]["name"] for event in tracker.events if event["event"] == "user"]
    return intents[-2:-1] == [FALLBACK_INTENT]
