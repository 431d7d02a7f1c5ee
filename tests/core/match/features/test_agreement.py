from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.features.agreement import Idf, measure_agreement, number_terms

WORDS = st.sampled_from(["pump", "seal", "slurry", "rail", "crack", "frost", "of"])
TEXT = st.lists(WORDS, max_size=60)


def even(terms: Sequence[str]) -> np.ndarray:
    return np.ones(len(terms), np.float32)


def by_length(terms: Sequence[str]) -> np.ndarray:
    return np.array([len(term) for term in terms], np.float32)


def measure(
    query: str | list[str], *documents: str | list[str], idf: Idf = even
) -> dict[str, list[float]]:
    listed = [text.split() if isinstance(text, str) else text for text in (query, *documents)]
    numbered = [number_terms(document) for document in listed[1:]]
    found = measure_agreement(listed[0], numbered, idf)
    return {name: pytest.approx(values.tolist(), abs=1e-5) for name, values in found.items()}


def test_it_works() -> None:
    found = measure("pump seal slurry", "the pump seal leaks", "rail", "seal pump slurry")

    assert found["coverage"] == [2 / 3, 0, 1]
    assert found["rarest_missing"] == [1, 1, 0]
    assert found["phrases"] == [0.5, 0, (0.7 + 0.7) / 2 - 0.0]


def test_rare_words_weigh_more() -> None:
    found = measure("pump slurry", "pump", "slurry", idf=by_length)

    assert found["coverage"] == [0.4, 0.6]
    assert found["rarest_missing"] == [1, 4 / 6]


def test_the_lead_is_the_first_forty_terms() -> None:
    found = measure("pump", ["x"] * 39 + ["pump"], ["x"] * 40 + ["pump"])

    assert found["lead_coverage"] == [1, 0]
    assert found["coverage"] == [1, 1]


def test_a_passage_holds_words_that_stand_within_fifteen_terms() -> None:
    near = ["x"] * 100 + ["pump"] + ["x"] * 14 + ["seal"]
    far = ["x"] * 100 + ["pump"] + ["x"] * 31 + ["seal"]

    assert measure("pump seal", near, far)["passage"] == [1, 0.5]


def test_windows_do_not_reach_into_the_next_document() -> None:
    found = measure("pump seal", "pump", "seal")

    assert found["passage"] == [0.5, 0.5]
    assert found["phrases"] == [0, 0]


@pytest.mark.parametrize(
    ("document", "strength"),
    [
        ("pump seal", 1.0),
        ("pump of seal", 0.7),
        ("seal pump", 0.7),
        ("pump of of seal", 0.7),
        ("pump of of of seal", 0.0),
        ("pump of of of seal of pump seal", 1.0),
    ],
)
def test_a_phrase_counts_by_nearness_and_order(document: str, strength: float) -> None:
    assert measure("pump seal", document)["phrases"] == [strength]


def test_a_repeated_query_word_is_no_phrase_with_itself() -> None:
    assert measure("pump pump", "pump pump")["phrases"] == [0]


@pytest.mark.parametrize("query", ["", "unseen words"])
def test_what_shares_nothing_agrees_in_nothing(query: str) -> None:
    found = measure(query, "pump seal", "")

    assert all(found[name] == [0, 0] for name in ("coverage", "lead_coverage", "passage"))
    assert found["phrases"] == [0, 0]


def test_no_documents_give_empty_columns() -> None:
    assert all(values == [] for values in measure("pump").values())


@given(TEXT, st.lists(TEXT, max_size=5))
def test_every_feature_is_between_zero_and_one(
    query: list[str], documents: list[list[str]]
) -> None:
    found = measure_agreement(query, [number_terms(each) for each in documents], by_length)

    for values in found.values():
        assert values.shape == (len(documents),)
        assert ((values >= 0) & (values <= 1 + 1e-5)).all()


@given(TEXT, st.lists(TEXT, min_size=2, max_size=5))
def test_a_document_is_measured_by_itself(query: list[str], documents: list[list[str]]) -> None:
    together = measure_agreement(query, [number_terms(each) for each in documents], by_length)

    for row, document in enumerate(documents):
        alone = measure_agreement(query, [number_terms(document)], by_length)
        assert all(together[name][row] == pytest.approx(alone[name][0]) for name in alone)


@given(TEXT.filter(bool), TEXT)
def test_no_passage_and_no_lead_covers_more_than_the_whole(
    query: list[str], document: list[str]
) -> None:
    found = measure_agreement(query, [number_terms(document)], by_length)

    assert found["lead_coverage"] <= found["coverage"] + 1e-6
    assert found["passage"] <= found["coverage"] + 1e-6
    assert (found["rarest_missing"] == 0) == (set(query) <= set(document))


@given(TEXT.filter(bool))
def test_the_query_itself_agrees_in_full(query: list[str]) -> None:
    found = measure_agreement(query, [number_terms(query)], by_length)

    assert found["coverage"] == pytest.approx(1)
    assert found["phrases"] == pytest.approx(float(len(set(query)) > 1))


@given(TEXT, TEXT)
def test_against_counting_by_hand(query: list[str], document: list[str]) -> None:
    found = measure_agreement(query, [number_terms(document)], by_length)
    wanted, total = set(query), sum(map(len, set(query))) or 1
    windows = [set(document[max(at, 0) : at + 30]) for at in range(-15, len(document), 15)]

    assert found["coverage"] == pytest.approx(sum(map(len, wanted & set(document))) / total)
    best = max((sum(map(len, wanted & window)) for window in windows), default=0)
    assert found["passage"] == pytest.approx(best / total)
