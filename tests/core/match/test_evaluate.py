import builtins
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import InputError, TerraceError
from terrace.match.evaluate import MEASURES, compare_runs, evaluate_pairs


def make_pairs(run: dict[str, list[str]]) -> pl.DataFrame:
    rows = [
        (need, achievement, rank)
        for need, achievements in run.items()
        for rank, achievement in enumerate(achievements, start=1)
    ]
    schema = {"need_id": pl.String, "achievement_id": pl.String, "rank": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def make_qrels(links: dict[str, list[str]], relevance: int = 1) -> pl.DataFrame:
    rows = [(need, found, relevance) for need, listed in links.items() for found in listed]
    return pl.DataFrame(rows, schema=["need_id", "achievement_id", "relevance"], orient="row")


def expected_measures(ranked: list[str], linked: set[str]) -> dict[str, float]:
    gains = [1 / math.log2(place + 2) for place, a in enumerate(ranked[:10]) if a in linked]
    best = [1 / math.log2(place + 2) for place in range(min(10, len(linked)))]
    firsts = [1 / (place + 1) for place, a in enumerate(ranked) if a in linked]
    return {
        "nDCG@10": sum(gains) / sum(best),
        "recall@100": len(linked & set(ranked[:100])) / len(linked),
        "MRR": firsts[0] if firsts else 0.0,
    }


def value_of(frame: pl.DataFrame, need_id: str, measure: str) -> float:
    return float(frame.filter(pl.col("need_id") == need_id)[measure].item())


def test_it_works() -> None:
    pairs = make_pairs({"N1": ["A1", "A2"], "N2": ["A9", "A3"]})
    evaluation = evaluate_pairs(pairs, make_qrels({"N1": ["A1"], "N2": ["A3"]}))
    assert evaluation.measures["measure"].to_list() == list(MEASURES)
    assert value_of(evaluation.per_need, "N1", "nDCG@10") == pytest.approx(1.0)
    assert value_of(evaluation.per_need, "N2", "MRR") == pytest.approx(0.5)
    assert evaluation.measures["mean"].to_list() == pytest.approx([0.8154648767857287, 1.0, 0.75])
    assert evaluation.needs == 2


def test_needs_without_pairs_count_zero_and_needs_without_links_are_left_out() -> None:
    pairs = make_pairs({"N1": ["A1"], "unlinked": ["A1"], "also unlinked": ["A2"]})
    evaluation = evaluate_pairs(pairs, make_qrels({"N1": ["A1"], "silent": ["A2"]}))
    assert evaluation.per_need["need_id"].to_list() == ["N1", "silent"]
    assert value_of(evaluation.per_need, "silent", "recall@100") == 0.0
    assert evaluation.measures["mean"].to_list() == [0.5, 0.5, 0.5]
    assert evaluation.needs_without_links == 2
    assert evaluation.needs_without_pairs == 1


def test_relevance_of_zero_is_no_link() -> None:
    qrels = pl.concat([make_qrels({"N1": ["A1"]}), make_qrels({"N1": ["A2"], "N2": ["A3"]}, 0)])
    evaluation = evaluate_pairs(make_pairs({"N1": ["A2", "A1"]}), qrels)
    assert value_of(evaluation.per_need, "N1", "MRR") == 0.5
    assert evaluation.needs == 1


def test_gains_are_binary() -> None:
    pairs = make_pairs({"N1": ["A1", "A2"]})
    graded = pl.concat([make_qrels({"N1": ["A1"]}, 1), make_qrels({"N1": ["A2"]}, 3)])
    assert value_of(evaluate_pairs(pairs, graded).per_need, "N1", "nDCG@10") == pytest.approx(1)


def test_only_the_first_hundred_count_for_recall() -> None:
    ranked = [f"A{place}" for place in range(120)]
    qrels = make_qrels({"N1": ["A99", "A100"]})
    evaluation = evaluate_pairs(make_pairs({"N1": ranked}), qrels)
    assert value_of(evaluation.per_need, "N1", "recall@100") == 0.5
    assert value_of(evaluation.per_need, "N1", "MRR") == pytest.approx(0.01)


def test_scores_do_as_well_as_ranks() -> None:
    qrels = make_qrels({"N1": ["A2"]})
    scored = pl.DataFrame(
        {"need_id": ["N1"] * 3, "achievement_id": ["A1", "A2", "A3"], "score": [0.1, 0.7, 0.3]}
    )
    assert evaluate_pairs(scored, qrels).measures["mean"].to_list() == [1.0, 1.0, 1.0]


def test_rank_decides_over_score() -> None:
    pairs = make_pairs({"N1": ["A1", "A2"]}).with_columns(score=pl.Series([0.1, 0.9]))
    per_need = evaluate_pairs(pairs, make_qrels({"N1": ["A1"]})).per_need
    assert value_of(per_need, "N1", "MRR") == 1.0


def test_equal_scores_are_measured_the_same_in_any_row_order() -> None:
    pairs = pl.DataFrame(
        {"need_id": ["N1"] * 4, "achievement_id": ["A1", "A2", "A3", "A4"], "score": [1.0] * 4}
    )
    qrels = make_qrels({"N1": ["A2"]})
    values = {
        value_of(evaluate_pairs(pairs[order], qrels).per_need, "N1", "MRR")
        for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2])
    }
    assert values == {0.5}


def test_scores_that_differ_in_the_last_bits_keep_their_order() -> None:
    pairs = pl.DataFrame(
        {"need_id": ["N1"] * 2, "achievement_id": ["A1", "A2"], "score": [1.0, 1.0 + 1e-12]}
    )
    per_need = evaluate_pairs(pairs, make_qrels({"N1": ["A2"]})).per_need
    assert value_of(per_need, "N1", "MRR") == 1.0


def test_numeric_ids_are_taken_as_text() -> None:
    pairs = pl.DataFrame({"need_id": [1], "achievement_id": [7], "rank": [1]})
    qrels = pl.DataFrame({"need_id": ["1"], "achievement_id": ["7"], "relevance": ["1"]})
    assert evaluate_pairs(pairs, qrels).measures["mean"].to_list() == [1.0, 1.0, 1.0]


IDS = st.sampled_from([f"A{number}" for number in range(15)])
RUNS = st.dictionaries(
    st.sampled_from(["N1", "N2", "N3", "N4"]),
    st.lists(IDS, min_size=1, max_size=15, unique=True),
    min_size=1,
)


@settings(max_examples=40, deadline=None)
@given(run=RUNS, links=RUNS)
def test_the_measures_agree_with_their_definitions(
    run: dict[str, list[str]], links: dict[str, list[str]]
) -> None:
    if not set(run) & set(links):
        with pytest.raises(InputError, match="shares no need"):
            evaluate_pairs(make_pairs(run), make_qrels(links))
        return
    per_need = evaluate_pairs(make_pairs(run), make_qrels(links)).per_need
    assert per_need["need_id"].to_list() == sorted(links)
    for need, linked in links.items():
        for measure, value in expected_measures(run.get(need, []), set(linked)).items():
            assert value_of(per_need, need, measure) == pytest.approx(value)


@settings(max_examples=20, deadline=None)
@given(run=RUNS, seed=st.integers(0, 1000))
def test_intervals_hold_the_mean_and_stay_in_range(run: dict[str, list[str]], seed: int) -> None:
    links = {need: achievements[:1] for need, achievements in run.items()} | {"silent": ["A1"]}
    measures = evaluate_pairs(make_pairs(run), make_qrels(links), seed).measures
    for _, mean, low, high in measures.rows():
        assert 0 <= low <= mean + 1e-12
        assert mean - 1e-12 <= high <= 1


def test_an_interval_narrows_with_more_needs() -> None:
    def width(needs: int) -> float:
        run = {f"N{number}": ["A1", "A2"] for number in range(needs)}
        qrels = make_qrels({need: [f"A{1 + place % 2}"] for place, need in enumerate(run)})
        row = evaluate_pairs(make_pairs(run), qrels).measures.row(2, named=True)
        return float(row["high"] - row["low"])

    assert width(400) < width(25) / 2


def test_no_links_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no relevance is above 0"):
        evaluate_pairs(make_pairs({"N1": ["A1"]}), make_qrels({"N1": ["A1"]}, 0))


def test_no_common_need_names_an_id_of_each_side() -> None:
    with pytest.raises(InputError, match=r"'SBIR-1' here, 'HE-1' there"):
        evaluate_pairs(make_pairs({"HE-1": ["A1"]}), make_qrels({"SBIR-1": ["A1"]}))


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def refuse(name: str, *rest: object, **named: object) -> object:
        if name == "ir_measures":
            raise ImportError(name)
        return real_import(name, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(TerraceError, match=r"terrace-zone\[evaluate\]"):
        evaluate_pairs(make_pairs({"N1": ["A1"]}), make_qrels({"N1": ["A1"]}))


def make_two_runs(needs: int, improved: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    names = [f"N{number:03}" for number in range(needs)]
    worse = {need: ["A1", "A2"] for need in names}
    better = {
        n: ["A2", "A1"] if place < improved else ["A1", "A2"] for place, n in enumerate(names)
    }
    return make_pairs(worse), make_pairs(better), make_qrels({need: ["A2"] for need in names})


def test_a_comparison_reports_both_runs() -> None:
    comparison = compare_runs(*make_two_runs(needs=40, improved=20))
    row = comparison.measures.filter(pl.col("measure") == "MRR").row(0, named=True)
    assert (row["a"], row["b"], row["difference"]) == pytest.approx((0.5, 0.75, 0.25))
    assert row["low"] > 0.15
    assert row["high"] < 0.35
    assert row["p_value"] < 0.001
    assert (row["better"], row["worse"], row["equal"]) == (20, 0, 20)
    assert comparison.needs == 40
    assert comparison.per_need.columns == ["need_id", *MEASURES, *(f"{m} of b" for m in MEASURES)]


def test_equal_runs_do_not_differ() -> None:
    run, _, qrels = make_two_runs(needs=12, improved=0)
    measures = compare_runs(run, run, qrels).measures
    assert measures["difference"].to_list() == [0.0, 0.0, 0.0]
    assert measures["p_value"].to_list() == [1.0, 1.0, 1.0]


def test_one_better_need_of_many_proves_nothing() -> None:
    measures = compare_runs(*make_two_runs(needs=30, improved=1)).measures
    assert measures.filter(pl.col("measure") == "MRR")["p_value"].item() > 0.9


def test_swapping_the_runs_turns_the_sign_and_keeps_the_p_value() -> None:
    a, b, qrels = make_two_runs(needs=25, improved=4)
    forth, back = compare_runs(a, b, qrels).measures, compare_runs(b, a, qrels).measures
    assert np.allclose(forth["difference"], -back["difference"])
    assert forth["p_value"].to_list() == back["p_value"].to_list()
    assert forth["better"].to_list() == back["worse"].to_list()


def test_the_p_value_agrees_with_the_exact_test() -> None:
    # 5 of 5 needs improved alike: only 2 of the 2**5 sign patterns reach the sum.
    measures = compare_runs(*make_two_runs(needs=5, improved=5)).measures
    assert measures.filter(pl.col("measure") == "MRR")["p_value"].item() == pytest.approx(
        2 / 32, abs=0.015
    )


def test_a_run_with_nothing_right_scores_zero() -> None:
    evaluation = evaluate_pairs(make_pairs({"N1": ["A8", "A9"]}), make_qrels({"N1": ["A1"]}))
    assert evaluation.measures["mean"].to_list() == [0.0, 0.0, 0.0]
    assert evaluation.measures["high"].to_list() == [0.0, 0.0, 0.0]


def test_runs_over_other_needs_are_compared_on_all_linked_needs() -> None:
    qrels = make_qrels({"N1": ["A1"], "N2": ["A2"]})
    comparison = compare_runs(make_pairs({"N1": ["A1"]}), make_pairs({"N2": ["A2"]}), qrels)
    row = comparison.measures.row(0, named=True)
    assert (row["a"], row["b"], row["better"], row["worse"]) == (0.5, 0.5, 1, 1)


def test_either_run_without_a_common_need_is_refused() -> None:
    good, strange = make_pairs({"N1": ["A1"]}), make_pairs({"X": ["A1"]})
    qrels = make_qrels({"N1": ["A1"]})
    for runs in ((good, strange), (strange, good)):
        with pytest.raises(InputError, match="shares no need"):
            compare_runs(*runs, qrels)


def test_the_interval_of_the_difference_is_paired() -> None:
    # Needs differ wildly from one another, but b is better by the same on each.
    names = [f"N{number:02}" for number in range(40)]
    start = {need: [f"X{n}" for n in range(place % 5)] for place, need in enumerate(names)}
    a = make_pairs({need: [*start[need], "A0", "A1"] for need in names})
    b = make_pairs({need: [*start[need], "A1", "A0"] for need in names})
    row = compare_runs(a, b, make_qrels({need: ["A1"] for need in names})).measures.row(
        0, named=True
    )
    alone = evaluate_pairs(b, make_qrels({need: ["A1"] for need in names})).measures.row(
        0, named=True
    )
    assert row["high"] - row["low"] < alone["high"] - alone["low"]
    assert row["better"] == 40
