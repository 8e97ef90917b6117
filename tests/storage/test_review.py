"""What is kept for review, for how long, and what comes of it."""

import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from hjalpsam.nlu.encoder import shared_encoder
from hjalpsam.nlu.likeness import Likeness
from hjalpsam.storage.review import (
    MOST_ITEMS,
    Inbox,
    Item,
    conversation_key,
    proposals,
    rated_down,
    to_review,
)

DAY = datetime.date(2026, 11, 26)
NOON = datetime.datetime(2026, 11, 26, 11, tzinfo=datetime.timezone.utc)


def item(text="vad gör ni", conversation="a", day=DAY, reason="unsure", guess="ask_cks", **more):
    return Item(
        day=day, conversation=conversation, text=text, reason=reason, guess=guess, confidence=0.6, language="sv", **more
    )


@pytest.fixture
def inbox(tmp_path):
    return Inbox(f"sqlite:///{tmp_path / 'counts.db'}")


def texts(inbox):
    return [kept["text"] for kept in inbox.items()]


# --- what is kept --------------------------------------------------------------------------------


def turn(text, intent, confidence, *more, said="utter_x"):
    ranking = [{"name": intent, "confidence": confidence}, *({"name": name, "confidence": sure} for name, sure in more)]
    parsed = {"intent": ranking[0], "intent_ranking": ranking, "entities": []}
    bot = {"event": "bot", "metadata": {"utter_action": said, "id": "1"}}
    return [{"event": "user", "text": text, "parse_data": parsed}, bot]


@pytest.mark.parametrize(
    ("events", "reason", "guess"),
    [
        (turn("asdf", "nlu_fallback", 0.6, ("ask_cks", 0.4), ("greet", 0.1)), "not_understood", "ask_cks"),
        (
            turn("cks?", "nlu_fallback", 0.6, ("greet", 0.1), ("ask_cks", 0.4), said="utter_ask_back"),
            "asked_back",
            "ask_cks",
        ),
        (turn("cks?", "ask_cks", 0.6, ("greet", 0.1)), "unsure", "ask_cks"),
    ],
)
def test_a_message_that_was_hardly_understood_is_kept_with_its_guess(events, reason, guess):
    kept = to_review(events, "a", DAY)
    assert (kept.reason, kept.guess, kept.text) == (reason, guess, events[0]["text"])


@pytest.mark.parametrize(
    "events",
    [
        turn("vad är cks", "ask_cks", 0.9),
        turn("/ask_cks", "ask_cks", 0.1),
        turn("han har kniv", "report_emergency", 1.0),
        [],
    ],
)
def test_what_was_understood_is_not(events):
    assert to_review(events, "a", DAY) is None


def test_a_thumb_down_keeps_what_was_asked_before_that_answer():
    one, other = turn("vad är cks", "ask_cks", 0.9), turn("tack", "thank", 0.9)
    other[1]["metadata"]["id"] = "2"
    kept = rated_down([*one, *other], "1", "a", DAY)
    assert (kept.text, kept.reason, kept.response) == ("vad är cks", "down", "utter_x")
    assert (
        rated_down(
            [
                *turn("vad är cks", "ask_cks", 0.9),
                *turn("/ask_more", "ask_more", 1.0)[:1],
                one[1] | {"metadata": {"id": "3"}},
            ],
            "3",
            "a",
            DAY,
        )
        is None
    )
    assert rated_down(one, "9", "a", DAY) is None


def test_a_message_is_kept_once_and_a_thumb_down_counts_more(inbox):
    inbox.add([item(), item(reason="down", response="utter_x")])
    inbox.add([item(conversation="b")])
    assert [(kept["reason"], kept["response"]) for kept in inbox.items()] == [("unsure", None), ("down", "utter_x")]


def test_nothing_tells_which_conversation_it_was(inbox):
    inbox.add([item()])
    assert "conversation" not in inbox.items()[0]
    assert conversation_key("sender", "secret") != conversation_key("sender", "another secret")
    assert "sender" not in conversation_key("sender", "secret")


# --- forgetting ------------------------------------------------------------------------------------


def test_messages_are_deleted_by_their_day(inbox):
    inbox.add([item("gammalt", day=DAY - datetime.timedelta(days=15)), item("nytt", day=DAY)])
    assert inbox.forget(before=DAY - datetime.timedelta(days=14)) == 1
    assert texts(inbox) == ["nytt"]


def test_messages_are_deleted_with_their_conversation(inbox):
    inbox.add([item("ett", "a"), item("två", "b")])
    assert inbox.forget(conversation="a") == 1
    assert texts(inbox) == ["två"]


def test_all_can_be_deleted(inbox):
    inbox.add([item("ett"), item("två")])
    assert inbox.forget() == 2
    assert texts(inbox) == []


def test_no_more_are_kept_than_anybody_reads(inbox):
    inbox.add([item(str(number)) for number in range(MOST_ITEMS + 5)])
    assert len(texts(inbox)) == MOST_ITEMS
    assert texts(inbox)[-1] == "5"


# --- judging -----------------------------------------------------------------------------------------


def test_verdicts_give_the_intent_that_was_meant(inbox):
    inbox.add([item("rätt"), item("fel"), item("främmande"), item("nytt"), item("ångrat")])
    ids = {kept["text"]: kept["id"] for kept in inbox.items()}
    inbox.judge([ids["rätt"]], "right", None)
    inbox.judge([ids["fel"]], "wrong", "ask_bra")
    inbox.judge([ids["främmande"]], "foreign", None)
    inbox.judge([ids["nytt"]], "new", None)
    inbox.judge([ids["ångrat"]], "right", None)
    inbox.judge([ids["ångrat"]], None, None)
    judged = {kept["text"]: (kept["verdict"], kept["intent"]) for kept in inbox.items()}
    assert judged == {
        "rätt": ("right", "ask_cks"),
        "fel": ("wrong", "ask_bra"),
        "främmande": ("foreign", "out_of_scope"),
        "nytt": ("new", None),
        "ångrat": (None, None),
    }
    assert inbox.judge([999], "right", None) == 0


def judged(text, verdict, intent):
    return {"text": text, "verdict": verdict, "intent": intent}


def test_the_file_of_proposals_is_training_data_for_rasa():
    items = [
        judged("var ligger ni", "wrong", "ask_cks"),
        judged("kan man ansöka", "new", None),
        judged("vet ej", None, None),
    ]
    text = proposals(
        [
            *items,
            judged("var ligger ni", "right", "ask_cks"),
            judged("vad kostar simhallen", "foreign", "out_of_scope"),
        ],
        DAY,
    )
    examples = RasaYAMLReader().reads(text).training_examples
    assert sorted((example.get("intent"), example.get("text")) for example in examples) == [
        ("ask_cks", "var ligger ni"),
        ("out_of_scope", "vad kostar simhallen"),
    ]
    assert "#   kan man ansöka" in text
    assert "vet ej" not in text


@example(["[a]{0}"])
@example(["[a][b]", "[a](b)"])
@given(st.lists(st.text(min_size=1), min_size=1))
def test_whatever_was_typed_the_file_can_be_read(typed):
    text = proposals([judged(" ".join(words.split()), "wrong", "ask_cks") for words in typed], DAY)
    assert len(RasaYAMLReader().reads(text).training_examples) <= len(typed)


def test_without_verdicts_the_file_is_empty():
    assert RasaYAMLReader().reads(proposals([judged("vet ej", None, None)], DAY)).training_examples == []


# --- likeness, and who looked ------------------------------------------------------------------------


def test_messages_that_mean_the_same_are_together():
    likeness = Likeness(shared_encoder())
    kept = [
        {"id": number, "text": text}
        for number, text in enumerate(
            ["var ligger CKS?", "var finns CKS kontor", "vad kostar simhallen", "var ligger cks kontor?"]
        )
    ]
    groups = [[entry["id"] for entry in group] for group in likeness.groups(kept)]
    assert groups == [[0, 1, 3], [2]]
    assert [[entry["id"] for entry in group] for group in likeness.groups(kept[2:3])] == [[2]]
    assert likeness.groups([]) == []


def test_who_looked_is_kept_but_not_for_ever(inbox):
    inbox.look("Kim", "read", NOON)
    inbox.look("Kim", "read", NOON + datetime.timedelta(minutes=9))
    inbox.look("Alex", "deleted", NOON)
    assert [(look["who"], look["what"]) for look in inbox.looks()] == [("Alex", "deleted"), ("Kim", "read")]
    assert inbox.looks()[0]["at"] == NOON.replace(tzinfo=None)
    inbox.forget_looks(before=NOON + datetime.timedelta(days=1))
    assert inbox.looks() == []
