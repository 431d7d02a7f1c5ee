import itertools
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from path_parts import make_facts, make_setting

from terrace.errors import CriteriaError
from terrace.rules.forecast import (
    Odds,
    expect_counts,
    find_standings,
    interval_of_count,
    list_lapsing,
    list_within_reach,
    load_odds,
)

DAY = date(2026, 6, 1)
SOUND = {"rd_spend": 600.0, "engineers": 9.0}


def standings(folder: Path, *frames: pl.DataFrame) -> pl.DataFrame:
    setting = make_setting(folder)
    return find_standings(setting.rulebooks, setting.ladder, pl.concat(frames), as_of=DAY)


def row_of(frame: pl.DataFrame, company: str, title: str) -> dict[str, object]:
    (row,) = frame.filter(company=company, title=title).to_dicts()
    return row


def test_it_says_what_is_held_open_and_met(tmp_path: Path) -> None:
    found = standings(
        tmp_path,
        make_facts("A", **SOUND),
        make_facts("B", low_until=date(2026, 6, 1)),
        make_facts("C", low_until=date(2026, 5, 31)),
    )
    assert found.height == 6
    low = row_of(found, "A", "low")
    assert (low["is_held"], low["is_open"], low["result"]) == (False, True, "met")
    assert row_of(found, "B", "low")["is_held"]
    assert not row_of(found, "C", "low")["is_held"]
    assert [row_of(found, one, "high")["is_open"] for one in "ABC"] == [False, True, False]


def test_certificates_that_lapse_come_the_soonest_first(tmp_path: Path) -> None:
    found = standings(
        tmp_path,
        make_facts("A", low_until=date(2027, 6, 1), **SOUND),
        make_facts("B", low_until=date(2027, 6, 2)),
        make_facts("C", low_until=date(2026, 6, 30)),
        make_facts("D", low_until=date(2026, 5, 30)),
    )
    lapsing = list_lapsing(found, as_of=DAY, months=12)
    assert lapsing["company"].to_list() == ["C", "A"]
    assert lapsing["days_left"].to_list() == [29, 365]
    assert lapsing["result"].to_list() == ["unmet", "met"]


def test_those_near_a_title_lack_little_and_no_data(tmp_path: Path) -> None:
    found = standings(
        tmp_path,
        make_facts("near"),
        make_facts("blind", staff=None),
        make_facts("holder", low_until=date(2028, 1, 1)),
        make_facts("there", **SOUND),
    )
    reach = list_within_reach(found, most_unmet=1, most_distance=2.0).filter(title="low")
    assert reach["company"].to_list() == ["there", "near"]
    assert reach["unmet"].to_list() == [0, 1]
    assert reach["distance"][0] == 0 < reach["distance"][1]
    exact = float(reach["distance"][1])
    assert list_within_reach(found, most_distance=exact - 0.01).filter(company="near").is_empty()


def test_who_is_known_too_little_of_is_counted_apart(tmp_path: Path) -> None:
    found = standings(
        tmp_path, make_facts("there", **SOUND), make_facts("blind", staff=None, rd_spend=600.0)
    )
    low = expect_counts(found, load_odds(), as_of=DAY).filter(title="low").to_dicts()[0]
    assert low["undecided"] == 1
    assert low["expected"] == load_odds().entry["met"]


def test_expected_counts_add_up_the_chances(tmp_path: Path) -> None:
    found = standings(
        tmp_path,
        make_facts("stays", low_until=date(2028, 1, 1)),
        make_facts("renews", low_until=date(2026, 9, 1), **SOUND),
        make_facts("falls", low_until=date(2026, 9, 1)),
        make_facts("enters", **SOUND),
        make_facts("waits"),
    )
    renewal = {"met": 0.9, "unmet": 0.2, "unknown": 0, "needs_judgement": 0, "not_applicable": 0}
    odds = Odds(renewal, {**renewal, "met": 0.5, "unmet": 0.0})
    counts = expect_counts(found, odds, as_of=DAY)
    low = counts.filter(title="low").to_dicts()[0]
    assert low["expected"] == pytest.approx(1 + 0.9 + 0.2 + 0.5)
    assert (low["holders"], low["lapsing"]) == (3, 2)
    assert 1 <= low["low"] <= low["expected"] <= low["high"] <= 4


def exact_distribution(chances: list[float]) -> list[float]:
    reached = [0.0] * (len(chances) + 1)
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        pairs = zip(outcome, chances, strict=True)
        reached[sum(outcome)] += float(np.prod([c if o else 1 - c for o, c in pairs]))
    return reached


@given(st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.95, 1.0]), min_size=1, max_size=8))
def test_the_interval_holds_nine_of_ten_outcomes(chances: list[float]) -> None:
    low, high = interval_of_count(np.array(chances))
    distribution = exact_distribution(chances)
    assert sum(distribution[low : high + 1]) >= 0.9 - 1e-9
    assert sum(distribution[:low]) <= 0.05 + 1e-9
    assert sum(distribution[high + 1 :]) <= 0.05 + 1e-9


def test_certain_companies_leave_no_interval() -> None:
    assert interval_of_count(np.array([1.0, 1.0, 0.0])) == (2, 2)


def test_the_interval_of_many_companies_is_that_of_the_binomial() -> None:
    low, high = interval_of_count(np.full(10_000, 0.5))
    assert low == pytest.approx(5_000 - 82, abs=1)
    assert high == pytest.approx(5_000 + 82, abs=1)


def test_odds_have_to_be_probabilities_for_every_verdict(tmp_path: Path) -> None:
    assert load_odds().renewal["met"] > load_odds().entry["met"]
    path = tmp_path / "odds.yaml"
    sound = "{met: 1, needs_judgement: 0, unknown: 0, unmet: 0, not_applicable: 0}"
    path.write_text(f"renewal: {sound}\nentry: {sound.replace('met: 1', 'met: 2', 1)}\n", "utf-8")
    with pytest.raises(CriteriaError, match="from 0 to 1"):
        load_odds(path)
    path.write_text(f"renewal: {sound}\nentry: {{met: 1}}\n", "utf-8")
    with pytest.raises(CriteriaError, match="is missing"):
        load_odds(path)
