"""Training files are read once, and what Rasa gets is what its own importer gives."""

import copy
from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT

from hjalpsam.engine.importer import Example, OnceImporter, titles

NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hej
    - hallå [där](place)
- intent: goodbye
  examples: |
    - hej då
"""
DOMAIN = """
version: "3.1"
entities: [place]
slots:
  topic: {type: categorical, values: [nothing], initial_value: nothing, mappings: []}
responses:
  utter_greet: [{text: hej}]
"""
RULES = """
version: "3.1"
rules:
- rule: goodbye
  steps: [{intent: goodbye}, {action: utter_greet}]
"""
TABLE = """
intents: {greet: hälsar, goodbye: {name: säger hej då, topic: nothing}}
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "nlu.yml").write_text(NLU, encoding="utf-8")
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (tmp_path / "data").mkdir()
    for name, text in (("intents.yml", TABLE), ("rules.yml", RULES), ("stories.yml", 'version: "3.1"\nrules: []\n')):
        (tmp_path / "data" / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / "nlu.yml"), str(tmp_path / "data" / "rules.yml")]
    return {"domain_path": str(tmp_path / "domain.yml"), "training_data_paths": paths}


def test_it_reads_what_rasas_own_reads(files):
    ours, theirs = OnceImporter(**files), RasaFileImporter(**files)
    assert ours.get_nlu_data().fingerprint() == theirs.get_nlu_data().fingerprint()
    assert len(ours.get_nlu_data().training_examples) == 3
    assert ours.get_domain().responses == theirs.get_domain().responses


def test_intents_topics_and_their_rules_come_from_the_table(files):
    importer = OnceImporter(**files)
    domain, rules = importer.get_domain(), importer.get_stories().story_steps
    assert {"greet", "goodbye"} <= set(domain.intents)
    (topic,) = [slot for slot in domain.slots if slot.name == "topic"]
    assert topic.mappings == [{"type": "from_intent", "value": "nothing", "intent": ["goodbye"]}]
    assert [rule.block_name for rule in rules] == ["goodbye", "greet"]


def test_each_file_is_read_once(files, monkeypatch):
    importer = OnceImporter(**files)
    importer.get_nlu_data(), importer.get_domain()
    for path in (files["domain_path"], files["training_data_paths"][0]):
        Path(path).write_text("", encoding="utf-8")
    assert importer.get_nlu_data("sv").training_examples
    assert importer.get_domain().intents


def test_config_yml_names_it():
    importer = TrainingDataImporter.load_from_config("config.yml", "domain.yml", ["data/nlu.yml"])
    (used,) = importer.importer._importer._importers
    assert isinstance(used, OnceImporter)


def test_a_copy_of_an_example_changes_nothing_in_it():
    example = Example({TEXT: "hej [du](who)", INTENT: "greet", "entities": [{"entity": "who"}]})
    before, made = example.fingerprint(), copy.deepcopy(example)
    assert made == example
    made.set(TEXT, "hej då")
    made.get("entities")[0]["entity"] = "place"
    made.output_properties.add("more")
    made.features.append("a feature")
    assert example.fingerprint() == Example(example.data).fingerprint() == before
    assert not example.features and example.output_properties == {TEXT}


def test_what_a_button_says_is_an_example_of_what_it_means(tmp_path, files):
    with_buttons = (
        DOMAIN.partition("responses:")[0]
        + """
responses:
  utter_greet:
  - text: Hej
    buttons:
    - {title: "När är {helpline_name} öppen?", payload: /goodbye}
    - {title: "Ja, gärna", payload: /greet, answers: "yes"}
    - {title: "Vad händer sedan?", payload: /pressed}
"""
    )
    (tmp_path / "domain.yml").write_text(with_buttons, encoding="utf-8")
    importer = OnceImporter(**files)
    learnt = [(example.get(TEXT), example.get(INTENT)) for example in importer.get_nlu_data().training_examples]
    assert ("När är Orostelefonen öppen?", "goodbye") in learnt
    assert {"Ja, gärna", "Vad händer sedan?"}.isdisjoint(text for text, _ in learnt)
    assert len(list(titles(importer.get_domain(), {"greet", "goodbye"}))) == 1
