"""Pictures over the (start, step size) plane: names and click targets stand where the outcome is theirs."""

from __future__ import annotations

import numpy as np
import pytest

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.raster import label_places
from pages.charts.kit.style import STYLES
from pages.charts.scalar import fates
from stepsize_core import EvenPower, TwoMinima, gradient_descent
from stepsize_core.paper.equilibrium_selection import Params
from stepsize_core.paper.initialization_dependence import convergence_radius
from stepsize_core.sweeps import fate_raster

NEIGHBOURS = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
OF_F2, OF_F3 = fates.Fates((1.0, 2.0)), fates.Fates((0.0,))


@pytest.fixture(scope="module")
def two_minima():
    """Below δ = 0.4, where the boundaries between the fates are smooth."""
    return fate_raster(TwoMinima(), np.linspace(0.0, 2.6, 60), np.linspace(0.01, 0.4, 50))


@pytest.fixture(scope="module")
def fourth_power():
    return fate_raster(EvenPower(4), np.linspace(-8.0, 8.0, 81), np.geomspace(1e-3, 10.0, 60))


def tables(raster, known, *, start=1.0, step_size=0.1, log=False) -> dict:
    """The tables of the picture of a raster with a choice in it."""
    draw = Drawing()
    fates.draw_plane(draw, raster, known, log=log)
    fates.draw_choice(draw, raster, known, Params(start=start, step_size=step_size), log=log)
    return draw.tables


def test_a_name_stands_inside_its_region():
    indices = np.zeros((40, 60), int)
    indices[25:, 30:] = 1
    indices[3, 3] = 2
    places = label_places(indices)
    assert places.keys() == {0, 1}
    for index, (x, y) in places.items():
        assert indices[int(y * 40), int(x * 60)] == index


def test_names_on_a_logarithmic_plane_lie_on_the_side_of_the_threshold_they_name(fourth_power):
    names = tables(fourth_power, OF_F3, log=True)["_names"]
    assert set(names["text"]) == {"x → 0", "diverged"}
    inside = np.abs(names["x"]) < convergence_radius(4, names["y"])
    np.testing.assert_array_equal(inside, [text == "x → 0" for text in names["text"]])


def test_clicking_a_cell_chooses_a_run_that_becomes_what_the_cell_says(two_minima):
    cells = tables(two_minima, OF_F2)["_cells"]
    start, step_size, outcome = (np.asarray(cells[c]) for c in ("start", "step_size", "outcome"))
    final = gradient_descent(TwoMinima(), start, step_size, 4000, keep_last=1).final
    agrees = np.select(
        [outcome == "x → 1", outcome == "x → 2", outcome == "diverged"],
        [np.isclose(final, 1.0), np.isclose(final, 2.0), np.isnan(final)],
        default=np.isfinite(final),
    )
    words = outcome.reshape(fates.CELLS)
    middle = words[1:-1, 1:-1]
    around = [words[1 + i : words.shape[0] - 1 + i, 1 + j : words.shape[1] - 1 + j] for i, j in NEIGHBOURS]
    inside = np.all([middle == other for other in around], axis=0)  # away from boundaries
    assert inside.mean() > 0.5
    assert agrees.reshape(fates.CELLS)[1:-1, 1:-1][inside].all()


def test_a_picture_has_the_colours_of_every_style(two_minima):
    picture = tables(two_minima, OF_F2)["_picture"]
    urls = {picture[f"url_{style.name}"][0] for style in STYLES}
    assert len(urls) == len(STYLES)
    assert all(len(set(OF_F2.colours(style))) == len(OF_F2.words) for style in STYLES)


def test_the_shares_in_words_sum_to_one(two_minima):
    percents = [float(part.split()[-1].rstrip("%")) for part in OF_F2.shares(two_minima).split(", ")]
    assert sum(percents) == pytest.approx(100.0, abs=0.005 * len(percents))


def test_a_choice_outside_the_plane_is_marked_at_its_edge(two_minima):
    chosen = tables(two_minima, OF_F2, start=-1.0, step_size=1.0)["_chosen"]
    assert (chosen["x"], chosen["y"]) == ([0.0], [0.4])


def test_the_table_of_a_picture_has_every_run_with_its_outcome(fourth_power):
    runs = fates.every_run(fourth_power, OF_F3)
    assert len(runs["outcome"]) == fourth_power.basins.labels.size
    inside = np.abs(runs["start"]) < convergence_radius(4, runs["step_size"])
    np.testing.assert_array_equal(runs["outcome"] == "x → 0", inside)
