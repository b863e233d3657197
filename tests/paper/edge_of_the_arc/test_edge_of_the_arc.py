"""Edge of the arc: the sheet's numbers, from closed forms and plain loops of the tests' own."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import Verdict
from stepsize_core.networks.two_layers import LINEAR
from stepsize_core.paper.edge_of_the_arc import (
    ALIKE,
    PRESETS,
    SPREAD,
    Params,
    depths,
    forgetting,
    lands,
    mirror,
    points_of,
    study,
    training,
)
from stepsize_core.paper.edge_of_the_arc.layers import landing, optimum, sharpness
from stepsize_core.paper.edge_of_the_arc.noise import GAUSSIAN, balances, batches, predicted_balances, spread
from stepsize_core.paper.edge_of_the_arc.params import NETWORKS, SCALAR
from stepsize_core.paper.parameters import Choice, Count, Number, Points, applies, controls_of

SEEDS = (0, 1, 2)
LOG_UNIFORM = 100.0


@pytest.fixture(scope="module")
def studies():
    return {key: study(preset.params) for key, preset in PRESETS.items()}


def plain(weights, delta, n):
    """Gradient descent written out."""
    w = np.array(weights, float)
    for _ in range(n):
        total = np.prod(w)
        w = w - delta * (total - 1.0) * np.array([np.prod(np.delete(w, i)) for i in range(len(w))])
    return w


@pytest.mark.parametrize("first", [1.5, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("q", [1.005, 1.02, 1.05])
def test_two_layers_land_at_the_mirror_image_with_the_predicted_peak(first, q):
    s = first**2 + first**-2
    delta, found = 2.0 * q / s, mirror(s, 2.0 * q / s)
    assert abs((1.0 - delta * found.measured_lands / 2.0) / (q - 1.0) - 1.0) <= 4.0 * (q - 1.0)
    assert found.measured_peak == pytest.approx(found.peak, rel=1.5 * (q - 1.0))


@pytest.mark.parametrize(
    ("first", "ratios"),
    [(1.5, (0.982, 0.925, 0.807)), (2.0, (1.0009, 1.003, 1.003)), (3.0, (1.006, 1.023, 1.059)),
     (4.0, (1.006, 1.026, 1.067))],
)  # fmt: skip
def test_the_ratios_of_distances_before_and_after(first, ratios):
    s = first**2 + first**-2
    for q, ratio in zip((1.005, 1.02, 1.05), ratios):
        found = mirror(s, 2.0 * q / s)
        assert (1.0 - q * found.measured_lands / s) / (q - 1.0) == pytest.approx(ratio, abs=2e-3)


@pytest.mark.parametrize(("q", "ends"), [(1.2, 0.812), (1.3, 0.736), (1.4, 0.693), (1.5, 0.707)])
def test_far_beyond_the_edge_a_run_ends_far_below_it(q, ends):
    """Where exactly depends on the phase of the start: over one factor 1 − δS₀ they take in the sheet's."""
    delta = 2.0 * q / 4.25
    starts = [(2.0, 0.5 + 1e-5 * x) for x in (*np.geomspace(1.0, 2.0 * q - 1.0, 12), -1.0)]
    found = [landing(start, delta) for start in starts]
    assert all(one.converged for one in found)
    reached = delta / 2.0 * np.array([one.sharpness for one in found])
    assert reached.min() - 5e-4 <= ends <= reached.max() + 5e-4
    assert delta - 1e-9 <= reached.min()
    assert reached.max() - reached.min() < 0.02
    assert found[0].sharpness == pytest.approx(np.sum(plain(starts[0], delta, 3000) ** 2), rel=1e-9)


@pytest.mark.parametrize("start", [(3, 0.5, 0.3), (2, 0.6, 0.4), (4, 0.3, 0.2, 0.5), (2, 1, 0.5, 0.2)])
@pytest.mark.parametrize("q", [1.02, 1.2, 1.4])
def test_runs_of_more_layers_from_the_sheets_starts_end_within_three_per_cent_of_the_edge(start, q):
    at = plain(start, 1e-2, 6000)
    delta = 2.0 * q / sharpness(at)
    found = landing((*at[:-1], at[-1] + 1e-3), delta)
    assert found.converged
    assert 0.97 <= found.sharpness * delta / 2.0 <= 1.0


def test_three_layers_that_are_spread_out_are_thrown_across():
    alike, spread = (landing_of(shape) for shape in (ALIKE, SPREAD))
    assert alike > 0.97
    assert spread < 0.8


def landing_of(shape):
    weights = optimum(3, shape, 4.0)
    delta = 2.6 / sharpness(weights)
    return landing((*weights[:-1], weights[-1] + 1e-3), delta).sharpness * delta / 2.0


@pytest.mark.parametrize("layers", [2, 3, 4])
@pytest.mark.parametrize("shape", [ALIKE, SPREAD])
def test_an_optimum_has_the_product_one_and_the_sharpness_of_its_hessian(layers, shape):
    weights = np.array(optimum(layers, shape, 2.5))
    assert np.prod(weights) == pytest.approx(1.0)
    slope = np.prod(weights) / weights
    hessian = np.outer(slope, slope)  # at an optimum the residual is 0
    assert np.linalg.eigvalsh(hessian)[-1] == pytest.approx(sharpness(weights))


def test_a_run_is_that_of_a_plain_loop(studies):
    for found in studies.values():
        p = found.params
        if p.system == SCALAR and not p.sampled:
            assert found.states[60] == pytest.approx(plain(p.start, p.step_size, 60), rel=1e-9)


def test_the_diagram_holds_the_landing_of_each_step_size():
    found = lands(2, ALIKE, 2.0)
    for i in (20, 48, 60, 80):
        single = landing((2.0, 0.5 + 1e-3), found.step_sizes[i])
        assert found.ends[i] == pytest.approx(single.sharpness, rel=1e-6)
    assert [one.flattest for one in depths(2.0)] == [2.0, 3.0, 4.0]
    near = (found.beyond > 1.0) & np.isfinite(found.ends)
    assert np.all(found.ends[near] < 2.0 / found.step_sizes[near])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("batch", "foreseen"), [(1, 0.0798), (2, 0.721), (5, 2.807), (10, 4.622)])
def test_label_noise_lets_the_balance_fall_at_the_predicted_rate(seed, batch, foreseen):
    start, n = 2.5**2 - 0.4**2, 400
    noise = 0.25 * (20 - batch) / (batch * 19)
    assert predicted_balances(start, 0.1, noise, 1500)[-1] == pytest.approx(foreseen, rel=0.002)
    last = balances(start, 0.1, 0.5, batch, seed, 1500, n)[-1]
    assert last.mean() == pytest.approx(foreseen, abs=4.0 * last.std() / math.sqrt(n) + 0.02 * foreseen)


def test_the_full_batch_remembers_and_a_single_sample_forgets():
    found = forgetting(6.09, 0.1, 0.5, 0, 1500)
    assert found.means[-1, -1] == 6.09
    assert found.means[0, -1] < 0.02 * 6.09


@pytest.mark.parametrize("key", PRESETS)
def test_no_claim_of_a_preset_or_what_is_tried_there_is_refuted(studies, key):
    for found in (studies[key], study(PRESETS[key].tried)):
        assert Verdict.DISAGREES not in {claim.verdict for claim in found.claims}
        if found.params.system == SCALAR:
            assert Verdict.AGREES in {claim.verdict for claim in found.claims}


def drawn(rng, fixed):
    """Parameters anywhere in their ranges."""
    values = dict(fixed)
    for name, control in controls_of(Params).items():
        if isinstance(control, Points):
            continue
        if isinstance(control, Choice):
            value = rng.choice(control.options)
        else:
            low, high, _ = control.sliding
            wide = high > LOG_UNIFORM * max(low, 1e-9) and low > 0
            value = math.exp(rng.uniform(math.log(low), math.log(high))) if wide else rng.uniform(low, high)
            value = round(value) if isinstance(control, Count) else value
            assert isinstance(control, Count | Number)
        values.setdefault(name, value)
    return Params(**values)


@pytest.mark.parametrize("layers", [2, 3, 4])
def test_no_claim_is_refuted_anywhere(layers):
    rng = random.Random(layers)
    for i in range(25):
        found = drawn(rng, {"system": SCALAR, "layers": layers, "n_steps": rng.randint(2, 600)})
        if i % 2:  # near the edge, where most is claimed
            found = replace(found, step_size=2.0 * rng.uniform(1.0, 1.06) / found.sharpness)
        said = [claim for claim in study(found).claims if claim.verdict is Verdict.DISAGREES]
        assert not said, (found, said)


def test_only_controls_with_an_effect_apply():
    assert not applies(Params, "shape", vars(Params()))
    assert applies(Params, "shape", vars(Params(layers=3)))
    assert not applies(Params, "noise", vars(Params(layers=3)))
    assert not applies(Params, "seed", vars(Params()))
    assert applies(Params, "seed", vars(Params(noise=0.2)))
    deep = [applies(Params, "depth", vars(Params(system=system))) for system in (SCALAR, *NETWORKS)]
    assert deep == [False, False, False, True]


def test_a_network_has_the_layers_and_at_most_the_parameters_that_are_said():
    assert Params(system="a tanh network", depth=5).network_layers == 2
    for depth, width, units, size in ((2, 66, 66, 199), (3, 66, 12, 181), (4, 8, 8, 153), (5, 66, 7, 169)):
        params = Params(system="a linear network", depth=depth, width=width, n_steps=2, step_size=0.01)
        assert (params.units, params.network_size) == (units, size)
        narrower = replace(params, width=units)
        assert training(params).sharpness.tolist() == training(narrower).sharpness.tolist()


def test_five_linear_layers_come_to_rest_right_below_the_edge(studies):
    found = studies["deep_line"]
    seen = training(found.params)
    shares = seen.sharpness / found.edge
    assert shares[0] < 0.5
    assert shares.max() > 1.0
    assert 0.99 < shares[-1] < 1.0
    assert [claim.verdict for claim in found.claims] == [Verdict.AGREES]
    assert found.training.sharpness[-1] == pytest.approx(seen.sharpness[-1])
    below = training(PRESETS["deep_line"].tried)
    assert below.sharpness.max() < 0.9 * 2.0 / PRESETS["deep_line"].tried.step_size


def test_a_relu_network_comes_to_the_edge_and_a_smaller_step_stays_below(studies):
    found = studies["network"]
    seen = training(found.params)
    late = seen.sharpness[len(seen.seen) // 2 :] / found.edge
    assert seen.sharpness[0] < 0.7 * found.edge
    assert 0.95 < late.min() <= late.max() < 1.05
    below = study(PRESETS["network"].tried)
    assert max(below.training.sharpness) < 0.8 * below.edge
    assert found.training.sharpness[[0, -1]] == pytest.approx(seen.sharpness[[0, -1]])


@pytest.mark.parametrize("system", NETWORKS)
def test_no_claim_on_a_network_is_refuted(system):
    for step_size, width, n_steps in ((0.05, 2, 2), (0.2, 5, 300), (0.3, 66, 60), (2.0, 30, 100)):
        for depth in (2, 3, 5) if NETWORKS[system] == LINEAR else (2,):
            params = Params(system=system, depth=depth, step_size=step_size, width=width, n_steps=n_steps)
            assert Verdict.DISAGREES not in {claim.verdict for claim in study(params).claims}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("step_size", "sigma", "batch"), [(0.05, 0.3, 1), (0.05, 0.5, 4), (0.1, 0.3, 4)])
def test_with_sampled_inputs_d_falls_as_its_recursion_says_and_as_paths_of_the_samples_do(
    step_size, sigma, batch, seed
):
    """w = (2, ½): against the recursion, and against paths whose batches are drawn sample by sample."""
    n_steps, n_paths, d = 2000, 300, 3.75
    found = balances(d, step_size, sigma, batch, seed, n_steps, n_paths, GAUSSIAN)[-1]
    foreseen = predicted_balances(d, step_size, sigma**2 / batch, n_steps, 2.0 / batch)[-1]
    rng, w1, w2 = np.random.default_rng(seed), np.full(n_paths, 2.0), np.full(n_paths, 0.5)
    for _ in range(n_steps):
        x = rng.standard_normal((batch, n_paths))
        residual = w1 * w2 * x - (x + sigma * rng.standard_normal(x.shape))
        slope = (residual * x).mean(axis=0)
        w1, w2 = w1 - step_size * slope * w2, w2 - step_size * slope * w1
    plainly = w1**2 - w2**2
    for mean, error in ((v.mean(), v.std() / math.sqrt(n_paths)) for v in (found, plainly)):
        assert abs(mean - foreseen) < 4.0 * error + 0.02 * foreseen


@pytest.mark.parametrize("batch", [1, 4])
def test_beside_the_mean_square_arc_the_mean_of_e_squared_falls_or_grows(batch):
    """One step multiplies E e² by 1 − 2δS + δ²S²(1 + Var q): below 1 exactly within the arc."""
    gains = batches(GAUSSIAN, 0.0, batch, 0, 1, 2_000_000).gains[0]
    assert gains.mean() == pytest.approx(1.0, abs=4e-3)
    for share, falls in ((0.9, True), (1.1, False)):
        scaled = share * 2.0 / (1.0 + spread(batch, GAUSSIAN))
        assert bool(((1.0 - scaled * gains) ** 2).mean() < 1.0) is falls


def test_gaussian_inputs_alone_throw_a_run_out_of_what_gradient_descent_keeps():
    params = Params(w1=2.0, step_size=0.4, inputs=GAUSSIAN, batch=1, n_steps=300)
    found = study(params)
    assert found.arc == pytest.approx(found.edge / 3.0)
    assert found.ended.sharpness == pytest.approx(params.sharpness, rel=1e-3)
    assert [claim.verdict for claim in found.claims].count(Verdict.DISAGREES) == 0


def test_own_points_are_learned_scaled_and_an_uploaded_table_takes_the_place_of_what_was_typed():
    params = Params(system="a tanh network", points="own points", own="3, 10\n1, 30\n2, 20", n_steps=50)
    x, y = points_of(params)
    np.testing.assert_allclose([x, y], [[-1.0, 0.0, 1.0], [1.0, 0.0, -1.0]])
    x, y = points_of(params, "0 5\n4 5\n1 5")
    np.testing.assert_allclose([x, y], [[-1.0, -0.5, 1.0], [0.0, 0.0, 0.0]])
    hovers = training(PRESETS["own_points"].params)
    shares = hovers.sharpness * PRESETS["own_points"].params.step_size / 2.0
    assert shares[0] < 0.9
    assert np.abs(shares[30:] - 1.0).max() < 0.06
    typed, uploaded = study(params), study(params, "0 1\n1 0\n2 1")
    assert typed.training.first.shape == (3,)
    assert typed.training.losses[0] != uploaded.training.losses[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("", "at least 2"), ("1, 2", "at least 2"), ("1, 2\n1, 3", "different x"),
     ("\n".join(f"{i} {i}" for i in range(201)), "at most 200")],
)  # fmt: skip
def test_own_points_that_cannot_be_learned_are_refused(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        study(Params(system="a tanh network", points="own points", own=text))
