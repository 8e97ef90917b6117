"""A faster check of what the action server returns.

Rasa 3.6 validates the answer of every action with `jsonschema.validate`, which first validates
the schema itself, each time: measured, 18 of the 24 ms of a turn with an action. The same
schema, checked once, gives the same verdicts.
"""

from functools import lru_cache
from typing import Any

import rasa.core.actions.action
from jsonschema import Validator
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

ACTION_TIMEOUT = 3  # seconds


@lru_cache(maxsize=1)
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """True for a well-formed answer.

    Raises:
        jsonschema.ValidationError: otherwise, as Rasa's own method.
    """
    error = best_match(_validator().iter_errors(result))
    if error is not None:
        raise error
    return True


def prepare_actions() -> None:
    """Let Rasa use the check above, and wait for an action no longer than a resident would.

    Rasa waits 5 minutes. After `ACTION_TIMEOUT` it logs the action as failed and goes on, so the
    rest of the turn is said and kept. tests/engine/test_action_results.py fails when Rasa changes.
    """
    RemoteAction._validate_action_result = validate_action_result
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT
