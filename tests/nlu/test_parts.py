"""Several things in one message."""

import csv
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu.parts import MOST_PARTS, MessageParts, SecondQuestion, Splitter
from hjalpsam.paths import ROOT

TABLE = read_yaml(ROOT / "data" / "parts.yml")
SPLITTER = Splitter(TABLE)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("vad är cks", []),
        ("Vad är CKS? Vem får ringa dit?", [("Vad är CKS?", True), ("Vem får ringa dit?", True)]),
        ("vad är cks och vem får ringa", [("vad är cks och", True), ("vem får ringa", True)]),
        ("jag har en son och en dotter", []),
        ("Min son hatar alla. Vem kan jag ringa?", [("Min son hatar alla.", False), ("Vem kan jag ringa?", True)]),
        ("Hej! Vad är CKS?", []),  # one word is no part
    ],
)
def test_a_message_is_cut_where_something_else_begins(text, parts):
    assert SPLITTER.parts(text) == parts


def test_of_many_parts_the_last_questions_are_read():
    text = "Han blev arg. Han blev trött. Han försvann. Vad gör man? Vem får ringa? När är det öppet?"
    assert [part for part, _ in SPLITTER.parts(text)] == ["Vad gör man?", "Vem får ringa?", "När är det öppet?"]


@given(st.text(max_size=200))
def test_any_text_is_cut_into_few_parts_of_itself(text):
    parts = SPLITTER.parts(text)
    assert len(parts) <= MOST_PARTS
    assert all(part in text for part, _ in parts)


# --- what the parts tell about the whole -------------------------------------------------------


def message(text, intent, confidence=0.95, **more):
    ranking = [{"name": intent, "confidence": confidence}]
    return Message({"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": [], **more})


def part(text, intent, confidence=0.95, asks=True, **more):
    return message(text, intent, confidence, part=True, asking=asks, **more)


def joined(whole, *parts):
    """Intent and payload of the other question."""
    (read,) = SecondQuestion(TABLE, SecondQuestion.get_default_config()).process([whole, *parts])
    also = [entity["value"] for entity in read.get("entities") if entity["entity"] == "also"]
    return read.get("intent")["name"], (also[0] if also else None)


def test_two_questions_are_asked_in_their_order():
    parts = part("a", "ask_cks"), part("b", "ask_helpline_audience")
    assert joined(message("ab", "ask_helpline_audience"), *parts) == ("ask_cks", "/ask_helpline_audience")


def test_a_message_that_was_not_understood_is_read_by_its_parts():
    assert joined(message("ab", "nlu_fallback"), part("b", "ask_cks")) == ("ask_cks", None)


def test_small_talk_is_no_question():
    assert joined(message("ab", "ask_cks"), part("a", "greet"), part("b", "thank")) == ("ask_cks", None)


def test_behind_a_foreign_question_one_is_ours_only_if_it_names_something_of_ours():
    """The first leans on the polling station, the second does not."""
    foreign = message("var röstar man", "out_of_scope"), part("var röstar man", "out_of_scope")
    assert joined(*foreign, part("när är den öppen", "ask_helpline_hours")) == ("out_of_scope", None)
    ours = part("när är orostelefonen öppen", "ask_helpline_hours")
    assert joined(*foreign, ours) == ("out_of_scope", "/ask_helpline_hours")


def test_what_the_first_answer_says_is_not_asked_again():
    """The answer with the number says whether it is open now, and none says what holds on Saturday."""
    number, hours = part("vad är numret", "ask_helpline"), part("när är det öppet", "ask_helpline_hours")
    assert joined(message("a b", "ask_helpline"), number, hours) == ("ask_helpline", None)
    saturday = part("är det öppet på lördag", "ask_helpline_hours", entities=[{"entity": "time", "value": "saturday"}])
    assert joined(message("a b", "ask_helpline"), number, saturday)[1] == '/ask_helpline_hours{"time": ["saturday"]}'


def test_what_was_not_understood_and_names_anothers_number_is_about_that():
    numbers = [{"entity": "matter", "value": "numbers"}]
    assert joined(message("vad är numret till polisen", "nlu_fallback", entities=numbers)) == ("out_of_scope", None)


def small(text, intent, *parts, thanked=None):
    return joined(message(text, intent, thanked=thanked), *parts)[0]


@pytest.mark.parametrize("intent", ["inform", "nlu_fallback"])
def test_news_behind_thanks_is_thanks(intent):
    assert small("nu har jag skrivit klart", intent, thanked="first") == "thank"


def test_what_is_told_and_ends_with_thanks_is_thanks_and_what_was_not_understood_is_not():
    assert small("jag ringer dem, tack", "inform", thanked="last") == "thank"
    assert small("skriv det på finska tack", "nlu_fallback", thanked="last") == "nlu_fallback"


@pytest.mark.parametrize("text", ["men hur gör jag då", "hur gör jag då", "är det säkert?", "och han är full"])
def test_what_goes_on_or_asks_behind_thanks_is_no_thanks(text):
    assert small(text, "nlu_fallback", thanked="first") == "nlu_fallback"


def test_a_no_with_its_reason_is_a_no():
    whole = "inte just nu, jag kör truck"
    assert small(whole, "inform", part("inte just nu,", "deny", asks=False)) == "deny"
    assert small(whole, "inform", part("inte just nu,", "deny", 0.5, asks=False)) == "inform"
    assert small(whole, "ask_cks", part("inte just nu,", "deny", asks=False)) == "ask_cks"


def test_a_hint_of_danger_is_not_taken_for_thanks():
    assert joined(message("hon är borta", "inform", thanked="first", danger="classifier"))[0] == "inform"


@pytest.mark.parametrize(
    ("text", "intent", "about_call"),
    [
        ("måste jag säga mitt namn", "ask_helpline_anonymity", True),
        ("måste jag säga mitt namn till orostelefonen", "ask_helpline_anonymity", False),
        ("vad är cks", "ask_cks", False),
    ],
)
def test_a_question_about_a_line_that_is_not_named_may_be_about_the_call(text, intent, about_call):
    read = message(text, intent)
    joined(read)
    assert ("after_alarm" in {found["entity"] for found in read.get("entities")}) == about_call


@pytest.mark.parametrize(("intent", "kept"), [("ask_helpline", "call"), ("ask_police_cooperation", "after_alarm")])
def test_what_happens_when_one_calls_is_one_entity(intent, kept):
    """Rasa's rules name the entities of a message exactly."""
    call = {"entity": "call", "value": "asked", "start": 0, "end": 1}
    read = message("vad händer när jag ringer 112", intent, entities=[call])
    joined(read)
    assert [found["entity"] for found in read.get("entities")] == [kept]


def test_an_unsure_part_is_no_question():
    assert joined(message("ab", "ask_cks"), part("b", "ask_bra", 0.6)) == ("ask_cks", None)


def test_what_is_only_told_is_no_question_unless_it_can_be_nothing_else():
    assert joined(message("ab", "ask_cks"), part("b", "ask_bra", 0.9, asks=False)) == ("ask_cks", None)
    assert joined(message("ab", "ask_cks"), part("b", "ask_bra", 0.99, asks=False)) == ("ask_cks", "/ask_bra")


@pytest.mark.parametrize(
    ("shares", "second"),
    [
        ({"ask_cks": 0.65, "ask_bra": 0.32}, "/ask_bra"),
        ({"ask_cks": 0.75, "ask_bra": 0.2}, None),
        ({"ask_cks": 0.65, "inform": 0.32}, None),
        ({"ask_cks": 0.65, "ask_milieu": 0.32}, None),  # which milieu is in no part
        ({"ask_helpline_hours": 0.65, "ask_helpline": 0.32}, None),  # the answer says the number
    ],
)
def test_a_message_in_one_piece_may_be_about_two_questions(shares, second):
    first = next(iter(shares))
    whole = message("cks, brå, vad är det", first)
    whole.set("intent_ranking", [{"name": intent, "confidence": share} for intent, share in shares.items()])
    assert joined(whole) == (first, second)


def test_a_message_in_pieces_is_of_two_questions_sooner():
    whole = message("cks, brå. vad är det", "ask_cks")
    whole.set("intent_ranking", [{"name": "ask_cks", "confidence": 0.8}, {"name": "ask_bra", "confidence": 0.17}])
    assert joined(whole, part("vad är det", "ask_more")) == ("ask_cks", "/ask_bra")


def test_a_worry_that_is_told_counts():
    parts = part("a", "express_concern", asks=False), part("b", "ask_cks")
    assert joined(message("ab", "ask_cks"), *parts) == ("express_concern", "/ask_cks")


def test_a_milieu_goes_with_its_question():
    milieu = {"entity": "milieu", "value": "left", "start": 0, "end": 1}
    parts = part("a", "ask_cks"), part("b", "ask_milieu", entities=[milieu])
    assert joined(message("ab", "ask_cks"), *parts) == ("ask_cks", '/ask_milieu{"milieu": "left"}')


def test_times_go_with_their_question():
    time = {"entity": "time", "value": '["day", "1", []]', "start": 0, "end": 1}
    parts = part("a", "ask_cks"), part("b", "ask_helpline_hours", entities=[time])
    intent, payload = joined(message("ab", "ask_cks"), *parts)
    assert json.loads(payload.removeprefix("/ask_helpline_hours")) == {"time": ['["day", "1", []]']}


@pytest.mark.parametrize("danger", ["report_emergency", "suicidal_thoughts"])
def test_danger_stands_alone(danger):
    assert joined(message("ab", danger), part("b", "ask_cks")) == (danger, None)
    for found in (part_with_danger(danger, "a pattern", 0.5), part_with_danger(danger, "classifier", 0.98)):
        assert joined(message("ab", "ask_cks"), found, part("b", "ask_cks")) == (danger, None)


def part_with_danger(intent, found, likely):
    """A part that the danger net took for an alarm, and how likely the classifier had found it."""
    alarm = part("a", intent, danger=found)
    alarm.set("intent_ranking", [*alarm.get("intent_ranking"), {"name": intent, "confidence": likely}])
    return alarm


@pytest.mark.parametrize(("found", "likely"), [("classifier", 0.9), ("a pattern", 0.4)])
def test_an_unsure_danger_of_a_part_is_a_hint_of_the_whole(found, likely):
    whole = message("ab", "ask_cks")
    assert joined(whole, part_with_danger("report_emergency", found, likely)) == ("ask_cks", None)
    (hint,) = [entity for entity in whole.get("entities") if entity["entity"] == "danger"]
    assert (hint["value"], hint["role"], hint["confidence"]) == ("hint", "report_emergency", likely)


@pytest.mark.parametrize("intent", ["ask_cks", "report_emergency"])
def test_in_another_language_whom_to_call_is_said_too(intent):
    arabic = {"entity": "language", "value": "ar", "start": 0, "end": 2}
    assert joined(message("ab", intent, entities=[arabic])) == (intent, "/other_language")


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_a_time_alone_is_about_the_helpline(intent):
    assert joined(message("kl 9?", intent, bare_time=True))[0] == "ask_helpline_hours"
    assert joined(message("när öppnar badet kl 9?", intent, bare_time=False))[0] == intent


def test_a_time_alone_that_was_understood_stays_what_it_is():
    assert joined(message("i kväll", "goodbye", bare_time=True))[0] == "goodbye"


def test_the_parts_are_gone_afterwards():
    messages = MessageParts(TABLE, {}).process([Message({"text": "Vad är CKS? Vem får ringa dit?"})])
    assert len(messages) == 3
    for each in messages:
        each.set("intent", {"name": "ask_cks", "confidence": 1.0})
    assert SecondQuestion(TABLE, SecondQuestion.get_default_config()).process(messages) == messages[:1]


# --- measured --------------------------------------------------------------------------------

FLOORS = {"two": 0.8, "long": 0.8, "one": 0.95, "danger": 0.9}


def lines_of(name):
    with (ROOT / "tests" / "voices" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


async def heard(agent, text):
    """The intents of what is answered, the second question last."""
    parsed = await agent.parse_message(text)
    also = [found["value"] for found in parsed["entities"] if found["entity"] == "also"]
    return [parsed["intent"]["name"], *(payload.strip("/").partition("{")[0] for payload in also)]


def wanted_of(line):
    return [intent.partition(":")[0] for intent in line["intents"].split(",")]


@pytest.fixture(scope="session")
async def understood(agent):
    """For each kind of line, of how many what had to be understood was."""
    right, lines = dict.fromkeys(FLOORS, 0), dict.fromkeys(FLOORS, 0)
    for line in lines_of("several_questions.tsv"):
        read, wanted, kind = await heard(agent, line["message"]), wanted_of(line), line["kind"]
        lines[kind] += 1
        right[kind] += wanted[0] in read if kind == "long" else sorted(read) == sorted(wanted)
    return {kind: right[kind] / lines[kind] for kind in FLOORS}


@pytest.mark.parametrize("kind", FLOORS)
async def test_enough_messages_with_several_things_are_understood(understood, kind):
    assert understood[kind] >= FLOORS[kind]


def is_answered(wanted, read):
    """Whether a question was understood, or an answer that is given says what it asks.

    Signs of radicalisation are told of in the answer to a worry.
    """
    answered_by = {**TABLE["answered_by"], "ask_expressions": ["express_concern"]}
    return wanted in read or not set(answered_by.get(wanted, [])).isdisjoint(read)


async def test_a_second_question_is_heard_and_none_is_invented(agent):
    """On lines that were measured once, when all was done: 0.76 and 0.00."""
    read = [
        (line["kind"], wanted_of(line), await heard(agent, line["message"])) for line in lines_of("several_gate.tsv")
    ]
    both = [all(is_answered(each, found) for each in wanted) for kind, wanted, found in read if kind == "two"]
    added = [bool(set(found[1:]) - set(wanted)) for kind, wanted, found in read if kind != "two"]
    assert sum(both) / len(both) >= 0.75
    assert sum(added) / len(added) <= 0.02
