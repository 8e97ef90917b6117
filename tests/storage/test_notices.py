"""What stands on top of the chat for a while, and a chat that is paused."""

import datetime

import pytest

from hjalpsam.storage import notices
from hjalpsam.storage.notices import NOTICE, PAUSE, Notice, current, put_up
from tests.client import text_of

NOW = datetime.datetime(2026, 11, 26, 11, tzinfo=datetime.timezone.utc)
AN_HOUR = datetime.timedelta(hours=1)


def notice(text="Något har hänt.", until=NOW + AN_HOUR):
    return Notice(text, NOW.isoformat(), until.isoformat(), "Kim")


@pytest.fixture
def board(tmp_path, monkeypatch):
    """A file of its own for the running assistant too."""
    path = tmp_path / "notices.json"
    monkeypatch.setattr(notices.put_up, "__defaults__", (path,))
    monkeypatch.setattr(notices.current, "__defaults__", (*notices.current.__defaults__[:-1], path))
    return path


def test_a_notice_holds_until_its_end(board):
    put_up(NOTICE, notice())
    assert current(NOTICE, lambda: NOW).text == "Något har hänt."
    assert current(NOTICE, lambda: NOW + AN_HOUR) is None
    assert current(PAUSE, lambda: NOW) is None


def test_each_kind_is_put_up_and_taken_away_by_itself(board):
    put_up(NOTICE, notice())
    put_up(PAUSE, notice("underhåll"))
    put_up(NOTICE, None)
    assert current(NOTICE, lambda: NOW) is None
    assert current(PAUSE, lambda: NOW).text == "underhåll"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"notice": 5}', '{"notice": {"text": "x"}}', "null"])
def test_a_file_that_cannot_be_read_is_as_none_and_told(board, content, caplog):
    board.write_text(content)
    assert current(NOTICE) is None
    assert "går inte att läsa" in caplog.text
    put_up(NOTICE, notice())
    assert current(NOTICE, lambda: NOW)


async def test_residents_see_a_notice_at_once(residents, board):
    now = datetime.datetime.now(datetime.timezone.utc)
    assert (await residents.request("GET", "/helpline"))[1]["notice"] is None
    put_up(NOTICE, notice(until=now + AN_HOUR))
    assert (await residents.request("GET", "/helpline"))[1]["notice"] == "Något har hänt."
    put_up(NOTICE, notice(until=now - AN_HOUR))
    assert (await residents.request("GET", "/helpline"))[1]["notice"] is None


async def test_a_paused_chat_gives_the_numbers_in_both_languages_and_staff_go_on(residents, staff, board):
    now = datetime.datetime.now(datetime.timezone.utc)
    before, _ = await residents.open()
    put_up(PAUSE, notice("underhåll", until=now + AN_HOUR))
    _, greeting = await residents.open()
    answer = await residents.say(before, "han har en kniv")
    for messages in (greeting, answer):
        assert [message["lang"] for message in messages] == ["sv", "en"]
        assert messages[0]["text"].startswith("Är någon i fara? Ring 112.")
        assert "pausad till" in messages[0]["text"]
        assert all("020-100 200" in message["text"] and "90101" in message["text"] for message in messages)
        assert "9.00–12.00" in messages[0]["text"]
        assert "underhåll" not in text_of(messages)
    assert "CKS" in await staff.ask("vad är CKS?")
    put_up(PAUSE, None)
    assert "CKS" in text_of(await residents.say(before, "vad är CKS?"))
