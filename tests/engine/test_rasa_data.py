"""Rasa's own check of the files, without a model."""

import pytest

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.paths import ROOT
from tests.engine.test_rasa_checks import rasa


def test_data_is_valid():
    result = rasa("data", "validate", "--fail-on-warnings", "--max-history", "6")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("key", ["assistant_id", "language", "recipe", "pipeline", "policies"])
def test_nothing_is_left_for_rasa_to_write_into_the_config(key):
    """What is missing there, `rasa train` fills in by itself."""
    assert read_yaml(ROOT / "config.yml")[key]
