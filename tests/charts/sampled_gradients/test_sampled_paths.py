"""Sampled paths: each name stands beside a point of its own line, and sentences are of what is drawn."""

import numpy as np
import pytest

from pages.charts.sampled_gradients import CLOUD, EXPONENTS, ORDERS, PATHS, PHASES, headline
from stepsize_core.paper.sampled_gradients import AT_1, AT_2, PRESETS, Params, study

LINES = {"median path": "median", "root mean square": ("mean", "mean_beyond"), "gradient descent": "descent"}


@pytest.mark.parametrize("preset", ["stabilized", "example_2", "one_sample", "reversed"])
def test_every_measured_line_has_its_name_beside_one_of_its_points(preset):
    drawing, _ = PATHS.drawn(study(PRESETS[preset].params))
    named = {}
    for look in ("full", "median", "mean"):
        table = drawing.tables[f"_{look}_names"]
        named |= dict(zip(table["text"], zip(table["k"], table["distance"])))
    leaves = {"one_sample": " ↓", "reversed": " ↓"}.get(preset, "")
    named["gradient descent"] = named.pop(f"gradient descent{leaves}")
    assert set(named) == set(LINES)
    for name, tables in LINES.items():
        rows = [drawing.tables[table] for table in np.atleast_1d(tables)]
        line = {(int(k), float(y)) for row in rows for k, y in zip(row["k"], np.log10(row["distance"]))}
        k, distance = named[name]
        near = [y for at, y in line if at == k]
        assert np.min(np.abs(np.array(near) - np.log10(distance))) < 1e-9, name


def test_what_is_called_dashed_is_drawn():
    for preset, drawn in (("stabilized", True), ("reshuffled", False)):
        drawing, words = EXPONENTS.drawn(study(PRESETS[preset].params))
        assert drawing.tables["half_log_q"]["shown"][0] == drawn
        assert ("dashed" in words) is drawn


@pytest.mark.parametrize(("preset", "words"), [("stabilized", "pass 1"), ("example_2", "starts leave")])
def test_no_path_is_said_to_leave_a_quadratic_where_almost_every_one_falls(preset, words):
    assert f"{words} with a probability like ε^κ, κ = 0.4159" in EXPONENTS.describe(
        study(PRESETS[preset].params)
    )


def test_of_two_layers_the_residual_is_drawn_which_vanishes_at_every_optimum():
    drawing, words = PATHS.drawn(study(PRESETS["layers"].params))
    assert "The error is the residual w₁w₂ − 1: relative to the start its median is" in words
    assert "may be that of another optimum" in words
    assert drawing.tables["descent"]["distance"][-1] < 1e-6  # of gradient descent, which leaves its optimum


def test_a_cloud_of_which_no_path_is_left_is_not_drawn():
    drawing, words = CLOUD.drawn(study(Params(system=AT_2, step_size=2.0)))
    assert drawing.blank
    assert "all 4,000 paths are lost or at 0" in words


def test_a_step_size_beyond_the_first_bound_that_is_stable_again_is_said_to_be():
    params = Params(curvatures="0.2, 3.8", step_size=4.8)
    assert "falls to it (λ < 0 again, beyond the first bound 0.5595)" in headline(study(params))
    assert "again" not in headline(study(Params()))


def test_what_the_full_batch_does_is_said_without_reference_to_the_paths():
    for delta, full in ((1.2, "leaves"), (1.0, "is at its bound"), (0.9, "converges")):
        for batch in (1, 10):
            found = study(Params(step_size=delta, batch_size=batch))
            assert f"the full batch {full}." in PHASES.describe(PHASES.content(found))


def test_few_paths_that_are_far_away_do_not_press_the_others_together():
    """At x = 1 of Example 2, with batches of 2 at δ = 0.6, some paths are hundreds of decades away."""
    found = study(Params(system=AT_1, step_size=0.6, batch_size=2))
    words = CLOUD.describe(found)
    assert found.counts.max() < 0.3 * found.counts.sum()
    assert f"{found.beyond} farther away stand in the bars at the ends" in words
    assert found.counts[-1] >= found.beyond > 0
    low, high = np.log10(PATHS.drawn(found)[0].tables["_frame"]["distance"])
    assert high - low < 30.0
    assert study(Params()).beyond == 0


def test_the_spread_of_paths_far_away_is_told_and_paths_at_0_are_said_to_be_there():
    far = study(Params(step_size=10.0))
    said = ORDERS.describe(ORDERS.content(far))
    afresh = ORDERS.content(far)[1]
    assert f"are spread over {np.ptp(afresh[-1]):.3g} decades" in said
    assert np.ptp(afresh[-1]) > 1.0
    assert "paths drawn afresh are at 0" in ORDERS.describe(ORDERS.content(study(Params(step_size=1.0))))
