"""Every map of the project against the one contract, the closed forms of momentum, and schedules."""

import math

import numpy as np
import pytest

from stepsize_core import (
    EvenPower,
    HeavyBall,
    LimitKind,
    Nesterov,
    Objective,
    ScalarFactorization,
    Scheduled,
    ThreeHalvesPower,
    TwoLayerReLU,
    TwoMinima,
    UserFunction,
    basins_of_attraction,
    bifurcation_diagram,
    classify_limit,
    classify_trajectory,
    critical_step_size,
    eigenvalue_margins,
    fate_raster,
    gaussian_experiment,
    gradient_descent,
    lyapunov_exponent,
    orbit_multipliers,
    two_cycles,
)
from stepsize_core.dynamics import GradientDescent, as_dynamics
from stepsize_core.steppers import BlockStepper, PathStepper
from tests.core.test_objective_contract import CASES as OBJECTIVES
from tests.core.test_objective_contract import OwnWell

METHODS = (HeavyBall, Nesterov)
SMOOTH = UserFunction("x^4/4 - x^2/2 + x^3/9")


def by_hand(method, beta, gradient, x0, deltas):
    """The positions of the sheet's two formulas, from rest, with one step size a step."""
    before = x = np.asarray(x0, float)
    positions = [x]
    for delta in deltas:
        if method is Nesterov:
            y = x + beta * (x - before)
            before, x = x, y - delta * gradient(y)
        else:
            before, x = x, x - delta * gradient(x) + beta * (x - before)
        positions.append(x)
    return np.stack(positions)


# ---------------------------------------------------------------- the contract of every map


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", OBJECTIVES.values(), ids=OBJECTIVES.keys())
def test_a_map_keeps_the_contract_over_every_objective(method, case):
    objective, states, delta = case
    dynamics, states = as_dynamics(method(objective, 0.6)), states[:6]
    deltas = np.linspace(0.5, 1.0, len(states)) * delta

    expected = by_hand(
        method, 0.6, objective.gradient, states, [deltas.reshape(-1, *[1] * (states.ndim - 1))] * 12
    )
    found = gradient_descent(dynamics, states, deltas, 12).states
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    single = gradient_descent(dynamics, states[0], float(deltas[0]), 12).states
    np.testing.assert_allclose(single, expected[:, 0], rtol=1e-11, atol=1e-11)
    rounding = 1e-12 if isinstance(objective.stepper(states.copy(), deltas), BlockStepper) else 0.0
    path = dynamics.follow(dynamics.start(states), deltas, 12)[1:]
    np.testing.assert_allclose(path, found, rtol=rounding, atol=rounding)

    state = np.stack([states, states + 1e-2])
    curvature = objective.hessian(dynamics.looked_at(*state)).reshape(len(states), states[0].size, -1)
    jacobian = dynamics.jacobian(curvature, deltas)
    direction = np.cos(np.arange(state[:, 0].size)).reshape(state[:, :1].shape)
    h = 1e-6 * direction
    ends = [dynamics.follow(state + side * h, deltas, 1)[-2:] for side in (1, -1)]
    slope = np.moveaxis(ends[0] - ends[1], 0, 1).reshape(len(states), -1) / 2e-6
    scale = max(1.0, float(np.abs(slope).max()))
    np.testing.assert_allclose(jacobian @ direction.reshape(-1), slope, atol=1e-6 * scale)


@pytest.mark.parametrize("together", [True, False], ids=["many runs", "one run"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", OBJECTIVES.values(), ids=OBJECTIVES.keys())
def test_a_step_with_momentum_is_the_objective_s_own_step_bit_for_bit(method, case, together):
    """By advancing, by recording and by going on from the state reached.

    Of many ReLU networks up to rounding: where breaks lie between the same samples, the order in which they
    came there is that of a sum, with momentum and without.
    """
    objective, states, delta = case
    states = states if together else states[:1]
    deltas = np.linspace(0.5, 1.0, len(states)) * delta

    def fall(x):
        run = objective.stepper(x.copy(), deltas)
        run.advance(1)
        return run.x - 0.0

    before = x = states
    expected = []
    for _ in range(9):
        moved = 0.6 * (x - before)
        before, x = x, fall(x + moved) if method is Nesterov else fall(x) + moved
        expected.append(x)
    dynamics, found = as_dynamics(method(objective, 0.6)), np.empty((9, *states.shape))
    run = dynamics.stepper(dynamics.start(states), deltas)
    run.record(found[:4])
    run.advance(2)
    found[4:6] = run.state
    on = dynamics.stepper(dynamics.reached(run), deltas)
    on.record(found[6:])
    for _ in range(3):
        run.advance(1)
    rounding = 4e-16 if together and isinstance(objective, TwoLayerReLU) else 0.0
    for states, wanted in ((found, expected), (run.x, expected[-1]), (run.state, expected[-2:])):
        np.testing.assert_allclose(states, wanted, rtol=rounding, atol=rounding)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", OBJECTIVES.values(), ids=OBJECTIVES.keys())
def test_a_run_with_momentum_escapes_where_the_plain_map_does(method, case):
    objective, states, delta = case
    dynamics, states = as_dynamics(method(objective, 0.6)), states[:4]
    deltas = delta * np.array([1e-2, 1e9, 1e30, 1e60])[: len(states)]
    plain = PathStepper(dynamics.step, objective.gradient, dynamics.start(states), deltas)
    with np.errstate(all="ignore"):
        plain.advance(150)
    lost = ~np.isfinite(plain.x).reshape(len(states), -1).all(axis=1)
    found = gradient_descent(dynamics, states, deltas, 150)
    for final in (found.final, found.states[-1]):
        np.testing.assert_array_equal(np.isnan(final).reshape(len(states), -1).all(axis=1), lost)
    for x, step_size, gone in zip(states, deltas, lost):
        alone = gradient_descent(dynamics, x, step_size, 150)
        assert np.isnan(alone.final).all() == np.isnan(alone.states[-1]).all() == gone


class Kept(Objective):
    """A gradient that is its argument, perhaps at times, a constant, a view or of integers: no new array of
    floats."""

    def __init__(self, slope):
        self.slope = slope

    def gradient(self, x):
        return self.slope(x)


ONES = {}


def one(x):
    """The same array each time."""
    return ONES.setdefault(x.shape, np.ones(x.shape))


def same_everywhere(x):
    """One number seen from everywhere: an array that may not be written into, another one each time."""
    return np.broadcast_to(np.array(0.5), x.shape)


def itself_near_0(x):
    """The argument once all of it is near 0, and before that a new array."""
    return x if np.all(np.abs(x) < 0.8) else x * 1.0


GIVEN = (lambda x: x, one, same_everywhere, itself_near_0, lambda x: np.sign(x).astype(int))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("slope", GIVEN)
def test_a_gradient_that_is_no_new_array_is_left_alone(method, slope):
    starts, given = np.linspace(-1.0, 1.0, 9), slope(np.ones(9)).copy()
    found = gradient_descent(method(Kept(slope), 0.5), starts, 0.1, 8).states
    np.testing.assert_allclose(found, by_hand(method, 0.5, slope, starts, [0.1] * 8), rtol=1e-12)
    assert (slope(np.ones(9)) == given).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", [np.float32, np.longdouble, np.array])
def test_one_run_goes_by_slopes_of_any_kind(method, kind):
    function = Kept(lambda x: 2.0 * x)
    function.gradient_at = lambda x: kind(2.0 * x)
    found = gradient_descent(method(function, 0.5), 1.0, 0.1, 8).states
    np.testing.assert_allclose(found, by_hand(method, 0.5, function.slope, 1.0, [0.1] * 8), rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_without_momentum_a_map_is_gradient_descent_to_the_last_bit(method):
    starts, deltas = np.linspace(-0.2, 2.6, 41), np.linspace(0.05, 0.5, 41)
    plain, still = TwoMinima(), method(TwoMinima(), 0)
    for x0, delta in ((starts, deltas), (1.9, 0.21)):
        runs = [gradient_descent(f, x0, delta, 300).states for f in (plain, still)]
        np.testing.assert_array_equal(*runs)
        limits = [classify_limit(f, x0, delta) for f in (plain, still)]
        np.testing.assert_array_equal(limits[0].kind, limits[1].kind)
        np.testing.assert_array_equal(limits[0].points, limits[1].points)
        np.testing.assert_array_equal(limits[0].multipliers, limits[1].multipliers[..., :1])
        exponents = [lyapunov_exponent(f, x0, delta) for f in (plain, still)]
        np.testing.assert_array_equal(*exponents)
    settled = limits[1].period > 0
    assert limits[1].multipliers.shape == (2,)
    assert settled
    assert limits[1].multipliers[1] == 0.0
    network, states, delta = OBJECTIVES["linear network, square"]
    runs = [gradient_descent(f, states, delta, 50).states for f in (network, method(network, 0.0))]
    np.testing.assert_array_equal(*runs)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("beta", [-1e-9, 1.0, 1.5, math.nan, math.inf, -math.inf])
def test_a_momentum_outside_0_to_1_is_refused(method, beta):
    with pytest.raises(ValueError, match="beta must be at least 0 and below 1"):
        method(TwoMinima(), beta)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("beta", ["0.5", None, [0.5], np.array([0.5]), np.array(0.5), 0.5j, True])
def test_a_momentum_that_is_no_real_number_is_refused(method, beta):
    with pytest.raises(TypeError, match="beta must be a real number"):
        method(TwoMinima(), beta)


@pytest.mark.parametrize("method", METHODS)
def test_momentum_goes_over_an_objective_alone(method):
    for given in (method(TwoMinima(), 0.5), Scheduled(TwoMinima(), [1.0]), lambda x: x):
        with pytest.raises(TypeError, match=f"{method.__name__} needs an objective"):
            method(given, 0.5)
    assert method(TwoMinima(), np.float64(0.5)) == method(TwoMinima(), 0.5) != method(TwoMinima(), 0.4)


# ---------------------------------------------------------------- M1 to M4 of momentum


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.5, 0.9])
def test_the_effective_step_has_the_shape_of_the_step(beta):
    delta = np.array([[0.1], [0.4]])
    np.testing.assert_allclose(HeavyBall(SMOOTH, beta).effective_step(delta), delta / (1 + beta))
    expected = delta * (1 + 2 * beta) / (1 + beta)
    np.testing.assert_allclose(Nesterov(SMOOTH, beta).effective_step(delta), expected)
    assert np.shape(HeavyBall(SMOOTH, beta).effective_step(0.1)) == ()


@pytest.mark.parametrize("beta", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("effective", [0.205, 0.21, 0.22])
def test_2_cycles_are_those_of_gradient_descent_at_the_effective_step(beta, effective):
    plain = two_cycles(TwoMinima(), effective, 1.9, 2.2)
    heavy = two_cycles(HeavyBall(TwoMinima(), beta), effective * (1 + beta), 1.9, 2.2)
    np.testing.assert_allclose(heavy.x, plain.x, rtol=1e-14)
    np.testing.assert_allclose(heavy.step_sizes, effective * (1 + beta))
    ahead = Nesterov(TwoMinima(), beta)
    delta = effective / ahead.effective_step(1.0)
    found = two_cycles(ahead, delta, 1.9, 2.2)
    y = found.x + beta * (found.x - found.x[::-1])  # the two points of the one cycle here
    np.testing.assert_allclose(y, plain.x, rtol=1e-14)
    for cycles, dynamics, step in (
        (heavy, HeavyBall(TwoMinima(), beta), effective * (1 + beta)),
        (found, ahead, delta),
    ):
        path = as_dynamics(dynamics).follow(cycles.x[::-1, None].copy(), np.array([step]), 2)[:, 0]
        np.testing.assert_allclose(path[2:], cycles.x[::-1], atol=1e-12)
        limit = classify_limit(dynamics, float(cycles.x[0]) + 1e-4, step)
        if limit.period == 2:  # the basin shrinks with β
            np.testing.assert_allclose(np.sort(limit.points), np.sort(cycles.x), atol=1e-8)


@pytest.mark.parametrize("beta", [0.0, 0.2, 0.5, 0.9])
def test_which_2_cycles_are_stable_under_heavy_ball(beta):
    effective = np.linspace(0.202, 0.26, 60)
    heavy, plain = HeavyBall(TwoMinima(), beta), two_cycles(TwoMinima(), effective, 0.5, 2.4)
    low, high = heavy.stable_cycles
    assert low == -(((1 - beta) / (1 + beta)) ** 2)
    found = two_cycles(heavy, effective * (1 + beta), 0.5, 2.4)
    np.testing.assert_array_equal(found.stable, (low < plain.multipliers) & (plain.multipliers < high))
    assert found.stable.any()
    assert not found.stable.all()


@pytest.mark.parametrize(("beta", "end"), [(0.3, 0.23145), (0.5, 0.22718), (0.9, 0.22458)])
def test_where_the_stable_2_cycle_of_example_2_ends(beta, end):
    heavy = HeavyBall(TwoMinima(), beta)
    below, above = (two_cycles(heavy, end * s * (1 + beta), 1.9, 2.2) for s in (0.9995, 1.0005))
    assert below.stable.all()
    assert not above.stable.any()
    start = float(below.x[0])
    states = as_dynamics(heavy).follow(
        np.array([[below.x[1]], [start + 1e-7]]), np.array([0.995 * end * (1 + beta)]), 4000
    )
    cycle = two_cycles(heavy, 0.995 * end * (1 + beta), 1.9, 2.2).x
    np.testing.assert_allclose(np.sort(states[-2:, 0]), np.sort(cycle), atol=1e-6)


@pytest.mark.parametrize("beta", [0.3, 0.7])
def test_a_2_cycle_of_nesterov_has_the_trace_and_determinant_of_theory(beta):
    dynamics, delta = Nesterov(TwoMinima(), beta), 0.22 / (1 + 2 * beta) * (1 + beta)
    cycle = two_cycles(dynamics, delta, 1.9, 2.2).x
    multipliers = orbit_multipliers(dynamics, cycle, delta)
    q = 1 - delta * TwoMinima().hessian(cycle + beta * (cycle - cycle[::-1]))
    assert np.prod(multipliers).real == pytest.approx(beta**2 * q.prod(), rel=1e-10)
    trace = (1 + beta) ** 2 * q.prod() - beta * q.sum()
    assert multipliers.sum().real == pytest.approx(trace, rel=1e-10)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(("x", "curvature"), [(1.0, 4.0), (2.0, 10.0)])
def test_thresholds_of_minima(method, beta, x, curvature):
    dynamics = method(TwoMinima(), beta)
    expected = 2 * (1 + beta) / curvature / (1 if method is HeavyBall else 1 + 2 * beta)
    assert critical_step_size(dynamics, x) == pytest.approx(expected)
    assert eigenvalue_margins(dynamics, x, expected) == pytest.approx(0.0, abs=1e-12)
    radius = [np.abs(orbit_multipliers(dynamics, [x], s * expected)).max() for s in (0.995, 1, 1.005)]
    assert radius[0] < radius[1] < radius[2]
    assert radius[1] == pytest.approx(1.0)
    limit = classify_limit(dynamics, x + 1e-4, 0.995 * expected, n_steps=20_000)
    assert limit.kind is LimitKind.EQUILIBRIUM
    assert limit.points[0] == pytest.approx(x)
    leaves = gradient_descent(dynamics, x + 1e-4, 1.005 * expected, 2000).states
    assert np.nanmax(np.abs(leaves - x)) > 1e-3


@pytest.mark.parametrize(
    ("method", "beta"), [(HeavyBall, 0.3), (HeavyBall, 0.5), (Nesterov, 0.5), (Nesterov, 0.9)]
)
@pytest.mark.parametrize("delta", [0.4, 1.0])
def test_example_1_with_momentum(method, beta, delta, rng):
    dynamics = method(ThreeHalvesPower(), beta)
    limit = classify_limit(dynamics, rng.uniform(-4, 4, 100), delta)
    amplitude = delta**2 / (4 * (1 + beta) ** 2) * (1 if method is HeavyBall else 1 + 2 * beta)
    assert (limit.period == 2).all()
    np.testing.assert_allclose(np.sort(limit.points[:2], axis=0)[1], amplitude, rtol=1e-9)
    np.testing.assert_allclose(limit.points[0], -limit.points[1], rtol=1e-9)
    if method is HeavyBall:
        np.testing.assert_allclose(limit.multipliers, -beta, atol=1e-6)
        exponent = lyapunov_exponent(dynamics, 1.3, delta, n_steps=4000)
        assert exponent == pytest.approx(math.log(math.sqrt(beta)), abs=0.01)


def test_heavy_ball_loses_almost_every_start_of_example_1(rng):
    starts = rng.uniform(-4, 4, 500)
    shares = [
        np.mean(classify_limit(HeavyBall(ThreeHalvesPower(), beta), starts, 1.0).period == 2)
        for beta in (0.6, 0.65, 0.9)
    ]
    assert shares[0] == 1.0
    assert shares[1] == pytest.approx(0.857, abs=0.06)
    assert shares[2] == pytest.approx(0.10, abs=0.05)


def test_momentum_makes_the_sharp_minimum_of_example_2_stable_but_starts_overshoot():
    starts = np.linspace(0, 2.6, 401)
    ends = {
        beta: classify_limit(HeavyBall(TwoMinima(), beta), starts, 0.3, n_steps=2000) for beta in (0.49, 0.51)
    }
    at_2 = {beta: np.mean(np.abs(limit.points[0] - 2) < 1e-6) for beta, limit in ends.items()}
    assert at_2[0.49] == 0.0
    assert at_2[0.51] == pytest.approx(0.074, abs=0.03)
    spiral = ends[0.51].multipliers[np.abs(ends[0.51].points[0] - 1) < 1e-6][0]
    assert np.abs(spiral) == pytest.approx(math.sqrt(0.51))


def test_in_more_dimensions_the_product_decides_and_not_the_rule_of_the_line():
    """Figure 2's cycle: the two Hessians do not commute, and stability is lost between β = .4 and .5."""
    network, start = gaussian_experiment(23)
    cycle = gradient_descent(network, start, 3e-4, 60_000, keep_last=2).states
    plain = orbit_multipliers(network, cycle, 3e-4)
    assert plain.real.min() > 0.6
    radius = {
        beta: np.abs(orbit_multipliers(HeavyBall(network, beta), cycle, 3e-4 * (1 + beta))).max()
        for beta in (0.4, 0.45, 0.5)
    }
    assert radius[0.4] == pytest.approx(1.0, abs=1e-4)
    assert radius[0.45] == pytest.approx(1.0058, abs=2e-4)
    assert radius[0.5] == pytest.approx(1.079, abs=2e-3)


# ---------------------------------------------------------------- limits with momentum


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_what_is_settled_stays_so_in_a_longer_run(method, beta):
    starts = np.linspace(-2.2, 2.2, 8)  # none on the maximum
    dynamics = method(SMOOTH, beta)
    for effective in (0.3, 1.2):
        delta = effective / dynamics.effective_step(1.0)
        limit = classify_limit(dynamics, starts, delta, n_steps=2000)
        later = gradient_descent(dynamics, starts, delta, 8000, keep_last=64).states
        for i, kind in enumerate(limit.kind):
            if kind is LimitKind.DIVERGENT:
                assert np.isnan(later[-1, i])
            elif limit.period[i]:
                apart = np.abs(later[:, i, None] - limit.points[: limit.period[i], i]).min(axis=1)
                assert apart.max() < 1e-6
                assert (np.abs(limit.multipliers[i]) < 1).all()


@pytest.mark.parametrize(
    ("objective", "beta", "delta", "reach", "least"),
    [
        (ThreeHalvesPower(), 0.99, 1.0, 4.0, 1.0),  # a dozen cycles, all with multipliers of the modulus βᵖ
        (ThreeHalvesPower(), 0.999, 1.0, 4.0, 0.0),  # hardly any is decided within 4,000 steps
        (UserFunction("x^4/4 - x^2/2"), 0.99, 0.995, 1.5, 0.9),  # 4-cycles around the minima
        (UserFunction("sin(3*x) + x^2/10"), 0.99, 0.199, 1.5, 0.8),
        (UserFunction("cos(x) + sqrt(1+x^2)/2"), 0.99, 3.781, 1.5, 0.0),  # runs that glide past equilibria
        (UserFunction("abs(x-1)^1.5 + y^2/2 + x*y/10"), 0.99, 0.597, 1.5, 0.9),
    ],
)
def test_strong_momentum_is_given_no_limit_that_it_does_not_reach(objective, beta, delta, reach, least, rng):
    starts = rng.uniform(-reach, reach, (150, *objective.state_shape))
    limit = classify_limit(HeavyBall(objective, beta), starts, delta, n_steps=4000)
    later = by_hand(HeavyBall, beta, objective.gradient, starts, [delta] * (40_000 if beta > 0.99 else 8000))
    decided = 0
    for i, period in enumerate(limit.period):
        if period:
            ended = later[-period:, i].reshape(period, 1, -1)
            apart = np.abs(ended - limit.points[:period, i].reshape(period, -1)).max(axis=-1).min(axis=-1)
            assert apart.max() < 1e-6 * max(1.0, np.abs(ended).max())
        decided += bool(period) or limit.kind[i] is LimitKind.DIVERGENT
    assert decided >= least * len(starts)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("beta", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("kinked", ["abs(x)", "max(x, -2x)", "abs(x-3) + abs(x+1)/3"])
def test_neutral_cycles_between_kinks_are_found_however_they_are_rounded(kinked, beta, method, rng):
    objective, starts = UserFunction(kinked), rng.uniform(-2, 2, 60)
    limit = classify_limit(method(objective, beta), starts, 0.25, n_steps=4000)
    later = by_hand(method, beta, objective.gradient, starts, [0.25] * 6000)
    assert np.mean(limit.period > 1) > 0.95  # the others take longer
    for i, period in enumerate(limit.period):
        ended, points = later[len(later) - period :, i], limit.points[:period, i]
        np.testing.assert_allclose(np.sort(ended), np.sort(points), atol=1e-9)
        if period:
            assert np.abs(np.abs(limit.multipliers[i]) - [1.0, beta**period]).max() < 1e-9


def test_at_rest_is_position_and_velocity():
    rolling = classify_limit(HeavyBall(EvenPower(4), 0.999), 0.5, 1e-4, n_steps=256)
    assert rolling.kind is LimitKind.UNDECIDED
    plateau = UserFunction("min(0.424*x^2, 3.96)")  # reached at speed, and the run coasts on
    coasting = classify_limit(HeavyBall(plateau, 0.99), -1.2064190584595294, 13.079572715855374, n_steps=1000)
    assert coasting.kind is LimitKind.UNDECIDED
    across = Nesterov(UserFunction("max(x^2, 2)"), 0.9)  # eight positions in a row where the slope is 0
    assert not classify_limit(across, 2.257298892106247, 0.41906749143724853, n_steps=1000).period
    creeping = classify_limit(HeavyBall(EvenPower(4), 0.9), 0.5, 1e-2)
    assert creeping.kind is LimitKind.EQUILIBRIUM
    np.testing.assert_allclose(creeping.multipliers, [1.0, 0.9])


def test_a_chaotic_run_of_henon_has_its_known_exponents():
    """Heavy ball on a cubic is Hénon's map: with a = 1.4 and b = 0.3 its exponent is 0.419.

    x⁺ = 1 − a x² + b x₋ is x − ∇f + β(x − x₋) with β = −b: β is positive here, so −b is taken by hand."""
    beta = 0.3  # x⁺ = 1 − a x² − βx₋, the conjugate map that preserves orientation
    henon = UserFunction("0.4*x^3 + 0.65*x^2 - x")  # f′ = 1.2x² + 1.3x − 1
    exponent = lyapunov_exponent(HeavyBall(henon, beta), 0.1, 1.0, n_steps=20_000)
    path = [0.1, 0.1]
    tangent, total = np.array([0.6, 0.8]), 0.0
    for k in range(21_000):
        before, x = path[-2:]
        path.append(1.0 - 1.2 * x * x - beta * before)
        tangent = np.array([tangent[1], -2.4 * x * tangent[1] - beta * tangent[0]])
        norm = np.linalg.norm(tangent)
        tangent, total = tangent / norm, total + (math.log(norm) if k >= 1000 else 0.0)
    assert exponent == pytest.approx(total / 20_000, abs=0.02)


def test_a_chaotic_transient_is_not_called_aperiodic():
    ripples = UserFunction("0.8*x^2/2 + 1.86*cos(5.01*x)")  # it settles after thousands of steps
    dynamics, delta = Nesterov(ripples, 0.95), 0.1230008134272035
    limit = classify_limit(dynamics, 2.879158821718856, delta, n_steps=1000)
    assert limit.kind is LimitKind.UNDECIDED
    assert limit.exponent > 0
    later = gradient_descent(dynamics, 2.879158821718856, delta, 100_000, keep_last=2).states
    assert later[0] == later[1]


@pytest.mark.parametrize("method", METHODS)
def test_a_run_that_steps_out_of_the_domain_is_undefined(method):
    limit = classify_limit(method(UserFunction("x - log(x)"), 0.5), [0.1, 0.9], 2.5)
    assert limit.kind[0] is LimitKind.UNDEFINED


@pytest.mark.parametrize("method", METHODS)
def test_a_recorded_run_is_classified_like_one_that_is_run(method):
    dynamics = method(TwoMinima(), 0.4)
    for effective in (0.1, 0.21):
        delta = effective / dynamics.effective_step(1.0)
        states = gradient_descent(dynamics, 2.001, delta, 4000).states
        recorded, run = classify_trajectory(dynamics, states, delta), classify_limit(dynamics, 2.001, delta)
        assert (recorded.kind, recorded.period) == (run.kind, run.period)
        np.testing.assert_allclose(np.sort(recorded.points), np.sort(run.points))


@pytest.mark.parametrize("method", METHODS)
def test_vectors_have_multipliers_of_the_map_of_two_positions(method):
    valley = UserFunction("(x - 1)^2/2 + 4*(y - x^2)^2")
    dynamics = method(valley, 0.5)
    limit = classify_limit(dynamics, [[0.9, 0.8], [1.2, 1.4]], 0.03)
    assert (limit.kind == LimitKind.EQUILIBRIUM).all()
    assert limit.multipliers.shape == (2, 4)
    q = 1 - 0.03 * np.linalg.eigvalsh(valley.hessian(np.array([1.0, 1.0])))
    expected = np.concatenate(
        [np.roots([1, -(a + 0.5), 0.5] if method is HeavyBall else [1, -1.5 * a, 0.5 * a]) for a in q]
    )
    np.testing.assert_allclose(np.sort(np.abs(limit.multipliers[0])), np.sort(np.abs(expected)), atol=1e-6)
    np.testing.assert_allclose(
        np.sort_complex(orbit_multipliers(dynamics, [[1.0, 1.0]], 0.03)), np.sort_complex(expected), atol=1e-7
    )


def test_sweeps_take_a_map():
    heavy = HeavyBall(TwoMinima(), 0.5)
    diagram = bifurcation_diagram(heavy, 1.9, [0.1, 0.32], n_transient=2000, n_keep=8)
    states = gradient_descent(heavy, 1.9, np.array([0.1, 0.32]), 2008, keep_last=8).states
    np.testing.assert_array_equal(diagram.states, states)
    starts, deltas = np.linspace(0.2, 2.4, 9), [0.1, 0.28, 0.32]
    raster = fate_raster(heavy, starts, deltas, n_steps=1000)
    single = [classify_limit(heavy, starts, delta, n_steps=1000, max_period=16) for delta in deltas]
    np.testing.assert_array_equal(raster.basins.limit.kind, [limit.kind for limit in single])
    basins = basins_of_attraction(heavy, starts, 0.1)
    assert {a.name for a in basins.attractors} >= {"x → 1", "x → 2"}


# ---------------------------------------------------------------- schedules


@pytest.mark.parametrize("over", [lambda f: f, lambda f: HeavyBall(f, 0.4), lambda f: Nesterov(f, 0.4)])
def test_a_schedule_takes_its_factor_at_each_step_and_the_last_one_from_there_on(over):
    factors, delta, x0 = [1.0, 0.5, 0.5, 2.0, 0.25], 0.08, np.array([1.9, 0.7, 1.4])
    steps = delta * np.array([*factors, *[factors[-1]] * 7])
    given = over(TwoMinima())
    method, beta = (type(given), 0.4) if given != TwoMinima() else (HeavyBall, 0.0)
    expected = by_hand(method, beta, TwoMinima().gradient, x0, steps)
    course = Scheduled(given, factors)
    found = gradient_descent(course, x0, delta, 12).states
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    np.testing.assert_array_equal(gradient_descent(course, x0, delta, 12, keep_last=1).final, found[-1])
    np.testing.assert_array_equal(gradient_descent(course, x0, delta, 12, keep_every=3).states, found[::3])
    np.testing.assert_allclose(gradient_descent(course, 1.9, delta, 12).states, expected[:, 0], rtol=1e-13)
    assert course.effective_step(delta) == as_dynamics(given).effective_step(delta * 0.25)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", OBJECTIVES.values(), ids=OBJECTIVES.keys())
def test_a_schedule_around_momentum_over_every_objective(method, case):
    objective, states, delta = case
    factors, states = [1.0, 0.5, 0.5, 0.7], states[:6]
    course = Scheduled(method(objective, 0.6), factors)
    expected = by_hand(method, 0.6, objective.gradient, states, delta * np.array([*factors, *[0.7] * 6]))
    found = gradient_descent(course, states, delta, 10).states
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)
    alone = gradient_descent(course, states[0], delta, 10).states
    np.testing.assert_allclose(alone, expected[:, 0], rtol=1e-11, atol=1e-11)


def test_a_schedule_of_ones_is_none():
    plain, ones = TwoMinima(), Scheduled(TwoMinima(), [1.0])
    limits = [classify_limit(f, [1.9, 2.001, 1.2], 0.21) for f in (plain, ones)]
    np.testing.assert_array_equal(limits[0].points, limits[1].points)
    np.testing.assert_array_equal(lyapunov_exponent(plain, 1.9, 0.3), lyapunov_exponent(ones, 1.9, 0.3))


@pytest.mark.parametrize("over", [lambda f: f, lambda f: HeavyBall(f, 0.3)])
def test_the_limit_is_that_of_the_last_map_from_where_the_schedule_ends(over):
    given, factors = over(TwoMinima()), np.linspace(1.0, 0.5, 40)
    starts = np.linspace(0.3, 2.3, 21)
    limit = classify_limit(Scheduled(given, factors), starts, 0.2, n_steps=3000)
    later = gradient_descent(Scheduled(given, factors), starts, 0.2, 3040).final
    settled = limit.period == 1
    assert settled.sum() > 10
    np.testing.assert_allclose(limit.points[0][settled], later[settled], atol=1e-6)
    if given == TwoMinima():
        ends = gradient_descent(Scheduled(given, factors), starts, 0.2, 40).final
        plain = classify_limit(given, ends[np.isfinite(ends)], 0.1, n_steps=3000)
        np.testing.assert_array_equal(limit.kind[np.isfinite(ends)], plain.kind)
        np.testing.assert_array_equal(limit.points[0][np.isfinite(ends)], plain.points[0])


def test_what_a_run_becomes_within_a_schedule():
    course = Scheduled(TwoMinima(), [4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 1.0])
    limit = classify_limit(course, [-4.0, 1.0], 0.2)
    assert limit.kind.tolist() == [LimitKind.DIVERGENT, LimitKind.EQUILIBRIUM]
    domain = Scheduled(UserFunction("x - log(x)"), [16.0, 1.0])
    assert classify_limit(domain, [3.0, 1.0], 0.5).kind.tolist() == [
        LimitKind.UNDEFINED,
        LimitKind.EQUILIBRIUM,
    ]


def test_decay_reveals_what_the_largest_step_decided():
    """C1: every run that was in the band beside x = 2 lands on 2, no other does; none starts on 2 exactly."""
    starts = np.linspace(1.6, 2.2, 300)
    factors = np.concatenate([np.ones(300), np.linspace(1.0, 0.1 / 0.25, 300)])
    held = gradient_descent(TwoMinima(), starts, 0.25, 300, keep_last=8).states
    ends = classify_limit(Scheduled(TwoMinima(), factors), starts, 0.25, n_steps=600)
    in_band = held.min(axis=0) > 1.2
    np.testing.assert_array_equal(np.abs(ends.points[0] - 2) < 1e-6, in_band)
    assert np.mean(in_band) == pytest.approx(0.90, abs=0.02)
    assert not np.any(np.abs(classify_limit(TwoMinima(), starts, 0.25).points[0] - 2) < 1e-6)


@pytest.mark.parametrize("rise", [10, 50, 100])
def test_warm_up_is_bounded_by_its_slope(rise):
    """C2: with f = x⁴ from x = 2 the largest peak is 0.8636·K times the constant limit."""
    factors = np.minimum(1.0, np.arange(1, rise + 1) / rise)
    course, low, high = Scheduled(EvenPower(4), factors), 0.0, 2.0 * rise
    for _ in range(24):
        middle = (low + high) / 2
        end = gradient_descent(course, 2.0, 0.125 * middle, 400, keep_last=1).final
        low, high = (middle, high) if abs(end) < 2.0 else (low, middle)
    assert low == pytest.approx(0.8636 * rise, rel=1e-3)


@pytest.mark.parametrize("share", [0.25, 0.4, 0.8])
def test_steps_in_proportion_to_the_threshold_converge_linearly(share):
    """x ← (1 − 2θ)x exactly, where δ = θ·2/(L|x|^(L−2))."""
    x, factors = 2.0, []
    for _ in range(40):
        factors.append(share * 2 / (4 * x**2))
        x -= factors[-1] * EvenPower(4).gradient_at(x)
    states = gradient_descent(Scheduled(EvenPower(4), factors), 2.0, 1.0, 40).states
    np.testing.assert_allclose(states, 2.0 * (1 - 2 * share) ** np.arange(41.0), rtol=1e-10)


def test_the_exponent_follows_the_schedule():
    factors = [1.0, 0.25, 0.5]
    states = gradient_descent(Scheduled(TwoMinima(), factors), 1.9, 0.1, 10).states
    steps = 0.1 * np.array([1.0, 0.25, *[0.5] * 8])
    expected = np.mean(np.log(np.abs(1 - steps * TwoMinima().hessian(states[:-1]))))
    found = lyapunov_exponent(Scheduled(TwoMinima(), factors), 1.9, 0.1, n_transient=0, n_steps=10)
    assert found == pytest.approx(expected)
    later = lyapunov_exponent(Scheduled(TwoMinima(), factors), 1.9, 0.1, n_transient=2, n_steps=8)
    assert later == pytest.approx(np.mean(np.log(np.abs(1 - steps * TwoMinima().hessian(states[:-1])))[2:]))


def test_a_recorded_run_of_a_schedule_counts_from_its_last_factor():
    factors = np.linspace(2.0, 1.0, 30)
    course = Scheduled(TwoMinima(), factors)
    states = gradient_descent(course, 2.05, 0.11, 2000).states
    assert classify_trajectory(course, states, 0.11).kind is classify_limit(course, 2.05, 0.11).kind
    with pytest.raises(ValueError, match=r"states must be \(63 or more,\)"):
        classify_trajectory(course, states[:62], 0.11)


@pytest.mark.parametrize(
    ("factors", "error", "says"),
    [
        ([], ValueError, "factors must be positive and finite"),
        ([1.0, 0.0], ValueError, "factors must be positive and finite"),
        ([1.0, math.nan], ValueError, "factors must be positive and finite"),
        ([[1.0]], ValueError, "factors must have one axis"),
        (2.0, ValueError, "factors must have one axis"),
        ("ab", ValueError, "factors must be a real number or an array"),
    ],
)
def test_factors_that_are_none_are_refused(factors, error, says):
    with pytest.raises(error, match=says):
        Scheduled(TwoMinima(), factors)


def test_a_schedule_stands_only_where_it_has_a_meaning():
    course = Scheduled(TwoMinima(), [1.0, 0.5])
    with pytest.raises(TypeError, match="a schedule of step sizes cannot stand here"):
        Scheduled(course, [1.0])
    for call in (
        lambda: two_cycles(course, 0.2, 0.0, 1.0),
        lambda: orbit_multipliers(course, [1.0], 0.1),
        lambda: critical_step_size(course, 1.0),
        lambda: eigenvalue_margins(course, 1.0, 0.1),
    ):
        with pytest.raises(TypeError, match="a schedule of step sizes cannot stand here"):
            call()
    assert course == Scheduled(TwoMinima(), np.array([1.0, 0.5]))
    assert hash(course) == hash(Scheduled(TwoMinima(), (1.0, 0.5)))


def test_an_objective_means_gradient_descent():
    assert as_dynamics(TwoMinima()) == GradientDescent(TwoMinima())
    own = HeavyBall(OwnWell(), 0.5)
    assert classify_limit(own, 0.3, 0.5).points[0] == pytest.approx(1.0)

    class Line(Objective):
        """Its gradient is the state itself, no new array."""

        def gradient(self, x):
            return x

    np.testing.assert_array_equal(
        gradient_descent(HeavyBall(Line(), 0.5), [1.0, 2.0], 0.5, 3).states[:, 0], [1.0, 0.5, 0.0, -0.25]
    )


def test_the_2_cycle_beyond_corollary_1_is_one_of_heavy_ball():
    factor, start = ScalarFactorization(2.0, 2), 1.415  # beside the minimum: the basin shrinks with β
    plain, heavy = (
        classify_limit(factor, start, 0.525),
        classify_limit(HeavyBall(factor, 0.5), start, 0.525 * 1.5),
    )
    assert plain.period == heavy.period == 2
    np.testing.assert_allclose(np.sort(plain.points), np.sort(heavy.points), rtol=1e-12)
