"""Finds entities by rule, from a table that a non-programmer can read (data/entities.yml).

milieu:                      the entity
  right:                     its value
    - högerextrem*           how it is written (hjalpsam/nlu/patterns.py)
    - nordiska motståndsrörelsen
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import Matcher
from spacy.util import filter_spans

from hjalpsam.nlu.patterns import phrase_patterns
from hjalpsam.nlu.swedish import swedish
from hjalpsam.yaml_files import read_yaml

Table = dict[str, dict[str, list[str]]]


def compile_table(table: Table) -> Matcher:
    """One matcher for the whole table; a match's name is "entity=value"."""
    matcher = Matcher(swedish().vocab)
    for entity, values in table.items():
        for value, phrases in values.items():
            matcher.add(f"{entity}={value}", [pattern for phrase in phrases for pattern in phrase_patterns(phrase)])
    return matcher


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityRules(GraphComponent, EntityExtractorMixin):
    """Adds the table's entities to messages; where two overlap the longer one holds."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path of the table, from the project's root."""
        return {"table": "data/entities.yml"}

    def __init__(self, table: Table) -> None:
        """Compile the table."""
        self._matcher = compile_table(table)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityRules:
        """Made by Rasa, in training and when a model is loaded."""
        return cls(read_yaml(Path(config["table"])))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """The table itself, so that Rasa's cache notices a change of it."""
        return Path(config["table"]).read_text(encoding="utf-8")

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the entities found in each message's text."""
        for message in messages:
            found = self.add_extractor_name(self._find(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _find(self, text: str) -> list[dict[str, Any]]:
        document = swedish().make_doc(text)
        spans = filter_spans(self._matcher(document, as_spans=True))
        return [
            {
                "entity": span.label_.partition("=")[0],
                "value": span.label_.partition("=")[2],
                "start": span.start_char,
                "end": span.end_char,
            }
            for span in spans
        ]
