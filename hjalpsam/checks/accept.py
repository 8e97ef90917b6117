"""Takes examples that staff have proposed in review into data/nlu.yml, each after a look at it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hjalpsam.checks.test_lines import GATED, MORE
from hjalpsam.content.yaml_files import YamlError, read_yaml
from hjalpsam.storage.models import replace_file
from hjalpsam.storage.privacy import mask

TEST_FILES = (
    "eval/dev_utterances.tsv",
    "eval/out_of_scope.tsv",
    *(f"voices/{name}" for name in (*GATED, *MORE)),
)


class ProposalsError(Exception):
    """A file of proposals that cannot be used; the message (Swedish) says why."""


@dataclass(frozen=True)
class Proposal:
    """An example for an intent, and why it cannot be taken (half a Swedish sentence; "" if it can)."""

    intent: str
    text: str
    refused: str


def proposals(file: Path, root: Path) -> list[Proposal]:
    """What a file proposes, each compared with the examples and the test lines of the project at `root`.

    Raises:
        ProposalsError: when the file is no list of examples as review writes it.
    """
    known = examples(root / "data" / "nlu.yml")
    tests = {plain(text) for name in TEST_FILES for text in _test_lines(root / "tests" / name)}
    taken: dict[str, str] = {}
    found = []
    for intent, text in _proposed(file):
        reason = _why_not(intent, text, known, {**taken}, tests)
        found.append(Proposal(intent, text, reason))
        if not reason:
            taken[plain(text)] = intent
    return found


def _why_not(intent: str, text: str, known: dict[str, set[str]], taken: dict[str, str], tests: set[str]) -> str:
    others = sorted(name for name, texts in known.items() if name != intent and plain(text) in texts)
    if intent not in known:
        return "avsikten finns inte i data/nlu.yml"
    if plain(text) in known[intent] or taken.get(plain(text)) == intent:
        return "exemplet finns redan"
    if others or plain(text) in taken:
        return f"exemplet finns redan under {', '.join(others) or taken[plain(text)]}"
    if plain(text) in tests:
        return "raden är ett test: det som mäter får inte läras in"
    if mask(text) != text or re.search(r"[\[\]{}]", text):
        return "raden ser ut att ha en uppgift om någon, eller något som dolts"
    return ""


def take(accepted: list[Proposal], path: Path) -> None:
    """Add examples at the end of their intents; everything else in the file stays as it is."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for proposal in accepted:
        start = next(number for number, line in enumerate(lines) if line.strip() == f"- intent: {proposal.intent}")
        end = start + 1
        while end < len(lines) and not lines[end].lstrip().startswith("- intent:"):
            end += 1
        last = max(number for number in range(start, end) if lines[number].strip())
        indent = lines[last][: len(lines[last]) - len(lines[last].lstrip())]
        lines.insert(last + 1, f"{indent}- {proposal.text}")
    replace_file(path, ("\n".join(lines) + "\n").encode())


def examples(path: Path) -> dict[str, set[str]]:
    """The examples of an nlu file by intent, as `plain`."""
    return {item["intent"]: {plain(text) for text in _lines_of(item)} for item in read_yaml(path)["nlu"]}


def plain(text: str) -> str:
    """What must not differ by case, spaces or signs alone."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


def _proposed(file: Path) -> Iterator[tuple[str, str]]:
    try:
        data = read_yaml(file)
        items = [(item["intent"], _lines_of(item)) for item in data["nlu"]]
    except YamlError as error:
        raise ProposalsError(str(error)) from None
    except (KeyError, TypeError, AttributeError):
        raise ProposalsError(f"{file}: det är ingen fil med förslag från Granska.") from None
    for intent, texts in items:
        for text in texts:
            yield intent, text


def _lines_of(item: dict[str, Any]) -> list[str]:
    return [line.strip()[2:].strip() for line in item["examples"].splitlines() if line.strip().startswith("- ")]


def _test_lines(path: Path) -> list[str]:
    return [cell for row in path.read_text(encoding="utf-8").splitlines() for cell in row.split("\t")[1:2]]
