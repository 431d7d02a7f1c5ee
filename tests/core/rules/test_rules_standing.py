from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulebook_parts import DAY, company

from terrace.errors import CriteriaError
from terrace.rules import (
    Rulebook,
    evaluate,
    evaluate_criteria,
    find_rulebook,
    load_rulebooks,
)
from terrace.rules.snapshot import known_facts, take_snapshot

Maker = Callable[..., Rulebook]
AT_LEAST = "- {id: A, kind: at_least, measure: revenue, threshold: 100, en: Revenue, zh: 收入}"
PATENTS = "- {id: A, kind: at_least, measure: patents, threshold: 2, en: Patents, zh: 专利}"
SHIPPED = load_rulebooks()


def records(*rows: tuple[int, str, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "company": ["A"] * len(rows),
            "fiscal_year": [year for year, _, _ in rows],
            "recorded": [date.fromisoformat(day) for _, day, _ in rows],
            "revenue": [value for _, _, value in rows],
        },
        schema_overrides={"revenue": pl.Float64},
    )


def test_it_gives_one_row_per_company_and_rulebook_in_force() -> None:
    frame = pl.concat([company({2025: {"revenue": 1.0}}, name) for name in "BA"])
    found = evaluate(SHIPPED, frame, as_of=DAY)
    assert found["company"].unique().sort().to_list() == ["A", "B"]
    assert not found.select(pl.struct("company", "rulebook").is_duplicated().any()).item()
    assert "little_giant" in found["rulebook"]
    assert "gazelle_cn" not in found["rulebook"]
    assert set(found["as_of"]) == {DAY}


def test_illustrative_rulebooks_come_only_if_asked_for() -> None:
    frame = company({2025: {"revenue": 1.0}})
    found = evaluate(SHIPPED, frame, as_of=DAY, with_illustrative=True)
    assert {"gazelle_cn", "hardcore_company", "rent_relief"} <= set(found["rulebook"])


def test_no_rulebook_in_force_gives_an_empty_frame_with_the_same_columns() -> None:
    frame = company({2025: {"revenue": 1.0}})
    srdi = [find_rulebook(SHIPPED, "srdi")]
    none = evaluate(srdi, frame, as_of=date(2010, 1, 1))
    some = evaluate(srdi, frame, as_of=DAY)
    assert none.is_empty()
    assert none.schema == some.schema


def test_counts_are_of_the_listed_criteria(make_rulebook: Maker) -> None:
    other = "- {id: B, kind: judged, measure: novel, en: B, zh: B}"
    third = "- {id: C, kind: one_of, measure: listed, values: [true], en: C, zh: C}"
    rulebook = make_rulebook(f"{AT_LEAST}\n{other}\n{third}")
    row = evaluate([rulebook], company({2025: {"revenue": 5.0}}), as_of=DAY).row(0, named=True)
    assert [row[name] for name in ("met", "unmet", "unknown", "to_judge")] == [0, 1, 1, 1]
    assert row["result"] == "unmet"


def test_the_day_chooses_the_closed_fiscal_year(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(AT_LEAST)
    frame = company({2023: {"revenue": 5.0}, 2024: {"revenue": 500.0}, 2025: {"revenue": 5.0}})
    found = [
        evaluate([rulebook], frame, as_of=date(year, 6, 1))["result"].item()
        for year in (2024, 2025, 2026, 2027)
    ]
    assert found == ["unmet", "met", "unmet", "unknown"]


def test_what_holds_until_it_changes_takes_the_newest_value(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(PATENTS)
    frame = company({2022: {"patents": 3.0}, 2023: {"patents": None}, 2026: {"patents": 1.0}})
    at = [
        evaluate([rulebook], frame, as_of=date(year, 6, 1))["result"].item()
        for year in (2021, 2022, 2024, 2025, 2026, 2030)
    ]
    assert at == ["unknown", "met", "met", "met", "unmet", "unmet"]


def test_a_correction_counts_from_when_it_was_recorded(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(AT_LEAST)
    frame = records((2025, "2026-02-01", 100.0), (2025, "2026-05-01", 99.0))
    found = [
        evaluate([rulebook], frame, as_of=DAY, known_at=day)["result"].item()
        for day in (date(2026, 4, 30), date(2026, 5, 1), None)
    ]
    assert found == ["met", "unmet", "unmet"]


def test_before_anything_was_recorded_nothing_is_known(make_rulebook: Maker) -> None:
    frame = records((2025, "2026-02-01", 100.0))
    found = evaluate([make_rulebook(AT_LEAST)], frame, as_of=DAY, known_at=date(2026, 1, 31))
    assert found["result"].to_list() == ["unknown"]


def test_an_empty_cell_corrects_nothing() -> None:
    frame = records((2025, "2026-02-01", 7.0), (2025, "2026-05-01", None))
    assert known_facts(frame)["revenue"].to_list() == [7.0]


def test_the_order_of_rows_does_not_matter_to_corrections() -> None:
    frame = records((2025, "2026-05-01", 9.0), (2025, "2026-02-01", 7.0))
    assert known_facts(frame)["revenue"].to_list() == [9.0]


def test_a_year_twice_without_saying_which_is_newer_is_refused(make_rulebook: Maker) -> None:
    twice = pl.concat([company({2025: {"revenue": 1.0}})] * 2)
    with pytest.raises(CriteriaError, match="fiscal year twice"):
        evaluate([make_rulebook(AT_LEAST)], twice, as_of=DAY)


def test_a_snapshot_has_a_row_per_subject_even_without_facts() -> None:
    facts = SHIPPED[0].catalog.facts
    subjects = pl.DataFrame({"company": ["X", "Y"], "as_of": [DAY, date(2020, 1, 1)]})
    known = company({2025: {"revenue": 4.0}}, "X")
    snapshot = take_snapshot(known, subjects, {"revenue.y0", "city.y0", "revenue.this"}, facts)
    assert snapshot["revenue.y0"].to_list() == [4.0, None]
    assert snapshot["city.y0"].to_list() == [None, None]
    assert snapshot.schema["city.y0"] == pl.String()


def test_details_name_law_figures_and_what_is_missing() -> None:
    frame = company({2025: {"revenue": 4856750.0, "rd_spend": 101162.5, "employees": 100.0}})
    details = evaluate_criteria([find_rulebook(SHIPPED, "hnte")], frame, as_of=DAY)
    row = details.filter(pl.col("criterion") == "H5").row(0, named=True)
    assert row["clause"] == "第十一条"
    assert row["status"] == "secondary"
    assert row["result"] == "unknown"
    assert row["missing"].split() == [
        *("founded.y0", "rd_spend.y1", "rd_spend.y2", "revenue.y1", "revenue.y2"),
    ]


def test_results_do_not_depend_on_the_company_of_the_neighbours() -> None:
    names = [f"C{n}" for n in range(7)]
    alone = [
        evaluate(SHIPPED, company({2025: {"revenue": 1e7 * n, "rd_spend": 1e6}}, name), as_of=DAY)
        for n, name in enumerate(names)
    ]
    together = evaluate(
        SHIPPED,
        pl.concat(
            [
                company({2025: {"revenue": 1e7 * n, "rd_spend": 1e6}}, name)
                for n, name in enumerate(names)
            ]
        ),
        as_of=DAY,
    )
    keys = ["company", "rulebook"]
    assert pl.concat(alone).sort(keys).equals(together.sort(keys))


TECH_SME = [find_rulebook(SHIPPED, "tech_sme")]
KNOWN = {
    "resident_enterprise": True,
    "employees": 100.0,
    "revenue": 1e8,
    "total_costs": 1e8,
    "total_assets": 1e8,
    "prohibited_industry": False,
    "incident_or_dishonesty": False,
    "ip_class2": 2.0,
}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 10_000_000), st.integers(0, 3)),
        min_size=1,
        max_size=12,
    )
)
def test_the_points_of_a_technology_sme_agree_with_plain_python(
    rows: list[tuple[int, int, int]],
) -> None:
    frame = pl.concat(
        [
            company(
                {
                    2025: {
                        **KNOWN,
                        "tech_staff": float(staff),
                        "rd_spend": float(spend),
                        "ip_class1": float(ip),
                    }
                },
                f"C{n:02}",
            )
            for n, (staff, spend, ip) in enumerate(rows)
        ]
    )
    found = evaluate(TECH_SME, frame, as_of=DAY)
    assert found["points_low"].to_list() == found["points_high"].to_list()
    assert found["points_low"].to_list() == [points_of(*row) for row in rows]


def points_of(staff: int, spend: int, ip_class1: int) -> float:
    """The law once more, in integers: shares of 100 staff and of 100 million yuan."""
    by_staff = next((p for edge, p in ((30, 20), (25, 16), (20, 12), (15, 8)) if staff >= edge), 0)
    by_staff = by_staff or (4 if staff >= 10 else 0)
    by_spend = min(50, max(0, 10 * (spend // 1_000_000 - 1)))
    by_costs = 10 if spend >= 10_000_000 else 0
    return by_staff + max(by_spend, by_costs) + (30 if ip_class1 else 12)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_knowing_more_never_turns_a_settled_result(data: st.DataObject) -> None:
    """What is met or unmet with some facts missing stays so once they are known."""
    full = {**KNOWN, "tech_staff": 20.0, "rd_spend": 4e6, "ip_class1": 0.0, "rd_institution": "own"}
    hidden = data.draw(st.sets(st.sampled_from(sorted(full))))
    part = {name: value for name, value in full.items() if name not in hidden} or {"revenue": None}
    first = evaluate_criteria(TECH_SME, company({2025: part}), as_of=DAY)
    second = evaluate_criteria(TECH_SME, company({2025: full}), as_of=DAY)
    settled = first.filter(pl.col("result").is_in(["met", "unmet"]))
    joined = settled.join(second, on="criterion", suffix="_full")
    assert joined.filter(pl.col("result") != pl.col("result_full")).is_empty()
