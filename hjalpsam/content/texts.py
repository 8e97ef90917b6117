"""The sentences of domain.yml, filled with facts.

Rasa says most of them (`hjalpsam.engine.nlg`); the channels say the few that must work without Rasa.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hjalpsam.content.languages import SWEDISH
from hjalpsam.content.yaml_files import YamlError, read_yaml

Values = Mapping[str, str]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def placeholders(text: str) -> set[str]:
    """The names in braces.

    >>> sorted(placeholders("{helpline_name}: {helpline_number}"))
    ['helpline_name', 'helpline_number']
    """
    return set(_PLACEHOLDER.findall(text))


def fill(text: str, values: Values) -> str:
    r"""The text with its placeholders filled; a line with one that has no value is left out.

    >>> fill("Ring {number}.\nE-post: {email}", {"number": "112"})
    'Ring 112.'
    """
    lines = [line for line in text.splitlines() if placeholders(line) <= values.keys()]
    return "\n".join(_PLACEHOLDER.sub(lambda match: values[match.group(1)], line) for line in lines)


def fill_response(response: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """A response variation of domain.yml with its text and buttons filled.

    A button whose title lacks a value is left out. Payloads are not texts and stay as they are.
    """
    filled = {**response, "text": fill(response.get("text", ""), values)}
    if "buttons" in response:
        titled = [{**button, "title": fill(button["title"], values)} for button in response["buttons"]]
        filled["buttons"] = [button for button in titled if button["title"]]
    return filled


class Texts:
    """The responses of domain.yml, for those who speak without Rasa."""

    def __init__(self, responses: Mapping[str, list[dict[str, Any]]]) -> None:
        """`responses`: as in domain.yml."""
        self.responses = responses

    @classmethod
    def load(cls, path: Path) -> "Texts":
        """Read the responses of a domain file.

        Raises:
            YamlError: when it is no YAML or has no responses.
        """
        return cls.of_domain(read_yaml(path), str(path))

    @classmethod
    def of_domain(cls, domain: Any, name: str) -> "Texts":
        """The responses of a domain that has been read; `name` is what it is called in an error.

        Raises:
            YamlError: when it has no responses.
        """
        if not isinstance(domain, dict) or not isinstance(domain.get("responses"), dict):
            raise YamlError(f"{name}: avsnittet «responses:» med botens svar saknas.")
        return cls(domain["responses"])

    def say(self, name: str, values: Values, language: str = SWEDISH) -> str:
        """The text of a response in a language, filled."""
        return fill(self.variation(name, language)["text"], values)

    def variation(self, name: str, language: str = SWEDISH) -> dict[str, Any]:
        """The variation of a response for a language, or else the one without conditions, which is Swedish."""
        variations = self.responses[name]
        found = [variation for variation in variations if language_of_variation(variation) == language]
        return found[0] if found else next(other for other in variations if not other.get("condition"))


def language_of_variation(variation: Mapping[str, Any]) -> str:
    """The language of a variation by its condition on the slot `language`; without one it is Swedish."""
    for condition in variation.get("condition") or []:
        if condition["name"] == "language":
            return str(condition["value"])
    return SWEDISH
