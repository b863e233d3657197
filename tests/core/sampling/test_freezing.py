"""Freezing the batch tells noise at a stable minimum from an oscillation."""

import numpy as np
import pytest

from stepsize_core import (
    FiniteSum,
    ThreeHalvesPower,
    TwoMinima,
    UserFunction,
    alternation,
    gaussian_experiment,
    gradient_descent,
    sgd,
)
from stepsize_core.sampling.freezing import freeze
from stepsize_core.sampling.multiples import Multiples
from stepsize_core.sampling.records import phase
from stepsize_core.sampling.relu import SampledNetwork


def last_state(problem, x0, delta, seed):
    return sgd(problem, x0, delta, 300, batch_size=3, seed=seed, keep_last=1).final[0]


def tilted(seed, spread, text):
    """f + bᵢx with Σ bᵢ = 0: gradient noise that does not vanish."""
    b = np.random.default_rng(seed).standard_normal(10) * spread
    return FiniteSum([UserFunction(f"{text} + ({slope:.17g})*x") for slope in b - b.mean()])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_dies_and_an_oscillation_stays(seed):
    noise = tilted(seed, 0.2, "x^2/2")
    dead = freeze(noise, last_state(noise, 0.1, 1.9, seed), 1.9, n_steps=400)
    assert dead.stays is False
    assert dead.gap_one < 1e-6
    cycle = tilted(seed, 0.2, "2/3*abs(x)^1.5")
    alive = freeze(cycle, last_state(cycle, 1.0, 2.0, seed), 2.0, n_steps=400)
    assert alive.stays is True
    assert (alive.gap_one, alive.gap_two) == pytest.approx((2.0, 0.0), abs=1e-6)
    assert alive.amplitude == pytest.approx(1.0, abs=1e-6)


def test_the_chaotic_band_stays_too():
    found = freeze(TwoMinima(), 2.1, 0.3, n_steps=2000)
    assert found.stays is True
    assert found.gap_two > 0.05


def test_a_drift_is_no_oscillation():
    found = freeze(UserFunction("x^2/2"), 1.0, 1e-4, n_steps=2000)
    assert found.stays is not True
    assert found.amplitude < 1e-3 * found.gap_one


def test_near_the_threshold_and_after_an_escape_it_is_undecided():
    assert freeze(UserFunction("x^2/2"), 1.0, 2 - 2e-4, n_steps=2000).stays is None
    assert freeze(UserFunction("x^2/2"), 1.0, 3.0, n_steps=2000).stays is None
    assert freeze(Multiples(TwoMinima(), [0.5, 1.5]), 2.0, 0.1).stays is False


def test_a_network_is_watched_by_its_output():
    net, start = gaussian_experiment(23)
    settled = gradient_descent(net, start, 3e-4, 12_000, keep_last=1).final
    found = freeze(
        SampledNetwork(net), settled, 3e-4, n_steps=400, observe=lambda x: net.predict(x, [0.5])[:, 0, 0]
    )
    assert found.stays is True
    assert found.gap_two < 0.01 * found.gap_one
    sampled = sgd(SampledNetwork(net), settled, 3e-4, 1500, batch_size=200, seed=7, n_paths=3, keep_last=1200)
    for record in net.predict(sampled.states, [0.5])[..., 0, 0].T:
        assert alternation(record).oscillates is True
        assert phase(record).locked is True
    with pytest.raises(ValueError, match="observe must say"):
        freeze(net, settled, 3e-4)
    with pytest.raises(ValueError, match="observe must give one number a state"):
        freeze(net, settled, 3e-4, n_steps=20, observe=lambda x: x)
    with pytest.raises(ValueError, match="n_steps must be an integer of at least 16"):
        freeze(ThreeHalvesPower(), 1.0, 0.1, n_steps=15)
