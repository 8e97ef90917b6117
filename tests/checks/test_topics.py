"""A topic is four edits, and each one that is left out is named."""

import shutil

import pytest

from hjalpsam.checks.content import FEW, content_faults
from hjalpsam.checks.project import TO_FILL_IN
from hjalpsam.content.intent_table import Intent, load_intents, rules_of, whole_domain
from hjalpsam.content.yaml_files import YamlError
from hjalpsam.operations.new_topic import NewTopicError, write_topic
from hjalpsam.paths import ROOT

TABLE, TEXTS, EXAMPLES, CONVERSATION = FILES = (
    "data/intents.yml",
    "domain.yml",
    "data/nlu.yml",
    "tests/conversations/fika.yml",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A copy of what a topic stands in."""
    folder = tmp_path_factory.mktemp("topic")
    for name in ("config.yml", "domain.yml", "facts.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("data", "tests/eval", "tests/voices", "tests/conversations"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture
def project(whole):
    """It, as it was before each test."""
    before = {name: (whole / name).read_text(encoding="utf-8") for name in FILES[:3]}
    yield whole
    for name, text in before.items():
        (whole / name).write_text(text, encoding="utf-8")
    (whole / CONVERSATION).unlink(missing_ok=True)


def errors(root):
    return [fault.text for fault in content_faults(root) if fault.is_error]


def fill_in(root):
    """What somebody writes who follows the recipe."""
    for name in FILES:
        text = (root / name).read_text(encoding="utf-8")
        examples = "".join(f"      - sort {number} av fika{'x' * number}\n" for number in range(FEW))
        if name == EXAMPLES:
            head, _, _ = text.rpartition(f"      - {TO_FILL_IN}")
            text = head + examples
        (root / name).write_text(text.replace(TO_FILL_IN, "Fika"), encoding="utf-8")


def test_the_skeleton_says_all_that_is_still_to_be_written(project):
    assert write_topic("fika", project) == list(FILES)
    told = errors(project)
    assert all(any(error.startswith(name) for error in told) for name in FILES)


def test_filled_in_it_is_a_topic_with_its_rules(project):
    write_topic("fika", project)
    fill_in(project)
    assert errors(project) == []
    (intent,) = [intent for intent in load_intents(project) if intent.name == "ask_fika"]
    assert (intent.topic, intent.more) == ("fika", "utter_more_fika")


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        (TABLE, "data/nlu.yml, rad"),
        (TEXTS, "ask_fika får inget svar"),
        (TEXTS, "utter_more_fika finns inte bland svaren"),
        (TEXTS, "ask_fika finns inte bland knapparna i utter_guesses (en)"),
        (EXAMPLES, "ask_fika har inga exempel"),
        (CONVERSATION, "inget samtal i tests/conversations visar ask_fika"),
    ],
)
def test_what_is_left_out_is_named(project, left_out, told):
    before = {name: (project / name).read_text(encoding="utf-8") for name in FILES[:3]}
    write_topic("fika", project)
    fill_in(project)
    if left_out in before:
        (project / left_out).write_text(before[left_out], encoding="utf-8")
    else:
        (project / left_out).unlink()
    assert any(told in error for error in errors(project)), errors(project)


@pytest.mark.parametrize("name", ["Fika", "fika rast", "å", "", "_"])
def test_a_name_that_files_cannot_have(project, name):
    with pytest.raises(NewTopicError, match="går inte som namn"):
        write_topic(name, project)


def test_a_topic_that_there_is(project):
    with pytest.raises(NewTopicError, match="finns redan"):
        write_topic("cks", project)


# --- the rules ---------------------------------------------------------------------------------

RESPONSES = dict.fromkeys(["utter_ask_tea", "utter_more_tea", "utter_read_on", "utter_ask_more"], ())
TEA = Intent("ask_tea", "te", "tea", "utter_more_tea")


def names(*intents, written=()):
    return [rule["rule"] for rule in rules_of(intents, RESPONSES, written)]


def test_the_rules_of_a_topic():
    assert names(TEA) == [
        "ask tea",
        *("more about tea", "no more about tea", "else than tea"),
        *("ask tea again", "ask tea again and again"),
    ]


def test_an_intent_that_a_rule_begins_with_has_no_plain_one():
    rule = {"rule": "tea", "steps": [{"intent": "ask_tea"}, {"action": "utter_ask_more"}]}
    assert names(TEA, written=[rule]) == ["more about tea", "no more about tea", "else than tea"]
    assert "ask tea" in names(TEA, written=[{**rule, "condition": [{}]}])


def test_intents_of_one_topic_share_what_is_more():
    also = Intent("ask_coffee", "kaffe", "tea", "utter_more_tea", again=False)
    assert names(TEA, also).count("more about tea") == 1
    domain = whole_domain({"slots": {"topic": {"type": "categorical"}}}, [TEA, also])
    assert domain["slots"]["topic"]["mappings"] == [
        {"type": "from_intent", "value": "tea", "intent": ["ask_tea", "ask_coffee"]}
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("names: {}", "avsnittet «intents:» saknas"),
        ("intents: {ask_tea: {topic: tea}}", "«ask_tea» ska ha ett namn på svenska"),
        ("intents: {ask_tea: {name: te, tpic: tea}}", "«ask_tea» har «tpic», som inte finns"),
    ],
)
def test_a_slip_in_the_table_is_told(tmp_path, text, told):
    (tmp_path / "data").mkdir()
    (tmp_path / TABLE).write_text(text, encoding="utf-8")
    with pytest.raises(YamlError, match=told):
        load_intents(tmp_path)
