"""The staff's channel: the same conversation, for trying the assistant at any time of the year.

Off (404) until HJALPSAM_STAFF_TOKEN is set. `metadata.now`, a local time such as
"2026-12-24T10:00", is what the clock says for that message.
"""

import datetime
import hmac
import logging
import os
import re
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from hjalpsam.channels.chat import Body, ChatInput, OnNewMessage
from hjalpsam.channels.errors import ChatError
from hjalpsam.clock import local_instant, system_clock
from hjalpsam.resources import facts_file
from hjalpsam.statistics import shared_statistics

logger = logging.getLogger(__name__)

MOST_DAYS = 3_660


class StaffInput(ChatInput):
    """Needs `Authorization: Bearer <HJALPSAM_STAFF_TOKEN>`."""

    def __init__(self, **options: Any) -> None:
        """Reads the token from the environment."""
        super().__init__(**options)
        self._token = os.environ.get("HJALPSAM_STAFF_TOKEN", "")
        if not self._token:
            logger.info("Personalens chatt är avstängd. Sätt HJALPSAM_STAFF_TOKEN för att slå på den.")

    @classmethod
    def name(cls) -> str:
        """The name in the address and in Rasa's tracker."""
        return "staff"

    def authorise(self, request: Request) -> None:
        """Raises ChatError: 404 while the channel is off, 401 without the right token."""
        if not self._token:
            raise ChatError(404, "utter_error_not_found")
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), f"Bearer {self._token}".encode()):
            raise ChatError(401, "utter_error_unauthorised")

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes, see docs/api.md."""
        blueprint = super().blueprint(on_new_message)

        @blueprint.get("/statistics")
        async def statistics(request: Request) -> HTTPResponse:
            self.authorise(request)
            days = request.args.get("days", "30")
            if not re.fullmatch("[0-9]{1,4}", days) or not 0 < int(days) <= MOST_DAYS:
                raise ChatError(400, "utter_error_bad_request")
            last = system_clock().astimezone(facts_file().current().helpline.zone).date()
            first = last - datetime.timedelta(days=int(days) - 1)
            counts = shared_statistics()
            by_hour = {str(hour): number for hour, number in counts.by_hour(first, last).items()}
            answer = {"first": str(first), "last": str(last), "totals": counts.totals(first, last), "by_hour": by_hour}
            return json(answer, ensure_ascii=False)

        return blueprint

    def metadata_of(self, body: Body) -> dict[str, Any]:
        """`now`, once it is seen to be a local time."""
        metadata = body.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise ChatError(400, "utter_error_bad_request")
        now = metadata.get("now")
        if now is None:
            return {}
        try:
            local_instant(now, facts_file().current().helpline.zone)
        except (TypeError, ValueError, OverflowError):
            raise ChatError(400, "utter_error_bad_request") from None
        return {"now": now}
