"""Examples that staff have proposed come into data/nlu.yml, and nothing that must not."""

import datetime
import shutil

import pytest

from hjalpsam.checks.accept import ProposalsError, examples, proposals, take
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.operations import cli
from hjalpsam.operations.cli import DONE, FAILED, main
from hjalpsam.paths import ROOT
from hjalpsam.storage.review import proposals as file_of_proposals

NEW = "hur kontaktar jag er på kunskapscentrumet på torget"
BATH = "när öppnar badet på söndag morgon"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The examples and the test lines."""
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data" / "nlu.yml", tmp_path / "data")
    for folder in ("eval", "voices"):
        shutil.copytree(ROOT / "tests" / folder, tmp_path / "tests" / folder)
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    return tmp_path


def written(project, *proposed):
    """A file as review gives it."""
    file = project / "forslag.yml"
    items = [{"text": text, "verdict": "wrong", "intent": intent} for intent, text in proposed]
    file.write_text(file_of_proposals(items, datetime.date(2026, 11, 26)), encoding="utf-8")
    return file


def known_example(project, intent="ask_cks"):
    item = next(item for item in read_yaml(project / "data" / "nlu.yml")["nlu"] if item["intent"] == intent)
    return item["examples"].splitlines()[0].removeprefix("- ")


@pytest.mark.parametrize(
    ("intent", "text", "why"),
    [
        ("ask_cks", NEW, ""),
        ("ask_fika", NEW, "avsikten finns inte"),
        ("ask_cks", "mitt nummer är 070-123 45 67, ring om cks", "uppgift om någon"),
        ("ask_cks", "min [namn] undrar vad cks är för nåt", "uppgift om någon"),
    ],
)
def test_each_is_taken_or_refused_with_a_reason(project, intent, text, why):
    (found,) = proposals(written(project, (intent, text)), project)
    assert why in found.refused
    assert bool(found.refused) == bool(why)


def test_what_is_known_is_refused_whatever_its_case_and_signs(project):
    text = known_example(project)
    other, same = proposals(written(project, ("ask_cks", f"{text.upper()}!!"), ("ask_bra", text)), project)
    assert same.refused == "exemplet finns redan"
    assert other.refused == "exemplet finns redan under ask_cks"


def test_a_line_that_measures_is_refused(project):
    rows = (project / "tests" / "eval" / "dev_utterances.tsv").read_text(encoding="utf-8").splitlines()
    label, line, _ = max((row.split("\t") for row in rows), key=lambda cells: len(cells[1]))
    (found,) = proposals(written(project, (label.partition(":")[0], line)), project)
    assert "raden är ett test" in found.refused


def test_the_same_proposal_twice_is_taken_once(project):
    file = project / "forslag.yml"
    cks = f"- intent: ask_cks\n  examples: |\n    - {NEW}\n    - {NEW}?\n"
    file.write_text(f"nlu:\n{cks}- intent: ask_bra\n  examples: |\n    - {NEW}\n")
    assert [found.refused for found in proposals(file, project)] == [
        "",
        "exemplet finns redan",
        "exemplet finns redan under ask_cks",
    ]


def test_what_is_taken_stands_at_the_end_of_its_intent_and_the_rest_is_as_it_was(project):
    path = project / "data" / "nlu.yml"
    before, old = path.read_text(encoding="utf-8"), examples(path)
    take(proposals(written(project, ("ask_cks", NEW), ("out_of_scope", BATH)), project), path)
    after = path.read_text(encoding="utf-8")
    lines = set(before.splitlines())
    assert [line.strip() for line in after.splitlines() if line not in lines] == [f"- {NEW}", f"- {BATH}"]
    assert len(after.splitlines()) == len(before.splitlines()) + 2
    new = examples(path)
    assert NEW in new["ask_cks"]
    untouched = old.keys() - {"ask_cks", "out_of_scope"}
    assert {intent: new[intent] for intent in untouched} == {intent: old[intent] for intent in untouched}


def test_the_command_shows_each_and_takes_what_is_agreed(project, capsys, monkeypatch):
    file = written(project, ("ask_cks", NEW), ("ask_fika", "kaffe"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "j")
    assert main(["accept", str(file)]) == DONE
    assert asked == [f"«{NEW}» som exempel på ask_cks? [j/N] "]
    told = capsys.readouterr().out
    assert "Inte «kaffe» (ask_fika): avsikten finns inte" in told
    assert "1 exempel är tillagda" in told
    assert NEW in examples(project / "data" / "nlu.yml")["ask_cks"]


@pytest.mark.parametrize("content", ["", "- a", "nlu: 5", "nlu: [{intent: a}]", "nlu: ["])
def test_a_file_that_is_none(project, capsys, content):
    file = project / "forslag.yml"
    file.write_text(content)
    with pytest.raises(ProposalsError):
        proposals(file, project)
    assert main(["accept", str(file), "--yes"]) == FAILED
    assert "forslag.yml" in capsys.readouterr().err
