"""One turn of a conversation: what was typed goes to Rasa, and something useful comes back, whatever happens."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX, UTTER_PREFIX
from rasa.shared.core.constants import DEFAULT_ACTION_NAMES
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.content.intents import ALSO
from hjalpsam.content.languages import ENGLISH, SWEDISH, answered_in
from hjalpsam.content.written import BLANK
from hjalpsam.conversation.queues import Queues
from hjalpsam.conversation.replies import reply
from hjalpsam.conversation.retention import forget
from hjalpsam.hours.at_time import when_in_words
from hjalpsam.hours.clock import real_instant, system_clock
from hjalpsam.hours.helpline import text_values
from hjalpsam.hours.times import AskedTime
from hjalpsam.nlu.offers import offered, typed_button
from hjalpsam.storage.notices import Notice
from hjalpsam.storage.privacy import mask
from hjalpsam.storage.resources import facts_file, texts

logger = logging.getLogger(__name__)

TURN_TIMEOUT = 10.0  # seconds until a resident gets an answer without Rasa
EVENTS_OF_TURN = 60  # at most, with a second question; as a rule 10
MAX_DELETED = 10_000  # ids remembered as deleted

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
Body = dict[str, Any]


class Turns:
    """Answers the messages of one channel."""

    def __init__(
        self,
        channel: str,
        pause: Callable[[], Notice | None] = lambda: None,
        after_turn: Callable[[DialogueStateTracker | None], None] = lambda _: None,
    ) -> None:
        """`channel`: its name in Rasa's tracker.

        `pause`: the pause that holds now, in which nobody is let in to Rasa. `after_turn`: called when a turn has been
        answered (None: it could not be).
        """
        self._channel, self._pause, self._after_turn = channel, pause, after_turn
        self._queues = Queues()
        self._deleted: OrderedDict[str, None] = OrderedDict()

    async def delete(self, agent: Agent, sender: str) -> None:
        """Delete a conversation for good, even if a message of it is still waiting for its turn."""
        self._deleted[sender] = None
        while len(self._deleted) > MAX_DELETED:
            self._deleted.popitem(last=False)
        await forget(agent, sender)

    def is_deleted(self, sender: str) -> bool:
        """Whether a conversation has been deleted, even if a turn of it is still going on."""
        return sender in self._deleted

    async def answer(
        self, agent: Agent | None, on_new_message: OnNewMessage, message: UserMessage, address: str = ""
    ) -> list[Body]:
        """Let Rasa answer, and see to it that something useful is said whatever happens.

        Messages of one address wait for each other, and not all others for them.
        """
        if pause := self._pause():
            return [paused(pause, message.sender_id, language) for language in (SWEDISH, ENGLISH)]
        message.input_channel = self._channel
        failed = False
        try:
            await asyncio.wait_for(self._say(agent, on_new_message, message, address), TURN_TIMEOUT)
        except Exception as error:
            # by kind only: an exception's text may hold what was typed
            logger.error("Ett samtal kunde inte besvaras: %s.", type(error).__name__)
            failed = True
        if agent is not None and message.sender_id in self._deleted:
            await forget(agent, message.sender_id)  # this turn had begun before the deletion
        messages: list[Body] = message.output_channel.messages
        if failed or not messages:
            self._after_turn(None)
            return [*messages, spoken("utter_unavailable", message.sender_id)]
        return messages

    async def _say(self, agent: Agent | None, on_new_message: OnNewMessage, message: UserMessage, address: str) -> None:
        """Put a message to Rasa, and then what else was asked in it, once, as if its button had been pressed."""
        async with self._queues.turn_of(address or message.sender_id):
            await on_new_message(message)
            tracker = await agent.tracker_store.retrieve(message.sender_id) if agent else None
            self._check(tracker, message)
            if payload := also_asked(tracker):
                also = UserMessage(
                    payload,
                    message.output_channel,
                    message.sender_id,
                    input_channel=message.input_channel,
                    metadata=message.metadata,
                )
                await on_new_message(also)
                self._check(await agent.tracker_store.retrieve(message.sender_id) if agent else None, also)

    def _check(self, tracker: DialogueStateTracker | None, message: UserMessage) -> None:
        """Count what was answered, and make good for an action that failed."""
        if not message.output_channel.messages and not also_asked(tracker):
            return
        self._after_turn(tracker)
        for action in silent_actions(tracker):
            logger.error("Åtgärden %s misslyckades: är åtgärdsservern i gång?", action)
            language = answered_in(tracker.get_slot("language") if tracker else None)
            message.output_channel.messages.append(spoken("utter_status_unavailable", message.sender_id, language))


def spoken(response: str, sender: str, language: str = SWEDISH) -> Body:
    """A response of domain.yml said without Rasa."""
    text = texts().say(response, text_values(facts_file().current(), language), language)
    return reply(sender, text, language=language)


def paused(pause: Notice, sender: str, language: str) -> Body:
    """What is said instead of an answer while the chat is paused: until when, and whom to call."""
    facts = facts_file().current()
    now, ends = (real_instant(moment, facts.helpline.zone) for moment in (system_clock(), pause.ends))
    until = when_in_words(AskedTime(ends, ends, "minute"), now, language)
    values = {**text_values(facts, language), "until": until[0].lower() + until[1:]}
    return reply(sender, texts().say("utter_paused", values, language), language=language)


def also_asked(tracker: DialogueStateTracker | None) -> str | None:
    """The payload of what else the latest message asked, or what an action found that it meant."""
    for event in reversed(tracker.events if tracker else []):
        if isinstance(event, SlotSet) and event.key == ALSO and event.value:
            return str(event.value)
        if isinstance(event, UserUttered):
            return next((str(found["value"]) for found in event.entities if found["entity"] == ALSO), None)
    return None


def as_typed(message: str, tracker: DialogueStateTracker | None) -> str:
    """What Rasa gets: the payload of a button that was pressed or typed, or text that is no command, masked.

    Rasa takes any text that begins with "/" for an intent; typed by hand it is only text.
    """
    if message in offered_payloads(tracker):
        return message
    if payload := typed_button(message, offered(latest_events(tracker))):
        return payload
    text = message.lstrip(INTENT_MESSAGE_PREFIX + " \u200d") or BLANK
    return mask(text, keep=facts_file().current().phone_numbers())


def latest_events(tracker: DialogueStateTracker | None) -> list[dict[str, Any]]:
    """The latest events of a conversation, enough for its latest turn, as Rasa writes them."""
    return [event.as_dict() for event in list(tracker.events)[-EVENTS_OF_TURN:]] if tracker else []


def offered_payloads(tracker: DialogueStateTracker | None) -> set[str]:
    """The payloads of all buttons shown in a conversation."""
    if tracker is None:
        return set()
    return {
        button["payload"]
        for event in tracker.events
        if isinstance(event, BotUttered)
        for button in event.data.get("buttons") or []
    }


def silent_actions(tracker: DialogueStateTracker | None) -> list[str]:
    """Custom actions of the last turn that failed.

    Rasa logs a failed action as executed; but each of ours says something when it succeeds, so
    one that is followed by no message has failed.
    """
    silent: list[str] = []
    spoke = False
    for event in reversed(tracker.events if tracker else []):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            spoke = True
        elif isinstance(event, ActionExecuted):
            name = event.action_name or ""
            is_custom = not name.startswith(UTTER_PREFIX) and name not in DEFAULT_ACTION_NAMES
            if is_custom and not spoke:
                silent.append(name)
            spoke = False
        elif isinstance(event, SlotSet) and event.key == ALSO:
            spoke = True  # it has found what to ask next
    return silent
