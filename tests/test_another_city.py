"""Another municipality changes facts.yml and nothing else: an invented one, in conversation."""

import pytest

from hjalpsam.facts import parse_facts
from hjalpsam.resources import facts_file
from tests.test_facts import PATH, changed_everywhere

QUESTIONS = [
    "hej",
    "är du en människa?",
    "vad är orostelefonen?",
    "är telefonen öppen nu?",
    "jag är orolig för min son",
    "jag vill lämna en grupp",
    "vad är CKS?",
    "vad är BRÅ?",
    "vad gör kommunen mot extremism?",
    "jag vill prata med en människa",
    "varifrån kommer svaren?",
    "jag vill tipsa om ett brott",
    "vilka miljöer finns?",
    "what does the city do?",
]


@pytest.fixture
def another_city(monkeypatch):
    """Every fact is another, as in a city that nobody has heard of."""
    facts = facts_file()
    monkeypatch.setattr(facts, "_facts", parse_facts(changed_everywhere(), PATH))
    return facts.current()


@pytest.mark.parametrize("question", QUESTIONS)
async def test_nothing_of_the_first_city_is_said(residents, another_city, question):
    answer = await residents.ask(question)
    assert answer
    for word in ("Borås", "boråsare", "boras.se", "020-100 200", "Orostelefonen", "CKS", "HjälpSam"):
        assert word not in answer


async def test_the_header_and_the_page_are_the_new_citys(residents, another_city):
    _, helpline = await residents.request("GET", "/helpline")
    assert helpline["number"] == another_city.helpline.number
    assert helpline["city"] == another_city.city.name
    async with residents._http.get(residents.address + "/") as response:
        page = await response.text()
    assert another_city.city.name in page
    assert "Borås" not in page
