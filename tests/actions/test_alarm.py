"""What is said to somebody who goes on writing after an alarm."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.alarm import ActionAfterAlarm


def run(intent, *said, alarm="report_emergency", latest="utter_report_emergency", before=None, text=""):
    """Events and responses after an alarm, for a message of an intent that says these things about calling."""
    message = {
        "intent": {"name": intent},
        "text": text,
        "entities": [{"entity": "after_alarm", "value": value} for value in said],
    }
    events = [
        {"event": "slot", "name": "alarm", "value": before or alarm},
        {"event": "bot", "metadata": {"utter_action": latest}},
        {"event": "user"},
    ]
    tracker = Tracker("someone", {"alarm": alarm}, message, events, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    returned = ActionAfterAlarm().run(dispatcher, tracker, {})
    return returned, [each["response"] for each in dispatcher.messages]


@pytest.mark.parametrize("said", ["cannot_call", "help_comes", "not_so"])
@pytest.mark.parametrize("intent", ["inform", "deny", "nlu_fallback"])
def test_what_is_said_about_calling_is_as_good_as_its_button(intent, said):
    assert run(intent, said) == ([SlotSet("alarm", "report_emergency"), SlotSet("also", f"/{said}")], [])


def test_who_sits_with_somebody_who_does_not_want_to_live_is_no_other_alarm():
    returned, _ = run("report_emergency", "help_comes", before="suicidal_thoughts")
    assert returned == [SlotSet("alarm", "suicidal_thoughts"), SlotSet("also", "/help_comes")]


@pytest.mark.parametrize(
    ("intent", "answer"),
    [
        ("inform", "goes_on"),
        ("nlu_fallback", "goes_on"),
        ("ask_more", "goes_on"),
        ("deny", "refused"),
        ("hostile", "refused"),
        ("thank", "thanks"),
        ("affirm", "thanks"),
        ("goodbye", "thanks"),
    ],
)
@pytest.mark.parametrize(("alarm", "about"), [("report_emergency", "emergency"), ("suicidal_thoughts", "life")])
def test_the_rest_goes_by_what_it_is(intent, answer, alarm, about):
    assert run(intent, alarm=alarm) == ([], [f"utter_{about}_{answer}"])


@pytest.mark.parametrize(("alarm", "about"), [("report_emergency", "emergency"), ("suicidal_thoughts", "life")])
def test_a_question_about_the_call_is_answered_unless_more_is_said(alarm, about):
    assert run("ask_helpline_anonymity", "about_call", alarm=alarm) == ([], [f"utter_{about}_about_call"])
    assert run("inform", "about_call", "cannot_call", alarm=alarm)[0][-1] == SlotSet("also", "/cannot_call")


def test_a_question_about_the_call_that_tells_of_the_danger_anew_is_a_question():
    asks = "report_emergency", "about_call"
    assert run(*asks, before="report_emergency") == ([], ["utter_emergency_about_call"])


def test_who_will_not_call_is_heard_whatever_else_it_is():
    assert run("inform", "refused") == ([], ["utter_emergency_refused"])


def test_what_raises_the_alarm_anew_is_never_taken_for_over():
    """ "Han skojar inte" has the word of a joke in it."""
    assert run("report_emergency", "not_so") == ([], ["utter_emergency_goes_on"])
    assert run("report_emergency", "not_so", "cannot_call")[0][-1] == SlotSet("also", "/cannot_call")


def test_the_first_alarm_is_an_alarm_whatever_else_it_says():
    """ "De är här nu" is no help."""
    assert run("report_emergency", "help_comes", before="over") == ([], ["utter_report_emergency"])
    assert run("report_emergency", "cannot_call", before="over")[0][-1] == SlotSet("also", "/cannot_call")


def test_what_has_nothing_of_danger_and_is_not_understood_is_asked_back():
    """A mother's question is not answered as if she were in danger; silence is."""
    assert run("nlu_fallback", text="hur får jag bort henne därifrån") == ([], ["utter_nlu_fallback"])
    assert run("nlu_fallback", text="...") == ([], ["utter_emergency_goes_on"])


def test_the_same_is_not_said_twice_in_a_row():
    assert run("inform", latest="utter_emergency_goes_on") == ([], ["utter_emergency_goes_on_again"])
