"""What the assistant says: Rasa's responses, filled with the facts of this moment.

Named in endpoints.yml. A changed fact shows in the next answer, without training.
"""

import logging
import uuid
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from hjalpsam.content.intents import ALARM, DANGER_INTENTS, FOUND
from hjalpsam.content.texts import fill_response, language_of_variation, placeholders
from hjalpsam.hours.clock import Clock, local_instant, system_clock
from hjalpsam.hours.helpline import describe, helpline_status, text_values
from hjalpsam.storage.resources import facts_file, texts

logger = logging.getLogger(__name__)


class FactsNaturalLanguageGenerator(TemplatedNaturalLanguageGenerator):
    """Chooses variations as Rasa does (conditions on slots) and fills them from facts.yml.

    Only facts, whether the helpline is open (`{helpline_status}`) and what an action passes on
    are filled in, never a slot: what a resident wrote is not repeated.
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain, clock: Clock = system_clock) -> None:
        """Made by Rasa from endpoints.yml; the clock is given by tests."""
        super().__init__(domain.responses)
        self._facts = facts_file()
        self._clock = clock

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """A filled response with an `id` of its own and its language as `lang`, or None.

        An exception here would give the resident silence, so it ends in the log by name of the
        response (never with what was typed), and the channel says that something is wrong.
        """
        try:
            message = tracker.latest_message
            pretended = message.metadata.get("now") if message and message.metadata else None
            response: dict[str, Any] | None = await super().generate(
                utter_action, tracker, output_channel, **kwargs, pretended=pretended
            )
            if response and (care := care_for(tracker)):
                response["text"] = self._with_care(response["text"], care, response["lang"])
            if response and (alarm := alarm_of(tracker)):
                response["text"] = self._with_alarm(response["text"], alarm, response["lang"])
            return response
        except Exception as error:
            logger.error("Svaret %s kunde inte sägas: %s.", utter_action, type(error).__name__)
            return None

    def _fill_response(
        self, response: dict[str, Any], filled_slots: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        language = language_of_variation(response)
        pretended = kwargs.pop("pretended", None)
        passed_on = {name: value for name, value in kwargs.items() if isinstance(value, str)}
        values = {**text_values(self._facts.current(), language), **passed_on}
        if "helpline_status" in placeholders(response.get("text", "")):
            values |= self._status(values, language, pretended)
        return {**fill_response(response, values), "id": uuid.uuid4().hex, "lang": language}

    def _with_care(self, text: str, care: str, language: str) -> str:
        """The text after a line that says whom to reach; as it is where 112 stands in its first line already."""
        values = text_values(self._facts.current(), language)
        if values["emergency_number"] in text.partition("\n")[0]:
            return text
        return f"{texts().say(care, values, language)}\n{text}"

    def _with_alarm(self, text: str, alarm: str, language: str) -> str:
        """The text, and a last line that says whom to call, where the text does not."""
        values = text_values(self._facts.current(), language)
        if values["emergency_number"] in text:
            return text
        return f"{text}\n{texts().say(f'utter_still_{alarm}', values, language)}"

    def _status(self, values: dict[str, str], language: str, pretended: str | None) -> dict[str, str]:
        """`{helpline_status}`; nothing when it cannot be computed, and its line is left out."""
        helpline = self._facts.current().helpline
        try:
            now = local_instant(pretended, helpline.zone) if pretended else self._clock()
            response, more = describe(helpline_status(helpline, now), helpline.country, language)
            return {"helpline_status": texts().say(response, {**values, **more}, language)}
        except Exception as error:
            logger.error("Öppettiderna kunde inte räknas ut: %s.", type(error).__name__)
            return {}


def alarm_of(tracker: DialogueStateTracker) -> str | None:
    """What an alarm that is not over was about, for the first message of an answer."""
    said = next((event for event in reversed(tracker.events) if isinstance(event, (BotUttered, UserUttered))), None)
    alarm = tracker.get_slot(ALARM)
    return str(alarm) if alarm in DANGER_INTENTS and isinstance(said, UserUttered) else None


def care_for(tracker: DialogueStateTracker) -> str | None:
    """The response whose line goes in front of the first message of an answer, where danger is possible.

    Once in a conversation for each kind of danger, and again when it has become twice as likely.
    """
    said_before: dict[str, float] = {}
    due: str | None = None
    for event in tracker.events:
        if isinstance(event, BotUttered):
            due = None
        elif isinstance(event, UserUttered):
            due = None
            for hint in event.entities:
                if hint["entity"] == FOUND and hint["confidence"] >= 2 * said_before.get(hint["role"], 0.0):
                    due, said_before[hint["role"]] = hint["role"], hint["confidence"]
    return f"utter_hint_{due}" if due else None
