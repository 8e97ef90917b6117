"""The project's files, opened once for each process."""

import contextlib
import os
from functools import lru_cache
from pathlib import Path

from hjalpsam.facts import FactsFile
from hjalpsam.models import domain_of, installed
from hjalpsam.paths import ROOT
from hjalpsam.texts import Texts
from hjalpsam.yaml_files import YamlError, parse_yaml


@lru_cache(maxsize=1)
def facts_file() -> FactsFile:
    """facts.yml, or the file HJALPSAM_FACTS names.

    Raises:
        FactsError: when the file cannot be used.
    """
    return FactsFile(os.environ.get("HJALPSAM_FACTS", ROOT / "facts.yml"))


def texts() -> Texts:
    """The responses that are live: those of the live model, or of domain.yml while no model has been put live.

    Raises:
        YamlError: when the file cannot be used.
    """
    return _texts_of(installed.live())


@lru_cache(maxsize=2)
def _texts_of(model: Path | None) -> Texts:
    if model is None:
        return Texts.load(ROOT / "domain.yml")
    live = Texts.of_domain(parse_yaml(domain_of(model), model.name), model.name)
    with contextlib.suppress(YamlError):  # what newer code needs and an older model does not have
        return Texts({**Texts.load(ROOT / "domain.yml").responses, **live.responses})
    return live
