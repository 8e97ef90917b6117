"""The conversations of tests/conversations/: what a resident types, and what must come back.

How they are written: hjalpsam/cases.py. They run through the staff's channel, since only there
the clock can be set; from there on everything is as for residents. Each runs in two time zones
of the process: the helpline's own, and UTC.
"""

import os
import time
from pathlib import Path

import pytest

from hjalpsam.cases import Turn, faults, intents_of, run, suites

FOLDER = Path(__file__).parent / "conversations"


def conversations():
    for path, case in suites(FOLDER):
        yield pytest.param(case, id=f"{path.stem}: {case.name}")


@pytest.fixture(params=["Europe/Stockholm", "UTC"])
def time_zone(request):
    """The time zone of the process, which must make no difference."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


class HttpTalk:
    """A conversation over HTTP, as staff hold it."""

    def __init__(self, staff, agent):
        self._staff, self._agent = staff, agent

    async def open(self, now):
        self._metadata = {"metadata": {"now": now}} if now else {}
        self._sender, shown = await self._staff.open(**self._metadata)
        return shown

    async def say(self, message):
        return await self._staff.say(self._sender, message, **self._metadata)

    async def intent(self):
        return intents_of(await self._agent.tracker_store.retrieve(self._sender))[-1]


@pytest.mark.parametrize("conversation", conversations())
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
    assert len(list(conversations())) >= 80
