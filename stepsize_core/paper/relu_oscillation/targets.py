"""What the ReLU network of Section 4 is trained on: drawn networks, shapes, published weights, own points."""

import json
from importlib import resources

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.checks import count
from stepsize_core.frozen import Frozen
from stepsize_core.networks.relu import TwoLayerReLU

RECIPE = (20, 1000)  # hidden units and points of Figure 2
TRAINING_STEPS = 20_001  # as in the published notebook
LEARNED_LOSS = 0.01  # a run has learned if its loss is below this fraction of that of the mean target
MAX_POINTS = 100_000  # own points beyond this are refused: a page should answer at once
LARGEST = 1e6  # size of a coordinate of an own point; sums of squares of larger ones would leave the numbers
MAX_LISTED_PROBLEMS = 3  # lines named in the message about bad points

DRAWN, PUBLISHED_A, PUBLISHED_B = "drawn network", "notebook, draw for 3·10⁻⁴", "notebook, draw for 10⁻⁴"
STEPS, SINE, OWN = "steps", "sine", "own points"
PUBLISHED = (PUBLISHED_A, PUBLISHED_B)
TARGETS = (DRAWN, *PUBLISHED, STEPS, SINE, OWN)


class Experiment(Frozen):
    """A loss to be trained and the state it starts from."""

    objective: TwoLayerReLU
    start: Array


def published(target: str, loss_scale: float) -> Experiment:
    """The weights drawn as the authors' published notebook draws them."""
    stored = resources.files("stepsize_core.paper").joinpath("data/figure2_seed963.json")
    weights = json.loads(stored.read_text("utf8"))
    bias, inputs = np.array(weights["bias"]), np.arange(1000) / 1000
    start = weights["start_step_3e-4" if target == PUBLISHED_A else "start_step_1e-4"]
    true_w, true_v = (np.ravel(weights["target"][name]) for name in ("W", "V"))
    outputs = np.maximum(np.outer(inputs, true_v) - bias, 0.0) @ true_w
    objective = TwoLayerReLU(inputs, outputs, bias, loss_scale)
    return Experiment(objective, objective.pack(np.ravel(start["W"]), np.ravel(start["V"])))


def learned_level(objective: TwoLayerReLU) -> float:
    """The loss up to which a run counts as having learned: LEARNED_LOSS times that of the constant mean."""
    spread = objective.targets - objective.targets.mean(axis=0)
    return LEARNED_LOSS * objective.loss_scale * float((spread**2).sum())


def read_points(text: str) -> tuple[Array, Array]:
    """Inputs and targets, (N,) each, sorted by input, from text with one "x, y" a line; ";" ends a line too.

    A first line of names is skipped; commas, tabs and spaces separate. Repeated inputs are allowed: they are
    separate points of the sum. Raises ValueError that names the lines at fault and what is accepted.
    """
    lines = [line.strip() for line in text.replace(";", "\n").splitlines()]
    rows = [(number, line, _pair(line)) for number, line in enumerate(lines, 1) if line]
    if rows and rows[0][2] is None and not any(c.isdigit() for c in rows[0][1]):
        rows = rows[1:]
    if len(rows) > MAX_POINTS:
        raise ValueError(f"points must be at most {MAX_POINTS:,} lines, got {len(rows):,}")
    bad = [f"line {number}: {line[:40]!r}" for number, line, pair in rows if pair is None]
    if bad:
        named = "; ".join(bad[:MAX_LISTED_PROBLEMS])
        more = f" and {len(bad) - MAX_LISTED_PROBLEMS} more" if len(bad) > MAX_LISTED_PROBLEMS else ""
        raise ValueError(f'points must be lines "x, y" of two numbers within ±{LARGEST:g}, got {named}{more}')
    count("number of points", len(rows), at_least=2)
    inputs, outputs = np.array([pair for *_, pair in rows]).T
    order = np.argsort(inputs, kind="stable")
    return inputs[order], outputs[order]


def _pair(line: str) -> tuple[float, float] | None:
    """The two numbers of a line, of at most LARGEST in size, or None."""
    try:
        x, y = map(float, line.replace(",", " ").split())
    except ValueError:
        return None
    return (x, y) if abs(x) <= LARGEST and abs(y) <= LARGEST else None
