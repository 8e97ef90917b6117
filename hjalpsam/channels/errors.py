"""Errors as residents and programs see them: JSON, in Swedish, always with a way to help."""

import logging

from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from hjalpsam.content.languages import answered_in
from hjalpsam.hours.helpline import text_values
from hjalpsam.storage.resources import facts_file, texts

logger = logging.getLogger(__name__)

_BY_STATUS = {
    400: "utter_error_bad_request",
    401: "utter_error_unauthorised",
    404: "utter_error_not_found",
    405: "utter_error_not_found",
    413: "utter_error_too_long",
    429: "utter_error_too_many",
}


MAX_CHARACTERS = 1_000
"""The longest message; part of the fixed interface."""


class ChatError(Exception):
    """A request that cannot be answered.

    Attributes:
        status: the HTTP status.
        response: the response of domain.yml that says what to do.
        problem: what exactly is wrong, in Swedish, for staff.
        values: for placeholders other than facts.
    """

    def __init__(self, status: int, response: str, problem: str | None = None, **values: str) -> None:
        """See the attributes."""
        super().__init__(response)
        self.status, self.response, self.problem, self.values = status, response, problem, values


def error_json(request: Request, status: int, response: str, problem: str | None = None, **values: str) -> HTTPResponse:
    """{"error": "<what to do, with the helpline's number and 112>"}, in English for an English browser.

    `problem`, if there is one, stands beside it.
    """
    language = answered_in(request.headers.get("accept-language", "")[:2].lower())
    text = texts().say(response, {**text_values(facts_file().current(), language), **values}, language)
    return json({"error": text, **({"problem": problem} if problem else {})}, status=status, ensure_ascii=False)


def chat_error(request: Request, error: ChatError) -> HTTPResponse:
    """Sanic's handler for `ChatError`."""
    return error_json(request, error.status, error.response, error.problem, **error.values)


def any_error(request: Request, error: Exception) -> HTTPResponse:
    """Sanic's handler for everything else: no stack trace, and nothing of the request in a log."""
    status = error.status_code if isinstance(error, SanicException) else 500
    if status >= 500:
        where = request.route.path if request.route else "en okänd adress"  # not the path, which anybody can write
        logger.error("Ett anrop till %s misslyckades: %s.", where, type(error).__name__)
    return error_json(request, status, _BY_STATUS.get(status, "utter_unavailable"), limit=str(MAX_CHARACTERS))
