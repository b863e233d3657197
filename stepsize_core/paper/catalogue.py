"""The paper's table of contents: its phenomena in order, and where each of its statements is studied.

A new phenomenon is one line in PHENOMENA and its statements in STATEMENTS.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from stepsize_core.paper import (
    equilibrium_selection,
    identity_initialization,
    initialization_dependence,
    periodic_orbits,
    reachable_optima,
    relu_oscillation,
    your_function,
)

REFERENCE = (
    "K. Nar and S. S. Sastry, Step Size Matters in Deep Learning, Advances in Neural Information Processing "
    "Systems 31 (NeurIPS 2018), arXiv:1805.08890"
)


@dataclass(frozen=True)
class Phenomenon:
    """A phenomenon of the paper.

    title   what it is called on the screen
    module  stepsize_core.paper.<stem>, with Params, PRESETS, Study and study
    """

    title: str
    module: ModuleType

    @property
    def stem(self) -> str:
        """The name that the module, its page, its charts and its tests share."""
        return self.module.__name__.rpartition(".")[2]


@dataclass(frozen=True)
class Statement:
    """A statement of the paper: place, what it says (Markdown with LaTeX), stem where it is studied."""

    place: str
    says: str
    stem: str


PHENOMENA = (
    Phenomenon("Periodic orbits", periodic_orbits),
    Phenomenon("Equilibrium selection", equilibrium_selection),
    Phenomenon("Initialization dependence", initialization_dependence),
    Phenomenon("Reachable optima", reachable_optima),
    Phenomenon("Identity initialization", identity_initialization),
    Phenomenon("ReLU oscillation", relu_oscillation),
    Phenomenon("Your own function", your_function),  # beyond the paper: no statement is its own
)

STATEMENTS = (
    Statement(
        "Example 1",
        r"On $f_1(x) = \frac23|x|^{3/2}$, convex with one minimum, almost every start ends in the "
        r"oscillation $\pm\delta^2/4$.",
        "periodic_orbits",
    ),
    Statement(
        "Example 2",
        r"Of the two minima of $f_2(x) = (x^2+1)(x-1)^2(x-2)^2$, $x = 1$ is stable for $\delta < 0.5$ and "
        r"$x = 2$ for $\delta < 0.2$.",
        "equilibrium_selection",
    ),
    Statement(
        "Figure 1",
        r"$f_2$ and its minima: with $\delta = 0.3$, a run that reaches an equilibrium reaches $x = 1$.",
        "equilibrium_selection",
    ),
    Statement(
        "Example 3",
        r"On $f_3(x) = x^L$ gradient descent converges to $0$ if $|x[0]|^{L-2} < 2/(L\delta)$ and "
        r"diverges if it is larger.",
        "initialization_dependence",
    ),
    Statement(
        "Theorem 1",
        r"A linear network can converge to a solution only if "
        r"$\delta \le 2/\sum_j p_{j-1}^2 q_{j+1}^2$: each step size reaches a subset of the optima.",
        "reachable_optima",
    ),
    Statement(
        "Remark 1",
        r"The condition is necessary, not sufficient: a run may oscillate around an optimum.",
        "reachable_optima",
    ),
    Statement(
        "Corollary 1",
        r"Convergence to a global optimum needs $\delta \le 2/(L\,\rho(R)^{2(L-1)/L})$.",
        "reachable_optima",
    ),
    Statement(
        "Remark 2",
        r"Maps with large singular values need small steps; convergence with a large step means a small "
        r"Lipschitz constant.",
        "reachable_optima",
    ),
    Statement(
        "Corollary 2",
        r"If gradient descent converged to $\hat R$, then $\rho(\hat R) \le (2/(L\delta))^{L/(2L-2)}$.",
        "reachable_optima",
    ),
    Statement(
        "Theorem 2",
        r"From the identity, a positive semidefinite target is learned: every layer converges to $R^{1/L}$.",
        "identity_initialization",
    ),
    Statement(
        "Remark 3",
        r"The identity start converges at step sizes at which most other optima are unstable.",
        "identity_initialization",
    ),
    Statement(
        "Remark 4",
        r"Identity initialization is the zero initialization of a linear residual network.",
        "identity_initialization",
    ),
    Statement(
        "Theorem 3",
        r"From the identity, an indefinite symmetric target is replaced by the nearest positive semidefinite "
        r"matrix.",
        "identity_initialization",
    ),
    Statement(
        "Theorem 4",
        r"If a two-layer ReLU network converges, then $\max_i \|x_i\|\,\|\hat f(x_i)\| \le 1/\delta$.",
        "relu_oscillation",
    ),
    Statement(
        "Figure 2",
        r"A ReLU network settles at $\delta = 2\cdot10^{-4}$ and keeps switching between two functions at "
        r"$3\cdot10^{-4}$.",
        "relu_oscillation",
    ),
)
