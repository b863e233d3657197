"""Controls stand where they act and nowhere else, and a slider says what its box says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.charts import of
from pages.charts.kit.calls import call, compute
from pages.ui.controls.grid import offered, round_step, written
from stepsize_core.paper import periodic_orbits, reachable_optima
from stepsize_core.paper.parameters import (
    Choice,
    Column,
    Count,
    Expression,
    Number,
    Numbers,
    Points,
    SymmetricMatrix,
    Validated,
    applies,
    controls_of,
    suited_to,
)
from tests.pages.test_links import drawn
from tests.pages.visit import PHENOMENA, visit, without_exception

RARE = {"reachable_optima": [reachable_optima.Params(widths="2, 3")]}  # controls that no preset has
LIGHT = {"n_steps": 120, "n_points": 12, "hidden_units": 4, "draws": 5}  # of networks, to be fast
OTHERS = {  # further values of a field, beside the ones it has
    Numbers: ("3, 2, 1", "0.9, 0.4"),
    SymmetricMatrix: ("3, 0; 0, 1",),
    Points: ("\n".join(f"{k}, {k * k % 7 + 0.5}" for k in range(45)),),
    Expression: ("x^2/2 + x^4", "x^2*y^2 + x^2 + y^2"),
}


remembered = lru_cache(512)(compute)


def others(control, value):
    """Other values that a control accepts."""
    if isinstance(control, Number):
        tried = (value * 1.07, value + (control.high - control.low) / 50.0, control.low)
    elif isinstance(control, Column):
        tried = (1, 2)
    elif isinstance(control, Count):
        tried = (value + control.step, control.low)
    else:
        tried = control.options if isinstance(control, Choice) else OTHERS[type(control)]
    return [other for other in tried if other != value and not control.problem(other)][:3]


def content(value):
    """Everything in a result, to compare with another; `Params` say nothing of their own."""
    match value:
        case Validated() | Callable():
            return None
        case np.ndarray():
            return value.shape, repr(value.tolist())
        case Mapping():
            return [(key, content(part)) for key, part in value.items()]
        case tuple() | list():
            return [content(part) for part in value]
        case _ if is_dataclass(value):
            return [content(getattr(value, f.name)) for f in fields(value)]
        case _ if hasattr(value, "__dict__") and not isinstance(value, type):
            return type(value).__name__, content(vars(value))
    return repr(value)


def seen(phenomenon, params, slow):
    """What a page shows at `params`, part after part; slow: what takes seconds too."""
    study, charts = remembered(call(phenomenon.study, params)), of(phenomenon)
    yield charts.headline(study), content(study)
    calls = [further for figure in charts.figures(study) for further in figure.further(study)]
    yield [(further.function.__name__, content(further.arguments)) for further in calls]
    for further in dict.fromkeys(calls):
        if any(isinstance(part, Validated) for part in further.arguments) and (slow or not further.label):
            yield content(remembered(further))


def differs(phenomenon, params, other, slow) -> bool:
    """Whether something that the page shows is not the same."""
    pairs = zip(seen(phenomenon, params, slow), seen(phenomenon, other, slow))
    return any(one != two for one, two in pairs)


def applying(phenomenon, params) -> tuple[str, ...]:
    return tuple(name for name in controls_of(type(params)) if applies(type(params), name, vars(params)))


def cases(phenomenon):
    """The default, the presets and RARE, one for each set of controls."""
    chosen = [*RARE.get(phenomenon.stem, ()), *(preset.params for preset in phenomenon.PRESETS.values())]
    for params in {
        applying(phenomenon, params): params for params in (*chosen, phenomenon.Params())
    }.values():
        yield replace(params, **{name: n for name, n in LIGHT.items() if getattr(params, name, 0) > n})


@pytest.mark.parametrize("phenomenon", PHENOMENA.values(), ids=PHENOMENA)
def test_a_control_stands_where_a_change_of_it_changes_something_and_nowhere_else(phenomenon):
    for params in cases(phenomenon):
        for name, control in controls_of(type(params)).items():
            stands = name in applying(phenomenon, params)
            changed = (
                differs(phenomenon, params, replace(params, **{name: other}), slow=stands)
                for other in others(control, getattr(params, name))
            )
            assert any(changed) == stands, (name, params)


@pytest.mark.parametrize("phenomenon", PHENOMENA.values(), ids=PHENOMENA)
def test_presets_and_prompts_choose_nothing_that_has_no_control(phenomenon):
    chosen = [preset.params for preset in phenomenon.PRESETS.values()]
    chosen += [prompt.params for prompt in phenomenon.prompts]
    for params in chosen:
        hidden = {f.name: f.default for f in fields(params)}
        for name in applying(phenomenon, params):
            del hidden[name]
        assert {name: getattr(params, name) for name in hidden} == hidden, params


NUMBERS = [
    (phenomenon, name, control)
    for phenomenon in PHENOMENA.values()
    for name, control in controls_of(phenomenon.Params).items()
    if isinstance(control, Number)
]


@pytest.mark.parametrize(
    ("phenomenon", "name", "control"), NUMBERS, ids=lambda part: getattr(part, "stem", part)
)
def test_a_slider_offers_the_value_itself_among_ascending_numbers(phenomenon, name, control):
    chosen = [getattr(preset.params, name) for preset in phenomenon.PRESETS.values()]
    low, high, _ = control.sliding
    assert control.low <= low < high <= control.high
    for value in (*chosen, control.low, control.high, low + (high - low) / np.pi):
        grid = offered(control, value)
        assert value in grid
        assert list(grid) == sorted(set(grid))
        words = [written(number) for number in grid]
        assert len(set(words)) == len(words)
        if not low <= value <= high:
            assert value in (grid[0], grid[-1])  # at the end, under its own name


@pytest.mark.parametrize("phenomenon", PHENOMENA.values(), ids=lambda phenomenon: phenomenon.stem)
def test_the_slider_of_the_step_size_reaches_that_of_every_preset_and_of_what_is_tried_there(phenomenon):
    for preset in phenomenon.PRESETS.values():
        for params in (preset.params, preset.tried):
            low, high, _ = suited_to(phenomenon.Params, vars(params))[0]["step_size"].sliding
            assert low <= params.step_size <= high


@pytest.mark.parametrize(
    ("value", "step"),
    [(0.3, 0.01), (2.2, 0.1), (3e-4, 1e-5), (-2.2, 0.1), (0.1, 0.01), (40.0, 1.0), (0.0, 0.01)],
)
def test_a_box_goes_by_a_round_step(value, step):
    assert round_step(value, (-2.0, 2.0, False)) == pytest.approx(step, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.66, "0.66"), (1e-5, "0.00001"), (1e-7, "1e-7"), (8e-12, "8e-12"), (1234567.0, "1234570"), (0.0, "0")],
)
def test_a_bubble_is_written_as_a_box(value, text):
    assert written(value) == text


def test_a_code_has_a_name_on_the_page_and_stays_a_number_in_the_link():
    app = visit("periodic_orbits", {"orbit.exceptional": "6"})
    menu = app.selectbox(key="orbit.exceptional~named")
    assert menu.value == 6
    assert "6 steps from 0" in menu.options[7]
    assert "orbit.start" not in {box.key for box in app.number_input}
    app = without_exception(menu.set_value(-1).run())
    assert app.number_input(key="orbit.exceptional").value == -1
    assert app.number_input(key="orbit.start").value == periodic_orbits.Params().start


@pytest.mark.parametrize(
    ("query", "system"),
    [
        ({}, reachable_optima.NETWORK),
        ({"reach.step_size": "0.5"}, reachable_optima.NETWORK),
        ({"reach.alpha": "2.5"}, reachable_optima.NETWORK),
        ({"reach.w1": "2.4"}, reachable_optima.LAYERS),
        ({"reach.w1": "2.4", "reach.seed": "3"}, reachable_optima.NETWORK),
        ({"reach.seed": "3", "reach.system": reachable_optima.LAYERS}, reachable_optima.LAYERS),
        ({"reach.w1": "2.4", "reach.system": reachable_optima.NETWORK}, reachable_optima.NETWORK),
    ],
)
def test_a_link_means_the_system_whose_fields_it_names(query, system):
    app = visit("reachable_optima", query)
    assert app.selectbox(key="reach.system").value == system
    assert ("reach.w1" in {box.key for box in app.number_input}) == (system == reachable_optima.LAYERS)
    other = next(option for option in app.selectbox(key="reach.system").options if option != system)
    app = without_exception(app.selectbox(key="reach.system").set_value(other).run())
    assert without_exception(app.run()).selectbox(key="reach.system").value == other


@pytest.mark.parametrize(
    ("stem", "label", "chosen", "step_size"),
    [
        ("sampled_gradients", "what is descended", "Example 2 at x = 2", 0.24),
        ("sampled_gradients", "what is descended", "two scalar layers", 0.28),
        ("oscillation_or_noise", "where the record comes from", "Example 2 near x = 2", 0.21),
        ("momentum", "function", "f₃, Example 3", 0.1),
    ],
)
def test_another_function_is_chosen_with_a_step_size_that_suits_it(stem, label, chosen, step_size):
    app = AppTest.from_function(drawn, args=(PHENOMENA[stem].key,), default_timeout=60).run()
    next(box for box in app.selectbox if box.label == label).set_value(chosen).run()
    assert without_exception(app).session_state["chosen"].step_size == step_size
    grid = next(slider for slider in app.select_slider if "step" in slider.label).options
    assert float(grid[-1]) < 5.0 * step_size or stem == "momentum"
