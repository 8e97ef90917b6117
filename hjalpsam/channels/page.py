"""The demonstration page at "/", and the chat element that any page may embed.

Rasa owns the route "/", so a middleware answers before it. The page says in plain HTML what the
chatbot would, for search engines and for those without JavaScript: `{utter_…}` in index.html is
that response of domain.yml.
"""

import gzip
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sanic.request import Request
from sanic.response import HTTPResponse

from hjalpsam.content.texts import fill, placeholders
from hjalpsam.hours.helpline import text_values
from hjalpsam.paths import ROOT
from hjalpsam.storage.resources import facts_file, texts

WEB = ROOT / "web"
ELEMENT = [WEB / "element" / f"{part}.js" for part in ("texts", "dom", "server", "styles", "element", "start")]
ELEMENT_PATH = "/w/1/hjalpsam.js"

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_ELEMENT_HEADERS = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=3600",
}
_LINK = re.compile(r"https?://\S*[^\s.,;:!?)]")


async def serve_page(request: Request) -> HTTPResponse | None:
    """The page and its files; None for every other address, which Rasa's routes then answer."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/":
        return HTTPResponse(page(), headers=PAGE_HEADERS, content_type="text/html; charset=utf-8")
    if request.path == "/page.css":
        return HTTPResponse(_read("page.css"), headers=PAGE_HEADERS, content_type="text/css; charset=utf-8")
    if request.path == ELEMENT_PATH:
        return _packed_element(request.headers.get("accept-encoding", ""))
    return None


def _packed_element(accepted: str) -> HTTPResponse:
    """The element, a third of its size where the browser can unpack it."""
    headers, content_type = {**_ELEMENT_HEADERS, "Vary": "Accept-Encoding"}, "text/javascript; charset=utf-8"
    if "gzip" in accepted:
        return HTTPResponse(_gzipped(), headers={**headers, "Content-Encoding": "gzip"}, content_type=content_type)
    return HTTPResponse(element(), headers=headers, content_type=content_type)


@lru_cache(maxsize=1)
def _gzipped() -> bytes:
    return gzip.compress(element().encode(), mtime=0)


def page() -> str:
    """The demonstration page."""
    return fill_page(_read("index.html"))


def fill_page(template: str) -> str:
    """A page's HTML, filled with the facts as they are now and with the responses it names."""
    values = text_values(facts_file().current())
    filled = {name: html.escape(value) for name, value in values.items()}
    for name in values:
        if name.endswith("_number"):
            filled[name.replace("_number", "_tel")] = values[name].replace(" ", "").replace("-", "")
    for name in placeholders(template):
        if name.startswith("utter_"):
            filled[name] = as_html(_without_question(texts().say(name, values)))
    return fill(template, filled)


def as_html(text: str) -> str:
    r"""A response as paragraphs and lists, with its web addresses as links.

    >>> as_html("Ring:\n• polisen")
    '<p>Ring:</p><ul><li>polisen</li></ul>'
    """
    return "".join(_blocks(text)).replace("</ul><ul>", "")


def _without_question(text: str) -> str:
    """A response without the question at its end, which buttons would answer."""
    lines = text.splitlines()
    return "\n".join(lines[:-1] if lines[-1].endswith("?") else lines)


def _blocks(text: str) -> Iterator[str]:
    for line in text.splitlines():
        linked = _LINK.sub(lambda link: f'<a href="{link.group()}">{link.group()}</a>', html.escape(line))
        yield f"<ul><li>{linked[2:]}</li></ul>" if line.startswith("• ") else f"<p>{linked}</p>"


@lru_cache(maxsize=1)
def element() -> str:
    """The chat element."""
    return bundled(ELEMENT)


def bundled(parts: list[Path]) -> str:
    """Parts of a script as one, with names of its own."""
    return "(() => {\n" + "\n".join(part.read_text(encoding="utf-8") for part in parts) + "})();\n"


@lru_cache(maxsize=2)
def _read(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")
