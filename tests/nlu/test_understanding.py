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
    assert [entity["value"] for entity in result["entities"] if entity["entity"] == "milieu"] == [milieu]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        # a greeting or thanks in front never hides the question
        ("hej, är telefonen öppen?", "ask_helpline_hours"),
        ("hej, är orostelefonen öppen?", "ask_helpline_hours"),
        ("god kväll jag undrar vad CKS är", "ask_cks"),
        ("tack! och vilka språk talar de på orostelefonen", "ask_helpline_languages"),
        ("ok tack, vem driver den telefonen", "ask_helpline_operator"),
        ("hej på er, jag är orolig för min dotter", "express_concern"),
        ("hej", "greet"),
        ("hej hej!", "greet"),
        ("tack så mycket", "thank"),
        # the chat and the call
        ("är chatten anonym?", "ask_privacy"),
        ("är samtalet anonymt?", "ask_helpline_anonymity"),
        ("sparas det jag skriver här", "ask_privacy"),
        ("syns samtalet på telefonräkningen", "ask_helpline_anonymity"),
        ("vilka språk kan du?", "ask_chat_language"),
        ("vilka språk talar de på orostelefonen", "ask_helpline_languages"),
        # bra and Brå
        ("det var bra, tack", "thank"),
        ("vad är Brå?", "ask_bra"),
        ("vad gör BRÅ i Borås", "ask_bra"),
        ("tack, det var bra", "thank"),
        # the hours of anything else
        ("när öppnar simhallen?", "out_of_scope"),
        ("vilka öppettider har biblioteket på lördag", "out_of_scope"),
        ("har återvinningscentralen öppet idag", "out_of_scope"),
        # now, over, negated, imagined, history
        ("han har en kniv och hotar mig nu", "report_emergency"),
        ("min bror blev hotad förra året, kan man anmäla det", "report_crime"),
        ("hur anmäler jag ett hot som hände i våras", "report_crime"),
        ("han har inte hotat någon men jag är orolig för honom", "express_concern"),
        ("vad gör extremister, dödar de folk?", "ask_expressions"),
        ("hur många dog i terrordåd förra året", "out_of_scope"),
        # a milieu, a judgement, a slogan
        ("Vad är NMR?", "ask_milieu"),
        ("berätta om AFA", "ask_milieu"),
        ("är NMR värre än AFA?", "ask_judgement"),
        ("är Sverigedemokraterna extremister?", "ask_judgement"),
        ("Sverige åt svenskarna!", "hostile"),
        ("krossa alla kommunister", "hostile"),
    ],
)
async def test_the_borders_of_intents(agent, text, intent):
    assert await understood(agent, text) == intent


@pytest.mark.parametrize("text", ["bra", "Bra!", "det låter bra"])
async def test_good_is_not_the_council(agent, text):
    assert await understood(agent, text) in ("affirm", "thank")


@pytest.mark.parametrize(
    "text",
    [
        "min son röstar på Sverigedemokraterna",
        "jag röstar på vänsterpartiet",
        "min granne ber fem gånger om dagen",
        "jag är muslim",
    ],
)
async def test_a_legal_party_or_a_faith_is_never_taken_for_danger_or_a_milieu(agent, text):
    assert await understood(agent, text) not in ("report_emergency", "report_crime", "ask_milieu", "want_to_leave")


@pytest.mark.parametrize(
    "text", ["han har en pistol", "HAN HAR EN PISTOL", "Hej! han har en pistlo", "ok tack, han har en pistol"]
)
async def test_danger_is_noticed_however_it_is_typed(agent, text):
    result = await agent.parse_message(text)
    assert result["intent"] == {"name": "report_emergency", "confidence": 1.0}
    assert result["danger"]
