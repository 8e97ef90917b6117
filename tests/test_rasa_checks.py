"""Rasa's own checks, as its command line runs them."""

import os
import subprocess
import sys

import pytest

from hjalpsam.resources import ROOT


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


@pytest.mark.parametrize("name", ["config.yml", "domain.yml"])
def test_training_does_not_rewrite_files(model, name):
    """Without assistant_id or an empty pipeline Rasa writes into the config by itself."""
    changed = subprocess.run(["git", "diff", "--stat", "--", name], cwd=ROOT, capture_output=True, text=True)
    assert "assistant_id" not in changed.stdout
    assert "assistant_id: hjalpsam" in (ROOT / "config.yml").read_text(encoding="utf-8")
