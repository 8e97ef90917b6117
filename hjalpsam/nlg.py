"""What the assistant says: Rasa's responses, filled with the facts of this moment.

Named in endpoints.yml. A changed fact shows in the next answer, without training.
"""

import logging
import uuid
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from hjalpsam.helpline import text_values
from hjalpsam.resources import facts_file
from hjalpsam.texts import fill_response

logger = logging.getLogger(__name__)


class FactsNaturalLanguageGenerator(TemplatedNaturalLanguageGenerator):
    """Chooses variations as Rasa does (conditions on slots) and fills them from facts.yml.

    Only facts and what an action passes on are filled in, never a slot: what a resident wrote
    is not repeated.
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        """Made by Rasa from endpoints.yml."""
        super().__init__(domain.responses)
        self._facts = facts_file()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """A filled response with an `id` of its own, or None.

        An exception here would give the resident silence, so it ends in the log by name of the
        response (never with what was typed), and the channel says that something is wrong.
        """
        try:
            response: dict[str, Any] | None = await super().generate(utter_action, tracker, output_channel, **kwargs)
            return response
        except Exception as error:
            logger.error("Svaret %s kunde inte sägas: %s.", utter_action, type(error).__name__)
            return None

    def _fill_response(
        self, response: dict[str, Any], filled_slots: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        passed_on = {name: value for name, value in kwargs.items() if isinstance(value, str)}
        values = {**text_values(self._facts.current()), **passed_on}
        return {**fill_response(response, values), "id": uuid.uuid4().hex}
