"""A conversation over HTTP: what residents' and staff's channels have in common.

    POST session   -> 201 {"sender", "messages"}
    POST webhook   {"sender", "message"} -> 200 [messages]

A request is checked (who, how long, how often), cleaned and masked here; only then does Rasa
see it. A reply is never empty: whatever fails, a text with the helpline's number and 112 comes.
"""

import json as json_module
import logging
import os
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import InputChannel, UserMessage
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from hjalpsam.channels.addresses import PROXIES, Addresses
from hjalpsam.channels.errors import MAX_CHARACTERS, ChatError, any_error, chat_error
from hjalpsam.channels.framing import guard
from hjalpsam.channels.limits import RateLimit
from hjalpsam.channels.sessions import Sessions, installation_secret
from hjalpsam.content.intents import OPENING
from hjalpsam.content.written import visible
from hjalpsam.conversation.replies import Replies
from hjalpsam.conversation.turn import Body, OnNewMessage, Turns, as_typed
from hjalpsam.storage.notices import Notice
from hjalpsam.storage.resources import texts

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024  # bytes; a message of MAX_CHARACTERS in JSON escapes is 12 kB
MAX_REQUEST = 1024 * 1024  # bytes; Sanic has one limit for all channels, and staff send whole suites
MAX_TURNS = 200  # a turn costs time in proportion to those before it


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
        self._sessions = Sessions(installation_secret(), self.name())
        self._message_limit = RateLimit(messages_per_minute)
        self._address_limit = RateLimit(address_messages_per_minute)
        self._session_limit = RateLimit(sessions_per_minute)
        self._proxies = proxies
        self.addresses = Addresses(proxies)
        self.turns = Turns(self.name(), self.pause, self.after_turn)

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
            messages = await self.turns.answer(agent, on_new_message, opening, address)
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
            return json(await self.turns.answer(agent, on_new_message, message, address), ensure_ascii=False)

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
        if not isinstance(sender, str) or self.turns.is_deleted(sender) or not self._sessions.valid(sender):
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
        """Delete a conversation for good."""
        await self.turns.delete(agent, sender)


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
