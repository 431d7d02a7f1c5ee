from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.match.features.signals import (
    BM25,
    HEAD,
    Candidates,
    EncodedQuery,
    gather_candidates,
)
from terrace.match.index import Entry, Index, View
from terrace.match.passages import Query
from terrace.match.spaces import MULTILINGUAL, Space
from terrace.match.text import terms
from terrace.testing.embedders import HashEmbedder

EMBEDDER = HashEmbedder(dimension=16)
SPACE = Space(MULTILINGUAL, EMBEDDER)
TEXTS = {
    "A1": "ceramic seal for pumps",
    "A2": "rail inspection trolley",
    "A3": "pump seal in slurry",
    "A4": "battery for frost",
}


def open_view(folder: Path, texts: dict[str, str], *, hidden: frozenset[str] = frozenset()) -> View:
    index = Index.open(folder / "index")
    index.write([Entry(id=i, text=t, counted=i not in hidden) for i, t in texts.items()])
    index.add_vectors(EMBEDDER.id, list(texts), EMBEDDER.encode_documents(list(texts.values())))
    return index.view()


def encode(head: str, whole: str = "") -> EncodedQuery:
    whole = whole or head
    vectors = EMBEDDER.encode_queries([head, whole])
    return EncodedQuery(
        Query("N", head, whole, "en"),
        tuple(terms(head)),
        tuple(terms(whole)),
        {MULTILINGUAL: vectors[0]},
        {MULTILINGUAL: vectors[1]},
    )


def gather(
    view: View,
    query: EncodedQuery,
    spaces: Sequence[Space],
    mask: np.ndarray,
    depth: int = 200,
) -> Candidates:
    (found,) = gather_candidates(view, [query], spaces, mask, depth=depth)
    return found


@pytest.fixture
def view(tmp_path: Path) -> View:
    return open_view(tmp_path, TEXTS)


def ids_of(view: View, rows: np.ndarray) -> set[str]:
    return {view.ids[row] for row in rows}


def test_it_works(view: View) -> None:
    found = gather(view, encode("pump seal"), [SPACE], view.live)

    assert ids_of(view, found.rows) == set(TEXTS)
    best = view.ids[found.rows[np.argmax(found.signals[BM25])]]
    assert best in {"A1", "A3"}
    assert set(found.signals) == {BM25, BM25 + HEAD, MULTILINGUAL, MULTILINGUAL + HEAD}


def test_without_a_space_only_shared_words_make_a_candidate(view: View) -> None:
    found = gather(view, encode("pump seal"), [], view.live)

    assert ids_of(view, found.rows) == {"A1", "A3"}


def test_head_and_whole_are_scored_apart(view: View) -> None:
    found = gather(view, encode("rail", "rail battery"), [SPACE], view.live)
    of = {view.ids[row]: at for at, row in enumerate(found.rows)}

    assert found.signals[BM25][of["A4"]] > 0
    assert found.signals[BM25 + HEAD][of["A4"]] == 0
    assert found.signals[BM25 + HEAD][of["A2"]] > 0


def test_signals_are_those_of_the_index(view: View) -> None:
    query = encode("pump seal")

    found = gather(view, query, [SPACE], view.live)

    assert found.signals[BM25] == pytest.approx(view.lexical(query.whole_terms)[found.rows])
    dense = view.dense(EMBEDDER.id, query.whole_vectors[MULTILINGUAL])[found.rows]
    assert found.signals[MULTILINGUAL] == pytest.approx(dense, abs=1e-6)


def test_the_mask_holds_before_ranking(view: View) -> None:
    mask = np.array([each in {"A2", "A4"} for each in view.ids])

    found = gather(view, encode("pump seal"), [SPACE], mask, depth=1)

    assert ids_of(view, found.rows) <= {"A2", "A4"}
    assert len(found.rows) == 1


def test_queries_of_a_batch_are_gathered_as_if_alone(view: View) -> None:
    queries = [encode("pump seal"), encode("rail", "rail battery"), encode("unheard of")]

    batch = list(gather_candidates(view, queries, [SPACE], view.live, depth=1))

    for query, found in zip(queries, batch, strict=True):
        alone = gather(view, query, [SPACE], view.live, depth=1)
        assert found.rows.tolist() == alone.rows.tolist()
        for name, values in alone.signals.items():
            assert found.signals[name] == pytest.approx(values, abs=1e-6)


def test_a_space_that_is_not_scanned_still_scores(view: View) -> None:
    query = encode("pump seal")

    (found,) = gather_candidates(view, [query], [SPACE], view.live, scanned=[])

    assert ids_of(view, found.rows) == {"A1", "A3"}
    assert len(found.signals[MULTILINGUAL]) == 2


def test_depth_limits_each_signal(view: View) -> None:
    found = gather(view, encode("pump seal"), [SPACE], view.live, depth=1)

    assert 1 <= len(found.rows) <= 2


def test_nothing_allowed_gives_no_candidates(view: View) -> None:
    found = gather(view, encode("pump"), [SPACE], np.zeros(len(view), np.bool_))

    assert len(found.rows) == 0
    assert all(len(values) == 0 for values in found.signals.values())


def test_an_empty_index_gives_no_candidates(tmp_path: Path) -> None:
    empty = Index.open(tmp_path / "index").view()

    assert len(gather(empty, encode("pump"), [], empty.live).rows) == 0


def test_public_rows_set_the_scale(tmp_path: Path) -> None:
    view = open_view(tmp_path, TEXTS, hidden=frozenset({"A3"}))

    found = gather(view, encode("pump seal"), [SPACE], view.live)

    assert ids_of(view, found.rows[~found.sets_scale]) == {"A3"}


def test_where_nothing_is_public_all_set_the_scale(tmp_path: Path) -> None:
    view = open_view(tmp_path, TEXTS, hidden=frozenset(TEXTS))

    assert gather(view, encode("pump"), [SPACE], view.live).sets_scale.all()


@settings(max_examples=12)
@given(
    st.lists(
        st.lists(st.sampled_from(["pump", "seal", "rail", "frost"]), min_size=1, max_size=6),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 3),
)
def test_hidden_rows_displace_no_public_one(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], depth: int
) -> None:
    hidden = {f"H{number}": " ".join(words) for number, words in enumerate(texts)}
    query = encode("pump seal")
    plain = open_view(tmp_path_factory.mktemp("plain"), TEXTS)
    mixed = open_view(tmp_path_factory.mktemp("mixed"), TEXTS | hidden, hidden=frozenset(hidden))

    alone = gather(plain, query, [SPACE], plain.live, depth=depth)
    found = gather(mixed, query, [SPACE], mixed.live, depth=depth)

    public = found.rows[found.sets_scale]
    assert ids_of(mixed, public) == ids_of(plain, alone.rows)
    of = {mixed.ids[row]: at for at, row in enumerate(found.rows)}
    for name, values in alone.signals.items():
        at = [of[plain.ids[row]] for row in alone.rows]
        assert found.signals[name][at] == pytest.approx(values, abs=1e-5)
