"""What a visitor may choose at its extremes: corners of the declared ranges of a page, drawn with a seed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import streamlit as st

from pages.ui.keys import field_key
from pages.ui.server import cache, store
from pages.ui.server.store import Store
from stepsize_core.paper.parameters import (
    Choice,
    Count,
    Expression,
    Number,
    Numbers,
    Points,
    SymmetricMatrix,
    controls_of,
)
from tests.core.expressions.odd import ODD
from tests.pages.visit import PHENOMENA, visit


def extreme_params(params_class: type, number: int, seed: int = 5) -> Iterator:
    """`number` different `Params`, every field at an end of its range or at its default."""
    rng = np.random.default_rng(seed)
    controls, seen = controls_of(params_class), set()
    defaults = params_class()
    for _ in range(20 * number):
        values = {}
        for name, control in controls.items():
            choices = (*_extremes(control), getattr(defaults, name))
            values[name] = choices[rng.integers(len(choices))]
        params = params_class(**values)
        if params not in seen:
            seen.add(params)
            yield params
        if len(seen) == number:
            return


def _extremes(control) -> tuple:
    """The largest and the smallest values that a control accepts."""
    match control:
        case Number(low=low, high=high):
            return low, high
        case Count(low=low, high=high, step=step):
            return low, high - (high - low) % step
        case Choice(options=options):
            return options
        case Numbers(low=low, high=high, shortest=shortest, longest=longest):
            return tuple(
                ", ".join([f"{value:g}"] * count) for value in (low, high) for count in (shortest, longest)
            )
        case SymmetricMatrix(smallest_size=small, largest_size=large, largest=entry):
            return tuple(_matrix(size, value) for size in (small, large) for value in (entry, -entry))
        case Points(longest=longest):
            return "", "9" * longest, "-1, 2; 1, -2; 1, 1"
        case Expression():
            return tuple(text for text in ODD if not control.problem(text))
        case _:
            raise TypeError(f"no extremes are known for {control!r}")


def _matrix(size: int, entry: float) -> str:
    return "; ".join([", ".join([f"{entry:g}"] * size)] * size)


@dataclass(frozen=True)
class Visit:
    """One rerun of a page: what was chosen, which tab was open, the processor time up to the first job."""

    params: object
    view: str
    seconds: float


def visits(page: str, number: int) -> Iterator[Visit]:
    """A visitor who chooses one extreme after another on a page where nothing is remembered from before.

    Raises AssertionError where the page raises.
    """
    app, phenomenon = visit(page), PHENOMENA[page]
    views = [tab.label for tab in app.tabs]
    for i, params in enumerate(extreme_params(phenomenon.Params, number)):
        for name, value in vars(params).items():
            app.session_state[field_key(phenomenon, name)] = value
        app.session_state[field_key(phenomenon, "view")] = views[i % len(views)]
        with patch.object(store, "KEPT", Store(entries=100, size=2**28)), patch.object(cache, "job", _stop):
            start = time.process_time()
            app.run()
            seconds = time.process_time() - start
        assert not app.exception, (params, [exception.message for exception in app.exception])
        yield Visit(params, views[i % len(views)], seconds)


def _stop(*_arguments, **_options) -> None:
    """In place of a job: what it costs is not the page's."""
    st.stop()
