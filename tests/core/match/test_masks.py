from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.errors import IndexFault
from terrace.match.corpus import Corpus
from terrace.match.lookup import look_up
from terrace.match.masks import RecordRows, rows_of
from terrace.match.search import search_allowed
from terrace.match.vectors import VectorCache
from terrace.records import Work, to_frame
from terrace.testing.records import make_company

IDS = pl.Series(["C9", "C2", "C1", "C0"])


def company(record_id: str, *works: str) -> object:
    return make_company(record_id, works=tuple(Work(title=work) for work in works))


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    opened = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())
    records = [company("C1", "pump seals", "pump housings"), company("C2", "pump laser")]
    opened.put(to_frame("company", [*records, company("C3", "pump welding")]))
    yield opened
    opened.close()


def ids_in(corpus: Corpus, mask: np.ndarray) -> list[str]:
    return corpus.passages().filter(pl.Series(mask))["record_id"].to_list()


def test_a_mask_has_all_rows_of_the_allowed_records(corpus: Corpus) -> None:
    rows = RecordRows.align(corpus.view(), IDS)
    assert ids_in(corpus, rows.mask(np.array([True, False, True, True]))) == ["C1", "C1"]


def test_what_is_not_listed_is_never_allowed(corpus: Corpus) -> None:
    rows = corpus.align(IDS)
    assert "C3" not in ids_in(corpus, rows.mask(np.ones(4, np.bool_)))


def test_both_ways_to_a_mask_agree(corpus: Corpus) -> None:
    allowed = np.array([False, True, True, False])
    expected = rows_of(corpus.view(), IDS.filter(pl.Series(allowed)))
    assert corpus.align(IDS).mask(allowed).tolist() == expected.tolist()
    assert rows_of(corpus.view(), {"C2", "C1"}).tolist() == expected.tolist()


def test_replaced_and_removed_records_are_in_no_mask(corpus: Corpus) -> None:
    corpus.put(to_frame("company", [company("C1", "pump valves")]))
    corpus.remove(["C2"])
    found = ids_in(corpus, corpus.align(IDS).mask(np.ones(4, np.bool_)))
    assert found == ["C1"]
    assert ids_in(corpus, rows_of(corpus.view(), ["C1", "C2"])) == ["C1"]


def test_alignment_is_kept_until_the_view_or_the_ids_change(corpus: Corpus) -> None:
    first = corpus.align(IDS)
    assert corpus.align(IDS) is first
    assert corpus.align(IDS.clone()) is not first
    corpus.remove(["C2"])
    assert corpus.align(IDS).view is corpus.view()


def test_an_id_listed_twice_is_refused(corpus: Corpus) -> None:
    with pytest.raises(IndexFault, match="'C1' is listed twice"):
        corpus.align(pl.Series(["C1", "C1"]))


@pytest.mark.parametrize("wrong", [np.ones(3, np.bool_), np.ones(4, np.int8)])
def test_a_wrong_answer_per_record_is_refused(corpus: Corpus, wrong: np.ndarray) -> None:
    with pytest.raises(IndexFault, match="one truth value per record"):
        corpus.align(IDS).mask(wrong)


def test_an_empty_index_has_empty_masks(tmp_path: Path) -> None:
    empty = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())
    assert empty.align(IDS).mask(np.ones(4, np.bool_)).tolist() == []
    assert rows_of(empty.view(), ["C1"]).tolist() == []


def test_a_pinned_corpus_sees_nothing_of_later_writes(corpus: Corpus) -> None:
    pinned = corpus.pinned()
    corpus.put(to_frame("company", [company("C4", "pump")]))
    corpus.remove(["C1"])
    assert "C4" not in pinned.passages()["record_id"]
    assert pinned.view() is pinned.pinned().view()
    mask = pinned.align(IDS).mask(np.ones(4, np.bool_))
    assert set(look_up(pinned, "pump", allowed=mask, top=9)) == {"C1", "C2"}


def test_search_shows_only_what_is_allowed(corpus: Corpus) -> None:
    allowed = np.array([False, True, False, False])
    found = search_allowed(corpus, "pum", top=9, record_ids=IDS, allowed=allowed)
    assert found["record_id"].to_list() == ["C2"]


def test_looking_up_by_mask_or_by_ids_is_the_same(corpus: Corpus) -> None:
    pinned = corpus.pinned()
    mask = pinned.align(IDS).mask(np.array([True, True, True, True]))
    by_mask = look_up(pinned, "pump se", allowed=mask, top=9)
    assert list(by_mask.items()) == list(look_up(pinned, "pump se", allowed=IDS, top=9).items())
    assert list(by_mask) == ["C1"]


def test_a_mask_of_another_view_is_refused(corpus: Corpus) -> None:
    mask = corpus.align(IDS).mask(np.ones(4, np.bool_))
    corpus.put(to_frame("company", [company("C4", "pump")]))
    with pytest.raises(IndexFault, match="view"):
        look_up(corpus, "pump", allowed=mask, top=9)
