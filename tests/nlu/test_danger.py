"""The danger net: the table's own lines, what keeps it quiet, and that it wins over the classifier."""

import os

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from hjalpsam.content.intents import DANGER_INTENTS
from hjalpsam.content.written import normalise
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu import danger as danger_module
from hjalpsam.nlu.danger import DangerDetector, DangerNet
from hjalpsam.nlu.danger_table import faults, faults_of_lines
from hjalpsam.paths import ROOT

TABLE = read_yaml(ROOT / "data" / "danger.yml")
NET = DangerNet(TABLE)
EXAMPLES = [
    (item["intent"], line[2:])
    for item in read_yaml(ROOT / "data" / "nlu.yml")["nlu"]
    for line in item["examples"].splitlines()
]


def found(text):
    dangers = NET.find(normalise(text))
    return dangers[0].intent if dangers else None


@pytest.mark.parametrize(
    ("intent", "text"), [(pattern["intent"], line) for pattern in TABLE["patterns"] for line in pattern["fires"]]
)
def test_lines_of_the_table_that_must_be_caught(intent, text):
    assert found(text) == intent


@pytest.mark.parametrize(
    ("name", "text"), [(pattern["name"], line) for pattern in TABLE["patterns"] for line in pattern["fires"]]
)
def test_each_line_is_caught_by_the_pattern_it_stands_under(name, text):
    assert name in [danger.pattern for danger in NET.find(normalise(text))]


@pytest.mark.parametrize("text", [line for pattern in TABLE["patterns"] for line in pattern["quiet"]])
def test_lines_of_the_table_that_must_not_be(text):
    assert found(text) is None


@pytest.mark.parametrize(
    ("danger", "none"),
    [
        ("han har hotat att döda mig ikväll", "han har inte hotat att döda någon"),
        ("han har en pistol", "nej han har inga vapen"),
        ("jag blir misshandlad nu", "min bror blev misshandlad förra året"),
        ("någon bryter sig in", "vad gör jag om någon bryter sig in"),
        ("de ska döda någon ikväll", "varför vill de döda folk ikväll"),
        ("nån skjuter", "det är en film där nån skjuter"),
        ("jag ska döda min lärare", "jag ska döda tiden"),
        ("jag är självmordsbenägen", "hur många självmord sker per år"),
        ("hon är i fara", "ingen är i fara"),
        ("he has a gun", "he doesn't have a gun, it is a water pistol in a game"),
        ("They are going to kill him tonight", "why do extremists kill people"),
    ],
)
def test_what_is_so_and_what_is_negated_over_imagined_asked_or_a_story(danger, none):
    assert found(danger)
    assert found(none) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("HAN STÅR UTANFÖR DÖRREN", "report_emergency"),
        ("han star utanfor dorren", "report_emergency"),
        (
            "Vi åt middag och allt var lugnt. Då kom han in med en yxa. Nu vet jag inte vad jag ska göra.",
            "report_emergency",
        ),
        ("jag orkar inte, ska ta livet av mig", "suicidal_thoughts"),
        ("ska han skjuta sig själv", "suicidal_thoughts"),
    ],
)
def test_however_it_is_written(text, intent):
    assert found(text) == intent


def test_it_is_quiet_on_nearly_all_examples_of_other_intents():
    """Many of them were written to look like danger; the classifier has to confirm what the table finds.

    Every fifth is looked at, for the time it takes; `make fuzz`: all.
    """
    others = [text for intent, text in EXAMPLES if intent not in DANGER_INTENTS]
    some = others if os.environ.get("HJALPSAM_FUZZ") else others[::5]
    assert sum(found(text) is not None for text in some) / len(some) <= 0.012


def test_it_alone_catches_what_is_said_plainly():
    """A third of the examples of danger; the others were written to say it sideways."""
    danger = [text for intent, text in EXAMPLES if intent in DANGER_INTENTS]
    assert sum(found(text) is not None for text in danger) / len(danger) >= 0.3


@pytest.mark.parametrize(
    "text", ["ej " * 160 + "a a a " + "de slår mig nu " * 34, "de slår mig nu " * 34 + "ej " * 160, "ska " * 250]
)
def test_a_long_odd_message_looks_at_each_pair_of_places_once(text, monkeypatch):
    """Sentences are numbered once a message; once a pair of places took ten seconds."""
    calls = []
    numbers = danger_module._numbers
    monkeypatch.setattr(danger_module, "_numbers", lambda *parts: calls.append(1) or numbers(*parts))
    found(text)
    assert len(calls) == 2  # sentences and clauses


def spoken(phrase):
    """A phrase of the table as somebody would say it: the first plain member of each group, nothing in the gaps."""
    groups = TABLE["groups"]
    words = [groups[word.strip("<>")][0] if word.startswith("<") else word for word in phrase.split() if word != "..."]
    return " ".join(word.strip("*=") for word in words).replace(" n't", "n't").replace(" '", "'")


@pytest.mark.parametrize(
    ("name", "phrase"), [(pattern["name"], phrase) for pattern in TABLE["patterns"] for phrase in pattern["phrases"]]
)
def test_no_phrase_is_kept_quiet_by_its_own_words(name, phrase):
    assert name in [danger.pattern for danger in NET.find(normalise(spoken(phrase)))]


# --- in the pipeline -------------------------------------------------------------------------


LEVELS = {"second_net": 0.7, "confirms": 0.35, "hint": 0.15}


def read(text, *ranking):
    message = Message({TEXT: text, INTENT: ranking[0], "intent_ranking": list(ranking)})
    DangerDetector(TABLE, LEVELS).process([message])
    return message


def guess(name, confidence):
    return {"name": name, "confidence": confidence}


def hints(message):
    return [(found["value"], found["role"], found["confidence"]) for found in message.get(ENTITIES, [])]


def test_what_the_table_finds_and_the_classifier_confirms_is_an_alarm():
    message = read("han har en pistol", guess("ask_cks", 0.45), guess("report_emergency", 0.35))
    assert message.get(INTENT) == guess("report_emergency", 1.0)
    assert [entry["name"] for entry in message.get("intent_ranking")] == [
        "report_emergency",
        "ask_cks",
        "report_emergency",
    ]
    assert message.get("danger") == "någon med vapen"
    assert hints(message) == []


def test_what_the_table_finds_and_the_classifier_does_not_is_a_hint():
    message = read("han har en pistol", guess("ask_cks", 0.9), guess("report_emergency", 0.05))
    assert message.get(INTENT) == guess("ask_cks", 0.9)
    assert message.get("danger") == "någon med vapen"
    assert hints(message) == [("hint", "report_emergency", 1.0)]


def test_a_pattern_of_the_level_hint_is_never_more():
    message = read("jag har gett upp", guess("inform", 0.3), guess("suicidal_thoughts", 0.6))
    assert message.get(INTENT) == guess("inform", 0.3)
    assert hints(message) == [("hint", "suicidal_thoughts", 1.0)]


@pytest.mark.parametrize(("emergency", "suicide"), [(0.7, 0.0), (0.4, 0.31)])
def test_the_classifier_is_a_second_net_even_when_it_is_too_unsure_to_answer(emergency, suicide):
    guesses = guess("report_emergency", emergency), guess("suicidal_thoughts", suicide)
    message = read("det luktar konstigt", guess("nlu_fallback", 0.5), *guesses)
    assert message.get(INTENT)["name"] == "report_emergency"
    assert message.get("danger") == "classifier"


def test_which_danger_it_is_the_classifier_knows_better():
    message = read("grannen ropar om självmord", guess("report_emergency", 0.9), guess("suicidal_thoughts", 0.1))
    assert message.get(INTENT)["name"] == "report_emergency"
    assert message.get("danger") == "självmord"


def test_less_likely_danger_is_a_hint_beside_what_was_understood():
    message = read("han sa hejdå till hunden", guess("inform", 0.8), guess("suicidal_thoughts", 0.15))
    assert message.get(INTENT) == guess("inform", 0.8)
    assert hints(message) == [("hint", "suicidal_thoughts", 0.15)]


def test_danger_that_is_likeliest_but_not_likely_enough_is_asked_back():
    message = read("han sa hejdå till hunden", guess("suicidal_thoughts", 0.6), guess("inform", 0.2))
    assert message.get(INTENT)["name"] == "nlu_fallback"
    assert hints(message) == [("hint", "suicidal_thoughts", 0.6)]


def test_without_danger_the_message_is_left_as_it_is():
    message = read("vad är cks", guess("ask_cks", 0.9), guess("report_emergency", 0.1))
    assert message.get(INTENT) == guess("ask_cks", 0.9)
    assert message.get("danger") is None
    assert hints(message) == []


def test_a_message_without_text_does_not_crash():
    message = Message({"intent_ranking": []})
    DangerDetector(TABLE, LEVELS).process([message])
    assert message.get("danger") is None


# --- the table as operators write it ---------------------------------------------------------


def test_the_table_has_no_faults():
    assert faults(TABLE) == []
    assert list(faults_of_lines(TABLE)) == []


def test_lines_that_the_table_does_not_keep_are_named():
    wrong = table(fires=["x kniv", "en kniv"], quiet=["y", "x kniv"])
    assert list(faults_of_lines(wrong)) == [
        "mönstret «a» fångar inte «en kniv», som står under fires. Lägg till en fras, eller ta bort raden.",
        "mönstret «a»: «x kniv» står under quiet, men fångas av «a». "
        "Lägg till ett sammanhang under unless, eller ta bort raden.",
    ]


def test_the_table_belongs_to_the_cache_key():
    assert "patterns" in DangerDetector.fingerprint_addon({"table": str(ROOT / "data" / "danger.yml")})


def table(**changes):
    pattern = {"name": "a", "intent": "report_emergency", "phrases": ["x <vapen>"], "fires": ["x"], "quiet": ["y"]}
    return {
        "groups": {"vapen": ["kniv"]},
        "contexts": {"negation": {"where": "near", "phrases": ["inte"]}},
        "patterns": [{**pattern, "unless": ["negation"], **changes}],
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phrases": ["<vapen>", "har <gevär>"]}, "i «har <gevär>» står <gevär>, men den gruppen finns inte"),
        ({"phrases": ["<vapen>", False]}, "«False» är ingen text. Yes, no, on"),
        ({"phrases": ["<vapen>", "har *"]}, "i «har *» står «*», som passar alla ord"),
        ({"phrases": ["<vapen>", "<vapen> ..."]}, "i «<vapen> ...» står ... först eller sist"),
        ({"phrases": ["<vapen>", "har <vapen*"]}, "står «<vapen*». Ett gruppnamn skrivs <så>"),
        (
            {"phrases": ["<vapen>", "självskade-beteende"]},
            "som 2 ord. Skriv dem isär: «självskade beteende»",
        ),
        ({"phrases": ["<vapen>", "i'm armed"]}, "läses «i'm» som 2 ord. Skriv dem isär: «i 'm»"),
        ({"fires": None}, "fires: här ska stå en lista"),
        ({"fires": []}, "fires: här ska stå en lista med minst en rad"),
        ({"unless": ["negation", "over"]}, "under unless står «over», men det sammanhanget finns inte"),
        ({"level": "larm"}, "level ska vara hint, eller inte stå där alls"),
        ({"intent": "danger"}, "intent ska vara report_emergency eller suicidal_thoughts"),
        ({"name": "negation"}, "namnet används redan"),
        ({"unles": ["negation"]}, "mönster nummer 1 ska ha name, intent, phrases, fires, quiet"),
    ],
)
def test_a_fault_of_a_pattern_is_named_with_its_place_and_what_to_do(changes, said):
    (fault,) = faults(table(**changes))
    assert said in fault


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda wrong: wrong.update(groups={}), "avsnittet groups är tomt eller felskrivet"),
        (lambda wrong: wrong.update(patterns={"a": 1}), "avsnittet patterns är tomt eller felskrivet"),
        (lambda wrong: wrong["groups"].update(vapen=["k-pist"]), "gruppen «vapen»: «k-pist» läses som flera ord"),
        (lambda wrong: wrong["groups"].update(vapen=["två ord"]), "en grupp har bara enstaka"),
        (lambda wrong: wrong["groups"].update(eld=["brand"]), "gruppen «eld» används inte"),
        (lambda wrong: wrong["contexts"].update(negation=["inte"]), "«negation» ska ha where och phrases"),
        (lambda wrong: wrong["contexts"]["negation"].update(where="here"), "where ska vara near eller sentence"),
        (lambda wrong: wrong["patterns"][0].update(unless="negation"), "under unless ska stå en lista"),
        (lambda wrong: wrong["patterns"].append("ett mönster"), "mönster nummer 2 ska ha name"),
    ],
)
def test_a_fault_elsewhere_too(change, said):
    wrong = table()
    change(wrong)
    assert any(said in fault for fault in faults(wrong))


def test_a_table_of_another_shape_is_refused():
    assert faults([]) == faults({"patterns": []}) != []
