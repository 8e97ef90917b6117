"""What can be wrong with phrases in the tables under data/, said to the operator before anything is trained."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from hjalpsam.nlu.patterns import GAP
from hjalpsam.nlu.swedish import document_of

_GROUP = re.compile(r"<([^<>\s]+)>")
_MARKS = "*="


def faults_of_phrases(where: str, phrases: Any, groups: Collection[str] = ()) -> Iterator[str]:
    """Each fault of a list of phrases in a Swedish sentence that begins with `where` it stands."""
    wrong = list(faults_of_texts(where, phrases))
    yield from wrong
    for phrase in [] if wrong else phrases:
        words = phrase.split()
        if GAP in (words[0], words[-1]):
            yield f"{where}: i «{phrase}» står ... först eller sist, men det ska stå mellan två ord."
        for word in words:
            parts = _parts(word)
            if fault := _fault_of_word(word, groups):
                yield f"{where}: i «{phrase}» {fault}"
            elif len(parts) > 1:
                yield f"{where}: i «{phrase}» läses «{word}» som {len(parts)} ord. Skriv dem isär: «{' '.join(parts)}»."


def faults_of_words(where: str, words: Any) -> Iterator[str]:
    """The same for a group, which holds single words."""
    wrong = list(faults_of_texts(where, words))
    yield from wrong
    for word in [] if wrong else words:
        if fault := _fault_of_word(word, ()):
            yield f"{where}: här {fault}"
        elif len(_parts(word)) > 1:
            yield f"{where}: «{word}» läses som flera ord, men en grupp har bara enstaka. Skriv det som en fras."


def faults_of_texts(where: str, items: Any) -> Iterator[str]:
    """Whether `items` is a list with at least one text, and texts only."""
    if not isinstance(items, list) or not items:
        yield f"{where}: här ska stå en lista med minst en rad."
        return
    for item in items:
        if not isinstance(item, str) or not item.strip():
            yield (
                f"{where}: «{item}» är ingen text. Yes, no, on, off, siffror och klockslag läses som något annat än "
                'ord. Sätt citattecken om det du skrev, till exempel "no".'
            )


def _fault_of_word(word: str, groups: Collection[str]) -> str | None:
    if group := _GROUP.fullmatch(word):
        return None if group[1] in groups else f"står {word}, men den gruppen finns inte bland groups."
    if "<" in word or ">" in word:
        return f"står «{word}». Ett gruppnamn skrivs <så>, utan mellanslag, komma eller stjärna."
    return None if word.strip(_MARKS) else f"står «{word}», som passar alla ord. Skriv minst en bokstav."


def _parts(word: str) -> list[str]:
    """The words that a text with this word in it would have; a hyphen between two is found without being written."""
    if word == GAP or _GROUP.fullmatch(word):
        return [word]
    stem = "i" if word.startswith("'") else ""  # 'm stands in texts only behind another word
    words = [token.text for token in document_of(stem + word.strip(_MARKS))]
    return [part for part in words if part not in (stem, "-") and not part.isspace()]
