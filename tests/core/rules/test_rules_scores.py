from collections.abc import Callable
from typing import Any

import pytest
from rulebook_parts import DAY, company

from terrace.errors import CriteriaError
from terrace.rules import Rulebook, evaluate

Maker = Callable[..., Rulebook]
PASS = "- {id: A, kind: at_least, score: total, threshold: 10, en: A, zh: A}"
BANDS = """
- id: total
  kind: bands
  measure: share
  en: T
  zh: T
  bands: [{at_least: 0.5, points: 12}, {at_least: 0.2, points: [8, 11]}, {points: 0}]
"""
CASES = """
- id: total
  kind: cases
  en: T
  zh: T
  cases:
    - {when: {id: C1, kind: one_of, measure: listed, values: [true], en: C, zh: C}, points: 12}
    - {when: {id: C2, kind: judged, measure: novel, en: C, zh: C}, points: 10}
  otherwise: 3
"""
CHOICES = "- {id: total, kind: choices, measure: level, en: T, zh: T, points: {high: 12, low: 4}}"
JUDGED = "- {id: total, kind: judged, measure: expert_points, min: 1, max: 6, en: T, zh: T}"
SUM = """
- id: total
  kind: sum
  cap: 14
  en: T
  zh: T
  of:
    - {id: one, kind: choices, measure: level, en: T, zh: T, points: {high: 12, low: 4}}
    - {id: two, kind: judged, measure: expert_points, max: 6, en: T, zh: T}
"""


def run(rulebook: Rulebook, **facts: Any) -> tuple[str, float, float]:
    frame = company({2025: facts or {"revenue": None}})
    row = evaluate([rulebook], frame, as_of=DAY).row(0, named=True)
    return row["result"], row["points_low"], row["points_high"]


def make(make_rulebook: Maker, scores: str) -> Rulebook:
    return make_rulebook(PASS, scores=scores, extra="points: total")


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.5, ("met", 12, 12)),
        (0.49999, ("needs_judgement", 8, 11)),
        (0.2, ("needs_judgement", 8, 11)),
        (0.19999, ("unmet", 0, 0)),
        (None, ("unknown", 0, 12)),
    ],
)
def test_bands(
    make_rulebook: Maker, share: float | None, expected: tuple[str, float, float]
) -> None:
    assert run(make(make_rulebook, BANDS), share=share) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"listed": True}, ("met", 12, 12)),
        ({"listed": False, "novel": True}, ("met", 10, 10)),
        ({"listed": False, "novel": False}, ("unmet", 3, 3)),
        ({"listed": False}, ("needs_judgement", 3, 10)),
        ({"novel": True}, ("met", 10, 12)),
        ({"novel": False}, ("unknown", 3, 12)),
        ({}, ("unknown", 3, 12)),
    ],
)
def test_cases(
    make_rulebook: Maker, facts: dict[str, Any], expected: tuple[str, float, float]
) -> None:
    assert run(make(make_rulebook, CASES), **facts) == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [("high", ("met", 12, 12)), ("low", ("unmet", 4, 4)), (None, ("unknown", 4, 12))],
)
def test_choices(
    make_rulebook: Maker, level: str | None, expected: tuple[str, float, float]
) -> None:
    assert run(make(make_rulebook, CHOICES), level=level) == expected


@pytest.mark.parametrize(("given", "low", "high"), [(None, 1, 6), (4.0, 4, 4), (0.0, 1, 1)])
def test_judged_points_stay_within_their_bounds(
    make_rulebook: Maker, given: float | None, low: float, high: float
) -> None:
    assert run(make(make_rulebook, JUDGED), expert_points=given)[1:] == (low, high)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"level": "high", "expert_points": 1.0}, ("met", 13, 13)),
        ({"level": "high", "expert_points": 6.0}, ("met", 14, 14)),
        ({"level": "high"}, ("met", 12, 14)),
        ({"level": "low"}, ("needs_judgement", 4, 10)),
        ({"expert_points": 6.0}, ("met", 10, 14)),
        ({"expert_points": 5.0}, ("unknown", 9, 14)),
    ],
)
def test_sums_with_a_cap(
    make_rulebook: Maker, facts: dict[str, Any], expected: tuple[str, float, float]
) -> None:
    assert run(make(make_rulebook, SUM), **facts) == expected


def test_the_best_of_several_counts(make_rulebook: Maker) -> None:
    best = SUM.replace("kind: sum", "kind: best").replace("  cap: 14\n", "")
    rulebook = make(make_rulebook, best)
    assert run(rulebook, level="low", expert_points=5.0) == ("unmet", 5, 5)
    assert run(rulebook, level="high") == ("met", 12, 12)
    assert run(rulebook, expert_points=5.0) == ("unknown", 5, 12)


def test_at_most_asks_for_the_high_end(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(
        PASS.replace("at_least", "at_most"), scores=BANDS, extra="points: total"
    )
    assert run(rulebook, share=0.1)[0] == "met"
    assert run(rulebook, share=0.3)[0] == "needs_judgement"
    assert run(rulebook, share=0.6)[0] == "unmet"


def test_an_illustrative_score_may_be_anything_up_to_its_points(make_rulebook: Maker) -> None:
    rulebook = make(make_rulebook, CHOICES[:-1] + ", status: illustrative}")
    assert run(rulebook, level="high") == ("needs_judgement", 0, 12)


@pytest.mark.parametrize(
    ("scores", "complaint"),
    [
        (CHOICES.replace("low: 4", "low: many"), "is no number"),
        (CHOICES.replace(", low: 4", ""), "do not fit the choices"),
        (CHOICES.replace("low: 4", "low: [5, 4]"), "from low to high"),
        (CHOICES.replace("low: 4", "low: [1, 2, 3]"), "two ends"),
        (CHOICES.replace("low: 4", "low: -1"), "not below 0"),
        (BANDS.replace(", {points: 0}", ""), "takes the rest"),
        (BANDS.replace("at_least: 0.5", "at_least: 0.5, at_most: 0.7"), "keep one"),
        (BANDS.replace("measure: share", "measure: city"), "is a text"),
        (BANDS.replace("kind: bands", "kind: curve"), "'kind' is 'curve'"),
        (SUM.replace("id: two", "id: one"), "two score ids are 'one'"),
        (JUDGED.replace("max: 6", "max: 0"), "from low to high"),
    ],
)
def test_a_wrong_score_is_refused(make_rulebook: Maker, scores: str, complaint: str) -> None:
    with pytest.raises(CriteriaError, match=complaint) as caught:
        make(make_rulebook, scores)
    assert "line" in str(caught.value)


def test_the_points_of_a_version_have_to_be_a_score(make_rulebook: Maker) -> None:
    with pytest.raises(CriteriaError, match="no score 'sum'"):
        make_rulebook(PASS, scores=BANDS, extra="points: sum")
