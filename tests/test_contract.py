"""What `rasa data validate` does not see: that texts, actions, intents and buttons belong together."""

import collections
import json
import re
from pathlib import Path

import pytest
from rasa_sdk.executor import ActionExecutor

from hjalpsam.checks.content import FEW
from hjalpsam.content.intent_table import load_intents, rules_of_project, whole_domain
from hjalpsam.content.intents import PRESSED_INTENTS
from hjalpsam.content.texts import fill_response, language_of_variation
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.hours.helpline import text_values
from hjalpsam.paths import ROOT
from hjalpsam.storage.resources import facts_file

DOMAIN = whole_domain(read_yaml(ROOT / "domain.yml"), load_intents(ROOT))
RULES = [*read_yaml(ROOT / "data" / "rules.yml")["rules"], *rules_of_project(ROOT)]
CONVERSATIONS = read_yaml(ROOT / "data" / "stories.yml")["rules"]
EXAMPLES = {
    item["intent"]: [line[2:] for line in item["examples"].splitlines()]
    for item in read_yaml(ROOT / "data" / "nlu.yml")["nlu"]
}
# The project's public vocabulary: neither renamed nor dropped.
FIXED_INTENTS = sorted(
    """
    greet goodbye thank affirm deny bot_challenge ask_capabilities ask_human ask_privacy ask_source
    ask_chat_language ask_more not_helpful ask_extremism ask_radicalisation ask_milieus ask_milieu
    ask_difference ask_expressions ask_city_work ask_cks ask_bra ask_democracy_work ask_police_cooperation
    ask_staff_training ask_knowledge_bank ask_helpline ask_helpline_hours ask_helpline_anonymity
    ask_helpline_languages ask_helpline_audience ask_helpline_operator express_concern want_to_leave
    report_emergency suicidal_thoughts report_crime hostile ask_judgement seek_harm inform out_of_scope
    """.split()  # noqa: SIM905 (words read better so)
)
NEVER_TYPED = {"open_chat", "nlu_fallback", "other_language", *PRESSED_INTENTS}
# Said by the channel when something is wrong: a sentence, no conversation.
# utter_ask_back gets its buttons from the action; utter_guesses is the list it chooses them from;
# utter_hint_… is a line in front of an answer, utter_still_… one behind it.
WITHOUT_BUTTONS = (
    "utter_ask_back",
    "utter_guesses",
    "utter_hint_",
    "utter_still_",
    "utter_error_",
    "utter_unavailable",
    "utter_paused",
    "utter_status_unavailable",
    "utter_ask_helpline_hours",
    "utter_time_past",
)

STATES_FACTS = sorted(
    """
    utter_ask_extremism utter_ask_radicalisation utter_ask_milieus utter_ask_milieu_left
    utter_ask_milieu_right utter_ask_milieu_islamist utter_ask_difference
    utter_ask_expressions utter_ask_city_work utter_ask_cks utter_ask_bra utter_ask_democracy_work
    utter_ask_police_cooperation utter_ask_staff_training utter_ask_knowledge_bank utter_ask_helpline
    utter_ask_helpline_hours utter_ask_helpline_anonymity utter_ask_helpline_languages
    utter_ask_helpline_audience utter_ask_helpline_operator utter_suicidal_thoughts utter_report_crime
    """.split()  # noqa: SIM905 (words read better so)
)

STATUS = "Orostelefonen, 020-100 200, är stängd just nu, enligt boras.se (2022). Den öppnar måndag klockan 9.00."
PASSED_ON = {
    "time": "9.00",
    "day": "måndag",
    "limit": "1 000",
    "when": "På fredag",
    "hours": "9.00–12.00",
    "helpline_status": STATUS,
}


def values_in(language):
    return {**text_values(facts_file().current(), language), **PASSED_ON}


# What is said when somebody is worried or wants to leave: warmth, one thing to do, and people to call.
OF_SEVERAL_TURNS = {
    "utter_express_concern",
    "utter_express_concern_at_work",
    "utter_concern_about_belief",
    "utter_concern_goes_on",
    "utter_not_your_fault",
    "utter_ask_helpline_call",
    "utter_city_support",
    "utter_city_support_at_work",
    "utter_want_to_leave",
    "utter_way_out",
    "utter_leaving_goes_on",
}

VALUES = values_in("sv")
RESPONSES = [
    pytest.param(name, fill_response(variation, values_in(language_of_variation(variation))), id=f"{name}-{number}")
    for name, variations in DOMAIN["responses"].items()
    for number, variation in enumerate(variations)
]
ENGLISH = [
    fill_response(variation, values_in("en"))
    for variations in DOMAIN["responses"].values()
    for variation in variations
    if language_of_variation(variation) == "en"
]


def steps_of(dialogues):
    return [step for dialogue in dialogues for step in dialogue["steps"]]


def words(text):
    return [word for line in text.splitlines() if not line.startswith(("Käll", "Sour")) for word in line.split()]


# --- intents ---------------------------------------------------------------------------------


def test_every_fixed_intent_exists():
    assert set(FIXED_INTENTS) <= set(DOMAIN["intents"])


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_every_intent_is_answered_by_a_rule(intent):
    answered = {
        step["intent"]
        for step, following in zip(steps_of(RULES), [*steps_of(RULES)[1:], {}], strict=True)
        if "intent" in step and following.get("action", "").startswith(("utter_", "action_"))
    }
    assert intent in answered


def test_what_is_only_pressed_has_no_examples():
    assert set(PRESSED_INTENTS) <= set(DOMAIN["intents"])
    assert set(PRESSED_INTENTS).isdisjoint(EXAMPLES)


@pytest.mark.parametrize("intent", sorted(set(DOMAIN["intents"]) - NEVER_TYPED))
def test_every_intent_that_is_typed_has_many_examples(intent):
    assert len(EXAMPLES[intent]) >= FEW


def test_no_example_stands_under_two_intents_or_twice():
    seen = collections.Counter(line.casefold() for lines in EXAMPLES.values() for line in lines)
    assert [line for line, count in seen.items() if count > 1] == []


def test_examples_carry_no_entity_marks():
    """Entities are found by rule; a bracket would be taken for a mark."""
    assert [line for lines in EXAMPLES.values() for line in lines if re.search(r"[\[\]{}]", line)] == []


@pytest.mark.parametrize(
    "name", ["eval/dev_utterances.tsv", "eval/out_of_scope.tsv", "voices/utterances.tsv", "voices/danger.tsv"]
)
def test_nothing_we_measure_with_is_trained_on(name):
    def plain(text):
        return " ".join(re.findall(r"\w+", text.casefold()))

    rows = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    measured = {plain(row.split("\t")[1]) for row in rows if "\t" in row}
    danger = read_yaml(ROOT / "data" / "danger.yml")["patterns"]
    shown = [line for pattern in danger for key in ("fires", "quiet") for line in pattern[key]]
    trained = {plain(line) for lines in [*EXAMPLES.values(), shown] for line in lines}
    assert [line for line in measured & trained if len(line.split()) > 2] == []


# --- actions and responses -------------------------------------------------------------------


def test_actions_of_the_domain_are_those_registered():
    executor = ActionExecutor()
    executor.register_package("actions")
    assert set(DOMAIN["actions"]) == set(executor.actions)


def test_every_response_that_is_used_exists():
    used = {step["action"] for step in steps_of(RULES + CONVERSATIONS) if step.get("action", "").startswith("utter_")}
    assert used <= set(DOMAIN["responses"])


@pytest.mark.parametrize(("name", "response"), RESPONSES)
def test_every_response_has_text_that_can_be_shown(name, response):
    assert response["text"].strip()
    assert "{" not in response["text"]
    assert response["text"] == response["text"].strip()
    assert "  " not in response["text"]


@pytest.mark.parametrize(("name", "response"), RESPONSES)
def test_every_response_is_short(name, response):
    """On a phone; a worry takes some more words, and so does English, whose compounds are several words."""
    most = 100 if name in OF_SEVERAL_TURNS else 75
    assert len(words(response["text"])) <= most * (1.2 if response in ENGLISH else 1)


@pytest.mark.parametrize(("name", "response"), [case for case in RESPONSES if not case.id.startswith(WITHOUT_BUTTONS)])
def test_every_answer_leads_on(name, response):
    assert 1 <= len(response["buttons"]) <= 4
    for button in response["buttons"]:
        assert 2 <= len(button["title"]) <= 45


@pytest.mark.parametrize(("name", "response"), RESPONSES)
def test_buttons_lead_somewhere(name, response):
    for button in response.get("buttons", []):
        intent, entities = re.fullmatch(r"/(\w+)({.*})?", button["payload"]).groups()
        assert intent in DOMAIN["intents"]
        for entity, value in json.loads(entities or "{}").items():
            assert value in DOMAIN["slots"][entity]["values"]


@pytest.mark.parametrize(("name", "response"), [case for case in RESPONSES if case.id.startswith("utter_error_")])
def test_every_error_gives_help(name, response):
    facts = facts_file().current()
    assert facts.helpline.number in response["text"]
    assert facts.emergency.number in response["text"]


@pytest.mark.parametrize(
    "name",
    STATES_FACTS,
)
def test_an_answer_that_states_facts_names_source_and_year(name):
    text = fill_response(DOMAIN["responses"][name][0], VALUES)["text"]
    assert re.search(r"\((19|20)\d\d\)", text)


@pytest.mark.parametrize("name", ["utter_report_emergency", "utter_suicidal_thoughts"])
def test_danger_has_the_emergency_number_in_its_first_line(name):
    first = fill_response(DOMAIN["responses"][name][0], VALUES)["text"].splitlines()[0]
    assert facts_file().current().emergency.number in first


def numbers_in(text):
    return {number for number in facts_file().current().phone_numbers() if number in text}


@pytest.mark.parametrize("group", [name for name, _ in facts_file().current().groups().items()])
def test_an_emptied_fact_takes_no_phone_number_with_it(group):
    """A line without a value is left out; no number that may save a life stands on such a line."""
    facts = facts_file().current()
    optional = [name for name, field in type(facts.groups()[group]).__fields__.items() if not field.required]
    without = {name: value for name, value in VALUES.items() if name not in {f"{group}_{field}" for field in optional}}
    for name, variations in DOMAIN["responses"].items():
        for variation in variations:
            whole, emptied = (fill_response(variation, values)["text"] for values in (VALUES, without))
            assert numbers_in(whole) == numbers_in(emptied), name
