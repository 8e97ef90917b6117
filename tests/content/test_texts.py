"""The texts of domain.yml with facts filled in; a line without its fact is left out."""

import re

import pytest

from hjalpsam.content.facts import load_facts
from hjalpsam.content.texts import Texts, fill, fill_response, placeholders
from hjalpsam.content.yaml_files import YamlError
from hjalpsam.hours.helpline import text_values
from hjalpsam.paths import ROOT
from tests.content.test_facts import PASSED_ON, PATH, RESPONSES, everything_said, load_with, say

FACTS = load_facts(PATH)
OPTIONAL = FACTS.optional_placeholders()

# --- filling ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hej!", "Hej!"),
        ("Ring {nummer}.", "Ring 112."),
        ("{namn}: {nummer}, {nummer}", "Telefonen: 112, 112"),
        ("Ring {nummer}.\nE-post: {okänd}\nHej då!", "Ring 112.\nHej då!"),
        ("{namn} har {okänd}.", ""),
        ("Ett\n\nTvå", "Ett\n\nTvå"),
        ("{klammer}", "{nummer}"),
    ],
    ids=["plain", "one", "many", "line-without-value", "nothing-left", "blank-line", "value-is-not-filled-again"],
)
def test_a_text_is_filled_line_by_line(text, filled):
    assert fill(text, {"nummer": "112", "namn": "Telefonen", "klammer": "{nummer}"}) == filled


def test_a_response_keeps_all_but_buttons_without_a_title():
    response = {
        "text": "Ring {nummer}.\nMejla {okänd}.",
        "buttons": [
            {"title": "Vad är {nummer}?", "payload": "/ask_{nummer}"},
            {"title": "{okänd}", "payload": "/other"},
        ],
        "metadata": {"a": 1},
    }
    assert fill_response(response, {"nummer": "112"}) == {
        "text": "Ring 112.",
        "buttons": [{"title": "Vad är 112?", "payload": "/ask_{nummer}"}],
        "metadata": {"a": 1},
    }


def test_filling_leaves_the_response_as_it_was():
    response = {"text": "{nummer}", "buttons": [{"title": "{nummer}", "payload": "/a"}]}
    fill_response(response, {"nummer": "112"})
    assert response == {"text": "{nummer}", "buttons": [{"title": "{nummer}", "payload": "/a"}]}


# --- the texts of domain.yml -----------------------------------------------------------------

# What is said instead of an answer: whoever is misunderstood may be in danger, or in need of somebody.
INSTEAD_OF_AN_ANSWER = [
    "utter_out_of_scope", "utter_ask_judgement", "utter_seek_harm", "utter_hostile", "utter_hostile_again",
    "utter_ask_back", "utter_which_guess", "utter_say_otherwise", "utter_not_helpful", "utter_not_helpful_twice",
    "utter_nlu_fallback", "utter_not_understood_twice", "utter_stuck", "utter_default",
    "utter_affirm", "utter_deny", "utter_ask_more", "utter_ask_milieu",
]  # fmt: skip
LAST_LINE = {
    "sv": "Är någon i fara? Ring {emergency_number}. Vill du prata med någon? {helpline_name}, {helpline_number}.",
    "en": "Is anyone in danger? Call {emergency_number}. "
    "Would you like to talk to someone? {helpline_name}, {helpline_number}.",
}


@pytest.mark.parametrize("language", LAST_LINE)
@pytest.mark.parametrize("response", INSTEAD_OF_AN_ANSWER)
def test_no_refusal_and_no_asking_back_is_a_dead_end(response, language):
    lines = Texts(RESPONSES).variation(response, language)["text"].splitlines()
    assert lines[-1] == LAST_LINE[language]
    for number in ("{emergency_number}", "{helpline_number}"):
        assert sum(number in line for line in lines) == 1, "once is enough"


def test_what_is_said_instead_of_an_answer_is_known():
    """What actions/fallback.py says, what rules answer that asks for more, and what begins as a refusal does."""
    said_by_actions = set(re.findall(r'"(utter_\w+)"', (ROOT / "actions" / "fallback.py").read_text(encoding="utf-8")))
    refusing = re.compile(r"(Det|Sådana meddelanden) (kan|tar|hjälper|svarar|förstod)|Förlåt|Vilke[nt] av|Vad vill du")
    refuses = {
        name
        for name in RESPONSES
        if refusing.match(Texts(RESPONSES).variation(name, "sv")["text"]) and not name.startswith("utter_error_")
    }
    # never said; 112 comes first; has both; no response
    in_other_words = {"utter_guesses", "utter_other_language", "utter_unavailable", "utter_action"}
    assert (said_by_actions | refuses) - in_other_words <= set(INSTEAD_OF_AN_ANSWER)


def unknown_placeholders(responses):
    known = text_values(FACTS).keys() | OPTIONAL | PASSED_ON.keys() | {"review_days"}
    return {
        name
        for variations in responses.values()
        for variation in variations
        for text in [variation["text"], *(button["title"] for button in variation.get("buttons", []))]
        for name in placeholders(text) - known
    }


def test_every_placeholder_is_a_fact_or_passed_on():
    assert unknown_placeholders(RESPONSES) == set()


def test_a_misspelt_placeholder_is_seen():
    made_up = {
        "utter_made_up": [
            {"text": "Ring {helpline_number}."},
            {"text": "Ring {helpline_nummer}.", "buttons": [{"title": "Om {citty_name}", "payload": "/a"}]},
        ]
    }
    assert unknown_placeholders(made_up) == {"helpline_nummer", "citty_name"}


def test_no_brace_is_left_in_any_text():
    said = everything_said(FACTS)
    assert [name for name, text in said.items() if "{" in text or "}" in text] == []


@pytest.mark.parametrize("response", RESPONSES)
def test_every_response_says_something_without_what_may_be_missing(response):
    """Neither optional facts nor what an action passes on; but a time is always passed with its response."""
    always = {name: PASSED_ON[name] for name in ("time", "day", "limit", "when", "hours")}
    required = {name: value for name, value in text_values(FACTS).items() if name not in OPTIONAL}
    for variation in RESPONSES[response]:
        assert fill_response(variation, {**required, **always})["text"]


NUMBERS = ("helpline_number", "emergency_number", "suicide_line_number", "police_number")


@pytest.mark.parametrize("response", RESPONSES)
def test_a_number_does_not_go_with_a_line_that_may_be_missing(response):
    for variation in RESPONSES[response]:
        for line in variation["text"].splitlines():
            if placeholders(line) & set(NUMBERS):
                assert not placeholders(line) & (OPTIONAL | {"helpline_status"}), line


@pytest.mark.parametrize(
    ("response", "field", "contact"),
    [
        ("utter_ask_human", "contact.phone", '"033-12 34 56"'),
        ("utter_ask_human", "contact.email", "post@exempel.se"),
        ("utter_way_out", "exit.phone", '"033-12 34 56"'),
        ("utter_way_out", "exit.link", "https://exempel.se/exit"),
    ],
)
def test_a_contact_without_a_source_is_not_shown(tmp_path, response, field, contact):
    with_contact, without = (
        say(response, load_with(tmp_path, field, written)).splitlines() for written in (contact, "")
    )
    lines = [line for line in with_contact if line not in without]
    assert len(lines) == 2  # in Swedish and in English
    assert all(contact.strip('"') in line for line in lines)
    assert [other for other in with_contact if other not in lines] == without


# --- said without Rasa -----------------------------------------------------------------------


ENGLISH = [{"type": "slot", "name": "language", "value": "en"}]


@pytest.mark.parametrize(("language", "said"), [("sv", "Två 2"), ("en", "Two 2"), ("ar", "Två 2")])
def test_the_variation_of_the_language_is_said(language, said):
    texts = Texts({"utter_a": [{"text": "Två {n}\n{okänd}"}, {"text": "Two {n}", "condition": ENGLISH}]})
    assert texts.say("utter_a", {"n": "2"}, language) == said


def test_the_projects_texts_are_loaded():
    assert Texts.load(ROOT / "domain.yml").responses == RESPONSES


@pytest.mark.parametrize("content", ["", "- a\n", "intents: [greet]\n", "responses:\n", "responses: [utter_greet]\n"])
def test_a_domain_without_responses_is_named(tmp_path, content):
    file = tmp_path / "domain.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(YamlError, match=f"{file}: avsnittet «responses:»"):
        Texts.load(file)
