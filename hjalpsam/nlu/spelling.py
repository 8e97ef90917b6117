"""Words as they are usually spelt, as far as the training lines know them.

Four things are mended, each only where it is safe:

- dots: in a text without any å ä ö, a word whose usual form has them ("ar den oppen" becomes
  "är den öppen"), if at least one word of the text is hardly ever written without and is no
  English word ("far right" stays);
- slips: a word that neither the training lines nor the lists of common Swedish and English words
  know becomes the most frequent known word that is one slip away (a letter too many, too few,
  wrong, or two swapped); a short one only if that word is common and no other nearly as common;
- letters set apart ("h a n h a r") are put together, and parted into known words again.

"bra" and "brå" are both known and stay apart.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from symspellpy import SymSpell, Verbosity
from wordfreq import get_frequency_dict

LONG = 5  # letters: a shorter word is one slip from many others
SHORTEST = 3
COMMON, AHEAD = 50, 2  # how often the training lines have what a short word becomes, and how many times the next one's
# Of 1,142 slips 0.50 were mended without short words and 0.63 with; 2,177 sentences of a forum have some 20 such words,
# of which two became another word than was meant.
_HARDLY_EVER = 0.1  # undotted to dotted, in the training lines, and English to Swedish

_WORD = re.compile(r"\w+")
_DOTS = re.compile("[åäöÅÄÖ]")
_SET_APART = re.compile(r"\b(?:[^\W\d_] +){4,}[^\W\d_]\b")  # five letters and more
_UNDOTTED = str.maketrans("åäöéÅÄÖÉ", "aaoeAAOE")


def words_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs, in lower case."""
    return Counter(word for text in texts for word in _WORD.findall(text.lower()))


class Spelling:
    """Mends single words by what it has been told of how often words occur."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """`counts`: words in lower case, by how often they occur in the training lines."""
        self.counts = dict(sorted(counts.items()))
        self._dotted: dict[str, str] = {}
        for word in self.counts:
            plain = word.translate(_UNDOTTED)
            if (
                plain != word
                and len(word) > 1
                and self.counts[word] > self.counts.get(self._dotted.get(plain, plain), 0)
            ):
                self._dotted[plain] = word
        in_swedish, in_english = get_frequency_dict("sv", "small"), get_frequency_dict("en", "small")
        self._needs_dots = {
            plain
            for plain, word in self._dotted.items()
            if self.counts[word] > 1
            and self.counts.get(plain, 0) <= max(1, _HARDLY_EVER * self.counts[word])
            and in_english.get(plain, 0) <= _HARDLY_EVER * in_swedish.get(word, 0)
        }
        self._known = {*self.counts, *in_swedish, *in_english}
        self._near = SymSpell(max_dictionary_edit_distance=1)
        for word, count in self.counts.items():
            if count > 1 and word.isalpha():
                self._near.create_dictionary_entry(word, count)

    def mend(self, text: str) -> str:
        """The text with what can safely be mended; capitals are kept."""
        text = _SET_APART.sub(lambda found: self._put_together(found.group()), text)
        if not _DOTS.search(text) and any(word in self._needs_dots for word in _WORD.findall(text.lower())):
            text = _WORD.sub(lambda found: self._with_dots(found.group()), text)
        return _WORD.sub(lambda found: self._without_slip(found.group()), text)

    def _put_together(self, letters: str) -> str:
        run = letters.replace(" ", "").lower()
        return str(self._near.word_segmentation(run, max_edit_distance=0).segmented_string)

    def _with_dots(self, word: str) -> str:
        return _cased_as(word, self._dotted.get(word.lower(), word))

    def _without_slip(self, word: str) -> str:
        if len(word) < SHORTEST or not word.isalpha() or word.lower() in self._known:
            return word
        near = sorted(
            self._near.lookup(word.lower(), Verbosity.ALL, max_edit_distance=1), key=lambda found: -found.count
        )
        if not near or (len(word) < LONG and not _stands_out([found.count for found in near])):
            return word
        return _cased_as(word, near[0].term)


def _stands_out(counts: list[int]) -> bool:
    """Whether the first word is common, and no other nearly as common; most frequent first."""
    return counts[0] >= COMMON and all(counts[0] >= AHEAD * count for count in counts[1:2])


def _cased_as(pattern: str, word: str) -> str:
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    return word.capitalize() if pattern[:1].isupper() else word


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingCorrector(GraphComponent):
    """Learns how words are spelt from the training lines, and mends messages and training lines alike."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, counts: Mapping[str, int]) -> None:
        """Made by `create` and `load`."""
        self._model_storage = model_storage
        self._resource = resource
        self._spelling = Spelling(counts)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingCorrector:
        """Made by Rasa for training."""
        return cls(model_storage, resource, {})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingCorrector:
        """Made by Rasa from a trained model."""
        with model_storage.read_from(resource) as folder:
            counts = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        return cls(model_storage, resource, counts)

    def train(self, training_data: TrainingData) -> Resource:
        """Count the words of the training lines, and keep the counts."""
        counts = words_of(example.get(TEXT) or "" for example in training_data.training_examples)
        self._spelling = Spelling(counts)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "words.json").write_text(json.dumps(self._spelling.counts, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Mends the text of each message; payloads ("/ask_cks") are left as they are."""
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith(INTENT_MESSAGE_PREFIX):
                message.set(TEXT, self._spelling.mend(text))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples."""
        self.process(training_data.training_examples)
        return training_data
