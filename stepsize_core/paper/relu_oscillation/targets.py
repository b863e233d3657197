"""What the ReLU network of Section 4 is trained on: drawn networks, shapes, published weights, own points."""

import json
from dataclasses import replace
from importlib import resources

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.frozen import Frozen
from stepsize_core.networks.relu import TwoLayerReLU
from stepsize_core.stability import critical_step_size

RECIPE = (20, 1000)  # hidden units and points of Figure 2
TRAINING_STEPS = 20_001  # as in the published notebook
LEARNED_LOSS = 0.01  # a run has learned if its loss is below this fraction of that of the mean target

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
