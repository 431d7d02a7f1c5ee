from datetime import date
from typing import Any

import polars as pl
import pytest

from terrace.match.gates.pairs import GATE_FACT_TYPES, pair_facts
from terrace.match.reading import read_facts
from terrace.records import Achievement, Need, to_frame

TODAY = date(2026, 11, 23)
ITAR = {"export_control": "ITAR"}


def facts_of(need: dict[str, Any], achievement: dict[str, Any]) -> dict[str, Any]:
    pairs = pl.DataFrame({"need_id": ["N"], "achievement_id": ["A"]})
    needs = read_facts("need", to_frame("need", [Need(id="N", **need)]))
    offers = read_facts(
        "achievement", to_frame("achievement", [Achievement(id="A", **achievement)])
    )
    return pair_facts(pairs, needs, offers, today=TODAY).row(0, named=True)


def test_it_works() -> None:
    facts = facts_of({"readiness_min": 4, "deadline": date(2026, 11, 30)}, {"readiness": 6})
    assert facts["need.readiness_min"] == 4.0
    assert facts["achievement.readiness"] == 6.0
    assert facts["pair.today"] == TODAY
    assert facts["pair.days_left"] == 7
    assert set(GATE_FACT_TYPES) <= set(facts)


def test_of_a_silent_pair_nothing_is_known() -> None:
    facts = facts_of({}, {})
    for name in ("days_left", "same_currency", "comparable_price", "shared_terms"):
        assert facts[f"pair.{name}"] is None
    for name in ("shared_languages", "region_allowed", "export_regime", "export_country"):
        assert facts[f"pair.{name}"] is None
    assert facts["pair.export_eligible"] is True
    assert facts["pair.export_owners_only"] is False


@pytest.mark.parametrize(
    ("wanted", "offered", "same", "comparable"),
    [("EUR", "eur", True, 9.0), ("EUR", "USD", False, None), ("EUR", "", None, None)],
)
def test_prices_are_compared_in_one_currency(
    wanted: str, offered: str, same: bool | None, comparable: float | None
) -> None:
    facts = facts_of({"budget_max": 5.0, "currency": wanted}, {"price": 9.0, "currency": offered})
    assert facts["pair.same_currency"] is same
    assert facts["pair.comparable_price"] == comparable


@pytest.mark.parametrize(
    ("wanted", "offered", "shared"),
    [
        (("licence", "transfer"), ("transfer", "equity"), 1),
        (("licence",), ("equity",), 0),
        ((), ("equity",), None),
        (("licence",), (), None),
    ],
)
def test_shared_terms_are_counted(
    wanted: tuple[str, ...], offered: tuple[str, ...], shared: int | None
) -> None:
    assert facts_of({"terms": wanted}, {"terms": offered})["pair.shared_terms"] == shared


@pytest.mark.parametrize(
    ("need", "achievement", "eligible"),
    [
        ({"export_control": "ITAR"}, {"region": "US-AL"}, True),
        ({"export_control": "ITAR"}, {"region": "DE"}, False),
        ({"export_control": "ITAR"}, {}, None),
        ({"region": "DE"}, {"export_control": "ITAR"}, False),
        ({"export_control": "ITAR"}, {"export_control": "ITAR", "region": "US"}, None),
        ({"export_control": "ITAR", "region": "DE"}, {"export_control": "EAR law"}, None),
        (
            {"export_control": "ITAR", "region": "US"},
            {"export_control": "ITAR", "region": "US"},
            True,
        ),
    ],
)
def test_a_restriction_on_either_side_asks_for_the_place_of_the_other(
    need: dict[str, Any], achievement: dict[str, Any], eligible: bool | None
) -> None:
    assert facts_of(need, achievement)["pair.export_eligible"] is eligible


def test_regimes_of_both_sides_are_named() -> None:
    facts = facts_of({"export_control": "ITAR"}, {"export_control": "受出口管制"})
    assert facts["pair.export_regime"] == "ITAR / CN export control"
    assert facts["pair.export_country"] == "US"


def test_numbers_as_ids_are_taken_as_texts() -> None:
    pairs = pl.DataFrame({"need_id": [1], "achievement_id": [2]})
    needs = read_facts("need", to_frame("need", [Need(id="1")]))
    offers = read_facts("achievement", to_frame("achievement", [Achievement(id="2")]))
    facts = pair_facts(pairs, needs, offers, today=TODAY)
    assert facts.select("need_id", "achievement_id").row(0) == ("1", "2")
