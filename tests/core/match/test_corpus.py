from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.errors import EmbedderError, IndexFault
from terrace.match.corpus import Corpus
from terrace.match.embed import Embedder
from terrace.match.spaces import LSA, MONOLINGUAL, MULTILINGUAL, WHITE
from terrace.match.vectors import VectorCache
from terrace.records import Visibility, Work, to_frame
from terrace.testing.embedders import BilingualEmbedder, HashEmbedder
from terrace.testing.records import make_achievement, make_company, tiny_achievements

BOTH = BilingualEmbedder(dimension=16)
ENGLISH = HashEmbedder(dimension=8, languages=frozenset({"en"}))
HIDDEN = Visibility(teaser="private")


def open_corpus(folder: Path, *embedders: Embedder) -> Corpus:
    return Corpus(folder, VectorCache(folder / "vectors.sqlite"), embedders)


def fill(corpus: Corpus, frame: pl.DataFrame) -> Corpus:
    corpus.put(frame)
    corpus.embed()
    return corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    opened = open_corpus(tmp_path, BOTH, ENGLISH)
    yield opened
    opened.close()


def many(count: int, *, start: int = 0, **fields: object) -> pl.DataFrame:
    """Records of which every two neighbours share a word."""
    return to_frame(
        "achievement",
        [
            make_achievement(f"A{n}", f"alpha{n} alpha{n + 1} beta{n % 3}", **fields)
            for n in range(start, start + count)
        ],
    )


def live_texts(corpus: Corpus) -> dict[str, str]:
    view = corpus.view()
    if not len(view):
        return {}
    found = view.attributes.filter(pl.Series(view.live))
    return dict(zip(found["id"], found["text"], strict=True))


def names(corpus: Corpus) -> set[str]:
    return {space.name for space in corpus.spaces()}


def test_it_works(corpus: Corpus) -> None:
    fill(corpus, to_frame("achievement", tiny_achievements()))

    assert len(live_texts(corpus)) == 12
    assert names(corpus) == {MULTILINGUAL, MONOLINGUAL, LSA}
    chinese = {"A5", "A11", "A12"}
    for space in corpus.spaces():
        embedded = corpus.view().has_vectors(space.id)
        missing = {i for i, there in zip(corpus.view().ids, embedded, strict=True) if not there}
        assert missing == (chinese if space.name == MONOLINGUAL else set())


def test_words_are_found_before_anything_is_embedded(corpus: Corpus) -> None:
    corpus.put(many(3))

    assert corpus.view().lexical(["beta1"]).max() > 0
    assert corpus.spaces() == []


def test_a_large_corpus_is_whitened_too(corpus: Corpus) -> None:
    fill(corpus, many(40))

    assert names(corpus) == {MULTILINGUAL, MONOLINGUAL, LSA, MONOLINGUAL + WHITE}


def test_without_an_embedder_there_is_lsa(tmp_path: Path) -> None:
    assert names(fill(open_corpus(tmp_path), many(5))) == {LSA}


@pytest.mark.parametrize("count", [0, 1])
def test_too_little_text_for_lsa_is_no_error(tmp_path: Path, count: int) -> None:
    corpus = fill(open_corpus(tmp_path, BOTH), many(count))

    assert LSA not in names(corpus)
    assert len(live_texts(corpus)) == count


def test_what_was_too_little_is_learned_when_there_is_more(corpus: Corpus) -> None:
    fill(corpus, many(1))

    assert LSA in names(fill(corpus, many(5)))


def test_an_update_replaces_by_id(corpus: Corpus) -> None:
    fill(corpus, many(3))

    fill(corpus, to_frame("achievement", [make_achievement("A1", "Nitrate filter")]))

    assert len(live_texts(corpus)) == 3
    assert live_texts(corpus)["A1"] == "Nitrate filter"
    view = corpus.view()
    found = view.vectors(BOTH.id, [view.row_of("A1")])
    assert found == pytest.approx(BOTH.encode_documents(["Nitrate filter"]), abs=1e-3)


def test_what_is_removed_is_gone(corpus: Corpus) -> None:
    fill(corpus, many(3))

    corpus.remove(["A1", "never there"])

    assert set(live_texts(corpus)) == {"A0", "A2"}


def test_passages_have_their_columns_even_when_there_are_none(corpus: Corpus) -> None:
    assert corpus.passages().is_empty()
    assert {"id", "record_id", "text", "language"} <= set(corpus.passages().columns)


def test_removing_from_an_empty_corpus_is_no_error(corpus: Corpus) -> None:
    corpus.remove(["A1"])

    assert live_texts(corpus) == {}


def test_a_company_is_its_works(corpus: Corpus) -> None:
    works = (Work(id="w1", title="Pumps"), Work(title="Seals", body="For slurry"))
    fill(corpus, to_frame("company", [make_company("C1", works=works)]))

    assert sorted(live_texts(corpus).values()) == ["Pumps", "Seals. For slurry"]
    assert set(corpus.view().attributes["record_id"]) == {"C1"}


def test_works_of_one_id_are_both_kept(corpus: Corpus) -> None:
    works = (Work(id="w", title="Pumps"), Work(id="w", title="Seals"))

    fill(corpus, to_frame("company", [make_company("C1", works=works)]))

    assert sorted(live_texts(corpus).values()) == ["Pumps", "Seals"]


def test_a_work_that_is_left_out_of_an_update_is_gone(corpus: Corpus) -> None:
    works = (Work(id="w1", title="Pumps"), Work(id="w2", title="Seals"))
    fill(corpus, to_frame("company", [make_company("C1", works=works)]))

    fill(corpus, to_frame("company", [make_company("C1", works=works[1:])]))

    assert list(live_texts(corpus).values()) == ["Seals"]


def test_a_company_without_works_leaves_nothing(corpus: Corpus) -> None:
    fill(corpus, to_frame("company", [make_company("C1", works=(Work(title="Pumps"),))]))

    fill(corpus, to_frame("company", [make_company("C1")]))

    assert live_texts(corpus) == {}


def test_columns_of_the_record_are_there_to_filter_by(corpus: Corpus) -> None:
    record = make_achievement("A1", readiness=6, fields=("materials",), region="SE")
    fill(corpus, to_frame("achievement", [record, make_achievement("A2")]))

    rows = corpus.view().rows_where((pl.col("readiness") >= 6) & (pl.col("region") == "SE"))

    assert [corpus.view().ids[row] for row in np.flatnonzero(rows)] == ["A1"]


def test_two_records_of_one_id_are_refused_and_nothing_changes(corpus: Corpus) -> None:
    twice = to_frame("achievement", [make_achievement("A1"), make_achievement("A1")])

    with pytest.raises(IndexFault, match="A1"):
        corpus.put(twice)
    assert live_texts(corpus) == {}


def test_reopened_it_is_the_same(tmp_path: Path) -> None:
    first = fill(open_corpus(tmp_path, BOTH, ENGLISH), many(40))
    before = {space.name: space.id for space in first.spaces()}
    first.close()

    again = open_corpus(tmp_path, BOTH, ENGLISH)

    assert {space.name: space.id for space in again.spaces()} == before
    assert live_texts(again) == live_texts(first)


def test_new_records_are_folded_in_not_learned_from(corpus: Corpus) -> None:
    fill(corpus, many(40))
    before = [space.id for space in corpus.spaces()]

    fill(corpus, many(5, start=40))

    assert [space.id for space in corpus.spaces()] == before
    assert all(corpus.view().has_vectors(each).all() for each in before)


def test_another_monolingual_model_is_whitened_anew(tmp_path: Path) -> None:
    fill(open_corpus(tmp_path, ENGLISH), many(40)).close()
    other = HashEmbedder(dimension=12, languages=frozenset({"en"}))

    again = open_corpus(tmp_path, other)
    again.embed()

    white = [space for space in again.spaces() if space.name == MONOLINGUAL + WHITE]
    assert [space.whitening and space.whitening.model_id for space in white] == [other.id]


def test_nothing_is_learned_from_hidden_records(tmp_path: Path) -> None:
    public = fill(open_corpus(tmp_path / "public", ENGLISH), many(40))
    hidden = many(40, start=100, visibility=HIDDEN)
    mixed = fill(open_corpus(tmp_path / "mixed", ENGLISH), pl.concat([hidden, many(40)]))

    # A whitening's id is a digest of floats summed in another order; LSA sorts its texts.
    assert {s.id for s in mixed.spaces() if not s.whitening} == {
        s.id for s in public.spaces() if not s.whitening
    }
    (one,), (other,) = ([s.whitening for s in c.learned if s.whitening] for c in (public, mixed))
    assert other.mean == pytest.approx(one.mean, abs=1e-5)


def test_only_hidden_records_teach_nothing(corpus: Corpus) -> None:
    fill(corpus, many(40, visibility=HIDDEN))

    assert names(corpus) == {MULTILINGUAL, MONOLINGUAL}


def test_the_glossary_has_public_words_of_its_language_only(corpus: Corpus) -> None:
    fill(corpus, pl.concat([many(3), many(3, start=10, visibility=HIDDEN)]))

    glossary = corpus.glossary("en")

    assert glossary is not None
    assert {"alpha1", "alpha2"} <= set(glossary.terms)
    assert not {"alpha11", "alpha12"} & set(glossary.terms)


def test_without_a_multilingual_model_there_is_no_glossary(tmp_path: Path) -> None:
    assert fill(open_corpus(tmp_path, ENGLISH), many(3)).glossary("en") is None


class Interrupted(HashEmbedder):
    """Gives up at the second batch, once."""

    calls = 0

    def encode_documents(self, texts: list[str]) -> np.ndarray:
        type(self).calls += 1
        if self.calls == 2:
            raise EmbedderError("the power went")
        return super().encode_documents(texts)


def test_an_interrupted_embedding_goes_on_where_it_was(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite", batch_size=4)
    corpus = Corpus(tmp_path, cache, (Interrupted(),))
    corpus.put(many(10))

    with pytest.raises(EmbedderError, match="power"):
        corpus.embed()
    stored = cache.counts()
    corpus.embed()

    assert stored == {Interrupted().id: 4}
    assert corpus.view().has_vectors(Interrupted().id).all()
    assert Interrupted.calls == 4
