"""Which requests are read at all: those that say plainly how long they are.

Sanic 21.12, which Rasa pins, takes any number for a length, and waits in a loop without end for a
body of less than nothing; it fails on a coding that it does not know. Both are refused as soon as
the head has been read (RFC 9112, section 6.3), on every server of the assistant.
"""

from typing import Any

from sanic import Blueprint, Sanic
from sanic.exceptions import InvalidUsage, PayloadTooLarge, SanicException
from sanic.http import Http
from sanic.request import Request

LONGEST_NUMBER = 12  # digits of a length; more is too large whatever they say

_respond = Http.error_response


def guard(server: Sanic | Blueprint) -> None:
    """Refuse such requests on a server, or on the one that a blueprint becomes part of.

    To be called before the server starts, for every server of the process: Sanic takes signals
    that nobody listens to out of its own code then, once for all of them.
    """
    server.signal("http.lifecycle.request")(refuse_unclear_length)
    Http.error_response = _respond_to_any_head


def refuse_unclear_length(request: Request) -> None:
    """Handler of Sanic's signal between head and body.

    Raises:
        InvalidUsage: 400, when the body's length is told twice, or is no number, or its coding is not "chunked".
        PayloadTooLarge: 413, when it is longer than the server takes (REQUEST_MAX_SIZE, in bytes).
    """
    lengths = request.headers.getall("content-length", [])
    codings = request.headers.getall("transfer-encoding", [])
    if len(lengths) + len(codings) > 1 or codings not in ([], ["chunked"]):
        raise InvalidUsage("Bad Request")
    for length in (text.rstrip(" \t") for text in lengths):
        if not (length.isascii() and length.isdigit()):
            raise InvalidUsage("Bad Request")
        if len(length) > LONGEST_NUMBER or int(length) > request.app.config.REQUEST_MAX_SIZE:
            raise PayloadTooLarge("Payload Too Large")


async def _respond_to_any_head(http: Http, exception: Exception) -> Any:
    """Sanic's own fails again on an address that it could not read, is silent, and logs that address."""
    if http.request is None:
        http.url = None
        if not isinstance(exception, SanicException):
            exception = InvalidUsage("Bad Request")
    return await _respond(http, exception)
