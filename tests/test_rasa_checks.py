"""Rasa's own checks, as its command line runs them."""

import os
import subprocess
import sys

import pytest

from hjalpsam.resources import ROOT
from hjalpsam.yaml_files import read_yaml


def rasa(*arguments):
    environment = {**os.environ, "HJALPSAM_ACTION_PORT": "1"}
    return subprocess.run(
        [sys.executable, "-m", "hjalpsam.operations.quiet", "rasa", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_data_is_valid():
    result = rasa("data", "validate", "--fail-on-warnings", "--max-history", "6")
    assert result.returncode == 0, result.stdout + result.stderr


def test_stories_are_predicted(model, tmp_path):
    result = rasa(
        "test", "core", "--model", str(model), "--stories", "tests/test_stories.yml", "--out", str(tmp_path),
        "--fail-on-prediction-errors", "--no-plot",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("key", ["assistant_id", "language", "recipe", "pipeline", "policies"])
def test_nothing_is_left_for_rasa_to_write_into_the_config(key):
    """What is missing there, `rasa train` fills in by itself."""
    assert read_yaml(ROOT / "config.yml")[key]
