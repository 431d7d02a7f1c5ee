import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from terrace.criteria.results import Result
from terrace.errors import CriteriaError
from terrace.match.gates import load_gates
from terrace.match.gates.declaration import placeholders

HEAD = "gates:\n  - id: price\n    name: {en: Price, zh: 价格}\n    versions:\n"
SAYS = "        says:\n          met: {en: good, zh: 好}\n"
GOOD = HEAD + "      - met: achievement.price < 5\n" + SAYS
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def declared(folder: Path, text: str) -> Any:
    path = folder / "gates.yaml"
    path.write_text(text, encoding="utf-8")
    return load_gates(path)


def test_it_works(tmp_path: Path) -> None:
    (gate,) = declared(tmp_path, GOOD)
    (version,) = gate.versions
    assert (gate.id, gate.name.en, gate.name.zh) == ("price", "Price", "价格")
    assert version.met.facts == ("achievement.price",)
    assert version.applies.text == "true"
    assert version.judge.text == "false"
    assert version.gap is None
    assert version.closes is None
    assert version.says[Result.MET].zh == "好"


def test_the_shipped_gates_are_those_of_the_design() -> None:
    assert [gate.id for gate in load_gates()] == [
        "readiness",
        "budget",
        "deadline",
        "terms",
        "language",
        "region",
        "export_control",
        "exclusive_licence",
        "ownership",
        "obligations",
    ]


@pytest.mark.parametrize("gate", load_gates(), ids=lambda gate: gate.id)
def test_shipped_sentences_stand_in_both_languages(gate: Any) -> None:
    for version in gate.versions:
        sentences = [*version.says.values(), *([version.closes] if version.closes else [])]
        for sentence in [gate.name, *sentences]:
            assert CHINESE.search(sentence.zh)
            assert not CHINESE.search(sentence.en)


@pytest.mark.parametrize("gate", load_gates(), ids=lambda gate: gate.id)
def test_a_shipped_gate_that_has_a_tolerance_says_what_closes_it(gate: Any) -> None:
    for version in gate.versions:
        assert (version.near.text == "false") == (version.closes is None)
        assert version.quotes


def test_versions_hold_in_their_period(tmp_path: Path) -> None:
    later = SAYS + "      - from: 2027-01-01\n        met: achievement.price < 9\n" + SAYS
    first = HEAD + "      - to: 2026-12-31\n        met: achievement.price < 5\n"
    (gate,) = declared(tmp_path, first + later)
    assert [v.valid_from for v in gate.versions] == [None, date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gate: []\n", "'gates' is missing"),
        ("gates: []\n", "'gates' has to be a list"),
        (HEAD.replace("id: price", "no: price"), "line 2: 'id' is missing"),
        (HEAD.replace(", zh: 价格", "") + "      - met: 'true'\n" + SAYS, "'zh' is missing"),
        (HEAD + "      - meet: 1\n", "gate 'price', version '1', line 5: 'met' is missing"),
        (GOOD.replace("says", "say"), "'says' is missing"),
        (GOOD + "        closed: x\n", "'closed' is not known here; known are met, says"),
        (GOOD.replace("price <", "prise <"), r"line 5, met: there is no fact 'achievement\.prise'"),
        (GOOD.replace("achievement.price < 5", "achievement.price"), "not a condition"),
        (GOOD.replace("achievement.price < 5", "''"), "the expression is empty"),
        (GOOD.replace("en: good", "en: 'good {gap}'"), "no fact or figure 'gap' to fill in"),
        (GOOD.replace("en: good", "en: '{need.x}'"), r"no fact or figure 'need\.x'"),
        (GOOD.replace("met: {en", "maybe: {en"), "'maybe' is not known here"),
        (GOOD + "        quotes: [need.mood]\n", r"nothing is quoted for 'need\.mood'"),
        (GOOD + "        names: colours\n", "there are no names 'colours'"),
        ("names: {places: {CN: China}}\n" + GOOD, "'CN' has to be a mapping"),
        (GOOD + "        gap: achievement.owner +\n", "line 5, gap: it cannot be parsed"),
        (GOOD + "        from: soon\n", "'from' is not a date"),
        (GOOD + "        from: 2026-02-01\n        to: 2026-01-01\n", "ends before it begins"),
        (GOOD + GOOD.removeprefix("gates:\n"), "the id 'price' is given twice"),
        (GOOD + "      - met: 'true'\n" + SAYS, "overlap; end the earlier"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CriteriaError, match=message) as error:
        declared(tmp_path, text)
    assert "gates.yaml" in str(error.value)


def test_placeholders_are_listed_in_order() -> None:
    assert placeholders("{gap} of {unit}, {gap}") == ["gap", "unit", "gap"]
    assert placeholders("none") == []
