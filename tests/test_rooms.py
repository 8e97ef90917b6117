"""The rooms of the house: who may import whom (docs/arkitektur.md)."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from hjalpsam.paths import ROOT

FLOORS = ["content", "hours", "storage", "nlu", "engine", "actions", "conversation", "checks", "channels"]
FLOORS += ["evaluation", "operations"]  # each may import those before it
WITHOUT_RASA = ["content", "hours", "storage"]


def imports_of(path):
    """The modules that a file imports, and of the project's packages their modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from [name if (ROOT / f"{name.replace('.', '/')}.py").exists() else node.module for name in names]
        elif isinstance(node, ast.Import):
            yield from [alias.name for alias in node.names]


FILES = [path for folder in ("hjalpsam", "actions") for path in (ROOT / folder).rglob("*.py")]
IMPORTS = {".".join(path.relative_to(ROOT).with_suffix("").parts): set(imports_of(path)) for path in FILES}


def room_of(module):
    return next((part for part in module.split(".")[:2] if part in FLOORS), None)


@pytest.mark.parametrize("module", IMPORTS)
def test_nothing_is_imported_from_a_floor_above(module):
    rooms = {room_of(name) for name in IMPORTS[module] if name.startswith(("hjalpsam", "actions"))} - {None}
    if room_of(module):
        allowed = FLOORS[: FLOORS.index(room_of(module)) + 1]
        assert rooms <= set(allowed)


@pytest.mark.parametrize("room", WITHOUT_RASA)
def test_the_ground_floors_do_without_rasa(room):
    used = {name for module, names in IMPORTS.items() if room_of(module) == room for name in names}
    assert not [name for name in used if name.split(".")[0] in ("rasa", "rasa_sdk")]


def test_there_is_no_ring():
    TopologicalSorter({module: names & IMPORTS.keys() - {module} for module, names in IMPORTS.items()}).prepare()


@pytest.mark.parametrize("room", [floor for floor in FLOORS if floor != "actions"])
def test_each_room_says_what_lives_there(room):
    described = ast.get_docstring(ast.parse(Path(ROOT, "hjalpsam", room, "__init__.py").read_text(encoding="utf-8")))
    assert "Touch it" in described
