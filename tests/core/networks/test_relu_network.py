"""Two-layer ReLU networks: the loss against a loop over the data, the experiment of Figure 2, bad input."""

import numpy as np
import pytest

from stepsize_core import TwoLayerReLU, gaussian_experiment, gradient_descent, orbit_multipliers

ROUNDING = 1e-11  # the same sum in another order, relative to its largest entry
STEPS = 20_001  # steps of the published experiment


def random_network(rng, n_points, n_inputs, n_outputs, hidden_units, loss_scale=0.7):
    data = rng.standard_normal((n_points, n_inputs)), rng.standard_normal((n_points, n_outputs))
    network = TwoLayerReLU(*data, rng.standard_normal(hidden_units), loss_scale)
    return network, rng.standard_normal(network.state_shape)


def forward(w, v, bias, x):
    """f̂(x), the activities and the hidden values at one input, unit by unit."""
    drive = [sum(v[j, q] * x[q] for q in range(len(x))) - bias[j] for j in range(len(bias))]
    hidden = [max(d, 0.0) for d in drive]
    output = [sum(row[j] * hidden[j] for j in range(len(bias))) for row in w]
    return np.array(output), np.array([d > 0 for d in drive], float), np.array(hidden)


def looped_value_and_gradient(network, x):
    """Loss and gradient from the definition, sample by sample."""
    w, v = network.unpack(x)
    value, dw, dv = 0.0, np.zeros_like(w), np.zeros_like(v)
    for point, target in zip(network.inputs, network.targets):
        output, active, hidden = forward(w, v, network.bias, point)
        error = output - target
        value += network.loss_scale * error @ error
        for j in range(len(network.bias)):
            for a in range(len(target)):
                dw[a, j] += 2 * network.loss_scale * error[a] * hidden[j]
                dv[j] += 2 * network.loss_scale * error[a] * w[a, j] * active[j] * point
    return value, network.pack(dw, dv)


def looped_hessian(network, x):
    """2c Σ_i (J_iᵀJ_i + Σ_a e_ia ∇²f̂_a(x_i)) from the definition."""
    w, v = network.unpack(x)
    m, r = w.shape
    n = v.shape[1]
    total = np.zeros(network.state_shape * 2)
    for point, target in zip(network.inputs, network.targets):
        output, active, hidden = forward(w, v, network.bias, point)
        jacobian = np.zeros((m, *network.state_shape))
        for a in range(m):
            jacobian[a, a * r : (a + 1) * r] = hidden
            jacobian[a, m * r :] = np.outer(w[a] * active, point).ravel()
            for j in range(r):
                second = (output - target)[a] * active[j] * point
                columns = slice(m * r + j * n, m * r + (j + 1) * n)
                total[a * r + j, columns] += second
                total[columns, a * r + j] += second
        total += jacobian.T @ jacobian
    return 2 * network.loss_scale * total


def assert_equal_to_rounding(actual, expected):
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=ROUNDING * scale)


SHAPES = [(1, 1, 1, 1), (11, 1, 1, 4), (9, 1, 3, 5), (8, 3, 1, 4), (7, 2, 2, 3)]  # N, n, m, r


@pytest.mark.parametrize("shape", SHAPES)
def test_value_gradient_and_hessian_equal_a_loop_over_the_data(rng, shape):
    network, x = random_network(rng, *shape)
    value, gradient = looped_value_and_gradient(network, x)
    assert_equal_to_rounding(network.value(x), value)
    assert_equal_to_rounding(network.gradient(x), gradient)
    assert_equal_to_rounding(network.hessian(x), looped_hessian(network, x))


@pytest.mark.parametrize("shape", SHAPES)
def test_hessian_vector_products_are_those_of_the_hessian(rng, shape):
    network, _ = random_network(rng, *shape)
    x, v = rng.standard_normal((2, 3, 4, *network.state_shape))
    expected = np.einsum("...ij,...j->...i", network.hessian(x), v)
    assert_equal_to_rounding(network.hessian_vector_product(x, v), expected)
    assert_equal_to_rounding(network.hessian_vector_product(x[0, 0], v[0, 0]), expected[0, 0])


def test_predictions_are_the_networks_function_at_any_input(rng):
    network, _ = random_network(rng, 5, 2, 3, 4)
    states, points = rng.standard_normal((6, *network.state_shape)), rng.standard_normal((7, 2))
    predicted = network.predict(states, points)
    assert predicted.shape == (6, 7, 3)
    w, v = network.unpack(states[4])
    assert_equal_to_rounding(predicted[4, 2], forward(w, v, network.bias, points[2])[0])


def test_a_unit_exactly_at_its_kink_is_inactive():
    network = TwoLayerReLU([2.0], [5.0], [1.0], loss_scale=0.5)
    at_kink = network.pack([3.0], [0.5])  # Vx − b = 0
    assert network.value(at_kink) == 0.5 * 25.0
    np.testing.assert_array_equal(network.gradient(at_kink), [0.0, 0.0])
    np.testing.assert_array_equal(network.hessian(at_kink), np.zeros((2, 2)))


def test_the_loss_convention_scales_loss_gradient_and_curvature(rng):
    network, x = random_network(rng, 6, 1, 1, 3, loss_scale=0.5)
    without_half = TwoLayerReLU(network.inputs, network.targets, network.bias, loss_scale=1.0)
    for method in ("value", "gradient", "hessian"):
        assert_equal_to_rounding(getattr(without_half, method)(x), 2.0 * getattr(network, method)(x))


def test_pack_and_unpack_are_inverse_for_batches(rng):
    network, _ = random_network(rng, 4, 3, 2, 5)
    x = rng.standard_normal((3, 2, *network.state_shape))
    w, v = network.unpack(x)
    assert w.shape == (3, 2, 2, 5)
    assert v.shape == (3, 2, 5, 3)
    np.testing.assert_array_equal(network.pack(w, v), x)


def test_the_network_keeps_its_own_read_only_data():
    inputs = np.array([0.0, 1.0])
    network = TwoLayerReLU(inputs, [1.0, 2.0], [0.5])
    inputs[0] = 9.0
    assert network.inputs[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        network.bias[0] = 1.0


# Figure 2


def test_the_target_of_the_experiment_is_representable():
    network, start = gaussian_experiment(5, hidden_units=7, n_points=50)
    rng = np.random.default_rng(5)
    bias, target_w, target_v, w, v = (rng.standard_normal(7) for _ in range(5))
    np.testing.assert_array_equal(network.bias, bias)
    np.testing.assert_array_equal(start, np.concatenate([w, v]))
    np.testing.assert_array_equal(network.inputs[:, 0], np.arange(50) / 50)
    assert network.value(network.pack(target_w, target_v)) < 1e-20


def test_figure_2_left_the_smaller_step_converges_to_a_function_close_to_the_target():
    network, start = gaussian_experiment(23)
    states = gradient_descent(network, start, 2e-4, STEPS, keep_last=2).states
    previous, last = network.predict(states, network.inputs)[..., 0]
    assert network.value(states[-1]) == pytest.approx(0.022, rel=0.02)  # to the digits of the reference
    assert np.max(np.abs(last - previous)) < 1e-5  # against values of order 1


def test_figure_2_right_the_larger_step_ends_switching_between_two_functions():
    network, start = gaussian_experiment(23)
    states = gradient_descent(network, start, 3e-4, STEPS, keep_last=3).states
    first, second, third = network.predict(states, network.inputs)[..., 0]
    gap, return_gap = np.max(np.abs(second - first)), np.max(np.abs(third - first))
    assert gap == pytest.approx(1.02, rel=0.01)  # to the digits of the reference
    assert return_gap < 1e-3 * gap  # what is left is a slow drift along the family of cycles
    assert sorted(network.value(states[-2:])) == pytest.approx([131, 140], rel=0.01)


def test_the_cycle_of_figure_2_is_neutral_although_one_iterate_is_sharper_than_two_over_delta():
    network, start = gaussian_experiment(23)
    orbit = gradient_descent(network, start, 3e-4, STEPS, keep_last=2).states
    sharpness = np.linalg.eigvalsh(network.hessian(orbit))[:, -1] * 3e-4 / 2
    assert sorted(sharpness) == pytest.approx([0.96, 1.12], abs=0.01)  # to the digits of the reference
    assert np.abs(orbit_multipliers(network, orbit, 3e-4)).max() == pytest.approx(1.0, abs=1e-3)


# bad input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.0, np.nan], [1.0, 2.0], [1.0]), "inputs must be finite, got nan"),
        (([0.0, 1.0], [1.0, np.inf], [1.0]), "targets must be finite, got inf"),
        (([0.0, 1.0], [1.0, 2.0], [np.nan]), "bias must be finite, got nan"),
        (([0.0, 1.0], [1.0], [1.0]), "targets must have one row per input, 2 of them, got 1 rows"),
        (([], [], [1.0]), "inputs must be a matrix with at least one row"),
        (([0.0], [1.0], []), "bias must have shape"),
        (([0.0], [1.0], [[1.0]]), r"bias must have shape \(r,\) with r of at least 1, got shape \(1, 1\)"),
        ((np.zeros((2, 1, 1)), [1.0, 2.0], [1.0]), "inputs must be a matrix"),
        (("ab", [1.0, 2.0], [1.0]), "inputs must be a real number or an array of them"),
        (([0.0], [1.0], [1.0], 0.0), "loss_scale must be positive and finite, got 0.0"),
        (([0.0], [1.0], [1.0], [0.5, 1.0]), "loss_scale must be a single number"),
    ],
)
def test_bad_data_are_refused_by_name_value_and_rule(arguments, message):
    with pytest.raises(ValueError, match=message):
        TwoLayerReLU(*arguments)


def test_bad_weights_and_states_are_refused(rng):
    network, x = random_network(rng, 4, 2, 3, 5)
    w, v = network.unpack(x)
    with pytest.raises(ValueError, match=r"output_weights must have a shape that ends in \(3, 5\)"):
        network.pack(w.T, v)
    with pytest.raises(ValueError, match="hidden_weights must be finite, got nan"):
        network.pack(w, v * np.nan)
    with pytest.raises(ValueError, match="hidden_weights must have the batch shape"):
        network.pack(w[None], v)
    with pytest.raises(ValueError, match=r"x must have a shape that ends in \(25,\)"):
        network.value(x[:-1])
    with pytest.raises(ValueError, match=r"inputs must have shape \(M, 2\)"):
        network.predict(x, [1.0, 2.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": -1}, "seed must be an integer of at least 0, got -1"),
        ({"seed": 0, "hidden_units": 0}, "hidden_units must be an integer of at least 1"),
        ({"seed": 0, "n_points": 2.5}, "n_points must be an integer, got 2.5"),
    ],
)
def test_bad_draws_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        gaussian_experiment(**arguments)
