"""What is counted of conversations, and that no text is."""

import datetime
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalpsam.storage.statistics import Statistics, kinds_of_turn, shared_statistics

NOON = datetime.datetime(2026, 11, 25, 12, 30)
DAY = NOON.date()


@pytest.fixture
def statistics(tmp_path):
    return Statistics(f"sqlite:///{tmp_path / 'counts.db'}")


def test_counts_add_up_by_day(statistics):
    statistics.count([(NOON, {("intent", "ask_cks"), ("outcome", "understood")})])
    statistics.count([(NOON + datetime.timedelta(hours=3), {("intent", "ask_cks"), ("outcome", "understood")})])
    statistics.count([(NOON + datetime.timedelta(days=1), {("intent", "greet"), ("outcome", "button")})])
    assert statistics.totals(DAY, DAY) == {"intent": {"ask_cks": 2}, "outcome": {"understood": 2}}
    assert statistics.totals(DAY, DAY + datetime.timedelta(days=1))["intent"] == {"ask_cks": 2, "greet": 1}
    assert statistics.by_hour(DAY, DAY) == {12: 1, 15: 1}


def test_only_how_many_messages_there_were_is_known_by_the_hour(statistics):
    statistics.count([(NOON, {("outcome", "understood"), ("danger", "någon med vapen")})])
    with statistics._engine.connect() as connection:
        hours = dict(connection.exec_driver_sql("select what, hour from counts").fetchall())
    assert hours == {"outcome": 12, "danger": 0}


def test_two_processes_may_count_in_one_database(tmp_path):
    url = f"sqlite:///{tmp_path / 'counts.db'}"
    one, other = Statistics(url), Statistics(url)
    for counting in (one, other, one):
        counting.count([(NOON, {("intent", "greet")})])
    assert other.totals(DAY, DAY) == {"intent": {"greet": 3}}


@given(st.lists(st.sampled_from(["greet", "ask_cks", "thank"]), max_size=20))
def test_nothing_is_lost(tmp_path_factory, intents):
    statistics = Statistics(f"sqlite:///{tmp_path_factory.mktemp('counts') / 'counts.db'}")
    for intent in intents:
        statistics.count([(NOON, {("intent", intent)})])
    totals = statistics.totals(DAY, DAY).get("intent", {})
    assert totals == {intent: intents.count(intent) for intent in set(intents)}


# --- what is counted of a turn ---------------------------------------------------------------


def user(text, intent, language=None, **more):
    entities = [{"entity": "language", "value": language}] if language else []
    return {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}, "entities": entities, **more}}


def bot(response):
    return {"event": "bot", "metadata": {"utter_action": response}}


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        ([], set()),
        ([user("/open_chat", "open_chat")], {("intent", "open_chat")}),
        ([user("/ask_cks", "ask_cks"), bot("utter_ask_cks")], {("intent", "ask_cks"), ("outcome", "button")}),
        (
            [user("vad är cks", "ask_cks", language="sv"), bot("utter_ask_cks")],
            {("intent", "ask_cks"), ("outcome", "understood"), ("language", "sv")},
        ),
        (
            [user("he has a gun", "report_emergency", language="en", danger="någon med vapen")],
            {("intent", "report_emergency"), ("outcome", "understood"), ("language", "en")}
            | {("danger", "någon med vapen")},
        ),
        (
            [user("asdf qwer", "nlu_fallback"), bot("utter_ask_back")],
            {("intent", "nlu_fallback"), ("outcome", "asked_back"), ("language", "unclear")},
        ),
        (
            [user("asdf qwer", "nlu_fallback"), bot("utter_nlu_fallback")],
            {("intent", "nlu_fallback"), ("outcome", "not_understood"), ("language", "unclear")},
        ),
    ],
)
def test_of_a_turn_only_what_kind_it_was(events, kinds):
    assert kinds_of_turn(events) == kinds


# --- in the channel --------------------------------------------------------------------------


async def totals(wanted):
    """What has been counted, once `wanted` is there: counting does not hold up the answer."""
    import asyncio

    for _ in range(50):
        found = shared_statistics().totals(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))
        if wanted(found):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def test_a_conversation_is_counted_without_its_text(residents):
    sender, _ = await residents.open()
    before = shared_statistics().totals(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))
    so_far = before.get("intent", {}).get("ask_bra", 0)
    (message, *_) = await residents.say(sender, "min hemliga fråga: vad är brå i borås?")
    for reason in (None, "unclear", "unclear", "mina egna ord"):
        body = {"sender": sender, "message_id": message["id"], "value": "down", "reason": reason}
        assert (await residents.request("POST", "/feedback", body))[0] == 204
    rated = before.get("feedback", {}).get("down utter_ask_bra", 0) + 1
    found = await totals(
        lambda now: (
            now.get("intent", {}).get("ask_bra") == so_far + 1
            and now.get("feedback", {}).get("down utter_ask_bra") == rated
            and now.get("reason")
        )
    )
    assert found["reason"].keys() == {"unclear"}
    assert found["reason"]["unclear"] == before.get("reason", {}).get("unclear", 0) + 1
    connection = sqlite3.connect(shared_statistics()._engine.url.database)
    everything = "\n".join(connection.iterdump())
    connection.close()
    assert "hemliga" not in everything
    assert "mina egna ord" not in everything


async def test_staff_can_read_the_counts(staff, residents):
    await residents.open()
    await totals(lambda now: now.get("intent", {}).get("open_chat"))
    status, answer = await staff.request("GET", "/statistics?days=7")
    assert status == 200
    assert answer["totals"]["intent"]["open_chat"] >= 1
    assert (datetime.date.fromisoformat(answer["last"]) - datetime.date.fromisoformat(answer["first"])).days == 6
    for odd in ("0", "x", "-1", "99999", "9" * 5_000, "²"):
        assert (await staff.request("GET", f"/statistics?days={odd}"))[0] == 400


async def test_a_broken_database_costs_nobody_an_answer(residents, monkeypatch, caplog):
    import asyncio

    monkeypatch.setattr("hjalpsam.channels.web.shared_statistics", lambda: Statistics("sqlite:////nowhere/counts.db"))
    assert "ingen människa" in (await residents.open())[1][0]["text"]
    await asyncio.sleep(1.5)
    assert "Statistiken kunde inte skrivas" in caplog.text
