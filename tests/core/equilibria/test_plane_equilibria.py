"""Equilibria of functions of two variables, against closed forms."""

import numpy as np
import pytest

from stepsize_core import UserFunction
from stepsize_core.equilibria.plane import plane_equilibria, plane_point, plane_points

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


# Where ∇f vanishes, and where it only seems to

RASTRIGIN = UserFunction("20+x^2-10*cos(2*pi*x)+y^2-10*cos(2*pi*y)")
EASOM = UserFunction("-cos(x)*cos(y)*exp(-((x-pi)^2+(y-pi)^2))")


def points_of(text: str, reach: float = 2.0, step_size: float = 0.1):
    """What is listed in the window of this reach around 0."""
    function = UserFunction(text)
    return plane_points(function, plane_equilibria(function, (-reach, -reach), (reach, reach)), step_size)


def test_of_many_equilibria_those_nearest_the_middle_are_listed_and_the_others_counted():
    found = plane_equilibria(RASTRIGIN, (-5.12, -5.12), (5.12, 5.12))
    assert (len(found.places), found.left_out) == (24, 441 - 24)  # 21 zeros of x + 10π sin 2πx, squared
    distances = np.linalg.norm(found.isolated.places, axis=1)
    assert np.linalg.norm(found.places, axis=1).max() <= np.sort(distances)[24]
    assert distances.min() == 0.0
    assert "417 more were found than are listed" in found.what_may_be_missed


def test_equilibria_that_runs_reach_are_listed_wherever_they_lie():
    far = [[4.97469139, -4.97469139]] * 3 + [[3.97978386, 3.97978386]] * 2 + [[0.3, 0.4]]
    found = plane_equilibria(RASTRIGIN, (-5.12, -5.12), (5.12, 5.12), reached=far)
    assert (len(found.places), found.left_out) == (24, 441 - 24)
    for place in ([0.0, 0.0], *far[:-1]):
        assert np.abs(found.places - place).max(axis=1).min() < 1e-6


def test_a_minimum_that_the_grid_misses_is_found_where_runs_end():
    function = UserFunction("1 - exp(-2000*((x-0.123)^2+(y-0.456)^2))")
    assert len(plane_equilibria(function, LOW, HIGH).places) == 0
    [place] = plane_equilibria(function, LOW, HIGH, reached=[[0.123001, 0.456]]).places
    np.testing.assert_allclose(place, [0.123, 0.456], atol=1e-9)


def test_on_a_plateau_where_steps_drown_in_rounding_there_is_no_equilibrium():
    found = plane_equilibria(EASOM, (-20.0, -20.0), (20.0, 20.0))
    curvature = np.abs(found.isolated.eigenvalues).max(axis=1)
    assert curvature.min() > 1e-12
    assert np.abs(found.isolated.places - np.pi).max(axis=1).min() < 1e-9
    assert len(plane_equilibria(EASOM, (-20.0, -20.0), (-10.0, -10.0)).places) == 0


@pytest.mark.parametrize(
    "text", ["tanh(x)^2+y^2", "tanh(x)^2+tanh(y)^2", "1-exp(-x^2-y^2)", "log(1+x^2+y^2)"]
)
def test_a_function_that_flattens_out_has_its_minimum_alone(text):
    found = plane_equilibria(UserFunction(text), (-20.0, -20.0), (20.0, 20.0))
    np.testing.assert_array_equal(found.places, [[0.0, 0.0]])
    assert len(found.family) == 0


@pytest.mark.parametrize("scale", [1e-9, 1e-6, 1e-3, 1e3, 1e9])
def test_a_well_is_found_at_every_scale(scale):
    [point] = points_of(f"{scale:.9f}*((x-1)^2+3*(y+0.5)^2)")
    assert (point.name, point.kind) == ("(1, -0.5)", "minimum")
    assert point.eigenvalues == pytest.approx((2 * scale, 6 * scale))


@pytest.mark.parametrize(
    "text", ["x^2+y", "x^2+1e-6*y", "exp(-x)+y^2", "softplus(x)+y^2", "abs(x)+y^2", "3x+0y"]
)
def test_where_the_gradient_never_vanishes_there_is_neither_an_equilibrium_nor_a_valley(text):
    for reach in (2.0, 20.0):
        found = plane_equilibria(UserFunction(text), (-reach, -reach), (reach, reach))
        assert len(found.places) == len(found.family) == 0
        assert not found.valley


@pytest.mark.parametrize(("text", "on", "isolated"), [
    ("x^2*y^2/2", lambda x, y: x * y, 0),
    ("(x*y-1)^2", lambda x, y: x * y - 1.0, 1),
    ("x^2*y^2-2x*y+1", lambda x, y: x * y - 1.0, 1),
    ("(x^2+y^2-1)^2", lambda x, y: x**2 + y**2 - 1.0, 1),
    ("(x-y)^2", lambda x, y: x - y, 0),
    ("(x^2-y^2)^2", lambda x, y: x**2 - y**2, 0),
    ("cos(x+y)", lambda x, y: np.sin(x + y), 0),
    ("(x^2+y^2-1)^2*(x^2+y^2)", lambda x, y: (x**2 + y**2 - 1.0) * (x**2 + y**2 - 1.0 / 3.0), 1),
])  # fmt: skip
def test_the_points_of_a_valley_lie_on_it_and_none_of_them_is_isolated(text, on, isolated):
    found = plane_equilibria(UserFunction(text), LOW, HIGH)
    assert found.valley
    assert len(found.family) > 20
    np.testing.assert_allclose(on(*found.family.T), 0.0, atol=1e-6)
    assert len(found.places) == isolated


def test_a_constant_is_a_family_and_no_valley():
    found = plane_equilibria(UserFunction("3+0y"), LOW, HIGH)
    assert len(found.places) == 0
    assert len(found.family) > 20
    assert not found.valley


@pytest.mark.parametrize(("text", "place", "eigenvalues"), [
    ("x^4+y^4", (0.0, 0.0), (0.0, 0.0)),
    ("x^6+y^6", (0.0, 0.0), (0.0, 0.0)),
    ("x^3-3x*y^2", (0.0, 0.0), (0.0, 0.0)),
    ("x^2+y^4", (0.0, 0.0), (0.0, 2.0)),
    ("x^2+(y-1)^4", (0.0, 1.0), (0.0, 2.0)),
    ("(x^2+y^2)^3", (0.0, 0.0), (0.0, 0.0)),
])  # fmt: skip
def test_where_an_eigenvalue_is_0_an_isolated_equilibrium_is_degenerate_and_not_decided(
    text, place, eigenvalues
):
    [point] = points_of(text)
    assert (point.place, point.eigenvalues, point.kind) == (place, eigenvalues, "degenerate")
    assert (point.critical, point.stability) == (None, "neutral")


def test_a_degenerate_saddle_beside_a_saddle():
    saddle, degenerate = points_of("x^3/3 - x*y^2 - x^2/2 + y^2")
    assert (saddle.name, saddle.kind) == ("(0, 0)", "saddle")
    assert (degenerate.name, degenerate.kind, degenerate.stability) == ("(1, 0)", "degenerate", "neutral")


@pytest.mark.parametrize("text", ["-x^4-y^2", "x^4-y^2"])
def test_a_negative_eigenvalue_beside_a_0_decides_for_every_step_size(text):
    [point] = points_of(text, step_size=1e-3)
    assert (point.kind, point.stability) == ("degenerate", "unstable")


@pytest.mark.parametrize(
    "text", ["x*abs(x)+y^2", "max(x,0)^2+min(x,0)^2/2+y^2", "max(x^2,y^2)", "relu(x)^2+2*relu(-x)^2+y^2"]
)
def test_where_the_hessian_jumps_its_eigenvalues_decide_nothing(text):
    [point] = points_of(text)
    assert (point.kink, point.kind, point.stability, point.critical) == (True, "kink", "neutral", None)


def test_a_smooth_function_has_no_kink_however_sharp():
    for text in ("(1-x)^2+1e4*(y-x^2)^2", "cos(60x)+cos(60y)", "exp(5x^2+5y^2)"):
        assert not plane_equilibria(UserFunction(text), (-1.1, -1.1), (1.1, 1.1)).isolated.kinks.any()
