"""Which language a message is in, or asks for; and only when that is clear."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu.languages import LanguageFinder
from hjalpsam.paths import ROOT

FINDER = LanguageFinder(read_yaml(ROOT / "data" / "languages.yml"))
CALLED = {"kmr": "ku", "switch:en": "en", "switch:sv": "sv", "unclear": None}


@pytest.fixture(scope="module")
def lines():
    """Messages by the language they are in (`other:xx`: none of ours)."""
    by_language = {}
    with (ROOT / "tests/voices/languages.tsv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            language = line["language"]
            name = "other" if language.startswith("other") else CALLED.get(language, language)
            by_language.setdefault(name, []).append(line["message"])
    return by_language


@pytest.mark.parametrize(
    ("language", "floor"),
    [("sv", 0.95), ("en", 0.98), ("ar", 0.9), ("fa", 0.9), ("ckb", 0.85), ("ku", 0.85), ("so", 0.8), ("fi", 0.9)],
)
def test_enough_messages_are_known(lines, language, floor):
    missed = [message for message in lines[language] if FINDER.find(message) != language]
    assert len(missed) <= (1 - floor) * len(lines[language]), missed


@pytest.mark.parametrize("language", ["sv", "en", "ckb", "ku", "so", "fi"])
def test_none_is_taken_for_another(lines, language):
    wrong = [message for message in lines[language] if FINDER.find(message) not in (language, None)]
    assert wrong == []


def test_what_is_unclear_does_not_switch(lines):
    assert [message for message in lines[None] if FINDER.find(message)] == []


def test_neighbouring_languages_are_not_taken_for_ours(lines):
    wrong = [message for message in lines["other"] if FINDER.find(message) in ("ar", "fa", "ckb", "ku", "so", "fi")]
    assert len(wrong) <= 0.05 * len(lines["other"]), wrong


@pytest.mark.parametrize("word", ["hello", "help", "ok", "stop", "sorry", "hej", "hjälp", "ja", "telefon", "chat"])
def test_one_word_never_switches(word):
    assert FINDER.find(word) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in english please", "en"),
        ("kan vi ta det på engelska", "en"),
        ("på svenska tack", "sv"),
        ("english?", "en"),
        ("kan du engelska?", "sv"),  # asks what it can: answered as it is asked
        ("pratar de engelska på orostelefonen", "sv"),
        ("do they speak swedish on the phone", "en"),
        ("jag förstår inte svenska, kan vi ta det på engelska", "en"),
        # of a language, but not for it
        ("i don't speak swedish", "en"),
        ("my swedish is bad", "en"),
        ("is there someone who speaks swedish", "en"),
        ("min engelska är dålig", "sv"),
        ("han skriver på engelska på discord", "sv"),
    ],
)
def test_a_language_is_asked_for(text, language):
    assert FINDER.find(text) == language


@pytest.mark.parametrize("text", ["nää tack", "tipsa säpo", "nää int de", "wallah ja", "anmäla näthat", "ja tack"])
def test_swedish_that_looks_like_finnish_to_the_model_is_none(text):
    assert FINDER.find(text) in ("sv", None)


@given(st.text(max_size=60))
def test_any_text_is_read(text):
    assert FINDER.find(text) in (None, "sv", "en", "ar", "fa", "ckb", "ku", "so", "fi")
