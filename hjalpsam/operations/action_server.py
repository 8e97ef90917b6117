"""The action server: what the assistant works out, and the live model for Rasa to fetch.

    GET /model      the live model's file, with its name as ETag; 304 when the asker has it, 404 before the first

Rasa asks every few seconds (endpoints.yml, `models:`), so a new model is taken up without a restart.
"""

import argparse
import logging
import sys
from functools import lru_cache

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, empty, file

from hjalpsam.channels.framing import guard
from hjalpsam.storage.models import ModelError, installed

logger = logging.getLogger("hjalpsam.operations.action_server")  # also when it is the main module


@lru_cache(maxsize=1)  # once, and not each time Rasa asks
def tell(problem: str) -> None:
    """Say in the log what keeps the live model from being handed out."""
    logger.error(problem)


def make_app() -> Sanic:
    """rasa_sdk's server with the actions of this project, and the live model."""
    app = create_app("actions", cors_origins="")
    guard(app)

    @app.exception(SanicException)
    async def refused(request: Request, error: SanicException) -> HTTPResponse:
        return empty(error.status_code)  # rasa_sdk's own handler says 500, and a stack trace in the log

    @app.get("/model")
    async def model(request: Request) -> HTTPResponse:
        try:
            live = installed.live()
        except ModelError as error:
            tell(str(error))
            return empty(404)
        if live is None:
            return empty(404)
        if request.headers.get("if-none-match") == live.name:
            return empty(304)
        return await file(live, headers={"ETag": live.name, "filename": live.name})  # in Rasa's own spelling

    return app


def main() -> int:
    """Serve on this machine only."""
    parser = argparse.ArgumentParser(description="Åtgärdsservern, som också lämnar ut modellen som är i gång.")
    parser.add_argument("--port", type=int, required=True)
    make_app().run("127.0.0.1", parser.parse_args().port, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
