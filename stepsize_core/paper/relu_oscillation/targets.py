"""What the ReLU network of Section 4 is trained on: drawn networks, shapes, published weights, own points."""

import json
from dataclasses import replace
from importlib import resources

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.checks import count
from stepsize_core.frozen import Frozen
from stepsize_core.networks.relu import TwoLayerReLU
from stepsize_core.paper.tables import read_table
from stepsize_core.stability import critical_step_size

RECIPE = (20, 1000)  # hidden units and points of Figure 2
TRAINING_STEPS = 20_001  # as in the published notebook
LEARNED_LOSS = 0.01  # a run has learned if its loss is below this fraction of that of the mean target
LARGEST = 1e6  # size of a coordinate of an own point; sums of squares of larger ones would leave the numbers

DRAWN, PUBLISHED_A, PUBLISHED_B = "drawn network", "notebook, draw for 3·10⁻⁴", "notebook, draw for 10⁻⁴"
STEPS, SINE, OWN = "steps", "sine", "own points"
PUBLISHED = (PUBLISHED_A, PUBLISHED_B)
TARGETS = (DRAWN, *PUBLISHED, STEPS, SINE, OWN)


class Units(Frozen):
    """What x and y are trained in: (x − x_low)/x_span and (y − y_low)/y_span; by default as given."""

    x_low: float = 0.0
    x_span: float = 1.0
    y_low: float = 0.0
    y_span: float = 1.0

    @classmethod
    def of(cls, inputs: Array, outputs: Array) -> "Units":
        """Those in which x and y fill [0, 1]; what is the same everywhere is 0."""
        spans = (float(np.ptp(values)) or 1.0 for values in (inputs, outputs))
        return cls(float(inputs.min()), next(spans), float(outputs.min()), next(spans))

    @property
    def words(self) -> str:
        """What stands behind quantities in these units; "" where nothing is scaled."""
        own = (self.x_low, self.x_span, self.y_low, self.y_span) == (0.0, 1.0, 0.0, 1.0)
        return "" if own else ", x and y scaled to [0, 1]"

    def x(self, trained: Array) -> Array:
        """Inputs, of any shape, as they were given."""
        return self.x_low + self.x_span * trained

    def y(self, trained: Array) -> Array:
        """Outputs, of any shape, as they were given."""
        return self.y_low + self.y_span * trained


class Experiment(Frozen):
    """A loss to be trained, the state it starts from, and the units of x and y in it."""

    objective: TwoLayerReLU
    start: Array
    units: Units = Units()

    @property
    def start_limit(self) -> float:
        """2/λ_max at the start; ∞ where no eigenvalue is positive."""
        return float(critical_step_size(self.objective, self.start))

    def scaled(self) -> "Experiment":
        """The same experiment with x and y scaled to [0, 1]."""
        x, y = self.objective.inputs[:, 0], self.objective.targets[:, 0]
        units = Units.of(x, y)
        x, y = (x - units.x_low) / units.x_span, (y - units.y_low) / units.y_span
        return Experiment(replace(self.objective, inputs=x, targets=y), self.start, units)


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


def read_points(data: str | bytes, x_column: int = 0, y_column: int = 0) -> tuple[Array, Array]:
    """Inputs and targets, (N,) each, sorted by input, from a table as text or the bytes of a file.

    Columns are separated by commas, semicolons, tabs or blanks, with decimal points or commas, see
    `read_table`; a single line "0, 1; 2, 3" is a table too. x_column, y_column: numbers of columns, counted
    from 1; 0 for the usual one, see `Table.pair`. Rows in which x or y is missing are left out. Repeated
    inputs are allowed: they are separate points of the sum. Raises ValueError that names lines of the text,
    and what is accepted.
    """
    count("number of points", 2 * bool(data.strip()), at_least=2)
    table = read_table(data)
    x, y = table.pair(x_column, y_column)
    whole = table.complete(x, y)
    large = whole & (np.abs(table.values[:, [x, y]]) > LARGEST).any(axis=1)
    if large.any():
        raise ValueError(f"points must be two numbers within ±{LARGEST:g}, got {table.quoted(large)}")
    if whole.sum() < 2:
        lost = "" if whole.all() else f"; without a value: {table.quoted(~whole)}"
        raise ValueError(f"number of points must be an integer of at least 2, got {whole.sum()}{lost}")
    inputs, outputs = table.values[whole][:, [x, y]].T
    order = np.argsort(inputs, kind="stable")
    return inputs[order], outputs[order]
