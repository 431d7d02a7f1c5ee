"""How far a company is from a verdict."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rulebook_parts import DAY, company

from terrace.rules import Rulebook
from terrace.rules.nearness import measure_distance
from terrace.rules.standing import apply_rulebooks

Maker = Callable[..., Rulebook]
REVENUE = "{id: A, kind: at_least, measure: revenue, threshold: 100, en: A, zh: A}"
PATENTS = "{id: B, kind: at_least, measure: patents, threshold: 4, en: B, zh: B}"
LISTED = "{id: C, kind: one_of, measure: listed, values: [true], en: C, zh: C}"
YOUNG = "{id: D, kind: on_or_after, measure: founded, threshold: 2020-01-01, en: D, zh: D}"
FEW = "{id: E, kind: at_most, measure: profit, threshold: 10, en: E, zh: E}"
ALL = f"- {{id: S, kind: all_of, en: S, zh: S, of: [{REVENUE}, {PATENTS}]}}"
ANY = f"- {{id: S, kind: any_of, en: S, zh: S, of: [{REVENUE}, {PATENTS}, {LISTED}]}}"
TWO = f"- {{id: S, kind: count, need: 2, en: S, zh: S, of: [{REVENUE}, {PATENTS}, {LISTED}]}}"


def distance(rulebook: Rulebook, **facts: Any) -> float:
    frame = company({2025: facts})
    (applied,) = apply_rulebooks([rulebook], frame, as_of=DAY, with_figures=True)
    return float(measure_distance(applied).item())


@pytest.mark.parametrize(
    ("criteria", "facts", "expected"),
    [
        (f"- {REVENUE}", {"revenue": 100.0}, 0.0),
        (f"- {REVENUE}", {"revenue": 75.0}, 0.25),
        (f"- {REVENUE}", {"revenue": None}, 0.0),
        (f"- {REVENUE}\n- {PATENTS}", {"revenue": 75.0, "patents": 3.0}, 0.5),
        (f"- {FEW}", {"profit": 15.0}, 0.5),
        (f"- {FEW}", {"profit": 900.0}, 1.0),
        (f"- {LISTED}", {"listed": False}, 1.0),
        (f"- {YOUNG}", {"founded": date(2019, 10, 20)}, 73 / 365),
        (ALL, {"revenue": 75.0, "patents": 0.0}, 1.25),
        (ANY, {"revenue": 75.0, "patents": 0.0, "listed": False}, 0.25),
        (ANY, {"revenue": 75.0, "patents": 0.0, "listed": True}, 0.0),
        (TWO, {"revenue": 75.0, "patents": 0.0, "listed": False}, 0.5),
    ],
)
def test_what_is_short_is_a_share_of_what_is_asked(
    make_rulebook: Maker, criteria: str, facts: dict[str, Any], expected: float
) -> None:
    assert distance(make_rulebook(criteria), **facts) == pytest.approx(expected)
