"""The check before training and start: each wrong file gives one sentence with file and place."""

import shutil

import pytest

from hjalpsam.operations.check import CONTENT, main, problems, table_problems
from hjalpsam.paths import ROOT

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


def test_as_a_command_it_is_silent_and_0_when_all_is_right(capsys):
    assert main() == 0
    assert capsys.readouterr() == ("", "")
