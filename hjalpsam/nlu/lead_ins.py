"""A greeting or a thank-you in front never hides the matter: it is left out of the reading.

"Hej! är telefonen öppen" is read as "är telefonen öppen", in training as in use. Alone, "hej"
stays "hej". The table is data/lead_ins.yml.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from hjalpsam.content.intents import READ_AS, THANKED
from hjalpsam.nlu.patterns import PhraseFinder
from hjalpsam.nlu.swedish import document_of
from hjalpsam.nlu.tables import TableComponent

Table = dict[str, list[str]]
FIRST, LAST = "first", "last"  # values of `THANKED`
_THANKS = "thanks"  # heading in the table

# "hej Gunvor" and "tack snälla du" are the greeting and the thanks themselves; after a comma or
# an exclamation mark one word is enough to be the matter ("tack! öppettider?").
_WORDS_WITHOUT_SIGN = 3
_FAREWELL = ("då", "da")  # "hej då" is no greeting


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LeadInRemover(TableComponent):
    """Leaves out greetings and thanks in front of the matter, in messages and training examples alike."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path of the table, from the project's root."""
        return {"table": "data/lead_ins.yml"}

    def __init__(self, table: Table, config: dict[str, Any]) -> None:
        """`table`: phrases under any headings."""
        self._finder = PhraseFinder(table)

    def process(self, messages: list[Message]) -> list[Message]:
        """Shortens the text of each message, and says in `read_as` what is left: entities stand there.

        `thanked` says where it had thanks.
        """
        for message in messages:
            message.set(THANKED, self.thanks_in(message.get(TEXT) or ""))
            self._shorten(message)
            message.set(READ_AS, message.get(TEXT), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Shortens the training examples."""
        for example in training_data.training_examples:
            self._shorten(example)
        return training_data

    def _shorten(self, message: Message) -> None:
        if text := message.get(TEXT):
            message.set(TEXT, self.without_lead_in(text))

    def thanks_in(self, text: str) -> str | None:
        """Whether a text begins or ends with thanks, marks aside.

        >>> LeadInRemover({"thanks": ["tack"]}, {}).thanks_in("tack! nu vet jag")
        'first'
        """
        document = document_of(text)
        words = [token.i for token in document if token.is_alpha]
        thanks = [place for place in self._finder.find(document) if place.name == _THANKS]
        if any(place.start <= words[0] for place in thanks):
            return FIRST
        return LAST if any(place.end > words[-1] for place in thanks) else None

    def without_lead_in(self, text: str) -> str:
        """The text from where the matter begins; all of it when there is no matter but the lead-in."""
        document = document_of(text)
        ends: dict[int, int] = {}
        for place in self._finder.find(document):
            ends[place.start] = max(place.end, ends.get(place.start, 0))
        start = 0
        while (end := ends.get(start)) and (matter := _matter_after(document, start, end)):
            start = matter
        return text[document[start].idx :] if start else text


def _matter_after(document: Doc, start: int, end: int) -> int | None:
    """Where the text goes on after the lead-in from `start` to `end`; None when it is not to be left out."""
    if start + 1 < len(document) and document[start + 1].lower_ in _FAREWELL:
        return None
    matter = end
    while matter < len(document) and not document[matter].is_alpha and not document[matter].like_num:
        matter += 1
    words = sum(token.is_alpha or token.like_num for token in document[matter:])
    has_sign = any(token.is_punct for token in document[end:matter])
    return matter if words >= (1 if has_sign else _WORDS_WITHOUT_SIGN) else None
