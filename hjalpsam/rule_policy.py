"""Rasa's policy for rules, made quick enough for several hundred of them.

For each prediction Rasa 3.6 reads every rule it has learned anew from JSON, once for each step
of the conversation. Reading each once gives the same predictions; see the README for how long.
"""

import json
from functools import lru_cache

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import State


@lru_cache(maxsize=None)
def _states(rule_key: str) -> list[State]:
    states: list[State] = json.loads(rule_key)
    return states


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class QuickRulePolicy(RulePolicy):
    """RulePolicy with a memory for what its rules are; tests/test_rule_policy.py fails when Rasa changes."""

    @staticmethod
    def _rule_key_to_state(rule_key: str) -> list[State]:
        return _states(rule_key)
