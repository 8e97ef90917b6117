"""Reading YAML: what is right comes as data, what is wrong is named with file, place and what to do."""

import pytest

from hjalpsam.content.yaml_files import YamlError, read_yaml


@pytest.fixture
def file(tmp_path):
    return tmp_path / "fil.yml"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("namn: Åsa\ntal: [1, 2]\n", {"namn": "Åsa", "tal": [1, 2]}),
        ("\ufeffnamn: Åsa\n", {"namn": "Åsa"}),  # Windows' Notepad begins a file so
        ("namn: Åsa\r\ntal: 1\r\n", {"namn": "Åsa", "tal": 1}),
        ("a: &knappar [1]\nb: *knappar\n", {"a": [1], "b": [1]}),
        ("a: {x: 1}\nb: {x: 2}\n", {"a": {"x": 1}, "b": {"x": 2}}),
        ("a: &allt {x: 1, y: 2}\nb: {<<: *allt, y: 3}\n", {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}}),
        ("", None),
    ],
    ids=["plain", "byte-order-mark", "windows-lines", "alias", "same-key-in-two-places", "merge", "empty"],
)
def test_right_yaml_is_read(file, text, data):
    file.write_bytes(text.encode())
    assert read_yaml(file) == data


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("namn: [Åsa\n", "rad 2, tecken 1", ""),
        ("namn: 'Åsa\n", "rad 2, tecken 1", ""),
        ("a: 1\ntext: {helpline_name} har öppet\n", "rad 2", ""),
        ("a: 1\n\tb: 2\n", "rad 2, tecken 1", ""),
        ("a: 1\nb: 2: 3\n", "rad 2, tecken 5", ""),
        ("a: 1\nb: *other\n", "rad 2, tecken 4", ""),
        ("a: 1\n---\nb: 2\n", "rad 2, tecken 1", ""),
        ("a: 1\nb: 2\na: 3\n", "rad 3, tecken 1", "namnet «a» står två gånger"),
        ("grupp:\n  a: 1\n  a: 2\n", "rad 3, tecken 3", "namnet «a» står två gånger"),
        ("lista:\n- {a: 1, a: 2}\n", "rad 2, tecken 10", "namnet «a» står två gånger"),
        ("a: 1\n{helpline_name}: b\n", "rad 2", ""),
        ("{helpline_name}: b\n", "rad 1", ""),
        ("a: 1\n? [b, c]\n: d\n", "rad 2", ""),
        ("a: 1\nas_of: 2022-02-30\n", "rad 2", ""),
        ("a: 1\nas_of: 2022-10-01 25:00:00\n", "rad 2", ""),
        ("a: 1\nb: !!python/object/apply:os.getcwd []\n", "rad 2, tecken 4", ""),
    ],
)
def test_a_fault_in_the_text_is_named_with_its_line(file, text, place, problem):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(YamlError) as fault:
        read_yaml(file)
    assert str(fault.value).startswith(f"{file}, {place}")
    assert problem in str(fault.value)
    assert "Se efter indrag, kolon och citattecken" in str(fault.value)


def missing(path):
    """Leave it so."""


def in_latin_1(path):
    path.write_bytes("namn: Åsa\n".encode("latin-1"))


def with_a_nul(path):
    path.write_bytes(b"namn: \0\n")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (missing, "filen finns inte"),
        (in_latin_1, "inte sparad som UTF-8. Spara om den"),
        (with_a_nul, "inte rätt YAML"),
        (lambda path: path.mkdir(), "går inte att läsa"),
    ],
    ids=["missing", "latin-1", "nul", "folder"],
)
def test_a_file_that_cannot_be_read_is_named(file, make, problem):
    make(file)
    with pytest.raises(YamlError) as fault:
        read_yaml(file)
    assert str(fault.value).startswith(f"{file}: ")
    assert problem in str(fault.value)
