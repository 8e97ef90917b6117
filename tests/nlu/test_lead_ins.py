"""A greeting or a thank-you in front never hides the matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import TEXT

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu.lead_ins import LeadInRemover
from hjalpsam.paths import ROOT
from tests.nlu.components import examples

TABLE = read_yaml(ROOT / "data" / "lead_ins.yml")
REMOVER = LeadInRemover(TABLE, {})


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("Hej! är telefonen öppen", "är telefonen öppen"),
        ("hej är telefonen öppen", "är telefonen öppen"),
        ("Hej hej, ok tack! Hallå, var ligger cks?", "var ligger cks?"),
        ("ok tack, nej", "nej"),
        ("tack så mycket! men när öppnar de", "men när öppnar de"),
        ("God kväll, det gäller min dotter", "det gäller min dotter"),
        ("hi is the helpline open", "is the helpline open"),
        ("Hej, vad är 2+2", "vad är 2+2"),
    ],
)
def test_the_matter_is_what_is_read(text, matter):
    assert REMOVER.without_lead_in(text) == matter


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("tack! nu vet jag", "first"),
        ("ok tack, han svarade", "first"),
        ("jag ringer dem imorgon, tack", "last"),
        ("ok han svarade", None),
        ("tack", "first"),
        ("…", None),
    ],
)
def test_where_it_has_thanks(text, where):
    assert REMOVER.thanks_in(text) == where


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("va? jag undrade vad som händer när man ringer", "vad som händer när man ringer"),
        ("nej jag menar hur länge är det öppet", "hur länge är det öppet"),
        ("va kostar det", "va kostar det"),
    ],
)
def test_a_correction_is_left_out_too(text, matter):
    assert REMOVER.without_lead_in(text) == matter


@pytest.mark.parametrize(
    "text",
    [
        "hej",
        "Hej!",
        "hej hej",
        "Hej 😊",
        "Hej! 👍",
        "tack",
        "tack!",
        "Hej Gunvor",
        "hej då",
        "hej då vi hörs imorgon",
        "hejdå",
        "",
        "… hej",
    ],
)
def test_a_greeting_alone_stays(text):
    assert REMOVER.without_lead_in(text) == text


@given(st.text(max_size=60))
def test_nothing_is_ever_added_and_never_everything_taken(text):
    matter = REMOVER.without_lead_in(text)
    assert text.endswith(matter)
    assert bool(matter) == bool(text)


@pytest.mark.parametrize("phrase", [phrase for phrases in TABLE.values() for phrase in phrases])
def test_every_phrase_of_the_table_is_left_out(phrase):
    assert REMOVER.without_lead_in(f"{phrase}, vem får ringa dit?") == "vem får ringa dit?"


def test_training_examples_are_read_in_the_same_way():
    data = REMOVER.process_training_data(examples("Hej! Vad är CKS?"))
    assert data.training_examples[0].get(TEXT) == "Vad är CKS?"


def test_the_table_belongs_to_the_cache_key():
    assert "hejsan" in LeadInRemover.fingerprint_addon({"table": str(ROOT / "data" / "lead_ins.yml")})
