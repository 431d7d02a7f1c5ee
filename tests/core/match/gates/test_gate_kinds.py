from datetime import date, timedelta

import polars as pl
import pytest

from terrace.match.gates import evaluate_gates
from terrace.records import Achievement, Need, Text, to_frame

TODAY = date(2026, 11, 23)
ITAR = "The technology within this topic is restricted under ITAR."
OWNED = "The contractor must be U.S. owned and operated."


def saying(body: str, language: str = "en") -> tuple[Text, ...]:
    return (Text(language=language, title="A pump", body=body),)


def evaluated(need: Need, achievement: Achievement) -> pl.DataFrame:
    pairs = pl.DataFrame({"need_id": [need.id], "achievement_id": [achievement.id]})
    return evaluate_gates(
        pairs, to_frame("need", [need]), to_frame("achievement", [achievement]), today=TODAY
    )


def gate_row(gate: str, need: dict, achievement: dict) -> dict:
    rows = evaluated(Need(id="N", **need), Achievement(id="A", **achievement))
    return rows.row(by_predicate=pl.col("gate") == gate, named=True)


def result_of(gate: str, need: dict, achievement: dict) -> str:
    return gate_row(gate, need, achievement)["result"]


def test_it_works() -> None:
    row = gate_row("readiness", {"readiness_min": 6}, {"texts": saying("It is now at TRL 5.")})
    assert row == {
        "need_id": "N",
        "achievement_id": "A",
        "gate": "readiness",
        "result": "unmet",
        "near": True,
        "observed": "5",
        "required": "6",
        "gap": 1.0,
        "unit": "level",
        "quote": "6\nIt is now at TRL 5.",
        "quote_source": "need N readiness_min\nachievement A body",
        "reason_en": "Level 5 is below the level 6 the need starts from.",
        "reason_zh": "成熟度5级，低于需求起点6级。",
        "closes_en": "1 more readiness level, from 5 to 6, for instance by a pilot on the need's "
        "site.",
        "closes_zh": "再提高1级成熟度（由5级到6级），例如在需求方现场中试。",
    }


@pytest.mark.parametrize(
    ("need", "achievement", "result"),
    [
        ({"readiness_min": 6}, {"readiness": 6}, "met"),
        ({"readiness_min": 6}, {"readiness": 9}, "met"),
        ({"readiness_min": 6}, {"readiness": 4}, "unmet"),
        ({"readiness_min": 6}, {}, "unknown"),
        ({}, {"readiness": 4}, "not_applicable"),
        ({}, {}, "not_applicable"),
        (
            {"readiness_min": 6},
            {"texts": saying("As a TRL-9 technology it sells.")},
            "needs_judgement",
        ),
        ({"texts": saying("A report. (TRL 3)")}, {"readiness": 1}, "needs_judgement"),
        ({"texts": saying("A report. (TRL 3)")}, {}, "unknown"),
        ({"texts": saying("Must be at TRL 3 or above.")}, {"readiness": 3}, "met"),
        (
            {"texts": saying("It should reach TRL 7 by the end.")},
            {"readiness": 3},
            "not_applicable",
        ),
        ({"readiness_min": 3}, {"texts": saying("A Phase II award.")}, "unknown"),
    ],
)
def test_readiness(need: dict, achievement: dict, result: str) -> None:
    assert result_of("readiness", need, achievement) == result


BUDGET = {"budget_max": 50_000.0, "currency": "EUR"}


@pytest.mark.parametrize(
    ("need", "achievement", "result"),
    [
        (BUDGET, {"price": 50_000.0, "currency": "EUR"}, "met"),
        (BUDGET, {"price": 50_000.0, "currency": "eur"}, "met"),
        (BUDGET, {"price": 50_001.0, "currency": "EUR"}, "unmet"),
        (BUDGET, {"price": 10.0, "currency": "USD"}, "needs_judgement"),
        (BUDGET, {"price": 10.0}, "unknown"),
        (BUDGET, {}, "unknown"),
        ({"budget_max": 5.0}, {"price": 10.0, "currency": "USD"}, "unknown"),
        ({}, {"price": 10.0, "currency": "USD"}, "not_applicable"),
        (
            {"texts": saying("You can apply for up to £35,000.")},
            {"price": 10.0, "currency": "GBP"},
            "needs_judgement",
        ),
        (
            {"texts": saying("Grants of up to £35,000 per project.")},
            {"price": 10.0, "currency": "GBP"},
            "met",
        ),
        (BUDGET, {"texts": saying("The award of $100,000 was given.")}, "unknown"),
    ],
)
def test_budget(need: dict, achievement: dict, result: str) -> None:
    assert result_of("budget", need, achievement) == result


@pytest.mark.parametrize(
    ("price", "near"), [(50_001.0, True), (60_000.0, True), (60_001.0, False), (90_000.0, False)]
)
def test_a_price_up_to_a_fifth_over_is_near(price: float, near: bool) -> None:
    row = gate_row("budget", BUDGET, {"price": price, "currency": "EUR"})
    assert row["near"] is near
    assert bool(row["closes_en"]) is near
    assert row["gap"] == price - 50_000
    assert row["unit"] == "EUR"


@pytest.mark.parametrize(
    ("days", "result", "near"),
    [
        (10, "met", False),
        (0, "met", False),
        (-1, "unmet", True),
        (-30, "unmet", True),
        (-31, "unmet", False),
    ],
)
def test_deadline(days: int, result: str, near: bool) -> None:
    row = gate_row("deadline", {"deadline": TODAY + timedelta(days=days)}, {})
    assert (row["result"], row["near"], row["gap"]) == (result, near, -float(days))
    assert (row["unit"], row["observed"]) == ("day", "2026-11-23")


def test_no_deadline_is_no_gate() -> None:
    row = gate_row("deadline", {}, {})
    assert row["result"] == "not_applicable"
    assert (row["observed"], row["required"], row["gap"], row["unit"]) == (None,) * 4


@pytest.mark.parametrize(
    ("wanted", "offered", "result"),
    [
        (("licence",), ("License", "transfer"), "met"),
        (("licence",), ("独占许可",), "met"),
        (("licence",), ("transfer",), "unmet"),
        (("licence",), (), "unknown"),
        ((), ("transfer",), "not_applicable"),
        (("exclusive licence",), ("licence",), "needs_judgement"),
        (("exclusive licence",), ("non-exclusive licence",), "unmet"),
        (("exclusive licence",), ("exclusive licence",), "met"),
    ],
)
def test_terms(wanted: tuple[str, ...], offered: tuple[str, ...], result: str) -> None:
    assert result_of("terms", {"terms": wanted}, {"terms": offered}) == result


@pytest.mark.parametrize(
    ("need", "achievement", "result"),
    [
        ({"languages": ("en", "zh")}, {"languages": ("ZH",)}, "met"),
        ({"languages": ("en",)}, {"languages": ("zh",)}, "unmet"),
        ({"languages": ("en",)}, {"texts": saying("水泵", "zh")}, "needs_judgement"),
        ({"texts": saying("pump")}, {"texts": saying("pump")}, "met"),
        ({"texts": saying("pump")}, {"texts": saying("水泵", "zh")}, "needs_judgement"),
        ({"languages": ("en",)}, {}, "unknown"),
        ({}, {}, "unknown"),
    ],
)
def test_language(need: dict, achievement: dict, result: str) -> None:
    assert result_of("language", need, achievement) == result


@pytest.mark.parametrize(
    ("allowed", "region", "result"),
    [
        (("GB",), "UK", "met"),
        (("EU",), "DE", "met"),
        (("EU", "US"), "US-AL", "met"),
        (("GB",), "US", "unmet"),
        (("GB",), "", "unknown"),
        (("GB",), "Midlands", "unknown"),
        (("Midlands",), "US", "unknown"),
        (("Midlands",), "midlands", "met"),
        (("US-AL",), "US", "unknown"),
        (("DE",), "EU", "unknown"),
        (("US-AL",), "US-TX", "unmet"),
        ((), "US", "not_applicable"),
        (("worldwide",), "US", "not_applicable"),
    ],
)
def test_region(allowed: tuple[str, ...], region: str, result: str) -> None:
    assert result_of("region", {"regions": allowed}, {"region": region}) == result


def test_a_region_only_hinted_at_needs_judgement() -> None:
    need = {"texts": saying("Meet UK-based companies.")}
    assert result_of("region", need, {"region": "US"}) == "needs_judgement"
    assert result_of("region", need, {}) == "unknown"


@pytest.mark.parametrize(
    ("need", "achievement", "result"),
    [
        ({"texts": saying(ITAR)}, {"region": "US"}, "met"),
        ({"texts": saying(ITAR)}, {"region": "Huntsville, AL, US"}, "met"),
        ({"texts": saying(ITAR)}, {"region": "DE"}, "needs_judgement"),
        ({"texts": saying(ITAR)}, {}, "unknown"),
        ({"texts": saying(ITAR)}, {"region": "Midlands"}, "unknown"),
        ({"texts": saying(OWNED)}, {"region": "US"}, "met"),
        ({"texts": saying(OWNED)}, {"region": "DE"}, "unmet"),
        ({"texts": saying(OWNED)}, {}, "unknown"),
        ({"export_control": "ITAR"}, {"region": "US"}, "met"),
        ({"export_control": ITAR, "texts": saying(OWNED)}, {"region": "DE"}, "unmet"),
        ({"export_control": "none", "texts": saying(OWNED)}, {"region": "DE"}, "not_applicable"),
        ({"export_control": "dual-use 3A001"}, {"region": "US"}, "unknown"),
        ({"region": "US"}, {"export_control": "ITAR", "region": "US"}, "met"),
        ({"region": "CN"}, {"export_control": "ITAR", "region": "US"}, "needs_judgement"),
        ({}, {"export_control": "ITAR", "region": "US"}, "unknown"),
        ({"texts": saying(ITAR), "region": "US"}, {"export_control": "EAR 99"}, "unknown"),
        ({"export_control": "none"}, {"export_control": "none"}, "not_applicable"),
        ({}, {"region": "US"}, "not_applicable"),
    ],
)
def test_export_control(need: dict, achievement: dict, result: str) -> None:
    assert result_of("export_control", need, achievement) == result


def test_export_control_quotes_the_words_of_the_need() -> None:
    row = gate_row("export_control", {"texts": saying(ITAR)}, {"region": "US"})
    assert row["quote"].split("\n")[0] == ITAR
    assert row["quote_source"] == "need N body\nachievement A region"
    assert (row["observed"], row["required"]) == ("US", "US")


@pytest.mark.parametrize(
    ("achievement", "result"),
    [
        ({"licensed_exclusively": False}, "met"),
        ({"licensed_exclusively": True}, "unmet"),
        ({}, "unknown"),
        ({"texts": saying("It is licensed exclusively to ACME.")}, "unmet"),
        ({"texts": saying("It is available for licensing.")}, "met"),
        ({"texts": saying("We hold an exclusive license from MIT.")}, "needs_judgement"),
    ],
)
def test_exclusive_licence(achievement: dict, result: str) -> None:
    assert result_of("exclusive_licence", {}, achievement) == result


@pytest.mark.parametrize(
    ("achievement", "result"),
    [
        ({"owner_name": "Lab"}, "met"),
        ({"owner": "O-1"}, "met"),
        ({}, "unknown"),
        ({"owner_name": "Lab", "obligations": ("jointly owned with ACME",)}, "needs_judgement"),
        ({"owner_name": "Lab", "obligations": ("open source",)}, "met"),
    ],
)
def test_ownership(achievement: dict, result: str) -> None:
    assert result_of("ownership", {}, achievement) == result


@pytest.mark.parametrize(
    ("wants_exclusive", "obligations", "result"),
    [
        (True, ("MIT",), "unmet"),
        (False, ("MIT",), "met"),
        (None, ("MIT",), "met"),
        (True, ("march-in rights",), "needs_judgement"),
        (None, ("march-in rights",), "needs_judgement"),
        (False, ("march-in rights",), "met"),
        (True, ("MIT", "march-in rights"), "unmet"),
        (True, ("open access is required",), "met"),
        (True, (), "unknown"),
        (None, (), "unknown"),
    ],
)
def test_obligations(
    wants_exclusive: bool | None, obligations: tuple[str, ...], result: str
) -> None:
    need = {"wants_exclusive": wants_exclusive}
    assert result_of("obligations", need, {"obligations": obligations}) == result
