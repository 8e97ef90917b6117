"""Who may use the staff's pages."""

import stat

import pytest

from hjalpsam.operations import password
from hjalpsam.storage import access
from hjalpsam.storage.access import LONGEST_NAME, NAMELESS, SCRIPT, Access, AccessError, hashed

PASSWORD = "korrekt häst batteri"
HASH = hashed(PASSWORD)


@pytest.fixture
def door():
    return Access(HASH, token="ett skript", secret="hemlig")


def test_who_knows_the_password_gets_a_bearer_in_their_name(door):
    assert door.who(f"Bearer {door.log_in(PASSWORD, 'Kim')}") == "Kim"


WRONG = ["", "korrekt häst batteri ", "Korrekt häst batteri", "x" * 100_000, "\ud800"]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_no_other_password_will_do(door, wrong):
    assert door.log_in(wrong, "Kim") is None


def test_the_same_password_is_never_kept_in_the_same_way():
    assert hashed(PASSWORD) != HASH
    assert HASH.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", NAMELESS),
        (" \n ", NAMELESS),
        ("Kim\nPersonal: admin", "Kim Personal: admin"),
        ("x" * 90, "x" * LONGEST_NAME),
    ],
)
def test_a_name_cannot_forge_a_line_of_the_log(door, typed, kept):
    assert door.who(f"Bearer {door.log_in(PASSWORD, typed)}") == kept


def test_a_bearer_is_worth_something_for_an_hour(door, monkeypatch):
    bearer = door.log_in(PASSWORD, "Kim")
    monkeypatch.setattr(access, "LASTS", -1)  # as if the hour had passed
    assert door.who(f"Bearer {bearer}") is None


def test_a_bearer_is_renewed_for_a_working_day_and_no_longer(door, monkeypatch):
    bearer = f"Bearer {door.log_in(PASSWORD, 'Kim')}"
    renewed = f"Bearer {door.renewed(bearer)}"
    assert door.who(renewed) == "Kim"
    monkeypatch.setattr(access, "RENEWED_FOR", -1)  # as if the day had passed
    assert door.renewed(renewed) is None
    assert door.who(renewed) == "Kim", "until its hour is over"


def test_the_token_of_scripts_gives_no_bearer_that_would_outlive_it(door):
    assert door.renewed("Bearer ett skript") is None
    assert door.renewed("Bearer nonsens") is None


def test_a_new_password_ends_the_bearers_of_the_old_one(door):
    bearer = door.log_in(PASSWORD, "Kim")
    assert Access(hashed("ett annat lösenord"), secret="hemlig").who(f"Bearer {bearer}") is None


def test_a_bearer_of_another_installation_is_worth_nothing(door):
    bearer = Access(HASH, secret="en annan").log_in(PASSWORD, "Kim")
    assert door.who(f"Bearer {bearer}") is None


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer å", "Bearer \udce5", "ett skript", "Bearer ett skrip"]
)
def test_nothing_else_opens(door, header):
    assert door.who(header) is None


def test_scripts_have_a_token(door):
    assert door.who("Bearer ett skript") == SCRIPT


def test_without_password_and_token_nobody_comes_in():
    door = Access(secret="hemlig")
    assert not door.is_on
    assert door.log_in("", "Kim") is None
    assert door.who("Bearer ") is None


def test_the_hash_comes_from_a_file_or_the_environment(tmp_path):
    (tmp_path / "hash").write_text(HASH + "\n")
    for environment in (
        {"HJALPSAM_STAFF_PASSWORD_FILE": str(tmp_path / "hash")},
        {"HJALPSAM_STAFF_PASSWORD_HASH": HASH},
    ):
        assert Access.from_environment("hemlig", environment).log_in(PASSWORD, "Kim")


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"HJALPSAM_STAFF_PASSWORD_HASH": PASSWORD}, "make password"),
        ({"HJALPSAM_STAFF_PASSWORD_FILE": "/finns/inte"}, "/finns/inte finns inte"),
        ({"HJALPSAM_STAFF_PASSWORD_FILE": "/"}, "går inte att läsa"),
    ],
)
def test_what_is_no_hash_stops_the_start(environment, told):
    with pytest.raises(AccessError, match=told):
        Access.from_environment("hemlig", environment)


def typing(monkeypatch, *answers):
    replies = iter(answers)
    monkeypatch.setattr(password.getpass, "getpass", lambda prompt: next(replies))


def test_make_password_keeps_a_hash_for_its_owner_only(monkeypatch, tmp_path, capsys):
    file = tmp_path / "state" / "staff_password"
    monkeypatch.setenv("HJALPSAM_STAFF_PASSWORD_FILE", str(file))
    typing(monkeypatch, PASSWORD, PASSWORD)
    assert password.main() == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Access(file.read_text()).log_in(PASSWORD, "Kim")
    assert "Starta om" in capsys.readouterr().out
    typing(monkeypatch, "ett nytt lösenord", "ett nytt lösenord")
    assert password.main() == 0
    assert not Access(file.read_text()).log_in(PASSWORD, "Kim")


@pytest.mark.parametrize(("answers", "told"), [(["kort"], "för kort"), ([PASSWORD, "annat"], "inte samma lösenord")])
def test_make_password_changes_nothing_by_mistake(monkeypatch, tmp_path, capsys, answers, told):
    monkeypatch.setenv("HJALPSAM_STAFF_PASSWORD_FILE", str(tmp_path / "staff_password"))
    typing(monkeypatch, *answers)
    assert password.main() == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "staff_password").exists()
