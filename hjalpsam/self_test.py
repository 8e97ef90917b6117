"""A short conversation with a model, before it counts as working: a damaged one may load and know nothing."""

import logging

from rasa.core.agent import Agent

from hjalpsam.cases import Case, ChannelTalk, run
from hjalpsam.channels.chat import ChatInput, spoken

logger = logging.getLogger(__name__)

GREETING, QUESTION = "hej", "är telefonen öppen nu?"


async def holds_a_conversation(agent: Agent) -> bool:
    """Whether the agent understands and answers a greeting and the commonest question; it is forgotten afterwards."""
    no_answer = [spoken("utter_unavailable", "")["text"]]
    turns = [
        {"says": GREETING, "intent": "greet", "never": no_answer},
        {"says": QUESTION, "intent": "ask_helpline_hours", "never": no_answer},
    ]
    talk = ChannelTalk(ChatInput(), agent, agent.handle_message)
    try:
        outcome = await run(Case.parse_obj({"name": "Svarar modellen?", "turns": turns}), talk)
    except Exception as error:
        logger.error("Modellen kan inte hålla ett samtal: %s.", type(error).__name__)
        return False
    finally:
        await talk.end()
    for turn in outcome.turns:
        for fault in turn.faults:
            logger.error("Modellen klarar inte «%s»: %s.", turn.said, fault)
    return outcome.passed
