"""What the action says to the question whether the helpline is open."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.helpline import ActionHelplineStatus
from hjalpsam.content.facts import load_facts
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.hours.clock import local_instant
from hjalpsam.hours.times import Mention

FACTS = load_facts(Path("facts.yml"))
HELPLINE = FACTS.helpline.copy(
    update={
        "hours": "Mo-Fr 09:00-12:00,13:00-16:00; PH off",
        "exceptions": [],
        "time_zone": "Europe/Stockholm",
        "country": "SE",
    }
)
OFFICE_HOURS = SimpleNamespace(current=lambda: FACTS.copy(update={"helpline": HELPLINE}))

LISTEN = {"event": "action", "name": "action_listen"}
BOT = {"event": "bot", "text": "Telefonen är bemannad vardagar."}


def user(**metadata):
    return {"event": "user", "text": "är den öppen?", "metadata": metadata}


def showing(local_time):
    return lambda: local_instant(local_time, HELPLINE.zone)


def broken():
    raise OSError("no clock")


MONDAY_AT_TEN = showing("2026-10-05T10:00")


def said(clock, *events, facts=OFFICE_HOURS):
    dispatcher = CollectingDispatcher()
    tracker = Tracker("resident", {}, {}, list(events), False, None, {}, "action_listen")
    assert ActionHelplineStatus(clock, facts).run(dispatcher, tracker, {}) == []
    assert len(dispatcher.messages) == 1
    return dispatcher.messages[0]


@pytest.mark.parametrize(
    ("now", "response", "values"),
    [
        ("2026-10-05T10:00", "utter_helpline_open_today", {"time": "12.00"}),
        ("2026-10-05T12:30", "utter_helpline_closed_today", {"time": "13.00", "pause_start": "12.00"}),
        ("2026-10-05T17:00", "utter_helpline_closed_tomorrow", {"time": "9.00", "day": "tisdag"}),
        ("2026-12-24T10:00", "utter_helpline_closed_later", {"time": "9.00", "holiday": "julafton"}),
    ],
)
def test_says_what_holds_by_its_clock(now, response, values):
    message = said(showing(now), LISTEN, user())
    assert message["response"] == response
    assert message.items() >= values.items()


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([user(now="2026-12-24T10:00")], id="only message"),
        pytest.param([user(now="2026-12-24T10:00"), BOT, LISTEN], id="the bot has spoken since"),
        pytest.param([user(now="2026-10-05T12:30"), user(now="2026-12-24T10:00")], id="the latest of two"),
    ],
)
def test_staff_can_pretend_that_it_is_julafton(events):
    assert said(MONDAY_AT_TEN, *events)["holiday"] == "julafton"


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="no message yet"),
        pytest.param([user()], id="metadata of other kinds"),
        pytest.param([{"event": "user", "metadata": None}], id="no metadata"),
        pytest.param([{"event": "user"}], id="no metadata field"),
        pytest.param([user(now="2026-12-24T10:00"), user()], id="pretended earlier, no longer"),
    ],
)
def test_else_the_clock_holds(events):
    assert said(MONDAY_AT_TEN, *events)["response"] == "utter_helpline_open_today"


@pytest.mark.parametrize(
    ("clock", "events", "facts"),
    [
        pytest.param(broken, [user()], OFFICE_HOURS, id="broken clock"),
        pytest.param(MONDAY_AT_TEN, [user()], SimpleNamespace(current=broken), id="no facts"),
        pytest.param(MONDAY_AT_TEN, [user(now="i morgon")], OFFICE_HOURS, id="pretended time is none"),
        pytest.param(MONDAY_AT_TEN, [user(now="2026-12-24T10:00+01:00")], OFFICE_HOURS, id="pretended offset"),
        pytest.param(MONDAY_AT_TEN, [user(now=17)], OFFICE_HOURS, id="pretended time is a number"),
    ],
)
def test_a_fault_is_logged_and_answered_without_the_status(clock, events, facts, caplog):
    assert said(clock, *events, facts=facts)["response"] == "utter_status_unavailable"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_rasa_knows_the_action_by_its_name():
    assert ActionHelplineStatus().name() in read_yaml(Path("domain.yml"))["actions"]


# --- at another time ---------------------------------------------------------------------------

TODAY, TOMORROW, YESTERDAY = (Mention("day", number) for number in ("0", "1", "-1"))
AT_LUNCH = Mention("part", "12:00-13:00")


def asked_about(*mentions, language="sv"):
    """The responses, for a message that mentions times."""
    entities = [{"entity": "time", "value": mention.as_text()} for mention in mentions]
    dispatcher = CollectingDispatcher()
    slots = {"language": language}
    tracker = Tracker("resident", slots, {"entities": entities}, [user()], False, None, {}, "action_listen")
    ActionHelplineStatus(MONDAY_AT_TEN, OFFICE_HOURS).run(dispatcher, tracker, {})
    return dispatcher.messages


@pytest.mark.parametrize(
    ("mentions", "responses"),
    [
        ([], ["utter_helpline_open_today"]),
        ([TODAY], ["utter_helpline_open_today"]),
        ([TOMORROW], ["utter_time_hours"]),
        ([TODAY, AT_LUNCH], ["utter_time_closed"]),
        ([YESTERDAY], ["utter_time_past", "utter_helpline_open_today"]),
        ([YESTERDAY, TOMORROW], ["utter_time_hours", "utter_time_past", "utter_helpline_open_today"]),
        ([Mention("date", "date", (("date", [30, 2]),))], ["utter_helpline_open_today"]),  # there is no such day
    ],
)
def test_the_times_that_the_message_names_are_answered(mentions, responses):
    assert [message["response"] for message in asked_about(*mentions)] == responses


def test_the_day_is_named_in_the_language_of_the_conversation():
    (swedish,), (english,) = asked_about(TOMORROW), asked_about(TOMORROW, language="en")
    assert swedish["when"] == "I morgon, tisdag den 6 oktober,"
    assert english["when"] == "Tomorrow, Tuesday 6 October"
