import numpy as np
import pytest

from terrace.match.bootstrap import bootstrap_interval, draw_resamples, randomise_signs


def draw_values(count: int, *, mean: float = 0.0, seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 1.0, count)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = draw_values(50)
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


def test_the_interval_is_about_as_wide_as_theory_says() -> None:
    low, high = bootstrap_interval(draw_values(400))
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.15)


def test_the_interval_holds_the_true_mean_about_as_often_as_it_says() -> None:
    held = sum(
        low <= 0 <= high
        for low, high in (bootstrap_interval(draw_values(60, seed=s)) for s in range(100))
    )
    assert held >= 86


def test_one_value_has_no_spread() -> None:
    assert bootstrap_interval(np.array([0.4])) == pytest.approx((0.4, 0.4))


def test_every_resample_draws_as_many_as_there_are() -> None:
    batches = list(draw_resamples(7, seed=0))
    assert sum(len(batch) for batch in batches) == 2_000
    assert all((batch.sum(axis=1) == 7).all() for batch in batches)


def test_pure_noise_is_seldom_called_a_difference() -> None:
    called = sum(randomise_signs(draw_values(30, seed=s), s) < 0.05 for s in range(40))
    assert called <= 6


def test_a_clear_difference_is_found_in_either_direction() -> None:
    values = draw_values(60, mean=1.0)
    assert randomise_signs(values, 0) < 0.001
    assert randomise_signs(-values, 0) == randomise_signs(values, 0)
