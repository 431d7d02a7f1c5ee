import dataclasses
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import IndexFault
from terrace.match.index import Entry
from terrace.match.index.attachments import name_files, open_vectors, write_vectors
from terrace.match.index.bm25 import weigh_terms
from terrace.match.index.contents import Contents, join_contents, read_contents
from terrace.match.index.manifest import (
    Attachment,
    Manifest,
    Part,
    read_manifest,
    write_manifest,
)
from terrace.match.index.segments import open_segment, remove_segments_except, write_segment
from terrace.match.index.vocabulary import Numbering, Vocabulary, append_terms
from terrace.progress import silent

MANIFEST = Manifest(
    identity="abc",
    generation=7,
    vocabulary_bytes=120,
    vocabulary_terms=14,
    models={"org/模型": 384},
    parts=(
        Part("00000001", "dead-00000003.npy"),
        Part("00000007", "", (("org/模型", Attachment("vectors-1.f32", "vectors-1-7.npy")),)),
    ),
)


@pytest.fixture(autouse=True, scope="module")
def _quick_disk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


def read_texts(*texts: str, numbering: Numbering | None = None) -> Contents:
    entries = [Entry(id=f"R{i}", text=text) for i, text in enumerate(texts)]
    return read_contents(
        entries,
        pl.DataFrame({"id": [entry.id for entry in entries]}),
        generation=1,
        numbering=Numbering({}, 0) if numbering is None else numbering,
        progress=silent,
    )


def test_a_manifest_comes_back_as_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST


def test_a_manifest_names_the_files_that_are_still_needed() -> None:
    assert MANIFEST.parts[0].files() == {"dead-00000003.npy"}
    assert MANIFEST.parts[1].files() >= {"vectors-1.f32", "vectors-1-7.npy"}


@pytest.mark.parametrize("missing", ["parts", "format"])
def test_a_manifest_that_lacks_something(tmp_path: Path, missing: str) -> None:
    write_manifest(tmp_path, MANIFEST)
    content = json.loads((tmp_path / "manifest.json").read_text())
    del content[missing]
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(IndexFault, match=missing):
        read_manifest(tmp_path)


def test_a_manifest_of_a_later_program(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    content = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**content, "colour": "red"}))
    with pytest.raises(IndexFault, match="colour"):
        read_manifest(tmp_path)


def test_numbering_continues_the_vocabulary_without_touching_it() -> None:
    known = {"laser": 0, "pump": 1}
    numbering = Numbering(known, 2)
    assert [numbering[t] for t in ("pump", "fiber", "laser", "robot", "fiber")] == [1, 2, 0, 3, 2]
    assert numbering.added == ["fiber", "robot"]
    assert numbering.total == 4
    assert known == {"laser": 0, "pump": 1}


def test_numbering_does_not_know_terms_that_came_later() -> None:
    numbering = Numbering({"laser": 0, "later": 1}, 1)
    assert numbering["later"] == 1
    assert numbering.added == ["later"]


def test_a_vocabulary_reads_on_where_it_stopped(tmp_path: Path) -> None:
    size = append_terms(tmp_path, size_bytes=0, added=["laser", "电池"])
    vocabulary = Vocabulary()
    vocabulary.read_on(tmp_path, size)
    larger = append_terms(tmp_path, size_bytes=size, added=["pump"])
    vocabulary.read_on(tmp_path, larger)
    assert vocabulary.terms == ["laser", "电池", "pump"]
    assert vocabulary.ids == {"laser": 0, "电池": 1, "pump": 2}


def test_a_killed_writers_terms_are_neither_read_nor_kept(tmp_path: Path) -> None:
    size = append_terms(tmp_path, size_bytes=0, added=["laser"])
    append_terms(tmp_path, size_bytes=size, added=["never", "committed"])
    vocabulary = Vocabulary()
    vocabulary.read_on(tmp_path, size)
    assert vocabulary.terms == ["laser"]
    vocabulary.read_on(tmp_path, append_terms(tmp_path, size_bytes=size, added=["pump"]))
    assert vocabulary.terms == ["laser", "pump"]


def test_a_vocabulary_that_is_too_short(tmp_path: Path) -> None:
    size = append_terms(tmp_path, size_bytes=0, added=["laser"])
    with pytest.raises(ValueError, match="too short"):
        Vocabulary().read_on(tmp_path, size + 1)


def test_no_new_terms_write_nothing(tmp_path: Path) -> None:
    assert append_terms(tmp_path, size_bytes=5, added=[]) == 5
    assert not list(tmp_path.iterdir())


def test_contents_count_terms() -> None:
    numbering = Numbering({}, 0)
    contents = read_texts("laser pump laser", "", "pump", numbering=numbering)
    assert numbering.added == ["laser", "pump"]
    assert contents.counts.toarray().tolist() == [[2, 1], [0, 0], [0, 1]]
    assert contents.rows["length"].to_list() == [3, 0, 1]
    assert contents.rows["generation"].to_list() == [1, 1, 1]


def test_contents_are_selected_in_all_their_parts() -> None:
    kept = read_texts("laser", "pump", "fiber").select(np.array([True, False, True]))
    assert kept.rows["id"].to_list() == kept.attributes["id"].to_list() == ["R0", "R2"]
    assert kept.counts.toarray().tolist() == [[1, 0, 0], [0, 0, 1]]


def test_contents_of_different_vocabularies_are_joined() -> None:
    numbering = Numbering({}, 0)
    first = read_texts("laser", numbering=numbering)
    second = read_texts("pump laser", numbering=numbering)
    coloured = dataclasses.replace(
        second, attributes=pl.DataFrame({"id": ["R0"], "colour": ["red"]})
    )
    joined = join_contents([first, coloured])
    assert joined.counts.toarray().tolist() == [[1, 0], [1, 1]]
    assert joined.attributes["colour"].to_list() == [None, "red"]
    assert joined.rows.height == 2


texts = st.lists(st.sampled_from(["laser", "pump", "fiber", "robot"]), max_size=6).map(" ".join)


@settings(max_examples=30, deadline=None)
@given(st.lists(texts, max_size=6))
def test_postings_are_the_counts_by_term(written: list[str]) -> None:
    contents = read_texts(*written)
    with tempfile.TemporaryDirectory() as parent:
        write_segment(Path(parent) / "one", contents)
        segment = open_segment(Path(parent) / "one", contents.counts.shape[1])
    numbers = np.arange(contents.counts.shape[1] + 1)
    by_term = segment.postings[segment.lines_of(numbers)].toarray()
    assert by_term[:-1].tolist() == contents.counts.toarray().T.tolist()
    assert not by_term[-1].any()


def test_only_named_segments_and_files_stay(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / "segments" / name).mkdir(parents=True)
        for file in ("rows.arrow", "dead-1.npy", "dead-2.npy", "vectors-1.f32", ".rows.arrow.tmp"):
            (tmp_path / "segments" / name / file).touch()
    remove_segments_except(tmp_path, {"new": {"dead-2.npy"}})
    left = {str(path.relative_to(tmp_path / "segments")) for path in tmp_path.rglob("*.*")}
    assert left == {"new/rows.arrow", "new/dead-2.npy"}


@pytest.mark.parametrize("order", [[0, 1, 2, 5, 6, 9], [9, 2, 5, 0, 6, 1]])
def test_vectors_lie_where_they_belong(tmp_path: Path, order: list[int]) -> None:
    files = name_files("m", 3)
    rows = np.array(order)
    values = np.array([[row, -row] for row in order], np.float32)
    present = np.isin(np.arange(10), rows)
    write_vectors(tmp_path, files, local_rows=rows, vectors=values, present=present)
    found = open_vectors(tmp_path, files, rows=10, dimension=2)
    assert found.present.tolist() == present.tolist()
    assert found.matrix[rows].tolist() == values.tolist()
    assert not found.matrix[~present].any()


def test_models_have_files_of_their_own() -> None:
    first, second = name_files("org/a", 1), name_files("org/b", 1)
    assert len({first.vectors, first.present, second.vectors, second.present}) == 4
    assert name_files("org/a", 2).vectors == first.vectors
    assert name_files("org/a", 2).present != first.present


def test_unknown_and_younger_terms_weigh_nothing() -> None:
    weighted = weigh_terms({"pump": 2.0, "nowhere": 1.0, "later": 1.0}, {"pump": 0, "later": 1}, 1)
    assert weighted.numbers.tolist() == [0]
    assert weighted.weights.tolist() == [2.0]
