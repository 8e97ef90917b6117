"""The staff's page at "/staff/": files of web/staff/, told apart from residents' pages by their address."""

from functools import lru_cache

from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from hjalpsam.channels.page import PAGE_HEADERS, WEB, bundled, fill_page

FOLDER = WEB / "staff"
SCRIPTS = [
    WEB / "element" / "dom.js",
    *(FOLDER / f"{part}.js" for part in ("server", "charts", "turn", "try", "cases", "review", "overview", "start")),
]


async def serve_console(request: Request, is_on: bool) -> HTTPResponse | None:
    """The page and its files while it is switched on; None for every other address.

    The files hold nothing secret: all that is, needs a bearer.
    """
    if not is_on or request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/staff":
        return redirect("/staff/")
    if request.path == "/staff/":
        page = fill_page((FOLDER / "index.html").read_text(encoding="utf-8"))
        return HTTPResponse(page, headers=PAGE_HEADERS, content_type="text/html; charset=utf-8")
    if request.path == "/staff/staff.css":
        text = (FOLDER / "staff.css").read_text(encoding="utf-8")
        return HTTPResponse(text, headers=PAGE_HEADERS, content_type="text/css; charset=utf-8")
    if request.path == "/staff/staff.js":
        return HTTPResponse(_script(), headers=PAGE_HEADERS, content_type="text/javascript; charset=utf-8")
    return None


@lru_cache(maxsize=1)
def _script() -> str:
    return bundled(SCRIPTS)
