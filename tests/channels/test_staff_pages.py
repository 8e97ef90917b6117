"""What staff may do besides talking: log in, read suites, run them, review, look at counts."""

import asyncio
import contextlib
import csv
import datetime
import io
import json
import logging
import shutil
import stat

import pytest

from hjalpsam.channels import staff_cases, web
from hjalpsam.channels.staff import ATTEMPTS, StaffInput
from hjalpsam.channels.staff_overview import open_hours
from hjalpsam.channels.web import WebInput
from hjalpsam.content.facts import parse_facts
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.conversation.retention import forget_reviewed
from hjalpsam.paths import STATE_FOLDER
from hjalpsam.storage.access import hashed
from hjalpsam.storage.models import Models
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.review import shared_inbox
from hjalpsam.storage.statistics import shared_statistics
from tests.client import ChatClient
from tests.conftest import serving

PASSWORD = "korrekt häst batteri"
TOKEN = {"Authorization": "Bearer ett skript"}


@pytest.fixture
async def doors(agent, monkeypatch):
    """Both channels beside each other, as they are live: staff's with a password and a token."""
    monkeypatch.setenv("HJALPSAM_STAFF_PASSWORD_HASH", hashed(PASSWORD))
    monkeypatch.setenv("HJALPSAM_STAFF_TOKEN", "ett skript")
    monkeypatch.setattr(web, "COUNT_AFTER", 0)
    unlimited = {"messages_per_minute": 0, "sessions_per_minute": 0}
    served = serving(agent, StaffInput(**unlimited), beside=[WebInput(**unlimited)])
    async with served as staff, ChatClient(staff.address) as residents:
        yield staff, residents


async def log_in(staff, password=PASSWORD, name="Kim"):
    return await staff.request("POST", "/login", {"password": password, "name": name})


# --- access --------------------------------------------------------------------------------------


async def test_the_password_opens_and_what_it_gives_can_be_renewed(doors):
    staff, _ = doors
    status, answer = await log_in(staff)
    assert status == 200
    bearer = {"Authorization": f"Bearer {answer['bearer']}"}
    assert (await staff.request("GET", "/about", headers=bearer))[0] == 200
    status, renewed = await staff.request("POST", "/login", {}, headers=bearer)
    assert status == 200
    assert (await staff.request("GET", "/about", headers={"Authorization": f"Bearer {renewed['bearer']}"}))[0] == 200


async def test_guessing_is_slowed(doors):
    staff, _ = doors
    answers = [await log_in(staff, "fel lösenord") for _ in range(ATTEMPTS + 1)]
    assert [status for status, _ in answers] == [401] * ATTEMPTS + [429]
    assert all("112" in answer["error"] for _, answer in answers)
    assert (await log_in(staff))[0] == 429, "the right one, too, has to wait"


async def test_the_token_is_not_exchanged_for_a_bearer(doors):
    assert (await doors[0].request("POST", "/login", {}, headers=TOKEN))[0] == 401


@pytest.mark.parametrize("body", [{}, {"password": 5}, {"password": ["x"]}, {"password": "x", "name": 5}])
async def test_odd_logins(doors, body):
    assert (await doors[0].request("POST", "/login", body))[0] == 400


OWN = [
    ("GET", "/about"),
    ("GET", "/helpline"),
    ("POST", "/turns"),
    ("POST", "/back"),
    ("POST", "/case"),
    ("POST", "/cases"),
    ("POST", "/run"),
    ("GET", "/models"),
    ("GET", "/review"),
    ("POST", "/review"),
    ("DELETE", "/review"),
    ("GET", "/review/proposals"),
    ("GET", "/statistics"),
    ("GET", "/statistics.csv"),
    ("POST", "/session"),
    ("POST", "/webhook"),
    ("DELETE", "/session"),
]


@pytest.mark.parametrize(("method", "path"), OWN)
async def test_nothing_is_there_for_those_who_are_not_in(doors, method, path):
    staff, residents = doors
    assert (await staff.request(method, path, {}))[0] == 401
    if path not in ("/helpline", "/session", "/webhook"):
        assert (await residents.request(method, path, {}, headers=TOKEN))[0] in (404, 405), (
            "nor by way of the residents"
        )


@pytest.mark.parametrize(("method", "path"), [*OWN, ("POST", "/login")])
async def test_all_of_it_is_off_without_password_and_token(agent, monkeypatch, caplog, method, path):
    for name in ("TOKEN", "PASSWORD_HASH", "PASSWORD_FILE"):
        monkeypatch.delenv(f"HJALPSAM_STAFF_{name}", raising=False)
    async with serving(agent, StaffInput(), beside=[WebInput()]) as staff:
        assert "make password" in caplog.text
        assert (await staff.request(method, path, {"password": ""}))[0] == 404
        async with staff._http.get(staff.address + "/staff/") as response:
            assert response.status == 404


async def test_who_did_what_is_logged_and_never_what_was_written(doors, caplog):
    staff, _ = doors
    with caplog.at_level(logging.INFO):
        _, answer = await log_in(staff)
        staff._headers = {"Authorization": f"Bearer {answer['bearer']}"}
        bearer = {"headers": staff._headers}
        sender = (await staff.request("POST", "/session", {}, **bearer))[1]["sender"]
        await staff.request("POST", "/webhook", {"sender": sender, "message": "hemligheten"}, **bearer)
        await log_in(staff, "ett hemligt försök")
    assert "Kim loggade in" in caplog.text
    assert "Kim, POST /webhooks/staff/webhook" in caplog.text
    assert "fel lösenord från 127.0.0.1" in caplog.text
    assert "hemlig" not in caplog.text
    assert answer["bearer"] not in caplog.text


async def test_what_staff_try_is_not_counted_nor_kept(doors, reviewing):
    staff, _ = doors
    today = datetime.date.today()
    before = shared_statistics().totals(today - datetime.timedelta(days=1), today)
    sender = (await staff.request("POST", "/session", {}, headers=TOKEN))[1]["sender"]
    await staff.request("POST", "/webhook", {"sender": sender, "message": "hur blir man pedagog"}, headers=TOKEN)
    await written()
    assert shared_statistics().totals(today - datetime.timedelta(days=1), today) == before
    assert shared_inbox().items() == []


async def written():
    """What is written a moment after a turn has been written."""
    await asyncio.sleep(0.3)


async def test_the_page_is_there_and_may_run_only_its_own_scripts(doors):
    staff, _ = doors
    async with staff._http.get(staff.address + "/staff/") as response:
        page = await response.text()
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert "HjälpSam för personal" in page
        assert not set("{}") & set(page)
    for path, kind in (("staff.js", "text/javascript"), ("staff.css", "text/css")):
        async with staff._http.get(f"{staff.address}/staff/{path}") as response:
            assert response.content_type == kind
    async with staff._http.get(staff.address + "/staff", allow_redirects=False) as response:
        assert response.headers["Location"] == "/staff/"
    async with staff._http.get(staff.address + "/staff/../facts.yml") as response:
        assert response.status == 404


# --- the clock -------------------------------------------------------------------------------------


async def test_the_header_too_stands_at_the_pretended_time(doors):
    staff, residents = doors
    _, there = await staff.request("GET", "/helpline?now=2026-12-24T10:00", headers=TOKEN)
    assert (there["open"], there["changes_at"]) == (False, "2026-12-28T09:00:00+01:00")
    assert there["now"] == "2026-12-24T10:00:00+01:00"
    assert (await staff.request("GET", "/helpline?now=jul", headers=TOKEN))[0] == 400
    _, here = await residents.request("GET", "/helpline?now=2026-12-24T10:00")
    assert not here["now"].startswith("2026-12-24"), "not for residents"


# --- test cases ------------------------------------------------------------------------------------

SUITE = """
- name: Hälsning
  turns:
    - says: hej
      must: [Hej]
- name: Fel
  turns:
    - says: vad är cks?
      must: [fika]
"""


async def test_a_conversation_is_saved_as_case_and_story(doors):
    staff, _ = doors
    sender = (await staff.request("POST", "/session", {}, headers=TOKEN))[1]["sender"]
    await staff.request("POST", "/webhook", {"sender": sender, "message": "vad är cks?"}, headers=TOKEN)
    status, saved = await staff.request("POST", "/case", {"sender": sender, "name": "CKS"}, headers=TOKEN)
    assert status == 200
    assert saved["case"]["turns"][0]["intent"] == "ask_cks"
    assert saved["yaml"].startswith("- name: CKS\n")
    assert "utter_ask_cks" in saved["story"]
    for name in ("", " ", None, "x" * 201):
        assert (await staff.request("POST", "/case", {"sender": sender, "name": name}, headers=TOKEN))[0] == 400


async def test_a_suite_is_read_or_its_fault_named(doors):
    staff, _ = doors
    _, found = await staff.request("POST", "/cases", {"yaml": SUITE}, headers=TOKEN)
    assert [entry["case"]["name"] for entry in found] == ["Hälsning", "Fel"]
    status, answer = await staff.request("POST", "/cases", {"yaml": "- name: [", "more": 1}, headers=TOKEN)
    assert status == 400
    assert "rad 2" in answer["problem"]
    assert "112" in answer["error"]
    many = json.dumps([{"name": str(number), "turns": [{"says": "hej"}]} for number in range(501)])
    assert "högst 500" in (await staff.request("POST", "/cases", {"yaml": many}, headers=TOKEN))[1]["problem"]


async def run_lines(staff, body):
    async with staff._http.post(f"{staff.base}/run", json=body, headers=TOKEN) as response:
        assert response.status == 200, await response.text()
        return [json.loads(line) for line in (await response.text()).splitlines()]


async def test_a_suite_is_run_on_the_live_model_case_by_case(doors):
    one, other = await run_lines(doors[0], {"yaml": SUITE})
    assert (one["name"], one["passed"]) == ("Hälsning", True)
    assert (other["passed"], other["turns"][0]["faults"]) == (False, ["saknas: «fika»"])


async def test_a_model_that_cannot_be_read_is_told_and_residents_go_on(doors, model, tmp_path, monkeypatch):
    """Another model is read in a process of its own; that one can be is seen in tests/web/test_staff.py."""
    staff, residents = doors
    monkeypatch.setattr(staff_cases, "installed", Models(tmp_path))
    shutil.copy(model, tmp_path / model.name)
    (tmp_path / "broken.tar.gz").write_bytes(b"no model")
    _, models = await staff.request("GET", "/models", headers=TOKEN)
    assert {entry["name"]: entry["live"] for entry in models} == {model.name: True, "broken.tar.gz": False}
    running = asyncio.create_task(run_lines(staff, {"yaml": SUITE, "model": "broken.tar.gz"}))
    assert "CKS" in await residents.ask("vad är cks?")
    [told] = await running
    assert told["problem"].startswith("Den andra modellen gick inte att läsa in.")


@pytest.mark.parametrize("name", ["no.tar.gz", "../models/x.tar.gz", "/etc/passwd", ["x"], 5])
async def test_only_models_that_are_listed_can_be_run(doors, name):
    assert (await doors[0].request("POST", "/run", {"yaml": SUITE, "model": name}, headers=TOKEN))[0] == 400


async def test_one_suite_runs_at_a_time(doors):
    staff, _ = doors
    async with staff._http.post(f"{staff.base}/run", json={"yaml": SUITE * 20}, headers=TOKEN) as response:
        status, answer = await staff.request("POST", "/run", {"yaml": SUITE}, headers=TOKEN)
        assert (status, "redan" in answer["problem"]) == (429, True)
        assert len((await response.text()).splitlines()) == 40
    assert len(await run_lines(staff, {"yaml": SUITE})) == 2, "and then the next"


async def test_who_leaves_before_the_suite_has_run_keeps_nobody_waiting(doors):
    staff, _ = doors
    for wait in (0.001, 0.1):
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(run_lines(staff, {"yaml": SUITE * 20}), wait)
    while (await staff.request("POST", "/run", {"yaml": "[]"}, headers=TOKEN))[0] == 429:
        await asyncio.sleep(0.1)
    assert len(await run_lines(staff, {"yaml": SUITE})) == 2


async def test_without_a_model_the_page_is_there_all_the_same(doors, monkeypatch):
    staff, _ = doors
    monkeypatch.setattr(staff.app.ctx.agent, "processor", None)
    assert (await staff.request("GET", "/about", headers=TOKEN))[0] == 200
    _, models = await staff.request("GET", "/models", headers=TOKEN)
    assert not any(entry["live"] for entry in models)


async def test_residents_are_answered_while_a_suite_runs(doors):
    staff, residents = doors
    async with staff._http.post(f"{staff.base}/run", json={"yaml": SUITE}, headers=TOKEN) as response:
        assert "CKS" in await residents.ask("vad är cks?")
        assert len((await response.text()).splitlines()) == 2


# --- review ----------------------------------------------------------------------------------------


@pytest.fixture
def reviewing(monkeypatch):
    """As in a city that has switched review on."""
    facts = facts_file()
    switched_on = parse_facts({**read_yaml(facts.path), "review_days": 14}, facts.path)
    monkeypatch.setattr(facts, "_facts", switched_on)
    yield
    shared_inbox().forget()


ODD = "ungdomar"  # is not understood


async def test_review_is_off_until_it_is_switched_on(doors):
    staff, residents = doors
    await residents.ask(ODD)
    await written()
    assert shared_inbox().items() == []
    assert (await staff.request("GET", "/review", headers=TOKEN))[0] == 404
    assert (await staff.request("GET", "/about", headers=TOKEN))[1]["review_days"] is None


async def test_what_was_not_understood_comes_masked_into_the_inbox_and_is_judged(doors, reviewing):
    staff, residents = doors
    sender, _ = await residents.open()
    await residents.say(sender, "ungdomar 070-123 45 67")
    await residents.say(sender, "vad är CKS?")
    await written()
    status, review = await staff.request("GET", "/review", headers=TOKEN)
    assert (status, review["days"]) == (200, 14)
    [[kept]] = review["groups"]
    assert kept["text"] == "ungdomar [telefonnummer]"
    judged = {"ids": [kept["id"]], "verdict": "wrong", "intent": "ask_staff_training"}
    assert (await staff.request("POST", "/review", judged, headers=TOKEN))[0] == 204
    async with staff._http.get(f"{staff.base}/review/proposals", headers=TOKEN) as response:
        assert "- intent: ask_staff_training" in await response.text()
    review = (await staff.request("GET", "/review", headers=TOKEN))[1]
    assert [(look["who"], look["what"]) for look in review["looks"]][:2] == [("skript", "fetched"), ("skript", "read")]


async def test_a_thumb_down_brings_the_question_there(doors, reviewing):
    staff, residents = doors
    sender, _ = await residents.open()
    shown = await residents.say(sender, "vad är CKS?")
    await residents.request("POST", "/feedback", {"sender": sender, "message_id": shown[-1]["id"], "value": "down"})
    await written()
    assert [(kept["text"], kept["reason"]) for kept in shared_inbox().items()] == [("vad är CKS?", "down")]


async def test_who_erases_a_conversation_erases_it_there_too(doors, reviewing):
    _, residents = doors
    sender, _ = await residents.open()
    await residents.say(sender, ODD)
    await written()
    assert len(shared_inbox().items()) == 1
    await residents.request("DELETE", "/session", {"sender": sender})
    await written()
    assert shared_inbox().items() == []


async def test_what_is_erased_while_it_is_answered_is_not_kept(doors, reviewing):
    _, residents = doors
    sender, _ = await residents.open()
    say = asyncio.create_task(residents.request("POST", "/webhook", {"sender": sender, "message": ODD}))
    await asyncio.sleep(0.005)
    await residents.request("DELETE", "/session", {"sender": sender})
    await say
    await written()
    assert shared_inbox().items() == []


async def test_a_database_that_fails_keeps_nobody_from_erasing(doors, monkeypatch, caplog):
    staff, residents = doors
    sender, _ = await residents.open()
    await residents.say(sender, ODD)
    await written()
    monkeypatch.setattr(web, "shared_inbox", lambda: 1 / 0)
    assert (await residents.request("DELETE", "/session", {"sender": sender}))[0] == 204
    assert await staff.app.ctx.agent.tracker_store.retrieve(sender) is None
    await written()
    assert "kunde inte skrivas: ZeroDivisionError" in caplog.text


def test_the_counts_and_what_is_reviewed_are_their_owners_alone():
    shared_inbox()
    assert stat.S_IMODE((STATE_FOLDER / "counts.db").stat().st_mode) == 0o600


async def test_after_its_days_it_is_gone_and_at_once_when_review_is_switched_off(doors, reviewing, monkeypatch):
    _, residents = doors
    await residents.ask(ODD)
    await written()
    now = datetime.datetime.now(datetime.timezone.utc)
    assert forget_reviewed(lambda: now + datetime.timedelta(days=13)) == 0
    assert forget_reviewed(lambda: now + datetime.timedelta(days=14)) == 1
    await residents.ask(ODD)
    await written()
    monkeypatch.setattr(facts_file(), "_facts", parse_facts(read_yaml(facts_file().path), facts_file().path))
    assert forget_reviewed(lambda: now) == 1


async def test_all_is_deleted_on_demand(doors, reviewing):
    staff, residents = doors
    await residents.ask(ODD)
    await written()
    assert (await staff.request("DELETE", "/review", headers=TOKEN))[0] == 204
    assert shared_inbox().items() == []
    assert shared_inbox().looks()[0]["what"] == "deleted"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": 1, "verdict": "right"},
        {"ids": ["1"], "verdict": "right"},
        {"ids": [True], "verdict": "right"},
        {"ids": [2**70], "verdict": "right"},
        {"ids": [1], "verdict": "no"},
        {"ids": [1], "verdict": "wrong"},
        {"ids": [1], "verdict": "wrong", "intent": "no"},
        {"ids": [1], "verdict": "right", "intent": "greet"},
    ],
)
async def test_odd_verdicts(doors, reviewing, body):
    assert (await doors[0].request("POST", "/review", body, headers=TOKEN))[0] == 400


async def test_the_bot_says_that_messages_may_be_read_exactly_while_that_is_so(residents, monkeypatch):
    told = "får personal på Borås Stad läsa i högst 14 dagar"
    assert told not in await residents.ask("sparas det jag skriver?")
    facts = facts_file()
    monkeypatch.setattr(facts, "_facts", parse_facts({**read_yaml(facts.path), "review_days": 14}, facts.path))
    answer = await residents.ask("sparas det jag skriver?")
    assert told in answer
    assert "ingen läser med" in answer.lower()
    shared_inbox().forget()


# --- counts ----------------------------------------------------------------------------------------


async def test_counts_by_day_and_hour_beside_the_opening_hours(doors):
    staff, residents = doors
    await residents.ask("vad är cks?")
    await written()
    _, counts = await staff.request("GET", "/statistics?days=2", headers=TOKEN)
    today = counts["by_day"][counts["last"]]
    assert today["conversations"] >= 1
    assert today["understood"] >= 1
    assert counts["totals"]["intent"]["ask_cks"] >= 1
    assert counts["open_hours"] == [9, 10, 11, 13, 14, 15]
    _, same = await staff.request("GET", f"/statistics?first={counts['first']}&last={counts['last']}", headers=TOKEN)
    assert same["totals"] == counts["totals"]


async def test_counts_as_a_table(doors):
    staff, residents = doors
    await residents.ask("vad är cks?")
    await written()
    async with staff._http.get(f"{staff.base}/statistics.csv?days=2", headers=TOKEN) as response:
        assert "attachment" in response.headers["Content-Disposition"]
        text = (await response.read()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert any(row["vad"] == "intent" and row["namn"] == "ask_cks" and int(row["antal"]) >= 1 for row in rows)


@pytest.mark.parametrize(
    "query",
    [
        "days=0",
        "days=x",
        "days=99999",
        "first=2026-01-01",
        "first=2026-02-30&last=2026-03-01",
        "first=2026-03-02&last=2026-03-01",
        "first=0001-01-01&last=9999-12-31",
    ],
)
async def test_odd_periods(doors, query):
    for path in ("/statistics", "/statistics.csv"):
        assert (await doors[0].request("GET", f"{path}?{query}", headers=TOKEN))[0] == 400


def test_hours_of_a_helpline_that_never_sleeps():
    always = facts_file().current().helpline.copy(update={"hours": "24/7"})
    assert open_hours(always, datetime.date(2026, 11, 26)) == list(range(24))
