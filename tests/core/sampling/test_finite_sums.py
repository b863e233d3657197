"""Finite sums as objectives, and the gradient of a batch against the mean over its samples."""

from itertools import chain, islice

import numpy as np
import pytest

from stepsize_core import (
    EvenPower,
    FiniteSum,
    LimitKind,
    ThreeHalvesPower,
    TwoLayerReLU,
    TwoMinima,
    UserFunction,
    classify_limit,
    gaussian_experiment,
    gradient_descent,
    sgd,
)
from stepsize_core.sampling.draws import batch_blocks
from stepsize_core.sampling.multiples import Multiples
from stepsize_core.sampling.relu import SampledNetwork
from stepsize_core.sampling.views import Beside, Scaled
from tests.core.contract import check_objective

PLANE = (UserFunction("(1-x)^2 + 3*(y-x^2)^2"), UserFunction("x^2 + (y-1)^4"), UserFunction("x^2 + (y-1)^4"))


def network(seed=4, n=9):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((2, n))
    net = TwoLayerReLU(np.append(x, x[:2]), np.append(y, y[:2] + 1), rng.standard_normal(5), loss_scale=0.7)
    return net, rng.standard_normal((4, *net.state_shape))


SUMS = {
    "two samples": (FiniteSum([TwoMinima(), EvenPower(4)]), np.array([-0.4, 0.3, 1.2]), 0.01),
    "one of them twice": (FiniteSum([TwoMinima(), EvenPower(4), TwoMinima()]), np.array([-0.4, 1.2]), 0.01),
    "multiples": (Multiples(TwoMinima(), [0.5, 1.5, -0.3]), np.array([-0.4, 0.3, 1.2]), 0.01),
    "in the plane": (FiniteSum(PLANE), np.array([[0.3, 0.4], [1.2, -0.3]]), 0.01),
    "nested": (FiniteSum([FiniteSum([EvenPower(4), TwoMinima()]), TwoMinima()]), np.array([0.2, 1.3]), 0.01),
    "beside a minimum": (FiniteSum([TwoMinima(), EvenPower(4)]).beside(1.0), np.array([-0.4, 0.3]), 0.01),
    "multiples beside": (Multiples(TwoMinima(), [0.5, 1.5]).beside(2.0), np.array([-0.4, 3e-5]), 0.01),
    "half a power": (Scaled(ThreeHalvesPower(), 0.5), np.array([-0.4, 0.3]), 0.1),
    "a network": (SampledNetwork(network()[0]), network()[1], 0.004),
}


@pytest.mark.parametrize("case", SUMS.values(), ids=SUMS.keys())
def test_a_finite_sum_keeps_the_contract_of_objectives(case):
    check_objective(*case)


@pytest.mark.parametrize("case", [case for case in SUMS.values() if isinstance(case[0], FiniteSum)])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_gradient_of_a_batch_is_the_mean_over_its_samples(case, size, rng):
    problem, states, _ = case
    x = states[rng.integers(len(states), size=5)]
    batch = rng.integers(problem.n_samples, size=(5, size))
    if isinstance(problem, SampledNetwork):
        net, n = problem.network, problem.n_samples
        samples = [TwoLayerReLU(a, b, net.bias, n * net.loss_scale) for a, b in zip(net.inputs, net.targets)]
    else:
        samples = problem.objectives
    expected = [np.mean([samples[i].gradient(at) for i in own], axis=0) for at, own in zip(x, batch)]
    np.testing.assert_allclose(problem.gradient_of(x, batch), expected, rtol=1e-12, atol=1e-13)
    assert problem.gradient_of(x, batch).shape == x.shape


def test_the_mean_of_the_samples_is_descended_as_any_objective():
    problem = Multiples(TwoMinima(), [0.5] * 5 + [1.5] * 5)
    assert problem.equilibria == TwoMinima().equilibria
    assert problem.n_samples == 10
    whole, one = gradient_descent(problem, 1.9, 0.1, 50), gradient_descent(TwoMinima(), 1.9, 0.1, 50)
    np.testing.assert_allclose(whole.states, one.states, rtol=1e-12)
    assert classify_limit(problem, 1.9, 0.1).kind == LimitKind.EQUILIBRIUM
    assert FiniteSum([EvenPower(4), TwoMinima()]).equilibria == ()


class GradientsAlone(FiniteSum):
    """½ mean (aᵢx)²: nothing but its gradients."""

    n_samples = 4
    state_shape = ()
    factors = np.array([0.5, 1.0, 2.0, 4.0])

    def __init__(self):
        pass

    def gradient_of(self, x, batch):
        return self.factors[batch].mean(axis=1) * x


def test_a_subclass_may_give_its_gradients_alone():
    problem = GradientsAlone()
    assert problem.gradient(np.array([2.0, -1.0])).tolist() == [3.75, -1.875]
    assert gradient_descent(problem, 1.0, 0.1, 3).final == pytest.approx(0.8125**3)
    same = FiniteSum([UserFunction(f"{a}*x^2/2") for a in problem.factors])
    one, two = (sgd(p, 1.0, 0.1, 30, batch_size=2, seed=3, n_paths=4) for p in (problem, same))
    np.testing.assert_allclose(one.states, two.states, rtol=1e-12)
    with pytest.raises(NotImplementedError, match="GradientsAlone must define value"):
        problem.value(1.0)
    with pytest.raises(ValueError, match="GradientsAlone gives no objectives"):
        sgd(problem, 1.0, 0.1, 3, batch_size=1, seed=0, offset=0.0)


def test_gradients_that_are_missing_or_of_another_shape_are_named():
    class Nothing(GradientsAlone):
        def gradient_of(self, x, batch):
            return FiniteSum.gradient_of(self, x, batch)

    class Sum(GradientsAlone):
        def gradient_of(self, x, batch):
            return np.sum(x)

    class Uncounted(GradientsAlone):
        n_samples = 0

    with pytest.raises(NotImplementedError, match="Nothing must define gradient_of"):
        sgd(Nothing(), 1.0, 0.1, 3, batch_size=1, seed=0)
    with pytest.raises(ValueError, match=r"Sum.gradient_of must return the shape of x, \(5,\)"):
        sgd(Sum(), 1.0, 0.1, 3, batch_size=1, seed=0, n_paths=5)
    with pytest.raises(ValueError, match="n_samples must be an integer of at least 1"):
        sgd(Uncounted(), 1.0, 0.1, 3, batch_size=1, seed=0)


def test_what_is_no_finite_sum_is_refused():
    with pytest.raises(ValueError, match="at least one objective"):
        FiniteSum([])
    with pytest.raises(TypeError, match=r"subclasses of stepsize_core.Objective"):
        FiniteSum([TwoMinima(), np.square])
    with pytest.raises(TypeError, match="objectives must be a sequence"):
        FiniteSum(TwoMinima())
    with pytest.raises(ValueError, match="must have one state_shape"):
        FiniteSum([TwoMinima(), UserFunction("x^2+y^2")])
    with pytest.raises(ValueError, match=r"factors must have shape \(n,\)"):
        Multiples(TwoMinima(), [])
    with pytest.raises(ValueError, match="one dimension"):
        SampledNetwork(TwoLayerReLU(np.ones((3, 2)), np.ones(3), np.ones(2)))


@pytest.mark.parametrize("at", [1.0, 2.0])
def test_beside_a_minimum_the_slope_is_true_to_the_distance(at):
    def exact(z):  # f₂′ in factors of z
        x = at + z
        return (z * (z - 1.0) if at == 1.0 else (1.0 + z) * z) * (((6 * x - 12) * x + 8) * x - 6)

    near = Beside(TwoMinima(), at)
    z = np.concatenate([10.0 ** np.arange(-300.0, 0.0, 0.37), [0.0]]) * np.array([[1.0], [-1.0]])
    np.testing.assert_allclose(near.gradient(z), exact(z), rtol=1e-11)
    assert near.gradient(0.0) == 0.0
    assert near == Beside(TwoMinima(), at) != Beside(TwoMinima(), 0.5)


def test_an_offset_needs_derivatives_there():
    with pytest.raises(ValueError, match="four derivatives"):
        Beside(ThreeHalvesPower(), 0.0)
    for at in ([1.0, 2.0], np.nan):
        with pytest.raises(ValueError, match="offset must be"):
            Beside(TwoMinima(), at)
    with pytest.raises(ValueError, match="offset must be a number"):
        FiniteSum(PLANE).beside(1.0)


@pytest.mark.parametrize(("n_paths", "size"), [(2, 1), (40, 3), (3, 9), (700, 5), (30, 300)])
def test_the_two_ways_through_a_batch_of_a_network_agree(n_paths, size, rng):
    net, _ = network(seed=size, n=40)
    problem = SampledNetwork(net)
    x, batch = rng.standard_normal((n_paths, 10)), rng.integers(42, size=(n_paths, size))
    one, other = problem._activated(x, batch), problem._gradient_of(x, batch)
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-11 * np.abs(one).max())
    np.testing.assert_allclose(problem.gradient_of(x, batch), one, rtol=0, atol=1e-11 * np.abs(one).max())


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize(
    ("n", "size", "n_paths", "units"),
    [(200, 90, 30, 20), (203, 150, 7, 20), (65, 32, 300, 20), (203, 90, 90, 3)],
)
def test_large_batches_are_drawn_as_bits_of_the_same_samples(n, size, n_paths, units, shuffled, rng):
    """Of few units all breaks may lie before the last eight samples, or before what is left of eight."""
    net, _ = gaussian_experiment(9, n_points=n)
    order = rng.permutation(n) if shuffled else np.arange(n)
    problem = SampledNetwork(TwoLayerReLU(net.inputs[order], net.targets[order], net.bias[:units]))
    packed = problem.drawn(np.random.Generator(np.random.PCG64(3)), size, "without", n_paths)
    batches = batch_blocks(np.random.Generator(np.random.PCG64(3)), n, size, "without", n_paths)
    x = rng.standard_normal((n_paths, 2 * units))
    for bits, batch in islice(zip(chain.from_iterable(packed), chain.from_iterable(batches)), 5):
        assert bits.dtype == np.uint8
        one, other = problem.sampled_gradient(x, bits), problem._activated(x, batch)
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-11 * np.abs(other).max())


@pytest.mark.parametrize("replacement", ["without", "with"])
def test_figure_2_under_batches_is_the_plain_loop(replacement):
    net, start = gaussian_experiment(23, n_points=200)
    rng = np.random.Generator(np.random.PCG64(5))
    batches = next(batch_blocks(rng, 200, 30, replacement, 2))
    found = sgd(
        SampledNetwork(net), start, 1e-3, 40, batch_size=30, seed=5, n_paths=2, replacement=replacement
    )
    for path in range(2):
        x = start
        for k in range(40):
            own = batches[k, path]
            part = TwoLayerReLU(net.inputs[own], net.targets[own], net.bias, 200 / 30)
            x = x - 1e-3 * part.gradient(x)
        np.testing.assert_allclose(found.final[path], x, rtol=1e-8)


def test_the_full_batch_of_a_network_is_the_network():
    net, start = gaussian_experiment(2, n_points=50)
    problem = SampledNetwork(net)
    full = sgd(problem, start, 1e-3, 30, batch_size=50, seed=0).final[0]
    np.testing.assert_allclose(full, gradient_descent(net, start, 1e-3, 30).final, rtol=1e-9)
    assert (
        gradient_descent(problem, start, 1e-3, 30).final.tolist()
        == gradient_descent(net, start, 1e-3, 30).final.tolist()
    )
    assert problem.observable(start).shape == net.observable(start).shape
