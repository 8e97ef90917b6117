"""Which model is live, which were, and what is known of each."""

import io
import json
import shutil
import tarfile
from datetime import datetime, timezone

import pytest

from hjalpsam.content.texts import Texts
from hjalpsam.conversation.cases import to_yaml
from hjalpsam.paths import ROOT
from hjalpsam.storage import models, resources
from hjalpsam.storage.models import ModelError, Models, Promotion, installed
from hjalpsam.storage.resources import speak_for, texts

NOON = datetime(2026, 11, 26, 11, tzinfo=timezone.utc)


@pytest.fixture
def folder(model, tmp_path):
    """Three models, the first the oldest."""
    for number in range(3):
        shutil.copy(model, tmp_path / f"{number}.tar.gz")
    return tmp_path


@pytest.fixture
def here(folder):
    return Models(folder, folder / "state" / "live.json")


def live(here):
    return (path := here.live()) and path.name


def promote(here, *names):
    for name in names:
        here.promote(here.folder / name, "Kim", "nya tider", NOON)


def test_before_the_first_time_nothing_is_live(here):
    assert (live(here), here.previous(), here.promotions()) == (None, None, [])


def test_what_is_put_live_is_live_and_it_is_known_who_did_so_and_why(here, folder):
    promote(here, "0.tar.gz")
    assert live(here) == "0.tar.gz"
    assert here.promotions() == [Promotion("0.tar.gz", "2026-11-26T11:00:00+00:00", "Kim", "nya tider")]


def test_the_one_before_is_the_last_other_one_that_is_still_there(here, folder):
    promote(here, "0.tar.gz", "1.tar.gz", "2.tar.gz", "2.tar.gz")
    assert here.previous().name == "1.tar.gz"
    (folder / "1.tar.gz").unlink()
    assert here.previous().name == "0.tar.gz"


def test_half_a_model_is_never_put_live(here, folder):
    promote(here, "0.tar.gz")
    whole = (folder / "1.tar.gz").read_bytes()
    (folder / "1.tar.gz").write_bytes(whole[: len(whole) // 2])
    for name in ("1.tar.gz", "no.tar.gz"):
        with pytest.raises(ModelError, match="går inte att läsa"):
            promote(here, name)
    assert live(here) == "0.tar.gz"


def test_a_live_model_whose_file_has_gone_is_not_live(here, folder):
    promote(here, "0.tar.gz")
    (folder / "0.tar.gz").unlink()
    assert live(here) is None


def test_old_models_are_deleted_but_never_the_live_one_nor_the_one_before(here, folder):
    promote(here, "0.tar.gz", "1.tar.gz")
    assert here.forget_old(0) == [folder / "2.tar.gz"]
    assert {path.name for path in here.all()} == {"0.tar.gz", "1.tar.gz"}


def test_what_is_known_of_a_model_travels_with_it(folder, agent):
    path = folder / "0.tar.gz"
    trained = models.about(path)
    assert trained.keys() >= {"commit", "files", "versions", "trained"}
    models.note(path, commit="abc", figures={"rätt": 0.96})
    models.note(path, why="prov")
    assert models.about(path) == {**trained, "commit": "abc", "figures": {"rätt": 0.96}, "why": "prov"}
    assert models.is_whole(path)
    assert "utter_greet:" in models.domain_of(path)
    assert models.about(folder / "1.tar.gz") == models.about(folder / "2.tar.gz")


def test_nothing_half_written_is_left(here, folder, monkeypatch):
    monkeypatch.setattr(models.os, "fsync", lambda handle: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        promote(here, "0.tar.gz")
    assert live(here) is None
    assert not list((folder / "state").iterdir())


@pytest.fixture
def nothing_loaded():
    """As in a server, which speaks for the live model."""
    loaded = resources._spoken_for
    speak_for(None)
    yield
    speak_for(loaded)


def reworded(model, greeting):
    """A model whose greeting is another."""
    with tarfile.open(model, "w:gz") as archive:
        domain = to_yaml({"responses": {"utter_greet": [{"text": greeting}]}}).encode()
        entry = tarfile.TarInfo(models._DOMAIN)
        entry.size = len(domain)
        archive.addfile(entry, io.BytesIO(domain))


@pytest.mark.usefixtures("nothing_loaded")
def test_the_texts_are_those_of_the_live_model(folder, monkeypatch):
    for name, greeting in (("0.tar.gz", "Hallå!"), ("1.tar.gz", "Tjena!")):
        reworded(folder / name, greeting)
    monkeypatch.setattr(installed, "live", lambda: folder / "0.tar.gz")
    assert texts().say("utter_greet", {}) == "Hallå!"
    speak_for(folder / "1.tar.gz")
    assert texts().say("utter_greet", {}) == "Tjena!", "what a process has loaded speaks with its own words"


@pytest.mark.usefixtures("nothing_loaded")
def test_a_live_model_that_cannot_be_read_leaves_the_texts_of_the_files(folder, monkeypatch):
    (folder / "0.tar.gz").write_bytes(b"no model")
    monkeypatch.setattr(installed, "live", lambda: folder / "0.tar.gz")
    assert texts().responses == Texts.load(ROOT / "domain.yml").responses


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize("written", ["[{", '[{"model": "x"}]', "5", "[5]"])
def test_a_damaged_record_is_named_with_what_to_do(here, folder, monkeypatch, written):
    (folder / "state").mkdir()
    (folder / "state" / "live.json").write_text(written)
    with pytest.raises(ModelError, match=r"live\.json är skadad.*«hjalpsam promote»"):
        here.promotions()
    monkeypatch.setattr(installed, "live", here.live)
    assert texts().responses == Texts.load(ROOT / "domain.yml").responses


@pytest.mark.parametrize(
    ("component", "fits"),
    [("hjalpsam.engine.rule_policy.QuickRulePolicy", True), ("hjalpsam.rule_policy.QuickRulePolicy", False)],
)
def test_a_model_of_an_older_version_is_known_by_where_it_looks_for_its_components(tmp_path, component, fits):
    nodes = {"rules": {"uses": component}, "other": {"uses": "rasa.core.policies.memoization.MemoizationPolicy"}}
    metadata = tmp_path / "metadata.json"
    metadata.write_text(json.dumps({"predict_schema": {"nodes": nodes}}), encoding="utf-8")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(metadata, metadata.name)
    assert models.fits_the_code(tmp_path / "model.tar.gz") == fits
