import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from terrace.match.index import Entry, Index
from terrace.match.text import terms

IDS = [f"R{i}" for i in range(9)]
WORDS = ["laser", "pump", "fiber", "robot", "电池"]
D = 4
TYPES = {"id": pl.String, "year": pl.Int64}

some_ids = st.lists(st.sampled_from(IDS), unique=True, max_size=5)
# Words in order, and none that stemming changes: so a text can be read back from its counts.
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(sorted).map(" ".join)


@pytest.fixture(autouse=True, scope="module")
def _quick_disk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@dataclass
class Kept:
    """What the reference knows of one record."""

    text: str
    year: int | None
    counted: bool
    vector: list[float] | None = None


class AnyChanges(RuleBasedStateMachine):
    """Two openings of one folder against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.writer = Index.open(self.folder)
        self.reader = Index.open(self.folder)
        self.records: dict[str, Kept] = {}
        self.numbers = itertools.count(1)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(ids=some_ids, text=texts, year=st.none() | st.integers(2000, 2005), counted=st.booleans())
    def upsert(self, ids: list[str], text: str, year: int | None, counted: bool) -> None:
        entries = [Entry(id=i, text=text, counted=counted) for i in ids]
        years = pl.DataFrame({"id": ids, "year": [year] * len(ids)}, schema_overrides=TYPES)
        self.writer.write(entries, years)
        self.records |= {i: Kept(text, year, counted) for i in ids}

    @rule(written=st.sampled_from(IDS), text=texts, deleted=some_ids)
    def upsert_and_delete(self, written: str, text: str, deleted: list[str]) -> None:
        gone = [i for i in deleted if i != written]
        self.writer.write([Entry(id=written, text=text)], delete=gone)
        self.records = {i: kept for i, kept in self.records.items() if i not in gone}
        self.records[written] = Kept(text, None, counted=True)

    @rule(ids=some_ids)
    def add_vectors(self, ids: list[str]) -> None:
        vectors = np.array([[next(self.numbers)] * D for _ in ids], np.float32).reshape(-1, D)
        self.writer.add_vectors("m", ids, vectors)
        for record_id, vector in zip(ids, vectors.tolist(), strict=True):
            kept = self.records.get(record_id)
            if kept and kept.vector is None:
                kept.vector = vector

    @rule()
    def swap_processes(self) -> None:
        self.writer, self.reader = Index.open(self.folder), self.writer

    @invariant()
    def both_openings_hold_the_same_records(self) -> None:
        for index in (self.writer, self.reader):
            assert read_records(index) == self.records

    @invariant()
    def rows_are_consistent(self) -> None:
        view = self.reader.view()
        assert len(view.ids) == len(view.live) == len(view.counted) == view.attributes.height
        for record_id in self.records:
            assert view.ids[view.row_of(record_id)] == record_id

    @invariant()
    def every_word_finds_its_records(self) -> None:
        view = self.reader.view()
        rows, _ = view.top_lexical([terms(word) for word in WORDS], len(IDS) + 1)
        for word, found in zip(WORDS, rows, strict=True):
            expected = {i for i, kept in self.records.items() if word in kept.text}
            assert {view.ids[row] for row in found if row >= 0} == expected

    @invariant()
    def the_latest_vector_is_nearest(self) -> None:
        view = self.reader.view()
        rows, _ = view.top_dense("m", np.ones((1, D), np.float32), len(IDS))
        with_vectors = [(k.vector[0], i) for i, k in self.records.items() if k.vector]
        expected = [i for _, i in sorted(with_vectors, reverse=True)]
        assert [view.ids[row] for row in rows[0] if row >= 0] == expected


def read_records(index: Index) -> dict[str, Kept]:
    view = index.view()
    rows = np.flatnonzero(view.live)
    years = view.attributes["year"] if "year" in view.attributes.columns else [None] * len(view)
    words = view.term_counts(rows)
    has_vector = view.has_vectors("m")
    found = {}
    for place, row in enumerate(rows.tolist()):
        counts = words[[place]].tocoo()
        text = {
            view.vocabulary[t]: int(n) for t, n in zip(counts.coords[1], counts.data, strict=True)
        }
        vector = view.vectors("m", [row])[0].tolist() if has_vector[row] else None
        found[view.ids[row]] = Kept(_in_order(text), years[row], bool(view.counted[row]), vector)
    return found


def _in_order(counts: dict[str, int]) -> str:
    return " ".join(itertools.chain.from_iterable([word] * n for word, n in sorted(counts.items())))


AnyChanges.TestCase.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
TestAnyChanges = AnyChanges.TestCase
