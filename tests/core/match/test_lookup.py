"""A search box: unfinished words, both languages, only what fits, and nothing of what is hidden."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from terrace.match.corpus import Corpus
from terrace.match.lookup import look_up
from terrace.match.vectors import VectorCache
from terrace.records import Visibility, to_frame
from terrace.testing.embedders import BilingualEmbedder
from terrace.testing.records import make_achievement, make_text, tiny_achievements

ALL = pl.Series([f"A{place}" for place in range(1, 40)])


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    made = Corpus(tmp_path / "index", VectorCache(tmp_path / "vectors.sqlite"), ())
    made.put(to_frame("achievement", tiny_achievements()))
    yield made
    made.close()


def found(corpus: Corpus, text: str, allowed: pl.Series = ALL, top: int = 10) -> list[str]:
    return list(look_up(corpus, text, allowed=allowed, top=top))


def test_it_works(corpus: Corpus) -> None:
    assert found(corpus, "abrasive slurry")[0] == "A1"


def test_scores_fall(corpus: Corpus) -> None:
    hits = look_up(corpus, "for", allowed=ALL, top=10)

    scores = list(hits.values())
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("typed", ["ab", "abra", "abrasiv", "abrasive", "ABRA"])
def test_the_last_word_may_be_unfinished(corpus: Corpus, typed: str) -> None:
    assert "A1" in found(corpus, typed)


def test_a_finished_word_is_not_completed(corpus: Corpus) -> None:
    assert found(corpus, "abra ") == []


def test_all_words_count_where_some_record_has_them(corpus: Corpus) -> None:
    both = found(corpus, "silicon carbide ")
    one = found(corpus, "carbide unheardofword ")

    assert "A1" in both
    assert one == found(corpus, "carbide ")


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "the of", "unheardofword", "𠀀"])
def test_nothing_comes_of_nothing(corpus: Corpus, nothing: str) -> None:
    assert found(corpus, nothing) == []


def test_an_empty_corpus_has_no_hits(tmp_path: Path) -> None:
    empty = Corpus(tmp_path / "empty", VectorCache(tmp_path / "v.sqlite"), ())

    assert found(empty, "slurry") == []


def test_a_long_text_is_cut_not_refused(corpus: Corpus) -> None:
    assert "A1" in found(corpus, "abrasive slurry " * 500)


def test_only_what_is_allowed_is_found_or_moves_anything(tmp_path: Path) -> None:
    hidden = make_achievement("A3", "Slurry seal carbide", visibility=Visibility(teaser="private"))
    shown = [make_achievement("A1", "Slurry seal"), make_achievement("A2", "Seal of carbide")]
    allowed = pl.Series(["A1", "A2"])
    without, having = (
        Corpus(tmp_path / name, VectorCache(tmp_path / f"{name}.sqlite"), ()) for name in "ab"
    )
    without.put(to_frame("achievement", shown))
    having.put(to_frame("achievement", [*shown, hidden]))

    for text in ("slurry seal carbide ", "slurry carbide", "seal", "carb"):
        mine = look_up(without, text, allowed=allowed, top=9)
        same = look_up(having, text, allowed=allowed, top=9)
        assert list(same.items()) == list(mine.items())


def test_a_chinese_query_finds_by_meaning_what_it_does_not_by_words(tmp_path: Path) -> None:
    meanings = {"电池": "battery", "回收": "recycling", "锂": "lithium"}
    embedder = BilingualEmbedder(meanings=meanings)
    corpus = Corpus(tmp_path / "index", VectorCache(tmp_path / "v.sqlite"), (embedder,))
    others = [make_achievement(f"A{n}", f"Topic{n} thing{n} matter{n}") for n in range(2, 30)]
    wanted = make_achievement("A1", texts=(make_text("lithium battery recycling"),))
    corpus.put(to_frame("achievement", [wanted, *others]))
    corpus.embed()

    assert found(corpus, "锂 电池 回收") == ["A1"]
    assert not look_up(corpus, "锂 电池 回收", allowed=ALL, top=5, by_meaning=False)


def test_new_words_are_completed_too(corpus: Corpus) -> None:
    assert found(corpus, "zirco") == []

    corpus.put(to_frame("achievement", [make_achievement("A30", "Zirconia seal")]))

    assert found(corpus, "zirco") == ["A30"]


def test_a_whole_text_finds_what_lies_near_and_nothing_by_a_word(corpus: Corpus) -> None:
    text = "the seal of the pump"

    assert look_up(corpus, text, allowed=ALL, top=9)
    assert not look_up(corpus, text, allowed=ALL, top=9, by_words=False, by_meaning=False)
