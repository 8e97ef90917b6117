"""Takes up a new model without anybody waiting for it.

Rasa 3.6 fetches a new model by itself (endpoints.yml, `models:`), but reads it in the server's
loop: for five seconds nobody would be answered. Here it is read in a thread, and conversations go
on with the old model until the new one is whole. tests/engine/test_model_loading.py fails when Rasa changes.
"""

import asyncio
import logging
from pathlib import Path

import rasa.core.agent
from rasa.core.agent import Agent
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)

_refused: set[tuple[str, int]] = set()  # models that could not be read, by name and size: each is tried once


async def update_model(model_server: EndpointConfig, agent: Agent) -> None:
    """Fetch the live model if it is another than the agent's; one that cannot be read changes nothing."""
    had_one, tried = agent.is_ready(), None
    with TempDirectoryPath(get_temp_dir_name()) as folder:
        try:
            fetched = await rasa.core.agent._pull_model_and_fingerprint(model_server, agent.fingerprint, folder)
            if not fetched:
                return
            tried = fetched, sum(file.stat().st_size for file in Path(folder).iterdir())
            if tried in _refused:
                return
            load = rasa.core.agent._load_and_set_updated_model
            await asyncio.get_running_loop().run_in_executor(None, load, agent, folder, fetched)
            if had_one:  # at the start it goes without saying
                logger.warning("Modellen %s är i gång.", fetched)
        except Exception as error:
            if tried:
                _refused.add(tried)
            logger.error("Modellen kunde inte läsas, den förra gäller fortfarande: %s.", type(error).__name__)


def prepare_models() -> None:
    """Let Rasa use the function above."""
    rasa.core.agent._update_model_from_server = update_model
