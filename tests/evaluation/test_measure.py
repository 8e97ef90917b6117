"""The evaluation: what counts as what, how lines are varied, and the report that comes out."""

import datetime
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalpsam.conversation.cases import Outcome, TurnOutcome
from hjalpsam.evaluation.gates import Evaluation, compare
from hjalpsam.evaluation.measure import (
    ASKS,
    RIGHT,
    WRONG,
    Line,
    Measure,
    Reading,
    Results,
    danger_measures,
    foreign_measure,
    foreign_questions,
    loss_measure,
    measures,
    misspelt,
    outside_lines,
    read,
    share,
    tell_of_lines,
    utterances,
)
from hjalpsam.evaluation.report import calibration_error, per_intent, write_report


def reading(intent, understood, sure=0.9, *, milieu="", found=(), text="text", language="sv"):
    guesses = ((understood if understood != "nlu_fallback" else intent, sure), ("thank", (1 - sure) / 2))
    return Reading(Line(intent, milieu, text, language), text, understood, tuple(found), guesses)


@pytest.mark.parametrize(
    ("read_as", "outcome"),
    [
        (reading("ask_cks", "ask_cks"), RIGHT),
        (reading("ask_cks", "ask_bra"), WRONG),
        (reading("ask_cks", "nlu_fallback"), ASKS),
        (reading("ask_milieu", "ask_milieu", milieu="left", found=["left"]), RIGHT),
        (reading("ask_milieu", "ask_milieu", milieu="left", found=["right"]), WRONG),
        (reading("ask_milieu", "ask_milieu", milieu="left"), WRONG),
    ],
)
def test_right_wrong_and_asking_back(read_as, outcome):
    assert read_as.outcome == outcome


def test_the_test_data_is_all_there():
    assert len(utterances()) == 446
    assert len(foreign_questions()) == 267
    assert Line("ask_milieu", "left", "whats antifa about, are they dangerous", "en") in utterances()


def test_figures_of_utterances():
    lines = [reading("ask_cks", "ask_cks")] * 8 + [reading("ask_cks", "thank"), reading("ask_cks", "report_emergency")]
    lines += [reading("report_emergency", "suicidal_thoughts"), reading("thank", "thank", language="en")]
    found = {measure.name: measure.value for measure in measures(lines)}
    assert found["rätt"] == pytest.approx(9 / 12)
    assert found["fel"] == pytest.approx(3 / 12)
    assert found["avsikter under 0,80"] == 1
    assert found["den svagaste avsikten"] == 0
    assert found["nödlägen som fångas (av 30)"] == 1  # either danger is enough
    assert found["falska larm"] == pytest.approx(1 / 11)
    assert found["rätt (språk: en)"] == 1


def test_figures_of_foreign_questions_and_of_losses():
    taken_for = ("out_of_scope", "nlu_fallback", "inform", "thank", "ask_cks", "report_emergency")
    assert foreign_measure([reading("out_of_scope", name) for name in taken_for]).value == pytest.approx(2 / 6)
    clean, varied = [reading("thank", "thank")] * 4, [reading("thank", "thank")] * 3 + [reading("thank", "greet")]
    assert loss_measure("i versaler", clean, varied).value == 0.25


@pytest.mark.parametrize(
    ("value", "most", "verdict"),
    [
        (0.97, False, "når målet"),
        (0.94, False, "klarar gränsen men inte målet"),
        (0.5, False, "KLARAR INTE GRÄNSEN"),
        (0.97, True, "KLARAR INTE GRÄNSEN"),
    ],
)
def test_a_verdict(value, most, verdict):
    floor, goal = (0.04, 0.02) if most else (0.93, 0.96)
    assert Measure("x", value, floor, goal, most).verdict == verdict


def test_a_common_misspelling_is_used_where_there_is_one():
    assert misspelt("ett nytt abonnemang") == "ett nytt abbonemang"


@given(st.text(max_size=80))
def test_a_slip_is_small_and_always_the_same(text):
    slipped = misspelt(text)
    assert slipped == misspelt(text)
    assert abs(len(slipped) - len(text)) <= 3


async def test_the_agent_is_read_as_residents_are(agent):
    lines = [Line("ask_cks", "", "vad är cks"), Line("report_emergency", "", "hjälp han har en pistol")]
    asked, danger = await read(agent, lines, str.upper)
    assert (asked.text, asked.understood, asked.by_rule) == ("VAD ÄR CKS", "ask_cks", False)
    assert (danger.understood, danger.by_rule) == ("report_emergency", True)
    assert danger.guesses[0][1] < 1  # the classifier's own guess, not the net's certainty


async def test_a_possible_danger_is_a_hint_and_not_an_alarm(agent):
    (whisper,) = await read(agent, [Line("other", "", "jag har gett upp")])
    assert (whisper.is_alarm, whisper.hint) == (False, True)


def test_figures_of_ordinary_lines_and_of_danger_said_sideways():
    hinted = replace(reading("other", "inform"), hint=True)
    own = {
        "ordinary_gate": [
            *[reading("inform", "inform")] * 7,
            reading("inform", "ask_cks"),
            reading("inform", "suicidal_thoughts"),
            replace(reading("inform", "thank"), hint=True),
        ],
        "sideways_gate": [
            reading("report_emergency", "suicidal_thoughts"),
            replace(reading("suicidal_thoughts", "inform"), hint=True),
            reading("suicidal_thoughts", "inform"),
            *[reading("other", "ask_cks")] * 2,
            *[hinted] * 2,
        ],
    }
    assert [(measure.name, round(measure.value, 2)) for measure in danger_measures(own)] == [
        ("vardagliga rader: larm", 0.1),
        ("vardagliga rader: larm eller varsam rad", 0.2),
        ("vardagliga rader besvarade som våra", 0.1),
        ("fara på omvägar: larm", 0.33),
        ("fara på omvägar: larm eller varsam rad", 0.67),
        ("det som liknar fara: larm", 0.0),
        ("det som liknar fara: larm eller varsam rad", 0.5),
    ]


def test_lines_from_outside(tmp_path):
    path = tmp_path / "sökloggen.tsv"
    path.write_text("kan kolla med henne\n\nask_cks\tvad gör cks\n", encoding="utf-8")
    assert outside_lines(path) == [Line("", "", "kan kolla med henne"), Line("ask_cks", "", "vad gör cks")]


def test_what_lines_from_outside_are_taken_for_is_told():
    alarm = replace(reading("", "report_emergency", text="hjälp han kommer"), danger=0.9)
    hint = replace(reading("", "inform", text="han sa hejdå"), hint=True, danger=0.2)
    assert list(tell_of_lines([alarm, hint, reading("ask_cks", "ask_cks"), reading("", "inform")])) == [
        "4 rader: larm 0,250, larm eller varsam rad 0,500,",
        "besvarade som något av vårt 0,250.",
        "       2  inform",
        "       1  report_emergency",
        "       1  ask_cks",
        "Av 1 rader märkta ask_cks: 1,000 förstådda som det.",
        "Larm: 1",
        "  0,900  hjälp han kommer",
        "Varsam rad: 1",
        "  0,200  han sa hejdå",
    ]


# --- the report ------------------------------------------------------------------------------


def test_calibration_error_is_the_gap_between_sure_and_right():
    lines = [reading("a", "a", 0.8)] * 8 + [reading("a", "b", 0.8)] * 2
    assert calibration_error(lines) == pytest.approx(0)
    assert calibration_error([reading("a", "b", 0.8)] * 10) == pytest.approx(0.8)


def test_precision_and_recall():
    lines = [reading("a", "a"), reading("a", "b"), reading("b", "b"), reading("c", "nlu_fallback")]
    rows = {row["intent"]: (row["recall"], row["precision"]) for row in per_intent(lines)}
    assert rows == {"a": (0.5, 1.0), "b": (1.0, 0.5), "c": (0.0, None)}


def test_the_report_is_one_file_with_every_miss_and_nothing_from_elsewhere(tmp_path):
    clean = [reading("ask_cks", "ask_cks"), reading("ask_bra", "thank", 0.7, text="vad är <brå>", language="en")]
    clean += [reading("report_emergency", "report_emergency")]
    varied = [reading("ask_cks", "nlu_fallback", 0.3, text="vda är cks"), *clean[1:]]
    foreign = [reading("out_of_scope", "ask_helpline_hours", text="när öppnar badet")]
    crossed = [reading("ask_cks", "ask_bra", 0.6, text="staden centrum"), *[reading("ask_cks", "ask_bra", 0.6)] * 3]
    own = {
        "danger": [reading("ask_cks", "hostile", text="en egen rad")],
        "ordinary_gate": [reading("inform", "inform")],
        "sideways_gate": [reading("report_emergency", "inform", text="han sa hejdå"), reading("other", "inform")],
    }
    results = Results({"som de skrevs": clean, "felstavade": varied}, foreign, own, crossed)
    path = tmp_path / "reports" / "index.html"
    comparison = compare([reading("ask_cks", "nlu_fallback")], [reading("ask_cks", "ask_cks")])
    wrong = TurnOutcome(said="vad gör ni", reply="x", buttons=[], intent="greet", faults=["saknas: «112»"])
    outcomes = [Outcome(name="gick bra", turns=[]), Outcome(name="gick illa", turns=[wrong])]
    evaluation = Evaluation(results, outcomes, comparison, ["rätt är 0.9, men ska vara minst 0.93."], path)
    write_report(evaluation, "hjalpsam-abc.tar.gz", datetime.datetime(2026, 11, 25, 12, 0))
    page = path.read_text(encoding="utf-8")
    for text in (
        "vad är &lt;brå&gt;",
        "vda är cks",
        "när öppnar badet",
        "staden centrum",
        "en egen rad",
        "han sa hejdå",
        "2026-11-25 12.00",
        "hjalpsam-abc.tar.gz",
        "rätt är 0.9, men ska vara minst 0.93.",
        "1 av 2 samtal",
        "saknas: «112»",
        "Förstås bättre: 1",
    ):
        assert text in page
    assert page.count("<svg") == 4
    assert "skiljer sig" in page  # the gap to cross-validation is explained
    assert re.findall(r"""(?:src|href)=["'](?!#|data:)""", page) == []


def test_shares_of_nothing_are_nothing():
    assert share([]) == 0
