"""What the components that read a table under data/ have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from hjalpsam.content.yaml_files import read_yaml


class TableComponent(GraphComponent):
    """A component without training whose whole knowledge is the YAML file named by its setting `table`."""

    def __init__(self, table: Any, config: dict[str, Any]) -> None:
        """`table`: what stands in the file; `config`: the component's settings in config.yml."""
        raise NotImplementedError

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TableComponent:
        """Made by Rasa, in training and when a model is loaded."""
        return cls(read_yaml(Path(config["table"])), config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """The table itself, so that Rasa's cache notices a change of it."""
        return Path(config["table"]).read_text(encoding="utf-8")
