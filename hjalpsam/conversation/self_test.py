"""A short conversation with a model, before it counts as working: a damaged one may load and know nothing."""

import asyncio
import logging
import time

from rasa.core.agent import Agent

from hjalpsam.conversation.cases import Case, ChannelTalk, run
from hjalpsam.conversation.turn import Turns, spoken

logger = logging.getLogger(__name__)

GREETING, QUESTION = "hej", "är telefonen öppen nu?"
TRY_AGAIN_AFTER = 5.0  # seconds: it may have been the machine that was busy


class SelfTest:
    """Tries each model once, whoever asks and however often; one that failed is tried again after a while."""

    def __init__(self) -> None:
        """Nothing has been tried yet."""
        self._model = ""
        self._began = 0.0
        self._trial: asyncio.Task[bool] | None = None

    async def passes(self, agent: Agent) -> bool:
        """Whether the agent's model holds a conversation."""
        if self._trial is None or self._model != agent.model_id or self._has_failed_long_ago(self._trial):
            self._model, self._began = str(agent.model_id), time.monotonic()
            self._trial = asyncio.ensure_future(holds_a_conversation(agent))
        return await asyncio.shield(self._trial)  # it goes on when the one who asks does not wait for it

    def _has_failed_long_ago(self, trial: "asyncio.Task[bool]") -> bool:
        return trial.done() and not trial.result() and time.monotonic() > self._began + TRY_AGAIN_AFTER


async def holds_a_conversation(agent: Agent) -> bool:
    """Whether the agent understands and answers a greeting and the commonest question; it is forgotten afterwards."""
    no_answer = [spoken("utter_unavailable", "")["text"]]
    turns = [
        {"says": GREETING, "intent": "greet", "never": no_answer},
        {"says": QUESTION, "intent": "ask_helpline_hours", "never": no_answer},
    ]
    try:
        talk = ChannelTalk(Turns("self_test"), agent, agent.handle_message)
        try:
            outcome = await run(Case.parse_obj({"name": "Svarar modellen?", "turns": turns}), talk)
        finally:
            await talk.end()
    except Exception as error:
        logger.error("Modellen kan inte hålla ett samtal: %s.", type(error).__name__)
        return False
    for turn in outcome.turns:
        for fault in turn.faults:
            logger.error("Modellen klarar inte «%s»: %s.", turn.said, fault)
    return outcome.passed
