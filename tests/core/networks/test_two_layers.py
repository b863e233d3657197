"""The two-layer network on the line: gradient and Hessian against differences, and against a plain loop."""

import numpy as np
import pytest

from stepsize_core.networks.two_layers import (
    LINEAR,
    RELU,
    TANH,
    UNITS,
    gradient,
    hessian,
    initial,
    outputs,
    sharpness,
    train,
)

X = np.linspace(-1.0, 1.0, 9)
Y = np.sin(3.0 * X)
STEP = 1e-6


@pytest.fixture(params=UNITS)
def kind(request):
    return request.param


def state_of(kind):
    return initial(kind, 5, 3) + 0.1


def test_gradient_and_hessian_are_those_of_differences(kind):
    state = state_of(kind)
    loss = np.array([[gradient(kind, state + s * STEP * e, X, Y)[1] for e in np.eye(16)] for s in (1, -1)])
    assert gradient(kind, state, X, Y)[0] == pytest.approx((loss[0] - loss[1]) / (2 * STEP), abs=1e-8)
    slopes = [[gradient(kind, state + s * STEP * e, X, Y)[0] for e in np.eye(16)] for s in (1, -1)]
    differences = (np.array(slopes[0]) - np.array(slopes[1])) / (2 * STEP)
    assert hessian(kind, state, X, Y) == pytest.approx(differences, abs=1e-7)
    largest = np.linalg.eigvalsh(differences)[-1]
    assert sharpness(hessian(kind, state, X, Y)) == pytest.approx(largest, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "phi"), [(TANH, np.tanh), (RELU, lambda z: np.maximum(z, 0)), (LINEAR, lambda z: z)]
)
def test_outputs_are_the_sum_over_the_units(kind, phi):
    state = state_of(kind)
    a, w, b = state[:-1].reshape(3, 5)
    for x, found in zip(X, outputs(kind, state, X)):
        assert found == pytest.approx(sum(a[j] * phi(w[j] * x + b[j]) for j in range(5)) + state[-1])


def test_training_is_a_plain_loop(kind):
    state, losses = initial(kind, 5, 3), []
    found = train(kind, 5, X, Y, 0.1, 40, 3, n_seen=5)
    for k in range(41):
        slope, loss = gradient(kind, state, X, Y)
        losses.append(loss)
        if k in found.seen:
            [at] = np.flatnonzero(found.seen == k)
            assert found.sharpness[at] == sharpness(hessian(kind, state, X, Y))
        if k < 40:
            state = state - 0.1 * slope
    assert found.losses == pytest.approx(losses)
    assert found.last == pytest.approx(outputs(kind, state, X))
    assert found.seen.tolist() == [0, 10, 20, 30, 40]


def test_a_run_that_diverges_ends(kind):
    found = train(kind, 66, X, Y, 50.0, 3000, 0)
    assert np.isnan(found.losses[-1])
    assert np.isnan(found.sharpness[-1])
