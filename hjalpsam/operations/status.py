"""How the assistant is: what is live, what runs, what has gone wrong, and what waits for somebody."""

import datetime
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from hjalpsam.content.facts import FactsError, load_facts
from hjalpsam.hours.clock import system_clock
from hjalpsam.operations import live
from hjalpsam.operations.local_time import local
from hjalpsam.operations.processes import IN_WORDS, RUNNING, processes
from hjalpsam.operations.settings import Settings
from hjalpsam.storage import error_log, notices
from hjalpsam.storage.models import ModelError, installed, is_whole
from hjalpsam.storage.notices import NOTICE, PAUSE, Notice
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.review import shared_inbox

MOST_ERRORS = 5
RECENTLY = datetime.timedelta(days=7)
WORDS = {"ok": "svarar", "degraded": "svarar, men allt fungerar inte", "unavailable": "kan inte svara"}

Answer = dict[str, Any]


def status(settings: Settings) -> Answer:
    """What there is to say, for programs."""
    said = live.health(settings.address)
    model, problem = _live_model()
    running = processes()
    answer: Answer = {
        "address": settings.address,
        "health": said,
        "processes": None if running is None else [asdict(one) for one in running],
        "live": model,
        "model_problem": problem,
        "notice": as_answer(notices.current(NOTICE)),
        "pause": as_answer(notices.current(PAUSE)),
        **_of_facts(),
        "errors": error_log.latest_errors(MOST_ERRORS, since=(system_clock() - RECENTLY).isoformat(timespec="seconds")),
    }
    is_well = said is not None and said["status"] == "ok" and not answer["facts_problem"] and not problem
    return {**answer, "well": is_well and all(one.state == RUNNING for one in running or [])}


def _live_model() -> tuple[Answer | None, str | None]:
    """What is live, and what is wrong with its file, which shows at the next start only."""
    try:
        past, live_one = installed.promotions(), installed.live()
    except ModelError as error:
        return None, str(error)
    damaged = past and not (live_one and is_whole(live_one))
    problem = f"Filen {past[-1].model} går inte att läsa. Gör om den med «hjalpsam train»." if damaged else None
    return asdict(past[-1]) if past else None, problem


def _of_facts() -> Answer:
    """What facts.yml has wrong, how old it is, and how many messages wait if it lets staff review them."""
    try:
        facts = load_facts(facts_file().path)
    except FactsError as error:
        return {"facts_problem": str(error), "facts_old": None, "to_review": None}
    return {
        "facts_problem": None,
        "facts_old": facts.old(datetime.date.today()) or None,
        "to_review": _to_review() if facts.review_days else None,
    }


def _to_review() -> int | str:
    """How many messages wait in review, or that this cannot be seen."""
    try:
        return sum(item["verdict"] is None for item in shared_inbox().items())
    except SQLAlchemyError:
        return "databasen går inte att läsa"


def in_words(answer: Answer) -> Iterator[str]:
    """The same for people, line by line."""
    said = answer["health"]
    silent = "är inte i gång" if answer["processes"] == [] else "startar, eller svarar inte"
    yield f"Assistenten {WORDS[said['status']] if said else silent} ({answer['address']})"
    for problem in (said or {}).get("problems", {}).values():
        yield f"  {problem}"
    if answer["processes"] is None:
        yield "  Processerna kan bara ses av den som startade boten."
    for process in answer["processes"] or []:
        since = f" sedan {local(process['started'])}" if process["state"] == RUNNING else ""
        yield f"  {process['name']} {IN_WORDS.get(process['state'], 'står still')}{since}"
    if model := answer["live"]:
        yield f"Modell: {model['model']}, {put_live(model['at'], model['who'], model['why'])}"
    if answer["model_problem"]:
        yield answer["model_problem"]
    if answer["facts_problem"]:
        yield answer["facts_problem"]
    if answer["facts_old"]:
        yield f"facts.yml: {answer['facts_old']}"
    if isinstance(answer["to_review"], int):
        yield f"Granska: {messages(answer['to_review'])} väntar på att någon läser dem."
    elif answer["to_review"]:
        yield f"Granska: {answer['to_review']}."
    for kind, words in (("notice", "Meddelande överst i chatten"), ("pause", "Pausad")):
        if found := answer[kind]:
            yield f"{words} till {local(found['until'])} ({found['who']}): {found['text']}"
    if answer["errors"]:
        yield "Senaste felen:"
    for error in answer["errors"]:
        yield f"  {local(error['at'])}  {error['process']}: {error['message']}"


def messages(count: int) -> str:
    """A number of messages."""
    return f"{count} meddelande" if count == 1 else f"{count} meddelanden"


def put_live(at: str, who: str, why: str) -> str:
    """When a model was put live, by whom and, if they said so, why."""
    return f"utlagd {local(at)} av {who}" + (f": {why}" if why else "")


def as_answer(found: Notice | None) -> Answer | None:
    """A notice or a pause, for programs."""
    return {"text": found.text, "until": found.until, "who": found.who} if found else None
