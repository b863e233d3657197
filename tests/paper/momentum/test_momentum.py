"""Momentum: the numbers of the derivations, each against runs or an independent computation."""

from __future__ import annotations

import numpy as np
import pytest

from pages.charts.momentum import ITERATES, LOSS, headline
from stepsize_core import HeavyBall, Nesterov, classify_limit, gradient_descent, orbit_multipliers
from stepsize_core.claims import Verdict
from stepsize_core.limits import LimitKind
from stepsize_core.objectives import EvenPower, ThreeHalvesPower, TwoMinima
from stepsize_core.paper.momentum import (
    EXAMPLE_1,
    EXAMPLE_2,
    OWN,
    PHENOMENON,
    PRESETS,
    Params,
    case_of,
    cycles_of,
    figure_2_with_momentum,
    study,
)
from stepsize_core.paper.momentum.cases import EXAMPLE_3
from stepsize_core.paper.momentum.claims import on_layers
from stepsize_core.paper.momentum.studies import MOMENTA, shares_over_momentum, step_size_diagram
from stepsize_core.paper.momentum.theory import (
    METHODS,
    best_momentum,
    end_of_cycle,
    map_of,
    mean_square_threshold,
    measured_threshold,
    modulus_on_oscillation,
    second_moment_radius,
)
from stepsize_core.paper.parameters import suited_to, suiting
from tests.truth.random_params import draw

both = pytest.mark.parametrize("method", METHODS)


@both
@pytest.mark.parametrize("effective", [0.205, 0.21, 0.22])
@pytest.mark.parametrize("beta", [0.3, 0.5, 0.9])
def test_the_2_cycles_are_those_of_gradient_descent_at_the_effective_step(method, effective, beta):
    plain = classify_limit(TwoMinima(), 2.001, effective)
    dynamics = map_of(TwoMinima(), method, beta)
    cycles = cycles_of(dynamics, effective / dynamics.effective_step(1.0), (1.6, 2.3))
    nearest = np.abs(cycles.y - np.sort(plain.points)[:, None]).max(axis=0).argmin()
    assert cycles.y[:, nearest] == pytest.approx(np.sort(plain.points), abs=1e-8)
    assert cycles.residual.max() < 1e-12


@pytest.mark.parametrize(("beta", "end"), [(0.0, 0.24812), (0.3, 0.23145), (0.5, 0.22718), (0.9, 0.22458)])
def test_the_cascade_of_heavy_ball_begins_where_the_multiplier_says(beta, end):
    assert end_of_cycle("heavy ball", beta) == pytest.approx(end, abs=1e-5)


@both
@pytest.mark.parametrize("beta", [0.0, 0.3, 0.5, 0.9])
def test_runs_beside_the_cycle_return_below_its_end_and_leave_above(method, beta):
    dynamics, end = map_of(TwoMinima(), method, beta), end_of_cycle(method, beta)
    for share, returns in ((0.99, 1), (1.01, -1)):
        cycles = cycles_of(dynamics, share * end / dynamics.effective_step(1.0), (1.6, 2.3))
        nearest = np.abs(cycles.y.mean(axis=0) - 2.0).argmin()
        assert cycles.returns[nearest] == returns


@pytest.mark.parametrize("beta", [0.3, 0.5])
def test_the_oscillation_of_example_1_shrinks_by_the_square(beta):
    run = gradient_descent(HeavyBall(ThreeHalvesPower(), beta), 0.3, 1.0, 400)
    assert np.abs(run.final) == pytest.approx(1.0 / (4.0 * (1.0 + beta) ** 2), rel=1e-12)
    run = gradient_descent(Nesterov(ThreeHalvesPower(), beta), 0.3, 1.0, 400)
    assert np.abs(run.final) == pytest.approx((1.0 + 2.0 * beta) / (4.0 * (1.0 + beta) ** 2), rel=1e-12)


def test_strong_momentum_loses_almost_every_start_of_example_1_and_nesterov_none():
    heavy, nesterov = (shares_over_momentum(case_of(EXAMPLE_1), method, 1.0, 0) for method in METHODS)
    on_cycle = heavy.counts[:, 2] / heavy.total
    assert (on_cycle[MOMENTA <= 0.6] == 1.0).all()
    assert (on_cycle[MOMENTA >= 0.7] < 0.7).all()
    assert (nesterov.counts[:, 2] == nesterov.total).all()


def test_runs_that_are_still_on_their_way_are_no_bounded_motion():
    found = shares_over_momentum(case_of(EXAMPLE_3), "heavy ball", 0.15, 0)
    assert found.counts[MOMENTA <= 0.3, 3].sum() == 0
    assert found.counts[:, 6].sum() > 0


@both
def test_the_cycle_that_random_starts_reach_has_the_points_that_are_shown(method):
    found = study(Params(method=method))
    reached = next(a for a in found.basins.attractors if a.period == 2)
    assert np.sort(reached.points) == pytest.approx([1.95291, 2.03344], abs=1e-5)


def test_the_slider_of_the_effective_step_goes_evenly_from_0():
    for function in (EXAMPLE_1, EXAMPLE_2, EXAMPLE_3):
        controls, _ = suited_to(Params, {**vars(Params()), "function": function})
        assert not controls["step_size"].sliding[2]


def test_a_loss_below_0_is_drawn_above_its_lowest_minimum():
    drawing, words = LOSS.drawn(study(PRESETS["own"].params))
    assert not drawing.blank
    assert "above its lowest minimum -0.25" in words
    x = gradient_descent(PRESETS["own"].params.map, 1.1, 1.575, 120).final
    assert drawing.tables["losses"]["loss"][-1] == pytest.approx(x**4 / 4 - x**2 / 2 + 0.25, rel=1e-9)


def test_example_2_at_0_3_reaches_x_2_only_from_the_threshold_on():
    found = shares_over_momentum(Params().case, "heavy ball", 0.3, 0)
    at_2 = found.counts[:, 1] / found.total
    assert (at_2[MOMENTA < 0.5] == 0.0).all()
    assert (at_2[(MOMENTA > 0.5) & (MOMENTA < 0.8)] > 0.0).all()
    assert found.counts[0, 4] < found.counts[-1, 4]
    assert (found.counts.sum(axis=1) == found.total).all()


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.25, 0.5, 1.0])
def test_the_mean_square_threshold_of_heavy_ball(beta, noise):
    limit = float(mean_square_threshold(beta, noise))
    assert measured_threshold(beta, noise) == pytest.approx(limit, rel=1e-10)
    assert (
        second_moment_radius(beta, noise, 0.99 * limit)
        < 1.0
        < second_moment_radius(beta, noise, 1.01 * limit)
    )


def test_the_threshold_of_samples_1_and_3_and_the_best_momentum():
    found = 0.5 * mean_square_threshold([0.0, 0.3, 0.5, 0.9], 0.5)  # mean curvature 2
    assert found == pytest.approx([0.8, 0.8878, 0.8571, 0.3304], abs=1e-4)
    assert best_momentum(0.5) == pytest.approx(1.0 / 3.0)
    assert 0.5 * mean_square_threshold(best_momentum(0.5), 0.5) == pytest.approx(8.0 / 9.0)
    assert best_momentum(1.0) == best_momentum(2.0) == 0.0


def test_runs_of_samples_agree_with_the_threshold():
    """Curvatures 1 and 3: the mean of x² over runs falls below the threshold and grows above."""
    rng, beta = np.random.default_rng(1), 0.5
    limit = 0.5 * float(mean_square_threshold(beta, 0.5))
    for share, grows in ((0.85, False), (1.15, True)):
        before = now = np.ones(200_000)
        means = []
        for _ in range(14):
            curvature = rng.choice([1.0, 3.0], len(now))
            before, now = now, now - share * limit * curvature * now + beta * (now - before)
            means.append(float((now**2).mean()))
        assert (means[-1] > means[3]) is grows


@pytest.mark.parametrize("key", PRESETS)
def test_what_a_preset_says_is_what_its_run_does(key):
    found = study(PRESETS[key].params)
    kinds = {
        "same_cycle": (LimitKind.PERIODIC_ORBIT, 2), "cascade": (LimitKind.APERIODIC, 0),
        "both_stable": (LimitKind.EQUILIBRIUM, 1), "overshoot": (LimitKind.DIVERGENT, 0),
        "nesterov": (LimitKind.PERIODIC_ORBIT, 2), "smaller_swing": (LimitKind.PERIODIC_ORBIT, 2),
        "lost_starts": (LimitKind.PERIODIC_ORBIT, 4), "sampling": (LimitKind.EQUILIBRIUM, 1),
        "wall": (LimitKind.DIVERGENT, 0), "own": (LimitKind.PERIODIC_ORBIT, 2),
    }  # fmt: skip
    assert (found.limit.kind, found.limit.period) == kinds[key]
    assert not [claim for claim in found.claims if claim.verdict is Verdict.DISAGREES]
    if key == "cascade":
        assert found.plain.limit.period == 2
    if key == "overshoot":
        assert np.isfinite(found.states).sum() > 8  # there is something to see before it is gone
        assert found.plain.limit.kind is LimitKind.EQUILIBRIUM
    if key == "both_stable":
        assert found.limit.points[0] == pytest.approx(2.0)
        assert found.delta == pytest.approx(0.27)


def test_followed_with_momentum_the_2_cycle_is_that_of_gradient_descent():
    diagram = step_size_diagram(Params().case, "heavy ball", 0.5, 1.82, "around the 2-cycle")
    on_cycle = (diagram.step_sizes > 0.203) & (diagram.step_sizes < 0.225)
    assert on_cycle.sum() > 20
    own, plain = diagram.followed[0], diagram.plain[0]
    assert np.abs(np.sort(own[-2:, on_cycle], axis=0) - np.sort(plain[-2:, on_cycle], axis=0)).max() < 1e-6
    beyond = (diagram.step_sizes > 0.228) & (diagram.step_sizes < 0.233)
    assert beyond.sum() > 5
    assert np.ptp(own[::2, beyond], axis=0).min() > 1e-3 > np.ptp(plain[::2, beyond], axis=0).max()


def test_the_cycle_of_figure_2_is_one_of_heavy_ball_and_stable_only_for_little_momentum():
    found = figure_2_with_momentum()
    radius = dict(zip(found.momenta.tolist(), found.radii.tolist()))
    assert found.residual < 2e-3
    assert radius[0.4] == pytest.approx(1.0, abs=1e-3)
    assert radius[0.45] == pytest.approx(1.0058, abs=2e-3)
    assert radius[0.5] == pytest.approx(1.079, abs=5e-3)
    assert radius[0.9] == pytest.approx(1.77, abs=0.02)


@both
@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
def test_the_bound_of_theorem_1_holds_at_the_effective_step(method, beta):
    assert on_layers(method, beta).verdict is Verdict.AGREES


@both
@pytest.mark.parametrize("beta", [0.1, 0.5, 0.9])
def test_the_multipliers_on_the_oscillation_of_example_1(method, beta):
    dynamics = map_of(ThreeHalvesPower(), method, beta)
    orbit = dynamics.cycle_through(np.array([-0.25, 0.25]))
    found = np.abs(orbit_multipliers(dynamics, orbit, 1.0 / dynamics.effective_step(1.0)))
    assert found == pytest.approx(modulus_on_oscillation(dynamics), abs=1e-6)


def test_no_verdict_is_red_by_chance():
    red = [
        (number, claim.statement)
        for number in range(24)
        for claim in study(draw(PHENOMENON, number)).claims
        if claim.verdict is Verdict.DISAGREES
    ]
    assert red == []


@both
@pytest.mark.parametrize("beta", [0.0, 0.4, 0.8])
@pytest.mark.parametrize(("power", "effective"), [(4, 0.1), (6, 1.5), (24, 0.01)])
def test_the_2_cycle_of_example_3_is_one_of_every_method_and_unstable(method, beta, power, effective):
    case = case_of(EXAMPLE_3, power)
    dynamics = map_of(case.objective, method, beta)
    cycles = cycles_of(dynamics, effective / dynamics.effective_step(1.0), case.cycles(effective))
    wall = (2.0 / (power * effective)) ** (1.0 / (power - 2))
    np.testing.assert_allclose(cycles.y, [[-wall], [wall]], rtol=1e-9)
    assert cycles.plain == pytest.approx((3 - 2 * power) ** 2)
    assert cycles.modulus > 1.0
    assert cycles.returns == [-1]


def test_with_momentum_the_cycle_of_example_3_no_longer_parts_the_starts():
    inside = 0.9 * case_of(EXAMPLE_3).wall(0.1)
    plain, heavy = (
        classify_limit(dynamics, inside, 0.1 * (1.0 + dynamics.beta))
        for dynamics in (HeavyBall(EvenPower(4), 0.0), HeavyBall(EvenPower(4), 0.5))
    )
    assert (plain.kind, heavy.kind) == (LimitKind.EQUILIBRIUM, LimitKind.DIVERGENT)


@pytest.mark.parametrize("beta", [0.0, Params().beta])
@pytest.mark.parametrize(
    ("function", "text"),
    [(EXAMPLE_1, ""), (EXAMPLE_2, ""), (EXAMPLE_3, "")]
    + [(OWN, text) for text in ("x^4/4 - x^2/2", "x^2/2", "cos(x)", "exp(x) - x", "1000*(x^2 - 1)^2", "x^3")],
)
def test_no_function_opens_on_a_run_that_is_lost(function, text, beta):
    chosen = {**vars(Params(beta=beta)), "function": function} | ({"own": text} if text else {})
    suits = {name: better.value for name, better in suiting(Params, chosen).items()}
    assert study(Params(**(chosen | suits))).limit.kind is not LimitKind.DIVERGENT


@pytest.mark.parametrize(
    "text", ["x^4/4 - x^2/2", "1 - cos(x)", "(x-100)^2", "abs(x)+x^2/2", "exp(x) - x", "x"]
)
def test_a_function_that_is_typed_gets_a_start_and_a_step_that_suit_it(text):
    _, defaults = suited_to(Params, {"function": OWN, "own": text})
    found = study(Params(**{**defaults, "function": OWN, "own": text}))
    assert not [claim for claim in found.claims if claim.verdict is Verdict.DISAGREES]


def test_example_2_as_text_has_the_thresholds_and_the_cycles_of_example_2():
    own, known = case_of(OWN, text="(x^2+1)*(x-1)^2*(x-2)^2"), case_of(EXAMPLE_2)
    assert [round(at, 9) for at, _ in own.thresholds] == [at for at, _ in known.thresholds]
    pairs = []
    for case in (own, known):
        dynamics = HeavyBall(case.objective, 0.5)
        pairs.append(cycles_of(dynamics, 0.21 * 1.5, (1.6, 2.3)).y)
    np.testing.assert_allclose(*pairs, rtol=1e-8)


def test_a_function_of_two_variables_is_refused():
    with pytest.raises(ValueError, match="a function of x alone"):
        Params(function=OWN, own="x*y")


def test_of_gradient_descent_beside_a_run_no_end_is_said_that_its_steps_do_not_show():
    short, whole = (study(Params(n_steps=n)) for n in (2, 80))
    there = TwoMinima().gradient(np.array(1.82))
    there = 1.82 - 0.21 * there
    there -= 0.21 * TwoMinima().gradient(there)
    for say in (headline, lambda found: ITERATES.describe(found)):
        assert f"is at x = {there:.4g} after 2 steps; followed for 4,000 steps it ends" in say(short)
        assert "followed" not in say(whole)
