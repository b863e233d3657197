"""The base of results: arrays that cannot be changed, equality by identity or parameters, a short text."""

from dataclasses import FrozenInstanceError, replace
from functools import cached_property, lru_cache

import numpy as np
import pytest

from stepsize_core import TwoMinima, bifurcation_diagram, classify_limit, fate_raster, gradient_descent
from stepsize_core.frozen import Frozen, Recomputable


class Inner(Frozen):
    points: np.ndarray


class Result(Frozen):
    """A result with arrays in every kind of place."""

    states: np.ndarray
    parts: tuple[np.ndarray, ...] = ()
    by_name: dict[str, list[np.ndarray]] | None = None
    inner: Inner | None = None
    name: str = "a"

    @cached_property
    def largest(self) -> float:
        return float(self.states.max())


def a_result():
    return Result(np.arange(6.0).reshape(2, 3), (np.ones(2),), {"a": [np.ones(3)]}, Inner(np.zeros(4)))


def test_no_array_can_be_written_into_wherever_it_stands():
    result = a_result()
    for array in (result.states, result.parts[0], result.by_name["a"][0], result.inner.points):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1.0
    with pytest.raises(FrozenInstanceError):
        result.name = "b"


def test_a_result_equals_itself_only_and_can_be_remembered_by():
    result = a_result()
    assert result == result
    assert result != a_result()
    assert lru_cache(lambda r: r.largest)(result) == 5.0
    assert replace(result, name="b").states is result.states


def test_its_text_is_short_and_gives_shapes():
    assert repr(a_result()) == (
        "Result(states=array(2, 3), parts=(array(2,)), by_name=<1 in a dict>, inner=Inner(…), name='a')"
    )
    assert len(repr(gradient_descent(TwoMinima(), 1.9, 0.2, 5000))) < 120


def test_what_a_subclass_does_after_its_fields_are_set_is_frozen_too():
    class Derived(Frozen):
        states: np.ndarray

        def __post_init__(self):
            object.__setattr__(self, "states", np.asarray(self.states, float))
            super().__post_init__()

    assert not Derived([1.0, 2.0]).states.flags.writeable


@pytest.mark.parametrize(
    "result",
    [
        gradient_descent(TwoMinima(), [1.9, 0.6], 0.2, 20),
        classify_limit(TwoMinima(), [1.9, 0.6], 0.2),
        bifurcation_diagram(TwoMinima(), 1.9, [0.1, 0.2], n_transient=10, n_keep=5),
    ],
    ids=lambda result: type(result).__name__,
)
def test_the_results_of_the_core_cannot_be_changed(result):
    arrays = [value for value in vars(result).values() if isinstance(value, np.ndarray)]
    assert arrays
    assert not any(array.flags.writeable for array in arrays)
    assert result == result


def test_what_the_caller_handed_over_stays_his():
    starts, step_sizes, x = np.array([1.9, 0.6]), np.array([0.1, 0.2]), np.array([1.9])
    fate_raster(TwoMinima(), starts, step_sizes, n_steps=50)
    bifurcation_diagram(TwoMinima(), x, step_sizes, n_transient=10, n_keep=5)
    assert starts.flags.writeable
    assert step_sizes.flags.writeable
    assert x.flags.writeable


class Answer(Recomputable):
    params: int
    values: np.ndarray


class Scaled(Recomputable):
    follows_from = ("params", "scale")
    params: int
    scale: float
    values: np.ndarray


def test_what_follows_from_its_parameters_is_equal_where_they_are():
    one, same, other = Answer(1, np.ones(3)), Answer(1, np.ones(3)), Answer(2, np.ones(3))
    assert one == same
    assert one != other
    assert len({one, same, other}) == 2
    assert repr(one) == "Answer(1)"
    assert Scaled(1, 2.0, np.ones(3)) not in (Scaled(1, 3.0, np.ones(3)), one)
