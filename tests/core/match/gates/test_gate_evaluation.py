import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import CriteriaError, NotFound
from terrace.match.gates import evaluate_facts, evaluate_gates, load_gates, summarise_gates
from terrace.match.gates.evaluation import SCHEMA
from terrace.match.reading import read_facts
from terrace.records import Achievement, Need, Record, Text, to_frame

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


NEEDS = to_frame("need", [Need(id=f"N{n}", readiness_min=n) for n in range(1, 4)])
ACHIEVEMENTS = to_frame("achievement", [Achievement(id=f"A{n}", readiness=n) for n in (1, 2)])


def test_rows_come_gate_by_gate_in_the_order_of_the_pairs() -> None:
    pairs = pl.DataFrame({"need_id": ["N3", "N1"], "achievement_id": ["A1", "A2"], "rank": [1, 2]})
    rows = evaluate_gates(pairs, NEEDS, ACHIEVEMENTS, today=TODAY)
    assert rows.schema == SCHEMA
    assert rows["gate"].unique(maintain_order=True).to_list() == [g.id for g in load_gates()]
    assert rows["need_id"].to_list() == ["N3", "N1"] * len(load_gates())


def test_a_pair_given_twice_is_evaluated_once() -> None:
    pairs = pl.DataFrame({"need_id": ["N1", "N1"], "achievement_id": ["A1", "A1"]})
    rows = evaluate_gates(pairs, NEEDS, ACHIEVEMENTS, today=TODAY)
    assert rows.height == len(load_gates())


def test_no_pairs_give_no_rows() -> None:
    pairs = pl.DataFrame(schema={"need_id": pl.String, "achievement_id": pl.String})
    rows = evaluate_gates(pairs, NEEDS, ACHIEVEMENTS, today=TODAY)
    assert rows.schema == SCHEMA
    assert rows.is_empty()
    assert summarise_gates(rows).is_empty()


def test_no_gates_give_no_rows() -> None:
    pairs = pl.DataFrame({"need_id": ["N1"], "achievement_id": ["A1"]})
    rows = evaluate_gates(pairs, NEEDS, ACHIEVEMENTS, today=TODAY, gates=[])
    assert rows.schema == SCHEMA
    assert rows.is_empty()


def test_a_pair_of_an_unknown_record_is_refused() -> None:
    pairs = pl.DataFrame({"need_id": ["N1"], "achievement_id": ["A9"]})
    with pytest.raises(NotFound, match=r"no facts of achievement 'A9' \(1 in all\); pass the"):
        evaluate_gates(pairs, NEEDS, ACHIEVEMENTS, today=TODAY)


def test_pairs_without_their_columns_are_refused() -> None:
    with pytest.raises(CriteriaError, match="pairs lack achievement_id; add the column"):
        evaluate_gates(pl.DataFrame({"need_id": ["N1"]}), NEEDS, ACHIEVEMENTS, today=TODAY)


def test_two_records_of_one_id_are_refused() -> None:
    pairs = pl.DataFrame({"need_id": ["N1"], "achievement_id": ["A1"]})
    with pytest.raises(CriteriaError, match="an id stands twice among the needs"):
        evaluate_gates(pairs, pl.concat([NEEDS, NEEDS]), ACHIEVEMENTS, today=TODAY)


def test_the_version_of_the_day_is_used(tmp_path: Path) -> None:
    says = "        says: {met: {en: yes it is, zh: 是}, unmet: {en: no, zh: 否}}\n"
    path = tmp_path / "gates.yaml"
    path.write_text(
        "gates:\n  - id: level\n    name: {en: Level, zh: 等级}\n    versions:\n"
        "      - to: 2026-11-22\n        met: achievement.readiness > 1\n"
        + says
        + "      - from: 2026-11-23\n        to: 2026-11-30\n"
        + "        met: achievement.readiness > 0\n"
        + says,
        encoding="utf-8",
    )
    pairs = pl.DataFrame({"need_id": ["N1"], "achievement_id": ["A1"]})

    def results(day: date) -> list[str]:
        gates = load_gates(path)
        rows = evaluate_gates(pairs, NEEDS, ACHIEVEMENTS, today=day, gates=gates)
        return rows["result"].to_list()

    assert results(date(2026, 11, 22)) == ["unmet"]
    assert results(date(2026, 11, 23)) == ["met"]
    assert results(date(2026, 12, 1)) == []


maybe = st.none() | st.booleans()
places = st.sampled_from(["", "US", "US-AL", "GB", "DE", "EU", "Midlands"])
terms = st.lists(st.sampled_from(["licence", "exclusive licence", "transfer"]), max_size=2)
languages = st.lists(st.sampled_from(["en", "zh"]), max_size=2)
bodies = st.sampled_from(
    ["", ITAR, OWNED, "Must be at TRL 4 or above.", "Now at TRL 5.", "(TRL 3)", "预算不超过5万元。"]
)
needs = st.builds(
    lambda body, **fields: Need(id="N", texts=saying(body), **fields),
    bodies,
    readiness_min=st.none() | st.integers(1, 9),
    budget_max=st.none() | st.floats(1, 1e6),
    currency=st.sampled_from(["", "EUR", "CNY"]),
    deadline=st.none() | st.dates(date(2026, 9, 1), date(2027, 1, 1)),
    terms=terms.map(tuple),
    languages=languages.map(tuple),
    regions=st.lists(places, max_size=2).map(tuple),
    region=places,
    wants_exclusive=maybe,
    export_control=st.sampled_from(["", "none", "ITAR", "list 3A001"]),
)
achievements = st.builds(
    lambda body, **fields: Achievement(id="A", texts=saying(body), **fields),
    bodies,
    readiness=st.none() | st.integers(1, 9),
    price=st.none() | st.floats(1, 1e6),
    currency=st.sampled_from(["", "EUR", "CNY"]),
    terms=terms.map(tuple),
    languages=languages.map(tuple),
    region=places,
    licensed_exclusively=maybe,
    owner=st.sampled_from(["", "O"]),
    funder=st.sampled_from(["", "F"]),
    obligations=st.lists(st.sampled_from(["MIT", "march-in", "report"]), max_size=2).map(tuple),
    export_control=st.sampled_from(["", "none", "EAR control"]),
)


@settings(max_examples=40, deadline=None)
@given(needs, achievements)
def test_every_result_comes_with_a_reason_in_both_languages(
    need: Need, achievement: Achievement
) -> None:
    rows = evaluated(need, achievement)
    assert rows.height == len(load_gates())
    assert rows["result"].null_count() == 0
    assert rows.filter((pl.col("reason_en") == "") | (pl.col("reason_zh") == "")).is_empty()
    assert rows.filter(pl.col("near") & (pl.col("result") != "unmet")).is_empty()
    assert rows.filter(pl.col("near") != (pl.col("closes_en") != "")).is_empty()
    assert not rows["reason_en"].str.contains(r"[{}]").any()


@settings(max_examples=25, deadline=None)
@given(needs, achievements)
def test_a_missing_fact_is_never_a_no(need: Need, achievement: Achievement) -> None:
    silent = Achievement(id="A")
    rows = evaluated(need, silent).filter(pl.col("gate") != "deadline")
    assert "unmet" not in rows["result"].to_list()
    nothing_asked = evaluated(Need(id="N"), achievement)
    gates = ["readiness", "budget", "deadline", "terms", "region"]
    asked = nothing_asked.filter(pl.col("gate").is_in(gates))
    assert set(asked["result"].to_list()) == {"not_applicable"}


@settings(max_examples=10, deadline=None)
@given(st.lists(needs, min_size=1, max_size=3), st.lists(achievements, min_size=1, max_size=3))
def test_many_pairs_come_to_the_same_as_one_by_one(listed: Any, offered: Any) -> None:
    need_list = [replace_id(need, f"N{n}") for n, need in enumerate(listed)]
    offer_list = [replace_id(offer, f"A{n}") for n, offer in enumerate(offered)]
    need_facts = read_facts("need", to_frame("need", need_list))
    offer_facts = read_facts("achievement", to_frame("achievement", offer_list))
    pairs = need_facts.select(need_id="id").join(
        offer_facts.select(achievement_id="id"), how="cross"
    )
    together = evaluate_facts(pairs, need_facts, offer_facts, today=TODAY)
    apart = pl.concat(
        evaluate_facts(pair, need_facts, offer_facts, today=TODAY) for pair in pairs.iter_slices(1)
    )
    keys = ["need_id", "achievement_id", "gate"]
    assert together.sort(keys).equals(apart.sort(keys))


def replace_id(record: Record, new_id: str) -> Record:
    return dataclasses.replace(record, id=new_id)
