from collections.abc import Iterator

import polars as pl
import pytest

from terrace.errors import NotFound, RankerError
from terrace.match.lessons import FEWEST, collect_lessons, read_groups, select_teachable
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker
from terrace.match.retraining import rank_lessons, retrain
from terrace.match.train import Lesson
from terrace.records import to_frame
from terrace.testing.records import make_achievement, make_need

THINGS = "pump valve seal rotor gear shaft spring bolt nut cable fuse relay motor fan".split()
PLACES = "mine ship farm mill dock plant".split()
NEEDS = to_frame(
    "need",
    [
        make_need(f"N{n}", f"Better {thing} for a {PLACES[n % 6]}", extra=f'{{"call": "C{n % 5}"}}')
        for n, thing in enumerate(THINGS)
    ],
)
ACHIEVEMENTS = to_frame(
    "achievement",
    [
        make_achievement(f"A{n}", "", f"A {thing} with coating, tried in a {PLACES[n % 5]}.")
        for n, thing in enumerate(THINGS)
    ],
)
LINKS = pl.DataFrame(
    {
        "need_id": [f"N{n}" for n in range(len(THINGS))],
        "achievement_id": [f"A{n}" for n in range(len(THINGS))],
        "relevance": [1] * len(THINGS),
    }
)


@pytest.fixture(scope="module")
def matcher() -> Iterator[Matcher]:
    made = Matcher(embedders=(), ranker=Ranker())
    yield made.fit(ACHIEVEMENTS)
    made.close()


@pytest.fixture(scope="module")
def lessons(matcher: Matcher) -> list[Lesson]:
    return collect_lessons(matcher, NEEDS, LINKS, zone="test")


def test_it_works(lessons: list[Lesson]) -> None:
    assert [lesson.query_id for lesson in lessons] == NEEDS["id"].to_list()
    for lesson in lessons:
        linked = [
            r for r, is_link in zip(lesson.record_ids, lesson.is_link, strict=True) if is_link
        ]
        assert linked == [lesson.query_id.replace("N", "A")]
        assert lesson.links == 1
        assert len(lesson.record_ids) == len(lesson.table.rows)


def test_a_need_without_links_is_a_rival_without_a_link(matcher: Matcher) -> None:
    lessons = collect_lessons(matcher, NEEDS, LINKS.head(1), zone="t")
    assert [lesson.is_link.any() for lesson in lessons] == [True] + [False] * (len(THINGS) - 1)
    assert lessons[1].links == 0


def test_a_pair_that_was_turned_down_is_marked(matcher: Matcher) -> None:
    judged = LINKS.with_columns(relevance=pl.Series([0] + [1] * (len(THINGS) - 1)))
    first, second, *_ = collect_lessons(matcher, NEEDS, judged, zone="t")
    assert first.is_rejected is not None
    assert second.is_rejected is not None
    assert [first.record_ids[row] for row in first.is_rejected.nonzero()[0]] == ["A0"]
    assert not first.is_link.any()
    assert not second.is_rejected.any()


def test_a_need_stands_alone_unless_it_has_a_group(matcher: Matcher, lessons: list[Lesson]) -> None:
    assert [lesson.group for lesson in lessons] == [lesson.query_id for lesson in lessons]
    grouped = collect_lessons(matcher, NEEDS, LINKS, zone="t", group_of=read_groups(NEEDS, "call"))
    assert {lesson.group for lesson in grouped} == {f"C{n}" for n in range(5)}


def test_an_unknown_group_column_is_refused() -> None:
    with pytest.raises(NotFound, match="'colour'"):
        read_groups(NEEDS, "colour")


def test_too_few_links_are_refused_with_the_number_needed(lessons: list[Lesson]) -> None:
    with pytest.raises(RankerError, match=f"3 needs.*at least {FEWEST}"):
        select_teachable(lessons[:3])
    with pytest.raises(RankerError, match="0 needs"):
        select_teachable([])


def test_enough_links_are_taken_as_they_are(lessons: list[Lesson]) -> None:
    assert select_teachable(lessons) == lessons


def test_lessons_are_ranked_as_pairs(lessons: list[Lesson]) -> None:
    pairs = rank_lessons(lessons, Ranker())
    assert pairs.columns == ["need_id", "achievement_id", "rank", "score", "confidence"]
    assert pairs.filter(pl.col("rank") == 1)["need_id"].n_unique() == len(THINGS)
    for _, group in pairs.group_by("need_id"):
        assert group["confidence"].is_sorted(descending=True)


def test_retraining_says_whether_it_is_any_better(lessons: list[Lesson]) -> None:
    found = retrain(lessons, LINKS, trained_on="14 links", prior=None)
    assert found.ranker.trained_on == "14 links"
    assert len(found.ranker.variants) == 1
    assert found.comparison.measures["measure"].to_list() == ["nDCG@10", "recall@100", "MRR"]
    assert found.needs == len(THINGS)
    assert found.skipped == 0
    assert found.trust_first.pairs == len(THINGS)
    assert found.risks["coverage"].max() == 1.0


def test_a_prior_is_started_from(lessons: list[Lesson]) -> None:
    first = retrain(lessons, LINKS, trained_on="first", prior=None).ranker
    second = retrain(lessons, LINKS, trained_on="second", prior=first)
    before = second.comparison.measures["a"].to_list()
    assert before == rank_measures(lessons, first)


def rank_measures(lessons: list[Lesson], ranker: Ranker) -> list[float]:
    from terrace.match.evaluate import evaluate_pairs

    return evaluate_pairs(rank_lessons(lessons, ranker), LINKS).measures["mean"].to_list()
