"""Sampled paths: each name stands beside a point of its own line, and sentences are of what is drawn."""

import numpy as np
import pytest

from pages.charts.sampled_gradients import CLOUD, EXPONENTS, PATHS, headline
from stepsize_core.paper.sampled_gradients import AT_2, PRESETS, Params, study

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
    assert "median residual" in words
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
