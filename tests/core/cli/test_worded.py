"""Workbooks speak the language that was asked, all other formats keep their codes."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from terrace.cli.worded import word_workbook
from terrace.rules import (
    add_sentences,
    evaluate,
    evaluate_criteria,
    find_rulebook,
    load_ladder,
    load_rulebooks,
)
from terrace.rules.impact import MOVES_SCHEMA

BOOK, TABLE = Path("a.xlsx"), Path("a.csv")
DAY = date(2026, 6, 1)
SHIPPED = load_rulebooks()
TECH = find_rulebook(SHIPPED, "tech_sme")
FACTS = pl.DataFrame(
    {"company": ["甲"], "fiscal_year": [2025], "recorded": [None], "employees": [620.0]},
    schema_overrides={"recorded": pl.Date},
)


@pytest.fixture(scope="module")
def details() -> pl.DataFrame:
    return add_sentences([TECH], evaluate_criteria([TECH], FACTS, as_of=DAY))


def test_it_works() -> None:
    verdicts = evaluate([TECH], FACTS, as_of=DAY)
    row = word_workbook(BOOK, verdicts, "zh", rulebooks=SHIPPED).row(0, named=True)
    assert row["规定"] == "科技型中小企业"
    assert row["申报类型"] == "首次"
    assert row["结论"] == "不符合"
    assert row["评定日期"] == DAY
    assert row["符合条件数"] == 0


def test_reasons_are_one_sentence_with_units(details: pl.DataFrame) -> None:
    worded = word_workbook(BOOK, details, "zh", rulebooks=SHIPPED)
    row = worded.filter(pl.col("条件") == "T2a").row(0, named=True)
    assert row["理由"] == "职工总数为620人，要求不超过500人：超出120人"
    assert row["核实程度"] == "转引"
    english = word_workbook(BOOK, details, "en", rulebooks=SHIPPED)
    assert english.columns[:3] == ["company", "rulebook", "version"]
    assert english["reason"].str.starts_with("Employees 620 people").any()
    assert "gap" not in english.columns


def test_moves_and_titles_have_names() -> None:
    move = ("甲", "may_do_either", "unknown", "needs_judgement", None)
    moves = pl.DataFrame([move], schema=MOVES_SCHEMA, orient="row")
    row = word_workbook(BOOK, moves, "zh").row(0, named=True)
    assert (row["变动"], row["变动后结论"]) == ("可能新增或不再符合", "需评判")
    near = pl.DataFrame({"company": ["甲"], "title": ["srdi"], "days_left": [3]})
    ladder = load_ladder(None, rulebooks=SHIPPED)
    row = word_workbook(BOOK, near, "zh", ladder=ladder).row(0, named=True)
    assert (row["称号"], row["剩余天数"]) == ("专精特新中小企业", 3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_other_formats_stay_as_they_are(details: pl.DataFrame, language: str) -> None:
    assert word_workbook(TABLE, details, language) is details  # type: ignore[arg-type]
