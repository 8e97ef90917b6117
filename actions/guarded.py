"""What actions have in common that read the conversation: a failure of theirs never tells what stands in it."""

import logging
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

logger = logging.getLogger(__name__)

Event = dict[str, Any]


class Guarded:
    """Mixin in front of Action. (No Action itself: rasa_sdk would register it.)

    An exception would make the action server log the whole conversation, so none leaves `run`.
    """

    otherwise: str  # the response that is uttered when it fails

    def name(self) -> str:
        """The name in domain.yml."""
        raise NotImplementedError

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """What the action does."""
        raise NotImplementedError

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """What `act` does; if that fails, utters `otherwise`."""
        try:
            return self.act(dispatcher, tracker)
        except Exception as error:
            logger.error("%s misslyckades: %s.", self.name(), type(error).__name__)
            dispatcher.utter_message(response=self.otherwise)
            return []
