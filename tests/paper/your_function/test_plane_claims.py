"""Claims on functions of two variables: red for a refutation only, decided wherever a run can decide."""

from dataclasses import replace

import numpy as np
import pytest

from stepsize_core import LimitKind, UserFunction, Verdict, gradient_descent
from stepsize_core.equilibria.plane import PlanePoint
from stepsize_core.paper.your_function import PRESETS, Params, study
from stepsize_core.paper.your_function import plane_claims as claims
from stepsize_core.paper.your_function.plane import NOT_ISOLATED, plane_raster
from stepsize_core.paper.your_function.plane_claims import measured_critical

HIMMELBLAU = PRESETS["himmelblau"].params
RASTRIGIN = Params(
    function="20+x^2-10*cos(2*pi*x)+y^2-10*cos(2*pi*y)", step_size=0.002, start=0.3, start_y=0.2, reach=5.12
)
EASOM = Params(
    function="-cos(x)*cos(y)*exp(-((x-pi)^2+(y-pi)^2))", step_size=0.5, start=3.0, start_y=3.0, reach=20.0
)


def typed(function: str, **fields) -> Params:
    return Params(function=function, **{"step_size": 0.1, "start": 1.2, "start_y": 0.7} | fields)


def verdicts(result, part: str) -> set[Verdict]:
    """Of the claims whose statement contains `part`, of which there is one at least."""
    found = {c.verdict for c in result.claims if part in c.statement}
    assert found
    return found


def test_the_global_minimum_among_hundreds_is_listed_and_the_starts_are_told_apart():
    result = study(RASTRIGIN)
    assert (0.0, 0.0) in [point.place for point in result.critical_points]
    assert len(result.critical_points) + result.search.left_out == 441
    settled = [s for s in result.basins.shares if s.attractor.kind is LimitKind.EQUILIBRIUM]
    assert (
        sum(s.count for s in settled if s.attractor.name == "equilibrium") == 0
    )  # all of them at a known place
    assert len(settled) > 90
    assert sum(s.count for s in result.basins.shares) == 300


def test_where_the_run_ends_is_listed_however_far_from_the_middle():
    result = study(replace(RASTRIGIN, start=4.9, start_y=-4.9))
    place = result.limit.points[0]
    assert min(np.abs(np.subtract(p.place, place)).max() for p in result.critical_points) < 1e-6


def test_the_raster_tells_all_equilibria_apart_that_were_found():
    where = {"window": RASTRIGIN.window, "window_y": RASTRIGIN.window_y}
    raster = plane_raster(RASTRIGIN.function, **where, step_size=RASTRIGIN.step_size)
    assert len(np.unique(raster.place[raster.place >= 0])) == 121
    valley = plane_raster("(x*y-1)^2", (-2.0, 2.0), (-2.0, 2.0), 0.05)
    assert (valley.place[valley.kind == LimitKind.EQUILIBRIUM] == NOT_ISOLATED).mean() > 0.99


@pytest.mark.parametrize("params", [
    EASOM,
    replace(EASOM, start=10.0, start_y=-10.0),
    typed("x^2*y^2/2"),
    typed("x^3/3 - x*y^2 - x^2/2 + y^2", step_size=0.579, start=0.0722, start_y=-0.5602),
    typed("x^2+y"),
    typed("(x*y-1)^2", step_size=0.3),
    typed("(x^2+y^2-1)^2", step_size=0.2),
    typed("x^4+y^4"),
    typed("x^3-3x*y^2"),
    typed("3+0y"),
    typed("1e-9*(x^2-y^2)"),
    typed("1e-6*(x^2+y^2)", step_size=100.0),
    typed("x^2+100*y^2", step_size=0.02, start_y=0.0),
    typed("abs(x)*abs(x)+y^2", step_size=0.9),
    typed("x*abs(x)+y^2", step_size=0.3),
    typed("max(x,0)^2+min(x,0)^2/2+y^2", step_size=1.2, start_y=0.0),
    typed("max(x^2,y^2)", step_size=0.4),
    typed("abs(x)+y^2", start=0.3),
    typed("1/(x^2+y^2)"),
    typed("exp(x^2+y^2)", reach=20.0),
    typed("-x^4-y^2"),
    replace(PRESETS["rosenbrock"].params, n_steps=2),
], ids=lambda p: f"{p.function} {p.step_size:g}")  # fmt: skip
def test_what_no_run_contradicts_is_not_red(params):
    assert Verdict.DISAGREES not in {c.verdict for c in study(params).claims}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99, 0.999, 1.001, 1.01, 1.1, 1.9])
@pytest.mark.parametrize(("text", "critical"), [
    ("x^2+100*y^2", 0.01), ("1-cos(x)+y^2", 1.0), ("x^2/2+x^4/4+x*y+2*y^2", 2 / (2.5 + np.sqrt(3.25))),
    ("1000*(x^2+y^2)", 0.001), ("(x^2+y-11)^2 + (x+y^2-7)^2", 2 / 133.7856152130671),
])  # fmt: skip
def test_clear_of_its_threshold_the_stability_of_a_minimum_is_decided(text, critical, share):
    result = study(typed(text, step_size=share * critical, reach=3.9))
    assert verdicts(result, "is stable exactly") == {Verdict.AGREES}


@pytest.mark.parametrize("share", [1.0 - 1e-9, 1.0, 1.0 + 1e-9])
def test_at_its_threshold_the_stability_of_a_minimum_is_undecided(share):
    result = study(typed("1-cos(x)+y^2/4", step_size=2.0 * share, start=0.1, start_y=0.1))
    assert verdicts(result, "is stable exactly") == {Verdict.UNDECIDED}


@pytest.mark.parametrize("step_size", [1e-4, 0.01, 1.0, 100.0])
@pytest.mark.parametrize("text", ["x^2-y^2", "x*y", "-x^2-3*y^2", "x^2-0.01*y^2+y^4", "1e3*x*y"])
def test_a_saddle_is_left_at_every_step_size_at_which_that_can_be_seen(text, step_size):
    result = study(typed(text, step_size=step_size, reach=0.05))
    slow = step_size * np.abs(np.linalg.eigvalsh(UserFunction(text).hessian(np.zeros(2)))[0]) < 1e-6
    assert verdicts(result, "unstable for every δ") == {Verdict.UNDECIDED if slow else Verdict.AGREES}


def test_a_saddle_too_flat_for_any_run_is_undecided_and_the_note_says_why():
    result = study(typed("1e-9*(x^2-y^2)"))
    [claim] = [c for c in result.claims if "saddle" in c.statement]
    assert claim.verdict is Verdict.UNDECIDED
    assert "4,000 steps" in claim.note


def test_a_degenerate_equilibrium_is_outside_the_assumptions_of_linear_theory():
    for text in ("x^4+y^4", "x^3-3x*y^2", "x^2+y^4", "max(x^2,y^2)"):
        assert verdicts(study(typed(text)), "(0, 0)") == {Verdict.ASSUMPTION_NOT_MET}


def test_false_eigenvalues_would_be_seen():
    """Stability is measured on runs: a minimum taken for one of a quarter of its curvature disagrees."""
    function, params = UserFunction("x^2+3*y^2"), typed("x^2+3*y^2", step_size=0.4)
    lie = PlanePoint((0.0, 0.0), 0.0, (0.5, 1.5), (4.5, 3.5), (0.8, 0.4), 2 / 1.5)
    assert claims._stability(params, function, lie).verdict is Verdict.DISAGREES
    assert claims._threshold(params, function, lie).verdict is Verdict.DISAGREES


@pytest.mark.parametrize(("text", "place", "critical"), [
    ("x^2+100*y^2", (0.0, 0.0), 0.01), ("1-cos(x)+y^2/8", (0.0, 0.0), 2.0),
    ("(1-x)^2+100*(y-x^2)^2", (1.0, 1.0), 2 / 1001.6006392325123),
    ("x^2/2+x^4/4+y^2/8", (0.0, 0.0), 2.0), ("exp(x)-x+y^2/4", (0.0, 0.0), 2.0),
])  # fmt: skip
@pytest.mark.parametrize("reach", [0.05, 2.0, 20.0])
def test_runs_stop_coming_back_at_two_over_the_largest_eigenvalue(text, place, critical, reach):
    assert measured_critical(UserFunction(text), place, reach) == pytest.approx(critical, rel=1e-5)


def test_a_critical_step_size_that_probes_do_not_agree_on_is_undecided():
    assert np.isnan(measured_critical(UserFunction("1-cos(1e5*x)+y^2"), (0.0, 0.0), 20.0))


def test_a_start_on_an_unstable_minimum_is_an_exception_and_said_to_be():
    params = typed("x^2+100*y^2", step_size=0.02, start=0.0, start_y=0.0)
    [claim] = [c for c in study(params).claims if "this run reaches" in c.statement]
    assert (claim.verdict, claim.measured) == (Verdict.ASSUMPTION_NOT_MET, 200.0)
    assert claim.note == "an exceptional start: one 2e-06 beside it does not end there"
    beside = gradient_descent(params.objective, (1.6e-6, 1.2e-6), 0.02, 100, keep_last=1).final
    assert abs(beside[1]) > 1.0


def test_starts_at_rest_where_the_hessian_jumps_are_counted_and_not_judged():
    result = study(typed("relu(x)^2+y^2", step_size=0.3))
    [claim] = [c for c in result.claims if "If gradient descent converges" in c.statement]
    judged = int(claim.measured.split()[0])
    left = int(claim.note.split()[0])
    assert judged + left == np.count_nonzero(result.basins.limit.kind == LimitKind.EQUILIBRIUM)
    assert claim.verdict is Verdict.AGREES


def test_starts_that_creep_to_a_degenerate_minimum_are_not_said_not_to_converge():
    chosen = study(Params(function="cos(x)^4+y^2", step_size=0.3, start=1.0)).claims[-1]
    assert chosen.verdict is Verdict.ASSUMPTION_NOT_MET
    assert (chosen.measured, chosen.note) == (
        "none of 300 starts is seen to converge",
        "no run is seen to converge",
    )
