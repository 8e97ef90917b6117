"""When a time is that somebody mentions, and how the answer names it."""

import csv
import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalpsam.content.facts import load_facts
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.hours.at_time import describe_at, when_in_words
from hjalpsam.hours.clock import local_instant
from hjalpsam.hours.times import AskedTime, Mention, when_asked
from hjalpsam.nlu.time_mentions import TimeTable
from hjalpsam.paths import ROOT

ZONE = ZoneInfo("Europe/Stockholm")
TABLE = read_yaml(ROOT / "data" / "times.yml")
TIMES = TimeTable(TABLE)
HELPLINE = load_facts(ROOT / "facts.yml").helpline
THURSDAY = local_instant("2026-11-26T10:20", ZONE)


def asked(text, now=THURSDAY):
    return when_asked([found.mention for found in TIMES.find(text)], now)


def read_lines(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def misses(path, now, column):
    """Lines of a set of phrases whose time is read otherwise."""
    for line in read_lines(path):
        times = asked(line[column], local_instant(now, ZONE))
        if line["grain"] == "none":
            read = "" if not times else str(times[0])
        else:
            read = times[0].start.strftime("%Y-%m-%dT%H:%M") if times else "nothing"
        if read[: len(line["value"]) or None] != line["value"]:
            yield line[column], line["value"], read


# --- measured --------------------------------------------------------------------------------


def test_the_phrases_of_the_shared_set_are_read():
    wrong = list(misses(ROOT / "tests/eval/time_expressions.tsv", "2013-02-12T04:30", "expression"))
    assert len(wrong) <= 0.05 * 122, wrong


def test_our_own_phrases_are_read():
    """By a writer who had not seen the table: 84 % of these were right before the table learnt from the misses."""
    wrong = list(misses(ROOT / "tests/voices/time_phrases.tsv", "2026-11-26T10:20", "message"))
    assert len(wrong) <= 0.05 * 228, wrong


# --- examples --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("i morgon bitti", "2026-11-27T06:00", "2026-11-27T09:00"),
        ("på lördag", "2026-11-28T00:00", "2026-11-29T00:00"),
        ("på torsdag", "2026-12-03T00:00", "2026-12-04T00:00"),
        ("nu på söndag", "2026-11-29T00:00", "2026-11-30T00:00"),
        ("kl 12.30", "2026-11-26T12:30", "2026-11-26T12:30"),
        ("halv tre", "2026-11-26T14:30", "2026-11-26T14:30"),
        ("kvart över tolv", "2026-11-26T12:15", "2026-11-26T12:15"),
        ("tjugo i ett", "2026-11-26T12:40", "2026-11-26T12:40"),
        ("fem över halv tre", "2026-11-26T14:35", "2026-11-26T14:35"),
        ("klockan 3", "2026-11-26T15:00", "2026-11-26T15:00"),
        ("klockan 9", "2026-11-27T09:00", "2026-11-27T09:00"),  # today's has been
        ("klockan 7 på kvällen", "2026-11-26T19:00", "2026-11-26T19:00"),
        ("efter jobbet", "2026-11-26T17:00", "2026-11-26T19:00"),
        ("under lunchen", "2026-11-26T12:00", "2026-11-26T13:00"),
        ("i natt", "2026-11-26T22:00", "2026-11-27T06:00"),
        ("i helgen", "2026-11-28T00:00", "2026-11-30T00:00"),
        ("på fredag eftermiddag", "2026-11-27T13:00", "2026-11-27T17:00"),
        ("fredagkväll", "2026-11-27T18:00", "2026-11-27T22:00"),
        ("den 6 juni", "2027-06-06T00:00", "2027-06-07T00:00"),
        ("24/12", "2026-12-24T00:00", "2026-12-25T00:00"),
        ("på julafton", "2026-12-24T00:00", "2026-12-25T00:00"),
        ("på annandag påsk", "2027-03-29T00:00", "2027-03-30T00:00"),
        ("på midsommarafton", "2027-06-25T00:00", "2027-06-26T00:00"),
        ("mellan jul och nyår", "2026-12-27T00:00", "2026-12-31T00:00"),
        ("över nyår", "2026-12-31T00:00", "2027-01-02T00:00"),
        ("om två timmar", "2026-11-26T12:20", "2026-11-26T12:20"),
        ("nästa vecka", "2026-11-30T00:00", "2026-12-07T00:00"),
        ("onsdag nästa vecka", "2026-12-02T00:00", "2026-12-03T00:00"),
        ("i december", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("från 9 till 11 på fredag", "2026-11-27T09:00", "2026-11-27T11:00"),
        ("efter fem", "2026-11-26T17:00", "2026-11-27T00:00"),
        ("i går", "2026-11-25T00:00", "2026-11-26T00:00"),
        ("för två dagar sedan", "2026-11-24T00:00", "2026-11-25T00:00"),
        ("on Christmas Eve at 10 am", "2026-12-24T10:00", "2026-12-24T10:00"),
        ("next Tuesday at half past two", "2026-12-01T14:30", "2026-12-01T14:30"),
        ("lordag", "2026-11-28T00:00", "2026-11-29T00:00"),  # without dots
    ],
)
def test_a_time_is_read(text, start, end):
    (time,) = asked(text)
    assert (time.start, time.end) == (local_instant(start, ZONE), local_instant(end, ZONE))


def test_two_days_are_two_times():
    assert [time.start.day for time in asked("på lördag eller måndag")] == [28, 30]


NO_TIMES = ["min son på 15", "jag är mån om henne", "han är 14 år", "ring 112", "den 30 februari"]


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_only_looks_like_a_time_is_none(text):
    assert asked(text) == []


def test_a_day_is_a_day_across_summer_time():
    (sunday,) = asked("på söndag", local_instant("2027-03-26T10:00", ZONE))
    hours = (sunday.end.astimezone(datetime.timezone.utc) - sunday.start.astimezone(datetime.timezone.utc)) / 3600
    assert (sunday.start.hour, sunday.end.hour, hours.total_seconds()) == (0, 0, 23)


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("och på lördag då?", True),
        ("klockan 3?", True),
        ("next Tuesday at 10", True),
        ("har ni öppet dan före dopparedan", True),
        ("när öppnar biblioteket på lördag", False),
        ("hur blir vädret i morgon", False),
        ("vad är klockan", False),
        ("öppet?", False),
    ],
)
def test_whether_a_message_is_about_a_time_alone(text, is_bare):
    assert TIMES.is_bare(text, TIMES.find(text)) is is_bare


# --- properties ------------------------------------------------------------------------------

PHRASES = sorted(
    {
        phrase
        for kind in TABLE
        if kind not in ("groups", "fillers", "around")
        for part in TABLE[kind].values()
        for phrase in part
    }
)
MOMENTS = st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2040, 1, 1))


@given(st.lists(st.sampled_from(PHRASES) | st.text(max_size=12), max_size=4), MOMENTS)
def test_any_words_are_read_and_answered(words, moment):
    now = local_instant(moment.isoformat(), ZONE)
    text = " ".join(words).replace("<", "").replace(">", "")
    for found in TIMES.find(text):
        assert 0 <= found.start < found.end <= len(text)
        assert Mention.from_text(found.mention.as_text()) == found.mention
    for time in asked(text, now):
        assert time.start <= time.end
        for language in ("sv", "en"):
            response, values = describe_at(HELPLINE, time, now, language)
            assert response.startswith("utter_time_")
            assert values["when"][0].isupper() or not values["when"][0].isalpha()


# --- in words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "swedish", "english"),
    [
        ("i morgon", "I morgon, fredag den 27 november,", "Tomorrow, Friday 27 November"),
        ("på lördag", "Lördag den 28 november", "On Saturday 28 November"),
        (
            "i dag kl 15",
            "I dag, torsdag den 26 november, klockan 15.00",
            "Today, Thursday 26 November, at 15:00",
        ),
        (
            "lördag förmiddag",
            "Lördag den 28 november mellan 9.00 och 12.00",
            "On Saturday 28 November between 9:00 and 12:00",
        ),
        (
            "i helgen",
            "Från lördag den 28 november till söndag den 29 november",
            "From Saturday 28 November to Sunday 29 November",
        ),
        ("den 6 juni", "Söndag den 6 juni 2027", "On Sunday 6 June 2027"),
    ],
)
def test_the_time_is_named(text, swedish, english):
    (time,) = asked(text)
    assert (when_in_words(time, THURSDAY, "sv"), when_in_words(time, THURSDAY, "en")) == (swedish, english)


@pytest.mark.parametrize(
    ("text", "response", "values"),
    [
        ("på fredag kl 10", "utter_time_open", {"time": "12.00"}),
        ("på fredag kl 12.30", "utter_time_closed", {"day": "fredag den 27 november", "time": "13.00"}),
        ("på fredag", "utter_time_hours", {"hours": "9.00–12.00 och 13.00–16.00"}),
        ("på fredag eftermiddag", "utter_time_hours", {"hours": "13.00–16.00"}),
        ("på lördag", "utter_time_closed", {"day": "måndag den 30 november", "time": "9.00"}),
        ("på julafton", "utter_time_closed", {"holiday": "julafton", "day": "måndag den 28 december"}),
        ("mellan jul och nyår", "utter_time_hours", {"hours": "måndag till onsdag 9.00–12.00 och 13.00–16.00"}),
        ("i går", "utter_time_past", {}),
    ],
)
def test_the_answer(text, response, values):
    (time,) = asked(text)
    said, filled = describe_at(HELPLINE, time, THURSDAY, "sv")
    assert said == response
    assert {name: filled[name] for name in values} == values


def test_an_exception_counts_and_is_told():
    from hjalpsam.content.facts import HoursException

    day = HoursException(date=datetime.date(2026, 11, 27), hours="10:00-11:00", reason="klämdag")
    helpline = HELPLINE.copy(update={"exceptions": [day]})
    (time,) = asked("på fredag")
    response, values = describe_at(helpline, time, THURSDAY, "sv")
    assert (response, values["hours"], values["exception"]) == ("utter_time_hours", "10.00–11.00", "klämdag")


def test_a_time_that_is_now_is_not_past():
    now = AskedTime(THURSDAY, THURSDAY, "minute")
    assert describe_at(HELPLINE, now, THURSDAY, "sv")[0] == "utter_time_open"


def test_around_the_clock_every_time_is_open():
    helpline = HELPLINE.copy(update={"hours": "24/7", "exceptions": []})
    for text in ("klockan 3 på natten", "på lördag", "i natt"):
        (time,) = asked(text)
        assert describe_at(helpline, time, THURSDAY, "sv")[0] in ("utter_time_open", "utter_time_hours")


def test_a_helpline_that_never_opens_is_closed_then_too():
    helpline = HELPLINE.copy(update={"hours": "off", "exceptions": []})
    (time,) = asked("på fredag kl 10")
    response, values = describe_at(helpline, time, THURSDAY, "sv")
    assert (response, set(values)) == ("utter_time_closed", {"when"})
