"""Finds within a second what would make training or the start fail (`hjalpsam check` finds more).

What Rasa itself checks (stories against rules, for example) is found by training and by
`make validate`.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from hjalpsam.content.facts import FactsError, load_facts
from hjalpsam.content.intent_table import load_intents
from hjalpsam.content.texts import Texts
from hjalpsam.content.yaml_files import YamlError, read_yaml
from hjalpsam.hours.helpline import text_values
from hjalpsam.paths import ROOT

# Said without Rasa: by the channels, and for the helpline's status.
NEEDED = {
    "utter_unavailable",
    "utter_paused",
    "utter_status_unavailable",
    "utter_guesses",
    "utter_ask_helpline_hours",
    "utter_error_session",
    "utter_error_empty",
    "utter_error_too_long",
    "utter_error_too_many",
    "utter_error_bad_request",
    "utter_error_unauthorised",
    "utter_error_not_found",
}
CONTENT = ["config.yml", "domain.yml", "credentials.yml", "endpoints.yml"]
NEEDED_TO_START = ["credentials.yml", "endpoints.yml"]  # and facts.yml: all else is in the live model


def problems(root: Path = ROOT, only: list[str] | None = None) -> list[str]:
    """Everything that is wrong with the files, or with some of them and the facts, each in a Swedish sentence."""
    found = []
    paths = [root / name for name in CONTENT] + sorted((root / "data").glob("*.yml"))
    for path in [root / name for name in only] if only else paths:
        try:
            read_yaml(path)
        except YamlError as error:
            found.append(str(error))
    try:
        text_values(load_facts(root / "facts.yml"))
    except FactsError as error:
        found.append(str(error))
    if not found and not only:
        try:
            load_intents(root)
            known = Texts.load(root / "domain.yml").responses
        except YamlError as error:
            return [str(error).replace(f"{root}/", "")]
        found += [
            f"domain.yml: svaret {name} saknas; chatten behöver det när något är fel." for name in NEEDED - set(known)
        ]
    return [problem.replace(f"{root}/", "") for problem in found]


def table_problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the phrases of the rules' tables.

    Apart, since it loads spaCy, which takes seconds: asked before training only.
    """
    return [problem.replace(f"{root}/", "") for problem in _faults_of_tables(root / "data")]


def _faults_of_tables(data: Path) -> Iterator[str]:
    from hjalpsam.nlu import danger_table, time_table
    from hjalpsam.nlu.entities import GROUPS
    from hjalpsam.nlu.phrase_faults import faults_of_phrases, faults_of_words

    table = read_yaml(data / "danger.yml")
    for fault in danger_table.faults(table) or danger_table.faults_of_lines(table):
        yield f"{data / 'danger.yml'}: {fault}"
    for fault in time_table.faults(read_yaml(data / "times.yml")):
        yield f"{data / 'times.yml'}: {fault}"
    for name in ("entities.yml", "languages.yml", "lead_ins.yml", "parts.yml"):
        table = read_yaml(data / name)
        groups = table.pop(GROUPS, {}) if isinstance(table, dict) else {}
        found = [faults_of_words(f"«{group}»", words) for group, words in groups.items()]
        found += [faults_of_phrases(f"«{where}»", phrases, groups) for where, phrases in _lists(table)]
        for fault in chain.from_iterable(found):
            yield f"{data / name}: {fault}"


def _lists(table: Any, where: str = "tabellen") -> Iterator[tuple[str, Any]]:
    """The lists of a table with headings within headings, each with its heading."""
    if isinstance(table, dict) and table:
        for heading, part in table.items():
            yield from _lists(part, str(heading))
    else:
        yield where, table
