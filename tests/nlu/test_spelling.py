"""Missing dots and slips are mended where it is safe, and nothing else is touched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import TEXT

from hjalpsam.nlu.spelling import Spelling, SpellingCorrector, words_of
from tests.nlu.components import Maker, examples, processed

LINES = [
    *["är orostelefonen öppen nu för min son", "när är orostelefonen öppen för oss", "är den öppen för alla"],
    *["vad är brå", "vad gör brå", "det är bra", "bra tack", "hur är det för en förälder"],
    *["vem får ringa", "får jag ringa", "han är en idiot å en nazist", "ring å fråga", "är du i borås"],
    *["is the helpline open for my son", "who is the helpline for", "hon är extremist", "hon blev extremist"],
]
SPELLING = Spelling(words_of(LINES))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ar den oppen", "är den öppen"),
        ("Ar den oppen for min son", "Är den öppen för min son"),
        ("AR DEN OPPEN", "ÄR DEN ÖPPEN"),
        ("nar ar orostelefonen oppen", "när är orostelefonen öppen"),
        ("orostelefnen", "orostelefonen"),
        ("Orostelefonnen?", "Orostelefonen?"),
        ("är orostelefoenn öppen", "är orostelefonen öppen"),
        ("extremsit", "extremist"),
        ("h o n ä r e x t r e m i s t", "hon är extremist"),
    ],
)
def test_what_is_mended(typed, read):
    assert SPELLING.mend(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "vad är bra",  # known, and something else than brå
        "vad gor bra",  # no word that is never written without dots: it may be another language
        "is it open for my son",  # English: "for" is a word of its own
        "who is far right",  # "far" is English, though "får" is commoner in the lines
        "is a man from boras far right",  # … and no word of one letter is mended
        "hon är extremt trött",  # a common word that no training line has
        "skjutsa mig",
        "Anna och Ahmed bor i Sandared",
        "vad gör B R Å",  # an abbreviation
        "020-100 200",
        "🙂 …",
        "",
    ],
)
def test_what_is_left_alone(typed):
    assert SPELLING.mend(typed) == typed


COMMON = Spelling({"jag": 400, "med": 120, "den": 200, "det": 300, "fråga": 9, "ringa": 60})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("jga vill rina", "jag vill ringa"),  # common words, and no other is near
        ("mde mig", "med mig"),
        ("frga", "frga"),  # what it would become is no common word
        ("deå", "deå"),  # as near to "den" as to "det"
        ("j", "j"),
    ],
)
def test_a_short_word_is_mended_only_into_one_that_stands_out(typed, read):
    assert COMMON.mend(typed) == read


@st.composite
def mistyped(draw):
    """A line with some letters lost, doubled, swapped or without their dots."""
    line = draw(st.sampled_from(LINES))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(line) - 2))
        one, two = line[at], line[at + 1]
        line = line[:at] + draw(st.sampled_from(["", one, one + one + two, two + one])) + line[at + 2 :]
    return draw(st.sampled_from([line, line.upper(), line.translate(str.maketrans("åäö", "aao"))]))


@given(mistyped())
def test_mending_twice_changes_nothing_more(text):
    once = SPELLING.mend(text)
    assert SPELLING.mend(once) == once


@given(mistyped())
def test_mending_keeps_the_number_of_words_and_all_that_is_no_letter(text):
    assert re.sub(r"\w+", "word", SPELLING.mend(text)) == re.sub(r"\w+", "word", text)


def test_a_trained_component_mends_and_a_loaded_one_alike(tmp_path):
    maker = Maker(SpellingCorrector, tmp_path)
    trained = maker.create()
    data = examples(*LINES, "ar den oppen")
    trained.train(data)
    trained.process_training_data(data)
    assert data.training_examples[-1].get(TEXT) == "är den öppen"
    for component in (trained, maker.load()):
        assert processed(component, "orostelefnen").get(TEXT) == "orostelefonen"


def test_payloads_are_left_alone(tmp_path):
    corrector = Maker(SpellingCorrector, tmp_path).create()
    corrector.train(examples(*LINES))
    assert processed(corrector, "/ask_helplnie").get(TEXT) == "/ask_helplnie"
