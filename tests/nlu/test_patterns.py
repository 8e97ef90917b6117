"""How words are written in the tables: what such a phrase finds in a text."""

import pytest

from hjalpsam.nlu.patterns import PhraseFinder
from hjalpsam.nlu.swedish import document_of

GROUPS = {"vapen": ["kniv", "pistol*"], "när": ["ikväll"]}


def finds(phrase, text):
    return bool(PhraseFinder({"it": [phrase]}, GROUPS).find(document_of(text)))


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
        ("i 'm bleeding", "I'm bleeding"),
        ("n't", "he doesn't"),
        ("wo n't", "I WON'T"),
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
        ("ska ... döda", "han ska dit... döda fiskar luktar"),
        ("ska ... döda", "ska ett två tre fyra fem sex döda"),
        ("bra", "brå"),
    ],
)
def test_a_phrase_does_not_find(phrase, text):
    assert not finds(phrase, text)


def test_an_unknown_group_is_named():
    with pytest.raises(KeyError, match="gevar"):
        PhraseFinder({"it": ["har <gevar>"]}, GROUPS)
