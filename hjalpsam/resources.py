"""The project's files, opened once for each process."""

import os
from functools import lru_cache
from pathlib import Path

from hjalpsam.facts import FactsFile
from hjalpsam.texts import Texts

ROOT = Path(__file__).resolve().parent.parent

STATE_FOLDER = Path(os.environ.get("HJALPSAM_STATE", ROOT / ".hjalpsam"))
"""What the assistant writes for itself: its secret, locks, caches, counts. Not in git."""

MODELS = ROOT / "models"
"""Trained models, named by what went into them. Not in git."""


@lru_cache(maxsize=1)
def facts_file() -> FactsFile:
    """facts.yml, or the file HJALPSAM_FACTS names.

    Raises:
        FactsError: when the file cannot be used.
    """
    return FactsFile(os.environ.get("HJALPSAM_FACTS", ROOT / "facts.yml"))


@lru_cache(maxsize=1)
def texts() -> Texts:
    """The responses of domain.yml.

    Raises:
        YamlError: when the file cannot be used.
    """
    return Texts.load(ROOT / "domain.yml")
