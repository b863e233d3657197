"""Equilibria of scalar functions on a window: kinks, flats, poles, and what is said of each."""

import math

import pytest

from stepsize_core import StabilityLoss, TwoMinima, UserFunction
from stepsize_core.equilibria.line import MOST, critical_point, equilibria_on

FOUND = [
    ("x^4/4 - x^2/2", (-1.0, 0.0, 1.0)),
    ("1 - cos(pi x)", (-2.0, -1.0, 0.0, 1.0, 2.0)),
    ("x^4", (0.0,)),
    ("1/x^2", ()),
    ("tan(x)", ()),
    ("x + 1/x", (-1.0, 1.0)),
    ("x - log(x)", (1.0,)),
    ("x", ()),
]


@pytest.mark.parametrize(("text", "places"), FOUND)
def test_the_equilibria_in_a_window_are_found_and_poles_are_none(text, places):
    assert equilibria_on(UserFunction(text), -2.5, 2.5).places == pytest.approx(places, abs=1e-14)


@pytest.mark.parametrize(
    ("text", "place", "curvature"),
    [("abs(x-0.3)", 0.3, math.inf), ("-abs(x)", 0.0, -math.inf), ("max(x^2, (x-1)^2)", 0.5, math.inf)],
)
def test_a_kink_is_an_equilibrium_of_infinite_curvature(text, place, curvature):
    function = UserFunction(text)
    found = equilibria_on(function, -1.0, 1.1)
    assert found.places == (pytest.approx(place, abs=1e-12),)
    assert found.kinks == (True,)
    point = critical_point(function, found.places[0], 0.5, kink=True)
    assert (point.curvature, point.stability, point.onset) == (curvature, "unstable", None)
    assert point.critical == (0.0 if curvature > 0 else None)


def test_a_vertical_tangent_of_the_slope_is_no_kink():
    found = equilibria_on(UserFunction("2/3*abs(x)^(3/2)"), -1.0, 1.1)
    assert (found.places, found.kinks) == ((0.0,), (False,))


def test_a_stretch_with_slope_0_is_a_flat_and_not_a_crowd_of_equilibria():
    found = equilibria_on(UserFunction("relu(x-1)^2 + relu(-x-1)^2"), -3.0, 3.0)
    assert found.places == ()
    assert found.flats == ((pytest.approx(-1.0, abs=0.006), pytest.approx(1.0, abs=0.006)),)


def test_more_equilibria_than_are_kept_are_counted():
    found = equilibria_on(UserFunction("cos(60x)"), -10.0, 10.0)
    assert len(found.places) == MOST
    assert found.left_out == int(20 * 60 / math.pi) - MOST


def test_what_may_be_missed_names_the_spacing_of_the_search():
    text = equilibria_on(TwoMinima(), 0.0, 3.0).what_may_be_missed
    assert "0.0025" in text
    assert text.endswith(".")


def test_a_critical_point_says_how_stability_is_lost():
    point = critical_point(UserFunction("x^2/2 + x^4/4"), 0.0, 1.9)
    assert (point.critical, point.onset, point.stability) == (2.0, StabilityLoss.HARD, "stable")
