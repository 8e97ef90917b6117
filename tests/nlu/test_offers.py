"""What was offered can be typed: a title, slips aside, a number or place; a yes or a no finds its button."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.events import UserUttered

from hjalpsam.content.facts import load_facts
from hjalpsam.content.intents import PRESSED_INTENTS
from hjalpsam.content.texts import fill, language_of_variation
from hjalpsam.hours.helpline import text_values
from hjalpsam.nlu.offers import answering, before_latest_message, offered, typed_button
from tests.content.test_facts import PATH, RESPONSES

ADVICE = {"title": "Ja, gärna", "payload": "/ask_talk_advice", "answers": "yes"}
CALL = {"title": "Vad händer när jag ringer?", "payload": "/ask_helpline_call"}
NO = {"title": "Nej tack", "payload": "/not_now", "answers": "no"}
BUTTONS = [ADVICE, CALL, NO]


def bot(*buttons):
    return {"event": "bot", "data": {"buttons": list(buttons)}}


def user(text, also=None):
    entities = [{"entity": "also", "value": also}] if also else []
    return {"event": "user", "text": text, "parse_data": {"entities": entities}}


def slot(value):
    return {"event": "slot", "name": "also", "value": value}


# --- what was offered ------------------------------------------------------------------------


def test_the_latest_reply_offers_its_buttons():
    assert offered([bot(NO), user("hej"), bot(ADVICE), bot(CALL, NO)]) == [CALL, NO, ADVICE]  # as on the screen
    assert offered([bot(ADVICE), user("hej")]) == []
    assert offered([]) == []


def test_both_answers_to_a_message_that_asked_two_things_count():
    also = CALL["payload"]
    assert offered([user("två frågor", also), bot(ADVICE), user(also), bot(NO)]) == [NO, ADVICE]
    assert offered([bot(ADVICE), user("ja"), slot(also), user(also), bot(NO)]) == [NO]


def test_a_button_that_was_pressed_is_a_message_of_its_own():
    pressed = CALL["payload"]
    assert offered([user("hej"), bot(ADVICE, CALL), user(pressed), bot(NO)]) == [NO]


def test_what_was_offered_before_the_message_that_is_answered():
    assert before_latest_message([bot(ADVICE), user("ja"), slot("/a")]) == [bot(ADVICE)]
    assert before_latest_message([]) == []


@pytest.mark.parametrize(("answer", "found"), [("yes", [ADVICE]), ("no", [NO])])
def test_yes_and_no_have_their_buttons(answer, found):
    assert answering([user("hej"), bot(*BUTTONS)], answer) == found


# --- what is typed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("Vad händer när jag ringer?", "/ask_helpline_call"),
        ("vad hander nar jag ringer", "/ask_helpline_call"),
        ("VAD HÄNDER NÄR JAG RINGR", "/ask_helpline_call"),
        ("ja gärna!", "/ask_talk_advice"),
        ("nej tack.", "/not_now"),
        ("1", "/ask_talk_advice"),
        ("tvåan", "/ask_helpline_call"),
        ("den andra", "/ask_helpline_call"),
        ("det andra, tack", "/ask_helpline_call"),
        ("jag tar nummer 2", "/ask_helpline_call"),
        ("alternativ tre", "/not_now"),
        ("det sista", "/not_now"),
        ("the second one", "/ask_helpline_call"),
        ("1a", "/ask_talk_advice"),
    ],
)
def test_what_takes_a_button(typed, payload):
    assert typed_button(typed, BUTTONS) == payload


@pytest.mark.parametrize(
    "typed",
    [
        "4",  # there are three
        "ja",  # a yes, but not by its title: the classifier hears it
        "den andra killen",
        "andra gången han gör så",
        "vad händer",
        "nej",
        "112",
        "jag tar livet av mig",
        "den",
        "",
        "🙂",
    ],
)
def test_what_is_read_as_any_message(typed):
    assert typed_button(typed, BUTTONS) is None


def test_a_negation_is_no_slip():
    button = {"title": "Det går inte att prata", "payload": "/a"}
    assert typed_button("det går att prata", [button]) is None


def test_without_an_offer_a_number_is_only_a_number():
    assert typed_button("1", []) is None
    assert typed_button("den första", []) is None


def titles():
    """Each button of domain.yml once: title as shown, payload, whether it is an answer to an offer."""
    found = {}
    for variations in RESPONSES.values():
        for variation in variations:
            values = text_values(load_facts(PATH), language_of_variation(variation))
            for button in variation.get("buttons", []):
                found[fill(button["title"], values), button["payload"], "answers" in button] = None
    return [title for title in found if title[0]]


TITLES = titles()


@pytest.mark.parametrize(("title", "payload", "answers"), TITLES)
def test_every_title_is_its_button_where_it_was_offered_and_those_that_nothing_else_means_anywhere(
    title, payload, answers
):
    intent = read(payload)[0]
    found = typed_button(title, [])
    assert (found and read(found)[0]) == (intent if intent[1:] in PRESSED_INTENTS and not answers else None)
    assert typed_button(title.upper().strip("?"), [{"title": title, "payload": payload}]) == payload


def read(payload):
    """Intent and entities."""
    intent, brace, entities = payload.partition("{")
    return intent, json.loads(brace + entities) if brace else {}


def test_a_title_from_elsewhere_is_answered_in_its_language():
    assert read(typed_button("What happens when I call?", [])) == ("/ask_helpline_call", {"language": "en"})
    assert read(typed_button("Hur kan vi prata", [])) == ("/ask_talk_advice", {"language": "sv"})


def test_a_title_means_one_thing_but_for_yes_and_no():
    meant = {(title, payload) for title, payload, answers in TITLES if not answers}
    assert len({title for title, _ in meant}) == len(meant)


@given(st.text(max_size=40), st.lists(st.sampled_from(BUTTONS), max_size=4, unique_by=lambda button: button["title"]))
def test_whatever_is_typed_it_is_a_button_of_the_reply_or_of_a_response(text, buttons):
    found = typed_button(text, buttons)
    known = {
        read(payload)[0] for payload in [*(button["payload"] for button in buttons), *(title[1] for title in TITLES)]
    }
    assert found is None or read(found)[0] in known


@pytest.mark.parametrize(("title", "payload", "answers"), TITLES)
async def test_every_title_as_the_first_message_is_understood_or_asked_back_with_it_first(
    residents, agent, title, payload, answers
):
    if answers:
        return  # yes and no are what they are
    sender, _ = await residents.open()
    replies = await residents.say(sender, title)
    tracker = await agent.tracker_store.retrieve(sender)
    understood = next(event.intent_name for event in reversed(tracker.events) if isinstance(event, UserUttered))
    first = [button["payload"] for reply in replies for button in reply.get("buttons", [])][:1]
    assert understood == read(payload)[0][1:] or (understood == "nlu_fallback" and first == [payload]), understood
