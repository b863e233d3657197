"""The pictures of a ReLU network: what they show is what the network computes, period by period."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import vl_convert

from pages.charts import relu_oscillation as charts
from pages.charts.kit.layers import ALL_STEPS, STEP
from pages.charts.kit.style import STYLES
from pages.charts.relu_oscillation.diagram import APART, DEAD
from pages.charts.relu_oscillation.outcomes import loss_in_words
from pages.charts.relu_oscillation.overlay import OVERLAY
from pages.charts.relu_oscillation.parity import PLAYED
from stepsize_core.descent import gradient_descent
from stepsize_core.limits import LimitKind
from stepsize_core.paper.relu_oscillation import PRESETS, Params, study
from stepsize_core.paper.relu_oscillation.diagram import step_size_diagram
from stepsize_core.paper.relu_oscillation.ensembles import OUTCOMES, NetworkDiagram, stored_typicality
from stepsize_core.paper.relu_oscillation.studies import experiment_of

ON_THE_POLYGON = 1e-9  # relative: corners are computed by another sum than the functions on the grid
ROUNDING = 1e-12  # of an interval that begins or ends at the share itself
OVER_THE_STEP_SIZE = (charts.DIAGRAM, charts.LOSS_DIAGRAM, charts.EXPONENTS)
ENDS = {
    "escaped": Params(step_size=10.0, n_steps=100),
    "one unit": Params(hidden_units=1, n_steps=200),
    "two equal inputs": Params(target="own points", points="1, 1\n1, 2", n_steps=200),
    "largest points": Params(target="own points", points="1e6, 1e6\n-1e6, 3", n_steps=200),
    "dead": Params(step_size=1e-2, n_steps=300),
}


@pytest.fixture(scope="module", params=["figure_2_right", "period_4", "aperiodic", "theorem_4_bites"])
def one(request):
    return study(PRESETS[request.param].params)


@pytest.fixture(scope="module")
def diagram():
    params = Params(n_steps=400, n_points=60)
    return study(params), step_size_diagram(params)


def functions(tables) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """The corners of every function that the picture holds, by its step."""
    table = tables["functions"]
    own = {int(k): table["k"] == k for k in np.unique(table["k"])}
    return {k: (table["x"][rows], table["y"][rows]) for k, rows in own.items()}


def at_step(figure, one, step: float) -> str:
    """The picture as it is drawn where the playback stands at a step."""
    spec = figure.chart(one).to_dict()
    next(param for param in spec["params"] if param["name"] == STEP)["value"] = step
    return vl_convert.vegalite_to_svg(spec)


def test_the_overlay_holds_the_played_functions_and_as_many_before_them_as_the_limit_has(one):
    p = max(2, one.limit.period)
    assert sorted(functions(OVERLAY.data(one))) == one.last_steps[-(PLAYED + p - 1) :].tolist()


def test_every_function_drawn_is_the_one_computed(one):
    played = functions(OVERLAY.data(one))
    for k, expected in zip(one.last_steps[-PLAYED:], one.last_functions[-PLAYED:]):
        size = np.abs(expected).max()
        drawn = np.interp(one.grid, *played[int(k)])
        np.testing.assert_allclose(drawn, expected, atol=ON_THE_POLYGON * size)


def test_an_odd_function_is_drawn_as_odd_unless_all_look_alike(one):
    table = OVERLAY.data(one)["functions"]
    alike = one.limit.period == 1
    np.testing.assert_array_equal(
        table["function"], "f̂" if alike else np.array(["even", "odd"])[table["k"] % 2]
    )


def test_the_envelope_is_drawn_where_nothing_repeats_and_holds_the_last_functions(one):
    envelope = OVERLAY.data(one)["envelope"]
    if one.limit.period:
        assert envelope["shown"] == [0.0]
    else:
        np.testing.assert_array_equal(envelope["low"], one.last_functions.min(axis=0))
        np.testing.assert_array_equal(envelope["high"], one.last_functions.max(axis=0))


def test_odd_and_even_are_named_functions_only_at_period_2(one):
    names = OVERLAY.data(one)["_name_now"]["text"][-2:]
    says = charts.headline(one) + OVERLAY.describe(one)
    if one.limit.period == 2:
        assert names == ["f̂ even", "f̂ odd"]
    elif one.limit.period != 1:
        assert names == ["even", "odd"]
        assert "only the last two" in says
    else:
        assert names == ["f̂", "f̂"]


def test_the_verdict_on_a_cycle_is_drawn_from_its_multipliers(one):
    table = charts.MULTIPLIERS.data(one)["multipliers"]
    if one.limit.period:
        drawn = np.array(table["x"]) + 1j * np.array(table["y"])
        np.testing.assert_array_equal(drawn, one.limit.multipliers)
    else:
        assert table["shown"] == [0.0]


@pytest.mark.parametrize("params", ENDS.values(), ids=ENDS)
def test_extreme_runs_have_every_picture(params):
    extreme = study(params)
    for figure in (figure for figure in charts.figures(extreme) if not figure.also):
        svg = vl_convert.vegalite_to_svg(figure.chart(extreme).to_dict())
        assert len(svg) > 1000, figure.name
        assert "nan" not in figure.describe(extreme).lower(), figure.name


def test_the_diagram_marks_figure_2_and_its_step_size_is_dragged_and_held_there(diagram):
    one, network = diagram
    for figure in OVER_THE_STEP_SIZE:
        drawing = figure.drawn(diagram)[0]
        left, right = drawing.tables["_frame"]["step_size"]
        inside = [d for d in (2e-4, 3e-4) if left <= d <= right]
        marked = drawing.tables["figure_2"]
        assert [d for d, shown in zip(marked["step_size"], marked["shown"]) if shown] == inside
        assert drawing.grips["x"]["field"] == "step_size"
        assert set(inside) <= set(drawing.grips["x"]["snaps"])
    elsewhere = replace(one, params=replace(one.params, target="sine"))
    assert charts.DIAGRAM.data((elsewhere, network))["figure_2"]["shown"] == [0.0]


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0, 100.0])
def test_the_chosen_step_size_stands_in_the_diagram_or_at_its_edge_with_an_arrow(diagram, factor):
    one, network = diagram
    delta = float(network.step_sizes[-1] * factor)
    shown = replace(one, params=replace(one.params, step_size=delta)), network
    tables, said = charts.DIAGRAM.data(shown), charts.DIAGRAM.describe(shown)
    left, right = tables["_frame"]["step_size"]
    at, name = tables["_chosen"]["step_size"][0], tables["_chosen_name"]["text"][0]
    assert left <= at <= right
    assert (at == delta) is ("→" not in name)
    assert ("beyond the" in said) is (factor > 1.0)


def test_dead_networks_do_not_look_like_those_that_converged():
    one = study(PRESETS["theorem_4_forbids"].params)
    m = 4
    network = NetworkDiagram(
        np.geomspace(0.05, 0.2, m), 2.0, np.zeros((3, m)), np.ones((3, m)), (LimitKind.EQUILIBRIUM,) * m,
        np.ones(m, int), np.array([False, False, True, True]), np.zeros(m),
    )  # fmt: skip
    words = charts.DIAGRAM.data((one, network))["attractor"]["outcome"]
    assert list(words) == ["converged", "converged", DEAD, DEAD]
    spec = json.dumps(charts.DIAGRAM.spec(content=(one, network)), ensure_ascii=False)
    assert f'"{DEAD}"' in spec


def test_thinning_the_diagram_moves_no_visited_output_by_more_than_a_mark(diagram):
    _, network = diagram
    table = charts.DIAGRAM.data(diagram)["attractor"]
    shown_at, shown = np.array(table["step_size"]), np.array(table["y"])
    mark = np.ptp(network.outputs[np.isfinite(network.outputs)]) / APART
    for delta, visited in zip(network.step_sizes, network.outputs.T):
        here = shown[shown_at == delta]
        assert set(here) <= set(visited)
        for output in visited[np.isfinite(visited)]:
            assert np.abs(here - output).min() <= mark


def test_the_diagram_compiles_and_says_what_is_next_to_the_chosen_step_size(diagram):
    for figure in OVER_THE_STEP_SIZE:
        for style in STYLES:
            assert len(vl_convert.vegalite_to_svg(figure.chart(diagram, style).to_dict())) > 1000
        assert figure.describe(diagram).endswith(".")


def test_the_shares_of_the_stored_ensemble_add_up_and_lie_in_their_intervals():
    tables = charts.STORED.data((study(PRESETS["theorem_4_bites"].params), stored_typicality()))
    shares = tables["shares"]
    for delta in stored_typicality().step_sizes:
        own = np.array(shares["step_size"]) == delta
        assert np.sum(np.array(shares["share"])[own]) == pytest.approx(1.0)
    assert np.all(np.array(shares["low"]) <= np.array(shares["share"]) + ROUNDING)
    assert np.all(np.array(shares["share"]) <= np.array(shares["high"]) + ROUNDING)
    converged = np.array(shares["count"])[np.array(shares["outcome"]) == OUTCOMES[0]]
    assert np.all(np.array(tables["learned"]["count"]) <= converged)


def test_the_diagram_is_recomputed_only_for_another_draw():
    one = study(PRESETS["theorem_4_bites"].params)
    other = replace(one, params=replace(one.params, step_size=0.05))
    another = replace(one, params=replace(one.params, seed=2))
    calls, same, new = map(charts.DIAGRAM.further, (one, other, another))
    assert calls == same
    assert calls != new


@pytest.mark.parametrize("preset", PRESETS)
def test_the_axes_do_not_jump_in_playback_since_the_frame_holds_every_function(preset):
    tables = OVERLAY.data(study(PRESETS[preset].params))
    for axis in ("x", "y"):
        low, high = sorted(tables["_frame"][axis])
        played = tables["functions"][axis]
        assert low <= np.min(played)
        assert np.max(played) <= high


def test_the_frame_stands_while_the_run_fits_it_and_fills_a_quarter_of_it():
    first, other = (OVERLAY.drawn(study(Params(step_size=d)))[0] for d in (3e-4, 2.9e-4))
    again = OVERLAY.drawn(study(Params(step_size=2.9e-4)), first.frames)[0]
    assert again.tables["_frame"]["y"] == first.tables["_frame"]["y"] != other.tables["_frame"]["y"]


def test_the_playback_says_the_step_and_the_loss_of_the_function_it_shows():
    one = study(PRESETS["figure_2_right"].params)
    last, losses = int(one.last_steps[-1]), one.objective.value(one.last_states)
    for step, shown in ((last - 3, last - 3), (last - 2.4, last - 3), (last, last), (ALL_STEPS, last)):
        loss = losses[one.last_steps == shown][0]
        said = re.findall(r"step ([\d,]+), loss ([\d.]+)<", at_step(OVERLAY, one, step))
        assert said == [(f"{shown:,}", f"{loss:.4g}")]


def test_the_distance_drawn_is_the_largest_between_a_function_and_the_one_before():
    one = study(PRESETS["figure_2_right"].params)
    gap, functions = OVERLAY.data(one)["gap"], one.last_functions
    for k, x, top, bottom, text in zip(*(gap[name] for name in ("k", "x", "y", "y2", "text"))):
        i = int(np.flatnonzero(one.last_steps == k)[0])
        apart = np.abs(functions[i] - functions[i - 1])
        assert top - bottom == pytest.approx(apart.max())
        assert apart[one.grid == x] == apart.max()
        assert text == f"{apart.max():.3g} apart"


def test_the_losses_of_the_last_steps_are_those_of_the_run_odd_and_even_apart(one):
    tables, steps = charts.LAST_LOSSES.data(one), one.last_steps[-PLAYED:]
    losses = one.objective.losses(one.last_states[-PLAYED:])
    for parity, name in enumerate(("even", "odd")):
        np.testing.assert_array_equal(tables[name]["k"], steps[steps % 2 == parity])
        np.testing.assert_array_equal(tables[name]["loss"], losses[steps % 2 == parity])


@pytest.mark.parametrize(
    ("preset", "further"),
    [("aperiodic", {}), ("damped_alternation", {"n_steps": 4001}), ("theorem_4_bites", {})],
)
def test_losses_of_odd_and_even_have_one_name_only_where_they_are_written_alike(preset, further):
    one = study(replace(PRESETS[preset].params, **further))
    tables, losses = charts.LAST_LOSSES.data(one), one.objective.losses(one.last_states[-2:])
    said = " ".join(text for name in ("odd", "even") for text in tables[f"_name_{name}"]["text"])
    written = {loss_in_words(loss) for loss in losses}
    assert all(words in said for words in written)
    assert ("odd and even" in said) == (len(written) == 1)


def test_a_2_cycle_whose_functions_close_in_is_not_said_to_stand():
    """Draw 18 counts as a 2-cycle after 2,001 steps and is a damped alternation after 16,001."""
    closing, standing = study(Params(seed=18, n_steps=2001)), study(PRESETS["theorem_4_forbids"].params)
    assert closing.limit.period == standing.limit.period == 2
    gaps = np.abs(np.diff(closing.last_functions, axis=0)).max(axis=1)
    assert gaps[-1] < gaps[0]
    assert re.search(r"0\.0956 apart, 2\.0% less than at step 1,8\d\d\.", charts.headline(closing))
    assert "0.834 apart, and does not settle" in charts.headline(standing)


def test_a_loss_that_is_rounding_is_said_to_be_that():
    found = study(PRESETS["theorem_4_bites"].params)
    assert 0.0 < found.final_loss < 1e-12
    assert "learned (loss 0, to rounding)." in charts.headline(found)


def test_a_damped_alternation_is_not_called_at_rest():
    for preset, words in (("damped_alternation", "f̂, odd and even"), ("poor_fit", "f̂, at rest")):
        assert OVERLAY.data(study(PRESETS[preset].params))["_shown"]["text"][-1] == words


def test_the_loss_is_said_to_be_flat_from_where_it_is():
    params = PRESETS["figure_2_right"].params
    one, setup = study(params), experiment_of(params)
    run = gradient_descent(setup.objective, setup.start, params.step_size, params.n_steps)
    losses = setup.objective.losses(run.states)
    last = np.where(np.arange(len(losses)) % 2 == (len(losses) - 1) % 2, losses[-1], losses[-2])
    away = np.abs(losses / last - 1.0) > 0.01
    assert away[one.flat_from - 1]
    assert not away[one.flat_from :].any()
    assert f"flat from step {one.flat_from:,} on" in charts.LOSS.data(one)["_flat"]["text"]


def test_the_sharpness_of_a_2_cycle_is_two_lines():
    tables = charts.SHARPNESS.data(study(PRESETS["figure_2_right"].params))
    ends = {parity: (tables[parity]["low"][-1], tables[parity]["high"][-1]) for parity in ("odd", "even")}
    for low, high in ends.values():
        assert high / low < 1.01
    assert ends["odd"][0] / ends["even"][1] > 1.1


BLANK = {
    "escaped": (Params(step_size=1e-2), {"loss", "last_losses", "gaps", "sharpness"}),
    "dead": (Params(seed=850, step_size=0.0077, n_steps=400), {"outputs", "looseness"}),
    "cycle": (PRESETS["theorem_4_forbids"].params, set()),
}


@pytest.mark.parametrize(("params", "blank"), BLANK.values(), ids=BLANK)
def test_a_picture_that_would_show_nothing_gives_way_to_its_sentence(params, blank):
    one = study(params)
    shown = [figure for figure in charts.figures(one) if not figure.also]
    assert {figure.name for figure in shown if figure.drawn(one)[0].blank} == blank


SAID = {  # in the headline, in the verdicts' picture, nowhere
    "escaped": (Params(step_size=1e-2), "it escapes: a weight passes 10⁹ at step 3", "escapes at step 3"),
    "far points": (
        Params(target="own points", points="1000, 1\n2000, 2", scaling="no", step_size=1e-2, n_steps=400),
        "ends with every unit dead",
        "escapes at step 2",
    ),
    "dead": (Params(seed=850, step_size=0.0077, n_steps=400), "every unit is dead", "every unit dead"),
    "drifting": (Params(step_size=1e-6, n_steps=4000), "still drifts, by", "No orbit"),
    "short": (Params(n_steps=100), "still drifts, by", "No orbit"),
    "alternating": (Params(seed=64), "its end is not in sight", "No orbit"),
    "damped": (PRESETS["damped_alternation"].params, "close in on one function, learned", "neutral"),
    "tight": (PRESETS["theorem_4_bites"].params, "Theorem 4 allows 6.25", "neutral"),
    "forbidden": (PRESETS["theorem_4_forbids"].params, "The fit needs ‖x‖‖f(x)‖ = 6", "neutral"),
}


@pytest.mark.parametrize(("params", "headline", "verdict"), SAID.values(), ids=SAID)
def test_every_outcome_has_its_sentence(params, headline, verdict):
    one = study(params)
    assert headline in charts.headline(one)
    assert verdict in charts.MULTIPLIERS.describe(one)
    figures = [figure.describe(one) for figure in charts.figures(one) if not figure.also]
    notes = [f"{claim.statement} {claim.measured} {claim.note}" for claim in one.claims]
    for text in (charts.headline(one), *figures, *notes):
        assert not re.search(r"\b(inf|nan|learned, at rest)\b|\b1 (steps|functions|iterates)\b", text), text


def test_the_sentence_on_theorem_4_speaks_of_the_whole_cycle():
    one = study(PRESETS["theorem_4_forbids"].params)
    drawn = charts.OUTPUTS.data(one)
    highest = max(np.max(drawn[parity]["y"]) for parity in ("odd", "even"))
    assert f"over the 2 functions of the cycle is {one.output:.4g}" in charts.OUTPUTS.describe(one)
    assert one.output == pytest.approx(highest, rel=1e-3)


@pytest.mark.parametrize(
    ("params", "begins"),
    [
        (Params(n_steps=400), "At δ = 0.0003:"),
        (Params(step_size=2.8e-4, n_steps=400), "At δ = 0.0003, nearest to the chosen 0.00028:"),
        (Params(step_size=1e-2, n_steps=400), "The chosen 0.01 lies outside. At δ = 0.0003:"),
        (PRESETS["theorem_4_bites"].params, "Other networks than the one on screen. At δ = 0.0003:"),
        (Params(loss="½Σ (Theorem 4)", n_steps=400), "Other networks than the one on screen."),
    ],
)
def test_an_ensemble_speaks_for_the_chosen_step_only_where_it_is_of_that_network(params, begins):
    stored = stored_typicality()
    said = charts.STORED.describe((study(params), stored)).split("intervals. ")[1]
    assert said.startswith(begins)
    shares = [int(share) for share in re.findall(r"(\d+)% \(", said)]
    assert sum(shares) == 100  # of a hundred draws


def test_a_start_where_no_eigenvalue_is_positive_has_no_limit_beside_the_step_size():
    one = study(Params(hidden_units=1, n_points=2, n_steps=100))
    assert np.isinf(one.start_limit)
    assert "at the start: none, no eigenvalue is positive, loss" in charts.steps(one)
