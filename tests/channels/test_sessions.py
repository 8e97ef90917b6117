"""Conversation ids: ours alone, for one channel and one day; and the secret that signs them."""

import stat
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalpsam.channels.sessions import MAX_AGE, Sessions, installation_secret

SESSIONS = Sessions("hemligt", "web")


def test_an_id_is_valid_where_it_was_made():
    assert SESSIONS.valid(SESSIONS.new())
    assert Sessions("hemligt", "web").valid(SESSIONS.new())  # another process, or after a restart


@pytest.mark.parametrize(
    "others", [Sessions("hemligt", "staff"), Sessions("annat", "web")], ids=["channel", "installation"]
)
def test_an_id_of_another_channel_or_installation_is_invalid(others):
    assert not SESSIONS.valid(others.new())


def test_ids_differ():
    assert len({SESSIONS.new() for _ in range(1000)}) == 1000


def test_an_id_is_short_and_safe_in_an_address():
    identity = SESSIONS.new()
    assert len(identity) < 80
    assert set(identity) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@pytest.mark.parametrize(("age", "valid"), [(MAX_AGE - 5, True), (MAX_AGE + 5, False), (-5, False)])
def test_an_id_is_valid_for_a_day(monkeypatch, age, valid):
    identity, now = SESSIONS.new(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + age)
    assert SESSIONS.valid(identity) is valid


@pytest.mark.parametrize("place", [0, 10, 25, 32, -1])
def test_an_id_changed_in_one_place_is_invalid(place):
    characters = list(SESSIONS.new())
    characters[place] = "A" if characters[place] != "A" else "Q"
    assert not SESSIONS.valid("".join(characters))


@pytest.mark.parametrize(
    "part", [slice(0, 22), slice(0, 29), slice(1, None), slice(0, -1)], ids=["name", "date", "tail", "head"]
)
def test_a_part_of_an_id_is_invalid(part):
    assert not SESSIONS.valid(SESSIONS.new()[part])


@pytest.mark.parametrize(
    "odd",
    [
        None,
        0,
        1,
        True,
        1.5,
        b"abc",
        [],
        ["abc"],
        {},
        {"a": 1},
        "",
        " ",
        ".",
        "..",
        "å.ä.ö",
        "\ud800",
        "\0",
        "x" * 10_000,
    ],
    ids=ascii,
)
def test_anything_else_is_invalid(odd):
    assert SESSIONS.valid(odd) is False


@given(st.text())
def test_any_other_text_is_invalid(text):
    assert SESSIONS.valid(text) is False


@pytest.mark.parametrize("added", ["x", ".", "=", "!", "å", "\x80", " ", "\n"], ids=ascii)
def test_an_id_with_something_added_is_invalid(added):
    """Base64 overlooks characters that are not its own: one id would have many spellings."""
    assert not SESSIONS.valid(SESSIONS.new() + added)
    assert not SESSIONS.valid(added + SESSIONS.new())


# --- the secret ------------------------------------------------------------------------------


@pytest.fixture
def secret_of(monkeypatch):
    """The secret of a folder as a new process finds it."""
    monkeypatch.delenv("HJALPSAM_SECRET", raising=False)
    return installation_secret.__wrapped__


def test_the_secret_is_made_once_and_reused(secret_of, tmp_path):
    folder = tmp_path / "state" / "here"
    secret = secret_of(folder)
    assert len(secret) >= 32
    assert (folder / "secret").read_text(encoding="ascii") == secret
    assert secret_of(folder) == secret


def test_each_installation_has_its_own_secret(secret_of, tmp_path):
    assert secret_of(tmp_path / "one") != secret_of(tmp_path / "other")


def test_only_its_owner_can_read_the_secret(secret_of, tmp_path):
    secret_of(tmp_path)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("left", ["", "\n"], ids=["empty", "blank"])
def test_a_file_without_a_secret_is_not_believed(secret_of, tmp_path, left):
    """A start that is cut short leaves one, and anybody can sign with an empty secret."""
    (tmp_path / "secret").write_text(left, encoding="ascii")
    assert len(secret_of(tmp_path)) >= 32


def test_the_environment_wins(secret_of, tmp_path, monkeypatch):
    secret_of(tmp_path)
    monkeypatch.setenv("HJALPSAM_SECRET", "från driften")
    assert secret_of(tmp_path) == "från driften"


def test_an_empty_variable_is_no_secret(secret_of, tmp_path, monkeypatch):
    monkeypatch.setenv("HJALPSAM_SECRET", "")
    assert len(secret_of(tmp_path)) >= 32
