"""Pinned runs in the figures of a run against its steps: their data, their axes, their names."""

import numpy as np
import pytest
import vl_convert

from pages.charts import of
from pages.charts.kit.calls import call
from pages.charts.kit.figure import Figure
from pages.charts.kit.gallery import Shown
from pages.charts.kit.pinned import TABLE, beside
from pages.charts.kit.style import LIGHT, STYLES
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.phenomenon import Phenomenon


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
