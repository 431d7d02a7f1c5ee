from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.match.embed import Embedder
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker, Variant
from terrace.records import Achievement, Need, Visibility, Work, to_frame
from terrace.testing.embedders import BilingualEmbedder, HashEmbedder
from terrace.testing.records import (
    make_achievement,
    make_company,
    make_need,
    make_text,
    tiny_achievements,
    tiny_needs,
)

BOTH = BilingualEmbedder(
    meanings={"低温": "frost", "电池": "battery", "充电": "charge", "泵": "pump", "密封": "seal"}
)
ENGLISH = HashEmbedder(dimension=24, languages=frozenset({"en"}))
HIDDEN = Visibility(teaser="private")
COLUMNS = ["need_id", "achievement_id", "rank", "score", "confidence"]
WATCHED = (
    *("bm25", "lsa", "first", "coverage", "passage", "phrases", "rarest_missing", "length"),
    *("feedback_lsa", "smoothed_lsa", "nearest_lsa"),
)
WATCHFUL = Ranker((Variant(dict.fromkeys(WATCHED, 1.0)),))
"""A ranker through which a hidden record could show in many ways."""
Pairs = dict[tuple[str, str], tuple[float, float]]
PHRASES = st.lists(
    st.sampled_from(["seal", "pump", "slurry", "rail", "crack", "frost", "低温电池", "abrasive"]),
    min_size=1,
    max_size=8,
).map(" ".join)


def open_matcher(
    records: Sequence[Achievement],
    *embedders: Embedder,
    folder: Path | None = None,
    ranker: Ranker | None = None,
) -> Matcher:
    matcher = Matcher(folder=folder, embedders=embedders, ranker=ranker or Ranker())
    return matcher.fit(to_frame("achievement", records))


def needs(*records: Need) -> pl.DataFrame:
    return to_frame("need", records or tiny_needs())


def ask(matcher: Matcher, queries: pl.DataFrame | None = None, top: int = 100) -> Pairs:
    return figures_of(matcher.match(needs() if queries is None else queries, top=top))


def figures_of(found: pl.DataFrame) -> Pairs:
    return {(need, record): (score, sure) for need, record, _, score, sure in found.iter_rows()}


def assert_same(found: Pairs, expected: Pairs) -> None:
    assert found.keys() == expected.keys()
    for pair, figures in expected.items():
        assert found[pair] == pytest.approx(figures, abs=2e-3), pair


def best(found: pl.DataFrame) -> dict[str, str]:
    return dict(found.filter(pl.col("rank") == 1).select(found.columns[:2]).iter_rows())


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return open_matcher(tiny_achievements(), BOTH, ENGLISH)


def test_it_works(matcher: Matcher) -> None:
    found = matcher.match(needs(), top=3)

    assert found.columns == COLUMNS
    assert best(found) == {f"N{number}": f"A{number}" for number in range(1, 7)}


def test_ranks_follow_the_confidence(matcher: Matcher) -> None:
    for _, pairs in matcher.match(needs(), top=5).group_by("need_id", maintain_order=True):
        assert pairs["rank"].to_list() == list(range(1, len(pairs) + 1)) == [1, 2, 3, 4, 5]
        assert pairs["confidence"].is_sorted(descending=True)
        assert pairs["confidence"].is_between(0, 1).all()


def test_each_pair_is_listed_once(matcher: Matcher) -> None:
    found = matcher.match(needs(), top=100)

    assert not found.select("need_id", "achievement_id").is_duplicated().any()


def test_fewer_are_the_first_of_more(matcher: Matcher) -> None:
    few, more = matcher.match(needs(), top=2), matcher.match(needs(), top=9)

    assert few.equals(more.filter(pl.col("rank") <= 2))


@settings(max_examples=8)
@given(st.permutations(tiny_needs()))
def test_the_order_of_needs_does_not_matter(matcher: Matcher, shuffled: list[Need]) -> None:
    assert_same(ask(matcher, needs(*shuffled)), ask(matcher))


@settings(max_examples=5)
@given(st.permutations(tiny_achievements()))
def test_the_order_of_achievements_does_not_matter(
    matcher: Matcher, shuffled: list[Achievement]
) -> None:
    assert_same(ask(open_matcher(shuffled, BOTH, ENGLISH)), ask(matcher))


def test_a_need_alone_scores_as_in_a_batch_once_rivals_are_learned() -> None:
    matcher = open_matcher(tiny_achievements(), BOTH)
    matcher.learn_rivals(needs())
    batch = ask(matcher)

    for need in tiny_needs():
        alone = ask(matcher, needs(need))
        assert_same(alone, {pair: found for pair, found in batch.items() if pair[0] == need.id})


def test_a_filter_does_not_make_the_batch_matter_again() -> None:
    matcher = open_matcher(tiny_achievements(), BOTH)
    matcher.learn_rivals(needs())
    passing = pl.col("readiness") >= 5

    batch = figures_of(matcher.match(needs(), where=passing))
    for need in tiny_needs():
        alone = figures_of(matcher.match(needs(need), where=passing))
        assert_same(alone, {pair: found for pair, found in batch.items() if pair[0] == need.id})


def test_a_rival_that_fits_lowers_the_score() -> None:
    matcher = open_matcher(tiny_achievements(), BOTH)
    wanted, rival = tiny_needs()[0], make_need("R", "Ceramic seal ring for abrasive slurry")

    alone = ask(matcher, needs(wanted))
    contended = ask(matcher, needs(wanted, rival))

    assert contended["N1", "A1"][0] < alone["N1", "A1"][0]


def test_rivals_are_remembered_when_reopened(tmp_path: Path) -> None:
    first = open_matcher(tiny_achievements(), BOTH, folder=tmp_path)
    first.learn_rivals(needs())
    before = ask(first, needs(tiny_needs()[0]))
    first.close()

    again = Matcher(folder=tmp_path, embedders=(BOTH,), ranker=Ranker())

    assert_same(ask(again, needs(tiny_needs()[0])), before)


def test_a_hidden_need_is_nobodys_rival() -> None:
    matcher = open_matcher(tiny_achievements(), BOTH)
    hidden = make_need("R", "Ceramic seal ring for abrasive slurry", visibility=HIDDEN)
    alone = ask(matcher)

    together = ask(matcher, needs(*tiny_needs(), hidden))
    matcher.learn_rivals(needs(hidden))

    assert_same({pair: found for pair, found in together.items() if pair[0] != "R"}, alone)
    assert_same(ask(matcher), alone)


def test_reopened_it_gives_the_same_matches(tmp_path: Path) -> None:
    first = open_matcher(tiny_achievements(), BOTH, ENGLISH, folder=tmp_path)
    before = ask(first)
    first.close()

    again = Matcher(folder=tmp_path, embedders=(BOTH, ENGLISH), ranker=Ranker())

    assert_same(ask(again), before)


def test_a_temporary_folder_goes_and_a_given_one_stays(tmp_path: Path) -> None:
    temporary = open_matcher(tiny_achievements()[:2])
    kept = open_matcher(tiny_achievements()[:2], folder=tmp_path / "kept")
    folder = temporary.corpus.folder

    temporary.close()
    kept.close()

    assert not folder.exists()
    assert (tmp_path / "kept").exists()


@settings(max_examples=4)
@given(st.lists(PHRASES, min_size=1, max_size=3))
def test_adding_and_removing_leaves_matches_as_they_were(texts: list[str]) -> None:
    matcher = open_matcher(tiny_achievements(), BOTH)
    before = ask(matcher)
    added = [make_achievement(f"X{number}", text) for number, text in enumerate(texts)]

    matcher.add(to_frame("achievement", added))
    matcher.remove([record.id for record in added])

    assert_same(ask(matcher), before)


def test_an_update_by_id_replaces() -> None:
    matcher = open_matcher(tiny_achievements(), BOTH)

    matcher.add(to_frame("achievement", [make_achievement("A7", "Seal", "Survives slurry.")]))

    found = matcher.match(needs(make_need("N", "Seal survives slurry")), top=100)
    assert found["achievement_id"].n_unique() == len(found)
    assert best(found) == {"N": "A7"}
    assert best(matcher.match(needs(make_need("N", "Radar that tracks bees"))))["N"] != "A7"


def test_what_is_removed_is_not_matched() -> None:
    matcher = open_matcher(tiny_achievements(), BOTH)

    matcher.remove(["A1"])

    assert "A1" not in matcher.match(needs(), top=100)["achievement_id"]


def crowd(count: int) -> list[Achievement]:
    """Enough records for whitening."""
    words = ["seal", "pump", "slurry", "rail", "crack", "frost", "nitrate", "cork"]
    return [
        make_achievement(f"P{n}", f"{words[n % 8]} {words[n // 8 % 8]} number{n} and{n % 7}")
        for n in range(count)
    ]


@pytest.mark.parametrize("embedders", [(), (BOTH,), (ENGLISH,), (BOTH, ENGLISH)])
def test_hidden_records_move_no_public_pair(embedders: tuple[Embedder, ...]) -> None:
    public = [*tiny_achievements(), *crowd(40)]
    hidden = [
        make_achievement("H1", "Seal ring for abrasive slurry in pumps", visibility=HIDDEN),
        make_achievement(
            "H2", texts=(make_text("低温充电电池", language="zh"),), visibility=HIDDEN
        ),
        make_achievement("H3", "Rail track cracks, detected faster", visibility=HIDDEN),
        *(make_achievement(f"H-{n}", "seal slurry cork", visibility=HIDDEN) for n in range(40)),
    ]
    plain, mixed = (
        open_matcher(each, *embedders, ranker=WATCHFUL) for each in (public, [*hidden, *public])
    )

    assert_public_same(plain, mixed, "H")
    for each in (plain, mixed):
        each.learn_rivals(needs())
    assert_public_same(plain, mixed, "H")


def assert_public_same(plain: Matcher, mixed: Matcher, prefix: str) -> None:
    found = mixed.match(needs(), top=1000)
    public = found.filter(~pl.col("achievement_id").str.starts_with(prefix))
    expected = plain.match(needs(), top=1000)

    assert_same(figures_of(public), figures_of(expected))
    for need, pairs in expected.group_by("need_id"):
        ours = public.filter(pl.col("need_id") == need[0])["achievement_id"]
        assert ours.head(3).to_list() == pairs["achievement_id"].head(3).to_list()


@settings(max_examples=8)
@given(st.lists(PHRASES, min_size=1, max_size=4))
def test_whatever_a_hidden_record_says_it_moves_no_public_pair(
    matcher: Matcher, texts: list[str]
) -> None:
    hidden = [
        make_achievement(f"H{number}", text, visibility=HIDDEN) for number, text in enumerate(texts)
    ]

    mixed = open_matcher([*tiny_achievements(), *hidden], BOTH, ENGLISH)

    assert_public_same(matcher, mixed, "H")


def test_a_hidden_record_is_found_by_who_may_see_it() -> None:
    hidden = make_achievement(
        "H", "Seal that survives abrasive slurry", "Seal ring.", visibility=HIDDEN
    )
    matcher = open_matcher([*tiny_achievements(), hidden], BOTH)

    assert best(matcher.match(needs(), top=3))["N1"] == "H"
    seen = matcher.match(needs(), where=pl.col("record_id") != "H")
    assert "H" not in seen["achievement_id"]


def test_a_filter_holds_before_ranking(matcher: Matcher) -> None:
    found = matcher.match(needs(), top=1, where=pl.col("readiness") >= 6)

    assert set(found["achievement_id"]) <= {"A1", "A5"}
    assert best(found)["N1"] == "A1"


def test_a_filter_that_nothing_passes_gives_no_pairs(matcher: Matcher) -> None:
    found = matcher.match(needs(), where=pl.col("readiness") > 9)

    assert found.columns == COLUMNS
    assert found.is_empty()


@pytest.mark.parametrize("embedders", [(), (BOTH,), (BOTH, ENGLISH)])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_none_one_or_two_records_are_enough(count: int, embedders: tuple[Embedder, ...]) -> None:
    matcher = open_matcher(tiny_achievements()[:count], *embedders)

    found = matcher.match(needs(tiny_needs()[0]))

    assert found.columns == COLUMNS
    assert len(found) <= count
    assert found["score"].is_finite().all()


def test_no_needs_give_no_pairs(matcher: Matcher) -> None:
    assert matcher.match(to_frame("need", [])).is_empty()


def test_a_need_without_words_is_no_error(matcher: Matcher) -> None:
    blank = make_need("N0", texts=(make_text("!?"),))

    assert matcher.match(needs(blank)).columns == COLUMNS


def test_a_filter_over_nothing_is_no_error() -> None:
    matcher = open_matcher([])

    assert matcher.match(needs(), where=pl.col("readiness") > 3).is_empty()


def test_after_the_last_record_is_gone_nothing_is_found() -> None:
    matcher = open_matcher(tiny_achievements()[:1], BOTH)

    matcher.remove(["A1"])

    assert matcher.match(needs()).is_empty()


def test_without_an_embedder_words_alone_decide() -> None:
    found = open_matcher(tiny_achievements()).match(needs(), top=1)

    assert {need: record for need, record in best(found).items() if need in {"N2", "N4"}} == {
        "N2": "A2",
        "N4": "A4",
    }


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ("密封泵", "泵的密封装置"),
        ("Seal for pumps", "A pump and its seal"),
        ("密封泵", "A pump and its seal"),
        ("Seal for pump", "泵的密封装置"),
    ],
)
def test_either_language_finds_either(wanted: str, offered: str) -> None:
    others = [make_achievement(r.id, texts=r.texts) for r in tiny_achievements()[1:]]
    record = make_achievement("X", texts=(make_text(offered, language=""),))
    matcher = open_matcher([*others, record], BOTH)

    found = matcher.match(needs(make_need("N", texts=(make_text(wanted, language=""),))), top=3)

    assert best(found) == {"N": "X"}


def test_a_need_in_both_languages_is_matched_with_both(matcher: Matcher) -> None:
    need = make_need(
        "N", texts=(make_text("Battery for frost"), make_text("低温电池", language="zh"))
    )

    found = matcher.match(needs(need), top=2)

    assert set(found["achievement_id"]) == {"A3", "A5"}


def test_without_a_bridge_another_language_is_not_guessed() -> None:
    matcher = open_matcher(tiny_achievements(), ENGLISH)

    found = matcher.match(needs(tiny_needs()[4]), top=100)

    assert set(found["achievement_id"]) <= {"A5", "A11", "A12"}


def test_a_company_is_listed_once_by_its_best_work() -> None:
    works = (
        Work(title="Annual report of the group"),
        Work(title="Seal that survives abrasive slurry"),
        Work(title="Seal for slurry"),
    )
    companies = [
        make_company("C1", works=works),
        make_company("C2", works=(Work(title="Rail track inspection"),)),
        make_company("C3"),
    ]
    matcher = Matcher(kind="company", embedders=(BOTH,), ranker=Ranker())
    matcher.fit(to_frame("company", companies))

    found = matcher.match(needs(), top=10)

    assert found.columns == ["need_id", "company_id", *COLUMNS[2:]]
    assert best(found)["N1"] == "C1"
    assert best(found)["N2"] == "C2"
    assert not found.select("need_id", "company_id").is_duplicated().any()
    assert "C3" not in found["company_id"]


def test_an_achievement_finds_its_needs() -> None:
    matcher = Matcher(kind="need", asked_by="achievement", embedders=(BOTH,), ranker=Ranker())
    matcher.fit(needs())

    found = matcher.match(to_frame("achievement", tiny_achievements()[:4]), top=2)

    assert found.columns == COLUMNS
    assert found.filter(pl.col("rank") == 1)["need_id"].to_list() == ["N1", "N2", "N3", "N4"]


def test_a_search_finds_at_once_what_a_few_words_say(matcher: Matcher) -> None:
    found = matcher.search("nitrate in water", top=2)

    assert found["achievement_id"].to_list()[0] == "A4"
    assert len(found) == 2
    assert found["score"].is_sorted(descending=True)


def test_a_search_holds_to_its_filter(matcher: Matcher) -> None:
    found = matcher.search("seal", where=pl.col("readiness") == 5)

    assert found["achievement_id"].to_list() == ["A2"]


def test_progress_is_told_to_the_end(matcher: Matcher) -> None:
    told: list[tuple[str, int, int]] = []

    matcher.match(needs(), progress=lambda *step: told.append(step))

    steps = [(done, total) for what, done, total in told if what == "Matching"]
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] >= 6
