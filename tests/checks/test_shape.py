"""What is missing or misspelt is told by file, line and name, whatever somebody has written."""

import shutil

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hjalpsam.checks.content import content_faults
from hjalpsam.checks.shape import FILES, shape_faults
from hjalpsam.paths import ROOT


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shape")
    shutil.copy(ROOT / "domain.yml", folder)
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


@pytest.fixture
def changed(project):
    """Change a text in a file, until the end of the test."""
    kept = {}

    def change(name, old, new):
        kept[name] = (project / name).read_text(encoding="utf-8")
        assert old in kept[name]
        (project / name).write_text(kept[name].replace(old, new, 1), encoding="utf-8")
        return [*shape_faults(project)]

    yield change
    for name, text in kept.items():
        (project / name).write_text(text, encoding="utf-8")


def test_the_projects_files_have_their_form():
    assert [*shape_faults(ROOT)] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("data/rules.yml", "- intent: affirm", "- intent affirm", "«affirm»: rad 1 där har fel form."),
        ("data/rules.yml", "- intent: affirm", "- intnt: affirm", "«affirm», steg 1: «intnt» kan inte stå där."),
        ("data/rules.yml", "- rule: affirm\n    steps:", "- rule: affirm\n    step:", "«affirm»: «steps» saknas."),
        ("data/rules.yml", "- rule: affirm", "- story: affirm", "data/rules.yml: regel 1: «rule» saknas."),
        (
            "data/stories.yml",
            "[{slot_was_set: [{topic: concern}]}]",
            "[{slot_was_set: topic}]",
            "«slot_was_set» har fel form.",
        ),
        ("data/nlu.yml", "    examples: |", "    exampels: |", "«greet»: «examples» saknas."),
        ("data/nlu.yml", "nlu:", 'nlu:\n  - intent: fika\n    examples: ""', "«fika»: «examples» är tomt."),
        ("domain.yml", "payload:", "paylod:", "knapp 1: «payload» saknas."),
        ("domain.yml", "responses:", "resposes:", "domain.yml: «responses» saknas."),
        ("domain.yml", "  utter_ask_cks:", "  utter_ask_nothing:\n  utter_ask_cks:", "«utter_ask_nothing» är tomt."),
    ],
)
def test_a_slip_is_told(changed, name, old, new, told):
    faults = changed(name, old, new)
    assert any(told in fault for fault in faults)
    assert all(fault.startswith(name) for fault in faults)


def test_what_has_a_name_is_told_with_its_line(changed):
    (fault,) = changed("data/rules.yml", "- intent: affirm", "- intent affirm")
    line = (ROOT / "data" / "rules.yml").read_text(encoding="utf-8").splitlines().index("  - rule: affirm") + 1
    assert fault.startswith(f"data/rules.yml, rad {line}: ")


def test_nothing_else_is_looked_at_then(project, changed):
    faults = changed("data/rules.yml", "- rule: affirm", "- story: affirm")
    assert [fault.text for fault in content_faults(project)] == faults


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rule", "steps", "intent", "or", "text", "buttons", "responses"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    name=st.sampled_from(sorted(FILES)), key=st.sampled_from(["rules", "nlu", "responses", "slots"]), content=_ANYTHING
)
def test_whatever_stands_there_is_no_traceback(tmp_path, name, key, content):
    (tmp_path / "data").mkdir(exist_ok=True)
    for file in FILES:
        (tmp_path / file).write_text("version: '3.1'\n", encoding="utf-8")
    (tmp_path / name).write_text(yaml.safe_dump({key: content}), encoding="utf-8")
    assert all(isinstance(fault, str) for fault in shape_faults(tmp_path))
