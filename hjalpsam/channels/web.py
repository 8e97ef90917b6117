"""The residents' channel: `POST /webhooks/web/…`, and the page on which they meet it."""

import asyncio
import datetime
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from hjalpsam.channels.chat import ChatInput, read_body
from hjalpsam.channels.errors import ChatError, any_error
from hjalpsam.channels.helpline_now import helpline_now
from hjalpsam.channels.page import serve_page
from hjalpsam.channels.sessions import installation_secret
from hjalpsam.conversation.retention import keep_forgetting, storage
from hjalpsam.conversation.self_test import SelfTest
from hjalpsam.conversation.turn import OnNewMessage
from hjalpsam.engine.action_results import prepare_actions
from hjalpsam.engine.model_loading import prepare_models
from hjalpsam.hours.clock import system_clock
from hjalpsam.storage.notices import PAUSE, Notice, current
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.review import Item, conversation_key, rated_down, shared_inbox, to_review
from hjalpsam.storage.statistics import Kind, kinds_of_turn, shared_statistics

logger = logging.getLogger(__name__)

REASONS = ("wrong", "unclear", "unanswered")  # why an answer did not help, in the element's words
MOST_RATED = 2_000  # messages and reasons remembered as counted
COUNT_AFTER = 1.0  # seconds
TRY_AGAIN_AFTER = 60.0
ACTION_SERVER_TIMEOUT = aiohttp.ClientTimeout(total=1)  # seconds


class WebInput(ChatInput):
    """Chat, feedback, deletion, the helpline's status and the health of the assistant."""

    def __init__(self, idle_minutes: float = 30, **options: Any) -> None:
        """`idle_minutes`: after so long without a message a conversation is deleted."""
        super().__init__(**options)
        self._idle_minutes = idle_minutes
        self._to_count: list[tuple[datetime.datetime, set[Kind]]] = []
        self._to_review: list[Item] = []
        self._to_forget: set[str] = set()  # conversations, by what stands for them in the inbox
        self._writing = ThreadPoolExecutor(max_workers=1)
        self._rated: deque[tuple[str, str]] = deque(maxlen=MOST_RATED)
        prepare_actions()
        prepare_models()

    @classmethod
    def name(cls) -> str:
        """The name in the address and in Rasa's tracker."""
        return "web"

    def about_session(self) -> dict[str, Any]:
        """How long a conversation may rest, so that the page can say that it is gone."""
        return {"idle_minutes": self._idle_minutes}

    def after_turn(self, tracker: DialogueStateTracker | None) -> None:
        """Count the turn, and keep its message for review where that is switched on."""
        try:
            turn = latest_turn(tracker) if tracker else []
            self._count(kinds_of_turn(turn) if tracker else {("outcome", "failed")})
            if tracker and facts_file().current().review_days and not self.turns.is_deleted(tracker.sender_id):
                self._keep(to_review(turn, self._key(tracker.sender_id), self._now().date()))
        except Exception as error:  # an answer is worth more than a count
            logger.error("En fråga kunde inte räknas: %s.", type(error).__name__)

    def pause(self) -> Notice | None:
        """The operator's (`hjalpsam pause`)."""
        return current(PAUSE)

    async def delete(self, agent: Agent, sender: str) -> None:
        """What is kept of it for review goes with the conversation; the database keeps nobody waiting."""
        await super().delete(agent, sender)
        key = self._key(sender)
        self._to_review = [item for item in self._to_review if item.conversation != key]
        self._write_later()
        self._to_forget.add(key)

    @staticmethod
    def _key(sender: str) -> str:
        return conversation_key(sender, installation_secret())

    @staticmethod
    def _now() -> datetime.datetime:
        return system_clock().astimezone(facts_file().current().helpline.zone)

    def _count(self, kinds: set[Kind]) -> None:
        """Count later and together with others: a turn does not pay for the database, nor fail with it."""
        self._write_later()
        self._to_count.append((self._now(), kinds))

    def _keep(self, item: Item | None) -> None:
        if item:
            self._write_later()
            self._to_review.append(item)

    def _write_later(self, seconds: float | None = None) -> None:
        if not (self._to_count or self._to_review or self._to_forget):
            asyncio.get_running_loop().call_later(COUNT_AFTER if seconds is None else seconds, self._write)

    def _write(self) -> None:
        """One after the other in one thread: what is to be forgotten comes after what was kept before."""
        turns, self._to_count = self._to_count, []
        items, self._to_review = self._to_review, []
        keys, self._to_forget = self._to_forget, set()

        def write() -> None:
            if turns:
                shared_statistics().count(turns)
            if items:
                shared_inbox().add(items)
            for key in keys:
                shared_inbox().forget(conversation=key)

        def done(writing: "asyncio.Future[None]") -> None:
            if error := writing.exception():
                logger.error("Statistiken kunde inte skrivas: %s.", type(error).__name__)
                if keys:  # what was promised is tried again
                    self._write_later(TRY_AGAIN_AFTER)
                    self._to_forget |= keys

        asyncio.get_running_loop().run_in_executor(self._writing, write).add_done_callback(done)

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes, see docs/api.md."""
        blueprint = super().blueprint(on_new_message)

        @blueprint.listener("before_server_start")
        async def around_the_chat(app: Any, _: Any) -> None:
            app.register_middleware(serve_page, "request")
            app.error_handler.add(Exception, any_error)

        @blueprint.listener("after_server_start")
        async def forget_conversations(app: Any, _: Any) -> None:
            storage(app.ctx.agent.tracker_store)  # an unsupported one stops the start
            app.ctx.forgetting = asyncio.create_task(keep_forgetting(app.ctx, self._idle_minutes))

        @blueprint.listener("before_server_stop")
        async def stop_forgetting(app: Any, _: Any) -> None:
            app.ctx.forgetting.cancel()
            if self._to_count or self._to_review or self._to_forget:
                self._write()

        @blueprint.post("/feedback")
        async def feedback(request: Request) -> HTTPResponse:
            body = read_body(request)
            sender, tracker = await self.conversation(request.app.ctx.agent, body)
            if body.get("value") not in ("up", "down"):
                raise ChatError(400, "utter_error_bad_request")
            response, kinds = said_in(tracker, body.get("message_id")), set()
            if body.get("reason") in REASONS and body["value"] == "down":  # other words are a resident's own
                kinds.add(("reason", body["reason"]))
            kinds.add(("feedback", f"{body['value']} {response}"))
            kinds = {kind for kind in kinds if (body["message_id"], kind[0]) not in self._rated}
            self._rated.extend((body["message_id"], what) for what, _ in kinds)  # a reason may come after the value
            self._count(kinds)
            if (
                body["value"] == "down"
                and kinds
                and not self.turns.is_deleted(sender)
                and facts_file().current().review_days
            ):
                events = [event.as_dict() for event in tracker.events] if tracker else []
                self._keep(rated_down(events, body["message_id"], self._key(sender), self._now().date()))
            return empty()

        @blueprint.get("/helpline")
        async def helpline(request: Request) -> HTTPResponse:
            return json(helpline_now(), ensure_ascii=False, headers={"Cache-Control": "no-store"})

        @blueprint.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            model = name_of_model(agent)  # before: another one may be taken up while this one is tried
            problems = await self._problems(agent)
            serious = "model" in problems
            status = "unavailable" if serious else "degraded" if problems else "ok"
            answer = {"status": status, "problems": problems, "model": model}
            return json(answer, 503 if serious else 200, ensure_ascii=False)

        self._self_test = SelfTest()
        return blueprint

    async def _problems(self, agent: Agent | None) -> dict[str, str]:
        """What does not work, by part: model, facts, actions."""
        problems: dict[str, str] = {}
        if agent is None or not agent.is_ready() or not await self._self_test.passes(agent):
            problems["model"] = "Det finns ingen modell som kan svara. Gå tillbaka med hjalpsam rollback."
        facts_file().current()  # looks whether it has changed
        if facts_file().problem:
            problems["facts"] = "facts.yml är fel, de tidigare uppgifterna gäller. Loggen säger vad som är fel och var."
        if agent is not None and agent.action_endpoint is not None:
            try:
                url = agent.action_endpoint.url.replace("/webhook", "/health")
                async with aiohttp.ClientSession(timeout=ACTION_SERVER_TIMEOUT) as session, session.get(url) as answer:
                    answer.raise_for_status()
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                problems["actions"] = "Åtgärdsservern svarar inte. Nummer och tider visas, men inte om det är öppet."
        return problems


def name_of_model(agent: Agent | None) -> str | None:
    """The file of the model that answers; None while there is none."""
    return agent.processor.model_filename if agent is not None and agent.is_ready() else None


def latest_turn(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """The events since the resident's latest message, as Rasa stores them."""
    events: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        events.insert(0, event.as_dict())
        if isinstance(event, UserUttered):
            break
    return events


def said_in(tracker: DialogueStateTracker | None, message_id: object) -> str:
    """The response that a message of the conversation was.

    Raises:
        ChatError: 400 when the conversation has no such message.
    """
    for event in tracker.events if tracker else []:
        if isinstance(event, BotUttered) and event.metadata.get("id") == message_id and message_id:
            return str(event.metadata.get("utter_action", "okänt svar"))
    raise ChatError(400, "utter_error_bad_request")
