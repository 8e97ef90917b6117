"""The staff's channel: the same conversation, for trying the assistant at any time of the year.

Off (404) until HJALPSAM_STAFF_TOKEN is set. `metadata.now`, a local time such as
"2026-12-24T10:00", is what the clock says for that message.
"""

import hmac
import logging
import os
from typing import Any

from sanic.request import Request

from hjalpsam.channels.chat import Body, ChatInput
from hjalpsam.channels.errors import ChatError
from hjalpsam.clock import local_instant
from hjalpsam.resources import facts_file

logger = logging.getLogger(__name__)


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
