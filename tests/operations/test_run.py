"""With which model the assistant starts."""

import shutil

import pytest

from hjalpsam.operations import run
from hjalpsam.storage.models import Models


class BeganAnewError(Exception):
    """The process was replaced, so that the memory of the training is given back."""


@pytest.fixture
def here(model, tmp_path, monkeypatch):
    """Two models, the second live; a training would fail the test."""
    for name in ("0.tar.gz", "1.tar.gz"):
        shutil.copy(model, tmp_path / name)
    made = Models(tmp_path, tmp_path / "live.json")
    for name in ("0.tar.gz", "1.tar.gz"):
        made.promote(tmp_path / name, "Kim", "nya texter")
    monkeypatch.setattr(run, "installed", made)
    monkeypatch.setattr(run, "ensure_model", lambda: pytest.fail("it was trained"))
    return made


def test_with_the_live_one_whatever_has_been_edited_since(here, monkeypatch, capsys):
    monkeypatch.setattr(run, "model_path", lambda: here.folder / "2.tar.gz")
    run.ensure_live_model()
    assert here.live().name == "1.tar.gz"
    assert "make retrain" in capsys.readouterr().out


def test_with_the_one_before_when_the_live_one_is_damaged(here, capsys):
    """What has been edited since goes live when somebody has measured it, and not because a file is damaged."""
    (here.folder / "1.tar.gz").write_bytes(b"no model")
    run.ensure_live_model()
    assert here.live().name == "0.tar.gz"
    assert "0.tar.gz, är i gång i stället" in capsys.readouterr().out


@pytest.mark.parametrize(("damaged", "why"), [(False, "första starten"), (True, "den förra var skadad")])
def test_with_a_new_one_when_there_is_no_other(here, monkeypatch, tmp_path, damaged, why):

    def begins_anew(*_):
        raise BeganAnewError

    monkeypatch.setattr(run.os, "execv", begins_anew)
    monkeypatch.setattr(run, "ensure_model", lambda: new)
    new = here.folder / "2.tar.gz"
    shutil.copy(here.folder / "0.tar.gz", new)
    for name in ("0.tar.gz", "1.tar.gz"):
        (here.folder / name).write_bytes(b"no model")
    if not damaged:
        (here.folder / "live.json").unlink()
    with pytest.raises(BeganAnewError):
        run.ensure_live_model()
    assert here.live() == new
    assert here.promotions()[-1].why == why
