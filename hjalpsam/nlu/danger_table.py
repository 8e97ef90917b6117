"""What can be wrong with data/danger.yml, said to the operator before anything is trained."""

from collections.abc import Iterator
from typing import Any

from hjalpsam.content.intents import DANGER_INTENTS
from hjalpsam.content.written import normalise
from hjalpsam.nlu.danger import ALARM, HINT, DangerNet
from hjalpsam.nlu.phrase_faults import faults_of_phrases, faults_of_texts, faults_of_words

PLACES = ("near", "sentence")  # where a context has to stand

_SECTIONS = {"groups": dict, "contexts": dict, "patterns": list}
_HOW = "Under groups och contexts börjar varje del med ett namn och kolon, under patterns med - name:"
_OF_CONTEXT = {"where", "phrases"}
_OF_PATTERN = {"name", "intent", "phrases", "fires", "quiet"}
_MAY_HAVE = {"unless", "level"}


def faults(table: Any) -> list[str]:
    """Each fault of the table in a Swedish sentence; none when it can be used."""
    if not isinstance(table, dict) or table.keys() != _SECTIONS.keys():
        return ["tabellen ska ha avsnitten groups, contexts och patterns, och inga andra."]
    for section, kind in _SECTIONS.items():
        if not isinstance(table[section], kind) or not table[section]:
            return [f"avsnittet {section} är tomt eller felskrivet. {_HOW}"]
    return [*_of_groups(table), *_of_contexts(table), *_of_patterns(table)]


def faults_of_lines(table: dict[str, Any]) -> Iterator[str]:
    """Each line under `fires` that its pattern does not catch, and under `quiet` that any pattern does.

    To be asked of a table without other faults.
    """
    net = DangerNet(table)
    for pattern in table["patterns"]:
        where = f"mönstret «{pattern['name']}»"
        for line in pattern["fires"]:
            if pattern["name"] not in [danger.pattern for danger in net.find(normalise(line))]:
                yield f"{where} fångar inte «{line}», som står under fires. Lägg till en fras, eller ta bort raden."
        for line in pattern["quiet"]:
            for danger in net.find(normalise(line))[:1]:
                yield (
                    f"{where}: «{line}» står under quiet, men fångas av «{danger.pattern}». "
                    "Lägg till ett sammanhang under unless, eller ta bort raden."
                )


def _of_groups(table: dict[str, Any]) -> Iterator[str]:
    phrases = str([table["contexts"], table["patterns"]])
    for name, members in table["groups"].items():
        yield from faults_of_words(f"gruppen «{name}»", members)
        if f"<{name}>" not in phrases:
            yield f"gruppen «{name}» används inte. Ta bort den eller skriv <{name}> i en fras."


def _of_contexts(table: dict[str, Any]) -> Iterator[str]:
    used = {name for pattern in table["patterns"] if isinstance(pattern, dict) for name in pattern.get("unless") or []}
    for name, context in table["contexts"].items():
        where = f"sammanhanget «{name}»"
        if not isinstance(context, dict) or context.keys() != _OF_CONTEXT:
            yield f"{where} ska ha where och phrases, och inget annat."
            continue
        if context["where"] not in PLACES:
            yield f"{where}: where ska vara {' eller '.join(PLACES)}."
        if name not in used:
            yield f"{where} används inte. Ta bort det eller skriv det under unless i ett mönster."
        yield from faults_of_phrases(where, context["phrases"], table["groups"])


def _of_patterns(table: dict[str, Any]) -> Iterator[str]:
    names = list(table["contexts"])
    for number, pattern in enumerate(table["patterns"], 1):
        where = f"mönster nummer {number}"
        if not isinstance(pattern, dict) or pattern.keys() - _MAY_HAVE != _OF_PATTERN:
            yield (
                f"{where} ska ha name, intent, phrases, fires, quiet och om det behövs unless och level, "
                "och inget annat."
            )
            continue
        where = f"mönstret «{pattern['name']}»"
        if pattern["name"] in names:
            yield f"{where}: namnet används redan. Välj ett annat."
        names.append(pattern["name"])
        if pattern["intent"] not in DANGER_INTENTS:
            yield f"{where}: intent ska vara {' eller '.join(DANGER_INTENTS)}."
        if pattern.get("level", ALARM) not in (ALARM, HINT):
            yield f"{where}: level ska vara {HINT}, eller inte stå där alls."
        yield from _of_unless(where, pattern.get("unless", []), table["contexts"])
        for key in ("fires", "quiet"):
            yield from faults_of_texts(f"{where}, {key}", pattern[key])
        yield from faults_of_phrases(where, pattern["phrases"], table["groups"])


def _of_unless(where: str, unless: Any, contexts: dict[str, Any]) -> Iterator[str]:
    if not isinstance(unless, list):
        yield f"{where}: under unless ska stå en lista, till exempel [nekat]."
        return
    for name in unless:
        if name not in contexts:
            yield f"{where}: under unless står «{name}», men det sammanhanget finns inte bland contexts."
