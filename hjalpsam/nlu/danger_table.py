"""What can be wrong with data/danger.yml, said to the operator before anything is trained."""

import re
from collections.abc import Iterator
from typing import Any

DANGER_INTENTS = ("report_emergency", "suicidal_thoughts")
PLACES = ("near", "sentence", "message")  # where a context has to stand

_GROUP = re.compile(r"<([^<> ]+)>")


def faults(table: Any) -> list[str]:
    """Each fault of the table in a Swedish sentence; none when it can be used."""
    if not isinstance(table, dict) or set(table) != {"groups", "contexts", "patterns"}:
        return ["tabellen ska ha avsnitten groups, contexts och patterns, och inga andra."]
    return [*_of_groups(table["groups"]), *_of_contexts(table), *_of_patterns(table)]


def _of_groups(groups: Any) -> Iterator[str]:
    for name, members in groups.items():
        yield from _not_texts(f"gruppen «{name}»", members)


def _of_contexts(table: dict[str, Any]) -> Iterator[str]:
    for name, context in table["contexts"].items():
        where = f"sammanhanget «{name}»"
        if context.get("where") not in PLACES:
            yield f"{where}: where ska vara {' eller '.join(PLACES)}."
        yield from _of_phrases(where, context.get("phrases"), table["groups"])


def _of_patterns(table: dict[str, Any]) -> Iterator[str]:
    names = [pattern.get("name") for pattern in table["patterns"]]
    for pattern in table["patterns"]:
        where = f"mönstret «{pattern.get('name')}»"
        if names.count(pattern.get("name")) > 1 or pattern.get("name") in table["contexts"]:
            yield f"{where}: namnet används redan. Välj ett annat."
        if pattern.get("intent") not in DANGER_INTENTS:
            yield f"{where}: intent ska vara {' eller '.join(DANGER_INTENTS)}."
        for name in pattern.get("unless", []):
            if name not in table["contexts"]:
                yield f"{where}: under unless står «{name}», men det sammanhanget finns inte bland contexts."
        for key in ("fires", "quiet"):
            yield from _not_texts(f"{where}, {key}", pattern.get(key))
        yield from _of_phrases(where, pattern.get("phrases"), table["groups"])


def _of_phrases(where: str, phrases: Any, groups: dict[str, Any]) -> Iterator[str]:
    wrong = list(_not_texts(where, phrases))
    yield from wrong
    for phrase in [] if wrong else phrases:
        for group in _GROUP.findall(phrase):
            if group not in groups:
                yield f"{where}: i «{phrase}» står <{group}>, men den gruppen finns inte bland groups."


def _not_texts(where: str, items: Any) -> Iterator[str]:
    if not isinstance(items, list) or not items:
        yield f"{where}: här ska stå en lista med minst en rad."
        return
    for item in items:
        if not isinstance(item, str) or not item.strip():
            yield f'{where}: «{item}» är ingen text. Sätt citattecken om ordet, till exempel "no".'
