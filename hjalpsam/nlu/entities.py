"""Finds entities by rule, from a table that a non-programmer can read (data/entities.yml).

groups:                      words that phrases name as <group>
  weapons: [kniv*, pistol*]
milieu:                      the entity
  right:                     its value
    - högerextrem*           how it is written (hjalpsam/nlu/patterns.py)
    - nordiska motståndsrörelsen
"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from hjalpsam.nlu.patterns import PhraseFinder, Place, longest
from hjalpsam.nlu.swedish import document_of
from hjalpsam.nlu.tables import TableComponent

Table = dict[str, dict[str, list[str]]]

GROUPS = "groups"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityRules(TableComponent, EntityExtractorMixin):
    """Adds the table's entities to messages; where two values of one overlap the longer one holds."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`table`: path from the project's root."""
        return {"table": "data/entities.yml"}

    def __init__(self, table: Table, config: dict[str, Any]) -> None:
        """Compile the table; what is found is named "entity=value".

        Raises:
            KeyError: for a group that the table does not have.
        """
        entities = {name: values for name, values in table.items() if name != GROUPS}
        self._finder = PhraseFinder(
            {f"{entity}={value}": phrases for entity, values in entities.items() for value, phrases in values.items()},
            table.get(GROUPS, {}),
        )

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the entities found in each message's text."""
        for message in messages:
            found = self.add_extractor_name(self._find(message.get(TEXT) or ""))
            message.set(ENTITIES, found + message.get(ENTITIES, []), add_to_output=True)
        return messages

    def _find(self, text: str) -> list[dict[str, Any]]:
        document = document_of(text)
        return [
            {
                "entity": place.name.partition("=")[0],
                "value": place.name.partition("=")[2],
                "start": document[place.start].idx,
                "end": document[place.end - 1].idx + len(document[place.end - 1]),
            }
            for place in self._places(document)
        ]

    def _places(self, document: Doc) -> list[Place]:
        """One message may be about a number and about calling it: entities do not push each other out."""
        by_entity: dict[str, list[Place]] = {}
        for place in self._finder.find(document):
            by_entity.setdefault(place.name.partition("=")[0], []).append(place)
        return sorted(
            (place for places in by_entity.values() for place in longest(places)), key=lambda place: place.start
        )
