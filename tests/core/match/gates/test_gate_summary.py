from datetime import date, timedelta

import polars as pl

from terrace.criteria.results import Result
from terrace.match.gates import evaluate_gates, summarise_gates
from terrace.records import Achievement, Need, Text, to_frame

TODAY = date(2026, 11, 23)


def saying(body: str, language: str = "en") -> tuple[Text, ...]:
    return (Text(language=language, title="A pump", body=body),)


def evaluated(need: Need, achievement: Achievement) -> pl.DataFrame:
    pairs = pl.DataFrame({"need_id": [need.id], "achievement_id": [achievement.id]})
    return evaluate_gates(
        pairs, to_frame("need", [need]), to_frame("achievement", [achievement]), today=TODAY
    )


def summary(need: dict, achievement: dict) -> dict:
    rows = evaluated(Need(id="N", **need), Achievement(id="A", **achievement))
    return summarise_gates(rows).row(0, named=True)


OPEN = {
    "owner": "O",
    "licensed_exclusively": False,
    "obligations": ("open access is required",),
    "languages": ("en",),
    "readiness": 5,
}


def test_a_pair_that_passes_all_is_met() -> None:
    row = summary({"languages": ("en",), "readiness_min": 5}, OPEN)
    assert row["result"] == Result.MET
    assert row["unmet"] == row["unknown"] == row["needs_judgement"] == []
    assert row["near_miss"] is False


def test_one_gate_missed_by_little_is_a_near_miss_with_its_remedy() -> None:
    row = summary({"languages": ("en",), "readiness_min": 6}, OPEN)
    assert (row["result"], row["unmet"], row["near_miss"]) == ("unmet", ["readiness"], True)
    assert row["closes_en"].startswith("1 more readiness level")
    assert row["closes_zh"].startswith("再提高1级")


def test_one_gate_missed_by_much_is_no_near_miss() -> None:
    row = summary({"languages": ("en",), "readiness_min": 8}, OPEN)
    assert (row["near_miss"], row["closes_en"]) == (False, "")


def test_two_gates_missed_by_little_are_no_near_miss() -> None:
    need = {"readiness_min": 6, "deadline": TODAY - timedelta(days=3)}
    row = summary(need, OPEN)
    assert (row["unmet"], row["near_miss"]) == (["readiness", "deadline"], False)
    assert (row["closes_en"], row["closes_zh"]) == ("", "")


def test_a_near_miss_may_leave_others_unknown() -> None:
    row = summary({"readiness_min": 6}, {"readiness": 5})
    assert row["near_miss"] is True
    assert row["unknown"] == ["language", "exclusive_licence", "ownership", "obligations"]


def test_unknown_beats_judgement_in_the_summary() -> None:
    need = {"texts": saying("pump"), "readiness_min": 5}
    row = summary(need, {"texts": saying("水泵", "zh"), "readiness": 5})
    assert row["result"] == "unknown"
    assert row["needs_judgement"] == ["language"]
