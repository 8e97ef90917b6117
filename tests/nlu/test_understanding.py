"""The whole pipeline, read as design and evaluation read it: by Agent.parse_message."""

import pytest


async def understood(agent, text):
    result = await agent.parse_message(text)
    return result["intent"]["name"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "…", "!?", "🙂🙂🙂", "\x00", "x" * 1_000, "å" * 1_000, "{}[]()"])
async def test_odd_messages_do_not_crash(agent, text):
    assert await understood(agent, text)


async def test_blank_is_not_understood(agent):
    assert await understood(agent, "  ") == "nlu_fallback"


async def test_the_same_message_is_always_read_the_same(agent):
    one = await agent.parse_message("e den öpen nu")
    other = await agent.parse_message("e den öpen nu")
    assert one["intent_ranking"] == other["intent_ranking"]


@pytest.mark.parametrize(
    ("text", "intent", "milieu"),
    [
        ("vad är nmr?", "ask_milieu", "right"),
        ("vilka är de autonoma?", "ask_milieu", "left"),
        ("berätta om den islamistiska miljön", "ask_milieu", "islamist"),
    ],
)
async def test_a_milieu_comes_with_its_entity(agent, text, intent, milieu):
    result = await agent.parse_message(text)
    assert result["intent"]["name"] == intent
    assert [(entity["entity"], entity["value"]) for entity in result["entities"]] == [("milieu", milieu)]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hej, är orostelefonen öppen?", "ask_helpline_hours"),
        ("är chatten anonym?", "ask_privacy"),
        ("är samtalet anonymt?", "ask_helpline_anonymity"),
        ("vad är Brå?", "ask_bra"),
        ("tack, det var bra", "thank"),
        ("när öppnar simhallen?", "out_of_scope"),
        ("är NMR värre än AFA?", "ask_judgement"),
    ],
)
async def test_borders(agent, text, intent):
    assert await understood(agent, text) == intent
