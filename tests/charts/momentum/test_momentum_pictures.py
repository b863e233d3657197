"""What the pictures of momentum say of what they show, at settings other than those of presets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pages.charts.momentum import DELAY, DIAGRAM, ITERATES, SHARES, STABILITY, headline
from stepsize_core.claims import Verdict
from stepsize_core.paper.momentum import EXAMPLE_1, OUTCOMES, OWN, Params, study

OF_COSINE = Params(function=OWN, own="cos(x)", step_size=2.1, start=3.0, n_steps=120)


def drawn(figure, params):
    return figure.drawn(figure.content(study(params)))


def test_a_run_that_ends_outside_the_usual_window_ends_in_a_cycle_of_gradient_descent():
    """cos(x) is looked at around −π; from 3 the run ends in the 2-cycle around π."""
    found = study(OF_COSINE)
    claim = next(c for c in found.claims if "this run ends in is one of gradient descent" in c.statement)
    assert claim.verdict is Verdict.AGREES
    around = found.cycles.y[:, found.cycles.y.mean(axis=0) > 0.0]
    np.testing.assert_allclose(around[:, 0], np.sort(found.limit.points), atol=1e-9)
    np.testing.assert_allclose(around.sum(), 2.0 * np.pi, atol=1e-9)  # cos is even about π
    drawing, said = drawn(DELAY, OF_COSINE)
    run = drawing.tables["run"]
    assert len(run["k"]) == OF_COSINE.n_steps + 1
    assert "leaves the picture" not in said
    low, high = drawing.tables["_identity"]["x"]
    assert 1.0 < low < high < 5.0


@pytest.mark.parametrize("params", [Params(beta=0.95), Params(step_size=0.6), Params(start=0.0)], ids=repr)
def test_only_the_steps_that_are_drawn_are_said_to_be(params):
    drawing, said = drawn(DELAY, params)
    n = len(drawing.tables["run"]["k"]) - 1
    assert n < params.n_steps
    assert f"Drawn: {n} step{'s' * (n != 1)}, up to where it leaves the picture." in said


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (Params(), "of the 2 found at δₑ = 0.21, 1 is stable at β = 0.5"),
        (Params(step_size=0.6), "of the 3 found at δₑ = 0.6, none is stable"),
        (Params(function=EXAMPLE_1, step_size=0.5), "one is found at δₑ = 0.5, stable at β = 0.5"),
        (Params(step_size=1e-5), "none is found"),
    ],
)
def test_how_many_cycles_are_stable_is_said_in_words(params, said):
    assert said in DELAY.describe(study(params))


def test_a_stable_cycle_outside_the_window_is_not_denied():
    away = drawn(ITERATES, Params(start=1.5))[1]
    assert "no stable 2-cycle lies in this window" in away
    assert "no 2-cycle is stable" in drawn(ITERATES, Params(step_size=0.6))[1]


def test_without_momentum_nothing_is_said_of_it():
    plain = Params(beta=0.0)
    assert headline(study(plain)).startswith("Heavy ball with β = 0 is gradient descent")
    assert "Grey" not in drawn(ITERATES, plain)[1] + drawn(DIAGRAM, plain)[1]
    names = drawn(STABILITY, plain)[0].tables["_labels"]["text"]
    assert [*names] == ["β = 0"]


def test_outcomes_without_room_for_a_name_have_one_above_the_picture():
    for params in (Params(beta=0.0), Params(step_size=0.6), Params(start=1.5)):
        found = study(params)
        content = SHARES.content(found)
        tables = SHARES.drawn(content)[0].tables
        seen = {OUTCOMES[i] for i in np.flatnonzero(content[1].counts.sum(axis=0) > 0.02 * content[1].total)}
        assert seen <= {*tables["_names"]["text"], *tables["_key"]["text"]}
        assert not {*tables["_names"]["text"]} & {*tables["_key"]["text"]}


def test_the_head_on_the_diagram_stands_at_the_edge_while_the_run_is_beyond():
    tables = drawn(DIAGRAM, replace(Params(), start=1.5))[0].tables  # it goes to x = 1, below this window
    assert (tables["_run"]["x"][-1], tables["_run"]["k"][-1]) == (1.6, 80)


def test_a_diagram_with_nothing_in_it_is_not_drawn_and_dotted_cycles_are_named_only_where_they_are():
    line = Params(function=OWN, own="x", step_size=0.5, start=0.5)
    assert drawn(DIAGRAM, line)[0].blank
    parabola = drawn(DIAGRAM, replace(line, own="x^2/2"))
    assert not parabola[0].blank
    assert "dotted" not in parabola[1]
    assert "dotted" in drawn(DIAGRAM, replace(line, own="x^4/4 - x^2/2"))[1]
