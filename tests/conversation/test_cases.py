"""Test cases: how a suite is read, how a conversation becomes one, and that it then passes."""

import io
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalpsam.conversation.cases import Case, CasesError, ChannelTalk, as_yaml, case_of, read_cases, run
from hjalpsam.conversation.turn import Turns
from hjalpsam.operations import cases

CHRISTMAS = "2026-12-24T10:00"
ZONE = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def talk(agent):
    return lambda: ChannelTalk(Turns("staff"), agent, agent.handle_message)


def case(*turns, **more):
    return Case(name="ett samtal", turns=list(turns), **more)


# --- reading -----------------------------------------------------------------------------------

TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\ufeff\ufffe\uffff"),
    min_size=1,
    max_size=60,
)
TURNS = st.builds(
    lambda key, did, must, intent: {key: did, "must": must, "intent": intent},
    st.sampled_from(["says", "presses"]),
    TEXTS,
    st.lists(TEXTS, max_size=3),
    st.none() | st.just("greet"),
)


@given(
    st.lists(
        st.builds(dict, name=TEXTS, now=st.none() | st.just(CHRISTMAS), turns=st.lists(TURNS, min_size=1, max_size=3)),
        min_size=1,
        max_size=3,
    )
)
def test_what_is_written_is_read_again(items):
    cases = [Case.parse_obj(item) for item in items]
    assert read_cases("".join(map(as_yaml, cases))) == cases


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "ingen testfallsfil"),
        ("name: x", "ingen testfallsfil"),
        ("- name: [", "rad 2"),
        ("- turns: []", "testfall 1: namnet (name) saknas"),
        ("- {name: Fika, turns: []}", "testfall 1 («Fika»): «turns» är tomt"),
        ("- {name: Fika, turns: [{says: hej, mst: [x]}]}", "meddelande 1: «mst» är ett fält som inte finns"),
        ("- {name: Fika, turns: [{must: [x]}]}", "antingen «says» eller «presses»"),
        ("- {name: Fika, turns: [{says: hej, presses: Ja}]}", "antingen «says» eller «presses»"),
        ("- {name: Fika, turns: [{says: hej, must: 112}]}", "meddelande 1: «must» är av fel slag"),
        ("- {name: Ett, turns: [{says: hej}]}\n- fika", "testfall 2"),
        ("- {name: Jul, now: jul, turns: [{says: hej}]}", "'jul' ska se ut som 2026-12-24T10:00"),
        ("- {name: Fika, name: Te, turns: [{says: hej}]}", "står två gånger"),
    ],
)
def test_a_fault_is_named_with_its_place(text, told):
    with pytest.raises(CasesError) as error:
        read_cases(text)
    assert told in str(error.value)


@pytest.mark.parametrize(
    "bomb",
    ["[" * 400_000, "- " * 400_000, "- &a [x]\n- &b [*a, *a]\n- &c [*b, *b]"],
    ids=["brackets", "dashes", "aliases"],
)
def test_a_suite_that_would_bring_the_process_down_is_refused(bomb):
    with pytest.raises(CasesError, match="för många nivåer"):
        read_cases(bomb)


# --- running -----------------------------------------------------------------------------------


async def test_a_conversation_that_goes_as_wanted_passes(talk):
    outcome = await run(
        case(
            {"says": "är den öppen nu?", "must": ["julafton"]},
            {"presses": "Får jag vara anonym?", "must": ["anonym"]},
            now=CHRISTMAS,
        ),
        talk(),
    )
    assert outcome.passed
    assert [turn.intent for turn in outcome.turns] == ["ask_helpline_hours", "ask_helpline_anonymity"]


async def test_what_is_wrong_is_said_and_the_rest_goes_on(talk):
    outcome = await run(
        case({"says": "vad är cks?", "must": ["BRÅ är"], "intent": "ask_bra"}, {"says": "tack"}), talk()
    )
    assert not outcome.passed
    assert outcome.turns[0].faults == ["saknas: «BRÅ är»", "förstods som ask_cks, inte som ask_bra"]
    assert outcome.turns[1].faults == []


async def test_a_button_that_is_not_there_ends_the_case(talk):
    outcome = await run(case({"presses": "Fika"}, {"says": "hej"}), talk())
    assert [turn.faults for turn in outcome.turns] == [["knappen «Fika» visades inte"]]


async def test_a_turn_that_fails_has_no_intent_and_the_next_case_goes_on(talk, monkeypatch):
    one = talk()

    async def broken(message):
        raise RuntimeError

    monkeypatch.setattr(one, "_on_new_message", broken)
    outcome = await run(case({"says": "hej", "intent": "greet"}), one)
    assert outcome.turns[0].faults == ["förstods som , inte som greet"]
    assert "112" in outcome.turns[0].reply


async def test_nothing_of_a_run_is_left(talk, agent):
    before = set(await agent.tracker_store.keys())
    one = talk()
    await run(case({"says": "hej"}), one)
    await one.end()
    assert set(await agent.tracker_store.keys()) <= before  # those of other tests may end meanwhile


# --- saving ------------------------------------------------------------------------------------


async def held(talk, agent, *turns, now=CHRISTMAS):
    """The tracker of a conversation."""
    one = talk()
    await run(case(*turns, now=now), one)
    return await agent.tracker_store.retrieve(one._sender)


SAVED = [
    {"says": "hej! är telefonen öppen och vad är nmr?"},
    {"says": "jag är orolig för min son"},
    {"presses": "Ja, gärna"},
]


async def test_a_saved_conversation_passes_as_a_case(talk, agent):
    saved = case_of(await held(talk, agent, *SAVED), "Julafton", ZONE)
    assert saved.now == CHRISTMAS, "the pretended time, not that of saving"
    assert [turn.done for turn in saved.turns] == [turn.get("says") or turn["presses"] for turn in SAVED]
    assert all(turn.must and turn.intent for turn in saved.turns)
    assert any("julafton" in line for line in saved.turns[0].must), "what was asked besides is part of the reply"
    outcome = await run(read_cases(as_yaml(saved))[0], talk())
    assert outcome.passed, outcome


async def test_a_saved_case_fails_when_an_answer_changes(talk, agent):
    saved = case_of(await held(talk, agent, {"says": "vad är cks?"}), "CKS", ZONE)
    saved.turns[0].must[0] = "Något annat."
    assert (await run(saved, talk())).turns[0].faults == ["saknas: «Något annat.»"]


async def test_who_did_not_pretend_a_time_gets_the_time_it_was(talk, agent):
    saved = case_of(await held(talk, agent, {"says": "hej"}, now=None), "Hej", ZONE)
    assert abs(datetime.fromisoformat(saved.now).replace(tzinfo=ZONE) - datetime.now(ZONE)) < timedelta(minutes=5)


async def test_a_time_that_changes_in_the_conversation_changes_in_the_case(talk, agent):
    turns = [{"says": "är den öppen nu?"}, {"says": "är den öppen nu?", "now": "2026-11-23T10:00"}]
    saved = case_of(await held(talk, agent, *turns), "Två tider", ZONE)
    assert (saved.now, [turn.now for turn in saved.turns]) == (CHRISTMAS, [None, "2026-11-23T10:00"])
    assert (await run(saved, talk())).passed


async def test_a_long_message_that_grows_by_being_masked_can_be_saved(talk, agent):
    saved = case_of(await held(talk, agent, {"says": "@abc " * 190}), "Långt", ZONE)
    assert len(saved.turns[0].says) > 1_000
    assert read_cases(as_yaml(saved)) == [saved]


async def test_nothing_said_is_nothing_to_save(talk, agent):
    one = talk()
    await one.open(None)
    with pytest.raises(CasesError):
        case_of(await agent.tracker_store.retrieve(one._sender), "Tomt", ZONE)


# --- on the command line -----------------------------------------------------------------------


def test_the_command_runs_suites_and_says_by_its_code_how_it_went(agent, tmp_path, monkeypatch, capfd):
    """With the loaded model; that it loads another one is seen in tests/web/test_staff.py."""

    async def loaded(_):
        return agent

    monkeypatch.setattr("hjalpsam.engine.assistant.load_assistant", loaded)
    monkeypatch.setattr(sys, "__stdout__", sys.stdout)
    good, bad = "- {name: Bra, turns: [{says: hej}]}\n", "- {name: Illa, turns: [{says: hej, must: [fika]}]}\n"
    (tmp_path / "good.yml").write_text(good)

    def code(*arguments, typed=""):
        monkeypatch.setattr(sys, "argv", ["cases", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return cases.main()

    assert code(str(tmp_path / "good.yml"), "-", typed=bad) == 1
    lines = capfd.readouterr().out.splitlines()
    assert ['"passed": true' in line for line in lines] == [True, False]
    assert code(str(tmp_path / "good.yml")) == 0
    assert code("-", typed="- name: [") == 2
