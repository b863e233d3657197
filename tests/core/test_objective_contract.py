"""Every objective of the project against the one contract."""

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    EvenPower,
    ScalarFactorization,
    SpectrumFactorization,
    ThreeHalvesPower,
    TwoLayerReLU,
    TwoMinima,
    UserFunction,
)
from tests.core.contract import check_objective


def linear_network(widths, n_states=5):
    """A network with a random target, as a case of the contract."""
    target = np.random.default_rng(sum(widths)).standard_normal((widths[-1], widths[0]))
    network = DeepLinearNetwork(target, widths)
    return network, network.random_start(0.8, seed=1, batch=(n_states,)), 0.02


def relu_network(n_points, n_inputs, n_outputs, hidden_units, n_states=4):
    """A network whose data and states are random: no kink lies within a difference step of a sample."""
    rng = np.random.default_rng(n_points)
    inputs, targets = rng.standard_normal((n_points, n_inputs)), rng.standard_normal((n_points, n_outputs))
    network = TwoLayerReLU(inputs, targets, rng.standard_normal(hidden_units), loss_scale=0.7)
    return network, rng.standard_normal((n_states, *network.state_shape)), 0.004


CASES = {
    "three-halves power": (ThreeHalvesPower(), np.array([-1.7, -0.3, 0.2, 0.9, 4.0]), 0.4),
    "two minima": (TwoMinima(), np.array([-0.5, 0.3, 1.0, 1.4, 1.9, 2.4]), 0.01),
    "fourth power": (EvenPower(4), np.array([-1.1, -0.2, 0.3, 0.9]), 0.1),
    "power 24": (EvenPower(24), np.array([-1.01, -0.2, 0.3, 0.9]), 0.01),
    "factorization of 2, depth 3": (ScalarFactorization(2.0, 3), np.array([-1.1, 0.2, 0.9, 1.3]), 0.05),
    "factorization of -1, depth 2": (ScalarFactorization(-1.0, 2), np.array([-1.1, 0.2, 0.9]), 0.05),
    "factorization of 0, depth 5": (ScalarFactorization(0.0, 5), np.array([-1.1, 0.2, 0.9]), 0.05),
    "factorization of -3, depth 1": (ScalarFactorization(-3.0, 1), np.array([-1.1, 0.2, 0.9]), 0.05),
    "spectrum, depth 4": (
        SpectrumFactorization((-1.0, 0.0, 0.5, 2.0), 4),
        np.array([[1.0, 1.0, 1.0, 1.0], [0.3, -0.7, 0.8, 1.2]]),
        0.05,
    ),
    "linear network, narrow and rectangular": linear_network((3, 2, 4, 2)),
    "linear network, depth 1": linear_network((2, 3)),
    "linear network, scalar layers": linear_network((1, 1, 1)),
    "linear network, square": linear_network((3, 3, 3, 3, 3)),
    "linear network, many runs": linear_network((3, 1, 2), n_states=150),
    "ReLU network, numbers to numbers": relu_network(12, 1, 1, 5),
    "ReLU network, two outputs": relu_network(9, 1, 2, 3),
    "ReLU network, planar inputs": relu_network(8, 2, 1, 4),
    "ReLU network, one sample": relu_network(1, 1, 1, 4),
    "typed, a double well": (UserFunction("x^4/4 - x^2/2"), np.array([-1.4, -0.2, 0.3, 1.0, 1.7]), 0.4),
    "typed, with a domain": (UserFunction("x^1.5 - log(x) + 1/x"), np.array([0.6, 1.1, 2.3]), 0.01),
    "typed, saturating": (
        UserFunction("softplus(3x) - tanh(x)*sin(x) + exp(-x^2)"),
        np.array([-1.4, 0.1, 2.2]),
        0.05,
    ),
    "typed, two variables": (
        UserFunction("(1-x)^2 + 100*(y-x^2)^2"),
        np.array([[-1.2, 1.0], [0.4, 0.3], [1.0, 1.0]]),
        1e-4,
    ),
    "ReLU network, many runs": relu_network(7, 3, 2, 2, n_states=150),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_objective_keeps_the_contract(case):
    check_objective(*case)
