"""What the latest reply offered, and which of it somebody takes: by title, by number, by yes or no.

A button is what domain.yml says, and may have the key `answers`: "yes" or "no" to what the reply asks. It never reaches
the page.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symspellpy.editdistance import DistanceAlgorithm, EditDistance

from hjalpsam.content.facts import Facts
from hjalpsam.content.intents import ALSO, PRESSED_INTENTS
from hjalpsam.content.languages import ANSWERED, ENTITY, POINTED_ON
from hjalpsam.content.texts import Texts, fill, language_of_variation
from hjalpsam.hours.helpline import text_values
from hjalpsam.storage.resources import facts_file, texts

ANSWERS = "answers"  # key of a button; quoted in YAML, where a bare yes is true
YES, NO = "yes", "no"

Button = Mapping[str, str]
Event = Mapping[str, Any]
Words = tuple[str, ...]

_PLACES = (
    ("1", "1a", "ett", "ettan", "första", "översta", "one", "first"),
    ("2", "2a", "två", "tvåan", "andra", "two", "second"),
    ("3", "3e", "tre", "trean", "tredje", "three", "third"),
    ("4", "4e", "fyra", "fyran", "fjärde", "four", "fourth"),
)
_LAST = ("sista", "nedersta", "last")
_UNDOTTED = str.maketrans("åäöé", "aaoe")
_AROUND = frozenset(
    word.translate(_UNDOTTED)
    for word in (
        ["den", "det", "de", "då", "där", "nummer", "nr", "alternativ", "alternativet", "val", "knapp", "knappen"]
        + ["jag", "tar", "ta", "väljer", "vill", "ha", "menar", "ja", "tack", "gärna"]
        + ["the", "number", "no", "option", "button", "i", "take", "choose", "want", "mean", "yes", "please", "thanks"]
    )
)
_WORD = re.compile(r"\w+")
_SLIPS_FROM = 4  # letters: in a shorter word a slip makes another word
_MOST_WORDS = 15  # no title has more
_distance = EditDistance(DistanceAlgorithm.DAMERAU_OSA)


def offered(events: Sequence[Event]) -> list[Button]:
    """The buttons of the latest reply: of its last message, which are on the screen, then of those before it.

    Of both its answers, if a message asked two things.

    `events`: of the conversation, as Rasa writes them, the message that is being answered left out.
    """
    buttons: list[Button] = []
    since = len(events)
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        if event["event"] == "bot":
            buttons += (event.get("data") or {}).get("buttons") or []
        elif event["event"] == "user":
            if not (since == len(events) and _asked_along(events[:place], event.get("text"))):
                break
            since = place
    return buttons


def answering(events: Sequence[Event], answer: str) -> list[Button]:
    """The buttons of the latest reply that say yes, or no, to what it offers."""
    return [button for button in offered(events) if button.get(ANSWERS) == answer]


def before_latest_message(events: Sequence[Event]) -> Sequence[Event]:
    """The events of a conversation up to the message that is being answered."""
    return events[: max((place for place, event in enumerate(events) if event["event"] == "user"), default=0)]


def typed_button(text: str, buttons: Sequence[Button]) -> str | None:
    """The payload of the button that somebody has typed, or None.

    One of `buttons` by its title, slips aside, or by its place. Or any of domain.yml by its title alone, where only a
    button sends what it means (other titles the classifier has learnt); then with the language of the title. But none
    that is a yes or a no: to another offer it is none.

    >>> typed_button("den andra tack", [{"title": "Ja", "payload": "/yes"}, {"title": "Nej", "payload": "/no"}])
    '/no'
    """
    words = _words(text)
    if not words or len(words) > _MOST_WORDS:
        return None
    for button in buttons:
        if _same(words, _words(button["title"])):
            return button["payload"]
    place = _place(words, len(buttons))
    return buttons[place]["payload"] if place is not None else _titles.of(texts(), facts_file().current()).get(words)


def _asked_along(events: Sequence[Event], payload: Any) -> bool:
    """Whether a message was put by the channel: what else the message before it asked, or was found to mean."""
    for event in reversed(events):
        if event["event"] == "slot" and event["name"] == ALSO and event["value"]:
            return bool(event["value"] == payload)
        if event["event"] == "user":
            entities = (event.get("parse_data") or {}).get("entities", [])
            return any(found["entity"] == ALSO and found["value"] == payload for found in entities)
    return False


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text.lower().translate(_UNDOTTED)))


def _same(typed: Words, title: Words) -> bool:
    """Whether each word is the same, or one slip away."""
    return len(typed) == len(title) and all(
        one == other or (len(other) >= _SLIPS_FROM and _distance.compare(one, other, 1) >= 0)
        for one, other in zip(typed, title, strict=True)
    )


def _place(words: Words, number: int) -> int | None:
    """The place that words name, of so many; None when they say anything else."""
    named = [word for word in words if word not in _AROUND]
    if len(named) > 1:  # "the second one"
        named = [word for word in named if word != "one"]
    if len(named) != 1:
        return None
    places = [*(_one_of(named[0], names) for names in _PLACES[:number])]
    if _one_of(named[0], _LAST) and number:
        return number - 1
    return places.index(True) if True in places else None


def _one_of(word: str, names: Iterable[str]) -> bool:
    return word in {name.translate(_UNDOTTED) for name in names}


def _intent(payload: str) -> str:
    return payload.removeprefix("/").partition("{")[0]


def _in(language: str, payload: str) -> str:
    """A payload that also says in which language to answer, if it does not already."""
    intent, brace, entities = payload.partition("{")
    return intent + json.dumps({ENTITY: language, **(json.loads(brace + entities) if brace else {})})


class _Titles:
    """The payload of each title in domain.yml that no text means, kept while texts and facts are the same: 7 ms."""

    def __init__(self) -> None:
        self._made_of: tuple[Texts, Facts] | None = None
        self._payloads: dict[Words, str] = {}

    def of(self, said: Texts, facts: Facts) -> dict[Words, str]:
        if self._made_of is None or self._made_of[0] is not said or self._made_of[1] is not facts:
            values = {language: text_values(facts, language) for language in (*ANSWERED, *POINTED_ON)}
            self._payloads = {
                _words(fill(button["title"], values[language])): _in(language, button["payload"])
                for variations in said.responses.values()
                for language, variation in ((language_of_variation(variation), variation) for variation in variations)
                for button in variation.get("buttons", [])
                if ANSWERS not in button and _intent(button["payload"]) in PRESSED_INTENTS
            }
            self._made_of = said, facts
        return self._payloads


_titles = _Titles()
