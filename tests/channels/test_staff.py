"""The staff's channel: who may use it, and the clock they may set."""

import pytest

from hjalpsam.channels.staff import StaffInput
from tests.client import text_of
from tests.conftest import serving


async def test_without_a_token_in_the_environment_the_channel_is_off(agent, monkeypatch):
    monkeypatch.delenv("HJALPSAM_STAFF_TOKEN", raising=False)
    async with serving(agent, StaffInput(), {"Authorization": "Bearer "}) as client:
        for path in ("/session", "/webhook"):
            status, answer = await client.request("POST", path, {})
            assert status == 404
            assert "112" in answer["error"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", "a token", "bearer a token ", "Bearer å", "Bearer \udce5"]
)
async def test_the_wrong_token_is_refused(staff, header):
    status, answer = await staff.request("POST", "/session", {}, headers={"Authorization": header})
    assert status == 401
    assert "112" in answer["error"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-24T10:00", "julafton"),
        ("2026-11-23T10:00", "öppen nu"),
        ("2026-11-23T12:30", "i dag klockan 13.00"),
        ("2026-11-22T10:00", "i morgon, måndag, klockan 9.00"),
        ("2027-03-28T02:30", "tisdag den 30 mars klockan 9.00"),  # does not exist; Monday is annandag påsk
    ],
)
async def test_the_clock_stands_where_staff_set_it(staff, now, expected):
    assert expected in await staff.ask("är orostelefonen öppen nu?", metadata={"now": now})


async def test_the_clock_is_set_for_one_message_only(staff):
    sender, _ = await staff.open()
    await staff.say(sender, "är orostelefonen öppen nu?", metadata={"now": "2026-12-24T10:00"})
    assert "julafton" not in text_of(await staff.say(sender, "är orostelefonen öppen nu?"))


@pytest.mark.parametrize("now", ["jul", "2026-12-24T10:00+01:00", 5, ["2026-12-24"], "2026-13-01T10:00", "", "9" * 99])
async def test_an_odd_time_is_refused(staff, now):
    sender, _ = await staff.open()
    status, answer = await staff.request(
        "POST", "/webhook", {"sender": sender, "message": "hej", "metadata": {"now": now}}
    )
    assert status == 400
    assert "112" in answer["error"]


async def test_odd_metadata_is_refused(staff):
    status, _ = await staff.request("POST", "/session", {"metadata": "2026-12-24T10:00"})
    assert status == 400
