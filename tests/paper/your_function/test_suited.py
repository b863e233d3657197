"""The window, the start and the step size that suit a function."""

import numpy as np
import pytest

from stepsize_core.limits import LimitKind, classify_limit
from stepsize_core.paper.parameters import Number, suited_to, suiting
from stepsize_core.paper.your_function import PRESETS, Params
from tests.core.expressions.odd import ODD

LINE = [  # a function, its minimum, its critical step size
    ("(x-100)^2", 100.0, 1.0),
    ("(x-1e5)^2", 1e5, 1.0),
    ("1e6*x^2", 0.0, 1e-6),
    ("1e-6*x^2", 0.0, 1e6),
    ("1e9(x+3e4)^2", -3e4, 1e-9),
    ("cosh(1000x)", 0.0, 2e-6),
    ("x^4/4-50x^2", 10.0, 0.01),
    ("sqrt(x-1)+(x-5)^2", 4.8714, None),
]
PLANE = [
    ("(x-100)^2+(y+50)^2", (100.0, -50.0), 1.0),
    ("1e6x^2+y^2", (0.0, 0.0), 1e-6),
    ("1e-4((x-2e4)^2+y^2)", (2e4, 0.0), 1e4),
]


def suited_params(text: str) -> Params:
    """What the page opens with where this function is typed."""
    _, defaults = suited_to(Params, {"function": text})
    return Params(**defaults | {"function": text})


@pytest.mark.parametrize(("text", "minimum", "critical"), LINE)
def test_on_the_line_the_window_holds_the_minimum_and_a_run_in_it_settles(text, minimum, critical):
    p = suited_params(text)
    low, high = p.window
    assert low < minimum < high
    assert low < p.start < high
    assert critical is None or 0.5 * critical <= p.step_size < critical
    found = classify_limit(p.objective, p.start, p.step_size)
    assert found.kind is LimitKind.EQUILIBRIUM
    assert abs(p.start - minimum) > 0.1 * p.reach


@pytest.mark.parametrize(("text", "minimum", "critical"), PLANE)
def test_in_the_plane_too(text, minimum, critical):
    p = suited_params(text)
    for (low, high), place, start in zip((p.window, p.window_y), minimum, (p.start, p.start_y)):
        assert low < place < high
        assert low < start < high
    assert 0.5 * critical <= p.step_size < critical
    found = classify_limit(p.objective, np.array([p.start, p.start_y]), p.step_size)
    assert found.kind is LimitKind.EQUILIBRIUM


@pytest.mark.parametrize(
    "text", [Params().function, "x^2", "1 - cos(x)", "abs(x)", "x^4", "-x^4", "(x*y-1)^2/2", "3"]
)
def test_what_suits_already_stays(text):
    controls, defaults = suited_to(Params, {"function": text})
    assert Params(**defaults | {"function": text}) == Params(function=text)
    assert controls["step_size"].usual == (1e-3, 10.0)


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.params.reach < 5.0])
def test_a_window_that_holds_what_happens_is_kept(name):
    p = PRESETS[name].params
    assert not {"centre", "centre_y", "reach", "start", "start_y"} & set(suiting(Params, vars(p)))


def test_after_another_function_what_suited_it_is_given_up():
    far = vars(suited_params("1e6(x-100)^2"))
    back = far | {name: better.value for name, better in suiting(Params, far | {"function": "x^2"}).items()}
    p = Params(**back | {"function": "x^2"})
    assert p.window[0] < 0.0 < p.window[1]
    assert 0.02 <= p.step_size <= 1.0
    assert p.window[0] < p.start < p.window[1]


@pytest.mark.parametrize("text", ODD[:-2])
def test_what_suits_is_accepted_and_the_sliders_span_it(text):
    controls, defaults = suited_to(Params, {"function": text})
    Params(**defaults | {"function": text})
    for name, control in controls.items():
        if isinstance(control, Number):
            low, high, _ = control.sliding
            assert low < high
            assert low <= defaults[name] <= high
