"""facts.yml: what the operator is told when it is wrong, and that a fact stands there and nowhere else."""

import ast
import copy
import datetime
import logging
import os
import re
from pathlib import Path

import pytest
import yaml

from hjalpsam.content.facts import FactsError, FactsFile, load_facts, parse_facts
from hjalpsam.content.texts import fill, fill_response, language_of_variation
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.hours.helpline import regular_hours, text_values
from hjalpsam.paths import ROOT

PATH = ROOT / "facts.yml"
DATA = read_yaml(PATH)
RESPONSES = read_yaml(ROOT / "domain.yml")["responses"]

# What actions and channels pass on to a response besides the facts.
PASSED_ON = {
    "time": "7.15",
    "day": "tisdag den 5 maj",
    "pause_start": "11.45",
    "pause_end": "17.05",
    "holiday": "långfredagen",
    "exception": "inventering",
    "limit": "1000",
    "when": "Tisdag den 5 maj",
    "hours": "7.15–11.45",
    "closed_days": "första maj",
    "sooner_day": "måndag den 4 maj",
    "sooner_time": "7.15",
    "open_until": "11.45",
    "helpline_status": "Öppen.",
    "until": "tisdag den 5 maj klockan 7.15",
}


def facts_with(field, written):
    """facts.yml with `written` (YAML as somebody types it) at a dotted field; None leaves the field out."""
    data = copy.deepcopy(DATA)
    *groups, name = field.split(".")
    group = data
    for part in groups:
        group = group[part]
    if written is None:
        del group[name]
    else:
        group[name] = "EDITED"
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).replace("EDITED", written or "")


def write_facts(folder, field, written):
    path = folder / "facts.yml"
    path.write_text(facts_with(field, written), encoding="utf-8")
    return path


def load_with(folder, field, written):
    return load_facts(write_facts(folder, field, written))


def say(response, facts):
    """All variations of a response, text and button titles, each filled in its language, as one text."""
    filled = [
        fill_response(variation, {**text_values(facts, language_of_variation(variation)), **PASSED_ON})
        for variation in RESPONSES[response]
    ]
    return "\n".join(
        line
        for variation in filled
        for line in [variation["text"], *(b["title"] for b in variation.get("buttons", []))]
    )


def everything_said(facts):
    """Every response of domain.yml and the page, by name."""
    page = {**text_values(facts), "helpline_tel": re.sub(r"\D", "", facts.helpline.number)}
    return {
        **{name: say(name, facts) for name in RESPONSES},
        "web/index.html": fill((ROOT / "web/index.html").read_text(encoding="utf-8"), page),
    }


# --- a wrong file ----------------------------------------------------------------------------


def test_the_projects_file_is_right():
    assert load_facts(PATH).groups().keys() == DATA.keys() - {"sources", "review_days"}


FAULTS = [
    # missing
    ("helpline.number", None, 'uppgiften saknas. Så här kan det se ut: number: "020-100 200"'),
    ("helpline.as_of", None, "uppgiften saknas. Så här kan det se ut: as_of: 2022-10-01"),
    ("sources.cve_page.name", None, "uppgiften saknas. Så här kan det se ut: name: "),
    ("helpline", None, "uppgiften saknas"),
    # unknown
    ("helpline.nummer", "020-100 200", "menades «number»?"),
    ("helplin", "{}", "menades «helpline»?"),
    ("sources.cve_page.namn", "kommunen", "menades «name»?"),
    ("helpline.väder", "soligt", "Ta bort det"),
    # empty
    ("helpline.name", "", "uppgiften är tom. Så här kan det se ut: name: "),
    ("helpline.name", '""', "uppgiften är tom. Så här kan det se ut: name: "),
    ("helpline.name", '" "', "uppgiften är tom. Så här kan det se ut: name: "),
    ("helpline.hours", "", "uppgiften är tom. Så här kan det se ut: hours: "),
    ("bot.languages", "[]", "uppgiften är tom. Så här kan det se ut: languages: [svenska, engelska]"),
    ("bot.languages", '[svenska, ""]', "uppgiften är tom"),
    ("helpline", "", "uppgiften är tom"),
    # of the wrong kind: YAML reads a bare 033123456 as an octal number, yes as true, 2022 as a number
    ("emergency.number", "112", "citattecken"),
    ("contact.phone", "033123456", "citattecken"),
    ("helpline.anonymity", "yes", "citattecken"),
    ("helpline.name", "{a: b}", "fel slag"),
    ("helpline.languages", "svenska", "languages: [svenska, engelska]"),
    ("helpline", "Orostelefonen", "fel slag"),
    # of the wrong form
    ("helpline.number", "ring oss", 'fel form. Så här kan det se ut: number: "020-100 200"'),
    ("helpline.number", "020-100 200 (vardagar)", 'fel form. Så här kan det se ut: number: "020-100 200"'),
    ("exit.phone", '"1"', 'fel form. Så här kan det se ut: phone: "033-12 34 56"'),
    ("contact.email", "kommunen", "fel form. Så här kan det se ut: email: kommunen@kommunen.se"),
    ("contact.page", "www.boras.se", "fel form. Så här kan det se ut: page: https://"),
    ("sources.cve_page.url", "boras.se", "fel form. Så här kan det se ut: url: https://"),
    # hours, dates and places
    ("helpline.hours", "Mo-Fr kl 9", "går inte att tolka från tecken 7. Så här kan det se ut: hours: "),
    ("helpline.hours", '"Mo-Fr 09:00-12:00 || off"', "får inte innehålla ||"),
    ("helpline.hours", "off", "Så här kan det se ut: hours: "),  # YAML reads a bare off as false
    ("helpline.as_of", "i fjol", "det ska vara ett datum (år-månad-dag). Så här kan det se ut: as_of: 2022-10-01"),
    ("helpline.as_of", "2022", "det ska vara ett datum (år-månad-dag). Så här kan det se ut: as_of: 2022-10-01"),
    ("helpline.source", "okänd", "källan 'okänd' finns inte under sources (där finns city_page"),
    ("helpline.time_zone", "Europa/Stockholm", "finns inte. Så här kan det se ut: time_zone: Europe/Stockholm"),
    ("helpline.country", "XX", "landet 'XX' är okänt. Så här kan det se ut: country: SE"),
    ("helpline.country", "Sverige", "fel form. Så här kan det se ut: country: SE"),
]


@pytest.mark.parametrize(("field", "written", "advice"), FAULTS, ids=[f"{fault[0]}={fault[1]}" for fault in FAULTS])
def test_a_fault_is_named_with_file_field_and_what_to_do(tmp_path, field, written, advice):
    with pytest.raises(FactsError) as fault:
        load_with(tmp_path, field, written)
    message = str(fault.value)
    assert f"{tmp_path}/facts.yml: {field}" in message
    assert advice in message
    assert not re.search(r"\b(field|value|ensure|invalid|required|expected)\b", message), "it is in Swedish"


@pytest.mark.parametrize(
    ("exception", "field", "advice"),
    [
        ('{hours: "off"}', "date", "date: 2026-06-05"),
        ('{date: i juni, hours: "off"}', "date", "date: 2026-06-05"),
        ("{date: 2026-06-05}", "hours", 'hours: "off" eller "10:00-12:00,13:00-15:00"'),
        ('{date: 2026-06-05, hours: "kl 9"}', "hours", 'hours: "off" eller "10:00-12:00,13:00-15:00"'),
        ('{date: 2026-06-05, hours: "off", reson: klämdag}', "reson", "menades «reason»?"),
        ('{date: 2026-06-05, hours: "off", reason: 5}', "reason", "av fel slag"),
    ],
)
def test_a_fault_in_an_exception_is_named_likewise(tmp_path, exception, field, advice):
    with pytest.raises(FactsError) as fault:
        load_with(tmp_path, "helpline.exceptions", f"[{exception}]")
    assert f"{tmp_path}/facts.yml: helpline.exceptions.0" in str(fault.value)
    assert field in str(fault.value)
    assert advice in str(fault.value)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (None, "filen finns inte"),
        ("", "filen är tom"),
        ("# bara en kommentar\n", "filen är tom"),
        ("- helpline\n", "till exempel «helpline:»"),
        ("helpline:\n  name: [Orostelefonen\n", "rad 3"),
        ("helpline:\n  name: A\n  name: B\n", "rad 3, tecken 3: namnet «name» står två gånger"),
    ],
    ids=["missing", "empty", "only-a-comment", "a-list", "broken-yaml", "duplicate-key"],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path, content, advice):
    file = tmp_path / "facts.yml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(FactsError) as fault:
        load_facts(file)
    assert str(file) in str(fault.value)
    assert advice in str(fault.value)


def test_all_faults_are_named_at_once(tmp_path):
    data = copy.deepcopy(DATA)
    data["helpline"]["number"] = "ring oss"
    data["contact"]["page"] = ""
    with pytest.raises(FactsError) as fault:
        parse_facts(data, tmp_path)
    assert {line.split(": ")[1] for line in str(fault.value).splitlines()} == {"helpline.number", "contact.page"}


# --- the file while the assistant runs -------------------------------------------------------


class EditedFacts(FactsFile):
    def edit(self, written, field="helpline.name"):
        write_facts(self.path.parent, field, written)


@pytest.fixture
def edited(tmp_path):
    """A copy of facts.yml in use, to edit."""
    return EditedFacts(write_facts(tmp_path, "helpline.name", "Telefonen"))


WRONG_EDITS = {
    "empty field": ("helpline.name", '""'),
    "broken YAML": ("helpline.name", "["),
    "name twice": ("helpline.name", "A\n  name: B"),
    "placeholder as a name": ("helpline.name", "A\n  {helpline_name}: B"),
    "day that is not in the calendar": ("helpline.as_of", "2022-02-30"),
    "time that is not on the clock": ("helpline.as_of", "2022-02-03 25:00:00"),
}


def test_an_edit_is_taken_up(edited):
    edited.edit("Nya telefonen")
    assert edited.current().helpline.name == "Nya telefonen"
    assert edited.problem is None


def test_a_file_put_in_place_of_the_old_one_is_taken_up(edited, tmp_path):
    """As editors save; here even size and time are the same."""
    before = edited.path.stat()
    (tmp_path / "new").mkdir()
    new = write_facts(tmp_path / "new", "helpline.name", "telefoneN")
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(edited.path)
    assert edited.current().helpline.name == "telefoneN"


@pytest.mark.parametrize(("field", "written"), WRONG_EDITS.values(), ids=WRONG_EDITS.keys())
def test_a_wrong_edit_keeps_the_last_good_facts(edited, field, written):
    edited.edit(written, field)
    assert edited.current().helpline.name == "Telefonen"
    assert str(edited.path) in edited.problem


def test_a_wrong_edit_is_logged_once(edited, caplog):
    edited.edit('""')
    for _ in range(3):
        edited.current()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert f"{edited.path}: helpline.name: uppgiften är tom" in record.getMessage()


def test_a_mended_file_is_taken_up_and_the_problem_is_gone(edited):
    edited.edit('""')
    edited.current()
    edited.edit("Lagade telefonen")
    assert edited.current().helpline.name == "Lagade telefonen"
    assert edited.problem is None


def test_a_deleted_file_keeps_the_facts_until_it_is_back(edited, caplog):
    edited.path.unlink()
    assert [edited.current().helpline.name for _ in range(3)] == ["Telefonen"] * 3
    assert "filen finns inte" in edited.problem
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    edited.edit("Telefonen")
    edited.current()
    assert edited.problem is None


@pytest.mark.parametrize(("field", "written"), WRONG_EDITS.values(), ids=WRONG_EDITS.keys())
def test_a_wrong_file_stops_the_start(tmp_path, field, written):
    path = write_facts(tmp_path, field, written)
    with pytest.raises(FactsError, match=re.escape(str(path))):
        FactsFile(path)


# --- facts in sentences ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[svenska]", "svenska"),
        ("[svenska, engelska]", "svenska och engelska"),
        ("[svenska, engelska, arabiska]", "svenska, engelska och arabiska"),
    ],
)
def test_a_list_reads_as_in_a_sentence(tmp_path, written, read):
    assert load_with(tmp_path, "helpline.languages", written).placeholders()["helpline_languages"] == read


def test_every_group_has_its_source_and_year():
    facts = load_facts(PATH)
    values = facts.placeholders()
    for name, group in facts.groups().items():
        source = DATA["sources"][DATA[name]["source"]]
        called = source["name"]
        assert values[f"{name}_source"] == (called["sv"] if isinstance(called, dict) else called)
        assert values.get(f"{name}_source_url") == source.get("url")
        assert values[f"{name}_year"] == str(group.as_of.year)


@pytest.mark.parametrize("field", ["helpline.principal", "contact.phone", "exit.link", "suicide_line.hours"])
@pytest.mark.parametrize("written", ["", '""'], ids=["nothing", "empty-quotes"])
def test_an_empty_optional_fact_is_absent(tmp_path, field, written):
    assert field.replace(".", "_") not in load_with(tmp_path, field, written).placeholders()


def test_what_is_not_for_reading_is_absent():
    hidden = {"helpline_hours", "helpline_time_zone", "helpline_country", "helpline_exceptions"}
    assert not hidden & load_facts(PATH).placeholders().keys()


def test_the_bots_own_numbers_are_known(tmp_path):
    facts = load_with(tmp_path, "contact.phone", '"033-12 34 56"')
    assert {"033-12 34 56", *(DATA[name]["number"] for name in ("helpline", "emergency", "police"))} <= set(
        facts.phone_numbers()
    )


# --- a fact stands in facts.yml and nowhere else ---------------------------------------------

# Facts whose words a text also needs with another meaning: (fact, response or "" for all texts): why.
# Everything else must be a placeholder.
ALSO_ORDINARY_WORDS = {
    ("Polisen", ""): "the police as everybody calls them; their number is a placeholder",
    ("dygnet runt", ""): "how Swedish says 24/7, of whatever it may be",
    ("du kan vara anonym", "utter_ask_capabilities"): "asks whether, does not say that",
    ("you can be anonymous", "utter_ask_capabilities"): "the same",
    ("polisen", ""): "one of the council's members, as everybody calls them",
    ("the police", ""): "the same",
    ("svenska", "utter_ask_chat_language"): "the button that switches to it",
    ("svenska", "utter_other_language"): "the same",
}
# Facts that steer when the helpline is open; they are not said as they stand.
NOT_SAID = {("helpline", field) for field in ("hours", "exceptions", "time_zone", "country")}


def leaves(value, field="", path=()):
    """Every single fact that is said: its place, its field and its value; no names of sources in groups."""
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, field if isinstance(value, list) else key, (*path, key))
    elif field != "source" and path[:2] not in NOT_SAID:
        yield path, field, value


def another(field, value, number):
    """A value of the same form that no other fact has; also for contacts that are empty now."""
    if field == "as_of":
        return datetime.date(2040 + number, 1, 1)
    if field in ("number", "phone"):
        return f"0{700 + number}-{800 + number}"
    if field == "email":
        return f"post{number}@exempel.se"
    if field in ("url", "page", "link"):
        return f"https://exempel{number}.se/sida"
    return value and f"utbytt{number}"


def changed_everywhere():
    data = copy.deepcopy(DATA)
    for number, (path, field, value) in enumerate(leaves(DATA)):
        *groups, name = path
        holder = data
        for part in groups:
            holder = holder[part]
        holder[name] = another(field, value, number)
    data["helpline"]["hours"] = "Tu-Sa 07:15-11:45,17:05-20:35"
    return data


def old_words():
    """What facts.yml says today, as it would stand in a text; of dates the year."""
    hours = regular_hours(load_facts(PATH).helpline)
    words = {hours, *re.findall(r"\d+\.\d+–\d+\.\d+", hours)}
    for _, field, value in leaves(DATA):
        words.add(str(value.year) if field == "as_of" else value)
    return words - {None}


def found_in(text, words):
    """Those that stand in the text as whole words, capitals or not; numbers in any spacing."""
    return {word for word in words if re.search(rf"(?<!\w){pattern(word)}(?!\w)", text, re.IGNORECASE)}


def pattern(word):
    return "[ -]*".join(re.findall(r"\d", word)) if re.fullmatch(r"[\d -]+", word) else re.escape(word)


def test_a_changed_fact_shows_everywhere():
    """Every fact is changed at once; no answer and no line of the page says what it was before."""
    old = old_words()
    stale = {
        (word, where)
        for where, text in everything_said(parse_facts(changed_everywhere(), PATH)).items()
        for word in found_in(text, old)
        if (word, "") not in ALSO_ORDINARY_WORDS
    }
    assert stale - ALSO_ORDINARY_WORDS.keys() == set()


def test_every_fact_is_changed_for_that():
    before, after = (
        [value for _, _, value in leaves(data) if value is not None] for data in (DATA, changed_everywhere())
    )
    assert not set(before) & set(after)
    assert len(set(after)) == len(after) >= len(before)


def strings_of_python(text):
    """The strings and numbers that a module says: no comments, no docstrings, no `example=` of the schema."""
    nodes = list(ast.walk(ast.parse(text)))
    silent = {node.value for node in nodes if isinstance(node, ast.Expr) or getattr(node, "arg", "") == "example"}
    return "\n".join(str(node.value) for node in nodes if isinstance(node, ast.Constant) and node not in silent)


def strings_of_yaml(text):
    """Keys and values without the comments."""
    return yaml.safe_dump(yaml.safe_load(text), allow_unicode=True, width=10_000)


READ = {".py": strings_of_python, ".yml": strings_of_yaml}
SOURCES = sorted(
    path.relative_to(ROOT)
    for path in [
        *ROOT.glob("hjalpsam/**/*.py"),
        *ROOT.glob("actions/**/*.py"),
        *ROOT.glob("web/*.*"),
        ROOT / "domain.yml",
    ]
)


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_no_fact_stands_in_the_source(source: Path):
    written = READ.get(source.suffix, str)((ROOT / source).read_text(encoding="utf-8"))
    ordinary = {word for word, _ in ALSO_ORDINARY_WORDS}
    years = {word for word in old_words() if re.fullmatch(r"\d{4}", word)}  # too short to be a fact by itself
    assert found_in(written, old_words() - ordinary - years) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('def f():\n    """Ring 020-100 200."""\n    return 1  # 020-100 200', False),
        ('number: str = Field(..., example="020-100 200")', False),
        ('return_value = "Ring 020-100 200."', True),
        ("number = f'Ring 020100200, {name}'", True),
    ],
)
def test_the_search_sees_what_is_said_and_not_what_is_explained(text, found):
    assert bool(found_in(strings_of_python(text), {"020-100 200"})) is found


# --- groups that no class knows ----------------------------------------------------------------


def with_group(name="tea", **fields):
    return {**DATA, name: {"source": "city_page", "as_of": "2022-10-01", **fields}}


def test_a_group_that_no_class_knows_is_one_of_its_own():
    kinds = {"sv": ["grönt", "svart"], "en": ["green", "black"]}
    facts = parse_facts(with_group(number="0123-45 67", kinds=kinds, hint={"sv": "hett", "en": "hot"}, link=""), PATH)
    assert "0123-45 67" in facts.phone_numbers()
    assert facts.group_of("tea_kinds") == "tea"
    assert "tea_link" in facts.optional_placeholders()
    values = facts.placeholders("en")
    assert (values["tea_kinds"], values["tea_hint"], values["tea_number"]) == ("green and black", "hot", "0123-45 67")
    assert (values["tea_source"], values["tea_year"]) == (values["cks_source"], "2022")
    assert "tea_link" not in values


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"number": "etta"}, "number: värdet har fel form"),
        ({"link": "www.te.se"}, "link: värdet har fel form"),
        ({"hint": 7}, "hint: värdet har fel form"),
        ({"hint": {"sv": "hett"}}, "hint: värdet har fel form"),
        ({"as_of": "i fjol"}, "tea.as_of: det ska vara ett datum"),
        ({"source": "nobody"}, "tea.source: källan 'nobody' finns inte"),
    ],
)
def test_what_is_wrong_in_it_is_told(fields, told):
    with pytest.raises(FactsError, match=re.escape(told)):
        parse_facts(with_group(**fields), PATH)


def test_a_slip_in_the_name_of_a_known_group_stays_an_error():
    with pytest.raises(FactsError, match="helplin: fältet är okänt; menades «helpline»"):
        parse_facts(with_group("helplin", number="0123-45 67"), PATH)
