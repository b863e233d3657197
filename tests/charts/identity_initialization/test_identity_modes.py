"""Labels and samples of the pictures of identity initialization."""

from dataclasses import replace

import numpy as np
import pytest
import vl_convert

from pages.charts import identity_initialization as charts
from pages.charts.identity_initialization.modes import approach_text
from pages.charts.kit.calls import call
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import LIGHT
from stepsize_core.descent import sampled_steps
from stepsize_core.paper.identity_initialization import INDEFINITE, NEGATIVE, PRESETS, Params, study
from stepsize_core.paper.identity_initialization.modes import mode
from tests.charts.kit.scenegraph import marks_of

EXTREMES = (
    Params(step_size=10.0, depth=12, size=8, target=INDEFINITE, n_steps=60),
    Params(step_size=1e-4, depth=2, size=2, target=NEGATIVE, n_steps=2),
    Params(target="your own", matrix="0, 0; 0, 0", n_steps=30),
    Params(target="your own", matrix="100, 0; 0, -100", step_size=1.0, n_steps=30, noise="1e-2"),
    Params(target="your own", matrix="1, 0; 0, 1", n_steps=30),
    Params(target="your own", matrix="1, 0; 0, 1", n_steps=30, noise="1e-6"),
    Params(target="your own", matrix="0.001, 0; 0, -1", n_steps=30),
    Params(target="your own", matrix="1e-300, 0; 0, 0", n_steps=30),
)
IDS = ["diverging", "two steps", "zero", "huge", "learned at once", "noise alone", "small", "all but zero"]


@pytest.mark.parametrize("n_steps", [2, 340, 341, 20_000])
def test_a_sample_of_steps_has_both_ends_and_even_and_odd_steps_alike(n_steps):
    k = sampled_steps(n_steps)
    assert (k[0], k[-1]) == (0, n_steps)
    assert np.all(np.diff(k) > 0)
    assert np.count_nonzero(k % 2) == pytest.approx(len(k) / 2, rel=0.35)


@pytest.mark.parametrize(
    ("eigenvalue", "step_size", "depth", "text"),
    [
        (0.0, 0.1, 3, "∝ k^(−3/4)"),
        (-1.0, 0.1, 3, "∝ k⁻³"),
        (-1.0, 0.1, 4, "∝ k⁻²"),
        (-1.0, 0.1, 2, "×0.81 a step"),
        (1.0, 0.1, 4, "×0.6 a step"),
        (2.0, 0.55, 2, "period 2"),
        (2.0, 0.75, 2, "aperiodic"),
    ],
)
def test_an_eigenvalue_is_named_by_how_the_estimate_approaches_its_limit(eigenvalue, step_size, depth, text):
    assert approach_text(mode(eigenvalue, step_size, depth)) == text


@pytest.mark.parametrize("params", EXTREMES, ids=IDS)
def test_extreme_choices_have_pictures_and_words_without_nan(params):
    shown = Shown(charts, call(study, params))
    for figure in set(shown) - {charts.COMPARISON}:
        for name, table in figure.data(shown[figure]).items():
            assert len({len(column) for column in table.values()}) == 1, (figure.name, name)
        assert "nan" not in figure.describe(shown[figure]), figure.name


@pytest.mark.parametrize("preset", ["theorem_3", "period_2"])
def test_the_cells_of_the_estimate_in_motion_are_those_of_the_run(preset):
    run = study(PRESETS[preset].params)
    tables = charts.MATRICES.data(run)
    frames, cells = tables["_frames"], tables["_products"]
    moving = sum(np.outer(frames[f"w{i}"], cells[f"p{i}"]) for i in range(charts.matrices.MOST))
    n, k = run.estimates.shape[1], np.asarray(frames["k"])
    axes = run.spectrum.axes
    of_run = np.einsum("ri,ki,ci->krc", axes, run.estimates[k], axes).reshape(len(k), n * n)
    np.testing.assert_allclose(moving, of_run, atol=1e-12)
    assert k[-1] == run.params.n_steps
    estimate = np.asarray(tables["entries"]["value"])[np.asarray(tables["entries"]["matrix"]) == "estimate"]
    np.testing.assert_allclose(moving[-1], estimate, atol=1e-12)


def test_where_there_is_no_distance_to_draw_the_sentence_says_so():
    learned = study(Params(target="your own", matrix="1, 0; 0, 1", n_steps=30))
    for figure in (charts.DISTANCES, charts.ERRORS, charts.SPREAD):
        shown = Shown(charts, call(study, learned.params))[figure]
        assert figure.drawn(shown)[0].blank, figure.name
        assert "no distance" in figure.describe(shown) or "never differ" in figure.describe(shown)


def test_a_target_without_a_positive_eigenvalue_has_no_cascade():
    assert charts.DIAGRAM in charts.figures(study(Params(n_steps=2)))
    negative = study(Params(target=NEGATIVE, n_steps=2))
    assert not {charts.DIAGRAM, charts.EXPONENTS} & set(charts.figures(negative))
    shown = Shown(charts, call(study, negative.params))
    assert "No eigenvalue of R is positive" in charts.REGIONS.describe(shown[charts.REGIONS])


def test_step_sizes_that_ran_out_of_steps_are_drawn_as_such():
    slow = Params(target="your own", matrix="1, 0; 0, 0.01", depth=3, n_steps=20)
    content = Shown(charts, call(study, slow))[charts.REGIONS]
    moving = content[1].undecided
    table = charts.REGIONS.data(content)["regions"]
    said = np.asarray(table["region"]) == "still moving"
    assert moving.any()
    deltas = content[1].step_sizes[moving]
    bars = list(zip(np.asarray(table["step_size"])[said], np.asarray(table["end"])[said]))
    assert all(any(low <= delta <= high for low, high in bars) for delta in deltas)


def test_a_mode_that_escapes_is_drawn_until_it_does():
    escaping = study(replace(PRESETS["chaos"].params, step_size=1.2))
    for figure in (charts.EIGENVALUES, charts.EIGENVALUES_LOG):
        y = figure.data(escaping)["eigenvalues"]["y"]
        assert np.isfinite(y).all()
        assert np.abs(y).max() <= 8.0


# sentences


def test_the_headline_says_where_the_drawn_run_ends_and_what_a_longer_one_decides():
    short = study(Params(step_size=1e-4))
    says = charts.headline(short)
    assert f"After 400 steps the estimate is {short.to_psd[-1]:.2g} from R" in says
    assert "followed for 4,000 steps, all 4 eigenvalues converge to their limits" in says
    assert "diverges" in charts.headline(study(Params(step_size=10.0, n_steps=5)))


@pytest.mark.parametrize(
    ("params", "leaves"),
    [
        (Params(target=INDEFINITE, depth=2, step_size=0.001, noise="1e-6", n_steps=20), False),
        (Params(target=INDEFINITE, depth=2, noise="1e-6", n_steps=300), True),
        (Params(noise="1e-6", n_steps=30), False),
        (Params(target=NEGATIVE, depth=4, step_size=1.12, noise="1e-10", n_steps=20), False),
    ],
    ids=["too short", "leaves", "positive definite", "diverges"],
)
def test_only_a_run_that_leaves_the_saddle_is_said_to(params, leaves):
    shown = Shown(charts, call(study, params))[charts.ESCAPE]
    assert ("halfway to a negative eigenvalue" in charts.ESCAPE.describe(shown)) is leaves
    assert bool(len(charts.ESCAPE.data(shown)["escaped"]["k"])) is leaves
    assert "leave" not in charts.ESCAPE.title


@pytest.mark.parametrize(("matrix", "drawn"), [("2, 0; 0, 0.5", True), ("0.001, 0; 0, -1", False)])
def test_the_diagram_says_where_the_run_from_one_is_lost(matrix, drawn):
    """From w = 1 a small eigenvalue diverges long before bound (4): no 2-cycle is drawn there."""
    shown = Shown(charts, call(study, Params(target="your own", matrix=matrix, depth=3, n_steps=20)))
    content = shown[charts.DIAGRAM]
    top = content[1]
    beyond = np.isfinite(top.estimates[:, top.diagram.step_sizes > top.scale]).any()
    assert bool(beyond) is drawn
    assert ("diverges already at" not in charts.DIAGRAM.describe(content)) is drawn
    assert "2-cycle is born" not in charts.DIAGRAM.describe(content)


@pytest.mark.parametrize("step_size", [1e-4, 1e-3, 0.12])
def test_a_rate_below_1_is_not_written_as_1(step_size):
    run = study(Params(step_size=step_size))
    slowest = max(abs(mode.estimate_rate) for mode in run.modes)
    written = charts.modes.ERRORS.describe(run).split("slowest by ")[1].split(" ")[0]
    assert slowest < 1.0
    assert 1.0 - float(written) == pytest.approx(1.0 - slowest, rel=0.1)


def test_each_cobweb_is_a_staircase_that_ends_at_its_own_head():
    found = study(PRESETS["period_2"].params)
    scene = vl_convert.vegalite_to_scenegraph(charts.COBWEBS.chart(found, LIGHT).to_dict())["scenegraph"]
    drawn = [mark for mark in marks_of(scene, "mark") if mark.get("fill") == LIGHT.head]
    stairs = charts.COBWEBS.drawn(found)[0].tables["staircase"]
    ends = [np.flatnonzero(stairs["panel"] == panel)[-1] for panel in range(len(found.modes))]
    assert len(drawn) == len(ends) > 1
    across, up = ([mark[side] for mark in drawn] for side in "xy")
    scale = np.polyfit(across, stairs["x"][ends], 1), np.polyfit(up, stairs["y"][ends], 1)
    assert scale[0][0] == pytest.approx(-scale[1][0], rel=1e-6)
    lines = [mark for mark in marks_of(scene, "mark") if mark.get("interpolate") == "step-before"]
    assert len(lines) == len(stairs["x"])
