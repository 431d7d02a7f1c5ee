from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebook_parts import DAY, company

from terrace.errors import CriteriaError
from terrace.rules import Rulebook, evaluate, evaluate_criteria

Maker = Callable[..., Rulebook]
AT_LEAST = "- {id: A, kind: at_least, measure: revenue, threshold: 100, en: Revenue, zh: 收入}"
BANDED = """
- id: A
  kind: banded
  relation: at_least
  measure: intensity
  by: revenue
  bands: [{up_to: 50, threshold: 0.5}, {up_to: 200, threshold: 0.4}, {threshold: 0.3}]
  en: Intensity
  zh: 强度
"""


def judge(rulebook: Rulebook, asked: dict[str, Any] | None = None, **facts: Any) -> str:
    frame = company({2025: facts or {"revenue": None}})
    result: str = evaluate([rulebook], frame, as_of=DAY, **(asked or {}))["result"].item()
    return result


def detail(rulebook: Rulebook, criterion: str = "A", **facts: Any) -> dict[str, Any]:
    frame = company({2025: facts or {"revenue": None}})
    rows = evaluate_criteria([rulebook], frame, as_of=DAY).to_dicts()
    return next(row for row in rows if row["criterion"] == criterion)


@pytest.mark.parametrize(
    ("kind", "below", "at", "above"),
    [
        ("at_least", "unmet", "met", "met"),
        ("more_than", "unmet", "unmet", "met"),
        ("at_most", "met", "met", "unmet"),
        ("less_than", "met", "unmet", "unmet"),
    ],
)
def test_each_relation_at_its_threshold(
    make_rulebook: Maker, kind: str, below: str, at: str, above: str
) -> None:
    rulebook = make_rulebook(AT_LEAST.replace("at_least", kind))
    found = [judge(rulebook, revenue=value) for value in (99.99, 100.0, 100.01)]
    assert found == [below, at, above]
    assert judge(rulebook) == "unknown"


def test_figures_come_with_the_result(make_rulebook: Maker) -> None:
    row = detail(make_rulebook(AT_LEAST), revenue=70.0)
    assert (row["observed"], row["required"], row["gap"]) == (70.0, 100.0, 30.0)
    assert row["missing"] == ""
    row = detail(make_rulebook(AT_LEAST))
    assert (row["observed"], row["gap"], row["missing"]) == (None, None, "revenue.y0")


def test_what_is_more_than_asked_has_no_gap(make_rulebook: Maker) -> None:
    assert detail(make_rulebook(AT_LEAST), revenue=170.0)["gap"] == 0.0


def test_sums_of_decimals_meet_their_threshold_exactly(make_rulebook: Maker) -> None:
    criterion = "- {id: A, kind: at_least, measure: share, threshold: 0.3, en: Share, zh: 占}"
    assert judge(make_rulebook(criterion), share=0.1 + 0.2 - 1e-16) == "met"
    assert judge(make_rulebook(criterion), share=0.2999999) == "unmet"


@pytest.mark.parametrize(
    ("revenue", "spend", "expected", "required"),
    [
        (50.0, 25.0, "met", 0.5),
        (50.0, 24.9, "unmet", 0.5),
        (50.01, 24.9, "met", 0.4),
        (200.0, 80.0, "met", 0.4),
        (200.0, 79.9, "unmet", 0.4),
        (200.01, 79.9, "met", 0.3),
    ],
)
def test_bands_at_their_edges(
    make_rulebook: Maker, revenue: float, spend: float, expected: str, required: float
) -> None:
    row = detail(make_rulebook(BANDED), revenue=revenue, rd_spend=spend)
    assert (row["result"], row["required"]) == (expected, required)


def test_a_missing_band_is_unknown_only_where_it_matters(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(BANDED.replace("measure: intensity", "measure: share"))
    found = [judge(rulebook, share=share) for share in (0.29, 0.3, 0.45, 0.5)]
    assert found == ["unmet", "unknown", "unknown", "met"]


@pytest.mark.parametrize(
    ("criterion", "facts", "expected"),
    [
        ("kind: one_of, measure: listed, values: [false]", {"listed": False}, "met"),
        ("kind: one_of, measure: listed, values: [false]", {"listed": True}, "unmet"),
        ("kind: one_of, measure: listed, values: [false]", {}, "unknown"),
        ("kind: one_of, measure: level, values: [high]", {"level": "high"}, "met"),
        ("kind: one_of, measure: level, values: [high]", {"level": "low"}, "unmet"),
        ("kind: one_of, measure: level, values: [high, low]", {"level": "low"}, "met"),
        ("kind: one_of, measure: novel, values: [true]", {}, "needs_judgement"),
        ("kind: judged, measure: novel", {}, "needs_judgement"),
        ("kind: judged, measure: novel", {"novel": True}, "met"),
        ("kind: judged, measure: novel", {"novel": False}, "unmet"),
        ("kind: on_or_after, measure: founded, threshold: 2020-05-05", {}, "unknown"),
    ],
)
def test_values_and_judgements(
    make_rulebook: Maker, criterion: str, facts: dict[str, Any], expected: str
) -> None:
    rulebook = make_rulebook(f"- {{id: A, {criterion}, en: A, zh: A}}")
    assert judge(rulebook, **facts) == expected


@pytest.mark.parametrize(
    ("threshold", "day"),
    [
        ("2020-05-05", date(2020, 5, 5)),
        ("as_of", DAY),
        ("as_of - 1 day", date(2026, 5, 31)),
        ("as_of - 3 months", date(2026, 3, 1)),
        ("as_of - 5 years", date(2021, 6, 1)),
    ],
)
def test_days_include_their_edge(make_rulebook: Maker, threshold: str, day: date) -> None:
    after = make_rulebook(
        f"- {{id: A, kind: on_or_after, measure: founded, threshold: {threshold}, en: A, zh: A}}"
    )
    before_day = date.fromordinal(day.toordinal() - 1)
    assert judge(after, founded=day) == "met"
    assert judge(after, founded=before_day) == "unmet"
    assert detail(after, founded=before_day)["gap"] == 1
    before = make_rulebook(
        f"- {{id: A, kind: on_or_before, measure: founded, threshold: {threshold}, en: A, zh: A}}"
    )
    assert judge(before, founded=day) == "met"
    assert judge(before, founded=date.fromordinal(day.toordinal() + 2)) == "unmet"
    assert detail(before, founded=date.fromordinal(day.toordinal() + 2))["gap"] == 2


CHAIN = ["unmet", "unknown", "needs_judgement", "met"]


def together(kind: str, need: str = "") -> str:
    parts = "\n".join(
        f"    - {{id: {i}, kind: one_of, measure: {m}, values: [true], en: {i}, zh: {i}}}"
        for i, m in (("L", "listed"), ("N", "novel"))
    )
    return f"- id: A\n  kind: {kind}\n{need}  en: A\n  zh: A\n  of:\n{parts}"


@pytest.mark.parametrize(("listed", "novel"), list(product((True, False, None), repeat=2)))
def test_joints_follow_the_truth_table(
    make_rulebook: Maker, listed: bool | None, novel: bool | None
) -> None:
    facts = {"listed": listed, "novel": novel}
    first = {True: "met", False: "unmet", None: "unknown"}[listed]
    second = {True: "met", False: "unmet", None: "needs_judgement"}[novel]
    ordered = sorted((first, second), key=CHAIN.index)
    assert judge(make_rulebook(together("all_of")), **facts) == ordered[0]
    assert judge(make_rulebook(together("any_of")), **facts) == ordered[1]
    assert judge(make_rulebook(together("count", "  need: 1\n")), **facts) == ordered[1]
    assert judge(make_rulebook(together("count", "  need: 2\n")), **facts) == ordered[0]


def test_a_count_says_how_many_are_short(make_rulebook: Maker) -> None:
    row = detail(make_rulebook(together("count", "  need: 2\n")), listed=True, novel=False)
    assert (row["observed"], row["required"], row["gap"]) == (1.0, 2.0, 1.0)


APPLIES = (
    AT_LEAST[:-1] + ", applies_when: {id: W, kind: one_of, measure: listed, values: [true], "
    "en: W, zh: W}}"
)


@pytest.mark.parametrize(
    ("listed", "revenue", "expected"),
    [
        (True, 100.0, "met"),
        (True, 99.0, "unmet"),
        (False, 99.0, "not_applicable"),
        (None, 100.0, "unknown"),
        (None, 99.0, "unknown"),
    ],
)
def test_applicability(
    make_rulebook: Maker, listed: bool | None, revenue: float, expected: str
) -> None:
    assert judge(make_rulebook(APPLIES), listed=listed, revenue=revenue) == expected


def test_a_scope_decides_whether_a_rulebook_applies_at_all(make_rulebook: Maker) -> None:
    scope = "scope: {id: W, kind: one_of, measure: city, values: [西安市], en: W, zh: W}"
    rulebook = make_rulebook(AT_LEAST, extra=scope)
    assert judge(rulebook, city="西安市", revenue=1.0) == "unmet"
    assert judge(rulebook, city="杭州市", revenue=1.0) == "not_applicable"
    assert judge(rulebook, revenue=1.0) == "unknown"


def test_what_is_only_for_one_mode_does_not_apply_in_the_other(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(AT_LEAST[:-1] + ", only_in: renewal}")
    assert judge(rulebook, revenue=1.0) == "not_applicable"
    assert judge(rulebook, {"mode": "renewal"}, revenue=1.0) == "unmet"


def test_an_illustrative_figure_never_decides_unless_asked_for(make_rulebook: Maker) -> None:
    listed = "- {id: B, kind: one_of, measure: listed, values: [true], en: B, zh: B}"
    rulebook = make_rulebook(f"{AT_LEAST[:-1]}, status: illustrative}}\n{listed}")
    assert judge(rulebook, revenue=1.0, listed=True) == "needs_judgement"
    assert judge(rulebook, revenue=100.0, listed=True) == "needs_judgement"
    assert judge(rulebook, revenue=100.0, listed=False) == "unmet"
    asked = {"with_illustrative": True}
    assert judge(rulebook, asked, revenue=1.0, listed=True) == "unmet"
    assert judge(rulebook, asked, revenue=100.0, listed=True) == "met"
    assert detail(rulebook, revenue=1.0)["result"] == "unmet"


@pytest.mark.parametrize(
    ("criterion", "complaint"),
    [
        ("kind: at_leest, measure: revenue, threshold: 1", "'kind' is 'at_leest'"),
        ("kind: at_least, measure: revenu, threshold: 1", "did you mean revenue"),
        ("kind: at_least, measure: revenue", "'threshold' is missing"),
        ("kind: at_least, measure: revenue, threshold: 5%", "is no number"),
        ("kind: at_least, measure: intensity, threshold: 5", "'threshold' is 5, which is 500%"),
        ("kind: at_least, measure: revenue, threshold: .inf", "is no number"),
        ("kind: at_least, measure: revenue, threshold: 1, limit: 2", "'limit' is not known"),
        ("kind: at_least, threshold: 1", "a 'measure' or a 'score'"),
        ("kind: at_least, score: total, threshold: 1", "no score 'total'"),
        ("kind: at_least, measure: city, threshold: 1", "is a text"),
        ("kind: one_of, measure: level, values: [highest]", "never 'highest'"),
        ("kind: one_of, measure: level, values: [true]", "does not fit"),
        ("kind: one_of, measure: listed, values: []", "does not fit"),
        ("kind: one_of, measure: revenue, values: [1]", "is a number"),
        ("kind: on_or_after, measure: founded, threshold: yesterday", "is no day"),
        ("kind: on_or_after, measure: founded, threshold: as_of + 1 day", "is no day"),
        ("kind: on_or_after, measure: revenue, threshold: as_of", "is a number"),
        ("kind: judged, measure: city", "is a text"),
        ("kind: all_of, of: []", "has to be a list"),
        ("kind: all_of, of: 3", "has to be a list"),
        ("kind: judged, measure: novel, status: sure", "'status' is 'sure'"),
        ("kind: judged, measure: novel, only_in: second", "'only_in' is 'second'"),
    ],
)
def test_a_wrong_criterion_is_refused_with_its_place(
    make_rulebook: Maker, criterion: str, complaint: str
) -> None:
    with pytest.raises(CriteriaError, match=complaint) as caught:
        make_rulebook(f"- {{id: A, {criterion}, en: A, zh: A}}")
    message = str(caught.value)
    assert "trial.yaml, version 'one', criterion 'A', line " in message


def test_a_count_has_to_be_reachable(make_rulebook: Maker) -> None:
    for need in ("0", "3", "1.5", "many"):
        with pytest.raises(CriteriaError, match="need"):
            make_rulebook(together("count", f"  need: {need}\n"))


@pytest.mark.parametrize(
    "bands",
    [
        "[{up_to: 5, threshold: 1}]",
        "[{threshold: 1}, {threshold: 0.2}]",
        "[{up_to: 5, threshold: 1}, {up_to: 5, threshold: 1}, {threshold: 0.2}]",
        "[{up_to: 9, threshold: 1}, {up_to: 5, threshold: 1}, {threshold: 0.2}]",
    ],
)
def test_bands_have_to_rise_to_an_open_one(make_rulebook: Maker, bands: str) -> None:
    lines = [f"  bands: {bands}" if "bands:" in line else line for line in BANDED.splitlines()]
    with pytest.raises(CriteriaError, match="do not rise"):
        make_rulebook("\n".join(lines))


def test_criteria_nest_only_so_deep(make_rulebook: Maker) -> None:
    nested = "{id: Z, kind: judged, measure: novel, en: Z, zh: Z}"
    for number in range(12):
        nested = f"{{id: Z{number}, kind: all_of, en: Z, zh: Z, of: [{nested}]}}"
    with pytest.raises(CriteriaError, match="nested too deep"):
        make_rulebook(f"- {nested}")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(0, 200)), min_size=1, max_size=20))
def test_missing_data_is_never_no(values: list[float | None]) -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from rulebook_parts import write_rulebook

    from terrace.rules import load_rulebooks

    with TemporaryDirectory() as folder:
        write_rulebook(Path(folder), AT_LEAST)
        rulebooks = load_rulebooks(Path(folder))
    import polars as pl

    frame = pl.concat(
        [
            company({2025: {"revenue": value}}, f"C{n:02}").cast({"revenue": pl.Float64})
            for n, value in enumerate(values)
        ]
    )
    found = evaluate(rulebooks, frame, as_of=DAY)["result"].to_list()
    expected = [
        "unknown" if value is None else "met" if value >= 100 else "unmet" for value in values
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("subjects", "bands", "complaint"),
    [
        ("measure: intensity, by: revenue", "{up_to: 50, threshold: 5}", "write 5% as 0.05"),
        ("measure: revenue, by: share", "{up_to: 50, threshold: 5}", "'up_to' is 50, which is"),
    ],
)
def test_a_percentage_in_a_band_is_refused_with_its_line(
    make_rulebook: Maker, subjects: str, bands: str, complaint: str
) -> None:
    with pytest.raises(CriteriaError, match=rf"band '1', line \d+: .*{complaint}"):
        make_rulebook(
            f"- {{id: A, kind: banded, relation: at_least, {subjects}, "
            f"bands: [{bands}, {{threshold: 0.04}}], en: A, zh: A}}"
        )
