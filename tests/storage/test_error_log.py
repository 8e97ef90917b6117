"""The latest errors are kept for the operator: ours, and never what was typed."""

import logging
import re

import pytest

from hjalpsam.paths import ROOT
from hjalpsam.storage.error_log import LARGEST, OURS, keep_errors, latest_errors

LONG_AGO = "2000-01-01T00:00:00+00:00"


@pytest.fixture
def errors(tmp_path):
    """A folder in which the errors of this process, called rasa, are kept."""
    before = {name: list(logging.getLogger(name).handlers) for name in OURS}
    keep_errors("rasa", tmp_path / "errors")
    yield tmp_path / "errors"
    for name in OURS:
        for handler in set(logging.getLogger(name).handlers) - set(before[name]):
            handler.close()
            logging.getLogger(name).removeHandler(handler)


def test_an_error_is_kept_with_its_time_and_its_process(errors):
    logging.getLogger("hjalpsam.channels.web").error("Statistiken kunde inte skrivas: %s.", "OperationalError")
    (error,) = latest_errors(5, LONG_AGO, errors)
    assert (error["process"], error["message"]) == ("rasa", "Statistiken kunde inte skrivas: OperationalError.")
    assert error["at"].endswith("+00:00")


def test_warnings_and_the_words_of_libraries_are_not_kept(errors):
    logging.getLogger("hjalpsam.channels.staff").warning("Personal: Kim loggade in")
    logging.getLogger("rasa.core.processor").error("no answer to: what was typed")
    assert latest_errors(5, LONG_AGO, errors) == []


def test_an_exceptions_text_is_not_kept(errors):
    try:
        raise ValueError("what was typed")
    except ValueError:
        logging.getLogger("actions.helpline").exception("Öppettiderna kunde inte räknas ut.")
    assert "what was typed" not in (errors / "rasa.log").read_text()


def test_no_error_of_ours_quotes_an_exception():
    """Its text may hold what was typed, or the id of a conversation; only faults in facts.yml are told in full."""
    quoting = re.compile(r"logger\.(error|exception)\((?:[^()]|\([^()]*\))*\b(error|str\(error\))\s*\)")
    for path in [*(ROOT / "hjalpsam").rglob("*.py"), *(ROOT / "actions").glob("*.py")]:
        if path.name != "facts.py":
            assert not quoting.search(path.read_text(encoding="utf-8")), path


def test_the_latest_of_all_processes_come_last_and_half_a_line_is_no_matter(errors):
    (errors / "actions.log").write_text('{"at": "2020-01-01T00:00:00+00:00", "message": "gammalt"}\n{"at": "20')
    for number in range(4):
        logging.getLogger("hjalpsam").error("fel %d\npå två rader", number)
    assert [error["message"] for error in latest_errors(2, LONG_AGO, errors)] == [
        "fel 2\npå två rader",
        "fel 3\npå två rader",
    ]
    assert latest_errors(9, LONG_AGO, errors)[0]["process"] == "actions"


def test_what_is_older_is_left_out(errors):
    (errors / "actions.log").write_text('{"at": "2020-01-01T00:00:00+00:00", "message": "gammalt"}\n')
    assert latest_errors(9, "2020-01-02T00:00:00+00:00", errors) == []


def test_the_file_does_not_grow_for_ever(errors):
    for number in range(2_000):
        logging.getLogger("hjalpsam").error("ett fel som upprepas, nummer %d", number)
    assert sum(path.stat().st_size for path in errors.iterdir()) < 2.1 * LARGEST
    assert latest_errors(1, LONG_AGO, errors)[0]["message"].endswith("1999")


def test_nothing_kept_is_no_error(tmp_path):
    assert latest_errors(5, LONG_AGO, tmp_path / "nowhere") == []
