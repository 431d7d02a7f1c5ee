"""The reasons for one company and the table of all companies say the same."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from rulebook_parts import DAY, company

from terrace.errors import CriteriaError
from terrace.rules import (
    Explanation,
    Rulebook,
    Version,
    add_sentences,
    evaluate,
    evaluate_criteria,
    explain_company,
    load_rulebooks,
)
from terrace.rules.calibration import load_calibration
from terrace.rules.criteria import Mode
from terrace.rules.dossier import open_dossier
from terrace.rules.expression_reading import read_expression
from terrace.rules.population import generate_population
from terrace.rules.snapshot import known_facts, take_snapshot
from terrace.rules.verdicts import compile_version

SHIPPED = load_rulebooks()
DECLARED = SHIPPED[0].catalog.facts
VERSIONS = [(book, version) for book in SHIPPED for version in book.versions]
Maker = Callable[..., Rulebook]


def spoil(row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A third of the cells emptied, and a day of recording."""
    kept = {name: cell if chance.random() > 0.35 else None for name, cell in row.items()}
    keys = {name: row[name] for name in ("company", "fiscal_year")}
    return {**kept, **keys, "recorded": chance.choice([None, date(2026, 1, 5), date(2026, 5, 5)])}


def make_population(seed: int) -> pl.DataFrame:
    """Eight companies; half of the rows come twice, as corrected later, and out of order."""
    facts = generate_population(load_calibration(), companies=8, seed=seed, last_year=2026).facts
    chance = random.Random(seed)
    rows = [spoil(row, chance) for row in facts.to_dicts()]
    rows += [spoil(row, chance) for row in facts.to_dicts() if chance.random() > 0.5]
    chance.shuffle(rows)
    return pl.DataFrame(rows, schema={**facts.schema, "recorded": pl.Date()})


def read_verdict(explanation: Explanation) -> tuple[str, str, str, tuple[float, float] | None]:
    rulebook, version = explanation.rulebook.id, explanation.version.id
    return rulebook, version, explanation.result, explanation.points


def list_verdicts(frame: pl.DataFrame) -> list[Any]:
    return [
        (
            row["rulebook"],
            row["version"],
            row["result"],
            None if row["points_low"] is None else (row["points_low"], row["points_high"]),
        )
        for row in frame.to_dicts()
    ]


@pytest.mark.parametrize("known_at", [None, date(2026, 2, 1)])
@pytest.mark.parametrize(("mode", "with_illustrative"), [("first", False), ("renewal", True)])
def test_one_company_stands_as_it_stands_among_all(
    mode: Mode, with_illustrative: bool, known_at: date | None
) -> None:
    facts = make_population(seed=7)
    asked: dict[str, Any] = {"as_of": DAY, "known_at": known_at, "mode": mode}
    asked["with_illustrative"] = with_illustrative
    verdicts = evaluate(SHIPPED, facts, **asked)
    details = add_sentences(SHIPPED, evaluate_criteria(SHIPPED, facts, **asked))
    for name in facts["company"].unique():
        found = explain_company(SHIPPED, facts, name, **asked)
        own = pl.col("company") == name
        assert [read_verdict(one) for one in found] == list_verdicts(verdicts.filter(own))
        for one in found:
            rows = details.filter(own, pl.col("rulebook") == one.rulebook.id)
            written = {row["criterion"]: row for row in rows.to_dicts()}
            for reason in one.reasons:
                row = written[reason.criterion]
                assert reason.result == row["result"]
                assert (reason.en, reason.zh) == (row["sentence_en"], row["sentence_zh"])


@pytest.mark.parametrize(("rulebook", "version"), VERSIONS)
def test_no_shipped_version_needs_polars_for_one_company(
    rulebook: Rulebook, version: Version
) -> None:
    for mode in ("first", "renewal"):
        compiled = compile_version(rulebook, version, mode=mode)
        assert all(read_expression(column) for column in compiled.plan.columns.values())


@pytest.mark.parametrize("days", [-400, -30, 0, 250, 800])
def test_a_dossier_holds_what_the_snapshot_holds(days: int) -> None:
    facts, as_of = make_population(seed=3), DAY + timedelta(days)
    columns = sorted(
        {
            column
            for rulebook, version in VERSIONS
            for column in compile_version(rulebook, version, mode="first").inputs
        }
    )
    for known_at in (None, date(2026, 2, 1), date(2025, 1, 1)):
        known = known_facts(facts, known_at=known_at)
        subjects = facts.select(pl.col("company").unique().sort()).with_columns(
            pl.lit(as_of).alias("as_of")
        )
        expected = take_snapshot(known, subjects, columns, DECLARED).to_dicts()
        for row in expected:
            own = facts.filter(pl.col("company") == row["company"])
            dossier = open_dossier(own, DECLARED, as_of=as_of, known_at=known_at)
            assert dossier.take(columns) == {n: row[n] for n in ("as_of", *columns)}


def test_a_formula_outside_the_set_is_explained_all_the_same(make_rulebook: Maker) -> None:
    criterion = "- {id: A, kind: at_least, measure: intensity, threshold: 0.05, en: R&D, zh: 研发}"
    rulebook = make_rulebook(criterion)
    # Nothing divided by nothing is no number, so that Polars is asked.
    facts = company({2025: {"revenue": float("nan"), "rd_spend": 1.0}})
    (found,) = explain_company([rulebook], facts, "A", as_of=DAY)
    (row,) = evaluate([rulebook], facts, as_of=DAY).to_dicts()
    assert found.result == row["result"]


def test_whole_numbers_are_read_as_declared(make_rulebook: Maker) -> None:
    criterion = "- {id: A, kind: at_least, measure: revenue, threshold: 3, en: Revenue, zh: 收入}"
    (found,) = explain_company(
        [make_rulebook(criterion)], company({2025: {"revenue": 2}}), "A", as_of=DAY
    )
    assert found.reasons[0].en == "Revenue 2 yuan, required at least 3 yuan: 1 yuan short"
    assert found.used[0].value == "2"


def test_a_year_that_stands_twice_is_refused_as_for_all(make_rulebook: Maker) -> None:
    rulebook = make_rulebook(
        "- {id: A, kind: at_least, measure: revenue, threshold: 3, en: Revenue, zh: 收入}"
    )
    facts = pl.concat([company({2025: {"revenue": 2.0}})] * 2)
    with pytest.raises(CriteriaError, match="fiscal year twice"):
        evaluate([rulebook], facts, as_of=DAY)
    with pytest.raises(CriteriaError, match="fiscal year twice"):
        explain_company([rulebook], facts, "A", as_of=DAY)
