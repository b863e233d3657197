"""What is said of a plane: counts that add up, what was left out, and nothing that was not found."""

import re

import numpy as np
import pytest

from pages.charts import your_function as charts
from pages.charts.your_function import plane as your_plane
from stepsize_core.paper.your_function import PRESETS, Params, study

RASTRIGIN = Params(
    function="20+x^2-10*cos(2*pi*x)+y^2-10*cos(2*pi*y)", step_size=0.002, start=0.3, start_y=0.2, reach=5.12
)
TEXTS = (
    "x^2*y^2/2", "x^2+y", "x^4+y^4", "(x*y-1)^2", "(x^2+y^2-1)^2", "3+0y", "x^2-y^2", "max(x^2,y^2)",
    "log(x-y)",
)  # fmt: skip


def typed(function: str, **fields) -> Params:
    return Params(function=function, **{"step_size": 0.1, "start": 1.2, "start_y": 0.7} | fields)


def caption(params: Params, figure=charts.PLANE) -> str:
    return figure.describe(figure.content(study(params)))


@pytest.mark.parametrize("params", [RASTRIGIN, *map(typed, TEXTS)], ids=lambda p: p.function)
def test_the_starts_of_the_picture_add_up(params):
    said = caption(params)
    ends = said.split("steps: ")[1].split(". Thin")[0]
    numbers = [int(n.replace(",", "")) for n in re.findall(r"(?:^|, )([\d,]+) (?=[^\d])", ends)]
    assert sum(numbers) == 72 * 72, said


def test_what_was_left_out_of_many_equilibria_is_said_everywhere():
    result = study(RASTRIGIN)
    stable = sum(p.stability == "stable" for p in result.critical_points)
    assert f"{stable} of the 24 equilibria listed (417 more were found) are stable" in charts.headline(result)
    assert "(24 of 441 found are drawn)" in caption(RASTRIGIN)
    assert "417 more were found" in result.search.what_may_be_missed
    reached = {s.attractor.name for s in result.basins.shares if s.attractor.name.startswith("(")}
    assert f"go to {len(reached)} different equilibria" in charts.headline(result)


def test_the_minima_nearest_the_middle_have_colours_of_their_own():
    words = your_plane.words_of(study(RASTRIGIN))
    assert "→ (0, 0)" in words[: your_plane.PLACES]
    assert words[your_plane.PLACES] == your_plane.OTHERS


@pytest.mark.parametrize(("text", "there", "not_there"), [
    ("x^2+y", "no isolated equilibrium was found in the window", "valley"),
    ("x^2*y^2/2", "of the valley of equilibria only points with λ_max ≤ 2/δ = 20 can be stable", "silent"),
    ("x^4+y^4", "linear theory is silent at (0, 0)", "stable"),
    ("x^3-3x*y^2", "linear theory is silent at (0, 0)", "stable"),
    ("x^2-y^2", "no equilibrium found in the window is stable", "valley"),
    ("3+0y", "no isolated equilibrium was found in the window", "valley"),
    ("max(x^2,y^2)", "linear theory is silent at (0, 0)", "stable"),
])  # fmt: skip
def test_the_headline_says_what_linear_theory_says(text, there, not_there):
    first = charts.headline(study(typed(text))).split(". The run")[0]
    assert there in first
    assert not_there not in first


def test_a_valley_is_named_for_those_starts_only_that_reach_it():
    assert "converge to the valley" in charts.headline(study(typed("(x*y-1)^2", step_size=0.05)))
    two = typed("(x-y)^2*((x-3)^2+(y+3)^2)", step_size=0.005, reach=2.0)  # (3, −3) is a minimum as well
    assert "converge to the valley" not in charts.headline(study(two))
    assert "→ another equilibrium" in caption(two)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("elsewhere", [{"n_steps": 2}, {"start": 20.0, "start_y": -20.0, "step_size": 100.0}])
def test_no_sentence_of_the_plane_has_a_number_that_is_none(text, elsewhere):
    result = study(typed(text, **elsewhere))
    said = [charts.headline(result), result.search.what_may_be_missed]
    for figure in (charts.PLANE_MARGINS, charts.PLANE_ITERATES, charts.PLANE_SHARES):
        said.append(figure.describe(figure.content(result)))
    said += [f"{c.predicted} {c.measured} {c.note}." for c in result.claims]
    assert not [s for s in said if re.search(r"(?<![\w.])(nan|inf)\b|\b1 steps|[−-]0(?![\d.])", s)]
    assert all(s.endswith(".") for s in said)


def test_margins_of_a_point_where_the_hessian_jumps_are_those_of_one_side():
    params = typed("max(x,0)^2+min(x,0)^2/2+y^2")
    assert "at (0, 0), of one side: ∇²f jumps there" in caption(params, charts.PLANE_MARGINS)


def test_the_listed_equilibria_of_himmelblau_are_all_and_nothing_is_said_of_others():
    params = PRESETS["himmelblau"].params
    assert "more were found" not in charts.headline(study(params))
    assert "found are drawn" not in caption(params)
    assert np.isfinite([p.value for p in study(params).critical_points]).all()
