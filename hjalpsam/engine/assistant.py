"""The whole assistant in this process, actions and all, without servers or ports.

For the terminal chat, for tests of conversations and for evaluation.
"""

import logging
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor

from hjalpsam.engine.action_results import prepare_actions
from hjalpsam.storage.resources import speak_for


class ActionsInProcess(EndpointConfig):
    """Rasa's action endpoint, answered by the same executor the action server uses."""

    def __init__(self) -> None:
        """Registers the actions of the package `actions`."""
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *_: Any, json: dict[str, Any], **__: Any) -> Any:
        """Run the action that Rasa asks for."""
        return await self._executor.run(json)


async def load_assistant(model: Path) -> Agent:
    """An agent with facts, texts and actions, for a trained model."""
    speak_for(model)
    configure_structlog(logging.WARNING)  # as it is from the start it prints what is typed
    prepare_actions()
    endpoints = AvailableEndpoints(
        action=ActionsInProcess(), nlg=EndpointConfig(type="hjalpsam.engine.nlg.FactsNaturalLanguageGenerator")
    )
    return await load_agent(model_path=str(model), endpoints=endpoints)
