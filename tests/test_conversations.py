"""The conversations of tests/conversations/: what a resident types, and what must come back.

How they are written: hjalpsam/conversation/cases.py. They run through the staff's channel, since only there
the clock can be set; from there on everything is as for residents. Where the clock is set they
run in two time zones of the process, the helpline's own and UTC; else in UTC.
"""

import os
import time
from pathlib import Path

import pytest

from hjalpsam.conversation.cases import Turn, faults, intents_of, run, suites

FOLDER = Path(__file__).parent / "conversations"


ZONES = ["UTC", "Europe/Stockholm"]


def conversations():
    for path, case in suites(FOLDER):
        for zone in ZONES if case.now else ZONES[:1]:
            yield pytest.param(case, zone, id=f"{path.stem}: {case.name}, {zone}")


@pytest.fixture
def time_zone(zone):
    """The time zone of the process, which must make no difference."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


class HttpTalk:
    """A conversation over HTTP, as staff hold it."""

    def __init__(self, staff, agent):
        self._staff, self._agent = staff, agent

    async def open(self, now):
        self._sender, shown = await self._staff.open(**at(now))
        return shown

    async def say(self, message, now):
        return await self._staff.say(self._sender, message, **at(now))

    async def intents(self):
        return intents_of(await self._agent.tracker_store.retrieve(self._sender))


def at(now):
    return {"metadata": {"now": now}} if now else {}


@pytest.mark.parametrize(("conversation", "zone"), conversations())
@pytest.mark.usefixtures("time_zone")
async def test_conversation(staff, agent, conversation):
    outcome = await run(conversation, HttpTalk(staff, agent))
    if not outcome.passed:
        pytest.fail("\n".join(line for turn in outcome.turns for line in told(turn)), pytrace=False)


def told(turn):
    yield f"  resident: {turn.said}"
    yield from (f"       bot: {line}" for line in turn.reply.splitlines())
    yield from turn.faults


def test_a_failure_is_found():
    """The runner itself: a check that cannot fail would be worth nothing."""
    turn = Turn(says="hej", must=["112"], may=["a", "b"], never=["x"], intent="greet")
    assert list(faults(turn, "x", "thank")) == [
        "saknas: «112»",
        "inget av det här finns med: «a», «b»",
        "får inte finnas med: «x»",
        "förstods som thank, inte som greet",
    ]
    assert list(faults(turn, "112 b", "greet")) == []


def test_there_are_enough_of_them():
    assert len(list(suites(FOLDER))) >= 80
