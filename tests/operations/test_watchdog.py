"""The watchdog: whom it ends, and whom it leaves alone. The real one is tried in tests/test_server.py."""

import pytest

from hjalpsam.operations.processes import Process
from hjalpsam.operations.watchdog import LONGEST_SILENCE, Watchdog, answers
from tests.conftest import free_port

RASA = Process("rasa", "RUNNING", "2026-11-30T10:00:00+00:00")
ANEW = Process("rasa", "RUNNING", "2026-11-30T10:05:00+00:00")
STARTING = Process("rasa", "STARTING", "2026-11-30T10:05:00+00:00")


class Scene:
    """Looks every three seconds of a clock that stands still otherwise."""

    def __init__(self):
        self.answers, self.ended, self.clock = True, [], 0.0
        self.watchdog = Watchdog({"rasa": "address"}, self.ask, self.ended.append, lambda: self.clock)

    async def ask(self, address):
        assert address == "address"
        return self.answers

    async def look(self, seconds=0.0, process=RASA, **now):
        self.answers = now.get("answers", self.answers)
        until = self.clock + seconds
        await self.watchdog.look([process])
        while self.clock < until:
            self.clock += 3
            await self.watchdog.look([process])


@pytest.fixture
def scene():
    return Scene()


async def test_who_answers_is_left_alone(scene):
    await scene.look(100)
    assert scene.ended == []


async def test_who_has_stopped_to_answer_is_ended_once(scene):
    await scene.look()
    await scene.look(LONGEST_SILENCE - 3, answers=False)
    assert scene.ended == []
    await scene.look(60)
    assert scene.ended == ["rasa"]


async def test_a_short_silence_is_forgiven(scene):
    for _ in range(5):
        await scene.look(answers=True)
        await scene.look(LONGEST_SILENCE - 3, answers=False)
    assert scene.ended == []


async def test_who_has_never_answered_may_take_its_time(scene):
    await scene.look(300, answers=False)
    await scene.look(300, process=STARTING)
    assert scene.ended == []


async def test_who_was_started_anew_may_take_its_time_too(scene):
    await scene.look()
    await scene.look(60, answers=False)
    await scene.look(300, process=ANEW)
    assert scene.ended == ["rasa"]
    await scene.look(process=ANEW, answers=True)
    await scene.look(30, process=ANEW, answers=False)
    assert scene.ended == ["rasa", "rasa"]


async def test_a_watchdog_that_was_asleep_asks_before_it_acts(scene):
    await scene.look()
    scene.clock += 3600
    await scene.look(answers=False)
    await scene.look(answers=True)
    assert scene.ended == []


async def test_others_are_none_of_its_business(scene):
    await scene.look()
    await scene.look(60, process=Process("watchdog", "RUNNING", RASA.started), answers=False)
    assert scene.ended == []


async def test_any_answer_counts(residents):
    assert await answers(f"{residents.address}/")
    assert await answers(f"{residents.address}/not/there"), "an error is an answer"
    assert not await answers(f"http://127.0.0.1:{free_port()}/")
