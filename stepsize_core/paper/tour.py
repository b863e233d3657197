"""The guided tour: one stop for every statement of the paper, in its order, each at a preset of its page."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Stop:
    """A stop of the tour.

    place   the statement's place in the paper, as in catalogue.STATEMENTS
    stem    the phenomenon whose page is visited
    preset  the key of the case shown there, in its module's PRESETS
    look    one sentence: what to look at
    """

    place: str
    stem: str
    preset: str
    look: str

    @property
    def params(self) -> Any:
        """The parameters of the preset."""
        return import_module(f"stepsize_core.paper.{self.stem}").PRESETS[self.preset].params


TOUR = (
    Stop(
        "Example 1",
        "periodic_orbits",
        "oscillation",
        "The run closes on the dashed square ±δ²/4 and stays there: it never reaches the minimum at 0.",
    ),
    Stop(
        "Example 2",
        "equilibrium_selection",
        "both_stable",
        "Follow the diagram to the right: x = 2, the sharper minimum, loses its stability before x = 1.",
    ),
    Stop(
        "Figure 1",
        "equilibrium_selection",
        "selected",
        "At the paper's step size this run converges to x = 1. No start can converge to x = 2.",
    ),
    Stop(
        "Example 3",
        "initialization_dependence",
        "inside",
        "The start lies just inside the dashed threshold. Move it across, and the same δ diverges.",
    ),
    Stop(
        "Theorem 1",
        "reachable_optima",
        "theorem_1",
        "Rescaled to equal cost, the optimum falls out of reach: the run leaves it for a flatter one.",
    ),
    Stop(
        "Remark 1",
        "reachable_optima",
        "remark_1",
        "δ lies above 2/λ_max but below bound (3): the theorem does not exclude an unstable optimum.",
    ),
    Stop(
        "Corollary 1",
        "reachable_optima",
        "above_corollary_1",
        "δ is past bound (4), so no optimum of this target is stable: the run ends on a 2-cycle.",
    ),
    Stop(
        "Remark 2",
        "reachable_optima",
        "below_corollary_1",
        "The flattest optimum is just stable. A larger singular value would need a smaller step.",
    ),
    Stop(
        "Corollary 2",
        "reachable_optima",
        "corollary_2",
        "Compare the largest singular value reached with the ceiling that δ and the depth impose.",
    ),
    Stop(
        "Theorem 2",
        "identity_initialization",
        "theorem_2",
        "From the identity every eigenvalue of the estimate goes to that of R, each at its own rate.",
    ),
    Stop(
        "Remark 3",
        "identity_initialization",
        "between",
        "Past the guaranteed step the identity start still converges: it goes to the flattest optimum.",
    ),
    Stop(
        "Remark 4",
        "identity_initialization",
        "exact_zero",
        "Read each layer as I + U with U[0] = 0: a residual network, whose slowest task is the eigenvalue 0.",
    ),
    Stop(
        "Theorem 3",
        "identity_initialization",
        "theorem_3",
        "Positive eigenvalues are learned, negative ones die out: the nearest PSD matrix, not R.",
    ),
    Stop(
        "Theorem 4",
        "relu_oscillation",
        "theorem_4_bites",
        "The run converges, so its largest ‖x‖‖f̂(x)‖ must stay below the bound: here it nearly touches it.",
    ),
    Stop(
        "Figure 2",
        "relu_oscillation",
        "figure_2_right",
        "Play the last iterates: the network keeps switching between two functions, f̂_odd and f̂_even.",
    ),
)
