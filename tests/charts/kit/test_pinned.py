"""Pinned runs in the figures: over each other, their data and names; side by side, their axes."""

from dataclasses import replace

import numpy as np
import pytest
import vl_convert

from pages.charts import of
from pages.charts.kit.calls import call
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.gallery import Shown
from pages.charts.kit.pinned import FRAME, TABLE, Picture, beside, laid_over, side_by_side
from pages.charts.kit.style import LIGHT, STYLES
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.phenomenon import Phenomenon
from tests.charts.kit.scenegraph import marks_of


def comparable() -> list[tuple[Phenomenon, Figure]]:
    """Every figure that pinned runs can be drawn into, with the phenomenon it belongs to."""
    shown = {p: Shown(of(p), call(p.study, p.Params())) for p in CATALOGUE}
    return [(p, figure) for p, figures in shown.items() for figure in figures if figure.compare]


def studies(phenomenon) -> dict:
    """The studies of the first two presets of a phenomenon, by the name of a run."""
    first, second = list(phenomenon.PRESETS.values())[:2]
    return {"1: first": phenomenon.study(first.params), "2: second": phenomenon.study(second.params)}


@pytest.fixture(scope="module", params=comparable(), ids=lambda case: f"{case[0].stem}-{case[1].name}")
def case(request):
    phenomenon, figure = request.param
    return figure, studies(phenomenon)


def test_the_scalar_pages_and_both_kinds_of_network_can_be_compared():
    assert {phenomenon.stem for phenomenon, _ in comparable()} >= {
        "periodic_orbits", "equilibrium_selection", "initialization_dependence", "reachable_optima",
        "relu_oscillation",
    }  # fmt: skip


def test_a_pinned_run_is_drawn_with_the_data_of_its_own_study(case):
    figure, runs = case
    _, tables = beside(figure, runs, LIGHT)
    drawn, names = tables[TABLE], np.asarray(tables[TABLE]["run"])
    for name, study in runs.items():
        own = figure.data(study)[figure.compare]
        for column, values in own.items():
            np.testing.assert_array_equal(np.asarray(drawn[column])[names == name], values)


def test_each_run_carries_its_number_once_at_its_end(case):
    figure, runs = case
    _, tables = beside(figure, runs, LIGHT)
    names, marks = (np.asarray(tables[TABLE][column]) for column in ("run", "mark"))
    for number, name in enumerate(runs, 1):
        own = marks[names == name]
        assert own[-1] == str(number)
        assert not any(own[:-1])


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_the_picture_with_pinned_runs_compiles_and_names_them(case, style):
    figure, runs = case
    spec, added = beside(figure, runs, style)
    present = next(iter(runs.values()))
    rows = [
        dict(zip(added[TABLE], row)) for row in zip(*(np.asarray(v).tolist() for v in added[TABLE].values()))
    ]
    svg = vl_convert.vegalite_to_svg(
        {**spec, "width": 500, "datasets": {**figure.rows(present), TABLE: rows}}
    )
    assert all(f">{name}<" in svg for name in runs)


def test_the_specification_of_the_figure_itself_is_left_alone(case):
    figure, runs = case
    present = next(iter(runs.values()))
    before = len(figure.spec(LIGHT, present).get("layer", []))
    beside(figure, runs, LIGHT)
    assert len(figure.spec(LIGHT, present).get("layer", [])) == before


# Side by side


def ticks(spec: dict, tables: dict) -> list[tuple]:
    """Where the numbers of both axes stand in a picture of 300 by 200 pixels, and what they say."""
    rows = {
        name: [dict(zip(t, row)) for row in zip(*(plain(v) for v in t.values()))]
        for name, t in tables.items()
    }
    sized = {**spec, "autosize": "none", "width": 300, "height": 200, "datasets": rows}
    scene = vl_convert.vegalite_to_scenegraph(sized)["scenegraph"]
    return [
        (item["text"], round(item["x"], 6), round(item["y"], 6)) for item in marks_of(scene, "axis-label")
    ]


def plain(values) -> list:
    """Plain values; what JSON cannot say becomes None."""
    array = np.asarray(values)
    return [None if array.dtype.kind == "f" and not np.isfinite(v) else v for v in array.tolist()]


def contents(phenomenon, name: str, base, **fields) -> tuple[Figure, dict]:
    """A figure by its name with what it shows at each value of a field, by title."""
    ((field, values),) = fields.items()
    runs = [replace(base, **{field: value}) for value in values]
    galleries = [Shown(of(phenomenon), call(phenomenon.study, run)) for run in runs]
    fig = next(fig for fig in galleries[0] if fig.name == name)
    return fig, {
        f"{i}: {value}": gallery[fig] for i, (value, gallery) in enumerate(zip(values, galleries), 1)
    }


def case_of(stem: str, preset: str, **further):
    phenomenon = next(p for p in CATALOGUE if p.stem == stem)
    return phenomenon, replace(phenomenon.PRESETS[preset].params, **further)


KINDS = {  # an axis that follows the data, a frame, equal scales, words, functions of a network, planes
    "a logarithm": ("periodic_orbits", "loss", "oscillation", {}, "step_size", (0.1, 2.0)),
    "a run": ("periodic_orbits", "iterates", "oscillation", {}, "step_size", (0.5, 8.0)),
    "a cobweb": ("equilibrium_selection", "cobweb", "chaotic_band", {}, "step_size", (0.15, 0.33)),
    "words": ("equilibrium_selection", "margins", "chaotic_band", {}, "step_size", (0.1, 0.55)),
    "functions": ("relu_oscillation", "overlay", "figure_2_left", {"n_steps": 100}, "seed", (23, 6)),
    "a raster": ("reachable_optima", "plane", "arc", {}, "w1", (2.2, 4.0)),
    "a plane": ("your_function", "plane", "two_layers", {"n_steps": 20}, "reach", (1.0, 2.5)),
}  # fmt: skip


@pytest.fixture(scope="module", params=KINDS, ids=KINDS)
def compared(request):
    stem, name, preset, further, field, values = KINDS[request.param]
    phenomenon, base = case_of(stem, preset, **further)
    return contents(phenomenon, name, base, **{field: values})


def test_pictures_side_by_side_have_the_same_axes_where_each_alone_has_its_own(compared):
    fig, shown = compared
    alone = [ticks(fig.spec(LIGHT, content), fig.data(content)) for content in shown.values()]
    assert alone[0] != alone[1]
    pictures = side_by_side(fig, shown, LIGHT)
    assert [picture.title for picture in pictures] == list(shown)
    first, second = (ticks(picture.spec, picture.tables) for picture in pictures)
    assert first == second
    assert first


def test_pictures_side_by_side_are_of_their_own_studies_and_nothing_in_them_is_dragged(compared):
    fig, shown = compared
    for picture, content in zip(side_by_side(fig, shown, LIGHT), shown.values()):
        own = fig.data(content)
        assert {name for name in own if name not in ("_cells", "_columns")} <= picture.tables.keys()
        assert [p["name"] for p in picture.spec.get("params", ()) if "bind" in p or "select" in p] in (
            ["step"], [],
        )  # fmt: skip
        assert picture.words


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_every_figure_of_the_study_alone_can_stand_side_by_side(phenomenon):
    few = {"n_steps": 100}
    runs = [
        replace(phenomenon.Params(), step_size=phenomenon.Params().step_size * f, **few) for f in (1, 0.5)
    ]
    first, second = (Shown(of(phenomenon), call(phenomenon.study, run)) for run in runs)
    alone = [fig for fig in first if len(first.calls(fig)) == 1]
    assert len(alone) > 3
    for fig in alone:
        for picture in side_by_side(fig, {"1": first[fig], "2": second[fig]}, LIGHT):
            if picture.spec:
                named = {
                    layer["data"]["name"]
                    for layer in picture.spec["layer"]
                    if "name" in layer.get("data", {})
                }
                assert named <= picture.tables.keys(), fig.name


@figure("Toy")
def TOY(study: dict, draw) -> str:
    draw.blank = not len(study["x"])
    low, high = draw.hold("y", study["ends"], study["ends"])
    draw.axes("x", "y", frame={"x": [0.0, 1.0], "y": [low, high]}, whole=True)
    draw.curve("line", {"x": np.asarray(study["x"]), "y": np.full(len(study["x"]), high)})
    return f"{len(study['x'])} points"


def toys(*studies: tuple[list, tuple]) -> list[Picture]:
    return side_by_side(TOY, {str(i): {"x": x, "ends": ends} for i, (x, ends) in enumerate(studies)}, LIGHT)


def test_the_frames_hold_all_and_each_is_drawn_in_them():
    pictures = toys(([0, 1], (0.0, 1.0)), ([0, 1], (-0.01, 0.01)), ([0, 1], (0.0, 90.0)))
    for picture in pictures:
        assert [float(v) for v in picture.tables[FRAME]["y"]] == [-0.01, 90.0]
        assert picture.tables["line"]["y"][0] == 90.0


def test_where_one_has_nothing_to_draw_its_sentence_stands_alone():
    empty, full = toys(([], (0.0, 5.0)), ([0.0, 1.0], (0.0, 1.0)))
    assert (empty.spec, empty.words) == (None, "0 points")
    assert full.spec is not None
    assert toys(([], (0.0, 5.0)))[0].spec is None


def test_runs_laid_over_each_other_stand_in_a_frame_for_all_of_them():
    phenomenon, base = case_of("periodic_orbits", "oscillation")
    fig, shown = contents(phenomenon, "iterates", base, step_size=(0.5, 8.0))
    small, large = shown.values()
    alone = max(fig.data(small)[FRAME]["x"])
    picture = laid_over(fig, small, {"1: large": large}, LIGHT)
    assert max(picture.tables[FRAME]["x"]) >= np.abs(picture.tables[TABLE]["x"]).max() > alone
    assert [p["name"] for p in picture.spec["params"] if "bind" in p] == ["step"]
