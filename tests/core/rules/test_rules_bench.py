import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

BENCH = Path(__file__).parents[3] / "bench"
sys.path.insert(0, str(BENCH))

import rules_speed  # noqa: E402
from rules_peers import points  # noqa: E402
from terrace.rules.calibration import load_calibration  # noqa: E402
from terrace.rules.population import generate_population  # noqa: E402


@pytest.fixture(scope="module")
def facts() -> pl.DataFrame:
    return generate_population(load_calibration(), companies=1500, seed=5, last_year=2025).facts


def test_points_are_of_the_first_band_reached() -> None:
    found = points(np.array([0.3, 0.299, 0.1, 0.05, np.nan]), ((0.3, 20.0), (0.1, 4.0)))
    assert found.tolist() == [20.0, 4.0, 4.0, 0.0, 0.0]


def test_the_peers_find_the_same_companies(facts: pl.DataFrame) -> None:
    met = rules_speed.require_agreement(rules_speed.make_peers(facts))
    assert met["tech_sme"] > met["srdi"] > 0


def test_peers_that_differ_are_not_timed(facts: pl.DataFrame) -> None:
    peers = rules_speed.make_peers(facts)
    nobody = {name: np.zeros(1500, dtype=bool) for name in ("tech_sme", "srdi")}
    with pytest.raises(SystemExit, match="broken differs from terrace on tech_sme"):
        rules_speed.require_agreement({**peers, "broken": lambda: nobody})


def test_missing_numbers_are_nan_and_dates_are_days(facts: pl.DataFrame) -> None:
    columns = rules_speed.spread_columns(facts)
    assert np.isnan(columns["employees"]).sum() == facts["employees"].null_count() / 4
    assert columns["tech_sme_until"].max() == (date(2026, 12, 31) - date(1970, 1, 1)).days
    assert all(len(column) == 1500 for column in columns.values())


def test_a_report_has_every_task(facts: pl.DataFrame) -> None:
    timed = rules_speed.measure_in_turns({"a": lambda: None, "b": lambda: None}, rounds=3)
    report = {
        **{"companies": 1500, "rounds": 3, "processors": 2, "load": 0.5, "met": {}},
        **{"two rulebooks": timed, "terrace alone": {"c": timed["a"]}},
    }
    table = rules_speed.write_table(report)
    assert [f"| {name} |" in table for name in "abc"] == [True] * 3
    assert set(rules_speed.make_own_tasks(facts)) >= {"all rulebooks in force, all companies"}
