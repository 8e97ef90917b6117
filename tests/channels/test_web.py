"""The residents' channel: the interface that is fixed, and what happens when something is wrong."""

import asyncio
import json
import logging

import pytest
from rasa.shared.exceptions import RasaException

from hjalpsam.channels.staff import StaffInput
from hjalpsam.channels.web import WebInput
from hjalpsam.conversation.self_test import SelfTest
from tests.client import text_of
from tests.conftest import serving

NUMBER, EMERGENCY = "020-100 200", "112"


def gives_help(answer):
    """What every error and every reply in trouble has."""
    text = answer["error"] if isinstance(answer, dict) else text_of(answer)
    return NUMBER in text and EMERGENCY in text


# --- a conversation --------------------------------------------------------------------------


async def test_opening_gives_a_sender_and_a_greeting(residents):
    sender, messages = await residents.open()
    assert len(sender) > 40
    assert "chattbot" in messages[0]["text"]
    assert "ingen människa" in messages[0]["text"]
    assert messages[0]["buttons"]


async def test_a_message_has_rasas_rest_shape_an_id_and_a_language(residents):
    sender, _ = await residents.open()
    messages = await residents.say(sender, "vad är cks?")
    assert [message["recipient_id"] for message in messages] == [sender] * len(messages)
    assert len({message["id"] for message in messages}) == len(messages)
    assert {message["lang"] for message in messages} == {"sv"}
    for button in messages[-1]["buttons"]:
        assert button.keys() == {"title", "payload"}


async def test_two_conversations_do_not_know_of_each_other(residents):
    (one, _), (other, _) = await residents.open(), await residents.open()
    await residents.say(one, "jag är så orolig för min son")
    assert "fråga, lyssna" in text_of(await residents.say(one, "ja tack"))
    assert "fråga, lyssna" not in text_of(await residents.say(other, "ja tack"))


async def test_any_content_type_is_read_as_json(residents):
    """text/plain spares a browser on another site the preflight request."""
    status, answer = await residents.request("POST", "/session", data=b"{}", headers={"Content-Type": "text/plain"})
    assert status == 201
    assert answer["messages"]


# --- commands and buttons --------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "  /restart",
        "/report_emergency",
        "//ask_cks",
        "\u200b/ask_bra",
        "/\u200d/restart",
        "/ \u200d /restart",
    ]
    + ["/", "/\u200d/@ min hemliga fråga", '/ask_milieu{"milieu": "left"}'],
)
async def test_a_typed_command_is_only_text(residents, agent, typed, caplog):
    sender, _ = await residents.open()
    await residents.say(sender, typed)
    latest = (await agent.tracker_store.retrieve(sender)).latest_message
    assert not latest.text.startswith("/")
    assert "intent_ranking" in latest.parse_data, "the classifier decided, not the command"
    assert len(latest.parse_data["intent_ranking"]) > 1
    assert "hemliga" not in caplog.text


async def test_a_button_that_was_shown_works_at_any_later_time(residents):
    sender, messages = await residents.open()
    payloads = {button["title"]: button["payload"] for button in messages[0]["buttons"]}
    await residents.say(sender, "hej")
    assert "Jag kan berätta om" in text_of(await residents.say(sender, payloads["Vad kan du hjälpa till med?"]))


async def test_a_button_with_an_entity_works(residents):
    sender, _ = await residents.open()
    messages = await residents.say(sender, "vilka miljöer finns det?")
    right = next(button for button in messages[-1]["buttons"] if button["title"] == "Högerextremism")
    assert "den högerextrema" in text_of(await residents.say(sender, right["payload"]))


async def test_a_payload_that_was_not_shown_is_only_text(residents, agent):
    sender, _ = await residents.open()
    await residents.say(sender, "/ask_bra")
    tracker = await agent.tracker_store.retrieve(sender)
    assert tracker.latest_message.text == "ask_bra"


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "status"),
    [("", 400), ("   \n\t ", 400), ("\u200b\u200d\ufeff", 400), (None, 400), (7, 400), (["hej"], 400), ({}, 400)]
    + [("x" * 1_001, 413), ("x" * 100_000, 413), ("å" * 1_000, 200), ("🙂", 200), ("?", 200), ("\ud800 hej", 200)],
)
async def test_odd_messages(residents, message, status):
    sender, _ = await residents.open()
    got, answer = await residents.request("POST", "/webhook", {"sender": sender, "message": message})
    assert got == status
    assert gives_help(answer) if status != 200 else answer[0]["text"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"hej"', b"null", b"\xff\xfe", b"[" * 50_000, b"{" + b" " * 70_000])
async def test_odd_bodies(residents, body):
    status, answer = await residents.request("POST", "/webhook", data=body)
    assert status in (400, 413)
    assert gives_help(answer)


@pytest.mark.parametrize("sender", [None, "", "default", "x" * 10_000, 5, ["a"], "abc.def.ghi", "å.ä.ö", "\ud800"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("POST", "/feedback"), ("DELETE", "/session")])
async def test_an_unknown_sender_is_refused(residents, method, path, sender):
    status, answer = await residents.request(method, path, {"sender": sender, "message": "hej", "value": "up"})
    assert status == 401
    assert gives_help(answer)


async def test_a_sender_of_the_staffs_channel_is_unknown_here(residents, staff):
    sender, _ = await staff.open()
    status, _ = await residents.request("POST", "/webhook", {"sender": sender, "message": "hej"})
    assert status == 401


@pytest.mark.parametrize(("method", "path"), [("GET", "/webhook"), ("GET", "/nothing"), ("PUT", "/session")])
async def test_wrong_addresses_and_methods_get_json_too(residents, method, path):
    status, answer = await residents.request(method, path)
    assert status in (404, 405)
    assert gives_help(answer)


async def test_too_many_messages_and_sessions(agent):
    async with serving(agent, WebInput(messages_per_minute=2, sessions_per_minute=2)) as client:
        sender, _ = await client.open()
        other, _ = await client.open()
        status, answer = await client.request("POST", "/session", {})
        assert status == 429
        assert gives_help(answer)
        for expected in (200, 200, 429):
            status, answer = await client.request("POST", "/webhook", {"sender": sender, "message": "hej"})
            assert status == expected
        assert gives_help(answer)
        assert await client.say(other, "hej"), "one who writes a lot does not silence the others"


async def test_behind_a_proxy_each_resident_has_an_address_of_their_own(agent, monkeypatch):
    async with serving(agent, WebInput(sessions_per_minute=1, proxies=1), beside=[StaffInput()]) as client:
        for address, expected in [("192.0.2.1", 201), ("192.0.2.2", 201), ("192.0.2.1", 429)]:
            status, _ = await client.request("POST", "/session", {}, headers={"X-Forwarded-For": address})
            assert status == expected


async def test_too_many_messages_from_one_address_in_many_conversations(agent):
    async with serving(agent, WebInput(address_messages_per_minute=3, proxies=1)) as client:

        async def say(sender, address):
            body = {"sender": sender, "message": "hej"}
            return await client.request("POST", "/webhook", body, headers={"X-Forwarded-For": address})

        senders = [(await client.open())[0] for _ in range(5)]
        for sender, expected in zip(senders, (200, 200, 200, 429, 429), strict=True):
            status, answer = await say(sender, "2001:db8:0:1::1")
            assert status == expected
        assert gives_help(answer)
        assert (await say(senders[4], "2001:db8:0:1:ffff::2"))[0] == 429, "one network is one subscriber's"
        assert (await say(senders[4], "2001:db8:0:2::1"))[0] == 200
        assert (await say(senders[4], "192.0.2.1"))[0] == 200


async def test_who_sends_much_waits_for_themselves(agent):
    """Others wait for a few of those messages, not for all that came before theirs."""
    async with serving(agent, WebInput(sessions_per_minute=0, proxies=1)) as client:
        senders = [(await client.open())[0] for _ in range(31)]
        answered = []

        async def say(number, address):
            body = {"sender": senders[number], "message": f"{'[({😀' * 200} {number}"}
            status, _ = await client.request("POST", "/webhook", body, headers={"X-Forwarded-For": address})
            answered.append((number, status))

        crowd = [asyncio.create_task(say(number, "192.0.2.1")) for number in range(30)]
        while not answered:
            await asyncio.sleep(0.01)
        before = len(answered)
        await say(30, "192.0.2.2")
        waited_for = answered.index((30, 200)) - before
        await asyncio.gather(*crowd)
        assert waited_for <= 6
        assert {status for _, status in answered} == {200}


async def test_a_proxy_that_nobody_told_of_is_told_once(agent, caplog):
    async with serving(agent, WebInput()) as client:
        await client.open()
        assert "proxy" not in caplog.text
        for _ in range(3):
            await client.request("POST", "/session", {}, headers={"X-Forwarded-For": "192.0.2.77"})
    assert caplog.text.count("HJALPSAM_PROXIES=1") == 1
    assert "192.0.2.77" not in caplog.text


async def test_a_proxy_may_be_told_of_in_the_environment(agent, monkeypatch, caplog):
    monkeypatch.setenv("HJALPSAM_PROXIES", "1")
    async with serving(agent, WebInput.from_credentials({"sessions_per_minute": 1, "proxies": 0})) as client:
        for address, expected in [("192.0.2.1", 201), ("192.0.2.2", 201), ("192.0.2.1", 429)]:
            status, _ = await client.request("POST", "/session", {}, headers={"X-Forwarded-For": address})
            assert status == expected
    assert "HJALPSAM_PROXIES" not in caplog.text


@pytest.mark.parametrize("options", [{"messages_per_minute": "30"}, {"proxies": True}, {"idle_minutes": -1}, {"x": 1}])
def test_wrong_options_are_named(options):
    with pytest.raises(RasaException, match=f"credentials.yml: web: .*{next(iter(options))}"):
        WebInput.from_credentials(options)


async def test_a_conversation_has_an_end(residents, monkeypatch):
    monkeypatch.setattr("hjalpsam.channels.chat.MAX_TURNS", 2)
    sender, _ = await residents.open()
    for expected in (200, 200, 401, 401):
        status, answer = await residents.request("POST", "/webhook", {"sender": sender, "message": "hej"})
        assert status == expected
    assert gives_help(answer)


async def test_now_is_ignored_for_residents(residents, agent):
    sender, _ = await residents.open(metadata={"now": "2026-12-24T10:00"})
    await residents.say(sender, "är telefonen öppen?", metadata={"now": "2026-12-24T10:00"})
    tracker = await agent.tracker_store.retrieve(sender)
    assert "now" not in tracker.latest_message.metadata


# --- privacy ---------------------------------------------------------------------------------


async def test_numbers_are_masked_before_the_tracker(residents, agent):
    sender, _ = await residents.open()
    await residents.say(sender, "mejla anna@exempel.se, hon är 19121212-1212, ring 070-123 45 67 eller 020-100 200")
    stored = json.dumps((await agent.tracker_store.retrieve(sender)).current_state(), ensure_ascii=False, default=str)
    for secret in ("anna@exempel.se", "1212-1212", "123 45 67"):
        assert secret not in stored
    text = (await agent.tracker_store.retrieve(sender)).latest_message.text
    assert text.count("[") == 3
    assert NUMBER in text


async def test_a_deleted_conversation_is_gone(residents, agent):
    sender, _ = await residents.open()
    await residents.say(sender, "min bror hotar folk")
    status, _ = await residents.request("DELETE", "/session", {"sender": sender})
    assert status == 204
    assert await agent.tracker_store.retrieve(sender) is None
    status, answer = await residents.request("POST", "/webhook", {"sender": sender, "message": "hej"})
    assert status == 401
    assert gives_help(answer)


async def test_a_conversation_deleted_while_it_is_answered_does_not_come_back(residents, agent, monkeypatch):
    answer = agent.handle_message

    async def slowly(message):
        await asyncio.sleep(0.2)
        return await answer(message)

    sender, _ = await residents.open()
    monkeypatch.setattr(agent, "handle_message", slowly)
    turn = asyncio.create_task(residents.request("POST", "/webhook", {"sender": sender, "message": "hemligt"}))
    await asyncio.sleep(0.05)
    await residents.request("DELETE", "/session", {"sender": sender})
    await turn
    assert await agent.tracker_store.retrieve(sender) is None


# --- feedback --------------------------------------------------------------------------------


async def test_the_reason_for_feedback_is_not_logged(residents, caplog):
    """What is counted of it: tests/storage/test_statistics.py."""
    sender, messages = await residents.open()
    body = {"sender": sender, "message_id": messages[0]["id"], "value": "down", "reason": "mitt hemliga skäl"}
    with caplog.at_level(logging.DEBUG):
        assert await residents.request("POST", "/feedback", body) == (204, None)
    assert "hemliga" not in caplog.text


@pytest.mark.parametrize("change", [{"value": "sideways"}, {"value": None}, {"message_id": "x"}, {"message_id": None}])
async def test_odd_feedback_is_refused(residents, change):
    sender, messages = await residents.open()
    body = {"sender": sender, "message_id": messages[0]["id"], "value": "up", **change}
    status, answer = await residents.request("POST", "/feedback", body)
    assert status == 400
    assert gives_help(answer)


# --- the helpline and health -----------------------------------------------------------------


async def test_the_helplines_status_for_the_page(residents):
    status, helpline = await residents.request("GET", "/helpline")
    assert status == 200
    assert helpline["number"] == NUMBER
    assert helpline["emergency"] == EMERGENCY
    assert helpline["open"] in (True, False)
    assert helpline["state"] == ("open" if helpline["open"] else "closed")
    assert helpline["changes_at"]
    assert "boras.se" in helpline["text"]
    assert "2022" in helpline["text"]
    assert helpline["bot"] == "HjälpSam"
    assert helpline["city"] == "Borås Stad"


async def test_the_helplines_number_survives_hours_that_cannot_be_computed(residents, monkeypatch):
    monkeypatch.setattr("hjalpsam.channels.helpline_now.helpline_status", lambda *_: 1 / 0)
    status, helpline = await residents.request("GET", "/helpline")
    assert status == 200
    assert helpline["open"] is None
    assert NUMBER in helpline["text"]
    assert "måndag till fredag 9.00–12.00" in helpline["text"]


async def test_the_number_survives_when_even_the_regular_hours_cannot_be_written_out(residents, monkeypatch):
    monkeypatch.setattr("hjalpsam.hours.helpline.regular_hours", lambda *_: 1 / 0)
    assert NUMBER in await residents.ask("är orostelefonen öppen nu?")
    assert NUMBER in (await residents.request("GET", "/helpline"))[1]["text"]
    assert gives_help((await residents.request("GET", "/nothing"))[1])


async def test_healthy(residents, agent, monkeypatch):
    monkeypatch.setattr(agent, "action_endpoint", None)
    status, answer = await residents.request("GET", "/health")
    assert (status, answer["status"], answer["problems"]) == (200, "ok", {})
    assert answer["model"] == agent.processor.model_filename


async def no_answer(*_):
    pass


async def crash(*_):
    raise RuntimeError("what was typed")


async def understands_nothing(message, *_, **__):
    return {"text": message.text, "intent": {"name": "nlu_fallback", "confidence": 1.0}, "entities": []}


@pytest.mark.parametrize(
    ("part", "broken"),
    [("handle_message", no_answer), ("handle_message", crash), ("processor.parse_message", understands_nothing)],
)
async def test_a_model_that_holds_no_conversation_is_not_healthy(residents, agent, monkeypatch, caplog, part, broken):
    owner = agent.processor if "." in part else agent
    monkeypatch.setattr(residents.channel, "_self_test", SelfTest())
    monkeypatch.setattr(owner, part.rpartition(".")[2], broken)
    status, health = await residents.request("GET", "/health")
    assert status == 503
    assert "hjalpsam rollback" in health["problems"]["model"]
    assert "hej" in caplog.text, "what it could not do"
    assert "what was typed" not in caplog.text


async def test_a_model_is_tried_once_and_again_only_after_it_has_failed(agent, monkeypatch):
    tried = []

    async def tries(agent):
        tried.append(agent.model_id)
        await asyncio.sleep(0.05)
        return len(tried) > 1

    monkeypatch.setattr("hjalpsam.conversation.self_test.holds_a_conversation", tries)
    test = SelfTest()
    impatient = asyncio.ensure_future(test.passes(agent))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await asyncio.gather(*(test.passes(agent) for _ in range(5))) == [False] * 5
    assert len(tried) == 1, "however many ask, and though the first did not wait"
    assert not await test.passes(agent), "not at once"
    monkeypatch.setattr("hjalpsam.conversation.self_test.TRY_AGAIN_AFTER", 0)
    assert await test.passes(agent)
    assert await test.passes(agent)
    assert len(tried) == 2


async def test_health_leaves_no_conversation_behind_and_counts_nothing(residents, agent, monkeypatch):
    monkeypatch.setattr(residents.channel, "_self_test", SelfTest())
    monkeypatch.setattr(residents.channel, "after_turn", lambda tracker: pytest.fail("it was counted"))
    before = set(await agent.tracker_store.keys())
    status, answer = await residents.request("GET", "/health")
    assert status == 200
    assert "model" not in answer["problems"]
    assert set(await agent.tracker_store.keys()) == before


async def test_without_a_model_health_says_so_and_residents_get_the_number(monkeypatch):
    from rasa.core.agent import Agent

    async with serving(Agent(), WebInput()) as client:
        status, health = await client.request("GET", "/health")
        assert status == 503
        assert "hjalpsam rollback" in health["problems"]["model"]
        sender, messages = await client.open()
        assert gives_help(messages)
        assert gives_help(await client.say(sender, "hej"))


# --- when something fails --------------------------------------------------------------------


async def test_a_dead_action_server_leaves_number_and_hours(residents, agent, monkeypatch, caplog):
    from rasa.utils.endpoints import EndpointConfig

    monkeypatch.setattr(agent.processor, "action_endpoint", EndpointConfig(url="http://127.0.0.1:1/webhook"))
    sender, _ = await residents.open()
    messages = await residents.say(sender, "är orostelefonen öppen nu?")
    assert "måndag till fredag 9.00–12.00 och 13.00–16.00" in messages[0]["text"]
    assert "Just nu kan jag inte" in messages[-1]["text"]
    assert gives_help(messages)
    assert "action_helpline_status" in caplog.text
    assert "orostelefonen öppen nu" not in caplog.text


@pytest.fixture
async def hung_server():
    """A server that takes requests and never answers."""

    async def wait(reader, writer):
        await asyncio.sleep(30)

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook"
    server.close()


async def test_a_hung_action_server_leaves_the_turn_whole(residents, agent, hung_server, monkeypatch):
    from rasa.utils.endpoints import EndpointConfig

    monkeypatch.setattr("rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT", 0.3)
    monkeypatch.setattr(agent, "action_endpoint", EndpointConfig(url=hung_server))
    monkeypatch.setattr(agent.processor, "action_endpoint", EndpointConfig(url=hung_server))
    sender, _ = await residents.open()
    messages = await residents.say(sender, "vad är orostelefonen?")
    assert "Just nu kan jag inte" in messages[-1]["text"]
    button = messages[0]["buttons"][0]
    assert "anonym" in text_of(await residents.say(sender, button["payload"])), "what was shown was kept"
    assert (await residents.request("GET", "/health"))[1]["status"] == "degraded"


async def test_a_failure_from_the_first_turn_on_is_answered(residents, agent, monkeypatch):
    async def crash(message):
        raise RuntimeError

    monkeypatch.setattr(agent, "handle_message", crash)
    sender, messages = await residents.open()
    assert gives_help(messages)
    assert gives_help(await residents.say(sender, "hej"))


async def test_a_text_that_cannot_be_said_is_not_silence(residents, agent, monkeypatch):
    async def broken(*_, **__):
        return None

    sender, _ = await residents.open()
    monkeypatch.setattr(agent.processor.nlg, "generate", broken)
    assert gives_help(await residents.say(sender, "hej"))


async def test_a_crash_is_answered_and_logged_without_the_text(residents, agent, monkeypatch, caplog):
    async def crash(message):
        raise RuntimeError(f"could not read {message.text}")

    sender, _ = await residents.open()
    monkeypatch.setattr(agent, "handle_message", crash)
    assert gives_help(await residents.say(sender, "min hemliga fråga"))
    assert "RuntimeError" in caplog.text
    assert "hemliga" not in caplog.text


async def test_a_turn_that_hangs_is_answered(residents, agent, monkeypatch):
    async def hang(message):
        await asyncio.sleep(60)

    sender, _ = await residents.open()
    monkeypatch.setattr(agent, "handle_message", hang)
    monkeypatch.setattr("hjalpsam.conversation.turn.TURN_TIMEOUT", 0.1)
    assert gives_help(await residents.say(sender, "hej"))


# --- the page --------------------------------------------------------------------------------


async def test_the_page_has_number_hours_and_no_unfilled_places(residents):
    async with residents._http.get(residents.address + "/") as response:
        page = await response.text()
        assert response.status == 200
        assert "require-trusted-types-for" in response.headers["Content-Security-Policy"]
    assert NUMBER in page
    assert "9.00–12.00" in page
    assert "{" not in page
    assert "<noscript>" in page


@pytest.mark.parametrize("path", ["/w/1/hjalpsam.js", "/page.css"])
async def test_the_pages_files(residents, path):
    async with residents._http.get(residents.address + path) as response:
        assert response.status == 200
        assert len(await response.text()) > 1_000


async def test_the_element_is_sent_small_to_those_who_can_unpack_it(residents):
    for accepted, packed in (("gzip, br", "gzip"), ("identity", None)):
        headers = {"Accept-Encoding": accepted}
        async with residents._http.get(residents.address + "/w/1/hjalpsam.js", headers=headers) as response:
            assert response.headers.get("Content-Encoding") == packed
            assert "customElements.define" in await response.text()
