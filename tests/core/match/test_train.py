from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import RankerError
from terrace.match.confidence import BY_HAND
from terrace.match.features.table import FIRST, FeatureTable
from terrace.match.rank import Ranker, Variant
from terrace.match.train import (
    Lesson,
    assign_folds,
    fit_weights,
    score_lessons,
    score_unseen,
    train_ranker,
)

NAMES = ("noise", "telling", FIRST)


def make_lesson(
    number: int,
    *,
    zone: str = "zone",
    group: str = "",
    names: Sequence[str] = NAMES,
    telling: int = 1,
    candidates: int = 12,
) -> Lesson:
    """One true link, which stands out by one feature."""
    drawn = np.random.default_rng(number)
    values = drawn.standard_normal((candidates, len(names))).astype(np.float32)
    link = int(np.argmax(values[:, telling]))
    values[link, telling] += 1
    is_link = np.arange(candidates) == link
    table = FeatureTable(
        np.arange(candidates),
        tuple(names),
        values,
        drawn.random(candidates).astype(np.float32),
        drawn.random(candidates).astype(np.float32),
        np.ones(candidates, np.bool_),
    )
    records = tuple(f"A{number}-{at}" for at in range(candidates))
    return Lesson(zone, group or f"call {number}", f"N{number}", table, records, is_link, 1)


def make_lessons(count: int = 40, **options: object) -> list[Lesson]:
    return [make_lesson(number, **options) for number in range(count)]


def first_is_link(lessons: Sequence[Lesson], ranker: Ranker) -> float:
    hits = [lesson.is_link[np.argmax(ranker.score(lesson.table))] for lesson in lessons]
    return float(np.mean(hits))


def test_it_works() -> None:
    ranker = train_ranker(make_lessons(), trained_on="examples")

    unseen = [make_lesson(number) for number in range(100, 140)]
    assert first_is_link(unseen, ranker) > 0.9 > first_is_link(unseen, Ranker())
    assert ranker.trained_on == "examples"


def test_what_tells_weighs_most() -> None:
    weights = fit_weights(make_lessons()).weights

    assert weights["telling"] > 5 * abs(weights["noise"])
    assert tuple(weights) == NAMES


@settings(max_examples=8)
@given(st.permutations(range(12)))
def test_the_order_of_lessons_does_not_matter(order: list[int]) -> None:
    lessons = make_lessons(12)

    straight = fit_weights(lessons).weights
    shuffled = fit_weights([lessons[at] for at in order]).weights

    assert shuffled == pytest.approx(straight, abs=1e-3)


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_the_unit_of_a_feature_does_not_matter(factor: float) -> None:
    lessons = make_lessons(20)
    scaled = [
        replace(each, table=replace(each.table, values=each.table.values * np.float32(factor)))
        for each in lessons
    ]

    straight, found = fit_weights(lessons).weights, fit_weights(scaled).weights

    assert found["telling"] * factor == pytest.approx(straight["telling"], rel=0.05)


def test_each_query_counts_alike() -> None:
    lessons = make_lessons(20)
    half = lessons[:10]

    many = fit_weights([*lessons, *half, *half]).weights
    assert many["telling"] > fit_weights(lessons).weights["telling"]


def test_a_feature_that_never_differs_does_no_harm() -> None:
    lessons = make_lessons(20)
    for lesson in lessons:
        lesson.table.values[:, 0] = 0

    assert np.isfinite(list(fit_weights(lessons).weights.values())).all()


@pytest.mark.parametrize("count", [0, 4])
def test_too_few_links_to_learn_from_are_an_error(count: int) -> None:
    with pytest.raises(RankerError, match=f"only {count} queries .* give at least 5"):
        fit_weights(make_lessons(count))


def test_queries_without_a_link_do_not_count_as_lessons() -> None:
    blank = [replace(each, is_link=np.zeros(12, np.bool_)) for each in make_lessons(20)]

    with pytest.raises(RankerError, match="only 0 queries"):
        fit_weights(blank)


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(RankerError, match="nothing to learn from"):
        train_ranker([], trained_on="")


def test_every_set_of_features_gets_its_variant() -> None:
    few = [make_lesson(number, names=NAMES[1:], telling=0) for number in range(50, 80)]

    ranker = train_ranker([*make_lessons(30), *few], trained_on="")

    assert {tuple(variant.weights) for variant in ranker.variants} == {NAMES, NAMES[1:]}
    assert all(variant.calibration != BY_HAND for variant in ranker.variants)


def test_a_prior_is_kept_where_the_lessons_do_not_speak_against_it() -> None:
    prior = Variant({"noise": 0.0, "telling": 1.0, FIRST: 0.5})
    lessons = make_lessons(6)

    alone, guided = fit_weights(lessons).weights, fit_weights(lessons, prior).weights

    def off(weights: dict[str, float]) -> float:
        return abs(weights[FIRST] / weights["telling"] - 0.5)

    assert off(guided) < off(alone)


def test_lessons_overrule_a_wrong_prior() -> None:
    wrong = Variant({"noise": 1.0, "telling": 0.0, FIRST: 0.0})

    weights = fit_weights(make_lessons(200), wrong).weights

    assert weights["telling"] > weights["noise"]


def test_variants_that_were_not_taught_are_kept_from_the_prior() -> None:
    other = Variant({"elsewhere": 1.0})

    ranker = train_ranker(make_lessons(20), trained_on="", prior=Ranker((other,)))

    assert other in ranker.variants
    assert len(ranker.variants) == 2


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40), st.integers(1, 6))
def test_folds_keep_groups_together(groups: list[str], folds: int) -> None:
    found = assign_folds(groups, folds)

    assert len(found) == len(groups)
    assert all(0 <= fold < folds for fold in found)
    for group in set(groups):
        assert len({fold for fold, each in zip(found, groups, strict=True) if each == group}) == 1


@given(st.lists(st.integers(0, 99), min_size=5, max_size=60, unique=True))
def test_folds_of_single_queries_are_even(numbers: list[int]) -> None:
    folds = assign_folds([f"call {number}" for number in numbers])

    sizes = [folds.count(fold) for fold in range(5)]
    assert max(sizes) - min(sizes) <= 1


@given(st.permutations([*"aaabbcdefg"]))
def test_which_fold_a_group_gets_does_not_depend_on_order(groups: list[str]) -> None:
    expected = dict(zip("aaabbcdefg", assign_folds([*"aaabbcdefg"]), strict=True))

    assert dict(zip(groups, assign_folds(groups), strict=True)) == expected


def test_scores_come_with_contention_taken_off() -> None:
    lessons = make_lessons(6)
    shared = [replace(each, record_ids=lessons[0].record_ids) for each in lessons]
    ranker = Ranker((Variant(dict.fromkeys(NAMES, 1.0), contention=0.5),))

    alone, contended = score_lessons(lessons, ranker), score_lessons(shared, ranker)

    assert (contended["score"] <= alone["score"] + 1e-6).all()
    assert contended["score"].sum() < alone["score"].sum()


def test_unseen_scores_cover_each_query_once() -> None:
    lessons = make_lessons(15)

    scored = score_unseen(lessons)

    assert scored.select("query_id", "record_id").n_unique() == len(scored) == 15 * 12
    assert scored["is_link"].sum() == 15


def test_a_query_is_scored_by_weights_that_did_not_see_it() -> None:
    lessons = make_lessons(15)
    turned = [*lessons[1:], replace(lessons[0], is_link=lessons[0].is_link[::-1].copy())]

    before, after = (
        score_unseen(each).filter(pl.col("query_id") == "N0").sort("record_id")
        for each in (lessons, turned)
    )

    assert after["score"].to_list() == pytest.approx(before["score"].to_list(), abs=1e-4)


def in_zone(zone: str, prefix: str, seed: int) -> list[Lesson]:
    """Queries N0 .. N12 for the same twelve records, ids with a prefix."""
    records = tuple(f"{prefix}A{at}" for at in range(12))
    return [
        replace(
            make_lesson(number + seed, zone=zone, group=f"call {number // 2}"),
            query_id=f"{prefix}N{number}",
            record_ids=records,
        )
        for number in range(13)
    ]


def test_collections_of_equal_ids_do_not_meet() -> None:
    ranker = Ranker((Variant(dict.fromkeys(NAMES, 1.0), contention=0.5),))
    one, two, renamed = in_zone("one", "", 0), in_zone("two", "", 50), in_zone("two", "2", 50)

    for score in (score_unseen, lambda lessons: score_lessons(lessons, ranker)):
        same, apart = score([*one, *two]), score([*one, *renamed])
        assert len(same) == len(apart) == 26 * 12
        assert sorted(same["score"]) == pytest.approx(sorted(apart["score"]), abs=1e-4)


def test_confidence_is_learned_collection_by_collection() -> None:
    one, two, renamed = in_zone("one", "", 0), in_zone("two", "", 50), in_zone("two", "2", 50)

    (same,), (apart,) = (
        train_ranker([*one, *each], trained_on="").variants for each in (two, renamed)
    )

    assert same.calibration.weights == pytest.approx(apart.calibration.weights, abs=1e-3)
