"""Finds what is missing or misspelt in the files that Rasa reads: a rule without steps, a button without payload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Extra, Field, ValidationError

from hjalpsam.content.yaml_files import read_yaml


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class _Step(_Strict):
    intent: str | None
    user: str | None
    entities: list[Any] | None
    action: str | None
    slot_was_set: list[dict[str, Any] | str] | None
    active_loop: Any
    either: list[_Step] | None = Field(None, alias="or")


_Step.update_forward_refs()


class _Rule(_Strict):
    rule: str
    steps: list[_Step] = Field(..., min_items=1)
    condition: list[_Step] | None
    conversation_start: bool | None
    wait_for_user_input: bool | None


class _Rules(_Strict):
    version: str
    rules: list[_Rule]


class _Examples(_Strict):
    intent: str
    examples: str = Field(..., min_length=1)


class _Nlu(_Strict):
    version: str
    nlu: list[_Examples]


class _Button(_Strict):
    title: str
    payload: str
    answers: Literal["yes", "no"] | None  # a bare yes is true in YAML


class _Variation(BaseModel):
    text: str | None
    buttons: list[_Button] = []


class _Domain(BaseModel):
    slots: dict[str, dict[str, Any]]
    responses: dict[str, list[_Variation]]


FILES: dict[str, type[BaseModel]] = {
    "domain.yml": _Domain,
    "data/nlu.yml": _Nlu,
    "data/rules.yml": _Rules,
    "data/stories.yml": _Rules,
}

ONE_OF = {"rules": "regel", "nlu": "avsikt", "steps": "steg", "condition": "villkor", "buttons": "knapp", "or": "val"}


def shape_faults(root: Path) -> Iterator[str]:
    """What is wrong with the form of these files, each in Swedish with file and, where something has a name, line."""
    for file, shape in FILES.items():
        content = read_yaml(root / file)
        try:
            shape.parse_obj(content)
        except ValidationError as error:
            for fault in error.errors():
                name, way = _way(fault["loc"], content)
                what = _what(fault["loc"][-1], fault["type"])
                yield ": ".join(part for part in (_place(root, file, name), ", ".join(way), what) if part)


def _place(root: Path, file: str, name: str | None) -> str:
    named = (f"rule: {name}", f"intent: {name}", f"{name}:")
    for number, line in enumerate((root / file).read_text(encoding="utf-8").splitlines(), start=1):
        if name and line.strip(" -").replace('"', "") in named:
            return f"{file}, rad {number}"
    return file


def _way(location: tuple[int | str, ...], content: Any) -> tuple[str | None, list[str]]:
    """The name of what has the fault, if it has one, and the way to it: «more about call», steg 2."""
    named: str | None = None
    way: list[str] = []
    for container, part in zip(("", *location), location[:-1], strict=False):
        try:
            content = content[part]
        except (LookupError, TypeError):  # of another form than it looks: what is known so far must do
            break
        name = content.get("rule") or content.get("intent") if isinstance(content, dict) else None
        if container == "responses" or (container in ("rules", "nlu") and name):
            named = str(part if container == "responses" else name)
            way.append(f"«{named}»")
        elif isinstance(part, int):
            way.append(f"{ONE_OF.get(str(container), 'text')} {part + 1}")
    return named, way


def _what(part: int | str, kind: str) -> str:
    """What is wrong with a field, or with one of a list."""
    if kind == "value_error.missing":
        return f"«{part}» saknas."
    if kind == "value_error.extra":
        return f"«{part}» kan inte stå där. Är det felstavat?"
    if kind in ("value_error.any_str.min_length", "value_error.list.min_items", "type_error.none.not_allowed"):
        return f"«{part}» är tomt."
    if part == "answers":
        return 'efter «answers» ska stå "yes" eller "no", med citattecken.'
    which = f"«{part}»" if isinstance(part, str) else f"rad {part + 1} där"
    return f"{which} har fel form. Saknas ett kolon, eller ett streck först på raden?"
