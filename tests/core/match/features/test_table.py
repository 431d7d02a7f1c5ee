from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.match.features.signals import BM25, EncodedQuery, gather_candidates
from terrace.match.features.table import FIRST, FeatureTable, build_table, neighbour_spaces
from terrace.match.index import Entry, Index, View
from terrace.match.passages import Query
from terrace.match.spaces import LSA, MONOLINGUAL, MULTILINGUAL, WHITE, Space
from terrace.match.text import terms
from terrace.match.whitening import Whitening
from terrace.testing.embedders import HashEmbedder

EMBEDDER = HashEmbedder(dimension=16)
SPACE = Space(MULTILINGUAL, EMBEDDER)
TEXTS = {
    "A1": "ceramic seal for pumps in abrasive slurry",
    "A2": "rail inspection trolley",
    "A3": "pump seal",
    "A4": "battery cells for frost",
    "A5": "slurry of abrasive grains for polishing, and a pump",
}


def open_view(folder: Path, texts: dict[str, str], *, hidden: frozenset[str] = frozenset()) -> View:
    index = Index.open(folder / "index")
    entries = [Entry(id=i, text=t, counted=i not in hidden) for i, t in texts.items()]
    index.write(entries, pl.DataFrame({"id": list(texts), "text": list(texts.values())}))
    index.add_vectors(EMBEDDER.id, list(texts), EMBEDDER.encode_documents(list(texts.values())))
    return index.view()


def encode(text: str) -> EncodedQuery:
    vector = EMBEDDER.encode_queries([text])[0]
    words = tuple(terms(text))
    named = {MULTILINGUAL: vector}
    return EncodedQuery(Query("N", text, text, "en"), words, words, named, named)


def build(view: View, text: str = "abrasive slurry pump seal", examined: int = 10) -> FeatureTable:
    query = encode(text)
    (candidates,) = gather_candidates(view, [query], [SPACE], view.live)
    return build_table(view, query, candidates, [SPACE], examined=examined)


def values_by_id(view: View, table: FeatureTable) -> dict[str, np.ndarray]:
    return {view.ids[row]: table.values[at] for at, row in enumerate(table.rows)}


@pytest.fixture
def view(tmp_path: Path) -> View:
    return open_view(tmp_path, TEXTS)


def test_it_works(view: View) -> None:
    table = build(view)

    assert view.ids[table.rows[0]] == "A1"
    assert table.values.shape == (5, len(table.names))
    assert {BM25, FIRST, MULTILINGUAL, "feedback_multilingual", "phrases", "length"} <= set(
        table.names
    )


def test_every_feature_but_length_is_standardised(view: View) -> None:
    table = build(view)
    columns = dict(zip(table.names, table.values.T, strict=True))

    assert (columns.pop("length") > 0).all()
    for name, values in columns.items():
        assert values.mean() == pytest.approx(0, abs=1e-5), name
        assert values.std() == pytest.approx(1, abs=1e-3) or not values.any(), name


def test_the_best_of_the_first_stage_are_examined_best_first(view: View) -> None:
    whole, cut = build(view), build(view, examined=2)

    first = whole.values[:, whole.names.index(FIRST)]
    assert (np.diff(first) <= 0).all()
    assert cut.rows.tolist() == whole.rows[:2].tolist()


def test_absolute_figures_are_kept_for_the_confidence(view: View) -> None:
    table = build(view)
    at = [view.ids[row] for row in table.rows].index("A2")

    assert table.coverage[0] > 0.9
    assert table.coverage[at] == 0
    assert table.cosine[0] > table.cosine[at]


def test_records_of_equal_text_differ_at_most_by_their_witnesses(tmp_path: Path) -> None:
    view = open_view(tmp_path, TEXTS | {"B": TEXTS["A4"]})
    table = build(view)
    found = values_by_id(view, table)
    own = [not name.startswith(("feedback", "smoothed", "nearest")) for name in table.names]

    assert found["B"][own] == pytest.approx(found["A4"][own], abs=1e-4)


def test_the_order_of_records_does_not_matter(tmp_path: Path, view: View) -> None:
    other = open_view(tmp_path / "other", dict(reversed(TEXTS.items())))

    straight, shuffled = values_by_id(view, build(view)), values_by_id(other, build(other))

    assert all(shuffled[i] == pytest.approx(straight[i], abs=1e-4) for i in TEXTS)


@pytest.mark.parametrize("examined", [2, 10])
def test_hidden_records_change_no_feature_of_a_public_one(
    tmp_path: Path, view: View, examined: int
) -> None:
    hidden = {"H1": "pump seal for abrasive slurry", "H2": "abrasive slurry pump seal pump seal"}
    mixed = open_view(tmp_path / "mixed", TEXTS | hidden, hidden=frozenset(hidden))

    alone = values_by_id(view, build(view, examined=examined))
    table = build(mixed, examined=examined)
    found = values_by_id(mixed, table)

    assert set(alone) == set(found) - set(hidden)
    assert all(found[i] == pytest.approx(values, abs=1e-4) for i, values in alone.items())
    assert {mixed.ids[row] for row in table.rows[~table.sets_scale]} == set(hidden)


def test_a_hidden_record_is_measured_like_a_public_one(tmp_path: Path) -> None:
    mixed = open_view(tmp_path / "mixed", TEXTS | {"H": TEXTS["A1"]}, hidden=frozenset({"H"}))
    table = build(mixed)
    found = values_by_id(mixed, table)
    by_words = [table.names.index(name) for name in (BM25, FIRST, "phrases", "coverage")]

    assert found["H"][by_words] == pytest.approx(found["A1"][by_words], abs=1e-4)


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_records_are_enough(tmp_path: Path, count: int) -> None:
    view = open_view(tmp_path, dict(list(TEXTS.items())[:count]))
    table = build(view)

    assert len(table.rows) == count
    assert np.isfinite(table.values).all()


def test_documents_are_compared_where_documents_differ() -> None:
    white = Whitening("m", np.zeros(16, np.float32), np.eye(16, dtype=np.float32))
    spaces = {
        LSA: Space(LSA, EMBEDDER),
        MULTILINGUAL: SPACE,
        MONOLINGUAL: Space(MONOLINGUAL, EMBEDDER),
        MONOLINGUAL + WHITE: Space(MONOLINGUAL + WHITE, EMBEDDER, white),
    }

    def chosen(*names: str) -> list[str]:
        return [space.name for space in neighbour_spaces([spaces[name] for name in names])]

    assert chosen(*spaces) == [LSA, MONOLINGUAL + WHITE]
    assert chosen(LSA, MULTILINGUAL) == [LSA, MULTILINGUAL]
    assert chosen(LSA) == [LSA]
    assert chosen() == []
