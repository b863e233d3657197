"""The deep linear network on the line: against two layers, complex steps and plain loops."""

import numpy as np
import pytest

from stepsize_core.networks import two_layers
from stepsize_core.networks.deep_line import MOST_PARAMETERS, DeepLine, initial, parameters, widest
from stepsize_core.networks.two_layers import LINEAR, train

DEPTHS = (2, 3, 4, 5)
X = np.array([-1.0, -0.7, -0.1, 0.2, 0.4, 0.9, 1.3])  # neither of mean 0 nor of variance 1
Y = np.sin(3.0 * X)
WIDTH, STEP = 3, 1e-30


def line_of(depth):
    return DeepLine(depth, WIDTH, X, Y), initial(depth, WIDTH, 3) + 0.1


def plain_loss(depth, state):
    """The loss, from the formula unit by unit; of complex states too."""
    m = WIDTH
    a, w, b, between, c = state[:m], state[m : 2 * m], state[2 * m : 3 * m], state[3 * m : -1], state[-1]
    total = 0.0
    for x, y in zip(X, Y):
        hidden = w * x + b
        for k in range(depth - 2):
            rows = between[k * m * m : (k + 1) * m * m].reshape(m, m)
            hidden = np.array([sum(rows[i, j] * hidden[j] for j in range(m)) for i in range(m)])
        total = total + (sum(a * hidden) + c - y) ** 2 / (2 * len(X))
    return total


@pytest.mark.parametrize("depth", DEPTHS)
def test_gradient_and_hessian_are_those_of_complex_steps(depth):
    """Im f(x + ih)/h has no difference in it: both hold to rounding."""
    line, state = line_of(depth)
    axes = np.eye(len(state))
    slope, loss = line.gradient(state)
    assert len(state) == parameters(depth, WIDTH)
    assert loss == pytest.approx(plain_loss(depth, state), rel=1e-13)
    expected = [plain_loss(depth, state + 1j * STEP * e).imag / STEP for e in axes]
    np.testing.assert_allclose(slope, expected, rtol=1e-12, atol=1e-13)
    rise = 1e-6
    ends = [[line.gradient(state + s * rise * e)[0] for e in axes] for s in (1, -1)]
    differences = (np.array(ends[0]) - np.array(ends[1])) / (2 * rise)
    found = line.hessian(state)
    np.testing.assert_allclose(found, differences, atol=1e-7)
    np.testing.assert_allclose(found, found.T, atol=1e-15)


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_hessian_is_exact_along_lines(depth):
    """Along a line the loss is a polynomial of degree 2L: its second derivative by exact interpolation."""
    line, state = line_of(depth)
    rng = np.random.default_rng(depth)
    for _ in range(4):
        v = rng.standard_normal(len(state))
        nodes = np.cos(np.pi * (np.arange(2 * depth + 1) + 0.5) / (2 * depth + 1))
        values = [plain_loss(depth, state + t * v) for t in nodes]
        series = np.polynomial.Polynomial.fit(nodes, values, 2 * depth, domain=[-1, 1])
        assert v @ line.hessian(state) @ v == pytest.approx(series.deriv(2)(0.0), rel=1e-9)


def test_with_two_layers_it_is_the_two_layer_network():
    line, state = line_of(2)
    np.testing.assert_array_equal(initial(2, 5, 7), two_layers.initial(LINEAR, 5, 7))
    np.testing.assert_allclose(line.outputs(state), two_layers.outputs(LINEAR, state, X), rtol=1e-13)
    slope, loss = line.gradient(state)
    expected, expected_loss = two_layers.gradient(LINEAR, state, X, Y)
    np.testing.assert_allclose(slope, expected, rtol=1e-12, atol=1e-14)
    assert loss == pytest.approx(expected_loss, rel=1e-14)
    wanted = two_layers.hessian(LINEAR, state, X, Y)
    np.testing.assert_allclose(line.hessian(state), wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("depth", DEPTHS)
def test_training_is_a_plain_loop(depth):
    line, state = DeepLine(depth, 4, X, Y), initial(depth, 4, 1)
    found = train(LINEAR, 4, X, Y, 0.1, 40, 1, n_seen=5, depth=depth)
    for k in range(41):
        slope, loss = line.gradient(state)
        assert found.losses[k] == pytest.approx(loss, rel=1e-12)
        if k in found.seen:
            [at] = np.flatnonzero(found.seen == k)
            assert found.sharpness[at] == pytest.approx(np.linalg.eigvalsh(line.hessian(state))[-1])
        state = state - 0.1 * slope * (k < 40)
    assert found.last == pytest.approx(line.outputs(state))
    assert found.slope == pytest.approx(np.abs(slope).max())


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_widest_network_is_the_last_within_the_limit(depth):
    assert parameters(depth, widest(depth)) <= MOST_PARAMETERS < parameters(depth, widest(depth) + 1)


def test_a_deep_run_that_diverges_ends():
    found = train(LINEAR, 7, X, Y, 50.0, 300, 0, depth=5)
    assert np.isnan(found.losses[-1])
    assert np.isnan(found.sharpness[-1])
