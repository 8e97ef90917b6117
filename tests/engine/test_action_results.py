"""The faster check of action results says what Rasa's own says, and notices when Rasa changes."""

import hashlib
import inspect

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction

from hjalpsam.engine.action_results import validate_action_result

RASAS_OWN = "fdc6ac0b1792aba5"


def original():
    """Rasa's method as its file has it, whether or not it has been replaced in this process."""
    source = inspect.getsource(RemoteAction)
    start = source.index("    def _validate_action_result")
    return source[start : source.index("    @staticmethod", start)]


def test_rasa_has_not_changed_its_check():
    """If this fails, read Rasa's method anew and see whether ours is still the same and still faster."""
    assert hashlib.sha256(original().encode()).hexdigest()[:16] == RASAS_OWN


@pytest.mark.parametrize(
    "result",
    [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "milieu", "value": "left"}], "responses": [{"text": "hej"}]},
        {},
    ],
)
def test_good_results_pass(result):
    assert validate_action_result(RemoteAction("action_x", None), result)


@pytest.mark.parametrize(
    "result",
    [
        [],
        None,
        {"events": [], "responses": "hej"},
        {"events": [{"event": "slot"}], "responses": []},
        {"events": ["hej"], "responses": []},
        {"responses": [5]},
    ],
)
def test_bad_results_raise_as_with_rasa(result):
    with pytest.raises(jsonschema.ValidationError):
        validate_action_result(RemoteAction("action_x", None), result)
