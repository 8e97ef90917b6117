"""What the operator is told when data/times.yml is wrong."""

import copy

import pytest

from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.nlu.time_table import faults
from hjalpsam.paths import ROOT

TABLE = read_yaml(ROOT / "data" / "times.yml")


def with_change(section, key, value):
    table = copy.deepcopy(TABLE)
    table.setdefault(section, {})[key] = value
    return table


def test_the_projects_table_is_right():
    assert list(faults(TABLE)) == []


@pytest.mark.parametrize(
    ("section", "key", "value", "said"),
    [
        ("groups", "weekday", {"måndag": "ett"}, "ska vara ett ord och ett tal"),
        ("helger", "jul", ["jul"], "«helger» är inget avsnitt"),
        ("part", "kväll", ["på kvällen"], "betydelsen är okänd"),
        ("clock", "h * 2", ["dubbla <hour>"], "betydelsen är okänd"),
        ("named", "12-24", "julafton", "en lista med minst en rad"),
        ("day", 0, [True], "är ingen text"),
        ("weekday", "coming", ["<veckodag>"], "<veckodag>, men den gruppen finns inte"),
    ],
)
def test_a_fault_is_named_with_its_place(section, key, value, said):
    (fault,) = list(faults(with_change(section, key, value)))
    assert said in fault


def test_without_groups_nothing_else_is_looked_at():
    assert list(faults({"now": {"now": ["nu"]}})) == ["«groups:» saknas: där står orden för tal, dagar och månader."]
