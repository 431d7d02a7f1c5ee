from datetime import date

import polars as pl
import pytest

from terrace.match.gates import evaluate_facts, summarise_gates
from terrace.match.reading import read_facts
from terrace.zone import sample_zone


@pytest.fixture(scope="module")
def needs() -> pl.DataFrame:
    records = sample_zone().records("need")
    return read_facts("need", records).join(records.select("id", "source"), on="id")


@pytest.fixture(scope="module")
def evaluated(needs: pl.DataFrame) -> pl.DataFrame:
    zone = sample_zone()
    offers = read_facts("achievement", zone.records("achievement"))
    return evaluate_facts(zone.links(), needs.drop("source"), offers, today=date(2016, 6, 1))


def test_export_notes_of_the_solicitations_are_read(needs: pl.DataFrame) -> None:
    restricted = needs.filter(pl.col("export_regime").is_not_null())
    assert restricted["source"].unique().to_list() == ["sbir"]
    assert 70 <= restricted.height <= 80
    assert restricted["export_country"].unique().to_list() == ["US"]
    assert restricted["export_quote"].str.contains("ITAR|Traffic in Arms|owned and operated").all()


def test_linked_owners_pass_the_export_gate(evaluated: pl.DataFrame) -> None:
    rows = evaluated.filter(pl.col("gate") == "export_control")
    assert set(rows["result"].to_list()) == {"met", "not_applicable"}
    assert rows.filter(pl.col("result") == "met").height > 200


def test_no_award_gets_a_price_or_a_level_from_its_phase(evaluated: pl.DataFrame) -> None:
    rows = evaluated.filter(pl.col("gate").is_in(["budget", "readiness"]))
    assert set(rows["result"].to_list()) <= {"not_applicable", "unknown", "needs_judgement"}


def test_nothing_but_the_deadline_is_unmet_among_true_links(evaluated: pl.DataFrame) -> None:
    unmet = summarise_gates(evaluated)["unmet"].explode().drop_nulls().unique().to_list()
    assert unmet == ["deadline"]


def test_every_quote_names_its_place(evaluated: pl.DataFrame) -> None:
    lines = pl.col("quote").str.count_matches("\n", literal=True)
    places = pl.col("quote_source").str.count_matches("\n", literal=True)
    quoted = evaluated.filter(pl.col("quote") != "")
    assert quoted.filter(lines != places).is_empty()
    assert evaluated.filter((pl.col("quote") == "") != (pl.col("quote_source") == "")).is_empty()
