"""What can be chosen, and what is said when it cannot."""

from dataclasses import dataclass

import numpy as np
import pytest

from stepsize_core.paper import equilibrium_selection, initialization_dependence, periodic_orbits
from stepsize_core.paper.parameters import (
    Choice,
    Count,
    Expression,
    Number,
    Numbers,
    Preset,
    SymmetricMatrix,
    Validated,
    applies,
    controls_of,
    parameter,
)

MODULES = (periodic_orbits, equilibrium_selection, initialization_dependence)


@dataclass(frozen=True)
class Sample(Validated):
    rate: float = parameter(0.5, Number("rate", 0.1, 2.0))
    power: int = parameter(4, Count("power", 4, 24, step=2))
    kind: str = parameter("a", Choice("kind", ("a", "b")))


@pytest.mark.parametrize(
    "bad",
    [
        {"rate": 0.0},
        {"rate": float("nan")},
        {"rate": "0.5"},
        {"rate": True},
        {"rate": 1j},
        {"rate": [0.5]},
        {"power": 5},
        {"power": 26},
        {"power": 4.0},
        {"power": True},
        {"kind": "c"},
        {"kind": None},
    ],
)
def test_a_bad_value_is_named_with_what_is_accepted(bad):
    [(name, value)] = bad.items()
    with pytest.raises(ValueError, match=f"{name} must be .*, got") as caught:
        Sample(**bad)
    assert repr(value) in str(caught.value)
    assert controls_of(Sample)[name].accepts in str(caught.value)


@dataclass(frozen=True)
class Typed(Validated):
    function: str = parameter("x^2", Expression("f"))
    start_y: float = parameter(0.0, Number("y", -1.0, 1.0), applies=lambda values: "y" in values["function"])


@pytest.mark.parametrize("bad", ["", "x^", "f(x)", "x" * 201, None, 2.0, ["x"]])
def test_a_text_that_is_no_function_is_named_with_what_is_wrong_with_it(bad):
    with pytest.raises(ValueError, match="function must be a function of x, or of x and y") as caught:
        Typed(function=bad)
    assert str(caught.value).endswith(str(Expression("f").complaint(bad)))


def test_a_field_may_apply_beside_some_values_only():
    assert applies(Typed, "start_y", {"function": "x*y"})
    assert not applies(Typed, "start_y", {"function": "x"})
    assert applies(Typed, "function", {})


def test_numpy_numbers_are_numbers():
    assert Sample(rate=np.float64(0.7), power=np.int64(6)).power == 6


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_every_preset_is_a_titled_case_with_a_reason_and_its_own_parameters(module):
    assert len({p.params for p in module.PRESETS.values()}) == len(module.PRESETS)
    for preset in module.PRESETS.values():
        assert isinstance(preset, Preset)
        assert preset.title
        assert preset.why.endswith(".")
        assert isinstance(preset.params, module.Params)
    assert module.Params() in {p.params for p in module.PRESETS.values()}


LIST = Numbers("widths", 1, 5, shortest=2, longest=4, integer=True)
MATRIX = SymmetricMatrix("target", 2, 3, largest=10.0)


@pytest.mark.parametrize("text", ["2, 3, 2", "1,1", " 5 , 1"])
def test_a_list_of_numbers_reads_what_is_written(text):
    assert LIST.parse(text) == tuple(int(part) for part in text.split(","))


@pytest.mark.parametrize("text", ["2", "1,2,3,4,5", "0, 2", "6, 2", "2.5, 2", "a, b", "", "2,,2", None, 2])
def test_a_list_of_numbers_refuses_what_does_not_fit(text):
    assert LIST.problem(text)
    assert "2 to 4 integers from 1 to 5" in LIST.accepts


def test_a_symmetric_matrix_takes_rows():
    assert not MATRIX.problem("1, 0.5; 0.5, -2")


@pytest.mark.parametrize(
    "text",
    ["1, 2; 3, 4", "1", "1, 2; 2", "1, 20; 20, 1", "1, nan; nan, 1", "inf, 0; 0, 1", "x, 0; 0, 1", None],
)
def test_a_symmetric_matrix_refuses_what_does_not_fit(text):
    assert MATRIX.problem(text)
