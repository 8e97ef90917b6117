"""Another municipality changes facts.yml, and the texts about its own work: invented ones, in conversation."""

import copy
import shutil

import pytest
import yaml

from hjalpsam.checks.content import content_faults
from hjalpsam.checks.files import problems
from hjalpsam.content.facts import parse_facts
from hjalpsam.content.texts import Texts
from hjalpsam.content.yaml_files import parse_yaml
from hjalpsam.paths import ROOT
from hjalpsam.storage.resources import facts_file
from tests.content.test_facts import DATA, PATH, changed_everywhere

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


async def ask_all(residents, without):
    """Each question gets an answer, and none of these words is in any."""
    found = [await residents.ask(question) for question in QUESTIONS]
    assert all(found)
    assert [word for word in without if any(word in answer for answer in found)] == []


async def test_nothing_of_the_first_city_is_said(residents, another_city):
    words = ("Borås", "boråsare", "boras.se", "020-100 200", "Orostelefonen", "CKS", "HjälpSam")
    await ask_all(residents, without=words)


async def test_the_header_and_the_page_are_the_new_citys(residents, another_city):
    _, helpline = await residents.request("GET", "/helpline")
    assert helpline["number"] == another_city.helpline.number
    assert helpline["city"] == another_city.city.name
    async with residents._http.get(residents.address + "/") as response:
        page = await response.text()
    assert another_city.city.name in page
    assert "Borås" not in page


# --- Sävlinge: a small municipality that has a phone, no council and no agreement -----------------

FACTS = """
sources:
  city_page: {name: savlinge.se, url: "https://www.savlinge.se/trygghet"}
  city_news: {name: savlinge.se}
  city_council_page: {name: savlinge.se}
  agreement_page: {name: savlinge.se}
bot: {as_of: 2026-11-02}
city:
  name: Sävlinge kommun
  genitive: {sv: Sävlinge kommuns, en: "Sävlinge Municipality's"}
  place: Sävlinge
  residents: {sv: sävlingebor, en: residents of Sävlinge}
  as_of: 2026-11-02
contact: {page: "https://www.savlinge.se/", phone: 0399-100 10, email: kommunen@savlinge.se, as_of: 2026-11-02}
helpline: {principal: null, other_audience: null, phone_bill: null}
exit: {relatives: null}
cks:
  short: Trygghetsenheten
  name: {sv: enheten för trygghet, en: the unit for safety}
  as_of: 2026-11-02
bra: {short: Trygghetsrådet, name: {sv: rådet för trygghet, en: council for safety}, as_of: 2026-11-02}
bra_members: {members: {sv: [skolan, polisen], en: [the school, the police]}}
police_cooperation: {area: {sv: lokalpolisområde Norra, en: the local police district of Norra}}
knowledge_bank: {link: null}
"""

TEXTS = """
utter_ask_city_work:
  - text: |-
      {city_name} är liten. {cks_short} svarar på dina frågor och hjälper skolan och föreningarna.
      Källa: {city_source} ({city_year}).
    buttons:
      - {title: Vad är {cks_short}?, payload: /ask_cks}
  - condition: [{type: slot, name: language, value: en}]
    text: |-
      {city_name} is small. {cks_short} answers your questions and helps schools and associations.
      Source: {city_source} ({city_year}).
    buttons:
      - {title: What is {cks_short}?, payload: /ask_cks}
"""


def savlinge_facts():
    """Ours with the groups and fields of `FACTS` in their place."""
    data = copy.deepcopy(DATA)
    for group, fields in parse_yaml(FACTS, "Sävlinge").items():
        data[group].update(fields)
    return data


def savlinge_domain():
    """Our domain with the responses of `TEXTS` in their place."""
    domain = parse_yaml((ROOT / "domain.yml").read_text(encoding="utf-8"), "domain.yml")
    quoted = TEXTS.replace("{title: ", '{title: "').replace(", payload", '", payload')
    domain["responses"].update(parse_yaml(quoted, "Sävlinge"))
    return domain


@pytest.fixture(scope="module")
def savlinge_project(tmp_path_factory):
    """The project with Sävlinge's facts.yml and domain.yml."""
    folder = tmp_path_factory.mktemp("savlinge")
    for name in ("config.yml", "credentials.yml", "endpoints.yml", "gates.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("data", "tests/eval", "tests/voices"):
        shutil.copytree(ROOT / name, folder / name)
    for name, data in (("facts.yml", savlinge_facts()), ("domain.yml", savlinge_domain())):
        (folder / name).write_text(yaml.dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def test_check_finds_nothing_wrong_with_them(savlinge_project):
    assert problems(savlinge_project) == []
    assert [fault.text for fault in content_faults(savlinge_project) if fault.is_error] == []


@pytest.fixture
def savlinge(agent, savlinge_project, monkeypatch):
    """The assistant with Sävlinge's facts and texts."""
    facts = facts_file()
    monkeypatch.setattr(facts, "_facts", parse_facts(savlinge_facts(), PATH))
    texts = Texts.load(savlinge_project / "domain.yml")
    monkeypatch.setattr("hjalpsam.conversation.turn.texts", lambda: texts)
    monkeypatch.setattr(agent.processor.nlg, "responses", savlinge_domain()["responses"])
    return facts.current()


async def test_savlinge_says_nothing_of_the_first_city(residents, savlinge):
    await ask_all(residents, without=("Borås", "boråsare", "boras.se", "CKS", "BRÅ", "{", "None"))


async def test_savlinge_tells_of_its_own_work_in_both_languages(residents, savlinge):
    assert "Sävlinge kommun är liten. Trygghetsenheten svarar" in await residents.ask("vad gör kommunen mot extremism?")
    assert "Sävlinge kommun is small." in await residents.ask("what does the city do?")


async def test_savlinge_gives_its_phone_and_the_nations_numbers(residents, savlinge):
    answer = await residents.ask("hur kontaktar jag kommunen?")
    assert "0399-100 10" in answer
    assert "kommunen@savlinge.se" in answer
    worried = await residents.ask("jag är orolig för min son")
    assert "020-100 200" in worried
    assert "112" in worried


async def test_what_savlinge_has_left_empty_leaves_no_gap(residents, savlinge):
    answer = await residents.ask("vem står bakom orostelefonen?")
    assert "Nationella samordnaren" not in answer
    assert "  " not in answer
    assert " ." not in answer
