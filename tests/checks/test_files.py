"""The check before training and start: each wrong file gives one sentence with file and place."""

import datetime
import re
import shutil

import pytest

from hjalpsam.checks.content import FEW, PASSED_ON, content_faults
from hjalpsam.checks.files import CONTENT, problems, table_problems
from hjalpsam.content.facts import load_facts
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.conversation.cases import to_yaml
from hjalpsam.paths import ROOT
from tests.content import test_facts

FILES = [*CONTENT, "facts.yml", *(f"data/{path.name}" for path in sorted((ROOT / "data").glob("*.yml")))]


@pytest.fixture
def project(tmp_path):
    """A copy of the project's YAML files."""
    (tmp_path / "data").mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def append(path, text):
    """Add text to a file; the number of its last line."""
    content = path.read_text(encoding="utf-8").rstrip("\n") + "\n" + text
    path.write_text(content, encoding="utf-8")
    return content.count("\n")


def test_a_fault_of_the_danger_table_is_named(project):
    path = project / "data" / "danger.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("med ... <skarpt>", "med ... <gevär>", 1), encoding="utf-8"
    )
    (problem,) = table_problems(project)
    assert problem.startswith("data/danger.yml: mönstret «någon med vapen»")
    assert "<gevär>" in problem


@pytest.mark.parametrize(
    ("name", "phrase", "said"),
    [("entities.yml", "antifa", "«left»: i «*» står «*»"), ("lead_ins.yml", "heej", "«greetings»: i «*» står «*»")],
)
def test_a_fault_of_the_other_tables_is_named(project, name, phrase, said):
    path = project / "data" / name
    path.write_text(path.read_text(encoding="utf-8").replace(f"- {phrase}\n", '- "*"\n', 1), encoding="utf-8")
    (problem,) = table_problems(project)
    assert said in problem


def test_a_slip_in_the_table_of_intents_is_told_before_any_training(project):
    append(project / "data" / "intents.yml", "  ask_tea: {name: te, tpic: tea}\n")
    assert [problem.partition(",")[0] for problem in problems(project)] == ["data/intents.yml: «ask_tea» har «tpic»"]


def test_the_project_has_no_problems(project):
    assert problems() == problems(project) == []
    assert table_problems() == table_problems(project) == []


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("extra: 1\nextra: 2\n", "namnet «extra» står två gånger"),
        ("extra: 'utan slut:\n  b: c: d\n", ""),
    ],
    ids=["name-twice", "broken"],
)
def test_a_fault_in_a_file_gives_one_line_with_file_and_line(project, name, text, what):
    append(project / name, text)
    (problem,) = problems(project)
    assert problem.startswith(f"{name}, rad ")
    assert what in problem
    assert len(problem.splitlines()) == 1


def test_the_line_is_right(project):
    last = append(project / "domain.yml", "extra: 1\nextra: 2\n")
    assert problems(project)[0].startswith(f"domain.yml, rad {last}, tecken 1: ")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_utf_8_is_named(project, name):
    (project / name).write_bytes("# Åsa\na: 1\n".encode("latin-1"))
    assert problems(project) == [f"{name}: filen är inte sparad som UTF-8. Spara om den med den kodningen."]


@pytest.mark.parametrize("name", [*CONTENT, "facts.yml"])
def test_a_missing_file_is_named(project, name):
    (project / name).unlink()
    assert problems(project) == [f"{name}: filen finns inte."]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("\nhelpline:\n", "\nhelplin:\n", "facts.yml: helplin: fältet är okänt; menades «helpline»?"),
        ("  time_zone: Europe/Stockholm\n", "", "facts.yml: helpline.time_zone: uppgiften saknas."),
        ("Europe/Stockholm", "Borås", "facts.yml: helpline.time_zone: tidszonen 'Borås' finns inte."),
        ("country: SE", "country: XX", "facts.yml: helpline.country: landet 'XX' är okänt."),
        ("source: police_page", "source:", "facts.yml: emergency.source: uppgiften är tom."),
        ("as_of: 2022-10-01", "as_of: i fjol", "facts.yml: bot.as_of: det ska vara ett datum (år-månad-dag)."),
        ("as_of: 2022-10-01", "as_of: 2022-02-30", "facts.yml"),
    ],
)
def test_a_wrong_fact_is_named_with_its_field(project, old, new, problem):
    path = project / "facts.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (found,) = problems(project)
    assert problem in found


def test_a_domain_without_responses_is_named(project):
    path = project / "domain.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("\nresponses:", "\nrespones:"), encoding="utf-8")
    assert problems(project) == ["domain.yml: avsnittet «responses:» med botens svar saknas."]


def test_all_wrong_files_are_named_in_order(project):
    for name in FILES:
        append(project / name, "extra: [\n")
    last = "facts.yml"
    assert [found.split(",")[0] for found in problems(project)] == [name for name in FILES if name != last] + [last]


# --- texts, examples and rules -------------------------------------------------------------------


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """A copy of what is checked."""
    folder = tmp_path_factory.mktemp("content")
    for name in ("domain.yml", "facts.yml", "config.yml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "data", folder / "data")
    for name in ("eval", "voices"):
        shutil.copytree(ROOT / "tests" / name, folder / "tests" / name)
    return folder


def told(content, name, old, new):
    """What is found when a file has been changed."""
    path = content / name
    written = path.read_text(encoding="utf-8")
    assert old in written
    try:
        path.write_text(written.replace(old, new, 1), encoding="utf-8")
        return content_faults(content)
    finally:
        path.write_text(written, encoding="utf-8")


def test_the_projects_content_has_no_errors():
    assert [fault.text for fault in content_faults(ROOT) if fault.is_error] == []


SAID = "utter_unavailable:\n    - text: |-\n"
CHANGES = [
    ("data/nlu.yml", "- intent: ask_cks\n", "- intent: ask_fika\n", "avsikten ask_fika finns inte i data/intents.yml"),
    ("data/nlu.yml", "      - tja\n", "      - tja\n      - Hejdå!\n", "står under både greet och goodbye"),
    ("domain.yml", SAID, f"{SAID}        Ring {{fika}}.\n", "{fika}"),
    ("domain.yml", "payload: /ask_more", "payload: /ask_fika", "leder ingenstans (/ask_fika)"),
    ("domain.yml", "payload: /ask_more", "payload: ask_more", "leder ingenstans (ask_more). Menade du ask_more?"),
    ("data/rules.yml", "intent: affirm\n", "intent: ask_fika\n", "avsikten ask_fika finns inte"),
    (
        "data/rules.yml",
        "action: utter_ask_helpline\n",
        "action: utter_ask_fika\n",
        "utter_ask_fika finns inte bland svaren",
    ),
    ("data/stories.yml", "rule: leaving is hard\n", "rule: worries on and on\n", "två regler heter"),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), CHANGES)
def test_an_error_is_named_with_file_and_line(content, name, old, new, expected):
    errors = [fault.text for fault in told(content, name, old, new) if fault.is_error]
    assert any(expected in error for error in errors), errors
    assert all(re.match(r"[\w/]+\.yml, rad \d+: ", error) for error in errors)


def test_a_test_line_among_the_examples(content):
    rows = (content / "tests" / "eval" / "dev_utterances.tsv").read_text(encoding="utf-8").splitlines()
    line = max((row.split("\t")[1] for row in rows), key=len)
    errors = told(content, "data/nlu.yml", "      - tja\n", f"      - tja\n      - {line}\n")
    assert any("är en testrad" in error.text for error in errors)


def test_a_response_without_english_or_without_text(content):
    path = content / "domain.yml"
    written = path.read_text(encoding="utf-8")
    domain = read_yaml(path)
    domain["responses"]["utter_greet"] = domain["responses"]["utter_greet"][:1]
    domain["responses"]["utter_thank"][0]["text"] = " "
    try:
        path.write_text(to_yaml(domain), encoding="utf-8")
        errors = [fault.text for fault in content_faults(content)]
    finally:
        path.write_text(written, encoding="utf-8")
    assert any("utter_greet har ingen engelsk text" in error for error in errors)
    assert any("utter_thank har ingen text" in error for error in errors)


def test_few_uniform_long_and_hard_are_warnings(content):
    path = content / "data" / "nlu.yml"
    written = path.read_text(encoding="utf-8")
    nlu = read_yaml(path)
    by_intent = {item["intent"]: item for item in nlu["nlu"]}
    by_intent["ask_cks"]["examples"] = "- vad är cks\n"
    by_intent["ask_bra"]["examples"] = "".join(f"- vad är brå nummer {number}\n" for number in range(FEW))
    try:
        path.write_text(to_yaml(nlu), encoding="utf-8")
        warnings = [fault.text for fault in content_faults(content) if not fault.is_error]
    finally:
        path.write_text(written, encoding="utf-8")
    assert any("ask_cks har bara 1 exempel" in warning for warning in warnings)
    assert any("100 av 100 exempel på ask_bra börjar «vad är …»" in warning for warning in warnings)
    hard = "        " + "Myndighetssamverkan förutsätter kunskapsutveckling. " * 25
    faults = told(content, "domain.yml", SAID, f"{SAID}{hard}\n")
    warnings = [fault.text for fault in faults if not fault.is_error]
    assert any("utter_unavailable är svårläst (LIX" in warning for warning in warnings)


def test_old_facts_are_a_warning_and_never_more():
    facts = load_facts(ROOT / "facts.yml")
    newest = max(group.as_of for group in facts.groups().values())
    assert facts.old(min(group.as_of for group in facts.groups().values())) is None
    assert "äldre än ett år, äldst" in facts.old(newest + datetime.timedelta(days=400))


def test_what_the_code_fills_in_is_known():
    assert test_facts.PASSED_ON.keys() <= PASSED_ON
