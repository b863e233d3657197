"""A reader who clicks and types at random never meets a page that cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from stepsize_core.paper.parameters import Choice, controls_of
from stepsize_core.paper.relu_oscillation.targets import OWN
from tests.pages.visit import PHENOMENA, visit, without_exception

STEPS = 14
SMALL = {"relu.n_steps": "200", "relu.hidden_units": "4", "relu.n_points": "20", "relu.view": "Compare"}
TYPED = (
    "",
    "junk",
    "0, 0\n2, 3",
    "x^2",
    "-x^2+x^4",
    "x*y",
    "1, 0.2; 0.2, -1",
    "2, 3, 2",
    "[a](//b)",
    "=1+1",
    "9" * 90,
)
CONTENTS = (b"", b"\xff\xfe", b"1,2\n3,4", b"1,2\n" * 3000, b"=1+1")
FILES = tuple(("points.csv", content, "text/csv") for content in CONTENTS)


def possible(app, phenomenon) -> list[tuple]:
    """What can be done: an element and the values it takes, None for a click; a small study stays small."""
    fixed = SMALL if phenomenon.key == "relu" else {}
    large = {comparison.title for comparison in phenomenon.comparisons} if fixed else ()
    acts: list[tuple] = [(b, None) for b in app.button if not b.disabled and b.label not in large]
    acts += [(box, TYPED) for box in (*app.text_input, *app.text_area)]
    acts += [(box, FILES) for box in app.file_uploader]
    presets = () if fixed else tuple(phenomenon.PRESETS)
    boxes = [
        (box, presets if box.label == "Preset" else tuple(box.options))
        for box in app.selectbox
        if box.label != "Page"
    ]
    return acts + [(box, values) for box, values in boxes if values]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "stem", ["relu_oscillation", "identity_initialization", "your_function", "reachable_optima"]
)
def test_a_wandering_reader_meets_no_page_that_cannot_be_drawn(stem, seed):
    rng, phenomenon = np.random.default_rng(seed), PHENOMENA[stem]
    query = dict(SMALL) if stem == "relu_oscillation" else {f"{phenomenon.key}.view": "Compare"}
    targets = [
        n for n, c in controls_of(phenomenon.Params).items() if isinstance(c, Choice) and OWN in c.options
    ]
    app = visit(stem, query | {f"{phenomenon.key}.{name}": OWN for name in targets})
    for _ in range(STEPS):
        acts = possible(app, phenomenon)
        element, values = acts[rng.integers(len(acts))]
        if values is None:
            element.click()
        else:
            element.set_value(values[rng.integers(len(values))])
        app = without_exception(app.run())
        if rng.random() < 0.15:
            app = without_exception(app.switch_page("overview.py").run())
            app = without_exception(app.switch_page(f"{stem}.py").run())
