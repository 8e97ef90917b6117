"""How words are written in the tables under data/, and what spaCy's matcher makes of them.

    högerextrem*           a word with any ending
    *nazis*                … and any beginning
    "=NMR"                 exactly so, capitals included
    nordisk* motstånd*     a phrase; its words may also be joined by a hyphen
    <vapen>                one word of the group with that name
    ska ... döda           up to five words between, within a sentence

Case does not matter but after "=", and å ä ö may be written a a o; in a group, not in words of
three letters.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

Pattern = list[dict[str, Any]]
Groups = Mapping[str, Collection[str]]

GAP = "..."
SENTENCE_ENDS = [".", "..", "...", "!", "?", "…"]
_LONGEST_GAP = 5  # words
SHORT = 3  # letters

_OR_WITHOUT_DOTS = str.maketrans({"å": "[åa]", "ä": "[äa]", "ö": "[öo]", "é": "[ée]"})
_WITHOUT_DOTS = str.maketrans("åäöé", "aaoe")


class Place(NamedTuple):
    """Where something was found: its name, its first token, and the token after its last."""

    name: str
    start: int
    end: int


class PhraseFinder:
    """Finds the phrases of a table in documents; compiled to spaCy's matcher."""

    def __init__(self, phrases: Mapping[str, Iterable[str]], groups: Groups | None = None) -> None:
        """`phrases`: by the name under which they are found; `groups`: what <names> in them stand for.

        Raises:
            KeyError: for a group that is not in `groups`.
        """
        # a vocabulary of its own: words are compared by their hashes, the same in all; the patterns are ours, and their
        # validation took 1.5 of the 5 seconds that a model takes to load
        self._matcher = Matcher(Vocab(), validate=False)
        for name, ways in phrases.items():
            self._matcher.add(name, [pattern for way in ways for pattern in phrase_patterns(way, groups)])
        self._names = {self._matcher.vocab.strings[name]: name for name in phrases}

    def find(self, document: Doc) -> set[Place]:
        """All places where a phrase stands, overlapping ones too."""
        return {Place(self._names[name], start, end) for name, start, end in self._matcher(document)}


def longest(places: Iterable[Place]) -> list[Place]:
    """Places that do not overlap, in order: of those that do the longest, or else the first."""
    taken: list[Place] = []
    for place in sorted(places, key=lambda place: (place.start - place.end, place.start, place.name)):
        if all(place.end <= other.start or other.end <= place.start for other in taken):
            taken.append(place)
    return sorted(taken, key=lambda place: place.start)


def word_regex(word: str) -> str:
    """The regular expression of one word of a table, for the word in lower case.

    >>> word_regex("höger*")
    '^h[öo]ger'
    """
    start = "" if word.startswith("*") else "^"
    end = "" if word.endswith("*") else "$"
    return start + re.escape(word.strip("*").lower()).translate(_OR_WITHOUT_DOTS) + end


def phrase_patterns(phrase: str, groups: Groups | None = None) -> list[Pattern]:
    """SpaCy's patterns of a phrase: as it is written, and without dots if it has some.

    Plain words are compared as they are, not by regular expression: a table of a thousand
    phrases then costs one millisecond a message instead of ten.

    Raises:
        KeyError: for a group that is not in `groups`.
    """
    return [_pattern(spelling.split(), groups or {}) for spelling in spellings(phrase)]


def spellings(words: str) -> Iterable[str]:
    """Words as they are, and without dots if they have some."""
    return dict.fromkeys([words, words.translate(_WITHOUT_DOTS)])


def _pattern(words: list[str], groups: Groups) -> Pattern:
    pattern: Pattern = []
    before = GAP  # no hyphen before the first word
    for word in words:
        if word == GAP:
            pattern.append({"TEXT": {"NOT_IN": SENTENCE_ENDS}, "OP": f"{{0,{_LONGEST_GAP}}}"})
        else:
            pattern += [] if before == GAP else [{"ORTH": "-", "OP": "?"}]
            pattern.append(_word(word, groups))
        before = word
    return pattern


def _word(word: str, groups: Groups) -> dict[str, Any]:
    if word.startswith("="):
        return {"ORTH": word[1:]}
    if word.startswith("<"):
        members = _named(groups, word)
        if not any("*" in member for member in members):
            known = {spelling for member in members for spelling in spellings(member.lower())}
            # "man" is no "mån": among many words a short one needs its dots
            return {"LOWER": {"IN": sorted(word for word in known if len(word) > SHORT or word in members)}}
        return {"LOWER": {"REGEX": "|".join(word_regex(member) for member in members)}}
    if "*" in word:
        return {"LOWER": {"REGEX": word_regex(word)}}
    return {"LOWER": word.lower()}


def _named(groups: Groups, word: str) -> Collection[str]:
    """The group a word like <vapen> names; its name may have lost its dots on the way here."""
    name = word.strip("<>").translate(_WITHOUT_DOTS)
    for group, members in groups.items():
        if group.translate(_WITHOUT_DOTS) == name:
            return members
    raise KeyError(word)
