"""Words as the rules see them."""

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from hjalpsam.nlu.tokenizer import SwedishTokenizer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("e den öpen nu?", ["e", "den", "öpen", "nu", "?"]),
        ("vit makt-miljön", ["vit", "makt", "-", "miljön"]),
        ("AFA/antifa", ["AFA", "/", "antifa"]),
        ("nazist,högerextremism", ["nazist", ",", "högerextremism"]),
        ("020-100 200", ["020-100", "200"]),
        ("🙂👍", ["🙂", "👍"]),
        ("…", ["…"]),
    ],
)
def test_words(text, words):
    tokenizer = SwedishTokenizer(SwedishTokenizer.get_default_config())
    tokens = tokenizer.tokenize(Message({TEXT: text}), TEXT)
    assert [token.text for token in tokens] == words
    assert all(text[token.start : token.end] == token.text for token in tokens)
