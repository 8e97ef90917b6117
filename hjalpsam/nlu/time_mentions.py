"""Finds the times that a message mentions, by the table data/times.yml; hjalpsam/hours/times.py says when they are.

Own work, since what there is does not fit: dateparser 1.2 reads 3 of 16 such phrases, Duckling
needs a server in Haskell. spaCy's matcher finds the phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from hjalpsam.content.intents import TIME
from hjalpsam.hours.times import Mention
from hjalpsam.nlu.patterns import SHORT, PhraseFinder, longest, spellings
from hjalpsam.nlu.swedish import document_of_words
from hjalpsam.nlu.tables import TableComponent
from hjalpsam.nlu.time_table import FIGURES, SIGNS

Table = Mapping[str, Mapping[Any, Any]]

BARE = "bare_time"  # the property of a message that asks about nothing but a time
_NOTHING = "nothing"  # the section of what only looks like a time
_NO_TIMES = ("groups", "fillers", "around")  # sections without phrases

# Dates, times of the clock and ordinals in figures are one word each here.
_TOKEN = re.compile(
    r"""(?P<date>\b\d{4}[-/]\d{1,2}[-/]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b|\b\d{1,2}/\d{1,2}\b)
      | (?P<clock>\b(?:[01]?\d|2[0-4])[.:][0-5]\d\b)
      | (?P<figures>(?:(?<=\bkl\ )|(?<=\bkl\.\ )|(?<=\bklockan\ ))(?:[01]\d|2[0-3])[0-5]\d\b)
      | (?P<ordinal>\b\d{1,2}(?:\s?:?\s?[ae]|st|nd|rd|th)\b)
      | (?P<number>\d+)
      | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)
      | (?P<sign>\S)""",
    re.VERBOSE | re.IGNORECASE,
)


class Word(NamedTuple):
    """A word as the table sees it, as it is written, and where."""

    word: str
    written: str
    start: int
    end: int


class Found(NamedTuple):
    """A mention and where it stands in the text."""

    mention: Mention
    start: int
    end: int


class TimeTable:
    """The compiled table."""

    def __init__(self, table: Table) -> None:
        """`table`: as in data/times.yml.

        Raises:
            KeyError: for a group that the table does not have.
        """
        figures = {name: {str(number): number for number in numbers} for name, numbers in FIGURES.items()}
        signs = {name: {f"#{name}": None} for name in SIGNS}
        self._groups: dict[str, dict[str, Any]] = {**figures, **signs}
        for name, words in table["groups"].items():
            known = self._groups.setdefault(name, {})
            for word, value in words.items():
                written = spellings(word) if len(word) > SHORT else [word]
                known.update({spelling: value for spelling in written if spelling not in known})
        self._fillers = frozenset(table["fillers"])
        self._around = self._fillers.union(table["around"])
        self._phrases: dict[str, tuple[str, str, list[str]]] = {}
        for kind, meanings in table.items():
            if kind not in _NO_TIMES:
                for meaning, phrases in meanings.items():
                    for phrase in phrases:
                        self._phrases[f"{kind} {meaning} {phrase}"] = (kind, str(meaning), str(phrase).split())
        self._finder = PhraseFinder(
            {name: [" ".join(words)] for name, (_, _, words) in self._phrases.items()}, self._groups
        )

    def find(self, text: str) -> list[Found]:
        """The times a text mentions, in order; where two phrases overlap the longer one holds."""
        words = [word for word in _words(text) if word.word not in self._fillers]
        places = longest(self._finder.find(document_of_words([word.word for word in words])))
        found = (self._found(place.name, words[place.start : place.end]) for place in places)
        return [mentioned for mentioned in found if mentioned.mention.kind != _NOTHING]

    def is_bare(self, text: str, found: Sequence[Found]) -> bool:
        """Whether a text is about nothing but the times found in it."""
        beside = [word for word in _words(text) if not any(time.start <= word.start < time.end for time in found)]
        return bool(found) and all(word.word in self._around or not word.word.isalnum() for word in beside)

    def _found(self, name: str, words: Sequence[Word]) -> Found:
        kind, meaning, phrase = self._phrases[name]
        spoken = [word for word in words if word.word != "-" or "-" in phrase]
        values = tuple(
            (part.strip("<>"), self._value(part.strip("<>"), word))
            for part, word in zip(phrase, spoken, strict=True)
            if part.startswith("<")
        )
        return Found(Mention(kind, meaning, values), words[0].start, words[-1].end)

    def _value(self, group: str, word: Word) -> Any:
        figures = [int(figure) for figure in re.findall(r"\d+", word.written)]
        if word.word == "#clock":
            return figures
        if word.word == "#date":  # as day, month and perhaps year
            return figures[::-1] if figures[0] > 31 else figures
        return figures[0] if word.word == "#ordinal" else self._groups[group][word.word]


def _words(text: str) -> Iterator[Word]:
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        written = match.group(kind)
        if kind == "figures":  # "kl 1545"
            kind, written = "clock", f"{written[:2]}:{written[2:]}"
        word = f"#{kind}" if kind in SIGNS else written.lower().replace("’", "'")
        yield Word(word, written, match.start(), match.end())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TimeMentions(TableComponent, EntityExtractorMixin):
    """Adds each time mentioned as an entity `time`, whose value `Mention.from_text` reads; marks a bare time."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root."""
        return {"table": "data/times.yml"}

    def __init__(self, table: Table, config: dict[str, Any]) -> None:
        """Compile the table."""
        self._times = TimeTable(table)

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the times found in each message's text."""
        for message in messages:
            text = message.get(TEXT) or ""
            times = self._times.find(text)
            found = [
                {"entity": TIME, "value": time.mention.as_text(), "start": time.start, "end": time.end}
                for time in times
            ]
            message.set(BARE, self._times.is_bare(text, times))
            entities = message.get(ENTITIES, []) + self.add_extractor_name(found)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages
