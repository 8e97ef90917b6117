"""Whether a new model may go live."""

import pytest

from hjalpsam.evaluation import gates
from hjalpsam.evaluation.gates import compare, failures, read_readings, write_readings
from hjalpsam.evaluation.measure import Line, Measure, Reading, bounds_of


def reading(meant, understood, text="en rad"):
    return Reading(Line(meant, "", text), text, understood, (), ((understood, 0.9),))


FALLBACK, DANGER = "nlu_fallback", "report_emergency"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (FALLBACK, "ask_cks", "better"),
        ("ask_bra", "ask_cks", "better"),
        ("ask_bra", FALLBACK, "better"),
        ("ask_cks", FALLBACK, "worse"),
        ("ask_cks", "ask_bra", "worse"),
        (FALLBACK, "ask_bra", "worse"),
        ("ask_cks", "ask_cks", None),
        ("ask_bra", "greet", None),
    ],
)
def test_a_message_is_understood_better_or_worse(before, after, kind):
    found = compare([reading("ask_cks", before)], [reading("ask_cks", after)])
    assert {name for name in ("better", "worse") if getattr(found, name)} == ({kind} if kind else set())


def test_danger_that_is_lost_and_alarms_that_are_new():
    live = [
        reading(DANGER, DANGER, "kniv"),
        reading(DANGER, "suicidal_thoughts", "dö"),
        reading("greet", "greet", "hej"),
    ]
    new = [reading(DANGER, "greet", "kniv"), reading(DANGER, DANGER, "dö"), reading("greet", DANGER, "hej")]
    found = compare(live, new)
    assert [other.text for _, other in found.lost] == ["kniv"], "another kind of danger is caught all the same"
    assert [other.text for _, other in found.alarms] == ["hej"]


def test_lines_that_only_one_has_read_are_left_out():
    found = compare([reading("greet", "greet", "hej")], [reading("greet", "thank", "tja")])
    assert (found.better, found.worse) == ([], [])


GOOD = Measure("rätt", 0.95, 0.93, 0.96)


def test_a_good_model_may_go_live():
    same = [reading("greet", "greet")]
    assert failures([GOOD], compare(same, same), []) == []
    assert failures([GOOD], None, []) == []


def test_each_gate_says_which_and_why():
    worse = [reading("greet", "thank", f"hej {number}") for number in range(9)]
    before = [reading("greet", "greet", f"hej {number}") for number in range(9)]
    comparison = compare([*before, reading(DANGER, DANGER, "kniv")], [*worse, reading(DANGER, FALLBACK, "kniv")])
    low, high = Measure("rätt", 0.9, 0.93, 0.96), Measure("fel", 0.05, 0.04, 0.02, most=True)
    told = failures([low, high], comparison, ["julafton"])
    assert told == [
        "rätt är 0.900, men ska vara minst 0.93.",
        "fel är 0.050, men ska vara högst 0.04.",
        "1 samtal i tests/conversations går inte som de ska: «julafton».",
        "Fara som modellen i gång fångar missas: «kniv».",
        "10 meddelanden förstås sämre än nu, men högst 8 får göra det: "
        "«hej 0», «hej 1», «hej 2», «hej 3», «hej 4» och 5 till.",
    ]


def test_readings_are_kept_as_they_were(tmp_path):
    readings = [reading("greet", "greet", "hej"), reading(DANGER, DANGER, "kniv")]
    write_readings(readings, tmp_path / "reports" / "readings.json")
    assert read_readings(tmp_path / "reports" / "readings.json") == readings


@pytest.mark.parametrize("content", [None, "", "[1]", '[{"line": 5}]'])
def test_readings_that_are_not_there_or_of_another_form(tmp_path, content):
    if content is not None:
        (tmp_path / "readings.json").write_text(content)
    assert read_readings(tmp_path / "readings.json") is None


def test_every_bound_has_a_floor_that_is_no_stricter_than_its_goal():
    for name in gates.gates()["measures"]:
        bounds = bounds_of(name)
        assert (bounds["floor"] >= bounds["goal"]) == bounds.get("most", False)
