"""The page at "/": the chat, and the facts for those without JavaScript.

Rasa owns the route "/", so a middleware answers before it.
"""

import html
from functools import lru_cache

from sanic.request import Request
from sanic.response import HTTPResponse

from hjalpsam.helpline import text_values
from hjalpsam.resources import ROOT, facts_file
from hjalpsam.texts import fill

WEB = ROOT / "web"

_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/chat.js": ("chat.js", "text/javascript; charset=utf-8"),
    "/chat.css": ("chat.css", "text/css; charset=utf-8"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


async def serve_page(request: Request) -> HTTPResponse | None:
    """The page and its files; None for every other address, which Rasa's routes then answer."""
    if request.path not in _FILES or request.method not in ("GET", "HEAD"):
        return None
    name, content_type = _FILES[request.path]
    body = _read(name)
    if name == "index.html":
        values = text_values(facts_file().current())
        numbers = {name: value for name, value in values.items() if name.endswith("_number")}
        for name, number in numbers.items():
            values[name.replace("_number", "_tel")] = number.replace(" ", "").replace("-", "")
        body = fill(body, {key: html.escape(value) for key, value in values.items()})
    return HTTPResponse(body, headers=_HEADERS, content_type=content_type)


@lru_cache(maxsize=len(_FILES))
def _read(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")
