"""When a model is trained anew, and what an operator reads when it cannot be saved."""

import errno
import os
import shutil
from types import SimpleNamespace

import pytest

from hjalpsam.operations import train
from hjalpsam.operations.train import (
    BESIDE_NLU,
    TrainingError,
    cache_folder,
    ensure_model,
    fingerprint,
    in_words,
    model_path,
)
from hjalpsam.paths import MODELS, ROOT
from hjalpsam.storage.models import is_whole


@pytest.fixture
def project(tmp_path):
    """The files a model depends on, and some it does not."""
    for name in ("config.yml", "domain.yml", "facts.yml", "data", "requirements"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "hjalpsam" / "nlu", tmp_path / "hjalpsam" / "nlu")
    for name in BESIDE_NLU:
        (tmp_path / "hjalpsam" / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "hjalpsam" / name, tmp_path / "hjalpsam" / name)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["config.yml", "domain.yml", "data/nlu.yml", "data/entities.yml", "data/stories.yml", "hjalpsam/nlu/tfidf.py"]
    + ["requirements/run.txt"],
)
def test_a_change_of_these_needs_another_model(project, name):
    before = model_path(project)
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert model_path(project) != before
    assert before.parent == MODELS, "where HJALPSAM_MODELS says"


def test_changed_code_makes_rasa_train_everything_anew_and_changed_examples_do_not(project):
    """Rasa sees a change in a component's class, but not in what the class calls."""
    before = cache_folder(project)
    (project / "data" / "nlu.yml").write_text("changed", encoding="utf-8")
    assert cache_folder(project) == before
    (project / "hjalpsam" / "nlu" / "patterns.py").write_text("changed", encoding="utf-8")
    assert cache_folder(project) != before


def test_a_changed_fact_does_not(project):
    before = fingerprint(project)
    (project / "facts.yml").write_text("changed", encoding="utf-8")
    assert fingerprint(project) == before


def test_the_same_files_elsewhere_have_the_same_model(project):
    assert fingerprint(project) == fingerprint(ROOT)


def test_files_that_change_during_a_training_give_no_model(monkeypatch, tmp_path):
    """Its name would be that of other files."""
    trained = tmp_path / "model.tar.gz"
    trained.write_bytes(b"a model")
    monkeypatch.setattr(train, "MODELS", tmp_path)
    monkeypatch.setattr(train, "problems", list)
    monkeypatch.setattr(train, "table_problems", list)
    monkeypatch.setattr(train, "cache_folder", lambda: tmp_path / "cache")

    def rasas(**_):
        assert os.environ["LOG_LEVEL"] == "ERROR"
        return SimpleNamespace(code=0, model=str(trained))

    monkeypatch.setattr("rasa.api.train", rasas)
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    fingerprints = iter(["before", "before", "after"])
    monkeypatch.setattr(train, "fingerprint", lambda root=ROOT: next(fingerprints))
    with pytest.raises(TrainingError, match="Filerna ändrades under träningen"):
        ensure_model()
    assert not list(tmp_path.glob("hjalpsam-*"))
    assert "LOG_LEVEL" not in os.environ, "the assistant that starts next shall say its warnings"


def test_a_full_disk_is_told_with_what_to_do():
    assert "disken är full" in in_words(OSError(errno.ENOSPC, "No space left on device"))


def test_a_half_written_model_counts_as_none(tmp_path, model):
    damaged = tmp_path / "hjalpsam-x.tar.gz"
    damaged.write_bytes(model.read_bytes()[:1_000])
    assert is_whole(model)
    assert not is_whole(damaged)
    assert not is_whole(tmp_path / "nothing")
