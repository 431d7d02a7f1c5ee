import math
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.match.index import Bm25, Entry, Index, View
from terrace.match.text import terms

WORDS = ["laser", "valve", "pump", "fiber", "cooling", "sensor", "电池", "材料"]
IDS = ["A", "B", "C", "D", "É-5", "编号六"]
K1, B = 1.2, 0.75


@pytest.fixture(autouse=True, scope="module")
def _quick_disk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index.open(tmp_path / "index")


@dataclass
class Reference:
    """BM25 over a dictionary, straight from the formula."""

    entries: dict[str, Entry] = field(default_factory=dict)
    k1: float = K1
    b: float = B

    def write(self, upsert: list[Entry], delete: list[str]) -> None:
        for record_id in delete:
            self.entries.pop(record_id, None)
        self.entries |= {entry.id: entry for entry in upsert}

    def counts(self) -> dict[str, Counter[str]]:
        return {i: Counter(terms(entry.text)) for i, entry in self.entries.items()}

    def idf(self, term: str) -> float:
        counted = [c for i, c in self.counts().items() if self.entries[i].counted]
        found = sum(term in c for c in counted)
        return math.log(1 + (len(counted) - found + 0.5) / (found + 0.5))

    def score(self, record_id: str, query: dict[str, float]) -> float:
        counts = self.counts()
        counted = [c.total() for i, c in counts.items() if self.entries[i].counted]
        mean = (sum(counted) / len(counted) if counted else 0) or 1.0
        held_back = self.k1 * (1 - self.b + self.b * counts[record_id].total() / mean)
        return sum(
            weight * self.idf(term) * times * (self.k1 + 1) / (times + held_back)
            for term, weight in query.items()
            if (times := counts[record_id][term])
        )


def scores_by_id(view: View, query: dict[str, float]) -> dict[str, float]:
    scores = view.lexical(query)
    return {view.ids[row]: float(scores[row]) for row in np.flatnonzero(view.live)}


texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
entries = st.builds(Entry, id=st.sampled_from(IDS), text=texts, counted=st.booleans())
upserts = st.lists(entries, max_size=4, unique_by=lambda entry: entry.id)
changes = st.tuples(upserts, st.lists(st.sampled_from(IDS), max_size=3))
queries = st.dictionaries(
    st.sampled_from([t for w in [*WORDS, "nowhere"] for t in terms(w)]),
    st.floats(0.1, 3.0),
    max_size=4,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(changes, min_size=1, max_size=10), queries)
def test_scores_are_those_of_the_formula_after_any_changes(
    history: list[tuple[list[Entry], list[str]]], query: dict[str, float]
) -> None:
    reference = Reference()
    with tempfile.TemporaryDirectory() as folder:
        index = Index.open(Path(folder))
        for upsert, delete in history:
            gone = [i for i in delete if i not in {entry.id for entry in upsert}]
            index.write(upsert, delete=gone)
            reference.write(upsert, gone)
            expected = {i: reference.score(i, query) for i in reference.entries}
            assert scores_by_id(index.view(), query) == pytest.approx(expected, rel=1e-5, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(entries, min_size=1, max_size=6, unique_by=lambda entry: entry.id),
    st.lists(st.sampled_from(IDS), max_size=4),
    queries,
    st.integers(1, 8),
)
def test_filtered_top_is_the_filtered_reference_sorted(
    upsert: list[Entry], admitted: list[str], query: dict[str, float], k: int
) -> None:
    reference = Reference()
    reference.write(upsert, [])
    with tempfile.TemporaryDirectory() as folder:
        index = Index.open(Path(folder))
        for entry in upsert:
            index.write([entry])
        view = index.view()
        mask = view.rows_where(pl.col("id").is_in(admitted))
        rows, scores = view.top_lexical([query], k, mask=mask)
    scored = [(i, reference.score(i, query)) for i in reference.entries if i in admitted]
    best = sorted((score for _, score in scored if score > 0), reverse=True)[:k]
    assert [float(s) for s in scores[0] if s > 0] == pytest.approx(best, rel=1e-5)
    found = [view.ids[row] for row in rows[0] if row >= 0]
    assert len(found) == len(best)
    assert set(found) <= set(admitted)


@settings(max_examples=30, deadline=None)
@given(st.lists(entries, min_size=1, max_size=6, unique_by=lambda entry: entry.id), queries)
def test_scores_do_not_depend_on_the_segments(upsert: list[Entry], query: dict[str, float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        together = Index.open(Path(folder) / "together")
        together.write(upsert)
        one_by_one = Index.open(Path(folder) / "one_by_one")
        for entry in reversed(upsert):
            one_by_one.write([Entry(id=entry.id, text="to be replaced laser pump")])
            one_by_one.write([entry])
        assert scores_by_id(together.view(), query) == scores_by_id(one_by_one.view(), query)


@settings(max_examples=30, deadline=None)
@given(st.lists(entries, min_size=1, max_size=5, unique_by=lambda entry: entry.id), texts, queries)
def test_a_hidden_record_moves_nobodys_scores(
    upsert: list[Entry], hidden_text: str, query: dict[str, float]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Index.open(Path(folder))
        index.write(upsert)
        before = scores_by_id(index.view(), query)
        index.write([Entry(id="hidden", text=hidden_text, counted=False)])
        after = scores_by_id(index.view(), query)
    del after["hidden"]
    assert after == before


def test_a_hidden_record_is_found_when_the_mask_admits_it(index: Index) -> None:
    index.write([Entry(id="A", text="laser"), Entry(id="H", text="laser laser", counted=False)])
    view = index.view()
    rows, _ = view.top_lexical([["laser"]], 5)
    assert [view.ids[row] for row in rows[0] if row >= 0] == ["H", "A"]
    rows, _ = view.top_lexical([["laser"]], 5, mask=view.counted)
    assert [view.ids[row] for row in rows[0] if row >= 0] == ["A"]


def test_only_hidden_records_still_score(index: Index) -> None:
    index.write([Entry(id="H", text="laser valve", counted=False)])
    assert index.view().lexical(["laser"])[0] > 0


def test_a_known_figure(index: Index) -> None:
    index.write([Entry(id="A", text="laser pump"), Entry(id="B", text="valve valve")])
    # N = 2, n = 1, so idf = log 2; |d| is the mean, so f (k1 + 1) / (f + k1) = 1 for f = 1.
    assert index.view().lexical(["laser"]) == pytest.approx([math.log(2), 0])
    expected = math.log(2) * 2 * 2.2 / 3.2
    assert index.view().lexical(terms("valve")) == pytest.approx([0, expected])


def test_the_parameters_are_used(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "index", bm25=Bm25(k1=0.0, b=0.0))
    index.write([Entry(id="A", text="laser laser laser"), Entry(id="B", text="laser pump")])
    scores = index.view().lexical(["laser"])
    assert scores[0] == scores[1] > 0


def test_a_weight_multiplies_and_repetition_is_a_weight(index: Index) -> None:
    index.write([Entry(id="A", text="laser pump"), Entry(id="B", text="valve")])
    view = index.view()
    once = view.lexical({"laser": 1.0})
    assert view.lexical({"laser": 2.5}) == pytest.approx(once * 2.5)
    assert view.lexical(["laser", "laser"]) == pytest.approx(once * 2)


def test_a_text_is_no_query(index: Index) -> None:
    with pytest.raises(TypeError, match="pass terms"):
        index.view().lexical("laser")


@pytest.mark.parametrize("query", [[], {}, ["nowhere"], {"": 1.0}])
def test_a_query_that_matches_nothing(index: Index, query: list[str]) -> None:
    index.write([Entry(id="A", text="laser")])
    rows, scores = index.view().top_lexical([query, ["laser"]], 2)
    assert rows.tolist() == [[-1, -1], [0, -1]]
    assert scores[0].tolist() == [0, 0]
    assert index.view().lexical(query).tolist() == [0]


def test_no_queries_at_all(index: Index) -> None:
    index.write([Entry(id="A", text="laser")])
    rows, scores = index.view().top_lexical([], 3)
    assert rows.shape == scores.shape == (0, 3)


def test_an_empty_index_answers(index: Index) -> None:
    view = index.view()
    assert view.lexical(["laser"]).shape == (0,)
    rows, scores = view.top_lexical([["laser"], ["pump"]], 3)
    assert rows.tolist() == [[-1] * 3] * 2
    assert scores.tolist() == [[0] * 3] * 2
    assert view.idf(["laser"]) == pytest.approx([math.log(2)])
    assert view.term_counts([]).shape == (0, 0)


def test_batch_and_single_agree(index: Index) -> None:
    generator = np.random.default_rng(7)
    written = [
        Entry(id=f"R{i}", text=" ".join(generator.choice(WORDS, size=generator.integers(9))))
        for i in range(300)
    ]
    index.write(written[:200])
    index.write(written[200:], delete=["R3", "R150"])
    view = index.view()
    asked = [terms(" ".join(generator.choice(WORDS, size=3))) for _ in range(40)]
    rows, scores = view.top_lexical(asked, 20)
    for query, found, found_scores in zip(asked, rows, scores, strict=True):
        single = view.lexical(query)
        assert single[found].tolist() == found_scores.tolist()
        assert found.tolist() == np.lexsort((np.arange(len(single)), -single))[:20].tolist()


def test_equal_scores_come_in_row_order(index: Index) -> None:
    index.write([Entry(id=f"R{i:02}", text="laser") for i in range(30)])
    rows, _ = index.view().top_lexical([["laser"]], 4)
    assert rows.tolist() == [[0, 1, 2, 3]]


def test_term_counts_follow_the_rows_asked_for(index: Index) -> None:
    index.write([Entry(id="A", text="laser laser pump"), Entry(id="B", text="valve")])
    index.write([Entry(id="C", text="pump fiber")])
    view = index.view()
    asked = ["C", "A", "C", "B"]
    counts = view.term_counts([view.row_of(i) for i in asked])
    assert counts.shape == (4, len(view.vocabulary))
    laser, pump, valve, fiber = view.term_ids(["laser", "pump", *terms("valve"), "fiber"])
    assert counts[:, [laser]].toarray().ravel().tolist() == [0, 2, 0, 0]
    assert counts[:, [pump]].toarray().ravel().tolist() == [1, 1, 1, 0]
    assert counts[:, [valve]].toarray().ravel().tolist() == [0, 0, 0, 1]
    assert counts[:, [fiber]].toarray().ravel().tolist() == [1, 0, 1, 0]


def test_term_counts_of_one_segment_have_the_views_width(index: Index) -> None:
    index.write([Entry(id="A", text="laser")])
    index.write([Entry(id="B", text="pump fiber")])
    view = index.view()
    assert view.term_counts([0, 0]).shape == (2, 3)
    assert view.term_counts([0, 0]).toarray().tolist() == [[1, 0, 0]] * 2


@pytest.mark.parametrize("row", [-1, 2])
def test_term_counts_refuse_rows_that_are_not_there(index: Index, row: int) -> None:
    index.write([Entry(id="A", text="laser"), Entry(id="B", text="pump")])
    with pytest.raises(IndexError, match=r"0 \.\. 1"):
        index.view().term_counts([0, row])


def test_vocabulary_and_term_ids_agree(index: Index) -> None:
    index.write([Entry(id="A", text="laser 电池 pump")])
    index.write([Entry(id="B", text="laser fiber")])
    view = index.view()
    assert view.term_ids(view.vocabulary).tolist() == list(range(len(view.vocabulary)))
    assert view.term_ids(["nowhere"]).tolist() == [-1]


def test_an_older_view_does_not_know_younger_terms(index: Index) -> None:
    index.write([Entry(id="A", text="laser")])
    old = index.view()
    index.write([Entry(id="B", text="pump")])
    assert index.view().term_ids(["pump"]).tolist() == [1]
    assert old.term_ids(["pump"]).tolist() == [-1]
    assert old.vocabulary == ["laser"]
    assert old.lexical(["pump"]).tolist() == [0]


def test_lengths_count_terms(index: Index) -> None:
    index.write([Entry(id="A", text="the laser of a pump"), Entry(id="B", text="")])
    assert index.view().lengths.tolist() == [2, 0]


def test_a_term_may_occur_more_often_than_a_byte_can_say(index: Index) -> None:
    index.write([Entry(id="A", text="laser " * 70_000), Entry(id="B", text="pump")])
    view = index.view()
    assert view.term_counts([0]).toarray()[0, 0] == 70_000
    assert view.lexical(["laser"])[0] == pytest.approx(
        math.log(2) * 70_000 * 2.2 / (70_000 + 1.2 * (0.25 + 0.75 * 70_000 / 35_000.5)), rel=1e-5
    )


@pytest.mark.parametrize("text", ["", "\x00", "la\x00ser pump", "\ud800 pump", "。，！", "the of"])
def test_odd_texts_are_indexed(index: Index, text: str) -> None:
    index.write([Entry(id="A", text=text), Entry(id="B", text="laser")])
    rows, _ = index.view().top_lexical([["laser"]], 2)
    assert rows.tolist() == [[1, -1]]


def test_chinese_is_found_by_its_words(index: Index) -> None:
    index.write([Entry(id="甲", text="锂电池的材料"), Entry(id="乙", text="laser 激光")])
    view = index.view()
    rows, _ = view.top_lexical([terms("材料"), terms("Lasers")], 1)
    assert [view.ids[row] for row in rows[:, 0]] == ["甲", "乙"]
