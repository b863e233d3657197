"""Random `Params` leave no phenomenon without a study, a picture, true words and verdicts that hold.

Here a few of each; `python -m tests.truth.random_params 500` tries many.
"""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from stepsize_core.claims import Claim
from stepsize_core.paper import periodic_orbits
from stepsize_core.paper.catalogue import CATALOGUE
from tests.truth.random_params import ALLOWED, KINDS, draw, faults

DRAWS = {  # what takes two or three seconds each
    "periodic_orbits": 150,
    "equilibrium_selection": 15,
    "initialization_dependence": 25,
    "reachable_optima": 15,
    "identity_initialization": 20,
    "relu_oscillation": 20,
    "your_function": 30,
}
FINE = periodic_orbits.PHENOMENON


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_random_params_are_studied_drawn_and_judged_without_a_fault(phenomenon):
    for number in range(DRAWS.get(phenomenon.stem, 2)):
        assert not list(faults(phenomenon, number, light=True))


@pytest.mark.parametrize("phenomenon", CATALOGUE, ids=lambda phenomenon: phenomenon.stem)
def test_draws_are_the_same_each_time_and_differ_by_number(phenomenon):
    assert draw(phenomenon, 3) == draw(phenomenon, 3)
    assert len({draw(phenomenon, number) for number in range(20)}) > 10


def broken(kind: str):
    """Example 1 with a fault of a kind."""

    def study(params):
        found = periodic_orbits.study(params)
        if kind == "exception":
            raise ArithmeticError
        if kind == "warning":
            warnings.warn("divide by zero", RuntimeWarning, stacklevel=1)
        note = "after 1 steps" if kind == "words" else ""
        claim = Claim.fact("It holds", "Example 1", "yes", "no", kind != "disagrees", note=note)
        return replace(found, claims=(*found.claims, claim))

    return replace(FINE, study=study)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_of_each_kind_is_found(kind):
    assert not list(faults(FINE, 1))
    assert [fault.kind for fault in faults(broken(kind), 1)] == [kind]


def test_every_allowed_refutation_names_a_phenomenon_and_a_reason():
    assert {stem for stem, _ in ALLOWED} <= {phenomenon.stem for phenomenon in CATALOGUE}
    assert all(reason.endswith(".") for reason in ALLOWED.values())
