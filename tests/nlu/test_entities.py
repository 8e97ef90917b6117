"""Which milieu a message names: in everyday words, inflected, compounded and misspelt."""

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu.entities import EntityRules
from hjalpsam.paths import ROOT

RULES = EntityRules(read_yaml(ROOT / "data" / "entities.yml"), {})


def milieus(text):
    message = Message({TEXT: text})
    RULES.process([message])
    return [entity["value"] for entity in message.get(ENTITIES) if entity["entity"] == "milieu"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("vad är NMR?", "right"),
        ("berätta om nordiska motståndsrörelsen", "right"),
        ("Högerextremisterna", "right"),
        ("hogerextrema grupper", "right"),
        ("vit makt-miljön", "right"),
        ("vit-makt", "right"),
        ("vitmaktrörelsen", "right"),
        ("nynazister i skolan", "right"),
        ("white power", "right"),
        ("vad är afa", "left"),
        ("Antifascistisk aktion", "left"),
        ("autonoma vänstern", "left"),
        ("vänsterextremism", "left"),
        ("vansterextremisterna", "left"),
        ("anarkister", "left"),
        ("den islamistiska miljön", "islamist"),
        ("jihadister", "islamist"),
        ("vad vill IS?", "islamist"),
        ("islamiska staten", "islamist"),
        ("daesh", "islamist"),
    ],
)
def test_a_milieu_is_found(text, value):
    assert milieus(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "jag vill ha is i glasset",
        "is the helpline open",
        "min son har börjat gå i moskén",
        "jag är muslim",
        "vi tror på islam",
        "jag röstar på vänsterpartiet",
        "sverigedemokraterna",
        "hon är vänster och jag är höger",
        "är orostelefonen öppen nu?",
        "",
    ],
)
def test_faith_parties_and_everyday_words_name_none(text):
    assert milieus(text) == []


def test_two_milieus_are_both_found_where_they_stand():
    text = "är NMR värre än AFA?"
    message = Message({TEXT: text})
    RULES.process([message])
    found = [(entity["value"], text[entity["start"] : entity["end"]]) for entity in message.get(ENTITIES)]
    assert found == [("right", "NMR"), ("left", "AFA")]


def named(text):
    message = Message({TEXT: text})
    RULES.process([message])
    return {entity["entity"] for entity in message.get(ENTITIES)}


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("min dotter har konverterat till islam", {"belief"}),
        ("min son röstar på sverigedemokraterna", {"belief"}),
        ("hon har konverterat och pratar om att döda otrogna", {"belief", "violence"}),
        ("det gäller en elev i min klass", {"role"}),
        ("jag jobbar på ett bostadsbolag", {"role"}),
        ("jag jobbar på en fritidsgård", {"role"}),
        # what a pupil or a parent says
        ("en kille i min klass är konstig och jag är rädd", set()),
        ("min dotter dejtar en muslimsk kille", {"belief"}),
        ("jag jobbar på natten och min son är ensam", set()),
        ("han hänger på fritidsgården och har ändrats", set()),
        ("jag är elev och orolig för en vän", set()),
        # whom somebody hates is no faith of the one worried about
        ("min son pratar illa om muslimer", set()),
        ("min bror säger att alla muslimer ska ut", set()),
        ("skolan misstänker min son för att vi är muslimer", {"belief"}),
        ("hans lärare säger att han är tyst", set()),  # about a teacher, not by one
        ("är det mitt fel?", {"guilt"}),
        ("vad händer när man ringer", {"call", "after_alarm"}),
        ("jag är orolig för min son", set()),
    ],
)
def test_who_asks_and_what_about(text, entities):
    assert named(text) == entities


def test_the_table_belongs_to_the_cache_key():
    """Else a changed table would go unnoticed by a retrain."""
    config = {"table": str(ROOT / "data" / "entities.yml")}
    assert "högerextrem" in EntityRules.fingerprint_addon(config)
