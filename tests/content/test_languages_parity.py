"""Every response has an English variation that says the same: lines, placeholders, buttons."""

import re

import pytest

from hjalpsam.content.languages import ANSWERED, POINTED_ON
from hjalpsam.content.texts import Texts, language_of_variation, placeholders
from tests.content.test_facts import RESPONSES

TEXTS = Texts(RESPONSES)


def payloads(variation):
    """What the buttons send; a button that switches the language switches to the other one."""
    return [re.sub('"language": "(sv|en)"', '"language"', button["payload"]) for button in variation.get("buttons", [])]


@pytest.mark.parametrize("response", RESPONSES)
def test_the_languages_are_on_a_par(response):
    swedish, english = (TEXTS.variation(response, language) for language in ANSWERED)
    assert language_of_variation(english) == "en"
    lines = [text["text"].splitlines() for text in (swedish, english)]
    assert [sorted(placeholders(line)) for line in lines[0]] == [sorted(placeholders(line)) for line in lines[1]]
    assert [line[:2] == "• " for line in lines[0]] == [line[:2] == "• " for line in lines[1]]
    assert payloads(swedish) == payloads(english)
    assert [button.get("answers") for button in swedish.get("buttons", [])] == [
        button.get("answers") for button in english.get("buttons", [])
    ]
    titles = [[button["title"] for button in text.get("buttons", [])] for text in (swedish, english)]
    assert [placeholders(title) for title in titles[0]] == [placeholders(title) for title in titles[1]]


@pytest.mark.parametrize("response", RESPONSES)
def test_the_languages_are_not_mixed_up(response):
    swedish, english = (TEXTS.variation(response, language)["text"] for language in ANSWERED)
    assert not re.search(r"\b(the|you|and|is|are)\b", re.sub(r"”.*?”|{.*?}", "", swedish))
    assert not re.search(r"\b(och|att|är|du|inte)\b", re.sub(r"“.*?”|{.*?}", "", english))


@pytest.mark.parametrize("language", POINTED_ON)
def test_whom_to_call_is_said_in_every_language_pointed_on(language):
    variation = TEXTS.variation("utter_other_language", language)
    assert language_of_variation(variation) == language
    needed = {f"helpline_{fact}" for fact in ("name", "number", "languages", "source", "year")}
    needed |= {"emergency_number", "bot_languages"}
    assert placeholders(variation["text"]) == needed
    assert "{emergency_number}" in variation["text"].splitlines()[0]
