from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebook_parts import DAY, FACTS, company, load_yaml

from terrace.criteria.declarations import Section
from terrace.errors import CriteriaError
from terrace.rules.columns import ColumnPlan
from terrace.rules.facts import read_facts_declared
from terrace.rules.formulas import add_measure
from terrace.rules.measures import Catalog, read_measures
from terrace.rules.snapshot import take_snapshot

BASE = Catalog(
    read_facts_declared(Section(fact, "facts") for fact in load_yaml(FACTS)["facts"]), {}
)


def declare(**formulas: Any) -> Catalog:
    sections = [
        Section({"id": name, "unit": "fraction", "en": name, "zh": name, **given}, "facts.yaml")
        for name, given in (
            (n, f if isinstance(f, dict) else {"is": f}) for n, f in formulas.items()
        )
    ]
    return read_measures(sections, BASE)


def compute(catalog: Catalog, name: str, years: dict[int, dict[str, Any]]) -> float | None:
    plan = ColumnPlan()
    (column,) = add_measure(plan, catalog, name).meta.root_names()
    subjects = pl.DataFrame({"company": ["A"], "as_of": [DAY]})
    snapshot = take_snapshot(company(years), subjects, plan.inputs - {"as_of"}, catalog.facts)
    value: float | None = plan.run(snapshot, (column,))[column].item()
    return value


def revenues(*values: float | None) -> dict[int, dict[str, Any]]:
    """Oldest first, the last one of 2025."""
    start = 2026 - len(values)
    return {start + n: {"revenue": value} for n, value in enumerate(values)}


@pytest.mark.parametrize(
    ("formula", "years", "expected"),
    [
        ("revenue", (1.0, 2.0, 5.0), 5.0),
        ("revenue 2 years ago", (1.0, 2.0, 5.0), 1.0),
        ("revenue 1 year ago", (1.0, 2.0, 5.0), 2.0),
        ("sum of revenue over 3 years", (1.0, 2.0, 5.0), 8.0),
        ("mean of revenue over 2 years", (1.0, 2.0, 5.0), 3.5),
        ("lowest of revenue over 3 years", (4.0, 2.0, 5.0), 2.0),
        ("highest of revenue over 3 years", (4.0, 2.0, 3.0), 4.0),
        ("growth of revenue over 1 year", (4.0, 5.0), 0.25),
        ("growth of revenue over 2 years", (100.0, 1.0, 121.0), 0.1),
        ("mean growth of revenue over 2 years", (100.0, 110.0, 143.0), 0.2),
        ("revenue - 2 * revenue 1 year ago", (1.0, 7.0), 5.0),
        ("(revenue + 1) / (revenue 1 year ago + 1)", (1.0, 7.0), 4.0),
        ("revenue / 4", (1.0, 7.0), 1.75),
        ("greatest(revenue, revenue 1 year ago)", (9.0, 7.0), 9.0),
    ],
)
def test_windows_by_example(formula: str, years: tuple[float, ...], expected: float) -> None:
    found = compute(declare(m=formula), "m", revenues(*years))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    "formula",
    [
        "sum of revenue over 3 years",
        "mean of revenue over 3 years",
        "lowest of revenue over 3 years",
        "highest of revenue over 3 years",
        "mean growth of revenue over 2 years",
        "revenue 1 year ago",
    ],
)
def test_a_missing_year_makes_the_whole_missing(formula: str) -> None:
    assert compute(declare(m=formula), "m", revenues(1.0, None, 3.0)) is None


@pytest.mark.parametrize("first", [0.0, -5.0])
def test_growth_from_nothing_or_a_loss_is_missing(first: float) -> None:
    years = {2024: {"profit": first}, 2025: {"profit": 10.0}}
    assert compute(declare(m="growth of profit over 1 year"), "m", years) is None
    assert compute(declare(m="mean growth of profit over 1 year"), "m", years) is None


def test_a_quotient_by_zero_is_missing() -> None:
    years = {2025: {"rd_spend": 1.0, "revenue": 0.0}}
    assert compute(declare(m="rd_spend / revenue"), "m", years) is None


def test_the_running_year_is_apart_from_the_closed_one() -> None:
    years = {2025: {"revenue": 5.0}, 2026: {"revenue": 9.0}}
    assert compute(declare(m="revenue this year"), "m", years) == 9.0
    assert compute(declare(m="revenue"), "m", years) == 5.0


@pytest.mark.parametrize(
    ("founded", "expected"),
    [(date(2024, 5, 1), 5.0), (date(2023, 1, 1), None), (date(2025, 1, 1), 3.0), (None, None)],
)
def test_up_to_asks_for_no_year_before_the_founding(
    founded: date | None, expected: float | None
) -> None:
    years: dict[int, dict[str, Any]] = {
        2024: {"revenue": 2.0, "founded": founded},
        2025: {"revenue": 3.0},
    }
    assert compute(declare(m="sum of revenue over up to 3 years"), "m", years) == expected


def test_up_to_means_and_extremes_over_the_years_there_were() -> None:
    years: dict[int, dict[str, Any]] = {
        2024: {"revenue": 2.0, "founded": date(2024, 7, 1)},
        2025: {"revenue": 4.0},
    }
    found = {
        kind: compute(declare(m=f"{kind} of revenue over up to 3 years"), "m", years)
        for kind in ("mean", "lowest", "highest")
    }
    assert found == {"mean": 3.0, "lowest": 2.0, "highest": 4.0}


def test_a_company_founded_this_year_has_no_mean() -> None:
    years = {2026: {"founded": date(2026, 2, 1)}}
    for kind in ("mean", "lowest", "highest"):
        assert compute(declare(m=f"{kind} of revenue over up to 3 years"), "m", years) is None


def test_fiscal_years_count_the_founding_year() -> None:
    years = {2025: {"founded": date(2024, 12, 31)}}
    assert compute(declare(m="fiscal_years"), "m", years) == 2.0


def test_a_window_over_a_measure_takes_it_year_by_year() -> None:
    catalog = declare(ratio="rd_spend / revenue", worst="lowest of ratio over 2 years")
    years = {
        2024: {"rd_spend": 1.0, "revenue": 100.0},
        2025: {"rd_spend": 9.0, "revenue": 100.0},
    }
    assert compute(catalog, "worst", years) == pytest.approx(0.01)


def test_the_first_case_that_holds_is_used() -> None:
    cases = {"cases": [{"when": "revenue = 0", "use": "0"}, {"use": "rd_spend / revenue"}]}
    catalog = declare(m=cases)
    assert compute(catalog, "m", {2025: {"revenue": 0.0, "rd_spend": 5.0}}) == 0.0
    assert compute(catalog, "m", {2025: {"revenue": 10.0, "rd_spend": 5.0}}) == 0.5


def test_an_open_case_leaves_the_value_open() -> None:
    cases = {"cases": [{"when": "revenue = 0", "use": "0"}, {"use": "rd_spend"}]}
    assert compute(declare(m=cases), "m", {2025: {"rd_spend": 5.0}}) is None


def test_where_no_case_holds_there_is_no_value() -> None:
    cases = {"cases": [{"when": "revenue > 5", "use": "revenue"}]}
    assert compute(declare(m=cases), "m", {2025: {"revenue": 1.0}}) is None


@pytest.mark.parametrize(
    ("formula", "complaint"),
    [
        ("sales", "no fact or measure 'sales'"),
        ("sum of sales over 3 years", "no fact or measure 'sales'"),
        ("revenue / rd_spend / profit", "divides twice"),
        ("sum of revenue over 99 years", "spans 99 years"),
        ("revenue 0 years ago", "spans 0 years"),
        ("growth of revenue over up to 3 years", "growth over 'up to'"),
        ("sum of listed over 2 years", "is a truth"),
        ("m + 1", "circle"),
        ("founded", "is a date"),
    ],
)
def test_it_refuses_what_is_no_measure(formula: str, complaint: str) -> None:
    with pytest.raises(CriteriaError, match=complaint):
        declare(m=formula)


def test_it_refuses_a_circle_through_another_measure() -> None:
    with pytest.raises(CriteriaError, match="a -> b -> a"):
        declare(a="b + 1", b="lowest of a over 2 years")


@pytest.mark.parametrize("name", ["revenue", "fiscal_year", "company"])
def test_it_refuses_a_name_that_is_taken(name: str) -> None:
    with pytest.raises(CriteriaError, match="is taken"):
        declare(**{name: "rd_spend"})


def test_it_refuses_a_measure_without_or_with_two_formulas() -> None:
    with pytest.raises(CriteriaError, match="either 'is' or 'cases'"):
        declare(m={"is": "revenue", "cases": [{"use": "revenue"}]})
    with pytest.raises(CriteriaError, match="either 'is' or 'cases'"):
        declare(m={})


@pytest.mark.parametrize("formula", ["revenue +", "select 1", "revenue; drop", "sqrt(revenue)"])
def test_a_formula_that_is_none_is_refused_when_the_rulebook_is_loaded(
    formula: str, make_rulebook: Callable[..., Any], tmp_path: Path
) -> None:
    criterion = "- {id: A, kind: at_least, measure: m, threshold: 1, en: A, zh: A}"
    make_rulebook("- {id: A, kind: at_least, measure: revenue, threshold: 1, en: A, zh: A}")
    facts = tmp_path / "facts.yaml"
    measure = f'  - {{id: m, unit: yuan, is: "{formula}", en: M, zh: M}}\n'
    facts.write_text(facts.read_text("utf-8").replace("measures:\n", "measures:\n" + measure))
    text = (tmp_path / "trial.yaml").read_text("utf-8")
    (tmp_path / "trial.yaml").write_text(
        text.replace(
            "- {id: A, kind: at_least, measure: revenue, threshold: 1, en: A, zh: A}", criterion
        )
    )
    from terrace.rules import load_rulebooks

    with pytest.raises(CriteriaError, match="line"):
        load_rulebooks(tmp_path)


def test_the_gap_of_a_quotient_is_in_the_unit_of_its_numerator() -> None:
    catalog = declare(ratio="rd_spend / revenue", many="sum of rd_spend over 2 years / revenue")
    assert catalog.gap_unit_of("ratio") == "yuan"
    assert catalog.gap_unit_of("many") == "yuan"
    assert catalog.gap_unit_of("patents") == "count"
    assert catalog.unit_of("ratio") == "fraction"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(1, 1e9), min_size=4, max_size=4))
def test_windows_agree_with_plain_python(values: list[float]) -> None:
    catalog = declare(
        total="sum of revenue over 4 years",
        low="lowest of revenue over 4 years",
        compound="growth of revenue over 3 years",
        mean="mean growth of revenue over 3 years",
    )
    years = revenues(*values)
    ratios = [after / before for before, after in pairwise(values)]
    assert compute(catalog, "total", years) == pytest.approx(sum(values))
    assert compute(catalog, "low", years) == min(values)
    compound = (values[-1] / values[0]) ** (1 / 3) - 1
    assert compute(catalog, "compound", years) == pytest.approx(compound, abs=1e-9)
    assert compute(catalog, "mean", years) == pytest.approx(sum(ratios) / 3 - 1, rel=1e-9, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                "sum of revenue over 3 years / growth ( ) + - up to ago this year and null 'x' 0 "
                "intensity rd_spend select case when fiscal_years , *".split()
            ),
            max_size=12,
        ).map(" ".join),
    )
)
def test_any_formula_is_taken_or_refused_with_a_reason(formula: str) -> None:
    try:
        catalog = declare(m=formula)
        add_measure(ColumnPlan(), catalog, "m")
    except CriteriaError as error:
        assert str(error)
