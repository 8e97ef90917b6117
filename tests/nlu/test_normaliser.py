"""One written form for what is the same to a reader."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from hjalpsam.content.written import BLANK, normalise, visible
from hjalpsam.nlu.normaliser import TextNormaliser


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("hej", "hej"),
        ("  hej \t du  ", "hej du"),
        ("hej\r\n\n är den öppen?\njag undrar\n", "hej. är den öppen? jag undrar"),
        ("vad menas.....", "vad menas..."),
        ("he doesn’t", "he doesn't"),
        ("a\u030angest", "ångest"),  # å as two characters, as some phones send it
        ("Hjäääääälp mig!!!!!", "Hjäälp mig!!!"),
        ("116 111", "116 111"),
        ("👍" * 50, "👍👍👍"),
        ("[({" * 300 + " hjälp", "[({[({[({[ hjälp"),
        ("😀🙃" * 400, "😀🙃😀🙃😀🙃😀🙃😀🙃"),
        ("noooo", "noo"),
        ("miss", "miss"),
        ("he\u200bj", "hej"),
        ("hej\x00då", "hej då"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("", BLANK),
        ("   ", BLANK),
        ("\u200b\u200d\ufeff", BLANK),
        ("🙂", "🙂"),
    ],
)
def test_what_is_read(typed, read):
    assert normalise(typed) == read


@given(st.text(max_size=200))
def test_any_text_gets_one_form_that_stays(text):
    once = normalise(text)
    assert once
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not {"\x00", "\n"} & set(once)
    assert visible(once) == once


def test_a_payload_is_left_alone():
    message = Message({TEXT: '/ask_milieu{"milieu": "left"}'})
    TextNormaliser().process([message])
    assert message.get(TEXT) == '/ask_milieu{"milieu": "left"}'


def test_a_message_without_text_is_left_alone():
    message = Message({})
    TextNormaliser().process([message])
    assert message.get(TEXT) is None
