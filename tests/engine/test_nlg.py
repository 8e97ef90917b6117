"""The lines about danger that go with an answer: in front, where it is possible, and behind, after an alarm."""

import pytest
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.slots import CategoricalSlot
from rasa.shared.core.trackers import DialogueStateTracker

from hjalpsam.engine.nlg import alarm_of, care_for


def said(text, danger=None, confidence=0.2):
    entities = []
    if danger:
        entities = [{"entity": "danger", "value": "hint", "role": danger, "confidence": confidence}]
    return UserUttered(text, {"name": "inform"}, entities)


def due(*events):
    return care_for(DialogueStateTracker.from_events("someone", list(events)))


ANSWER = BotUttered("ett svar")


@pytest.mark.parametrize("danger", ["report_emergency", "suicidal_thoughts"])
def test_a_hint_gets_the_line_that_fits_it(danger):
    assert due(said("jag har gett upp", danger)) == f"utter_hint_{danger}"


def test_without_a_hint_there_is_none():
    assert due(said("vad är cks")) is None
    assert due() is None


def test_it_stands_in_front_of_the_first_message_of_an_answer_only():
    assert due(said("jag har gett upp", "suicidal_thoughts"), ANSWER) is None


def test_it_is_said_once_in_a_conversation():
    assert due(said("a", "suicidal_thoughts"), ANSWER, said("b", "suicidal_thoughts")) is None
    assert due(said("a", "suicidal_thoughts"), ANSWER, said("b"), ANSWER, said("c", "suicidal_thoughts", 0.3)) is None


def test_it_is_said_again_when_it_grows():
    grown = said("b", "suicidal_thoughts", 0.4)
    assert due(said("a", "suicidal_thoughts", 0.2), ANSWER, grown) == "utter_hint_suicidal_thoughts"


def test_another_danger_has_a_line_of_its_own():
    assert due(said("a", "suicidal_thoughts"), ANSWER, said("b", "report_emergency")) == "utter_hint_report_emergency"


async def test_the_line_comes_first_and_the_answer_follows(residents):
    (message,) = await residents.say((await residents.open())[0], "jag har gett upp")
    first, second, *_ = message["text"].splitlines()
    assert "112" in first
    assert "90101" in first
    assert second
    assert "112" not in second


async def test_an_answer_that_begins_with_the_number_needs_no_line_in_front(residents):
    sender, _ = await residents.open()
    message, *_ = await residents.say(sender, "mina föräldrar slår mig hemma, kan soc hjälpa mig?")
    assert "112" in message["text"].splitlines()[0]
    assert "Är någon i fara nu, eller kan det bli så?" not in message["text"]


# --- after an alarm --------------------------------------------------------------------------


def after_alarm(alarm, *events):
    tracker = DialogueStateTracker.from_events("someone", list(events), [CategoricalSlot("alarm", [], values=ALARMS)])
    tracker.update(SlotSet("alarm", alarm))
    return alarm_of(tracker)


ALARMS = ["report_emergency", "suicidal_thoughts", "over"]


@pytest.mark.parametrize("alarm", ALARMS)
def test_the_first_message_of_an_answer_ends_with_whom_to_call_until_the_alarm_is_over(alarm):
    expected = None if alarm == "over" else alarm
    assert after_alarm(alarm, said("kan man vara anonym")) == expected
    assert after_alarm(alarm, said("kan man vara anonym"), ANSWER) is None


async def test_the_numbers_stay_in_sight_until_it_is_said_to_be_over(residents):
    sender, _ = await residents.open()
    await residents.say(sender, "jag vill inte leva längre")
    answer, *_ = await residents.say(sender, "vad är cks?")
    assert "Centrum för kunskap och säkerhet" in answer["text"].splitlines()[0]
    assert answer["text"].splitlines()[-1] == "Är någons liv i fara? Ring 112, eller Självmordslinjen på 90101."
    await residents.say(sender, "så menade jag inte")
    answer, *_ = await residents.say(sender, "vad är cks?")
    assert "90101" not in answer["text"]
