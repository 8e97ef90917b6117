"""Finds rules that can never hold, and rules that contradict each other, before any training."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hjalpsam.checks.project import Content, rule_places
from hjalpsam.content.intent_table import RULES

_CONTRADICTION = re.compile(r"action '([^']+)' in (?:rule|story) '([^']+)' is contradicting with rule\(s\) '([^']+)'")
"""As Rasa 3.6 says it; tests/checks/test_rules.py fails when it says it otherwise."""


def dead_rules(content: Content) -> Iterator[str]:
    """Rules that can never hold, or that another one makes superfluous, each in a Swedish sentence."""
    slots, places = content.domain["slots"], rule_places(content.root)
    first: dict[str, str] = {}
    for name, rules in content.rules.items():
        for rule in rules:
            where = places.get(rule["rule"], f"data/{name}")
            steps = json.dumps([rule.get("condition"), rule["steps"]], sort_keys=True)
            other = first.setdefault(steps, rule["rule"])
            if other != rule["rule"]:
                yield f"{where}: «{rule['rule']}» har samma steg som «{other}». Ta bort den ena."
            for slot, value in _slots_of(rule):
                if slot not in slots:
                    yield f"{where}: «{rule['rule']}» frågar efter {slot}, som inte finns bland slots i domain.yml."
                elif value is not None and value not in slots[slot].get("values", [value]):
                    yield f"{where}: «{rule['rule']}» gäller aldrig, för {slot} blir aldrig {value}."


def _slots_of(rule: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for step in [*rule.get("condition", []), *rule["steps"]]:
        for entry in step.get("slot_was_set", []):
            yield from entry.items() if isinstance(entry, dict) else [(entry, None)]


def contradictions(root: Path) -> list[str]:
    """Rules that want different answers to the same, each in a Swedish sentence; takes ten seconds.

    Rasa finds them when it trains the policy, and so it is trained here, alone.
    """
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.graph_components.providers.training_tracker_provider import TrainingTrackerProvider
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.utils.log_utils import configure_structlog

    from hjalpsam.engine.rule_policy import QuickRulePolicy

    os.environ["LOG_LEVEL"] = "ERROR"  # Rasa's own way to switch off its progress bars
    configure_structlog()
    files = [str(root / "data" / name) for name in RULES]
    importer = TrainingDataImporter.load_from_config(str(root / "config.yml"), str(root / "domain.yml"), files)
    (settings,) = importer.get_config()["policies"]
    trackers = TrainingTrackerProvider(TrainingTrackerProvider.get_default_config())
    with tempfile.TemporaryDirectory() as folder:
        policy = QuickRulePolicy.create(
            {**QuickRulePolicy.get_default_config(), **settings},
            LocalModelStorage.create(Path(folder)),
            Resource("rules"),
            ExecutionContext(GraphSchema({})),
        )
        try:
            domain = importer.get_domain()
            policy.train(trackers.provide(importer.get_stories(), domain), domain)
        except RasaException as error:
            return contradictions_in(str(error), root) or [f"Rasa kan inte läsa reglerna: {error}"]
    return []


def contradictions_in(told: str, root: Path) -> list[str]:
    """What Rasa tells of contradictions, in Swedish and with file and line; [] when it tells of something else."""
    places = rule_places(root)
    order = list(places)
    told_of = [contradiction.groups() for contradiction in _CONTRADICTION.finditer(told)]
    found: dict[frozenset[str], str] = {}  # Rasa tells of both sides; the one further down was probably written last
    for action, rule, others in sorted(told_of, key=lambda one: order.index(one[1]) if one[1] in places else -1):
        found[frozenset({rule, others})] = (
            f"{places.get(rule, 'data/stories.yml')}: «{rule}» svarar {action} där «{others}» svarar något annat. "
            "Ta bort den ena, eller skriv vad som skiljer dem åt."
        )
    return list(found.values())
