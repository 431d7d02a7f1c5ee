import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.errors import IndexFault, NotFound
from terrace.match.index import Entry, Index


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index.open(tmp_path / "index")


ENTRIES = [
    Entry(id="A-1", text="Corrosion sensors for pipelines"),
    Entry(id="A-2", text="Laser cladding of valves"),
    Entry(id="编号/3", text="锂电池材料"),
]
ATTRIBUTES = pl.DataFrame(
    {"id": ["编号/3", "A-1", "A-2"], "readiness": [7, 4, None], "region": ["east", "west", "east"]}
)


def live_ids(index: Index) -> set[str]:
    view = index.view()
    return {view.ids[row] for row in np.flatnonzero(view.live)}


def test_it_works(index: Index) -> None:
    assert index.write(ENTRIES, ATTRIBUTES) == 1
    index.add_vectors("m", ["A-1", "A-2"], np.eye(2, 4, dtype=np.float32))
    view = index.view()
    mask = view.rows_where(pl.col("readiness") >= 4)
    rows, scores = view.top_lexical([["corros", "laser"]], 10, mask=mask)
    assert [view.ids[row] for row in rows[0] if row >= 0] == ["A-1"]
    assert scores[0, 0] > 0
    rows, _ = view.top_dense("m", np.eye(2, 4, dtype=np.float32), 1, mask=mask)
    assert [view.ids[row] for row in rows[:, 0]] == ["A-1", "A-1"]


def test_every_change_is_one_generation(index: Index) -> None:
    assert index.view().generation == 0
    assert index.write(ENTRIES) == 1
    assert index.write([ENTRIES[0]], delete=["A-2"]) == 2
    assert index.add_vectors("m", ["A-1"], np.ones((1, 3), np.float32)) == 3
    assert index.view().generation == 3


@pytest.mark.parametrize("delete", [(), ("never there",)])
def test_nothing_to_change_is_no_generation(index: Index, delete: tuple[str, ...]) -> None:
    index.write(ENTRIES)
    assert index.write(delete=delete) == 1
    assert index.view().generation == 1


def test_the_view_stays_the_same_until_something_is_written(index: Index) -> None:
    index.write(ENTRIES)
    first = index.view()
    assert index.view() is first
    index.write(delete=["A-1"])
    assert index.view() is not first


def test_a_view_never_changes(index: Index) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    old = index.view()
    before = old.lexical(["laser"]).tolist()
    for i in range(12):
        index.write([Entry(id=f"N{i}", text="laser")], delete=["A-2"])
    assert len(old) == 3
    assert old.live.all()
    assert old.lexical(["laser"]).tolist() == before
    assert old.attributes.height == 3
    assert old.row_of("A-2") == 1


def test_update_replaces_text_attributes_and_hiddenness(index: Index) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    changed = dataclasses.replace(ENTRIES[1], text="Robot arms", counted=False)
    index.write([changed], pl.DataFrame({"id": ["A-2"], "readiness": [9]}))
    view = index.view()
    row = view.row_of("A-2")
    assert view.attributes.row(row, named=True) == {"id": "A-2", "readiness": 9, "region": None}
    assert not view.counted[row]
    assert view.live.sum() == 3
    assert view.lexical(["laser"]).max() == 0
    assert view.lexical(["robot"])[row] > 0


def test_delete_really_deletes(index: Index) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    index.add_vectors("m", ["A-2"], np.ones((1, 3), np.float32))
    index.write(delete=["A-2", "A-2"])
    view = index.view()
    assert live_ids(index) == {"A-1", "编号/3"}
    assert view.lexical(["laser"]).max() == 0
    assert view.top_dense("m", np.ones((1, 3), np.float32), 5)[0].max() == -1
    assert not view.rows_where(pl.col("id") == "A-2").any()
    with pytest.raises(NotFound, match="'A-2'"):
        view.row_of("A-2")


def test_a_deleted_record_may_come_back(index: Index) -> None:
    index.write(ENTRIES)
    index.write(delete=["A-1"])
    index.write([Entry(id="A-1", text="returned")])
    view = index.view()
    assert view.lexical(["return"])[view.row_of("A-1")] > 0
    assert view.lexical(["corros"]).max() == 0


def test_everything_may_be_deleted(index: Index) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    index.write(delete=[entry.id for entry in ENTRIES])
    view = index.view()
    assert not view.live.any()
    assert view.top_lexical([["laser"]], 2)[0].tolist() == [[-1, -1]]
    index.write(ENTRIES[:1])
    assert live_ids(index) == {"A-1"}


def test_rows_ids_and_attributes_are_aligned(index: Index) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    index.write([Entry(id="B", text="x")], pl.DataFrame({"id": ["B"], "open": [True]}))
    view = index.view()
    assert len(view) == len(view.ids) == len(view.live) == view.attributes.height == 4
    assert view.attributes["id"].to_list() == view.ids
    assert [view.row_of(i) for i in view.ids] == [0, 1, 2, 3]
    assert view.attributes["readiness"].to_list() == [4, None, 7, None]
    assert view.attributes["open"].to_list() == [None, None, None, True]


def test_attributes_are_optional(index: Index) -> None:
    index.write(ENTRIES[:1])
    index.write(ENTRIES[1:], ATTRIBUTES.filter(pl.col("id") != "A-1"))
    assert index.view().attributes["region"].to_list() == [None, "east", "east"]


def test_a_column_of_nulls_takes_the_type_that_comes_later(index: Index) -> None:
    index.write([Entry(id="A", text="")], pl.DataFrame({"id": ["A"], "year": [None]}))
    index.write([Entry(id="B", text="")], pl.DataFrame({"id": ["B"], "year": [2020]}))
    assert index.view().rows_where(pl.col("year") > 2000).tolist() == [False, True]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (pl.col("readiness") >= 4, [True, False, True]),
        (pl.col("region") == "east", [False, True, True]),
        (pl.lit(True), [True, True, True]),
        (pl.lit(False), [False, False, False]),
        (pl.col("readiness").is_null(), [False, True, False]),
        (pl.col("readiness") == pl.col("readiness").max(), [False, False, True]),
    ],
)
def test_rows_where(index: Index, condition: pl.Expr, expected: list[bool]) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    assert index.view().rows_where(condition).tolist() == expected


@pytest.mark.parametrize("condition", [pl.col("colour") == "red", pl.col("region")])
def test_a_filter_that_does_not_fit(index: Index, condition: pl.Expr) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    with pytest.raises(IndexFault, match="does not fit the attributes"):
        index.view().rows_where(condition)


def test_an_empty_index_can_be_filtered(index: Index) -> None:
    view = index.view()
    assert view.rows_where(pl.col("id") == "A").tolist() == []
    assert view.live.shape == view.counted.shape == view.lengths.shape == (0,)
    assert view.ids == []
    assert list(view.vocabulary) == []


@pytest.mark.parametrize("mask", [np.ones(2, np.bool_), np.ones(3, np.int64)])
def test_a_mask_that_does_not_fit(index: Index, mask: np.ndarray) -> None:
    index.write(ENTRIES)
    with pytest.raises(IndexFault, match="3 rows; make it from this very view"):
        index.view().top_lexical([["laser"]], 1, mask=mask)


def test_a_mask_never_revives_the_dead(index: Index) -> None:
    index.write(ENTRIES + [Entry(id=f"F{i}", text="filler") for i in range(9)])
    index.write(delete=["A-2"])
    view = index.view()
    everything = np.ones(len(view), np.bool_)
    assert view.top_lexical([["laser"]], 1, mask=everything)[0].tolist() == [[-1]]


@pytest.mark.parametrize(
    ("upsert", "delete", "message"),
    [
        ([ENTRIES[0], ENTRIES[0]], [], "1 ids are twice among the entries: 'A-1'"),
        ([ENTRIES[0]], ["A-1"], "both to be written and deleted: 'A-1'"),
        ([Entry(id="", text="x")], [], "no usable id: ''"),
        ([Entry(id="\ud800", text="x")], [], "no usable id"),
    ],
)
def test_an_ambiguous_change(
    index: Index, upsert: list[Entry], delete: list[str], message: str
) -> None:
    with pytest.raises(IndexFault, match=message):
        index.write(upsert, delete=delete)
    assert index.view().generation == 0


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (pl.DataFrame({"key": ["A-1"]}), "no text column 'id'"),
        (pl.DataFrame({"id": [1]}), "no text column 'id'"),
        (pl.DataFrame({"id": ["A-1", "A-1"]}), "twice among the attributes: 'A-1'"),
        (pl.DataFrame({"id": ["A-1", "A-9"]}), "not in both entries and attributes: 'A-9'"),
        (pl.DataFrame({"id": ["A-1", None]}), "not in both entries and attributes: None"),
        (pl.DataFrame({"id": []}, schema={"id": pl.String}), "not in both .*: 'A-1'"),
    ],
)
def test_attributes_that_do_not_fit(index: Index, attributes: pl.DataFrame, message: str) -> None:
    with pytest.raises(IndexFault, match=message):
        index.write(ENTRIES[:1], attributes)
    assert index.view().generation == 0


def test_a_column_keeps_its_type(index: Index) -> None:
    index.write(ENTRIES, ATTRIBUTES)
    with pytest.raises(IndexFault, match="'readiness' is String, but the index holds Int64"):
        index.write([Entry(id="B", text="x")], pl.DataFrame({"id": ["B"], "readiness": ["high"]}))
    assert index.view().generation == 1


@pytest.mark.parametrize("record_id", ["nul\x00byte", "ключ", "編號", "a/b\\c", " ", "\n", "'\""])
def test_any_text_may_be_an_id(index: Index, record_id: str) -> None:
    index.write([Entry(id=record_id, text="laser"), Entry(id="other", text="pump")])
    view = index.view()
    rows, _ = view.top_lexical([["laser"]], 1)
    assert view.ids[rows[0, 0]] == record_id
    index.write(delete=[record_id])
    assert live_ids(index) == {"other"}


def test_progress_is_told(index: Index) -> None:
    told: list[tuple[str, int, int]] = []
    index.write(
        [Entry(id=str(i), text="x") for i in range(1200)],
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert [done for _, done, _ in told] == [500, 1000, 1200]
    assert {total for _, _, total in told} == {1200}


def test_entries_may_be_hidden_in_the_view(index: Index) -> None:
    index.write([Entry(id="A", text="x", counted=False), Entry(id="B", text="x")])
    assert index.view().counted.tolist() == [False, True]


def test_attribute_types_are_those_of_the_attributes(index: Index) -> None:
    assert index.view().attribute_types == {"id": pl.String}
    index.write(ENTRIES, ATTRIBUTES)
    index.write([Entry(id="B", text="x")], pl.DataFrame({"id": ["B"], "open": [True]}))
    assert index.view().attribute_types == index.view().attributes.schema
