"""Rules that can never hold or contradict each other are named before any training, with file and line."""

import shutil

import pytest

from hjalpsam.checks.content import content_faults
from hjalpsam.checks.project import rule_places
from hjalpsam.checks.rules import contradictions, contradictions_in
from hjalpsam.paths import ROOT

ONE_MORE = """
  - rule: fel
    steps:
      - intent: {intent}
{more}      - action: {action}
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    for name in ("config.yml", "domain.yml", "facts.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("data", "tests/eval", "tests/voices"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture
def with_rule(files):
    """The project with one more rule, and the line where it stands."""
    path = files / "data" / "stories.yml"
    original = path.read_text(encoding="utf-8")

    def write(intent, action, more=""):
        path.write_text(original + ONE_MORE.format(intent=intent, action=action, more=more), encoding="utf-8")
        line = path.read_text(encoding="utf-8").splitlines().index("  - rule: fel") + 1
        return files, f"data/stories.yml, rad {line}: «fel»"

    yield write
    path.write_text(original, encoding="utf-8")


@pytest.fixture
def few_rules(tmp_path):
    """The rules without those of the stories, so that trying them takes seconds, and one more."""
    (tmp_path / "data").mkdir()
    for name in ("config.yml", "domain.yml", "data/rules.yml", "data/intents.yml"):
        shutil.copy(ROOT / name, tmp_path / name)

    def write(intent, action):
        rule = ONE_MORE.format(intent=intent, action=action, more="")
        (tmp_path / "data" / "stories.yml").write_text(f'version: "3.1"\nrules:{rule}', encoding="utf-8")
        return tmp_path, "data/stories.yml, rad 3: «fel»"

    return write


def errors(root):
    return [fault.text for fault in content_faults(root) if fault.is_error]


def test_a_contradiction_is_told_once_and_by_the_later_rule(few_rules):
    root, where = few_rules("affirm", "utter_goodbye")
    assert contradictions(root) == [
        f"{where} svarar utter_goodbye där «affirm» svarar något annat. "
        "Ta bort den ena, eller skriv vad som skiljer dem åt."
    ]


def test_what_else_rasa_refuses_is_told_too(few_rules):
    root, _ = few_rules("affirm", "utter_greet\n      - intent: goodbye\n      - action: utter_goodbye")
    (told,) = contradictions(root)
    assert told.startswith("Rasa kan inte läsa reglerna:")
    assert "fel" in told


def test_the_line_is_that_of_the_rule_and_of_no_other_that_begins_with_it(files):
    lines = (files / "data" / "rules.yml").read_text(encoding="utf-8").splitlines()
    for name, place in rule_places(files).items():
        if place.startswith("data/rules.yml"):
            assert lines[int(place.rpartition(" ")[2]) - 1].strip() in (f"- rule: {name}", f'- rule: "{name}"')


def test_what_rasa_says_of_something_else_is_no_contradiction():
    assert contradictions_in("Some other trouble with the rules.", ROOT) == []


def test_the_same_steps_twice(with_rule):
    root, where = with_rule("affirm", "action_take_offer")
    assert errors(root) == [f"{where} har samma steg som «affirm». Ta bort den ena."]


def test_a_slot_that_never_has_that_value(with_rule):
    root, where = with_rule("greet", "utter_greet", more="      - slot_was_set:\n          - topic: fika\n")
    assert errors(root) == [f"{where} gäller aldrig, för topic blir aldrig fika."]


def test_a_slot_that_does_not_exist(with_rule):
    root, where = with_rule("greet", "utter_greet", more="      - slot_was_set:\n          - mood: bad\n")
    assert errors(root) == [f"{where} frågar efter mood, som inte finns bland slots i domain.yml."]


def test_the_projects_rules_are_alive(files):
    assert errors(files) == []
