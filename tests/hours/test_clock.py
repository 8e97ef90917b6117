"""Local times become instants; the two nights of the year when the clock is moved included."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalpsam.hours.clock import local_instant, real_instant, system_clock

UTC = datetime.timezone.utc
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        pytest.param("2026-12-24T10:00", "2026-12-24T09:00", id="winter"),
        pytest.param("2026-06-19T10:00", "2026-06-19T08:00", id="summer"),
        pytest.param("2026-10-25T02:30", "2026-10-25T00:30", id="comes twice in October: the first"),
        pytest.param("2026-10-25T03:00", "2026-10-25T02:00", id="after the hour that comes twice"),
        pytest.param("2027-03-28T01:59", "2027-03-28T00:59", id="before the hour that is skipped"),
        pytest.param("2027-03-28T02:30", "2027-03-28T01:30", id="skipped in March: as if not moved yet"),
        pytest.param("2027-03-28T03:00", "2027-03-28T01:00", id="after the hour that is skipped"),
    ],
)
def test_local_time_is_this_instant(local, utc):
    instant = local_instant(local, STOCKHOLM)
    assert instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes") == utc


def test_skipped_time_reads_an_hour_later_on_the_clock():
    assert local_instant("2027-03-28T02:30", STOCKHOLM).isoformat() == "2027-03-28T03:30:00+02:00"


@pytest.mark.parametrize("text", ["i morgon", "", "2026-12-24T25:00", "2026-02-30T10:00", "2026-12-24T10:00+01:00"])
def test_what_is_no_local_time_is_refused(text):
    with pytest.raises(ValueError):
        local_instant(text, STOCKHOLM)


@given(st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2040, 12, 31), timezones=st.timezones()))
def test_same_instant_in_the_other_zone(moment):
    moved = real_instant(moment, STOCKHOLM)
    assert moved.tzinfo is STOCKHOLM
    assert moved.astimezone(UTC) == moment.astimezone(UTC)


def test_system_clock_tells_the_present_in_utc():
    before = datetime.datetime.now(UTC)
    assert before <= system_clock() <= datetime.datetime.now(UTC)
    assert system_clock().tzinfo is UTC
