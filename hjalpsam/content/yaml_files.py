"""Reading YAML so that a fault is named with file, line and what to do."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class YamlError(Exception):
    """A file cannot be read as YAML; the message (Swedish, for the operator) says where and why."""


_PROBLEMS = {
    "could not find expected ':'": "här saknas ett kolon",
    "did not find expected key": "fel indrag, eller ett citattecken som inte är avslutat",
    "mapping values are not allowed in this context": "ett kolon som inte väntades: sätt citattecken om texten",
    "found character that cannot start any token": "ett tecken som inte kan stå först; indrag görs inte med tabb",
    "did not find expected '-' indicator": "här väntades ett streck",
    "found unexpected end of stream": "ett citattecken är inte avslutat",
    "did not find expected ',' or ']'": "en hakparentes är inte avslutad",
    "did not find expected ',' or '}'": "en klammerparentes är inte avslutad",
    "did not find expected node content": "här saknas ett värde",
}
"""What libyaml says most often."""


class _UniqueKeysLoader(yaml.CSafeLoader):
    """YAML lets a later key silently replace an earlier one; here that is an error."""


def _mapping_without_duplicates(loader: yaml.CSafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        key = loader.construct_object(key_node, deep=True)
        problem = "står två gånger" if isinstance(key, Hashable) and key in seen else None
        if not isinstance(key, Hashable):
            problem = "är inget namn; sätt citattecken om det som börjar med { eller ["
        if problem:
            raise yaml.constructor.ConstructorError(
                problem=f"namnet «{key}» {problem}", problem_mark=key_node.start_mark
            )
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


def _timestamp(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        raise yaml.constructor.ConstructorError(
            problem=f"datumet «{node.value}» finns inte", problem_mark=node.start_mark
        ) from None


_UniqueKeysLoader.add_constructor("tag:yaml.org,2002:timestamp", _timestamp)
_UniqueKeysLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_duplicates)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file (UTF-8).

    Raises:
        YamlError: when the file is missing, unreadable, not UTF-8, not YAML or has a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise YamlError(f"{path}: filen finns inte.") from None
    except UnicodeDecodeError:
        raise YamlError(f"{path}: filen är inte sparad som UTF-8. Spara om den med den kodningen.") from None
    except OSError as error:
        raise YamlError(f"{path}: filen går inte att läsa ({error.strerror}).") from None
    return parse_yaml(text, str(path))


def parse_yaml(text: str, name: str) -> Any:
    """The content of YAML text; `name` is what it is called in an error.

    Raises:
        YamlError: when it is not YAML or has a key twice.
    """
    try:
        return yaml.load(text, Loader=_UniqueKeysLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", rad {mark.line + 1}, tecken {mark.column + 1}" if mark else ""
        problem = _PROBLEMS.get(error.problem or "", error.problem)
        raise YamlError(
            f"{name}{where}: {problem}. Se efter indrag, kolon och citattecken på raden och raden före."
        ) from None
    except yaml.YAMLError as error:
        raise YamlError(f"{name}: filen är inte rätt YAML ({error}).") from None
