"""Equilibria of functions of two variables, against closed forms."""

import numpy as np
import pytest

from stepsize_core import UserFunction
from stepsize_core.equilibria.plane import plane_equilibria, plane_point

LOW, HIGH = (-2.0, -2.0), (2.0, 2.0)


def test_a_quadratic_has_one_equilibrium_with_its_eigenvalues():
    function = UserFunction("(x-1)^2 + 3*(y+0.5)^2")
    [place] = plane_equilibria(function, LOW, HIGH).places
    np.testing.assert_allclose(place, [1.0, -0.5], atol=1e-12)
    point = plane_point(function, place, 0.25)
    assert point.eigenvalues == pytest.approx((2.0, 6.0))
    assert point.margins == pytest.approx((6.0, 2.0))
    assert point.multipliers == pytest.approx((0.5, -0.5))
    assert (point.critical, point.kind, point.stability) == (pytest.approx(1 / 3), "minimum", "stable")


@pytest.mark.parametrize(
    ("text", "kind"), [("x^2-y^2", "saddle"), ("-x^2-y^2", "maximum"), ("x*y", "saddle")]
)
def test_what_is_no_minimum_has_no_critical_step_size(text, kind):
    function = UserFunction(text)
    [place] = plane_equilibria(function, LOW, HIGH).places
    point = plane_point(function, place, 0.1)
    assert (point.kind, point.critical, point.stability) == (kind, None, "unstable")


def test_every_equilibrium_of_a_product_of_sines_is_found():
    found = plane_equilibria(UserFunction("sin(pi x)*sin(pi y)"), (-1.2, -1.2), (1.2, 1.2)).places
    halves, wholes = (-0.5, 0.5), (-1.0, 0.0, 1.0)
    expected = [(x, y) for x in halves for y in halves] + [(x, y) for x in wholes for y in wholes]
    np.testing.assert_allclose(sorted(map(tuple, found)), sorted(expected), atol=1e-9)


def test_equilibria_outside_the_window_are_left_out():
    assert len(plane_equilibria(UserFunction("(x-3)^2+y^2"), LOW, HIGH).places) == 0


@pytest.mark.parametrize("text", ["x+y", "exp(x+y)", "abs(x)+abs(y)+x", "log(-1-x^2-y^2)"])
def test_a_function_without_equilibria_has_none(text):
    found = plane_equilibria(UserFunction(text), LOW, HIGH)
    assert len(found.places) == 0


@pytest.mark.parametrize(
    ("text", "valley"), [("(x*y-1)^2/2", True), ("x^2+0y", True), ("3+0y", False), ("abs(x)+abs(y)", False)]
)
def test_a_valley_is_a_family_of_equilibria_that_is_curved_across(text, valley):
    assert plane_equilibria(UserFunction(text), LOW, HIGH).valley is valley


def test_a_bad_window_is_named():
    with pytest.raises(ValueError, match="low must be below high"):
        plane_equilibria(UserFunction("x*y"), (1.0, 0.0), (0.0, 1.0))
