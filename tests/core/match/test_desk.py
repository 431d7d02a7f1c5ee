from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from terrace.errors import NotFound
from terrace.match.account import Account, account_for, describe_account
from terrace.match.contributions import find_score_parts, name_feature
from terrace.match.desk import add_gates, find_telling_words, lay_out, owner_of, title_of
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker, Variant
from terrace.match.scoring import EXAMINED
from terrace.match.yardsticks import find_encode, measure_rarity
from terrace.records import Text, row_of, to_frame
from terrace.testing.embedders import HashEmbedder
from terrace.testing.records import (
    make_achievement,
    make_need,
    make_text,
    tiny_achievements,
    tiny_needs,
)

NEEDS, ACHIEVEMENTS = to_frame("need", tiny_needs()), to_frame("achievement", tiny_achievements())
DAY = date(2026, 5, 1)
LEARNED = Ranker((Variant({"bm25": 0.7, "coverage": 0.5, "multilingual": 0.2}),))


def pairs_of(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema=["need_id", "achievement_id", "rank", "confidence"], orient="row"
    )


PAIRS = pairs_of(("N1", "A1", 1, 0.8), ("N1", "A3", 2, 0.05), ("N3", "A3", 1, 0.4))


@pytest.fixture(scope="module")
def matcher() -> Iterator[Matcher]:
    made = Matcher(embedders=(HashEmbedder(),), ranker=LEARNED)
    yield made.fit(ACHIEVEMENTS)
    made.close()


def rarity(term: str) -> float:
    return {"slurri": 5.0, "well": 0.5, "known": 0.5}.get(term, 1.0)


def test_it_works() -> None:
    rows = lay_out(PAIRS, NEEDS, ACHIEVEMENTS, idf=rarity, today=DAY)
    assert [(row.need.id, row.achievement.id, row.rank) for row in rows] == [
        ("N1", "A1", 1),
        ("N1", "A3", 2),
        ("N3", "A3", 1),
    ]
    assert rows[0].shared[0] == "slurry"
    assert rows[0].confidence == 0.8


def test_gates_are_named_where_they_fail_or_are_open() -> None:
    rows = lay_out(PAIRS, NEEDS, ACHIEVEMENTS, idf=rarity, today=DAY)
    assert rows[1].gates == "unmet"
    assert rows[1].failed == ("readiness",)
    assert "ownership" in rows[2].open


def test_a_near_miss_says_what_would_close_it() -> None:
    rows = lay_out(PAIRS, NEEDS, ACHIEVEMENTS, idf=rarity, today=DAY)
    assert rows[1].closes
    assert not rows[0].closes


def test_an_unknown_record_is_refused() -> None:
    with pytest.raises(NotFound, match="A99"):
        lay_out(pairs_of(("N1", "A99", 1, 0.5)), NEEDS, ACHIEVEMENTS, idf=rarity, today=DAY)


def test_no_pairs_are_no_rows() -> None:
    assert lay_out(PAIRS.clear(), NEEDS, ACHIEVEMENTS, idf=rarity, today=DAY) == []


def test_gates_stand_beside_the_pairs_in_their_order() -> None:
    gated = add_gates(PAIRS, NEEDS, ACHIEVEMENTS, today=DAY)
    assert gated.columns == [*PAIRS.columns, "gates", "near_miss"]
    assert gated.drop("gates", "near_miss").equals(PAIRS)
    assert gated["gates"].to_list()[1] == "unmet"
    assert gated["near_miss"].to_list()[1] is True


def test_gates_of_no_pairs_are_empty_columns() -> None:
    gated = add_gates(PAIRS.clear(), NEEDS, ACHIEVEMENTS, today=DAY)
    assert gated.columns == [*PAIRS.columns, "gates", "near_miss"]
    assert gated.is_empty()


def test_many_pairs_are_gated_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = add_gates(PAIRS, NEEDS, ACHIEVEMENTS, today=DAY)
    monkeypatch.setattr("terrace.match.desk._GATED_AT_ONCE", 2)
    assert add_gates(PAIRS, NEEDS, ACHIEVEMENTS, today=DAY).equals(whole)


def test_a_common_word_with_a_hyphen_does_not_count_for_two() -> None:
    need = make_need(title="Well-known slurry")
    achievement = make_achievement(title="Slurry is well-known")
    assert find_telling_words(need, achievement, idf=rarity)[0] == "Slurry"


def test_parts_of_a_chinese_word_are_not_listed_beside_it() -> None:
    need = make_need(title="废旧锂电池回收率")
    achievement = make_achievement(title="锂电池回收率提升方法")
    words = find_telling_words(need, achievement, idf=lambda _term: 1.0)

    assert "锂电池" in words and "电池" not in words
    assert not any(a != b and a in b for a in words for b in words)


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        ((make_text("Seal"), make_text("密封", language="zh")), "Seal / 密封"),
        ((Text(body="b" * 300),), "b" * 100),
        ((Text(summary="In short"),), "In short"),
        ((), "N1"),
    ],
)
def test_a_record_is_called_by_its_title_or_its_beginning(
    texts: tuple[Text, ...], title: str
) -> None:
    assert title_of(make_need(texts=texts)) == title


def test_an_owner_is_named_by_name_then_by_id() -> None:
    assert owner_of(make_need(owner="O1", owner_name="Lab")) == "Lab"
    assert owner_of(make_need(owner="O1")) == "O1"
    assert owner_of(make_need()) == ""


def test_rarity_is_that_of_the_corpus(matcher: Matcher) -> None:
    idf = measure_rarity(matcher.corpus)
    assert idf("nowhere") > idf("slurri") > idf("cell") > 0


def test_sentences_are_compared_by_the_multilingual_model(matcher: Matcher) -> None:
    encode = find_encode(matcher.corpus)
    assert encode is not None
    assert encode(["slurry"], "query").shape == (1, 64)


def test_without_a_model_there_is_nothing_to_encode_with() -> None:
    words_only = Matcher(embedders=(), ranker=Ranker())
    assert find_encode(words_only.corpus) is None
    words_only.close()


def test_the_parts_of_a_score_add_up_to_it(matcher: Matcher) -> None:
    examined = matcher.examine(row_of(NEEDS, "N1"), None, EXAMINED, lambda *_: None)
    ids = matcher.corpus.view().attributes["record_id"].to_list()
    parts = find_score_parts(examined, ids, "A1", LEARNED)
    assert parts is not None
    assert sum(part.points for part in parts.contributions) == pytest.approx(parts.score, abs=1e-4)
    assert parts.place == 1
    strengths = [abs(part.points) for part in parts.contributions]
    assert strengths == sorted(strengths, reverse=True)


def test_what_is_no_candidate_has_no_score() -> None:
    assert find_score_parts([], ["A1"], "A1", LEARNED) is None


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ("bm25", "words in common"),
        ("bm25_head", "title alone"),
        ("feedback_lsa", "likeness to the best candidates (words that go together"),
        ("smoothed_monolingual_white", "English model tuned"),
        ("never_heard_of", "never_heard_of"),
    ],
)
def test_features_have_plain_names(feature: str, said: str) -> None:
    english, chinese = name_feature(feature)
    assert said in english
    assert chinese


def account(matcher: Matcher, need_id: str, achievement_id: str) -> Account:
    need, achievement = row_of(NEEDS, need_id), row_of(ACHIEVEMENTS, achievement_id)
    return account_for(matcher, need, achievement, today=DAY)


def test_an_account_has_verdicts_gates_and_score(matcher: Matcher) -> None:
    found = account(matcher, "N1", "A1")
    assert found.explanation.requirements
    assert "Readiness" in " ".join(found.gates["name_en"])
    assert found.gate_summary["need_id"] == "N1"
    assert found.parts is not None


def test_an_account_is_plain_data(matcher: Matcher) -> None:
    described = describe_account(account(matcher, "N1", "A3"))
    assert described["gates_together"]["near_miss"] is True
    assert described["requirements"][0]["requirement"]["text"]
    assert described["summary_zh"]
