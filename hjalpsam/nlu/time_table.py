"""What can be wrong with data/times.yml, said to the operator before anything is trained."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hjalpsam.nlu.phrase_faults import faults_of_texts

FIGURES = {
    "hour": range(25),
    "number": range(1, 121),
    "minutes": range(60),
    "dayno": range(1, 32),
    "year": range(2000, 2100),
}
"""Groups whose members can be written in figures."""

SIGNS = ("clock", "date", "ordinal")
"""Groups of what is written with signs: "12.30", "24/12", "3:e"."""

# What the meanings of each section look like: how hjalpsam/hours/times.py reads them.
_MEANINGS = {
    "now": "now",
    "day": r"-?\d+",
    "weekday": "coming|next week|week after|past|of month",
    "date": "date|day|day month|day month year",
    "named": r"\d\d-\d\d|easter[+-]\d+|advent [1-4]|[A-ZÅÄÖ].+",
    "span": r"(this|next|past) week(end)?|week after|(this |next )?month|\S+/\S+",
    "part_of_weekday": r"\d\d:\d\d-\d\d:\d\d",
    "part": r"\d\d:\d\d-\d\d:\d\d",
    "clock": r"h( am| pm| to h| m)?|h [+-] (\d+|m)|h - 30 [+-] m|(from|until) h",
    "later": r"(-?n|\d+) (minutes|hours|days|weeks)( from now)?",
    "nothing": "nothing",
}


def faults(table: Mapping[str, Any]) -> Iterator[str]:
    """Each fault in a Swedish sentence that begins with where it is."""
    groups = table.get("groups")
    if not isinstance(groups, dict):
        yield "«groups:» saknas: där står orden för tal, dagar och månader."
        return
    for name, words in groups.items():
        for word, value in words.items() if isinstance(words, dict) else ():
            if not isinstance(word, str) or type(value) is not int:
                yield f"groups, {name}: «{word}: {value}» ska vara ett ord och ett tal, till exempel två: 2."
    for name in ("fillers", "around"):
        yield from faults_of_texts(name, table.get(name))
    for kind in table.keys() - {"groups", "fillers", "around"}:
        if kind not in _MEANINGS:
            yield f"«{kind}» är inget avsnitt. De som finns är {', '.join(_MEANINGS)}."
            continue
        for meaning, phrases in table[kind].items():
            where = f"{kind}, «{meaning}»"
            if not re.fullmatch(_MEANINGS[kind], str(meaning)):
                yield f"{where}: betydelsen är okänd. Se hur de andra i avsnittet är skrivna."
            wrong = list(faults_of_texts(where, phrases))
            yield from wrong
            for phrase in [] if wrong else phrases:
                for group in re.findall("<(.*?)>", phrase):
                    if group not in {*groups, *FIGURES, *SIGNS}:
                        yield f"{where}: i «{phrase}» står <{group}>, men den gruppen finns inte bland groups."
