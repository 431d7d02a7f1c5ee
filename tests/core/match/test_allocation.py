import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import TerraceError
from terrace.match.allocation import Problem, compute_gain, solve_allocation


def make_problem(worth: object, **changes: object) -> Problem:
    values = np.array(worth, dtype=np.float64)
    managers, matches = values.shape
    stated: dict[str, object] = {
        "allowed": np.ones((managers, matches), dtype=np.bool_),
        "capacities": np.full(managers, matches),
        "groups": np.arange(matches),
        "exposure_limit": None,
        "managers_per_match": 1,
        "evenness": 0.0,
        "require_all": False,
    }
    return Problem(worth=values, **(stated | changes))  # type: ignore[arg-type]


def keeps_limits(problem: Problem, chosen: np.ndarray) -> bool:
    by_match = chosen.sum(axis=0)
    sent = np.bincount(problem.groups, weights=by_match > 0)
    exposed = problem.exposure_limit is not None and sent.max() > problem.exposure_limit
    return bool(
        not (chosen & ~problem.allowed).any()
        and (chosen.sum(axis=1) <= problem.capacities).all()
        and by_match.max() <= problem.managers_per_match
        and not exposed
        and (not problem.require_all or by_match.min() >= 1)
    )


def find_best_gain(problem: Problem) -> float | None:
    cells = problem.allowed.size
    gains = [
        compute_gain(problem, chosen)
        for bits in itertools.product([False, True], repeat=cells)
        if keeps_limits(problem, chosen := np.array(bits).reshape(problem.allowed.shape))
    ]
    return max(gains, default=None)


def test_everybody_gets_what_suits_best() -> None:
    chosen = solve_allocation(make_problem([[0.9, 0.1], [0.2, 0.8]]))
    assert chosen.tolist() == [[True, False], [False, True]]


def test_capacity_sends_the_rest_to_the_next_best() -> None:
    problem = make_problem([[0.9, 0.8], [0.2, 0.3]], capacities=np.array([1, 5]))
    assert solve_allocation(problem).tolist() == [[True, False], [False, True]]


def test_the_whole_counts_not_the_first_come() -> None:
    problem = make_problem([[1.0, 0.9], [0.9, 0.1]], capacities=np.array([1, 1]))
    assert solve_allocation(problem).tolist() == [[False, True], [True, False]]


def test_a_barred_place_stays_empty() -> None:
    allowed = np.array([[False, True], [True, True]])
    chosen = solve_allocation(make_problem([[9.0, 1.0], [0.1, 0.1]], allowed=allowed))
    assert not chosen[0, 0]
    assert chosen[1, 0]


def test_the_exposure_limit_keeps_the_most_promising() -> None:
    problem = make_problem([[0.2, 0.9, 0.6]], groups=np.array([0, 0, 0]), exposure_limit=2)
    assert solve_allocation(problem).tolist() == [[False, True, True]]


def test_two_managers_on_a_match_count_as_one_exposure() -> None:
    problem = make_problem(
        [[0.9, 0.8], [0.7, 0.6]],
        groups=np.array([0, 0]),
        exposure_limit=1,
        managers_per_match=2,
    )
    assert solve_allocation(problem).tolist() == [[True, False], [True, False]]


def test_nobody_idles_while_another_is_full() -> None:
    worth = [[0.6, 0.6, 0.6, 0.6], [0.5, 0.5, 0.5, 0.5]]
    limits = {"capacities": np.array([4, 4])}
    assert solve_allocation(make_problem(worth, **limits)).sum(axis=1).tolist() == [4, 0]
    even = solve_allocation(make_problem(worth, evenness=0.5, **limits))
    assert even.sum(axis=1).tolist() == [2, 2]


def test_evenness_gives_way_to_a_great_difference_in_expertise() -> None:
    worth = [[1.0, 1.0], [0.1, 0.1]]
    chosen = solve_allocation(make_problem(worth, evenness=0.5))
    assert chosen.sum(axis=1).tolist() == [2, 0]


def test_a_manager_without_capacity_gets_nothing() -> None:
    problem = make_problem([[0.9], [0.1]], capacities=np.array([0, 1]))
    assert solve_allocation(problem).tolist() == [[False], [True]]


def test_nobody_with_capacity_leaves_all_unassigned() -> None:
    problem = make_problem([[0.9, 0.3]], capacities=np.array([0]))
    assert not solve_allocation(problem).any()


def test_everything_barred_leaves_all_unassigned() -> None:
    problem = make_problem([[0.9]], allowed=np.zeros((1, 1), dtype=np.bool_))
    assert not solve_allocation(problem).any()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"allowed": np.array([[True, False], [True, False]])}, "1 of them are barred"),
        ({"capacities": np.array([1, 0])}, r"the capacities \(1 places for 2 matches\)"),
        ({"groups": np.array([0, 0]), "exposure_limit": 1}, "the exposure limit of 1"),
        (
            {
                "groups": np.array([0, 0]),
                "exposure_limit": 1,
                "capacities": np.array([1, 0]),
            },
            "capacities and exposure limit together",
        ),
        ({"allowed": np.zeros((2, 2), dtype=np.bool_)}, "2 of them are barred"),
    ],
)
def test_an_impossible_plan_names_the_binding_limit(changes: dict[str, object], named: str) -> None:
    problem = make_problem([[0.5, 0.5], [0.5, 0.5]], require_all=True, **changes)
    with pytest.raises(TerraceError, match=named):
        solve_allocation(problem)


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    managers, matches = draw(st.sampled_from([(1, 4), (2, 3), (2, 4), (3, 3), (4, 2)]))
    values = st.integers(0, 20).map(lambda tenths: tenths / 10)
    cells = managers * matches
    return make_problem(
        np.array(draw(st.lists(values, min_size=cells, max_size=cells))).reshape(managers, matches),
        allowed=np.array(draw(st.lists(st.booleans(), min_size=cells, max_size=cells))).reshape(
            managers, matches
        ),
        capacities=np.array(
            draw(st.lists(st.integers(0, 3), min_size=managers, max_size=managers))
        ),
        groups=np.array(draw(st.lists(st.integers(0, 2), min_size=matches, max_size=matches))),
        exposure_limit=draw(st.sampled_from([None, 1, 2])),
        managers_per_match=draw(st.sampled_from([1, 2])),
        evenness=draw(st.sampled_from([0.0, 0.3, 1.0])),
        require_all=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_the_plan_is_as_good_as_the_best_of_all_plans(problem: Problem) -> None:
    best = find_best_gain(problem)
    if best is None:
        with pytest.raises(TerraceError):
            solve_allocation(problem)
        return
    chosen = solve_allocation(problem)
    assert keeps_limits(problem, chosen)
    assert compute_gain(problem, chosen) == pytest.approx(best, abs=1e-6)


def test_a_zone_of_usual_size_is_solved_while_one_waits() -> None:
    generator = np.random.default_rng(0)
    problem = make_problem(
        generator.random((25, 250)),
        capacities=np.full(25, 12),
        groups=generator.integers(0, 80, 250),
        exposure_limit=3,
        evenness=0.5,
    )
    started = time.perf_counter()
    chosen = solve_allocation(problem)
    assert time.perf_counter() - started < 5
    assert keeps_limits(problem, chosen)
