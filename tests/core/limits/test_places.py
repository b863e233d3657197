"""Limits lie where they lie: far from 0, at multiple roots, at kinks, and whatever runs beside them."""

import math

import numpy as np
import pytest

from stepsize_core import LimitKind, UserFunction, classify_limit
from stepsize_core.paper.runs import fate_of

EQUILIBRIUM, ORBIT = LimitKind.EQUILIBRIUM, LimitKind.PERIODIC_ORBIT


@pytest.mark.parametrize("power", [4, 6, 8, 10, 20])
@pytest.mark.parametrize(
    ("text", "x"), [("20", 20.0), ("sqrt(200)", math.sqrt(200)), ("100*pi", 100 * math.pi)]
)
def test_a_flat_minimum_far_from_0_is_reached_where_it_lies(power, text, x):
    limit = classify_limit(UserFunction(f"(x-{text})^{power}"), x + 0.5, 0.1)
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [x], rtol=1e-13)


@pytest.mark.parametrize(("text", "x", "start", "step_size"), [
    ("exp(x-20)+exp(20-x)-(x-20)^2", 20.0, 20.5, 0.1),
    ("(x-20)^4*(3+cos(x))", 20.0, 20.3, 0.02),
    ("1-cos((x-30)^2)", 30.0, 30.4, 0.1),
    ("(x-20)^3/3", 20.0, 20.3, 0.1),
])  # fmt: skip
def test_so_is_one_that_is_no_pure_power(text, x, start, step_size):
    limit = classify_limit(UserFunction(text), start, step_size)
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [x], rtol=1e-7)


@pytest.mark.parametrize("start", [12.7, 12.0, 11.9])
def test_two_minima_close_together_are_not_taken_for_one(start):
    limit = classify_limit(UserFunction("(x-12.3)^2*(x-12.301)^2"), start, 0.1)
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [12.301 if start > 12.3 else 12.3], rtol=1e-7)


@pytest.mark.parametrize(("text", "step_size", "words"), [
    ("log(1+x^2/2)", 4.0, "period 2 between -1.414 and 1.414"),
    ("log(1+x^2/pi^2)", 2 * math.pi**2, "period 2 between -3.142 and 3.142"),
    ("log(1+x^2)", 2.0, "period 2 between -1 and 1"),
])  # fmt: skip
def test_of_a_cycle_that_is_approached_algebraically_only_the_digits_that_are_known_are_written(
    text, step_size, words
):
    limit = classify_limit(UserFunction(text), 0.3, step_size)
    assert (limit.kind, limit.sentence) == (ORBIT, words)
    assert fate_of(limit) == f"ends in {words}"


def test_a_cycle_through_0_is_written_with_0_wherever_it_is_written():
    limit = classify_limit(UserFunction("max(x,-x)"), 0.3, 0.1)
    assert fate_of(limit) in ("ends in period 2 between 0 and 0.1", "ends in period 2 between -0.1 and 0")


@pytest.mark.parametrize(("text", "x"), [("abs(x-1)+x^2/2", 1.0), ("abs(x+1)+x^2/2", -1.0)])
@pytest.mark.parametrize("step_size", [0.1, 0.5, 0.7])
def test_a_start_on_a_kink_that_attracts_from_one_side_comes_back_to_it(text, x, step_size):
    limit = classify_limit(UserFunction(text), x, step_size)
    assert limit.kind is EQUILIBRIUM
    np.testing.assert_allclose(limit.points, [x], rtol=1e-12)


@pytest.mark.parametrize(("text", "start", "step_size", "n_steps"), [
    ("2.25*(x^2/2-relu(abs(x)-0.573)^2/2)", -1.8021030119905344, 0.0019184834579191465, 256),
    ("min(abs(x),0.652)^2/2+0.652*(abs(x)-min(abs(x),0.652))", -2.785805075808544, 0.00793373683616581, 40),
    ("max(1*x^2,1.93*x^2-0.6*x)/2", 0.39064894916172355, 0.003602257952455445, 40),
    ("abs(x-1)+x^2/2", 1.0, 0.7, 2000),
    ("abs(abs(x)-1)+x^2/8", 0.3, 0.2, 300),
])  # fmt: skip
@pytest.mark.parametrize("others", [(0.3, -3.0, 3.0), (1e4, -1e9), (1e6, 0.0)])
def test_what_a_run_becomes_does_not_depend_on_the_runs_beside_it(text, start, step_size, n_steps, others):
    function = UserFunction(text)
    alone = classify_limit(function, start, step_size, n_steps=n_steps)
    beside = classify_limit(function, [start, *others], step_size, n_steps=n_steps)
    assert (beside.kind[0], beside.period[0]) == (alone.kind, alone.period)
    np.testing.assert_allclose(beside.points[: alone.period, 0], alone.points)
