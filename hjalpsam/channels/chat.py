"""A conversation over HTTP: what residents' and staff's channels have in common.

    POST session   -> 201 {"sender", "messages"}
    POST webhook   {"sender", "message"} -> 200 [messages]

A request is checked (who, how long, how often), cleaned and masked here; only then does Rasa
see it. A reply is never empty: whatever fails, a text with the helpline's number and 112 comes.
"""

import asyncio
import json as json_module
import logging
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import InputChannel, UserMessage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX, UTTER_PREFIX
from rasa.shared.core.constants import DEFAULT_ACTION_NAMES
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from hjalpsam.at_time import when_in_words
from hjalpsam.channels.addresses import PROXIES, Addresses
from hjalpsam.channels.errors import MAX_CHARACTERS, ChatError, any_error, chat_error
from hjalpsam.channels.framing import guard
from hjalpsam.channels.limits import Queues, RateLimit
from hjalpsam.channels.replies import Replies, reply
from hjalpsam.channels.sessions import Sessions, installation_secret
from hjalpsam.clock import real_instant, system_clock
from hjalpsam.helpline import text_values
from hjalpsam.languages import ENGLISH, SWEDISH, answered_in
from hjalpsam.nlu.intents import ALSO, OPENING
from hjalpsam.nlu.normaliser import BLANK, visible
from hjalpsam.notices import Notice
from hjalpsam.offers import offered, typed_button
from hjalpsam.privacy import mask
from hjalpsam.resources import facts_file, texts
from hjalpsam.retention import forget
from hjalpsam.times import AskedTime

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024  # bytes; a message of MAX_CHARACTERS in JSON escapes is 12 kB
MAX_REQUEST = 1024 * 1024  # bytes; Sanic has one limit for all channels, and staff send whole suites
TURN_TIMEOUT = 10.0  # seconds until a resident gets an answer without Rasa
MAX_TURNS = 200  # a turn costs time in proportion to those before it
EVENTS_OF_TURN = 60  # at most, with a second question; as a rule 10
MAX_DELETED = 10_000  # ids remembered as deleted

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
Body = dict[str, Any]


class ChatInput(InputChannel):
    """Base of the channels; a subclass has a name and decides who may use it."""

    def __init__(
        self,
        messages_per_minute: int = 30,
        address_messages_per_minute: int = 600,
        sessions_per_minute: int = 60,
        proxies: int = 0,
    ) -> None:
        """Options of credentials.yml; see there."""
        texts()  # what must be said when all else fails is read while the file is known to be good
        self._deleted: OrderedDict[str, None] = OrderedDict()
        self._sessions = Sessions(installation_secret(), self.name())
        self._message_limit = RateLimit(messages_per_minute)
        self._address_limit = RateLimit(address_messages_per_minute)
        self._session_limit = RateLimit(sessions_per_minute)
        self._queues = Queues()
        self._proxies = proxies
        self.addresses = Addresses(proxies)

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "ChatInput":
        """Made by Rasa from credentials.yml; the environment may say how many proxies there are.

        Raises:
            RasaException: for an unknown option or a value that is no number, in Swedish.
        """
        options = dict(credentials or {})
        if proxies := os.environ.get(PROXIES):
            options["proxies"] = int(proxies)  # seen to be a number by hjalpsam/operations/settings.py
        for name, value in options.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
                raise RasaException(
                    f"credentials.yml: {cls.name()}: {name}: {value!r} ska vara ett tal, till exempel 30."
                )
        try:
            return cls(**options)
        except TypeError:
            raise RasaException(f"credentials.yml: {cls.name()}: okänt val bland {', '.join(options)}.") from None

    def authorise(self, request: Request) -> str:
        """Who asks; raises ChatError for those who may not use this channel. Here everybody may, without a name."""
        return ""

    def metadata_of(self, body: Body) -> dict[str, Any]:
        """What of the request's metadata goes with the message; here nothing."""
        return {}

    def about_session(self) -> Body:
        """What else a new conversation is told; here nothing."""
        return {}

    def pause(self) -> Notice | None:
        """The pause that holds now; nobody is let in to Rasa then. Here there is none."""
        return None

    def after_turn(self, tracker: DialogueStateTracker | None) -> None:
        """Called when a turn has been answered (None: it could not be); here nothing is done."""

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes; Rasa puts them under /webhooks/<name>/."""
        blueprint = Blueprint(f"hjalpsam_{self.name()}")
        guard(blueprint)
        blueprint.exception(ChatError)(chat_error)
        blueprint.exception(Exception)(any_error)

        @blueprint.listener("before_server_start")
        async def configure(app: Any, _: Any) -> None:
            app.config.REQUEST_MAX_SIZE = MAX_REQUEST
            if self._proxies:
                app.config.PROXIES_COUNT = self._proxies

        @blueprint.post("/session")
        async def session(request: Request) -> HTTPResponse:
            self.authorise(request)
            body = read_body(request)
            address = self.addresses.of(request)
            if not self._session_limit.allow(address):
                raise ChatError(429, "utter_error_too_many")
            sender, agent = self.new_sender(), request.app.ctx.agent
            opening = UserMessage(OPENING, Replies(), sender, metadata=self.metadata_of(body))
            if agent is not None and agent.is_ready():
                # there from the start, so that a failed first turn does not make the sender unknown
                await agent.tracker_store.get_or_create_tracker(sender, append_action_listen=False)
            messages = await self.turn(agent, on_new_message, opening, address)
            return json({"sender": sender, "messages": messages, **self.about_session()}, 201, ensure_ascii=False)

        @blueprint.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            self.authorise(request)
            body = read_body(request)
            agent, address = request.app.ctx.agent, self.addresses.of(request)
            if not (self._message_limit.allow(self._sender(body)) and self._address_limit.allow(address)):
                raise ChatError(429, "utter_error_too_many")
            text = read_message(body)
            sender, tracker = await self.conversation(agent, body)
            message = UserMessage(as_typed(text, tracker), Replies(), sender, metadata=self.metadata_of(body))
            return json(await self.turn(agent, on_new_message, message, address), ensure_ascii=False)

        @blueprint.delete("/session", ignore_body=False)
        async def delete_session(request: Request) -> HTTPResponse:
            self.authorise(request)
            sender, tracker = await self.conversation(request.app.ctx.agent, read_body(request))
            if tracker is not None:
                await self.delete(request.app.ctx.agent, sender)
            return empty()

        return blueprint

    def new_sender(self) -> str:
        """An id for a new conversation."""
        return self._sessions.new()

    def _sender(self, body: Body) -> str:
        """The sender of a request.

        Raises:
            ChatError: 401 when we did not give out the id, or its conversation was deleted.
        """
        sender = body.get("sender")
        if not isinstance(sender, str) or sender in self._deleted or not self._sessions.valid(sender):
            raise ChatError(401, "utter_error_session")
        return sender

    async def conversation(self, agent: Agent | None, body: Body) -> tuple[str, DialogueStateTracker | None]:
        """The sender of a request and its conversation (None only while there is no model).

        Raises:
            ChatError: 401 when the sender is unknown, or the conversation forgotten or over.
        """
        sender = self._sender(body)
        if agent is None or not agent.is_ready():
            return sender, None
        tracker = await agent.tracker_store.retrieve(sender)
        if tracker is None:
            raise ChatError(401, "utter_error_session")
        if sum(isinstance(event, UserUttered) for event in tracker.events) > MAX_TURNS:
            await self.delete(agent, sender)
            raise ChatError(401, "utter_error_session")
        return sender, tracker

    async def delete(self, agent: Agent, sender: str) -> None:
        """Delete a conversation for good, even if a message of it is still waiting for its turn."""
        self._deleted[sender] = None
        while len(self._deleted) > MAX_DELETED:
            self._deleted.popitem(last=False)
        await forget(agent, sender)

    def is_deleted(self, sender: str) -> bool:
        """Whether a conversation has been deleted, even if a turn of it is still going on."""
        return sender in self._deleted

    async def turn(
        self, agent: Agent | None, on_new_message: OnNewMessage, message: UserMessage, address: str = ""
    ) -> list[Body]:
        """Let Rasa answer, and see to it that something useful is said whatever happens.

        Messages of one address wait for each other, and not all others for them.
        """
        if pause := self.pause():
            return [paused(pause, message.sender_id, language) for language in (SWEDISH, ENGLISH)]
        message.input_channel = self.name()
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
            self.after_turn(None)
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
        self.after_turn(tracker)
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


def read_body(request: Request, limit: int = MAX_BODY) -> Body:
    """The JSON object of a request of at most `limit` bytes, whatever its content type; {} for an empty body.

    Raises:
        ChatError: 400 when it is none, 413 when it is far too long.
    """
    if len(request.body) > limit:
        raise ChatError(413, "utter_error_too_long", limit=str(MAX_CHARACTERS))
    try:
        body = json_module.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise ChatError(400, "utter_error_bad_request") from None
    if not isinstance(body, dict):
        raise ChatError(400, "utter_error_bad_request")
    return body


def read_message(body: Body) -> str:
    """The message as one sees it (no control or zero-width characters).

    Raises:
        ChatError: 400 when it is missing or blank, 413 when it is over `MAX_CHARACTERS`.
    """
    message = body.get("message", "")
    if not isinstance(message, str):
        raise ChatError(400, "utter_error_bad_request")
    if len(message) > MAX_CHARACTERS:
        raise ChatError(413, "utter_error_too_long", limit=str(MAX_CHARACTERS))
    message = visible(message)
    if not message:
        raise ChatError(400, "utter_error_empty")
    return message


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
