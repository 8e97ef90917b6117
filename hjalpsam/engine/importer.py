"""Reads the training files for Rasa, each of them once.

What a button says is an example, too; and what follows from data/intents.yml is part of the domain and of the rules.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa.shared.constants import LATEST_TRAINING_DATA_FORMAT_VERSION
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hjalpsam.content.intent_table import load_intents, rules_of_project, whole_domain
from hjalpsam.content.languages import ANSWERED
from hjalpsam.content.texts import fill, language_of_variation
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.hours.helpline import text_values
from hjalpsam.nlu.offers import ANSWERS
from hjalpsam.storage.resources import facts_file


class OnceImporter(RasaFileImporter):
    """Rasa's own, which reads the examples three times and the domain twice: 9 of 33 seconds after a changed text."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples, of all languages."""
        return self._examples

    def get_domain(self) -> Domain:
        """The domain, with its intents and topics."""
        return self._domain

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The rules of the files, and those that follow from the table of intents."""
        written: StoryGraph = super().get_stories(exclusion_percentage)
        rules = {"version": LATEST_TRAINING_DATA_FORMAT_VERSION, "rules": rules_of_project(self._root)}
        return written.merge(StoryGraph(YAMLStoryReader(self._domain).read_from_parsed_yaml(rules)))

    @property
    def _root(self) -> Path:
        return Path(self._domain_path).parent

    @cached_property
    def _examples(self) -> TrainingData:
        read = super().get_nlu_data()
        examples = [*read.training_examples, *titles(self._domain, read.intents)]
        read.training_examples = [Example(example.data) for example in examples]
        return read

    @cached_property
    def _domain(self) -> Domain:
        return Domain.from_dict(whole_domain(read_yaml(Path(self._domain_path)), load_intents(self._root)))


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
