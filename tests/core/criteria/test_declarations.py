from datetime import date
from pathlib import Path
from typing import Any

import pytest

from terrace.criteria.declarations import Section, read_declaration
from terrace.errors import CriteriaError

GOOD = """\
rules:
  - id: first
    from: 2026-01-01
    met: true
    weight: 2
    tags: [a, b]
    name: {en: First, zh: 第一}
  - met: "x > 1"
"""


def declared(folder: Path, text: str) -> Section:
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return read_declaration(path)


def test_it_works(tmp_path: Path) -> None:
    first, second = declared(tmp_path, GOOD).sections("rules", "rule")
    assert first.text("id") == "first"
    assert first.text("met") == "true"
    assert first.text("weight") == "2"
    assert first.day("from") == date(2026, 1, 1)
    assert first.day("to") is None
    assert first.texts("tags") == ("a", "b")
    assert first.texts("none") == ()
    assert first.section("name").text("zh") == "第一"
    assert second.text("met") == "x > 1"
    assert second.text("near", "false") == "false"


def test_places_name_the_file_the_entry_and_the_line(tmp_path: Path) -> None:
    first, second = declared(tmp_path, GOOD).sections("rules", "rule")
    assert first.place == "rules.yaml, rule 'first', line 2"
    assert second.place == "rules.yaml, rule '2', line 8"
    assert first.section("name").place == "rules.yaml, rule 'first', name, line 7"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1, 2", r"line \d: .* from line 1\); correct the YAML"),
        ("a: 1\nb: 2\na: 3\n", r"line 3: the key 'a' is given twice"),
        ("- a\n- b\n", "no mapping in it; begin with 'key:'"),
        ("", "no mapping in it"),
        ("just text", "no mapping in it"),
        ("a: !!python/object:os.system {}\n", "line 1: .*correct the YAML"),
        ("a: 1\nb: 2026-13-45\n", "line 2: '2026-13-45' is not what it looks like"),
        ("a: 1\nb: !!int many\n", "line 2: 'many' is not what it looks like"),
        ("? [a, b]\n: c\n", "line 1: a key has to be one word"),
        ("a: &one {b: *one}\n", "an alias .* contains itself"),
        ("a: \x01\n", "correct the YAML"),
        ("a: " + "[" * 30_000 + "]" * 30_000, "line 1 is nested 101 deep; write it flatter"),
    ],
)
def test_what_is_no_declaration_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(CriteriaError, match=message):
        declared(tmp_path, text)


def test_an_absent_or_undecodable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CriteriaError, match=r"none\.yaml: cannot be read .*; give a YAML file"):
        read_declaration(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(CriteriaError, match=r"bad\.yaml: cannot be read"):
        read_declaration(tmp_path / "bad.yaml")


def test_keys_are_checked_both_ways(tmp_path: Path) -> None:
    section = declared(tmp_path, "id: x\nmeet: y\n")
    with pytest.raises(CriteriaError, match=r"line 1: 'met' is missing; it is written 'meet' here"):
        section.check_keys(["id", "met"])
    with pytest.raises(CriteriaError, match=r"'meet' is not known here; known are id, met"):
        section.check_keys(["id"], ["met"])
    section.check_keys(["id", "meet"])


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda s: s.text("empty"), "'empty' is not a text; write one"),
        (lambda s: s.text("list"), "'list' is not a text"),
        (lambda s: s.text("absent"), "'absent' is not a text"),
        (lambda s: s.day("word"), "'word' is not a date; write it as"),
        (lambda s: s.section("word"), "'word' has to be a mapping"),
        (lambda s: list(s.sections("word", "x")), "'word' has to be a list"),
        (lambda s: list(s.sections("nothing", "x")), "'nothing' has to be a list"),
        (lambda s: list(s.sections("list", "x")), "entry 1 of 'list' has no keys"),
        (lambda s: s.texts("word"), "'word' has to be a list of texts"),
        (lambda s: s.texts("list"), "'list' has to be a list of texts"),
    ],
)
def test_values_of_another_kind_are_refused(tmp_path: Path, read: Any, message: str) -> None:
    section = declared(tmp_path, "empty: ''\nlist: [1]\nword: soon\nnothing: []\n")
    with pytest.raises(CriteriaError, match=message):
        read(section)
