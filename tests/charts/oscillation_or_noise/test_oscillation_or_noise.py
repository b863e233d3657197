"""The pictures of a record: what they draw is the record, and what cannot be drawn is said."""

from itertools import pairwise

import numpy as np
import pytest

from pages.charts.kit.drawing import Drawing
from pages.charts.oscillation_or_noise import FREEZE, HISTOGRAM, PHASE, RATIO, SLIPS, SPREAD, STRIPS, headline
from stepsize_core.paper.oscillation_or_noise import PRESETS, Params, slip_curve, spreads, study
from stepsize_core.paper.oscillation_or_noise.cases import EXAMPLE_1, EXAMPLE_2


@pytest.fixture(scope="module", params=["matched", "drowned", "below", "own"])
def found(request):
    return study(PRESETS[request.param].params)


def test_the_histogram_holds_all_but_a_few_half_steps(found):
    bars = HISTOGRAM.data(found)["half_steps"]
    inside = float(np.sum(bars["density"] * (bars["to"] - bars["a"])))
    assert 0.99 < inside <= 1.0 + 1e-9


def test_the_prediction_has_the_area_of_a_density():
    drawn = HISTOGRAM.data(study(Params()))["predicted"]
    assert np.trapezoid(drawn["density"], drawn["a"]) == pytest.approx(1.0, abs=0.02)


def test_the_strips_are_the_record_and_its_twin_on_one_scale(found):
    tables = STRIPS.data(found)
    upper, lower = (np.asarray(tables[name]["y"]) for name in ("upper", "lower"))
    run, noise = (upper, lower) if found.on_top else (lower, upper)
    n = len(run)
    for drawn, values in ((run, found.record), (noise, found.twin)):
        assert np.corrcoef(drawn, values[:n])[0, 1] == pytest.approx(1.0)
    ratio = np.ptp(run) / np.ptp(noise)
    assert ratio == pytest.approx(np.ptp(found.record[:n]) / np.ptp(found.twin[:n]))


def test_the_names_of_the_strips_are_hidden_until_the_last_step(found):
    names = STRIPS.data(found)["_answers"]
    assert set(names["k"]) == {found.params.n_steps}


def test_slips_are_counted_in_the_phase():
    values = study(PRESETS["slips"].params)
    y = values.record - values.record.mean()
    slips = sum(1 for one, two in pairwise(y) if (one > 0.0) == (two > 0.0))
    drawing, words = PHASE.drawn(values)
    assert f"{slips:,} of 3,999 steps stay on their side" in words
    assert list(drawing.tables["_key"]["side"]) == ["even steps below", "even steps above"]


def test_nothing_is_drawn_of_a_record_that_does_not_vary():
    rest = study(Params(source=EXAMPLE_2, step_size=0.1, batch=100))
    for fig in (STRIPS, HISTOGRAM, RATIO, PHASE):
        drawing, words = fig.drawn(rest)
        assert isinstance(drawing, Drawing)
        assert drawing.blank
        assert "does not vary" in words
    assert "R says nothing" in headline(rest)


def test_a_record_alone_cannot_be_frozen():
    drawing, words = FREEZE.drawn(study(PRESETS["own"].params))
    assert drawing.blank
    assert "cannot be frozen" in words


def test_a_run_that_escapes_is_said_to_and_one_that_leaves_x_2_too():
    escaped = study(Params(source=EXAMPLE_2, step_size=1.0))
    drawing, words = FREEZE.drawn(escaped)
    assert drawing.blank
    assert "left the finite numbers" in words
    near, left = (study(Params(source=EXAMPLE_2, step_size=delta, noise=0.2)) for delta in (0.21, 0.35))
    assert "which it has left" not in headline(near)
    assert abs(left.record.mean() - 1.0) < 0.01
    assert "from beside x = 2, which it has left, at δ = 0.35" in headline(left)


@pytest.mark.parametrize("delta", [0.02, 0.19, 0.4, 4.0])
@pytest.mark.parametrize("source", [EXAMPLE_1, EXAMPLE_2])
def test_the_chosen_step_size_lies_inside_the_picture_of_spreads(source, delta):
    values = study(Params(source=source, step_size=delta, noise=0.2))
    drawing, words = SPREAD.drawn((values, spreads(source, 50, 0.2, 0)))
    low, high = drawing.tables["_frame"]["step_size"]
    assert low <= delta <= high
    assert drawing.grips["x"]["field"] == "step_size"
    assert "transfer operator" in words
    chosen = drawing.tables["record"]
    if chosen["shown"][0]:
        record = np.abs(values.record) if source == EXAMPLE_1 else values.record
        assert chosen["spread"][0] == pytest.approx(record.std())
    assert bool(chosen["shown"][0]) is (values.law is not None)


@pytest.mark.parametrize(
    ("source", "noise", "batch", "named"),
    [
        (EXAMPLE_1, 0.01, 99, {"law", "silent"}),
        (EXAMPLE_1, 0.01, 50, {"predicted", "law", "silent"}),
        (EXAMPLE_1, 0.05, 50, {"predicted", "law", "silent"}),
        (EXAMPLE_1, 5.0, 1, {"predicted", "law", "silent"}),
        (EXAMPLE_2, 0.8, 50, {"predicted", "law", "silent"}),
        (EXAMPLE_2, 2.0, 1, {"law"}),
    ],
)
def test_curves_are_named_inside_the_picture_where_there_are_such(source, noise, batch, named):
    params = Params(source=source, step_size=0.15, noise=noise, batch=batch)
    found = spreads(source, batch, noise, 0)
    drawn, kind = SPREAD.data((study(params), found)), "size" if source == EXAMPLE_1 else "x"
    low, high = drawn["_frame"]["spread"]
    for name in ("predicted", "law", "silent"):
        table = drawn[f"_{name}_of_{kind}"]
        heights = [at for at, text in zip(table["spread"], table["text"]) if text]
        assert len(heights) == (name in named)
        assert all(low <= at <= high for at in heights)
    said = SPREAD.describe((study(params), found))
    assert ("transfer operator" in said) == (named >= {"predicted"})


def test_without_noise_nothing_spreads():
    values = study(Params(batch=100))
    drawing, words = SPREAD.drawn((values, spreads(EXAMPLE_1, 100, 0.8, 0)))
    assert drawing.blank
    assert "no noise" in words


@pytest.mark.parametrize("delta", [0.3, 1.0, 4.0])
def test_delta_is_dragged_along_the_slip_rate_s_and_lies_inside(delta):
    values = study(Params(step_size=delta))
    drawing, _ = SLIPS.drawn((values, slip_curve()))
    low, high = drawing.tables["_frame"]["s"]
    assert low <= values.sigma / delta <= high
    assert drawing.tables["_chosen"]["s"] == [pytest.approx(values.sigma / delta)]
    at_left, at_right = drawing.grips["frame"][0]
    assert (at_left, at_right) == (pytest.approx(values.sigma / low), pytest.approx(values.sigma / high))
    assert drawing.grips["x"] == {"field": "step_size", "log": True, "snaps": []}


def test_without_noise_nothing_is_dragged_along_s():
    drawing, _ = SLIPS.drawn((study(Params(batch=100)), slip_curve()))
    assert drawing.grips == {}


@pytest.mark.parametrize("fig", [HISTOGRAM, RATIO, FREEZE], ids=lambda fig: fig.name)
def test_axes_stand_while_the_step_size_changes_a_little(fig):
    first, _ = fig.drawn(study(Params(step_size=1.0)))
    moved = study(Params(step_size=0.9))
    again, _ = fig.drawn(moved, first.frames)
    anew, _ = fig.drawn(moved)
    assert again.tables["_frame"] == first.tables["_frame"]
    if fig is not RATIO:
        assert anew.tables["_frame"] != first.tables["_frame"]


def test_axes_follow_what_they_cannot_hold():
    first, _ = HISTOGRAM.drawn(study(Params(step_size=0.4)))
    grown, _ = HISTOGRAM.drawn(study(Params(step_size=1.0)), first.frames)
    assert grown.tables["_frame"]["a"][1] > first.tables["_frame"]["a"][1]


def test_a_frozen_run_that_does_not_close_a_2_cycle_is_said_to_alternate_unevenly():
    """At δ = 0.3 the full gradient of Example 2 fills a band around x = 2."""
    band = study(Params(source=EXAMPLE_2, step_size=0.3, noise=0.3))
    assert "goes on alternating, unevenly, by ±" in FREEZE.describe(band)
    assert "goes on alternating, by ±0.25 after" in FREEZE.describe(study(Params()))
