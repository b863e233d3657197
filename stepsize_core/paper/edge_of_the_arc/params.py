"""What can be chosen at the edge of the arc, and cases worth a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.networks.deep_line import MOST_PARAMETERS, parameters, widest
from stepsize_core.networks.two_layers import LINEAR, RELU, TANH
from stepsize_core.paper.edge_of_the_arc.layers import ALIKE, SHAPES, SPREAD, optimum, sharpness
from stepsize_core.paper.edge_of_the_arc.noise import GAUSSIAN, INPUTS, SAMPLES, SIGNS, spread, variance
from stepsize_core.paper.parameters import (
    Choice,
    Column,
    Count,
    Number,
    Points,
    Preset,
    Suited,
    Try,
    Validated,
    parameter,
)
from stepsize_core.paper.tables import read_points

SCALAR = "scalar layers"
NETWORKS = {"a tanh network": TANH, "a ReLU network": RELU, "a linear network": LINEAR}
SINE, STEP, PARABOLA = "a sine", "a step", "a parabola"
OWN = "own points"
POINTS = (SINE, STEP, PARABOLA, OWN)
FEWEST, MOST_POINTS = 2, 200  # points that differ in x; points of which the exact Hessian stays cheap
LARGEST_SUITED = 0.6  # step size, of a network


def _two(values: Mapping[str, Any]) -> bool:
    return _scalar(values) and values["layers"] == 2


def _more(values: Mapping[str, Any]) -> bool:
    return _scalar(values) and values["layers"] > 2


def _scalar(values: Mapping[str, Any]) -> bool:
    return values["system"] == SCALAR


def _network(values: Mapping[str, Any]) -> bool:
    return not _scalar(values)


def _linear(values: Mapping[str, Any]) -> bool:
    return _network(values) and NETWORKS[values["system"]] == LINEAR


def _own(values: Mapping[str, Any]) -> bool:
    return _network(values) and values["points"] == OWN


def own_points(text: str | bytes, x_column: int = 0, y_column: int = 0) -> tuple[Array, Array]:
    """x and y, (N,) each, of a table as `read_points` reads it, scaled to [−1, 1].

    Raises ValueError as that does, and where there are too many points or all have one x.
    """
    x, y = read_points(text, x_column, y_column)
    if len(x) > MOST_POINTS:
        raise ValueError(f"number of points must be at most {MOST_POINTS}, got {len(x)}")
    if np.ptp(x) == 0.0:
        raise ValueError(f"points must have at least {FEWEST} different x, all have {x[0]:g}")
    return _scaled(x), _scaled(y)


def _scaled(values: Array) -> Array:
    low, high = values.min(), values.max()
    return 2.0 * (values - low) / (high - low) - 1.0 if high > low else np.zeros_like(values)


def _suited(values: Mapping[str, Any]) -> dict[str, Suited]:
    """A step size for a network, where the one in `values` is too large for all."""
    if _scalar(values) or values["step_size"] <= LARGEST_SUITED:
        return {}
    return {"step_size": Suited(0.2, (0.01, LARGEST_SUITED))}


def _suited_width(values: Mapping[str, Any]) -> dict[str, Suited]:
    """The most units that so many layers may have, where the width in `values` is larger."""
    most = widest(values["depth"])
    return {"width": Suited(most, (2, most))} if _linear(values) and values["width"] > most else {}


def _in_batches(values: Mapping[str, Any]) -> bool:
    return _two(values) and (values["noise"] > 0.0 or values["inputs"] == GAUSSIAN)


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses."""

    system: str = parameter(
        SCALAR, Choice("what is trained", (SCALAR, *NETWORKS)), suits=_suited, kw_only=True
    )
    step_size: float = parameter(0.49, Number("step size δ", 0.01, 2.0, usual=(0.05, 0.95)))
    n_steps: int = parameter(300, Count("steps", 2, 3000, log=True))
    layers: int = parameter(2, Count("scalar layers L", 2, 4), applies=_scalar)
    w1: float = parameter(
        2.0,
        Number("w₁ of the optimum", 1.05, 6.0, help="The run starts beside the optimum with this weight."),
        applies=_scalar,
    )
    shape: str = parameter(ALIKE, Choice("the other layers of the optimum", SHAPES), applies=_more)
    beside: float = parameter(
        1e-3, Number("start beside the optimum, in w_L", 1e-6, 0.1, log=True), applies=_scalar
    )
    inputs: str = parameter(SIGNS, Choice("inputs x of the samples", INPUTS), applies=_two)
    noise: float = parameter(
        0.0,
        Number(
            "label noise σ", 0.0, 1.0,
            help=f"With {SIGNS} half the {SAMPLES} labels are r + σ, half r − σ, some in a batch. "
            "Gaussian inputs and noise are drawn afresh at every step.",
        ),
        applies=_two,
    )  # fmt: skip
    batch: int = parameter(1, Count("batch size B", 1, SAMPLES), applies=_in_batches)
    depth: int = parameter(2, Count("layers of the network", 2, 5), applies=_linear, suits=_suited_width)
    width: int = parameter(
        20,
        Count(
            "width, the units of a hidden layer", 2, widest(2),
            help=f"With at most {MOST_PARAMETERS} parameters in all, three, four or five layers have up to "
            f"{widest(3)}, {widest(4)} and {widest(5)} units each.",
        ),
        applies=_network,
    )  # fmt: skip
    points: str = parameter(
        SINE,
        Choice("points to learn", POINTS),
        applies=_network,
        meant_by={OWN: ("own", "x_column", "y_column")},
    )
    own: str = parameter(
        "",
        Points(
            "own points: one “x, y” a line, or a table",
            4000,
            read=own_points,
            used_by=("points", OWN),
            columns=("x_column", "y_column"),
            help="x and y are scaled to [−1, 1].",
        ),
        applies=_own,
    )
    x_column: int = parameter(0, Column("x is"), applies=_own)
    y_column: int = parameter(0, Column("y is"), applies=_own)
    seed: int = parameter(
        0, Count("seed of the batches, or of the network", 0, 9999),
        applies=lambda values: _in_batches(values) or _network(values),
    )  # fmt: skip

    @property
    def network_layers(self) -> int:
        """The number of layers of the network: two unless it is linear."""
        return self.depth if NETWORKS[self.system] == LINEAR else 2

    @property
    def units(self) -> int:
        """The units of a hidden layer of the network, as many as it may have."""
        return min(self.width, widest(self.network_layers))

    @property
    def network_size(self) -> int:
        """The number of parameters of the network."""
        return parameters(self.network_layers, self.units)

    @property
    def optimum(self) -> tuple[float, ...]:
        """The optimum beside which the run starts."""
        return optimum(self.layers, self.shape if self.layers > 2 else ALIKE, self.w1)

    @property
    def start(self) -> tuple[float, ...]:
        """The first state of the run."""
        return (*self.optimum[:-1], self.optimum[-1] + self.beside)

    @property
    def sharpness(self) -> float:
        """S₀ of the optimum."""
        return float(sharpness(self.optimum))

    @property
    def beyond(self) -> float:
        """q₀ = δS₀/2: above 1 the optimum is excluded."""
        return self.step_size * self.sharpness / 2.0

    @property
    def sampled(self) -> bool:
        """Whether the run sees batches that differ from step to step."""
        fresh = self.inputs == GAUSSIAN
        return self.layers == 2 and (fresh or (self.noise > 0.0 and self.batch < SAMPLES))

    @property
    def noise_variance(self) -> float:
        """σ_B² of the labels of a batch."""
        return variance(self.noise, self.batch, self.inputs)

    @property
    def spread(self) -> float:
        """Var q of a batch, 0 where its inputs are alike."""
        return spread(self.batch, self.inputs) if self.layers == 2 else 0.0


PRESETS = {
    "mirrored": Preset(
        "Thrown across the edge",
        "The run leaves an optimum that is too sharp, and lands as far below the edge 2/δ as it began above.",
        Params(),
        "An optimum too sharp for the step is left by itself; its successor is flatter than need be.",
        Try("raise δ to 0.6", {"step_size": 0.6}),
        "plane",
    ),
    "stays": Preset(
        "Below the edge",
        "The same optimum with a smaller step: the run falls back to it and its sharpness hardly moves.",
        Params(step_size=0.44),
        "Below the edge, descent keeps the optimum that it finds.",
        Try("raise δ to 0.5", {"step_size": 0.5}),
        "sharpness",
    ),
    "far_beyond": Preset(
        "Far beyond the edge, far down the arc",
        "δS₀ is 3: the run is thrown far across the edge and ends much flatter than 2/δ asks.",
        Params(w1=4.0, step_size=0.1868, n_steps=100),
        "A step much too large for where a run begins can end in a very flat place.",
        Try("lower δ to 0.135", {"step_size": 0.135}),
        "sharpness",
    ),
    "three_layers": Preset(
        "Three layers hover at the edge",
        "With three layers, one of them large, the run is not thrown across: it ends within 1 % of 2/δ.",
        Params(layers=3, w1=3.0, step_size=0.4, n_steps=400),
        "This is what deep networks do in practice: their sharpness ends at the edge of stability.",
        Try("take four layers", {"layers": 4}),
        "sharpness",
    ),
    "spread": Preset(
        "Three layers that behave as two",
        "Spread out, one layer is much smaller than the rest: the run is thrown across, as with two layers.",
        Params(layers=3, w1=4.0, shape=SPREAD, step_size=0.152, n_steps=200),
        "Depth alone does not hold a run at the edge: the balance of its layers matters.",
        Try("lower δ to 0.125", {"step_size": 0.125}),
        "sharpness",
    ),
    "noisy_labels": Preset(
        "Noisy labels lead to the flattest optimum",
        "Far below the edge, single samples with noisy labels wander down the arc to S = 2r.",
        Params(w1=2.5, step_size=0.1, noise=0.5, n_steps=1500),
        "Label noise makes sampled gradients prefer flat optima, at a rate that can be predicted.",
        Try("take the full batch", {"batch": SAMPLES}),
        "plane",
    ),
    "noisy_inputs": Preset(
        "Sampled inputs: a shorter arc",
        "With Gaussian inputs in single samples only S below a third of 2/δ is stable in the mean square.",
        Params(w1=2.5, step_size=0.05, inputs=GAUSSIAN, noise=0.5, n_steps=3000),
        "The smaller the batches, the flatter a minimum has to be for sampled gradients to stay there.",
        Try("take batches of 5", {"batch": 5}),
        "plane",
    ),
    "network": Preset(
        "A small network comes to the edge and stays",
        "The sharpness of a ReLU network rises while it learns, until it meets 2/δ, and stays close to it.",
        Params(system="a ReLU network", step_size=0.2, n_steps=2000),
        "This is the edge of stability: how sharp a trained network is, the step size decides.",
        Try("lower δ to 0.1", {"step_size": 0.1}),
        "training",
    ),
    "deep_line": Preset(
        "Five linear layers at the edge",
        "The sharpness rises to 2/δ, swings about it, and comes to rest less than 1 % below it.",
        Params(system="a linear network", depth=5, width=7, step_size=0.5, n_steps=2000, points=STEP, seed=1),
        "A network that can learn no more than a line meets the edge too: depth is enough.",
        Try("lower δ to 0.3", {"step_size": 0.3}),
        "training",
    ),
    "own_points": Preset(
        "Your own points",
        "Nine points with a jump: the sharpness of a tanh network rises to 2/δ and hovers there.",
        Params(
            system="a tanh network",
            step_size=0.35,
            n_steps=2900,
            points=OWN,
            own="0, 0\n1, 0.2\n2, 0\n3, 0.1\n4, 2\n5, 2.1\n6, 1.9\n7, 2\n8, 1",
        ),
        "Whether training comes to the edge depends on the points too: paste your own and see.",
        Try("raise δ to 0.6", {"step_size": 0.6}),
        "training",
    ),
}
