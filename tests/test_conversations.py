"""Conversations as readable files: what a resident types, and what must come back.

tests/conversations/*.yml holds a list of conversations, each with

    name      what it shows
    now       optional: local time at which the clock stands, "2026-12-24T10:00"
    turns     what happens, one after the other:
        says      what the resident types; or
        presses   the title of a button they were shown
        must      texts that all occur in the reply
        may       texts of which at least one occurs
        never     texts of which none occurs
        intent    optional: how the message is understood

Case counts. They run through the staff's channel, since only there the clock can be set; from
there on everything is as for residents. Each runs in two time zones of the process: the
helpline's own, and UTC.
"""

import os
import time
from pathlib import Path

import pytest

from hjalpsam.yaml_files import read_yaml
from tests.client import text_of

FOLDER = Path(__file__).parent / "conversations"
KEYS = {"says", "presses", "must", "may", "never", "intent"}


def conversations():
    for path in sorted(FOLDER.glob("*.yml")):
        for conversation in read_yaml(path):
            yield pytest.param(conversation, id=f"{path.stem}: {conversation['name']}")


@pytest.fixture(params=["Europe/Stockholm", "UTC"])
def time_zone(request):
    """The time zone of the process, which must make no difference."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize("conversation", conversations())
@pytest.mark.usefixtures("time_zone")
async def test_conversation(staff, agent, conversation):
    metadata = {"metadata": {"now": conversation["now"]}} if "now" in conversation else {}
    sender, shown = await staff.open(**metadata)
    dialogue = []
    for turn in conversation["turns"]:
        assert turn.keys() <= KEYS, f"unknown: {turn.keys() - KEYS}"
        message = turn["says"] if "says" in turn else payload(turn["presses"], shown)
        shown = await staff.say(sender, message, **metadata)
        reply = text_of(shown)
        dialogue += [f"  resident: {turn.get('says') or turn.get('presses')}", *indented(reply)]
        for fault in faults(turn, reply):
            pytest.fail("\n".join([fault, *dialogue]), pytrace=False)
        if "intent" in turn:
            tracker = await agent.tracker_store.retrieve(sender)
            understood = tracker.latest_message.intent["name"]
            assert understood == turn["intent"], "\n".join(dialogue)


def payload(title, shown):
    buttons = {button["title"]: button["payload"] for message in shown for button in message.get("buttons", [])}
    assert title in buttons, f"no button {title!r} among {list(buttons)}"
    return buttons[title]


def faults(turn, reply):
    for text in turn.get("must", []):
        if text not in reply:
            yield f"missing: {text!r}"
    if turn.get("may") and not any(text in reply for text in turn["may"]):
        yield f"none of: {turn['may']}"
    for text in turn.get("never", []):
        if text in reply:
            yield f"must not occur: {text!r}"


def indented(text):
    return [f"       bot: {line}" for line in text.splitlines()]


def test_a_failure_is_found():
    """The runner itself: a check that cannot fail would be worth nothing."""
    turn = {"must": ["112"], "may": ["a", "b"], "never": ["x"]}
    assert list(faults(turn, "x")) == ["missing: '112'", "none of: ['a', 'b']", "must not occur: 'x'"]
    assert list(faults(turn, "112 b")) == []


def test_there_are_enough_of_them():
    assert len(list(conversations())) >= 80
