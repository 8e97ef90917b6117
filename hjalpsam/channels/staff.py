"""The staff's channel: the same conversation, for trying the assistant and seeing why it answers as it does.

Off (404) until there is a password (`make password`) or HJALPSAM_STAFF_TOKEN. `metadata.now`, a
local time such as "2026-12-24T10:00", is what the clock says for that message.
"""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from hjalpsam.channels import staff_cases, staff_overview, staff_review
from hjalpsam.channels.chat import ChatInput, read_body
from hjalpsam.channels.errors import ChatError
from hjalpsam.channels.helpline_now import helpline_now
from hjalpsam.channels.limits import RateLimit
from hjalpsam.channels.sessions import installation_secret
from hjalpsam.channels.staff_page import serve_console
from hjalpsam.conversation.explanation import RECEIVED, Explained, intent_names, messages_of, thresholds, without_last
from hjalpsam.conversation.retention import replace
from hjalpsam.conversation.turn import Body, OnNewMessage
from hjalpsam.hours.clock import local_instant, system_clock
from hjalpsam.storage.access import LASTS, Access, AccessError
from hjalpsam.storage.resources import facts_file

logger = logging.getLogger(__name__)

ATTEMPTS = 5  # to log in, a minute from one address
ATTEMPTS_OF_ALL = 30  # … and from all: each costs a fifth of a second


class StaffInput(ChatInput):
    """Needs `Authorization: Bearer <…>`: one given out at login, or HJALPSAM_STAFF_TOKEN."""

    def __init__(self, **options: Any) -> None:
        """Reads from the environment who may come in.

        Raises:
            RasaException: when the password's hash cannot be read, in Swedish.
        """
        super().__init__(**options)
        try:
            self._access = Access.from_environment(installation_secret())
        except AccessError as error:
            raise RasaException(str(error)) from None
        self._checking = ThreadPoolExecutor(max_workers=1)  # each check takes 64 MB
        self._attempts, self._attempts_of_all = RateLimit(ATTEMPTS), RateLimit(ATTEMPTS_OF_ALL)

    @classmethod
    def name(cls) -> str:
        """The name in the address and in Rasa's tracker."""
        return "staff"

    def authorise(self, request: Request) -> str:
        """The name of who asks, which is logged with what they ask for, never with what they wrote.

        Raises:
            ChatError: 404 while the channel is off, 401 without a valid bearer.
        """
        if not self._access.is_on:
            raise ChatError(404, "utter_error_not_found")
        who = self._access.who(request.headers.get("authorization", ""))
        if who is None:
            raise ChatError(401, "utter_error_unauthorised")
        logger.warning("Personal: %s, %s %s", who, request.method, request.path)
        return who

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes, see docs/api.md."""
        blueprint = super().blueprint(on_new_message)
        staff_cases.add_routes(blueprint, self, on_new_message)
        staff_review.add_routes(blueprint, self)
        staff_overview.add_routes(blueprint, self)

        @blueprint.listener("before_server_start")
        async def around(app: Any, _: Any) -> None:
            app.register_middleware(partial(serve_console, is_on=self._access.is_on), "request")
            if not self._access.is_on:
                logger.warning(
                    "Personalens sidor (/staff/) är avstängda. Slå på dem med make password, "
                    "eller med HJALPSAM_STAFF_TOKEN för skript."
                )

        @blueprint.post("/login")
        async def login(request: Request) -> HTTPResponse:
            return json({"bearer": await self._log_in(request), "seconds": LASTS}, ensure_ascii=False)

        @blueprint.get("/about")
        async def about(request: Request) -> HTTPResponse:
            self.authorise(request)
            facts = facts_file().current()
            answer = {
                "intents": intent_names(facts),
                "thresholds": thresholds(request.app.ctx.agent),
                "facts_problem": facts_file().problem,
                "facts_old": facts.old(system_clock().date()),
                "review_days": facts.review_days,
            }
            return json(answer, ensure_ascii=False)

        @blueprint.get("/helpline")
        async def helpline(request: Request) -> HTTPResponse:
            self.authorise(request)
            now = self.metadata_of({"metadata": {"now": request.args.get("now")}}).get("now")
            zone = facts_file().current().helpline.zone
            return json(helpline_now(lambda: local_instant(now, zone) if now else system_clock()), ensure_ascii=False)

        @blueprint.post("/turns")
        async def turns(request: Request) -> HTTPResponse:
            self.authorise(request)
            agent = request.app.ctx.agent
            _, tracker = await self.conversation(agent, read_body(request))
            explained = Explained(agent, facts_file().current()).turns(tracker) if tracker else []
            return json({"turns": explained, "messages": messages_of(tracker) if tracker else []}, ensure_ascii=False)

        @blueprint.post("/back")
        async def back(request: Request) -> HTTPResponse:
            self.authorise(request)
            agent = request.app.ctx.agent
            sender, tracker = await self.conversation(agent, read_body(request))
            earlier = without_last(tracker) if tracker else None
            if earlier is None:
                raise ChatError(400, "utter_error_bad_request")
            await replace(agent, earlier)
            return json({"sender": sender, "messages": messages_of(earlier)}, ensure_ascii=False)

        return blueprint

    async def _log_in(self, request: Request) -> str:
        """A bearer for a password, or a new one for a bearer that is still valid."""
        if authorization := request.headers.get("authorization"):
            self.authorise(request)
            if renewed := self._access.renewed(authorization):
                return renewed
            raise ChatError(401, "utter_error_unauthorised")
        if not self._access.is_on:
            raise ChatError(404, "utter_error_not_found")
        body, address = read_body(request), self.addresses.of(request)
        password, name = body.get("password"), body.get("name", "")
        if not isinstance(password, str) or not isinstance(name, str):
            raise ChatError(400, "utter_error_bad_request")
        if not self._attempts.allow(address) or not self._attempts_of_all.allow("all"):
            logger.warning("Personal: för många inloggningsförsök, senast från %s", address)
            raise ChatError(429, "utter_error_too_many")
        check = partial(self._access.log_in, password, name)
        bearer = await asyncio.get_running_loop().run_in_executor(self._checking, check)
        if bearer is None:
            logger.warning("Personal: fel lösenord från %s", address)
            raise ChatError(401, "utter_error_unauthorised")
        logger.warning("Personal: %s loggade in från %s", self._access.who(f"Bearer {bearer}"), address)
        return bearer

    def metadata_of(self, body: Body) -> dict[str, Any]:
        """When the message came, and `now`, once it is seen to be a local time."""
        metadata = body.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise ChatError(400, "utter_error_bad_request")
        received = {RECEIVED: time.time()}
        now = metadata.get("now")
        if now is None:
            return received
        try:
            local_instant(now, facts_file().current().helpline.zone)
        except (TypeError, ValueError, OverflowError):
            raise ChatError(400, "utter_error_bad_request") from None
        return {**received, "now": now}
