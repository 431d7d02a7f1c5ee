import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.features.feedback import compare_documents


def unit(*rows: list[float]) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def everyone(count: int) -> np.ndarray:
    return np.ones(count, np.bool_)


def compare(first: list[float], vectors: np.ndarray) -> dict[str, np.ndarray]:
    return compare_documents(np.array(first, np.float32), vectors, everyone(len(first)))


def random_pool(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(seed)
    first = drawn.permutation(count).astype(np.float32) / 7
    return first, unit(*drawn.standard_normal((count, 6)))


def test_what_is_like_the_best_gains() -> None:
    found = compare([3, 1, 1], unit([1, 0], [1, 0.1], [0, 1]))

    assert found["feedback"][1] > found["feedback"][2]
    assert found["smoothed"][1] > found["smoothed"][2]


def test_nobody_is_its_own_witness() -> None:
    found = compare([5, 0, 0], unit([1, 0, 0], [0, 1, 0], [0, 0, 1]))

    assert all(found[name] == pytest.approx([0, 0, 0]) for name in ("feedback", "smoothed"))


def test_the_better_a_witness_the_more_it_weighs() -> None:
    found = compare([2, 1, 0], unit([1, 0, 0], [0, 1, 0], [1, 1, 0]))

    weight = np.exp([0, -1])
    other = np.exp(-2)
    assert found["feedback"][2] == pytest.approx(np.sqrt(0.5))
    assert found["feedback"][0] == pytest.approx(
        (other * np.sqrt(0.5)) / (weight[1] + other), abs=1e-5
    )


def test_a_near_double_among_the_best_is_seen() -> None:
    found = compare([3, 2, 1], unit([1, 0], [1, 0.01], [0, 1]))

    assert found["nearest"] == pytest.approx([1, 1, 0.01], abs=1e-3)


def test_only_the_five_best_give_feedback() -> None:
    lonely = unit(*([[1, 0]] * 5), [0, 1], [0, 1])

    assert compare([9, 9, 9, 9, 9, 1, 0], lonely)["feedback"][6] == pytest.approx(0)


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_candidates_are_enough(count: int) -> None:
    found = compare([1.0] * count, unit(*([[1, 0]] * count)))

    assert all(len(values) == count for values in found.values())
    assert all(np.isfinite(values).all() for values in found.values())


def test_an_opposite_document_counts_as_opposite() -> None:
    assert compare([1, 0], unit([1, 0], [-1, 0]))["feedback"] == pytest.approx([-1, -1])


@given(st.integers(0, 10_000), st.integers(2, 40))
def test_the_order_of_candidates_does_not_matter(seed: int, count: int) -> None:
    first, vectors = random_pool(seed, count)
    order = np.random.default_rng(seed + 1).permutation(count)

    straight = compare_documents(first, vectors, everyone(count))
    shuffled = compare_documents(first[order], vectors[order], everyone(count))

    for name, values in straight.items():
        assert shuffled[name] == pytest.approx(values[order], abs=1e-5)


@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(1, 5))
def test_who_is_no_witness_moves_nobody(seed: int, count: int, hidden: int) -> None:
    first, vectors = random_pool(seed, count + hidden)
    witnesses = np.arange(count + hidden) < count

    found = compare_documents(first, vectors, witnesses)
    alone = compare_documents(first[:count], vectors[:count], everyone(count))

    for name, values in alone.items():
        assert found[name][:count] == pytest.approx(values, abs=1e-5)


@given(st.integers(0, 10_000), st.integers(2, 40))
def test_a_shift_of_all_scores_changes_no_likeness(seed: int, count: int) -> None:
    first, vectors = random_pool(seed, count)

    straight = compare_documents(first, vectors, everyone(count))
    shifted = compare_documents(first + 3, vectors, everyone(count))

    assert shifted["feedback"] == pytest.approx(straight["feedback"], abs=1e-4)
    assert shifted["nearest"] == pytest.approx(straight["nearest"])


@given(st.integers(0, 10_000), st.integers(2, 30))
def test_smoothed_scores_lie_within_the_scores(seed: int, count: int) -> None:
    first, vectors = random_pool(seed, count)

    smoothed = compare_documents(first, np.abs(vectors), everyone(count))["smoothed"]

    assert smoothed.min() >= first.min() - 1e-4
    assert smoothed.max() <= first.max() + 1e-4
