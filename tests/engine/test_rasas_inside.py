"""Every private name of Rasa that the project calls or replaces is there, with the arguments it counts on."""

import inspect

import pytest
from rasa.core import agent
from rasa.core.actions.action import RemoteAction
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

LOADING = "hjalpsam/engine/model_loading.py"
CALLED = [
    (LOADING, agent, "_pull_model_and_fingerprint", "model_server fingerprint model_directory"),
    (LOADING, agent, "_load_and_set_updated_model", "agent model_directory fingerprint"),
    (LOADING, agent, "_update_model_from_server", "model_server agent"),
    ("hjalpsam/engine/rule_policy.py", RulePolicy, "_rule_key_to_state", "rule_key"),
    ("hjalpsam/engine/rule_policy.py", RulePolicy, "_analyze_rules", "self rule_trackers all_trackers domain"),
    ("hjalpsam/engine/rule_policy.py", RulePolicy, "_rule_prediction", "self probabilities prediction_source"),
    ("hjalpsam/engine/nlg.py", TemplatedNaturalLanguageGenerator, "_fill_response", "self response filled_slots"),
    ("hjalpsam/engine/action_results.py", RemoteAction, "_validate_action_result", "self result"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "owner", "name", "arguments"), CALLED, ids=[name for _, _, name, _ in CALLED])
def test_what_is_called_or_replaced_is_there(file, owner, name, arguments):
    found = getattr(owner, name, None)
    assert found, f"{owner.__name__} has no {name} any more; {file} needs it, see docs/rasa.md."
    given = list(inspect.signature(found).parameters)[: len(arguments.split())]
    assert given == arguments.split(), f"{name} takes {given} now; see {file}."


def test_the_importer_keeps_its_paths():
    importer = RasaFileImporter(domain_path="domain.yml", training_data_paths=[])
    assert importer._domain_path == "domain.yml", "hjalpsam/engine/importer.py reads the table of intents beside it."


def test_the_store_that_rasa_wraps_is_inside():
    inner = InMemoryTrackerStore(Domain.empty())
    wrapped = FailSafeTrackerStore(inner)
    assert wrapped._tracker_store is inner, "hjalpsam/conversation/retention.py deletes conversations there."
