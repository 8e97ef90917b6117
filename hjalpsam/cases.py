"""Conversations as readable test cases: what a resident types, and what must come back.

A suite is a YAML list of cases, each with

    name      what it shows
    now       optional: local time at which the clock stands, "2026-12-24T10:00"
    turns     what happens, one after the other:
        says      what the resident types; or
        presses   the title of a button they were shown
        must      texts that all occur in the reply
        may       texts of which at least one occurs
        never     texts of which none occurs
        intent    optional: how the message is understood

Case counts. tests/conversations/ are such suites; the staff's page saves and runs them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, root_validator
from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.channels.chat import OPENING, ChatInput, OnNewMessage, as_typed, offered_payloads
from hjalpsam.channels.replies import Replies
from hjalpsam.explanation import asked_by_itself, titles_of, turns_of
from hjalpsam.nlu.intents import ALSO
from hjalpsam.yaml_files import YamlError, parse_yaml

Message = dict[str, Any]


class CasesError(Exception):
    """A suite that cannot be read; the message (Swedish) says where and why."""


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class Turn(_Strict):
    """What a resident does, and what must come back."""

    says: str | None = Field(None, min_length=1, max_length=1_000)
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


class Case(_Strict):
    """A conversation to try."""

    name: str = Field(..., min_length=1)
    now: str | None = None
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

    async def say(self, message: str) -> list[Message]:
        """What it answers to a text or a button's payload."""

    async def intent(self) -> str:
        """How it has understood the last message that somebody wrote."""


class ChannelTalk:
    """Talks to an assistant in this process, by way of the staff's channel but for the network."""

    def __init__(self, channel: ChatInput, agent: Agent, on_new_message: OnNewMessage) -> None:
        """`on_new_message`: what answers, as Rasa gives it to channels."""
        self._channel, self._agent, self._on_new_message = channel, agent, on_new_message
        self._sender = channel.new_sender()
        self._metadata: dict[str, Any] = {}

    async def open(self, now: str | None) -> list[Message]:
        """See `Talk`."""
        self._metadata = {"now": now} if now else {}
        return await self._turn(OPENING)

    async def say(self, message: str) -> list[Message]:
        """See `Talk`."""
        return await self._turn(as_typed(message, offered_payloads(await self._tracker())))

    async def intent(self) -> str:
        """See `Talk`."""
        return intents_of(await self._tracker())[-1]

    async def end(self) -> None:
        """Leave nothing behind."""
        await self._channel.delete(self._agent, self._sender)

    async def _turn(self, text: str) -> list[Message]:
        message = UserMessage(text, Replies(), self._sender, metadata=self._metadata)
        return await self._channel.turn(self._agent, self._on_new_message, message)

    async def _tracker(self) -> DialogueStateTracker:
        return await self._agent.tracker_store.get_or_create_tracker(self._sender)


async def run(case: Case, talk: Talk) -> Outcome:
    """Hold the conversation and compare."""
    shown = await talk.open(case.now)
    done = []
    for turn in case.turns:
        payload = turn.says or payload_of(turn.presses, shown)
        if payload is None:
            fault = f"knappen «{turn.presses}» visades inte"
            done.append(TurnOutcome(said=turn.done, reply="", buttons=titles(shown), intent="", faults=[fault]))
            break
        shown = await talk.say(payload)
        reply, intent = "\n".join(message["text"] for message in shown), await talk.intent()
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
    turns = turns_of(tracker)
    return [
        events[0]["parse_data"]["intent"]["name"]
        for before, events in zip([None, *turns], turns, strict=False)
        if not asked_by_itself(events, before)
    ]


def read_cases(text: str) -> list[Case]:
    """The cases of a suite.

    Raises:
        CasesError: when the text is no YAML or no list of cases, with the case's name and what is wrong.
    """
    try:
        data = parse_yaml(text, "filen")
    except YamlError as error:
        raise CasesError(str(error)) from None
    if not isinstance(data, list) or not data:
        raise CasesError("filen ska vara en lista av testfall, där varje börjar med «- name: …».")
    return [_case(item, number) for number, item in enumerate(data, start=1)]


def _case(item: Any, number: int) -> Case:
    name = item.get("name") if isinstance(item, dict) else None
    try:
        return Case.parse_obj(item)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "__root__")
        what = {
            "value_error.missing": "saknas",
            "value_error.extra": "är ett okänt fält",
            "value_error.any_str.min_length": "är tomt",
            "value_error.list.min_items": "är tomt",
        }.get(first["type"], first["msg"] if first["type"] == "value_error" else "är av fel slag")
        raise CasesError(f"testfall {number}{f' («{name}»)' if name else ''}: {where} {what}.") from None


def case_of(tracker: DialogueStateTracker, name: str, now: str) -> Case:
    """A conversation as a case that wants every line of every reply again.

    `now`: the local time at which it took place, for those who did not pretend another.
    """
    turns: list[dict[str, Any]] = []
    offered: dict[str, str] = {}
    before = None
    for number, events in enumerate(turns_of(tracker)):
        text = events[0]["text"]
        now = events[0]["metadata"].get("now") or now
        lines = [line for event in events if event["event"] == "bot" for line in event["text"].splitlines() if line]
        if number and not asked_by_itself(events, before):
            did = {"presses": offered[text]} if text in offered else {"says": text}
            turns.append({**did, "intent": events[0]["parse_data"]["intent"]["name"], "must": []})
        if turns:
            turns[-1]["must"] += lines
        offered = {**(offered if number and asked_by_itself(events, before) else {}), **titles_of(events)}
        before = events
    return Case.parse_obj({"name": name, "now": now, "turns": turns})


def as_yaml(case: Case) -> str:
    """A case as it stands in a suite; suites are put together by joining such texts."""
    return to_yaml([case.dict(exclude_defaults=True)])


def story_of(tracker: DialogueStateTracker, name: str) -> str:
    """A conversation as a test story of Rasa, for `rasa test core`."""
    steps: list[dict[str, Any]] = []
    for events in turns_of(tracker):
        for event in events:
            if event["event"] == "user":
                steps.append(_story_step(event))
            elif event["event"] == "slot" and event["name"] != ALSO:
                steps.append({"slot_was_set": [{event["name"]: event["value"]}]})
            elif event["event"] == "action" and event["name"] != "action_listen":
                steps.append({"action": event["name"]})
    return to_yaml({"version": "3.1", "stories": [{"story": name, "steps": steps}]})


def _story_step(event: dict[str, Any]) -> dict[str, Any]:
    parsed = event["parse_data"]
    step = {"user": event["text"], "intent": parsed["intent"]["name"]}
    entities = [{found["entity"]: found["value"]} for found in parsed["entities"]]
    return {**step, "entities": entities} if entities else step


def to_yaml(data: Any) -> str:
    """YAML as a person would write it: in the order given, texts on one line."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)


def suites(folder: Path) -> Iterator[tuple[Path, Case]]:
    """The cases of all suites in a folder.

    Raises:
        CasesError: when one cannot be read.
    """
    for path in sorted(folder.glob("*.yml")):
        for case in read_cases(path.read_text(encoding="utf-8")):
            yield path, case
