"""Words as the rules see them."""

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from hjalpsam.nlu import swedish
from hjalpsam.nlu.tokenizer import SwedishTokenizer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("e den öpen nu?", ["e", "den", "öpen", "nu", "?"]),
        ("vit makt-miljön", ["vit", "makt", "-", "miljön"]),
        ("AFA/antifa", ["AFA", "/", "antifa"]),
        ("nazist,högerextremism", ["nazist", ",", "högerextremism"]),
        ("020-100 200", ["020-100", "200"]),
        ("I'm sure he doesn't", ["I", "'m", "sure", "he", "does", "n't"]),
        ("öppet t.ex. kl. 15", ["öppet", "t", ".", "ex", ".", "kl", ".", "15"]),
        ("jo... nej", ["jo", "...", "nej"]),
        ("🙂👍", ["🙂", "👍"]),
        ("…", ["…"]),
    ],
)
def test_words(text, words):
    tokenizer = SwedishTokenizer(SwedishTokenizer.get_default_config())
    tokens = tokenizer.tokenize(Message({TEXT: text}), TEXT)
    assert [token.text for token in tokens] == words
    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_what_residents_write_does_not_pile_up_in_memory(monkeypatch):
    monkeypatch.setattr(swedish, "MOST_WORDS", 50)
    sizes = [len(swedish.document_of(f"kallelser{number} vartannat{number}").vocab.strings) for number in range(200)]
    assert max(sizes) < sizes[0] + 60


@pytest.mark.parametrize("other", ["hej  du", "hejd u", "hej du du", "Hej du"])
def test_rasas_cache_sees_whether_a_word_or_its_place_has_changed(other):
    def fingerprints(text):
        tokenizer = SwedishTokenizer(SwedishTokenizer.get_default_config())
        return [token.fingerprint() for token in tokenizer.tokenize(Message({TEXT: text}), TEXT)]

    assert fingerprints("hej du") == fingerprints("hej du") != fingerprints(other)
