"""Equilibria of scalar functions on a window: kinks, flats, poles, and what is said of each."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from stepsize_core import Objective, StabilityLoss, TwoMinima, UserFunction, gradient_descent
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
    assert found.flats == ((-1.0, 1.0),)


AT_KINKS = [  # text, window, equilibria, whether f′ jumps there
    ("log(1+abs(x))", (-2.0, 2.0), (0.0,), (True,)),
    ("log(1+abs(x))", (-3.0, 3.0), (0.0,), (True,)),
    ("log(1+abs(x-0.3))", (-2.0, 2.0), (0.3,), (True,)),
    ("max(x^2, 2x)", (-2.0, 2.0), (0.0,), (True,)),
    ("min(x^2, 2-x)", (-2.0, 2.0), (0.0, 1.0), (False, True)),
    ("abs(x-1e-4)-2*abs(x)+abs(x+1e-4)+x^2", (-2.0, 2.0), (-1e-4, 0.0, 1e-4), (True, True, True)),
    ("max(x, 0)^2+min(x, 0)^2/2", (-2.0, 2.0), (0.0,), (False,)),
    ("abs(x^2-2)", (-2.0, 2.0), (-math.sqrt(2.0), 0.0, math.sqrt(2.0)), (True, False, True)),
    ("max(x, -2x)+1/x", (0.1, 2.0), (1.0,), (False,)),
    ("relu(x)+x", (-2.0, 2.0), (), ()),
    ("x^100", (-0.01, 0.01), (0.0,), (False,)),
    ("1/abs(x)", (-2.0, 2.0), (), ()),
    ("-log(abs(x))", (-2.0, 2.0), (), ()),
    ("exp(-x^2)", (-40.0, 40.0), (0.0,), (False,)),
]


@pytest.mark.parametrize(("text", "window", "places", "kinks"), AT_KINKS)
def test_equilibria_at_kinks_are_found_and_neither_poles_nor_underflows_are_any(text, window, places, kinks):
    found = equilibria_on(UserFunction(text), *window)
    assert found.places == pytest.approx(places, abs=1e-15)
    assert found.kinks == kinks


@dataclass(frozen=True)
class Own(Objective):
    """log(1 + |x − 0.3|), or 1/|x − 0.3|, of an author who says nothing of kinks."""

    pole: bool

    def value(self, x):
        away = np.abs(np.asarray(x, float) - 0.3)
        return 1.0 / away if self.pole else np.log1p(away)

    def gradient(self, x):
        away = np.asarray(x, float) - 0.3
        return -np.sign(away) / away**2 if self.pole else np.sign(away) / (1.0 + np.abs(away))

    def hessian(self, x):
        away = np.abs(np.asarray(x, float) - 0.3)
        return 2.0 / away**3 if self.pole else -1.0 / (1.0 + away) ** 2


@pytest.mark.parametrize("reach", [0.5, 2.0, 30.0])
def test_a_kink_of_an_own_objective_is_told_from_a_pole_by_two_distances(reach):
    assert equilibria_on(Own(True), -reach, reach).places == ()
    found = equilibria_on(Own(False), -reach, reach)
    assert (found.places, found.kinks) == ((pytest.approx(0.3, abs=1e-12),), (True,))
    assert critical_point(Own(False), found.places[0], 0.1, kink=True).stability == "unstable"


FLATS = [
    ("relu(x)", ((-2.0, 0.0),)),
    ("relu(x)^3", ((-2.0, 0.0),)),
    ("max(x^2, 2)", ((-math.sqrt(2.0), math.sqrt(2.0)),)),
    ("max(abs(x-0.1), 1)", ((-0.9, 1.1),)),
    ("tanh(40x)^2", ()),
    ("exp(-1e4*x^2)", ()),
]


@pytest.mark.parametrize(("text", "flats"), FLATS)
def test_a_flat_ends_where_it_ends_and_an_underflow_is_none(text, flats):
    found = equilibria_on(UserFunction(text), -2.0, 2.0).flats
    np.testing.assert_allclose(np.reshape(found, (-1, 2)), np.reshape(flats, (-1, 2)), atol=1e-12)


CURVATURES = [3.0, 2.0, 1.0, 0.4, -0.5]
STEPS = [0.2, 0.45, 0.6, 0.9, 1.1, 1.4, 1.7, 2.1, 3.6, 6.0]


@pytest.mark.parametrize("below", CURVATURES)
@pytest.mark.parametrize("above", CURVATURES)
def test_where_the_curvature_jumps_stability_is_that_of_runs_from_both_sides(below, above):
    function = UserFunction(f"{below}/2*min(x,0)^2 + {above}/2*max(x,0)^2")
    points = [critical_point(function, 0.0, delta) for delta in STEPS]
    ends = gradient_descent(function, np.array([[-1.0], [1.0]]), np.array(STEPS), 200, keep_last=1).final
    came_back = ~(np.abs(ends) >= 1e-2).any(axis=0)
    assert [p.stability == "stable" for p in points] == came_back.tolist()
    expected = 1.0 / below + 1.0 / above if min(below, above) > 0.0 else None
    assert points[0].critical == (expected and pytest.approx(expected))
    assert points[0].curvatures == (below, above)
    for point in points:
        if point.stability == "stable":
            assert point.margin > 0.0


ONE_SIDED = [  # text, step sizes at which runs come back to 0 from both sides, and at which they do not
    ("max(x^2, 2x)", (0.05, 0.3, 0.45), (0.55, 0.8)),
    ("max(x^2, -3x)", (0.05, 0.45), (0.55,)),
    ("max(abs(x)^1.5, x^2)+relu(-x)", (), (0.05, 0.3)),
    ("max(x^2, sign(x)*abs(x)^1.5)", (0.05, 0.45), (0.55,)),
    ("min(x^2, 2x)", (), (0.05, 0.45)),
    ("min(x^2, -2x)", (), (0.05, 0.45)),
    ("abs(x)", (), (0.05, 0.45)),
    ("-abs(x)", (), (0.05, 0.45)),
]


@pytest.mark.parametrize(("text", "stable", "unstable"), ONE_SIDED)
def test_a_slope_on_one_side_only_leaves_the_other_to_decide(text, stable, unstable):
    function = UserFunction(text)
    for delta in (*stable, *unstable):
        point = critical_point(function, 0.0, delta)
        ends = gradient_descent(function, np.array([-1e-3, 0.9e-3]), delta, 400, keep_last=1).final
        came_back = bool((np.abs(ends) < 1e-6).all())
        assert came_back is (delta in stable)
        assert point.stability == ("stable" if came_back else "unstable")


def test_a_jump_of_the_third_derivative_does_not_decide_how_stability_is_lost():
    point = critical_point(UserFunction("x^2/2 + abs(x)^3"), 0.0, 1.0)
    assert (point.critical, point.onset) == (2.0, StabilityLoss.DEGENERATE)
    assert critical_point(UserFunction("x^2/2-abs(x)^2.5"), 0.0, 1.0).onset is StabilityLoss.DEGENERATE


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


TOUCHED = [  # where f′ touches 0 without a change of sign, and where f″ is 0 but for rounding
    ("x^3", (0.0,)),
    ("(x-0.3)^3", (0.3,)),
    ("x^3/3 - x^2 + x", (1.0,)),
    ("x - sin(x)", (0.0, 2.0 * math.pi)),
    ("x + sin(x)", (math.pi,)),
    ("cos(x)^4", (0.5 * math.pi, 1.5 * math.pi)),
    ("(x^2-2)^4", (math.sqrt(2.0),)),
    ("tanh(x)^3", (0.0,)),
]


@pytest.mark.parametrize(("text", "places"), TOUCHED)
def test_where_the_slope_only_touches_0_linear_theory_is_silent(text, places):
    function = UserFunction(text)
    points = [critical_point(function, x, 0.3) for x in equilibria_on(function, -1.0, 7.0).places]
    silent = [point for point in points if point.curvature == 0.0]
    assert [point.x for point in silent] == pytest.approx(places, abs=1e-9)
    assert {(point.stability, point.critical, point.onset) for point in silent} == {("neutral", None, None)}


@pytest.mark.parametrize("text", ["x^3 + 1e-9*x", "exp(-x^2)+x", "1/x^3", "x^3+x", "exp(x)"])
def test_a_slope_that_only_comes_near_0_is_no_equilibrium(text):
    assert equilibria_on(UserFunction(text), -5.0, 6.0).places == ()


def test_a_small_curvature_that_does_not_come_from_rounding_is_kept():
    assert critical_point(UserFunction("1e-9*x^2+x^4"), 0.0, 0.3).curvature == pytest.approx(2e-9)
    assert critical_point(UserFunction("1e-30*x^2"), 0.0, 0.3).curvature == pytest.approx(2e-30)


@pytest.mark.parametrize(
    "text",
    [
        "3*x^2/2",
        "x^2*7/10",
        "max(x,0)^2*3+min(x,0)^2/2",
        "max(x,0)^2*0.7+min(x,0)^2*0.3",
        "max(x,0)^2*11+min(x,0)^2",
    ],
)
def test_at_its_critical_step_size_an_equilibrium_is_neutral(text):
    function = UserFunction(text)
    critical = critical_point(function, 0.0, 1.0).critical
    said = [critical_point(function, 0.0, critical * (1.0 + off)).stability for off in (-1e-12, 0.0, 1e-12)]
    assert said == ["stable", "neutral", "unstable"]
