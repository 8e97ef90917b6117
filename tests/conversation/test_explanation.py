"""Why the assistant answered so: what staff are told is what happened."""

import pytest

from hjalpsam.content.intent_table import load_intents, rules_of_project
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.conversation.explanation import intent_names, thresholds
from hjalpsam.paths import ROOT
from hjalpsam.storage.resources import facts_file
from tests.client import text_of


async def explained(staff, *messages, **metadata):
    """The last turns of a conversation, and its sender."""
    sender, _ = await staff.open(**metadata)
    for message in messages:
        await staff.say(sender, message, **metadata)
    status, answer = await staff.request("POST", "/turns", {"sender": sender})
    assert status == 200
    return answer["turns"]


async def test_how_a_message_was_understood(staff):
    turn = (await explained(staff, "hej! vad är NMR?"))[-1]
    assert turn["text"] == "hej! vad är NMR?"
    assert turn["read_as"] == "vad är NMR?"
    assert turn["intent"]["name"] == "ask_milieu"
    assert turn["intent"]["words"] == "en av miljöerna"
    assert len(turn["ranking"]) == 5
    assert turn["ranking"][0]["confidence"] == max(guess["confidence"] for guess in turn["ranking"])
    milieu = next(found for found in turn["entities"] if found["entity"] == "milieu")
    assert (milieu["value"], turn["read_as"][milieu["start"] : milieu["end"]]) == ("right", "NMR")
    assert {found["entity"]: found["words"] for found in turn["entities"]} == {
        "milieu": "Högerextremism",
        "language": "svenska",
    }


async def test_the_times_that_were_meant(staff):
    turn = (await explained(staff, "är telefonen öppen i morgon kl 12?", metadata={"now": "2026-12-24T10:00"}))[-1]
    assert turn["times"] == ["I morgon, fredag den 25 december, klockan 12.00"]


async def test_what_was_done_and_by_which_rule(staff):
    turn = (await explained(staff, "är telefonen öppen nu?"))[-1]
    assert [(step["name"], step["rule"]) for step in turn["steps"]] == [
        ("action_helpline_status", "ask helpline hours"),
        ("utter_ask_helpline_hours", "ask helpline hours"),
    ]
    assert {(step["policy"], step["confidence"]) for step in turn["steps"]} == {("QuickRulePolicy", 1.0)}


async def test_every_rule_that_is_named_is_written_or_follows_from_the_table(staff):
    files = [read_yaml(ROOT / "data" / f"{name}.yml")["rules"] for name in ("rules", "stories")]
    written = {rule["rule"] for rules in [*files, rules_of_project(ROOT)] for rule in rules}
    turns = await explained(
        staff, "jag är orolig för min son", "ja", "ja", "berätta mer", "nej", "vad är CKS?", "mer", "asdf"
    )
    named = [step["rule"] for turn in turns for step in turn["steps"]]
    assert set(named) - {None} <= written
    assert sum(name is not None for name in named) >= len(named) - 1


async def test_danger_names_the_pattern(staff):
    turn = (await explained(staff, "han har en kniv"))[-1]
    assert (turn["danger"], turn["second_net"]) == ("någon med vapen", False)
    assert turn["intent"]["confidence"] == 1
    assert len({guess["name"] for guess in turn["ranking"]}) == len(turn["ranking"]), "each guess once"


async def test_a_message_that_was_not_understood_shows_its_guesses(staff):
    turn = (await explained(staff, "barn"))[-1]
    assert turn["intent"]["name"] == "nlu_fallback"
    assert "nlu_fallback" not in [guess["name"] for guess in turn["ranking"]]
    assert turn["ranking"][0]["confidence"] < 1


async def test_slots_before_and_after(staff):
    turns = await explained(staff, "vad är NMR?", "vad är radikalisering?")
    topic = [next(slot for slot in turn["slots"] if slot["name"] == "topic") for turn in turns]
    assert [(slot["before"], slot["after"]) for slot in topic[1:]] == [
        ("nothing", "milieu"),
        ("milieu", "radicalisation"),
    ]


async def test_the_facts_of_the_answer_with_their_source(staff):
    facts = {fact["name"]: fact for fact in (await explained(staff, "jag vill prata med en människa"))[-1]["facts"]}
    number = facts["helpline_number"]
    assert (number["value"], number["source"], number["as_of"]) == ("020-100 200", "boras.se", "2022-10-01")
    assert number["url"].startswith("https://www.boras.se/")
    assert facts["helpline_status"]["value"] is None, "worked out, not written"
    assert not [name for name in facts if name.endswith("_source")]


async def test_facts_in_english_are_the_english_ones(staff):
    facts = {
        fact["name"]: fact["value"]
        for fact in (await explained(staff, "what is CKS? in english please", "what is cks?"))[-1]["facts"]
    }
    assert facts["cks_name"] == facts_file().current().cks.name.en


async def test_a_second_question_is_a_turn_that_the_chat_asked(staff):
    turns = await explained(staff, "vad är nmr och när har telefonen öppet?")
    assert [turn["by_itself"] for turn in turns] == [False, False, True]
    assert turns[-1]["intent"]["name"] == "ask_helpline_hours"


async def test_a_button_is_shown_by_its_title(staff):
    sender, shown = await staff.open()
    await staff.say(sender, shown[0]["buttons"][0]["payload"])
    _, answer = await staff.request("POST", "/turns", {"sender": sender})
    assert answer["turns"][-1]["pressed"] == shown[0]["buttons"][0]["title"]
    assert [message["who"] for message in answer["messages"][:3]] == ["bot", "me", "bot"]
    assert answer["messages"][1]["text"] == shown[0]["buttons"][0]["title"]


async def test_how_long_it_took(staff):
    time = (await explained(staff, "vad är nmr och när har telefonen öppet?"))[-1]["milliseconds"]
    assert 0 < time["understanding"] < time["all"] < 60_000


async def test_raw_events_are_there(staff):
    turn = (await explained(staff, "hej"))[-1]
    assert [event["event"] for event in turn["events"]][0] == "user"
    assert "bot" in [event["event"] for event in turn["events"]]


def test_thresholds_are_those_of_the_config(agent):
    config = next(step for step in read_yaml(ROOT / "config.yml")["pipeline"] if step["name"] == "FallbackClassifier")
    assert thresholds(agent) == {"sure": config["threshold"], "lead": config["ambiguity_threshold"]}


def test_every_intent_has_a_name_in_swedish():
    names = intent_names(facts_file().current())
    assert names.keys() == {intent.name for intent in load_intents(ROOT)}
    assert len(set(names.values())) == len(names)
    assert not set("{}") & set("".join(names.values()))


# --- back ----------------------------------------------------------------------------------------


async def test_a_step_back_takes_away_what_was_said_last_and_what_it_changed(staff):
    sender, _ = await staff.open()
    await staff.say(sender, "vad är CKS?")
    before = (await staff.request("POST", "/turns", {"sender": sender}))[1]
    await staff.say(sender, "vad är nmr och när har telefonen öppet?")
    status, answer = await staff.request("POST", "/back", {"sender": sender})
    assert status == 200
    assert answer == {"sender": sender, "messages": before["messages"]}
    assert (await staff.request("POST", "/turns", {"sender": sender}))[1] == before
    assert "CKS" in text_of(await staff.say(sender, "berätta mer")), "it is about that again"


async def test_the_greeting_cannot_be_taken_back(staff):
    sender, _ = await staff.open()
    assert (await staff.request("POST", "/back", {"sender": sender}))[0] == 400


@pytest.mark.parametrize("path", ["/turns", "/back", "/case"])
async def test_a_conversation_that_is_not_known(staff, path):
    assert (await staff.request("POST", path, {"sender": "x"}))[0] == 401
