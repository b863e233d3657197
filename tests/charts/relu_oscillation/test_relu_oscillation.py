"""The pictures of a ReLU network: what they show is what the network computes, period by period."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import vl_convert

from pages.charts import relu_oscillation as charts
from pages.charts.kit.style import STYLES
from pages.charts.relu_oscillation.diagram import APART
from pages.charts.relu_oscillation.overlay import OVERLAY
from stepsize_core.paper.relu_oscillation import PRESETS, Params, study
from stepsize_core.paper.relu_oscillation.diagram import step_size_diagram
from stepsize_core.paper.relu_oscillation.ensembles import OUTCOMES, stored_typicality

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


def functions(tables, stem: str = "") -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """The corners of every function that the picture holds, by its step."""
    found = {}
    for parity in ("odd", "even"):
        table = tables[f"{stem}{parity}"]
        for k in np.unique(table["k"]):
            own = table["k"] == k
            found[int(k)] = table["x"][own], table["y"][own]
    return found


def test_the_overlay_shows_every_function_of_the_cycle_and_the_playback_every_last_one(one):
    tables = OVERLAY.data(one)
    p = max(2, one.limit.period)
    assert sorted(functions(tables)) == one.last_steps[-p:].tolist()
    assert sorted(functions(tables, "_frames_")) == one.last_steps.tolist()


def test_every_function_drawn_is_the_one_computed(one):
    played = functions(OVERLAY.data(one), "_frames_")
    for k, expected in zip(one.last_steps, one.last_functions):
        size = np.abs(expected).max()
        drawn = np.interp(one.grid, *played[int(k)])
        np.testing.assert_allclose(drawn, expected, atol=ON_THE_POLYGON * size)


def test_an_odd_function_is_drawn_as_odd(one):
    tables = OVERLAY.data(one)
    for stem in ("", "_frames_"):
        assert np.all(tables[f"{stem}odd"]["k"] % 2 == 1)
        assert np.all(tables[f"{stem}even"]["k"] % 2 == 0)


def test_the_envelope_is_drawn_where_nothing_repeats_and_holds_the_last_functions(one):
    envelope = OVERLAY.data(one)["envelope"]
    if one.limit.period:
        assert envelope["shown"] == [0.0]
    else:
        np.testing.assert_array_equal(envelope["low"], one.last_functions.min(axis=0))
        np.testing.assert_array_equal(envelope["high"], one.last_functions.max(axis=0))


def test_odd_and_even_are_named_functions_only_at_period_2(one):
    names = [OVERLAY.data(one)[f"_name_{parity}"]["text"][0] for parity in ("odd", "even")]
    says = charts.headline(one) + OVERLAY.describe(one)
    if one.limit.period == 2:
        assert names == ["f̂_odd", "f̂_even"]
    elif one.limit.period != 1:
        assert all("last" in name for name in names)
        assert "only the last two" in says


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


def test_the_diagram_marks_figure_2_and_its_columns_choose_what_lies_under_them(diagram):
    one, network = diagram
    for figure in OVER_THE_STEP_SIZE:
        tables = figure.data(diagram)
        inside = [d for d in (2e-4, 3e-4) if network.step_sizes[0] <= d <= network.step_sizes[-1]]
        assert [
            d for d, shown in zip(tables["figure_2"]["step_size"], tables["figure_2"]["shown"]) if shown
        ] == inside
        columns = tables["_columns"]
        chosen = np.array(columns["step_size"])
        assert np.all((columns["x"] <= chosen * 1.01) & (chosen <= np.array(columns["x2"]) * 1.01))
    elsewhere = replace(one, params=replace(one.params, target="sine"))
    assert charts.DIAGRAM.data((elsewhere, network))["figure_2"]["shown"] == [0.0]


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
        for parity in ("odd", "even"):
            played = tables[f"_frames_{parity}"][axis]
            assert low <= np.min(played)
            assert np.max(played) <= high


def test_of_the_frames_of_the_playback_only_the_anchor_and_the_step_shown_are_drawn():
    one = study(PRESETS["figure_2_right"].params)
    frames = OVERLAY.data(one)["_frames_odd"]
    assert len(np.unique(np.asarray(frames["k"])[frames["anchor"]])) == 1
    assert "datum.k == floor(step) || datum.anchor" in json.dumps(OVERLAY.spec(content=one))


SAID = {  # in the headline, in the verdicts' picture, nowhere
    "escaped": (Params(step_size=1e-2), "it escapes: a weight passes 10⁹ at step 3", "escapes at step 3"),
    "far points": (
        Params(target="own points", points="1000, 1\n2000, 2", step_size=1e-2, n_steps=400),
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
