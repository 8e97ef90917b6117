"""Reads the training files for Rasa, each of them once; what a button says is an example, too."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hjalpsam.content.languages import ANSWERED
from hjalpsam.content.texts import fill, language_of_variation
from hjalpsam.hours.helpline import text_values
from hjalpsam.nlu.offers import ANSWERS
from hjalpsam.storage.resources import facts_file


class OnceImporter(RasaFileImporter):
    """Rasa's own, which reads the examples three times and the domain twice: 9 of 33 seconds after a changed text."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples, of all languages."""
        return self._examples

    def get_domain(self) -> Domain:
        """The domain."""
        return self._domain

    @cached_property
    def _examples(self) -> TrainingData:
        read = super().get_nlu_data()
        examples = [*read.training_examples, *titles(self._domain, read.intents)]
        read.training_examples = [Example(example.data) for example in examples]
        return read

    @cached_property
    def _domain(self) -> Domain:
        return super().get_domain()


def titles(domain: Domain, intents: set[str]) -> Iterator[Message]:
    """What the buttons of the responses say, each as an example of what pressing it means, for these intents.

    What is offered is what people type; but a yes or a no to one offer is none to another.
    """
    values = {language: text_values(facts_file().current(), language) for language in ANSWERED}
    examples: dict[str, str] = {}
    for variations in domain.responses.values():
        for variation in variations:
            for button in variation.get("buttons", []):
                intent = button["payload"].removeprefix("/").partition("{")[0]
                title = fill(button["title"], values.get(language_of_variation(variation), {}))
                if title and intent in intents and ANSWERS not in button:
                    examples[title] = intent
    for title, intent in examples.items():
        yield Message.build(title, intent)


class Example(Message):
    """An example that is quickly copied: Rasa copies each ten times before it trains."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        """As deep as Rasa's; texts, which nobody can change, are not copied."""
        made = copy.copy(self)
        made.data = {
            key: value if isinstance(value, str) else copy.deepcopy(value, memo) for key, value in self.data.items()
        }
        made.features = copy.deepcopy(self.features, memo)
        made.output_properties = set(self.output_properties)
        return made
