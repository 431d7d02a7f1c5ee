import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from terrace.match.features.scale import standardise

VALUES = arrays(np.float32, st.integers(2, 30), elements=st.integers(-1000, 1000).map(float))


def test_it_works() -> None:
    assert standardise(np.array([1, 2, 3], np.float32)) == pytest.approx([-1.2247, 0, 1.2247], 1e-3)


@given(VALUES)
def test_mean_is_zero_and_spread_one_or_all_are_zero(values: np.ndarray) -> None:
    found = standardise(values)

    assert found.mean() == pytest.approx(0, abs=1e-4)
    assert found.std() == pytest.approx(float(len(set(values.tolist())) > 1), abs=1e-3)


@given(VALUES, st.floats(0.01, 100), st.integers(-1000, 1000))
def test_neither_shift_nor_scale_of_a_signal_matters(
    values: np.ndarray, factor: float, shift: int
) -> None:
    moved = (values * factor + shift).astype(np.float32)

    assert standardise(moved) == pytest.approx(standardise(values), abs=0.01)


@given(VALUES)
def test_the_order_of_candidates_stays(values: np.ndarray) -> None:
    found = standardise(values)

    assert (np.diff(found[np.argsort(values, kind="stable")]) >= 0).all()


@given(arrays(np.float32, (7, 3), elements=st.integers(-50, 50).map(float)))
def test_columns_are_treated_apart(table: np.ndarray) -> None:
    together = standardise(table)

    for column in range(3):
        assert together[:, column] == pytest.approx(standardise(table[:, column]), abs=1e-5)


@given(VALUES, st.floats(-1e4, 1e4, width=32))
def test_who_does_not_set_the_scale_moves_nobody(values: np.ndarray, hidden: float) -> None:
    sets_scale = np.array([*[True] * len(values), False])

    found = standardise(np.append(values, np.float32(hidden)), sets_scale)

    assert found[:-1] == pytest.approx(standardise(values), abs=1e-5)


def test_who_does_not_set_the_scale_is_measured_by_it() -> None:
    values = np.array([0, 2, 3], np.float32)

    assert standardise(values, np.array([True, True, False])).tolist() == [-1, 1, 2]


def test_differences_of_rounding_do_not_count() -> None:
    almost = np.array([1, 1 + 1e-7, 1], np.float32)

    assert not standardise(almost).any()


@pytest.mark.parametrize("values", [[], [5.0], [3.0, 3.0]])
def test_where_nothing_differs_all_is_zero(values: list[float]) -> None:
    assert standardise(np.array(values, np.float32)).tolist() == [0.0] * len(values)
