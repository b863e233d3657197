"""Pictures of typed functions: level lines, basins over the plane, and odd functions, which must draw too."""

from __future__ import annotations

import json

import numpy as np
import pytest
import vl_convert

from pages.charts import your_function as charts
from pages.charts.kit.calls import call
from pages.charts.kit.contours import LEVELS, as_one_line, level_lines, levels_of
from pages.charts.kit.gallery import Shown
from pages.charts.kit.style import LIGHT, STYLES
from pages.charts.your_function import plane as your_plane
from stepsize_core import gradient_descent
from stepsize_core.paper.your_function import PRESETS, Params, study
from tests.charts.kit.test_figures import _named_tables

GRID = np.linspace(-2.0, 2.0, 81)
DRAWN = ("3", "x", "log(x)", "tan(x)", "cos(60x)", "abs(x) - relu(-x)", "log(x-y)", "3+0y")


@pytest.fixture(scope="module")
def himmelblau():
    """Every figure of the preset with what it shows."""
    return Shown(charts, call(study, PRESETS["himmelblau"].params))


def test_level_lines_of_a_bowl_are_circles():
    x, y = np.meshgrid(GRID, GRID)
    lines = level_lines(GRID, GRID, x**2 + y**2, np.array([0.25, 1.0, 2.25]))
    for end in (("x", "y"), ("x2", "y2")):
        radius = np.hypot(lines[end[0]], lines[end[1]])
        np.testing.assert_allclose(radius, np.sqrt(lines["level"]), atol=2e-3)
    length = np.hypot(lines["x2"] - lines["x"], lines["y2"] - lines["y"])
    for level in (0.25, 1.0, 2.25):
        assert length[lines["level"] == level].sum() == pytest.approx(2 * np.pi * np.sqrt(level), rel=0.01)


def test_one_interrupted_line_visits_every_piece_once_and_nothing_else():
    x, y = np.meshgrid(GRID, GRID)
    lines = level_lines(GRID, GRID, x**2 + y**2, np.array([0.3, 1.1]))
    path = np.column_stack([as_one_line(lines)[side] for side in "xy"])
    drawn = np.stack([path[:-1], path[1:]], axis=1)
    drawn = np.sort(drawn[np.isfinite(drawn).all(axis=(1, 2))].view("f4,f4")[..., 0], axis=1)
    pieces = np.stack([[lines["x"], lines["y"]], [lines["x2"], lines["y2"]]]).transpose(2, 0, 1)
    pieces = np.sort(np.ascontiguousarray(pieces, np.float32).view("f4,f4")[..., 0], axis=1)
    for found in (drawn, pieces):
        found.sort(axis=0)
    assert len(drawn) == len(pieces)
    np.testing.assert_allclose(drawn["f0"], pieces["f0"], atol=1e-6)
    assert np.isnan(path[:, 0]).sum() == 2  # two circles


def test_a_line_of_fewer_places_keeps_its_ends_and_stays_close():
    x, y = np.meshgrid(GRID, GRID)
    lines = level_lines(GRID, GRID, x**2 + y**2, np.array([1.1]))
    full, thin = (np.column_stack([*as_one_line(lines, within).values()]) for within in (0.0, 0.01))
    assert len(thin) < 0.7 * len(full)
    np.testing.assert_array_equal(thin[[0, -2]], full[[0, -2]])
    kept = thin[:-1]
    way, aside = kept[1:] - kept[:-1], full[:-1, None] - kept[:-1]
    along = np.clip((aside * way).sum(-1) / (way**2).sum(-1), 0.0, 1.0)
    away = np.linalg.norm(aside - along[..., None] * way, axis=-1).min(axis=1)
    assert 0.0 < away.max() <= 0.01


def test_level_lines_at_a_saddle_have_two_branches():
    x, y = np.meshgrid(GRID, GRID)
    lines = level_lines(GRID, GRID, x * y, np.array([0.5]))
    np.testing.assert_allclose(lines["x"] * lines["y"], 0.5, atol=2e-3)
    assert {1.0, -1.0} == set(np.sign(lines["x"]))


def test_cells_without_a_value_have_no_lines():
    x, y = np.meshgrid(GRID, GRID)
    with np.errstate(all="ignore"):
        values = np.log(x) + y
    lines = level_lines(GRID, GRID, values, np.array([0.0]))
    assert len(lines["x"])
    assert np.all(lines["x"] > 0.0)


def test_levels_lie_within_the_values_and_a_constant_has_none():
    values = np.linspace(1.0, 1000.0, 500)
    assert len(levels_of(values)) == LEVELS
    assert (levels_of(values) > 1.0).all()
    assert (levels_of(values) < 1000.0).all()
    assert len(levels_of(np.full(9, 3.0))) == 0


def test_every_figure_of_the_plane_compiles_and_names_its_tables(himmelblau):
    assert set(himmelblau) == {
        charts.PLANE, charts.PLANE_DIAGRAM, charts.LYAPUNOV, charts.PLANE_SHARES, charts.PLANE_MARGINS,
        charts.PLANE_ITERATES,
    }  # fmt: skip
    for figure in himmelblau:
        assert _named_tables(figure.spec(LIGHT, himmelblau[figure])) == set(
            figure.data(himmelblau[figure])
        ), figure.name
        for style in STYLES:
            chart = figure.chart(himmelblau[figure], style).to_dict()
            assert len(vl_convert.vegalite_to_svg(chart)) > 1000, figure.name


def test_the_table_of_the_plane_says_what_each_start_becomes(himmelblau):
    starts = charts.PLANE.painted(himmelblau[charts.PLANE])["starts"]
    at_3_2 = starts["outcome"] == "→ (3, 2)"
    assert at_3_2.any()
    chosen = np.column_stack([starts["start"], starts["start_y"]])
    assert np.hypot(*(chosen[at_3_2] - [3.0, 2.0]).T).min() < 0.3
    params = PRESETS["himmelblau"].params
    final = gradient_descent(params.objective, chosen[at_3_2], params.step_size, 4000, keep_last=1).final
    np.testing.assert_allclose(final, np.full_like(final, [3.0, 2.0]), atol=1e-6)


def test_the_words_and_the_colours_of_outcomes_belong_together(himmelblau):
    result, _ = himmelblau[charts.PLANE]
    for style in STYLES:
        colours = your_plane.UNNAMED.colours(style)
        assert len(colours) == len(your_plane.words_of(result))
        assert len(set(colours)) == len(colours)


def test_the_colours_of_outcomes_on_the_line_are_all_different():
    known = charts.LOOK.fates(study(Params()))
    for style in STYLES:
        colours = known.colours(style)
        assert len(set(colours)) == len(colours)


@pytest.mark.parametrize("text", DRAWN)
@pytest.mark.parametrize("elsewhere", [{}, {"start": 20.0, "start_y": -20.0, "step_size": 100.0}])
def test_an_odd_function_has_pictures_with_words_and_numbers(text, elsewhere):
    params = Params(function=text, **elsewhere)
    result, shown = study(params), Shown(charts, call(study, params))
    assert charts.headline(result).endswith(".")
    for figure in shown:
        if figure in (charts.PLANE, charts.FATES) and elsewhere:
            continue  # the same raster again
        content = shown[figure]
        json.dumps(figure.rows(content), allow_nan=False)
        for name, table in figure.data(content).items():
            assert len({len(column) for column in table.values()}) == 1, (figure.name, name)
        description = figure.describe(content)
        assert description.endswith(".")
        assert "nan" not in description.lower().split()
        if not elsewhere:
            chart = figure.chart(content).to_dict()
            assert len(vl_convert.vegalite_to_svg(chart)) > 1000, figure.name


@pytest.mark.parametrize("figure", [charts.FATES, charts.LINE_DIAGRAM, charts.ITERATES])
def test_lines_that_a_function_has_none_of_are_not_named(figure):
    texts = "exp(x)", "(x^2 + 1)(x - 1)^2(x - 2)^2"
    none, all_of_them = (study(Params(function=text, step_size=0.1)) for text in texts)
    assert "ashed" not in figure.describe(figure.content(none))
    assert "dotted" not in figure.describe(figure.content(none))
    assert "Dashed: " in figure.describe(figure.content(all_of_them))
