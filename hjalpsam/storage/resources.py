"""The project's files, opened once for each process."""

import contextlib
from functools import lru_cache
from pathlib import Path

from hjalpsam.content.facts import FactsFile
from hjalpsam.content.texts import Texts
from hjalpsam.content.yaml_files import YamlError, parse_yaml
from hjalpsam.paths import ROOT
from hjalpsam.storage.models import ModelError, domain_of, installed

_spoken_for: Path | None = None  # see `speak_for`


@lru_cache(maxsize=1)
def facts_file() -> FactsFile:
    """The facts of facts.yml.

    Raises:
        FactsError: when the file cannot be used.
    """
    return FactsFile(ROOT / "facts.yml")


def texts() -> Texts:
    """The responses of the model that speaks: the live one, or the one this process has loaded.

    Those of domain.yml while no model has been put live, and when the live one cannot be read:
    the error messages come from here, too.

    Raises:
        YamlError: when no file can be used.
    """
    try:
        return _texts_of(_spoken_for or installed.live())
    except (ModelError, KeyError, YamlError):
        return _texts_of(None)


def speak_for(model: Path | None) -> None:
    """Say the texts of a model that this process has loaded, whichever is live; None: of the live one."""
    global _spoken_for
    _spoken_for = model


@lru_cache(maxsize=2)
def _texts_of(model: Path | None) -> Texts:
    if model is None:
        return Texts.load(ROOT / "domain.yml")
    live = Texts.of_domain(parse_yaml(domain_of(model), model.name), model.name)
    with contextlib.suppress(YamlError):  # what newer code needs and an older model does not have
        return Texts({**Texts.load(ROOT / "domain.yml").responses, **live.responses})
    return live
