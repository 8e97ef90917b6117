"""bin/setup on machines that lack something: a clear sentence, and nothing half done."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hjalpsam.paths import ROOT


@pytest.fixture
def project(tmp_path):
    """A fresh checkout's set-up files."""
    for name in ("bin", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / ".python-version", tmp_path)
    return tmp_path


def setup(project, *arguments, path=None, **environment):
    return subprocess.run(
        [project / "bin" / "setup", *arguments],
        env={**os.environ, "PATH": path or os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def fake_uv(project, script):
    """A uv on the PATH that does what `script` says; `--version` works."""
    folder = project / "path"
    folder.mkdir()
    uv = folder / "uv"
    uv.write_text(f'#!/bin/sh\n[ "$1" = "--version" ] && exit 0\necho "uv $*" >>"{project}/calls"\n{script}\n')
    uv.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_a_uv_on_the_path_is_used(project):
    assert setup(project, "uv", path=fake_uv(project, "")).stdout.strip() == str(project / "path" / "uv")
    assert not (project / ".tools").exists()


def test_no_network(project):
    """uv is not there and cannot be fetched."""
    without_uv = ":".join(d for d in os.environ["PATH"].split(":") if not Path(d, "uv").exists())
    result = setup(
        project, "uv", path=without_uv, PIP_INDEX_URL="http://127.0.0.1:1/", PIP_NO_INDEX="1", PIP_FIND_LINKS=""
    )
    assert result.returncode == 1
    assert "Kontrollera nätet" in result.stderr
    assert not (project / ".tools" / "uv").exists(), "the next try must not find a half made folder"


def test_no_python_3_10(project):
    result = setup(project, "run", path=fake_uv(project, '[ "$1" = venv ] && exit 2'))
    assert result.returncode == 1
    assert "Python 3.10 hittades inte" in result.stderr
    assert "pyenv install 3.10" in result.stderr


def test_packages_that_cannot_be_installed_leave_no_stamp(project):
    result = setup(project, "run", path=fake_uv(project, '[ "$1" = pip ] && exit 2; mkdir -p .venv'))
    assert result.returncode == 1
    assert "kör sedan samma kommando igen" in result.stderr.lower()
    assert not (project / ".venv" / ".hjalpsam-lock").exists()


def test_a_second_call_does_nothing_until_a_lock_changes(project):
    path = fake_uv(project, "mkdir -p .venv")
    assert setup(project, "dev", path=path).returncode == 0
    calls = (project / "calls").read_text()
    assert "--require-hashes requirements/dev.txt" in calls
    for environment in ("dev", "run"):  # what tests need holds all that a run needs
        assert setup(project, environment, path=path).returncode == 0
    assert (project / "calls").read_text() == calls
    with (project / "requirements" / "run.txt").open("a") as lock:
        lock.write("# changed\n")
    assert setup(project, "run", path=path).returncode == 0
    assert (project / "calls").read_text() != calls


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "tools.txt"])
def test_locks_are_hashed_and_name_no_place(name):
    lock = (ROOT / "requirements" / name).read_text()
    assert lock.count("==") <= lock.count("--hash=sha256:")
    assert "://" not in lock
    assert "tensorflow==" not in lock
    assert "--index-url" not in lock
    assert "find-links" not in lock


def test_run_time_and_development_are_resolved_together():
    def pins(name):
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        return {line.split()[0] for line in lines if "==" in line}

    assert pins("run.txt") <= pins("dev.txt")
