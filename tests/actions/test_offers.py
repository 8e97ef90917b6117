"""Yes, no and "berätta mer" to what the latest reply offered."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.alarm import ActionAfterAlarm
from actions.offers import ActionDeclineOffer, ActionTakeOffer


def bot(**answers):
    """A reply whose buttons have these payloads, and answer yes or no (or nothing, for the others)."""
    buttons = [
        {"title": payload, "payload": f"/{payload}", **({"answers": answer} if answer else {})}
        for payload, answer in answers.items()
    ]
    return {"event": "bot", "data": {"buttons": buttons}}


def run(action, intent, *before):
    events = [*before, {"event": "user", "text": "…", "parse_data": {"entities": []}}]
    tracker = Tracker("someone", {}, {"intent": {"name": intent}}, events, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    returned = action.run(dispatcher, tracker, {})
    return returned, [
        (said["response"], [button["payload"] for button in said["buttons"]]) for said in dispatcher.messages
    ]


OFFER = bot(ask_talk_advice="yes", ask_human=None, goodbye="no")


@pytest.mark.parametrize("intent", ["affirm", "ask_more"])
def test_a_yes_is_the_button_that_says_so(intent):
    assert run(ActionTakeOffer(), intent, OFFER) == ([SlotSet("also", "/ask_talk_advice")], [])


def test_yes_to_a_reply_that_offers_nothing_but_more_is_more():
    reply = bot(ask_more=None, ask_helpline_hours=None)
    assert run(ActionTakeOffer(), "affirm", reply) == ([SlotSet("also", "/ask_more")], [])
    assert run(ActionTakeOffer(), "ask_more", reply) == ([], [("utter_ask_more", [])])


def test_a_no_is_the_button_that_says_so():
    assert run(ActionDeclineOffer(), "deny", OFFER) == ([SlotSet("also", "/goodbye")], [])


def test_a_no_to_a_reply_without_a_button_for_it():
    assert run(ActionDeclineOffer(), "deny", bot(ask_talk_advice="yes")) == ([SlotSet("also", "/not_now")], [])


def test_yes_to_two_guesses_asks_which():
    guesses = bot(ask_cks="yes", ask_bra="yes", ask_capabilities=None)
    assert run(ActionTakeOffer(), "affirm", guesses) == ([], [("utter_which_guess", ["/ask_cks", "/ask_bra"])])


@pytest.mark.parametrize(
    ("action", "intent", "said"),
    [
        (ActionTakeOffer(), "affirm", "utter_affirm"),
        (ActionTakeOffer(), "ask_more", "utter_ask_more"),
        (ActionDeclineOffer(), "deny", "utter_deny"),
    ],
)
def test_where_nothing_was_offered_it_asks_what_about(action, intent, said):
    assert run(action, intent, bot(ask_human=None)) == ([], [(said, [])])
    older = [OFFER, {"event": "user", "text": "tack", "parse_data": {"entities": []}}, bot(ask_human=None)]
    assert run(action, intent, *older) == ([], [(said, [])])


@pytest.mark.parametrize("action", [ActionTakeOffer(), ActionDeclineOffer(), ActionAfterAlarm()])
def test_what_fails_says_something_and_tells_nothing_of_the_conversation(action, caplog, monkeypatch):
    def fail(*_):
        raise ValueError("jag heter Anna")

    monkeypatch.setattr(type(action), "act", fail)
    dispatcher = CollectingDispatcher()
    assert action.run(dispatcher, Tracker("someone", {}, {}, [], False, None, {}, "action_listen"), {}) == []
    assert dispatcher.messages[0]["response"] == action.otherwise
    assert "ValueError" in caplog.text
    assert "Anna" not in caplog.text
