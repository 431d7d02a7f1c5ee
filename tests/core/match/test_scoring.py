from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.match.corpus import Corpus
from terrace.match.embed import Embedder
from terrace.match.passages import Query, make_queries
from terrace.match.scoring import Examined, encode_queries, examine, full_mask, strongest
from terrace.match.spaces import LSA, MONOLINGUAL, MULTILINGUAL, Space
from terrace.match.vectors import VectorCache
from terrace.records import to_frame
from terrace.testing.embedders import BilingualEmbedder, HashEmbedder
from terrace.testing.records import make_achievement, make_text, tiny_achievements, tiny_needs

BOTH = BilingualEmbedder(meanings={"电池": "battery", "泵": "pump", "密封": "seal"})
ENGLISH = HashEmbedder(dimension=24, languages=frozenset({"en"}))


def open_corpus(folder: Path, *embedders: Embedder) -> Corpus:
    corpus = Corpus(folder, VectorCache(folder / "vectors.sqlite"), embedders)
    corpus.put(to_frame("achievement", tiny_achievements()))
    corpus.embed()
    return corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    opened = open_corpus(tmp_path_factory.mktemp("corpus"), BOTH, ENGLISH)
    yield opened
    opened.close()


def ask(corpus: Corpus, *queries: Query, examined: int = 100) -> list[Examined]:
    return list(examine(corpus, queries, corpus.view().live, examined=examined))


def ids_of(corpus: Corpus, found: Examined) -> list[str]:
    return [corpus.view().ids[row] for row in found.table.rows]


ENGLISH_QUERY = Query("N", "pump seal", "pump seal. It survives slurry", "en")
CHINESE_QUERY = Query("M", "密封泵", "密封泵", "zh")


def test_it_works(corpus: Corpus) -> None:
    found = ask(corpus, ENGLISH_QUERY)

    assert {each.language for each in found} == {"en", "zh"}
    english = next(each for each in found if each.language == "en")
    assert ids_of(corpus, english)[0] == "A1"


def test_each_list_holds_one_language(corpus: Corpus) -> None:
    spoken = dict(corpus.view().attributes.select("id", "language").iter_rows())

    for found in ask(corpus, ENGLISH_QUERY, CHINESE_QUERY):
        assert {spoken[record] for record in ids_of(corpus, found)} == {found.language}


def test_no_more_are_examined_than_said(corpus: Corpus) -> None:
    assert all(len(each.table.rows) <= 2 for each in ask(corpus, ENGLISH_QUERY, examined=2))


def test_queries_of_a_batch_do_not_meet(corpus: Corpus) -> None:
    queries = make_queries(to_frame("need", tiny_needs()))
    batch = {(each.query.id, each.language): each.table for each in ask(corpus, *queries)}

    for query in queries:
        for alone in ask(corpus, query):
            table = batch[query.id, alone.language]
            assert table.rows.tolist() == alone.table.rows.tolist()
            assert np.abs(table.values - alone.table.values).max() < 1e-3


def test_a_query_without_a_language_is_asked_everywhere(corpus: Corpus) -> None:
    unknown = Query("N", "GaN 2000", "GaN 2000", "")

    assert {each.language for each in ask(corpus, unknown)} == {"en", "zh"}


def test_the_mask_holds_for_every_language(corpus: Corpus) -> None:
    view = corpus.view()
    mask = full_mask(view, pl.col("id").is_in(["A1", "A5"]))

    found = list(examine(corpus, [ENGLISH_QUERY], mask))

    assert {record for each in found for record in ids_of(corpus, each)} <= {"A1", "A5"}


def test_a_monolingual_model_is_only_asked_in_its_language(corpus: Corpus) -> None:
    chinese = [each for each in ask(corpus, CHINESE_QUERY) if each.language == "zh"]

    assert all(MONOLINGUAL not in each.table.names for each in chinese)
    assert all(MULTILINGUAL in each.table.names for each in chinese)


def test_a_glossed_query_keeps_its_own_meaning(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), (BOTH,))
    texts = ["Pump with a seal", "Seal of a pump", "Battery cells", "Battery for frost", "A pump"]
    records = [make_achievement(f"A{n}", text) for n, text in enumerate(texts)]
    corpus.put(to_frame("achievement", records))
    corpus.embed()

    (found,) = ask(corpus, Query("M", "密封泵", "密封泵", "zh"))

    assert found.language == "en"
    assert set(ids_of(corpus, found)[:2]) == {"A0", "A1"}
    assert found.table.coverage[0] > 0.5
    own = BOTH.encode_queries(["密封泵"])[0] @ BOTH.encode_documents([texts[0]])[0]
    at = ids_of(corpus, found).index("A0")
    assert found.table.cosine[at] == pytest.approx(own, abs=0.01)


def test_without_a_bridge_only_the_own_language_is_asked(tmp_path: Path) -> None:
    corpus = open_corpus(tmp_path, ENGLISH)

    assert {each.language for each in ask(corpus, CHINESE_QUERY)} <= {"zh"}
    assert {each.language for each in ask(corpus, ENGLISH_QUERY)} == {"en"}


def test_each_model_is_asked_once_for_all_queries(tmp_path: Path) -> None:
    asked: list[int] = []

    class Counting(HashEmbedder):
        def encode_documents(self, texts: list[str]) -> np.ndarray:
            asked.append(len(texts))
            return super().encode_documents(texts)

        encode_queries = encode_documents

    corpus = open_corpus(tmp_path, Counting())
    asked.clear()

    encode_queries([ENGLISH_QUERY, Query("O", "rail", "rail. cracks", "en")], corpus)

    assert asked == [4]


def test_head_and_whole_have_their_own_terms_and_vectors(corpus: Corpus) -> None:
    (encoded,) = encode_queries([ENGLISH_QUERY], corpus)

    assert encoded.head_terms == ("pump", "seal")
    assert encoded.whole_terms[:2] == ("pump", "seal")
    assert len(encoded.whole_terms) > 2
    assert {MULTILINGUAL, MONOLINGUAL, LSA} <= set(encoded.whole_vectors)
    own = encoded.head_vectors[MULTILINGUAL] @ encoded.whole_vectors[MULTILINGUAL]
    assert 0.3 < own < 0.99


def test_an_empty_corpus_has_nothing_to_examine(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())

    assert ask(corpus, ENGLISH_QUERY) == []


def test_among_many_rows_the_strongest_space_is_scanned() -> None:
    multi, lsa = Space(MULTILINGUAL, BOTH), Space(LSA, BOTH)

    assert strongest([lsa, multi]) == [multi]
    assert strongest([lsa]) == [lsa]
    assert strongest([]) == []


def test_a_record_in_both_languages_is_found_by_either(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), (BOTH,))
    texts = (make_text("Pump seal"), make_text("泵的密封", language="zh"))
    corpus.put(to_frame("achievement", [make_achievement("A", texts=texts)]))
    corpus.embed()

    for query in (ENGLISH_QUERY, CHINESE_QUERY):
        assert any("A" in ids_of(corpus, each) for each in ask(corpus, query))
