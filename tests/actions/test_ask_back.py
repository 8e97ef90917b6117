"""Asking back when a message was not understood: with which response, and which buttons."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.fallback import ActionAskBack
from hjalpsam.content.intent_table import load_intents
from hjalpsam.content.intents import NEVER_ASKED_ABOUT, PRESSED_INTENTS
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.paths import ROOT

DOMAIN = read_yaml(ROOT / "domain.yml")
SMALL_TALK = {"greet", "goodbye", "thank", "affirm", "deny", "ask_more", "not_helpful"}
NEVER_TYPED = {"open_chat", "nlu_fallback", "other_language", *PRESSED_INTENTS}


def guess(name, confidence):
    return {"name": name, "confidence": confidence}


def said(*guesses, entities=(), earlier=("open_chat",)):
    """Response and button payloads of the action, for the guesses behind a message that was not understood."""
    ranking = [guess("nlu_fallback", 0.4), *guesses]
    message = {"intent": ranking[0], "intent_ranking": ranking, "entities": list(entities)}
    events = [{"event": "user", "parse_data": {"intent": {"name": name}}} for name in [*earlier, "nlu_fallback"]]
    tracker = Tracker("someone", {}, message, events, False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    assert ActionAskBack().run(dispatcher, tracker, {}) == []
    (utterance,) = dispatcher.messages
    return utterance["response"], [button["payload"] for button in utterance["buttons"]]


def test_two_likely_guesses_and_something_else():
    guesses = guess("ask_cks", 0.5), guess("ask_bra", 0.3), guess("ask_city_work", 0.2)
    assert said(*guesses) == ("utter_ask_back", ["/ask_cks", "/ask_bra", "/ask_capabilities"])


def test_one_likely_guess():
    assert said(guess("ask_cks", 0.5), guess("ask_bra", 0.1)) == ("utter_ask_back", ["/ask_cks", "/ask_capabilities"])


def test_no_likely_guess():
    assert said(guess("ask_cks", 0.15), guess("ask_bra", 0.1)) == ("utter_nlu_fallback", [])


@pytest.mark.parametrize("intent", NEVER_ASKED_ABOUT)
def test_what_nobody_is_asked_whether_they_meant(intent):
    assert said(guess(intent, 0.5)) == ("utter_nlu_fallback", [])
    assert said(guess(intent, 0.5), guess("ask_cks", 0.3))[1] == ["/ask_cks", "/ask_capabilities"]


def hint(danger, confidence=0.4):
    return {"entity": "danger", "value": "hint", "role": danger, "confidence": confidence}


def test_danger_that_was_hinted_at_is_asked_about_first():
    guesses = guess("ask_cks", 0.5), guess("ask_bra", 0.3), guess("report_emergency", 0.2)
    assert said(*guesses, entities=[hint("report_emergency")])[1] == [
        "/report_emergency",
        "/ask_cks",
        "/ask_capabilities",
    ]


def test_a_weak_hint_has_its_line_in_front_and_frightens_nobody_with_a_guess():
    entities = [hint("report_emergency", 0.3)]
    assert said(guess("ask_cks", 0.5), entities=entities)[1] == ["/ask_cks", "/ask_capabilities"]


def test_danger_is_never_guessed_where_nothing_hints_at_it():
    assert said(guess("ask_cks", 0.5), guess("suicidal_thoughts", 0.4))[1] == ["/ask_cks", "/ask_capabilities"]


def test_a_milieu_is_asked_about_by_name_when_it_was_named():
    milieu = {"entity": "milieu", "value": "left"}
    assert said(guess("ask_milieu", 0.5), entities=[milieu])[1][0] == '/ask_milieu{"milieu": "left"}'
    assert said(guess("ask_milieu", 0.5))[1][0] == "/ask_milieus"


def test_the_same_button_does_not_come_twice():
    guesses = guess("ask_milieu", 0.4), guess("ask_milieus", 0.4)
    assert said(*guesses)[1] == ["/ask_milieus", "/ask_capabilities"]


def test_after_two_failures_in_a_row_comes_a_person():
    assert said(guess("ask_cks", 0.5), earlier=["nlu_fallback"]) == ("utter_not_understood_twice", [])
    assert said(guess("ask_cks", 0.5), earlier=["nlu_fallback", "ask_bra"])[0] == "utter_ask_back"
    assert said(guess("ask_cks", 0.5), earlier=["nlu_fallback"] * 2) == ("utter_stuck", [])


def test_a_language_that_is_not_answered_in_is_pointed_on():
    arabic = {"entity": "language", "value": "ar"}
    assert said(guess("ask_cks", 0.5), entities=[arabic]) == ("utter_other_language", [])


def test_the_buttons_are_in_the_language_of_the_conversation():
    tracker = Tracker("someone", {"language": "en"}, {}, [], False, None, {}, "action_listen")
    (button,) = ActionAskBack().titled(tracker, ["/express_concern"])
    assert button["title"] == "I am worried about someone"


def test_yes_means_a_guess_and_never_something_else():
    tracker = Tracker("someone", {}, {}, [], False, None, {}, "action_listen")
    guesses = ActionAskBack().titled(tracker, ["/ask_cks", "/ask_capabilities"])
    assert [button.get("answers") for button in guesses] == ["yes", None]


def test_even_then_a_danger_that_was_hinted_at_is_asked_about():
    asked = said(guess("ask_cks", 0.5), entities=[hint("suicidal_thoughts")], earlier=["nlu_fallback"])
    assert asked == ("utter_not_understood_twice", ["/suicidal_thoughts"])


def test_when_the_buttons_cannot_be_made_it_still_answers(monkeypatch, caplog):
    monkeypatch.setattr(ActionAskBack, "titled", lambda self, tracker, payloads: [])
    assert said(guess("ask_cks", 0.5)) == ("utter_nlu_fallback", [])
    monkeypatch.setattr(ActionAskBack, "titled", lambda self, tracker, payloads: 1 / 0)
    assert said(guess("ask_cks", 0.5)) == ("utter_nlu_fallback", [])
    assert "Gissningarna kunde inte visas: ZeroDivisionError" in caplog.text


def test_every_intent_is_asked_about_or_deliberately_not():
    asked = {
        button["payload"].lstrip("/").partition("{")[0] for button in DOMAIN["responses"]["utter_guesses"][0]["buttons"]
    }
    assert asked | set(NEVER_ASKED_ABOUT) | NEVER_TYPED == {intent.name for intent in load_intents(ROOT)}
    assert asked & set(NEVER_ASKED_ABOUT) == set()


def test_titles_are_whole_phrases_without_a_name_from_the_code():
    payloads = [button["payload"] for button in DOMAIN["responses"]["utter_guesses"][0]["buttons"]]
    for language in ("sv", "en"):
        tracker = Tracker("someone", {"language": language}, {}, [], False, None, {}, "action_listen")
        for button in ActionAskBack().titled(tracker, payloads):
            assert button["title"][0].isupper()
            assert not set(button["title"]) & set("{}_/")
            assert button["payload"].lstrip("/").partition("{")[0] not in button["title"]
