"""Figures in a notebook: shown, saved and set beside each other in a line each, as Altair itself does it."""

from functools import reduce
from operator import or_

import altair as alt
import pytest
import vl_convert

from pages.charts import of, overview, periodic_orbits
from pages.charts.kit.calls import compute
from pages.charts.kit.style import DARK
from stepsize_core.paper import periodic_orbits as phenomenon
from stepsize_core.paper import thesis
from stepsize_core.paper.catalogue import CATALOGUE

PAGES = [(overview, thesis), *((of(phenomenon), phenomenon) for phenomenon in CATALOGUE)]
SIDE = 520


@pytest.fixture(scope="module")
def study():
    return phenomenon.study(phenomenon.Params())


def quick(figure, study) -> bool:
    """Whether what it shows besides the study is computed in less than seconds."""
    return not any(call.label for call in figure.further(study))


@pytest.mark.parametrize(("charts", "page"), PAGES, ids=lambda part: getattr(part, "stem", ""))
def test_every_figure_of_a_page_stands_alone_and_beside_the_others(charts, page):
    study = page.study(page.Params() if page is thesis else page.PRESETS[next(iter(page.PRESETS))].params)
    figures = [figure for figure in charts.figures(study) if quick(figure, study)]
    pictures = [figure(study) for figure in figures]
    assert all(figure in vars(charts).values() for figure in figures)
    row = reduce(or_, pictures).to_dict()["hconcat"]
    assert [part["title"]["text"] for part in row] == [figure.title for figure in figures]
    assert len({part["name"] for part in row}) == len(figures)


def test_what_a_figure_shows_besides_the_study_is_computed(study):
    figure = periodic_orbits.AMPLITUDE
    assert figure.further(study)
    law = compute(figure.further(study)[0])
    assert figure(study).to_dict() == figure.chart((study, law)).to_dict()


@pytest.mark.parametrize("kind", ["html", "svg", "png", "json"])
def test_a_picture_is_saved_by_its_own_method(kind, study, tmp_path):
    periodic_orbits.COBWEB(study).save(tmp_path / f"cobweb.{kind}")
    assert (tmp_path / f"cobweb.{kind}").stat().st_size > 5_000


def test_pictures_are_joined_in_every_way(study):
    other = phenomenon.study(phenomenon.Params(step_size=0.7))
    a, b, c = (periodic_orbits.COBWEB(study), periodic_orbits.COBWEB(other), periodic_orbits.LOSS(study))
    for joined in (a | b, a & b, a | b | c, (a | b) & c, a | a, a & a, alt.hconcat(a, b)):
        assert "Cobweb" in vl_convert.vegalite_to_svg(joined.to_dict())


def test_beside_others_a_picture_is_drawn_as_alone(study):
    """Words that turn away from the edge, rooms that words need and equal units depend on the width."""
    start = periodic_orbits.LANDSCAPE(study, width=SIDE)
    alone, beside = (vl_convert.vegalite_to_svg(chart.to_dict()) for chart in (start, start | start))
    words = [part.partition("</text>")[0] for part in alone.split("<text")[1:] if "x[0]" in part]
    assert len(words) == 2
    assert all(beside.count(f"<text{word}</text>") == 2 for word in words)


def test_the_colours_are_those_of_the_style(study):
    assert DARK.ink in str(periodic_orbits.COBWEB(study, style=DARK).to_dict())
