"""Every objective of the project against the one contract."""

import math

import numpy as np
import pytest

from stepsize_core import (
    DeepLinearNetwork,
    EvenPower,
    LimitKind,
    Objective,
    ScalarFactorization,
    SpectrumFactorization,
    ThreeHalvesPower,
    TwoLayerReLU,
    TwoMinima,
    UserFunction,
    basins_of_attraction,
    bifurcation_diagram,
    classify_limit,
    equilibria_on,
    find_equilibria,
    gradient_descent,
    hessian_eigenvalues,
    largest_hessian_eigenvalue,
    lyapunov_exponent,
    plane_equilibria,
    stability_loss,
    two_cycles,
)
from stepsize_core.expressions import LARGEST_EXPONENT, compiled
from stepsize_core.steppers import FloatStepper, PlainStepper
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


class OwnWell(Objective):
    """(x² − 1)²/4: nothing but what an own objective of one variable must give."""

    def value(self, x):
        return (np.asarray(x) ** 2 - 1) ** 2 / 4

    def gradient(self, x):
        return x * (np.asarray(x) ** 2 - 1)

    def hessian(self, x):
        return 3 * np.asarray(x) ** 2 - 1


class OwnValley(Objective):
    """(xy − 1)²/2: the same in two variables."""

    state_shape = (2,)

    def value(self, x):
        return (x[..., 0] * x[..., 1] - 1) ** 2 / 2

    def gradient(self, x):
        return (x[..., 0] * x[..., 1] - 1)[..., None] * x[..., ::-1]

    def hessian(self, x):
        swapped, error = x[..., ::-1], (x[..., 0] * x[..., 1] - 1)[..., None, None]
        return swapped[..., :, None] * swapped[..., None, :] + error * (1 - np.eye(2))


CASES = {
    "own, one variable": (OwnWell(), np.array([-1.3, -0.4, 0.2, 0.9]), 0.3),
    "own, two variables": (OwnValley(), np.array([[1.2, 0.3], [0.5, -0.4], [1.1, 1.0]]), 0.1),
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


def test_what_an_own_objective_need_not_give():
    well, valley = OwnWell(), OwnValley()
    assert (well.state_shape, well.restricted, well.equilibria) == ((), False, ())
    assert (well.observable, well.gradient_text, well.listing()) == (None, "", None)
    one, two, delta = np.array([0.3]), np.array([0.3, 0.4]), np.array([0.1, 0.1])
    assert type(well.stepper(one, delta[:1])) is FloatStepper
    assert type(well.stepper(two, delta)) is PlainStepper
    assert type(valley.stepper(np.ones((1, 2)), delta[:1])) is PlainStepper
    assert well.defined(np.zeros((4, 3))).shape == (4, 3)
    assert valley.defined(np.zeros((4, 2))).tolist() == [True] * 4


def test_an_own_objective_goes_through_the_whole_core():
    limit = classify_limit(OwnWell(), 0.3, 0.5)
    assert limit.kind is LimitKind.EQUILIBRIUM
    assert limit.points[0] == pytest.approx(1.0)
    diagram = bifurcation_diagram(OwnWell(), 0.3, [0.5, 1.1], n_transient=500, n_keep=4)
    at_rest, in_cycle = np.ptp(diagram.states, axis=0)
    assert at_rest < 1e-9 < in_cycle
    assert lyapunov_exponent(OwnWell(), 0.3, 0.5) < -5.0  # superstable: 1 − δf″ = 0
    basins = basins_of_attraction(OwnWell(), [-0.5, 0.5, 9.0], 0.5)
    assert [attractor.name for attractor in basins.attractors] == ["x → -1", "x → 1", "diverged"]
    assert classify_limit(OwnValley(), [[1.2, 0.9], [5.0, 5.0]], 0.2).kind.tolist() == [
        LimitKind.EQUILIBRIUM,
        LimitKind.DIVERGENT,
    ]
    assert lyapunov_exponent(OwnValley(), [1.2, 0.9], 0.2) == pytest.approx(0.0, abs=0.01)


def test_the_largest_eigenvalue_of_many_parameters_needs_no_method_of_its_own():
    class Bowl(Objective):
        """Σ i xᵢ²/2 over so many variables that the core takes products in place of the spectrum."""

        state_shape = (700,)

        def hessian(self, x):
            return np.broadcast_to(np.diag(np.arange(700.0)), (*np.shape(x), 700))

    assert largest_hessian_eigenvalue(Bowl(), np.ones(700)) == pytest.approx(699.0)


@pytest.mark.parametrize("method", ["value", "gradient", "hessian"])
def test_a_method_that_is_missing_is_named_with_its_shape(method):
    class Nothing(Objective):
        pass

    with pytest.raises(NotImplementedError, match=rf"Nothing must define {method}\(x\).*batch"):
        getattr(Nothing(), method)(1.0)
    with pytest.raises(NotImplementedError, match="Nothing must define gradient"):
        gradient_descent(Nothing(), 1.0, 0.1, 5)


def test_without_a_hessian_it_descends_and_says_what_a_classification_lacks():
    class Slope(Objective):
        def gradient(self, x):
            return np.asarray(x, float)

    assert gradient_descent(Slope(), 1.0, 0.5, 3).final == 0.125
    with pytest.raises(NotImplementedError, match="Slope must define hessian"):
        classify_limit(Slope(), 1.0, 0.5)
    with pytest.raises(NotImplementedError, match=r"derivative of order 3"):
        stability_loss(OwnWell(), 1.0)


@pytest.mark.parametrize(
    ("shape", "gradient", "says"),
    [
        ((), lambda x: math.sin(x), "given shape .2,. it raised TypeError"),
        ((), lambda x: 1.0, r"given .2,. it returned \(\)"),
        ((2,), lambda x: np.array([x[0], 2 * x[1]]), r"given .3, 2. it returned \(2, 2\)"),
        ((3,), lambda x: np.eye(3) @ x, "given shape .2, 3. it raised ValueError"),
    ],
)
def test_a_gradient_of_single_states_only_is_refused(shape, gradient, says):
    class Single(Objective):
        state_shape = shape

        def gradient(self, x):
            return gradient(x)

    with pytest.raises(ValueError, match=rf"Single.gradient must take states of shape batch \+ .*{says}"):
        gradient_descent(Single(), np.ones(shape), 0.1, 5)


def test_a_hessian_of_the_wrong_shape_is_refused():
    class Constant(OwnWell):
        def hessian(self, x):
            return 2.0

    for refused in (classify_limit, lyapunov_exponent):
        with pytest.raises(ValueError, match=r"Constant\.hessian must return shape batch"):
            refused(Constant(), np.array([0.3, 0.4]), 0.1)
    with pytest.raises(ValueError, match=r"Constant\.hessian must return shape batch"):
        hessian_eigenvalues(Constant(), [0.3, 0.4])


@pytest.mark.parametrize(
    "run", [classify_limit, lyapunov_exponent, bifurcation_diagram, basins_of_attraction]
)
def test_what_is_no_objective_is_refused_by_name(run):
    class Lookalike:
        state_shape = ()
        gradient = OwnWell.gradient

    with pytest.raises(TypeError, match=r"subclass of stepsize_core\.Objective"):
        run(Lookalike(), 0.3, [0.1])


@pytest.mark.parametrize("search", [find_equilibria, equilibria_on, plane_equilibria, two_cycles])
def test_what_a_search_takes_is_named(search):
    wrong = TwoMinima() if search is plane_equilibria else UserFunction("x^2+y^2")
    window = ([0.1], 0.0, 1.0) if search is two_cycles else ([0.0, 0.0], [1.0, 1.0])
    with pytest.raises(TypeError, match=r"objective must be a subclass of stepsize_core\.Objective"):
        search(3, *window)
    with pytest.raises(ValueError, match="objective must have states of shape"):
        search(wrong, *window)


GRID = np.concatenate([np.linspace(-2.5, 3.5, 4001), np.geomspace(1e-12, 1e9, 500), [0.0, 1.0, 2.0, np.inf]])
WITH_TEXT = (ThreeHalvesPower(), TwoMinima(), *map(EvenPower, (4, 6, 8, 10, 24, 38, 100)))


@pytest.mark.parametrize("objective", WITH_TEXT, ids=repr)
def test_the_gradient_as_text_is_the_gradient_bit_for_bit(objective):
    slope = compiled(objective.gradient_text)
    assert slope.variables == 1
    with np.errstate(all="ignore"):
        expected = objective.gradient(GRID)
    np.testing.assert_array_equal(slope.program(()).on_arrays(GRID)[0], expected)
    np.testing.assert_array_equal([slope.program(()).on_floats(x)[0] for x in GRID.tolist()], expected)
    np.testing.assert_array_equal([objective.gradient_at(x) for x in GRID.tolist()], expected)
    assert objective.listing() == slope.program(()).listing


def test_a_typed_function_lists_its_own_slope_and_a_power_too_high_for_the_language_none():
    assert (
        UserFunction("x^4/4").listing()
        == UserFunction("x^4/4").listing(1)
        != UserFunction("x^4/4").listing(0)
    )
    assert len(UserFunction("x^2 + y^2").listing()["outputs"]) == 2
    beyond = EvenPower(2 * int(LARGEST_EXPONENT / 2) + 2)
    assert (beyond.gradient_text, beyond.listing()) == ("", None)
