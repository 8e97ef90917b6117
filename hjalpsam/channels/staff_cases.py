"""Test cases in the staff's page: save a conversation, read a suite, run it on this or another model."""

from __future__ import annotations

import asyncio
import contextlib
import json as json_module
import logging
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from rasa.core.agent import Agent
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, ResponseStream, json, stream

from hjalpsam.channels.chat import MAX_REQUEST, ChatInput, read_body
from hjalpsam.channels.errors import ChatError
from hjalpsam.channels.web import name_of_model
from hjalpsam.content.written import visible
from hjalpsam.conversation.cases import (
    Case,
    CasesError,
    ChannelTalk,
    as_yaml,
    case_of,
    outcome_line,
    read_cases,
    run,
    story_of,
)
from hjalpsam.conversation.turn import Body, OnNewMessage
from hjalpsam.paths import ROOT
from hjalpsam.storage.models import installed
from hjalpsam.storage.resources import facts_file

logger = logging.getLogger(__name__)

MOST_CASES = 500  # in a run
LONGEST_RUN = 20 * 60  # seconds; another model is then stopped
LONGEST_NAME = 200
ALL_PASSED, SOME_FAILED = 0, 1  # the codes of hjalpsam.operations.cases
ALREADY_RUNNING = "Någon kör redan testfall. Försök igen om en stund."
UNREADABLE = "Den andra modellen gick inte att läsa in. Välj en annan, eller säg till den som sköter boten."
LONGEST_LINE = 16 * 1024 * 1024  # bytes of an outcome


def add_routes(blueprint: Blueprint, channel: ChatInput, on_new_message: OnNewMessage) -> None:
    """`/case`, `/cases`, `/models` and `/run`."""
    running = asyncio.Semaphore(1)

    @blueprint.post("/case")
    async def save(request: Request) -> HTTPResponse:
        channel.authorise(request)
        body = read_body(request)
        _, tracker = await channel.conversation(request.app.ctx.agent, body)
        name = visible(body["name"]) if isinstance(body.get("name"), str) else ""
        if tracker is None or not name or len(name) > LONGEST_NAME:
            raise ChatError(400, "utter_error_bad_request", "Skriv ett namn på testfallet.")
        try:
            case = case_of(tracker, name, facts_file().current().helpline.zone)
        except CasesError as error:
            raise ChatError(400, "utter_error_bad_request", str(error)) from None
        return json({**described(case), "story": story_of(tracker, case.name)}, ensure_ascii=False)

    @blueprint.post("/cases")
    async def cases(request: Request) -> HTTPResponse:
        channel.authorise(request)
        body = read_body(request, MAX_REQUEST)
        return json(await asyncio.to_thread(lambda: [described(case) for case in cases_in(body)]), ensure_ascii=False)

    @blueprint.get("/models")
    async def list_models(request: Request) -> HTTPResponse:
        channel.authorise(request)
        return json(known_models(request.app.ctx.agent), ensure_ascii=False)

    @blueprint.post("/run")
    async def run_cases(request: Request) -> ResponseStream:
        channel.authorise(request)
        body, agent = read_body(request, MAX_REQUEST), request.app.ctx.agent
        wanted = await asyncio.to_thread(cases_in, body)
        known = {model["name"]: model["live"] for model in known_models(agent)}
        name = body.get("model")
        if name is not None and (not isinstance(name, str) or name not in known):
            raise ChatError(400, "utter_error_bad_request")
        if running.locked():
            raise ChatError(429, "utter_error_too_many", ALREADY_RUNNING)

        async def send(response: ResponseStream) -> None:
            if running.locked():  # by one who asked at the same time
                await response.write(json_module.dumps({"problem": ALREADY_RUNNING}, ensure_ascii=False) + "\n")
                return
            is_live = name is None or known[name]
            lines = here_run(wanted, agent) if is_live else elsewhere_run(wanted, installed.folder / str(name))
            async with running, contextlib.aclosing(lines):
                async for line in lines:
                    await response.write(line + "\n")

        return stream(send, content_type="application/x-ndjson; charset=utf-8")

    async def here_run(wanted: list[Case], agent: Agent) -> AsyncGenerator[str, None]:
        for case in wanted:
            talk = ChannelTalk(channel.turns, agent, on_new_message)
            try:
                yield outcome_line(await run(case, talk))
            finally:
                await talk.end()


async def elsewhere_run(wanted: list[Case], model: Path) -> AsyncGenerator[str, None]:
    """In a process of its own, with low priority: loading a model would hold residents up."""
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", "10", sys.executable, "-m", "hjalpsam.operations.cases", "--model", str(model), "-"),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=LONGEST_LINE,
    )
    assert process.stdin is not None and process.stdout is not None
    killing = asyncio.get_running_loop().call_later(LONGEST_RUN, process.kill)
    try:
        process.stdin.write("".join(as_yaml(case) for case in wanted).encode())
        process.stdin.write_eof()
        async for line in process.stdout:
            yield line.decode().rstrip("\n")
        if await process.wait() not in (ALL_PASSED, SOME_FAILED):
            logger.error("Testfallen kunde inte köras på %s.", model.name)
            yield json_module.dumps({"problem": UNREADABLE}, ensure_ascii=False)
    finally:
        killing.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()


def cases_in(body: Body) -> list[Case]:
    """The cases of a request's `yaml`.

    Raises:
        ChatError: 400 when it cannot be read, with what is wrong.
    """
    text = body.get("yaml")
    if not isinstance(text, str):
        raise ChatError(400, "utter_error_bad_request")
    try:
        found = read_cases(text)
    except CasesError as error:
        raise ChatError(400, "utter_error_bad_request", f"Testfallen gick inte att läsa: {error}") from None
    if len(found) > MOST_CASES:
        too_many = f"Det är {len(found)} testfall i filen. Kör högst {MOST_CASES} åt gången."
        raise ChatError(400, "utter_error_bad_request", too_many)
    return found


def described(case: Case) -> Body:
    """A case for the page: what it is, and its text in a suite."""
    return {"case": case.dict(exclude_defaults=True), "yaml": as_yaml(case)}


def known_models(agent: Agent) -> list[Body]:
    """The models that are there, the newest first: `name`, when it was `made` (UTC), whether it is `live`."""
    live = name_of_model(agent)
    return [
        {"name": path.name, "made": int(path.stat().st_mtime), "live": path.name == live} for path in installed.all()
    ]
