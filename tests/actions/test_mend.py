"""After "nej, det menade jag inte"."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.fallback import ActionMend


def user(intent, *ranking):
    guesses = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return {"event": "user", "parse_data": {"intent": {"name": intent}, "intent_ranking": guesses, "entities": []}}


def bot(response, *payloads):
    buttons = [{"title": payload, "payload": payload} for payload in payloads]
    return {"event": "bot", "metadata": {"utter_action": response}, "data": {"buttons": buttons}}


def run(action, *events):
    """Events and what is said: response and payloads."""
    latest = next((event["parse_data"] for event in reversed(events) if event["event"] == "user"), {})
    tracker = Tracker("someone", {}, latest, list(events), False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    returned = action.run(dispatcher, tracker, {})
    said = [(each["response"], [button["payload"] for button in each["buttons"]]) for each in dispatcher.messages]
    return returned, said


def mended(*events):
    returned, (said,) = run(ActionMend(), *events)
    assert returned == []
    return said


ASKED = user("ask_cks", ("ask_cks", 0.7), ("ask_bra", 0.2), ("greet", 0.05), ("ask_human", 0.04), ("ask_source", 0.03))
NOT_MEANT = user("not_helpful", ("not_helpful", 0.9))


def test_what_else_the_message_may_have_meant_is_offered():
    """Neither what it was taken for, nor small talk, nor what the response offers anyway."""
    assert mended(ASKED, NOT_MEANT) == ("utter_not_helpful", ["/ask_bra", "/ask_source"])


def test_an_unlikely_danger_is_not_offered():
    asked = user("ask_cks", ("ask_cks", 0.9), ("report_emergency", 0.05))
    assert mended(asked, NOT_MEANT) == ("utter_say_otherwise", [])


def test_said_twice_it_is_people_to_call():
    assert mended(ASKED, NOT_MEANT, NOT_MEANT) == ("utter_not_helpful_twice", [])


def test_as_the_first_message_it_asks_to_say_it_otherwise():
    assert mended(NOT_MEANT) == ("utter_say_otherwise", [])
