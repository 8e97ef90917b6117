"""Conversations as readable test cases: what a resident types, and what must come back.

A suite is a YAML list of cases, each with

    name      what it shows
    now       optional: local time at which the clock stands, "2026-12-24T10:00"
    turns     what happens, one after the other:
        now       optional: another time, from this turn on
        says      what the resident types; or
        presses   the title of a button they were shown
        must      texts that all occur in the reply
        may       texts of which at least one occurs
        never     texts of which none occurs
        intent    optional: how the message is understood

Case counts. tests/conversations/ are such suites; the staff's page saves and runs them.
"""

import contextlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, root_validator, validator
from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.content.intents import ALSO, OPENING
from hjalpsam.content.yaml_files import YamlError, parse_yaml
from hjalpsam.conversation.explanation import turn_time, turns_of
from hjalpsam.conversation.replies import Replies
from hjalpsam.conversation.turn import OnNewMessage, Turns, as_typed
from hjalpsam.hours.clock import local_instant

Message = dict[str, Any]

NO_SUITE = (
    "det är ingen testfallsfil, eller så har den ett skrivfel. Välj en fil som har laddats ner här, "
    "till exempel alla-testfall.yml."
)
LONGEST = 4_000  # characters: what may be typed can grow by being masked
DEEPEST = 10  # levels of a suite's YAML
_ANY_ZONE = ZoneInfo("UTC")


class CasesError(Exception):
    """A suite that cannot be read; the message (Swedish) says where and why."""


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class _Timed(_Strict):
    now: str | None = None

    @validator("now")
    def _local_time(cls, value: str | None) -> str | None:  # noqa: N805 (pydantic's own form)
        try:
            if value:
                local_instant(value, _ANY_ZONE)
        except ValueError:
            raise ValueError(f"är ingen tid: {value!r} ska se ut som 2026-12-24T10:00") from None
        return value


class Turn(_Timed):
    """What a resident does, and what must come back."""

    says: str | None = Field(None, min_length=1, max_length=LONGEST)
    presses: str | None = Field(None, min_length=1)
    intent: str | None = None
    must: list[str] = []
    may: list[str] = []
    never: list[str] = []

    @root_validator
    def _one_of_two(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 (pydantic's own form)
        if bool(values.get("says")) == bool(values.get("presses")):
            raise ValueError("en tur har antingen «says» eller «presses»")
        return values

    @property
    def done(self) -> str:
        """What the resident typed, or the title of the button."""
        return self.says or self.presses or ""


class Case(_Timed):
    """A conversation to try."""

    name: str = Field(..., min_length=1)
    turns: list[Turn] = Field(..., min_items=1)


class TurnOutcome(BaseModel):
    """What came back, and what was wrong with it, in Swedish."""

    said: str
    reply: str
    buttons: list[str]
    intent: str
    faults: list[str]


class Outcome(BaseModel):
    """How a case went; it ends at the first turn that cannot be made."""

    name: str
    turns: list[TurnOutcome]

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong."""
        return not any(turn.faults for turn in self.turns)


def outcome_line(outcome: Outcome) -> str:
    """An outcome as one line of JSON, with whether it passed."""
    return json.dumps({**outcome.dict(), "passed": outcome.passed}, ensure_ascii=False)


class Talk(Protocol):
    """A way to hold one conversation with an assistant."""

    async def open(self, now: str | None) -> list[Message]:
        """Begin, with the clock at the local time `now`; what it says."""

    async def say(self, message: str, now: str | None) -> list[Message]:
        """What it answers to a text or a button's payload."""

    async def intents(self) -> list[str]:
        """How it has understood each message that somebody wrote."""


class ChannelTalk:
    """Talks to an assistant in this process, as a channel does but for the network."""

    def __init__(self, turns: Turns, agent: Agent, on_new_message: OnNewMessage) -> None:
        """`on_new_message`: what answers, as Rasa gives it to channels."""
        self._turns, self._agent, self._on_new_message = turns, agent, on_new_message
        self._sender = uuid.uuid4().hex

    async def open(self, now: str | None) -> list[Message]:
        """See `Talk`."""
        return await self._turn(OPENING, now)

    async def say(self, message: str, now: str | None) -> list[Message]:
        """See `Talk`."""
        return await self._turn(as_typed(message, await self._tracker()), now)

    async def intents(self) -> list[str]:
        """See `Talk`."""
        return intents_of(await self._tracker())

    async def end(self) -> None:
        """Leave nothing behind."""
        await self._turns.delete(self._agent, self._sender)

    async def _turn(self, text: str, now: str | None) -> list[Message]:
        message = UserMessage(text, Replies(), self._sender, metadata={"now": now} if now else {})
        return await self._turns.answer(self._agent, self._on_new_message, message)

    async def _tracker(self) -> DialogueStateTracker:
        return await self._agent.tracker_store.get_or_create_tracker(self._sender)


async def run(case: Case, talk: Talk) -> Outcome:
    """Hold the conversation and compare."""
    now, shown = case.now, await talk.open(case.now)
    done: list[TurnOutcome] = []
    for number, turn in enumerate(case.turns, start=1):
        now = turn.now or now
        payload = turn.says or payload_of(turn.presses, shown)
        if payload is None:
            fault = f"knappen «{turn.presses}» visades inte"
            done.append(TurnOutcome(said=turn.done, reply="", buttons=titles(shown), intent="", faults=[fault]))
            break
        shown = await talk.say(payload, now)
        reply, intents = "\n".join(message["text"] for message in shown), await talk.intents()
        intent = intents[-1] if len(intents) == number else ""  # else the turn failed
        found = list(faults(turn, reply, intent))
        done.append(TurnOutcome(said=turn.done, reply=reply, buttons=titles(shown), intent=intent, faults=found))
    return Outcome(name=case.name, turns=done)


def faults(turn: Turn, reply: str, intent: str) -> Iterator[str]:
    """What is wrong with a reply, each as half a Swedish sentence."""
    for text in turn.must:
        if text not in reply:
            yield f"saknas: «{text}»"
    if turn.may and not any(text in reply for text in turn.may):
        yield f"inget av det här finns med: {', '.join(f'«{text}»' for text in turn.may)}"
    for text in turn.never:
        if text in reply:
            yield f"får inte finnas med: «{text}»"
    if turn.intent and turn.intent != intent:
        yield f"förstods som {intent}, inte som {turn.intent}"


def titles(shown: list[Message]) -> list[str]:
    """The titles of the buttons of some messages."""
    return [button["title"] for message in shown for button in message.get("buttons", [])]


def payload_of(title: str | None, shown: list[Message]) -> str | None:
    """What pressing the button with that title sends; None when there is no such button."""
    buttons = {button["title"]: button["payload"] for message in shown for button in message.get("buttons", [])}
    return buttons.get(title)


def intents_of(tracker: DialogueStateTracker) -> list[str]:
    """How each message that somebody wrote was understood; what the channel asked by itself is left out."""
    return [turn.parsed["intent"]["name"] for turn in turns_of(tracker) if turn.is_by_resident]


def read_cases(text: str) -> list[Case]:
    """The cases of a suite.

    Raises:
        CasesError: when the text is no YAML or no list of cases, with the case's name and what is wrong.
    """
    try:
        with contextlib.suppress(yaml.YAMLError):  # told below, with its place
            _refuse_bombs(text)
        data = parse_yaml(text, "filen")
    except YamlError as error:
        raise CasesError(f"{NO_SUITE} ({error})") from None
    if not isinstance(data, list) or not data:
        raise CasesError(NO_SUITE)
    return [_case(item, number) for number, item in enumerate(data, start=1)]


def _refuse_bombs(text: str) -> None:
    """Refuse what grows without measure when it is built: deep nesting (libyaml's stack) and aliases."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            raise CasesError("filen har för många nivåer, eller hänvisningar med *.")


def _case(item: Any, number: int) -> Case:
    name = item.get("name") if isinstance(item, dict) else None
    try:
        return Case.parse_obj(item)
    except ValidationError as error:
        first = error.errors()[0]
        which = f"testfall {number}{f' («{name}»)' if name else ''}"
        raise CasesError(f"{which}: {_in_words(first)}.") from None


def _in_words(error: Any) -> str:
    """One of pydantic's errors as half a Swedish sentence."""
    place = [part for part in error["loc"] if part != "__root__"]
    where = f"meddelande {place[1] + 1}: " if len(place) > 1 and place[0] == "turns" else ""
    field = "namnet (name)" if place[-1:] == ["name"] else f"«{place[-1]}»" if place else ""
    kind = error["type"]
    if kind == "value_error":
        return f"{where}{field if place[-1:] == ['now'] else ''} {error['msg']}".replace(":  ", ": ")
    what = {
        "value_error.missing": "saknas",
        "value_error.extra": "är ett fält som inte finns",
        "value_error.any_str.min_length": "är tomt",
        "value_error.list.min_items": "är tomt",
    }.get(kind, "är av fel slag")
    return f"{where}{field} {what}"


def case_of(tracker: DialogueStateTracker, name: str, zone: ZoneInfo) -> Case:
    """A conversation as a case that wants every line of every reply again, at the times (in `zone`) it was held.

    Raises:
        CasesError: when nobody has said anything yet.
    """
    begun: str | None = None
    turns: list[dict[str, Any]] = []
    for turn in turns_of(tracker):
        lines = [line for event in turn.said for line in event["text"].splitlines() if line]
        if turn.is_by_resident:
            now = turn.events[0]["metadata"].get("now") or begun or turn_time(turn, zone)
            did = {"presses": turn.offered[turn.text]} if turn.text in turn.offered else {"says": turn.text}
            at: dict[str, str] = {"now": now} if begun and now != (turns[-1].get("now") or begun) else {}
            begun = begun or now
            turns.append({**at, **did, "intent": turn.parsed["intent"]["name"], "must": lines})
        elif turns:
            turns[-1]["must"] += lines
    if not turns:
        raise CasesError("det finns inget samtal att spara än.")
    return Case.parse_obj({"name": name, "now": begun, "turns": turns})


def as_yaml(case: Case) -> str:
    """A case as it stands in a suite; suites are put together by joining such texts."""
    return to_yaml([{"name": case.name, **case.dict(exclude_defaults=True)}])


def story_of(tracker: DialogueStateTracker, name: str) -> str:
    """A conversation as a test story of Rasa, for `rasa test core`."""
    steps: list[dict[str, Any]] = []
    for event in (event for turn in turns_of(tracker) for event in turn.events):
        if event["event"] == "user":
            steps.append(_story_step(event))
        elif event["event"] == "slot" and event["name"] != ALSO:
            steps.append({"slot_was_set": [{event["name"]: event["value"]}]})
        elif event["event"] == "action" and event["name"] != ACTION_LISTEN_NAME:
            steps.append({"action": event["name"]})
    return to_yaml({"version": "3.1", "stories": [{"story": name, "steps": steps}]})


def _story_step(event: dict[str, Any]) -> dict[str, Any]:
    parsed = event["parse_data"]
    step = {"user": event["text"], "intent": parsed["intent"]["name"]}
    entities = [{found["entity"]: found["value"]} for found in parsed["entities"]]
    return {**step, "entities": entities} if entities else step


def to_yaml(data: Any) -> str:
    """YAML as a person would write it: in the order given, texts on one line."""
    return str(yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000))


def suites(folder: Path) -> Iterator[tuple[Path, Case]]:
    """The cases of all suites in a folder.

    Raises:
        CasesError: when one cannot be read.
    """
    for path in sorted(folder.glob("*.yml")):
        for case in read_cases(path.read_text(encoding="utf-8")):
            yield path, case
