"""How well residents are understood, on lines that nobody trained on: below these floors is a fault.

Read by Agent.parse_message: `ask_milieu` counts only with the right milieu; nlu_fallback is
neither right nor wrong, it asks back.
"""

from pathlib import Path

import pytest

EVAL = Path(__file__).parent.parent / "eval"
DANGER = {"report_emergency", "suicidal_thoughts"}


def rows(name):
    lines = (EVAL / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


@pytest.fixture(scope="module")
async def utterances(agent):
    """Each line of dev_utterances: expected intent, understood intent, whether right, language."""
    result = []
    for label, text, language in rows("dev_utterances.tsv"):
        expected, _, milieu = label.partition(":")
        parsed = await agent.parse_message(text)
        understood = parsed["intent"]["name"]
        right = understood == expected and (not milieu or milieu in [e["value"] for e in parsed["entities"]])
        result.append((expected, understood, right, language))
    return result


def share(items):
    items = list(items)
    return sum(items) / len(items)


def test_right_and_wrong(utterances):
    assert share(right for _, _, right, _ in utterances) >= 0.93
    assert share(not right and understood != "nlu_fallback" for _, understood, right, _ in utterances) <= 0.04


def test_english(utterances):
    assert share(right for _, _, right, language in utterances if language == "en") >= 0.87


def test_every_intent(utterances):
    weak = []
    for intent in {expected for expected, *_ in utterances}:
        rate = share(right for expected, _, right, _ in utterances if expected == intent)
        assert rate >= 0.6, intent
        weak += [intent] if rate < 0.8 else []
    assert len(weak) <= 3, weak


def test_danger_is_caught_and_nothing_else_taken_for_it(utterances):
    assert sum(understood in DANGER for expected, understood, *_ in utterances if expected in DANGER) >= 29
    assert share(understood in DANGER for expected, understood, *_ in utterances if expected not in DANGER) <= 0.01


async def test_questions_that_are_none_of_ours(agent):
    understood = [(await agent.parse_message(text))["intent"]["name"] for _, text in rows("out_of_scope.tsv")[1:]]
    assert share(intent not in ("out_of_scope", "nlu_fallback") for intent in understood) <= 0.06
