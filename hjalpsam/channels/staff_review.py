"""Review: staff judge what the assistant may have got wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from hjalpsam.channels.chat import ChatInput, read_body
from hjalpsam.channels.errors import ChatError
from hjalpsam.conversation.explanation import intent_names
from hjalpsam.conversation.retention import forget_reviewed
from hjalpsam.conversation.turn import Body
from hjalpsam.hours.clock import system_clock
from hjalpsam.nlu.encoder import shared_encoder
from hjalpsam.nlu.likeness import Likeness
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.review import VERDICTS, proposals, shared_inbox

MOST_ID = 2**31


def add_routes(blueprint: Blueprint, channel: ChatInput) -> None:
    """`/review` (read, judge, delete) and `/review/proposals`; 404 where the city has not switched it on."""

    def who_reviews(request: Request) -> str:
        who = channel.authorise(request)
        if not facts_file().current().review_days:
            raise ChatError(404, "utter_error_not_found")
        return who

    likeness = Likeness(shared_encoder())

    reading = ThreadPoolExecutor(max_workers=1)  # beside the loop and residents' own threads

    async def in_thread(work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(reading, work)

    def look(who: str, what: str) -> None:
        shared_inbox().look(who, what, system_clock())

    @blueprint.get("/review")
    async def review(request: Request) -> HTTPResponse:
        who = who_reviews(request)

        def read() -> dict[str, Any]:
            forget_reviewed()  # what is due may not have been deleted yet, after a pause
            looks = [{**seen, "at": f"{seen['at'].isoformat(timespec='seconds')}Z"} for seen in shared_inbox().looks()]
            look(who, "read")
            items = [{**item, "day": str(item["day"])} for item in shared_inbox().items()]
            return {"days": facts_file().current().review_days, "groups": likeness.groups(items), "looks": looks}

        return json(await in_thread(read), ensure_ascii=False)

    @blueprint.post("/review")
    async def judge(request: Request) -> HTTPResponse:
        who_reviews(request)
        ids, verdict, intent = judgement(read_body(request))
        await in_thread(lambda: shared_inbox().judge(ids, verdict, intent))
        return empty()

    @blueprint.delete("/review")
    async def delete(request: Request) -> HTTPResponse:
        who = who_reviews(request)
        await in_thread(lambda: shared_inbox().forget())
        await in_thread(lambda: look(who, "deleted"))
        return empty()

    @blueprint.get("/review/proposals")
    async def proposed(request: Request) -> HTTPResponse:
        who = who_reviews(request)
        day = system_clock().astimezone(facts_file().current().helpline.zone).date()

        def fetch() -> str:
            look(who, "fetched")
            return proposals(shared_inbox().items(), day)

        headers = {"Content-Disposition": f'attachment; filename="forslag-{day}.yml"'}
        return HTTPResponse(await in_thread(fetch), headers=headers, content_type="application/yaml; charset=utf-8")


def judgement(body: Body) -> tuple[list[int], str | None, str | None]:
    """The ids, the verdict (None takes it back) and, for "wrong", the intent that it should have been.

    Raises:
        ChatError: 400 for anything else.
    """
    ids, verdict, intent = body.get("ids"), body.get("verdict"), body.get("intent")
    is_wrong = verdict == "wrong"
    if (
        not isinstance(ids, list)
        or not all(type(number) is int and 0 < number < MOST_ID for number in ids)
        or verdict not in (None, *VERDICTS)
        or is_wrong != (intent is not None)
        or (is_wrong and intent not in intent_names(facts_file().current()))
    ):
        raise ChatError(400, "utter_error_bad_request")
    return ids, verdict, intent
