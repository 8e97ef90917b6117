"""What somebody can mean, and what follows from it for Rasa: data/intents.yml.

An intent is a line there. One that has a topic is what "berätta mer" can be asked about: the
deeper text, then an honest end, then what else; and asked once more it is answered with the
deeper text, then with the end. The rules for that, the plain ones (an intent and its response)
and the slot `topic` are made here, and `hjalpsam show rules` prints them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hjalpsam.content.yaml_files import YamlError, read_yaml

FILE = "data/intents.yml"
RULES = ("rules.yml", "stories.yml")  # of data/: what is written by hand
NO_TOPIC = "nothing"  # the topic of what ends one: danger, hate, what is none of ours
TOPIC = "topic"  # the slot
_MORE, _WHAT_ELSE = "ask_more", "utter_ask_more"
_END = "utter_read_on"
_KEYS = {"name", "topic", "more", "end", "again"}

Rule = dict[str, Any]


@dataclass(frozen=True)
class Intent:
    """A line of the table.

    Attributes:
        name: Rasa's name of it.
        words: what it is called in Swedish, with placeholders of facts.
        topic: the value of the slot `topic` that it sets; None: it leaves it as it is.
        more: the response to "berätta mer" about the topic; None: there is none.
        end: the response to "berätta mer" after that.
        again: whether asked once more it is answered with its response and the deeper one.
    """

    name: str
    words: str
    topic: str | None = None
    more: str | None = None
    end: str = _END
    again: bool = True


def load_intents(root: Path) -> list[Intent]:
    """The table of a project.

    Raises:
        YamlError: when it cannot be read, with the intent and what is wrong.
    """
    path = root / FILE
    table = read_yaml(path)
    entries = table.get("intents") if isinstance(table, dict) else None
    if not isinstance(entries, dict):
        raise YamlError(f"{path}: avsnittet «intents:» saknas.")
    return [_intent(path, name, entry) for name, entry in entries.items()]


def _intent(path: Path, name: str, entry: Any) -> Intent:
    if isinstance(entry, str):
        return Intent(name, entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise YamlError(f"{path}: «{name}» ska ha ett namn på svenska, som text eller efter «name:».")
    if unknown := sorted(entry.keys() - _KEYS):
        raise YamlError(f"{path}: «{name}» har «{unknown[0]}», som inte finns. Det som kan stå är {_words(_KEYS)}.")
    topic, more = entry.get("topic"), entry.get("more", True)
    has_more = topic not in (None, NO_TOPIC) and more is not False
    return Intent(
        name,
        entry["name"],
        topic,
        (f"utter_more_{topic}" if more is True else str(more)) if has_more else None,
        entry.get("end", _END),
        entry.get("again", True),
    )


def _words(names: set[str]) -> str:
    return ", ".join(sorted(names))


def whole_domain(domain: Mapping[str, Any], intents: Sequence[Intent]) -> dict[str, Any]:
    """A domain with its intents and with what fills the slot `topic`."""
    by_topic: dict[str, list[str]] = {NO_TOPIC: []}
    for intent in intents:
        if intent.topic:
            by_topic.setdefault(intent.topic, []).append(intent.name)
    mappings = [{"type": "from_intent", "value": topic, "intent": names} for topic, names in by_topic.items() if names]
    filled = {**domain["slots"][TOPIC], "values": list(by_topic), "mappings": mappings}
    return {**domain, "intents": [intent.name for intent in intents], "slots": {**domain["slots"], TOPIC: filled}}


def rules_of(intents: Sequence[Intent], responses: Mapping[str, Any], written: Sequence[Rule]) -> list[Rule]:
    """The rules that follow from the table.

    An intent has a plain rule if there is a response of its name, and none that is `written` begins with it alone.
    """
    begun = {rule["steps"][0].get("intent") for rule in written if _is_plain(rule)}
    plain = [intent for intent in intents if f"utter_{intent.name}" in responses and intent.name not in begun]
    topics = {intent.topic: intent for intent in reversed(intents) if intent.more}
    return [
        *(_rule(_spaced(intent.name), [_said(intent.name), _says(f"utter_{intent.name}")]) for intent in plain),
        *(rule for intent in reversed(topics.values()) for rule in _more_about(intent)),
        *(rule for intent in plain if intent.more and intent.again for rule in _asked_again(intent)),
    ]


def rules_of_project(root: Path) -> list[Rule]:
    """The rules that follow from a project's table, its responses and the rules that it has written down.

    Raises:
        YamlError: when one of the files cannot be read.
    """
    written = [rule for name in RULES for rule in read_yaml(root / "data" / name)["rules"]]
    return rules_of(load_intents(root), read_yaml(root / "domain.yml")["responses"], written)


def _is_plain(rule: Rule) -> bool:
    return not rule.get("condition") and "entities" not in rule["steps"][0]


def _more_about(intent: Intent) -> Iterator[Rule]:
    """What "berätta mer" about its topic gives: the deeper text, the end, what else."""
    assert intent.topic and intent.more
    about, condition = _spaced(intent.topic), [{"slot_was_set": [{TOPIC: intent.topic}]}]
    more, end, asks = _says(intent.more), _says(intent.end), _said(_MORE)
    yield _rule(f"more about {about}", [asks, more], condition)
    yield _rule(f"no more about {about}", [more, asks, end], condition)
    yield _rule(f"else than {about}", [end, asks, _says(_WHAT_ELSE)], condition)


def _asked_again(intent: Intent) -> Iterator[Rule]:
    assert intent.more
    name, first, more = _spaced(intent.name), _says(f"utter_{intent.name}"), _says(intent.more)
    yield _rule(f"{name} again", [first, _said(intent.name), first, more])
    yield _rule(f"{name} again and again", [more, _said(intent.name), first, _says(intent.end)])


def _rule(name: str, steps: list[dict[str, str]], condition: list[Any] | None = None) -> Rule:
    return {"rule": name, **({"condition": condition} if condition else {}), "steps": steps}


def _said(intent: str) -> dict[str, str]:
    return {"intent": intent}


def _says(response: str) -> dict[str, str]:
    return {"action": response}


def _spaced(name: str) -> str:
    return name.replace("_", " ")
