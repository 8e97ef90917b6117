"""How words are written in the tables: what such a phrase finds in a text."""

import pytest
from spacy.matcher import Matcher

from hjalpsam.nlu.patterns import phrase_patterns
from hjalpsam.nlu.swedish import swedish

GROUPS = {"vapen": ["kniv", "pistol*"], "när": ["ikväll"]}


def finds(phrase, text):
    matcher = Matcher(swedish().vocab)
    matcher.add("it", phrase_patterns(phrase, GROUPS))
    return bool(matcher(swedish().make_doc(text)))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("högerextrem*", "Högerextremisterna"),
        ("högerextrem*", "hogerextrema grupper"),
        ("*nazis*", "nynazister"),
        ("=NMR", "vad är NMR?"),
        ("vit makt", "vit-makt"),
        ("ska spränga sig", "han SKA spranga sig"),
        ("har <vapen>", "han har pistolen"),
        ("<när>", "kom ikväll"),
        ("ska ... döda", "han ska ikväll efter jobbet döda honom"),
        ("ska ... döda", "han ska döda"),
        ("döda ... <när>", "doda dom ikväll"),
    ],
)
def test_a_phrase_finds(phrase, text):
    assert finds(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("nazi*", "nynazist"),
        ("*nazist", "nazisterna"),
        ("=NMR", "nmr"),
        ("kniv", "knivig fråga"),
        ("har <vapen>", "han har knivar"),
        ("ska ... döda", "han ska dit. döda fiskar luktar"),
        ("ska ... döda", "ska ett två tre fyra fem sex döda"),
        ("bra", "brå"),
    ],
)
def test_a_phrase_does_not_find(phrase, text):
    assert not finds(phrase, text)


def test_an_unknown_group_is_named():
    with pytest.raises(KeyError, match="gevar"):
        phrase_patterns("har <gevar>", GROUPS)
