"""A project's texts, examples, rules and facts as the checks read them, and what they find."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hjalpsam.content.facts import Facts, load_facts
from hjalpsam.content.intent_table import FILE, RULES, load_intents, rules_of, whole_domain
from hjalpsam.content.yaml_files import read_yaml

TO_FILL_IN = "FYLL I"  # stands where `hjalpsam new-topic` has left something to be written
_NAME = re.compile(r"""\s*-\s*rule:\s*(?P<quote>["']?)(?P<name>.*?)(?P=quote)\s*""")


@dataclass(frozen=True)
class Fault:
    """Something wrong, or worth a look: a Swedish sentence with file and place."""

    text: str
    is_error: bool = True


class Content:
    """The texts, examples, rules and facts of a project, read once."""

    def __init__(self, root: Path) -> None:
        """`root`: of the project; the files are right YAML (`hjalpsam.checks.files`)."""
        self.root = root
        self.intent_table = load_intents(root)
        self.domain: dict[str, Any] = whole_domain(read_yaml(root / "domain.yml"), self.intent_table)
        self.responses: dict[str, list[dict[str, Any]]] = self.domain["responses"]
        self.examples = {
            item["intent"]: [line.strip()[2:] for line in item["examples"].splitlines() if line.strip()]
            for item in read_yaml(root / "data" / "nlu.yml")["nlu"]
        }
        self.rules = {name: read_yaml(root / "data" / name)["rules"] for name in RULES}
        written = [rule for rules in self.rules.values() for rule in rules]
        self.rules[Path(FILE).name] = rules_of(self.intent_table, self.responses, written)
        self.facts: Facts = load_facts(root / "facts.yml")

    def place(self, name: str, text: str) -> str:
        """A file and the line where a text stands first, as "data/nlu.yml, rad 12"."""
        for number, line in enumerate(self._lines(name), start=1):
            if text in line:
                return f"{name}, rad {number}"
        return name

    def _lines(self, name: str) -> list[str]:
        if name not in self._read:
            self._read[name] = (self.root / name).read_text(encoding="utf-8").splitlines()
        return self._read[name]

    @cached_property
    def _read(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def intents(self) -> set[str]:
        """The intents of the domain."""
        return set(self.domain["intents"])


def rule_places(root: Path) -> dict[str, str]:
    """Where each rule stands, as "data/rules.yml, rad 12", by its name; of two of one name the first."""
    places: dict[str, str] = {}
    for name in RULES:
        for number, line in enumerate((root / "data" / name).read_text(encoding="utf-8").splitlines(), start=1):
            if found := _NAME.fullmatch(line):
                places.setdefault(found["name"], f"data/{name}, rad {number}")
    return places
