"""What a change of the step size puts on the wire, on every page and with the longest runs."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from pages.ui.keys import field_key
from pages.ui.links import address
from stepsize_core.paper.catalogue import CATALOGUE
from stepsize_core.paper.parameters import controls_of
from tests.benchmarks.visitors import Visitor, ended

SENT, WIRE = 120_000, 80_000  # bytes of the answer to a change of δ: before compression, and after
FACTORS = (1.03, 0.97)
HEAVIEST = {  # presets whose longest runs send most, beside those of the default parameters
    "equilibrium_selection": ("chaotic_band",),
    "momentum": ("nesterov", "cascade"),
    "your_function": ("example_2", "rosenbrock", "himmelblau"),
}


async def answers(app: str, phenomenon, params) -> list[tuple[int, int]]:
    """The bytes of the answers to changes of δ, before compression and after."""
    query, found = urlencode(address(phenomenon, params)), []
    async with Visitor(app, phenomenon.stem, query) as visitor:
        for factor in FACTORS:
            await visitor.choose(field_key(phenomenon, "step_size"), params.step_size * factor)
            found.append((visitor.received, visitor.wire))
        assert visitor.errors == 0
    return found


def longest(phenomenon, params):
    return replace(params, n_steps=controls_of(phenomenon.Params)["n_steps"].high)


CASES = {
    f"{phenomenon.stem}-{name}-{length}": (phenomenon, made(phenomenon, params))
    for phenomenon in CATALOGUE
    for name, params in [("default", phenomenon.Params())]
    + [(name, phenomenon.PRESETS[name].params) for name in HEAVIEST.get(phenomenon.stem, ())]
    for length, made in (("usual", lambda _, params: params), ("longest", longest))
    if name == "default" or length == "longest"
}


@pytest.mark.parametrize(("phenomenon", "params"), CASES.values(), ids=CASES)
def test_a_change_of_the_step_size_sends_no_more_than_it_must(app, phenomenon, params):
    found = ended(answers(app, phenomenon, params))
    assert min(sent for sent, _ in found) > SENT / 3  # pictures are among it
    assert max(sent for sent, _ in found) <= SENT
    assert max(wire for _, wire in found) <= WIRE
