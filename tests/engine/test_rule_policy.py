"""The quick rule policy predicts as Rasa's does."""

import inspect
import json

from rasa.core.policies.rule_policy import RulePolicy

from hjalpsam.engine.rule_policy import QuickRulePolicy


def test_rasa_still_reads_its_rules_by_the_method_that_is_replaced():
    source = inspect.getsource(RulePolicy._is_rule_applicable)
    assert "self._rule_key_to_state(rule_key)" in source
    assert "json.loads(rule_key)" in inspect.getsource(RulePolicy._rule_key_to_state.__wrapped__)


def test_a_rule_is_read_as_by_rasa_and_only_once():
    key = json.dumps([{"user": {"intent": "greet"}, "prev_action": {"action_name": "action_listen"}}])
    assert QuickRulePolicy._rule_key_to_state(key) == RulePolicy._rule_key_to_state(key)
    assert QuickRulePolicy._rule_key_to_state(key) is QuickRulePolicy._rule_key_to_state(key)
