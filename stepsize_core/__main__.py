"""`python -m stepsize_core` prints the public names in groups, with a line each."""

import inspect
import re
import sys
import textwrap

import stepsize_core
from stepsize_core.paper.catalogue import CATALOGUE

GROUPS = {
    "What is descended": (
        "Objective", "FromGradient", "UserFunction", "ThreeHalvesPower", "TwoMinima", "EvenPower",
        "DeepLinearNetwork", "ScalarFactorization", "SpectrumFactorization", "TwoLayerReLU",
        "gaussian_experiment", "FiniteSum", "ExpressionError",
    ),
    "Which map: gradient descent of an objective, or": ("HeavyBall", "Nesterov", "Scheduled"),
    "A run, and what it becomes": (
        "gradient_descent", "Trajectory", "classify_limit", "classify_trajectory", "Limit", "LimitKind",
    ),
    "Equilibria, cycles and their stability": (
        "find_equilibria", "equilibria_on", "plane_equilibria", "critical_point", "CriticalPoint",
        "two_cycles", "hessian_eigenvalues", "largest_hessian_eigenvalue", "eigenvalue_margins",
        "critical_step_size", "stability_loss", "StabilityLoss", "flip_coefficient", "orbit_multipliers",
        "lyapunov_exponent",
    ),
    "Many runs": (
        "bifurcation_diagram", "BifurcationDiagram", "basins_of_attraction", "fate_raster", "wilson_interval",
    ),
    "Sampled gradients": (
        "sgd", "Ensemble", "noise_share", "sampled_thresholds", "sampled_exponent", "mean_square_threshold",
        "alternation",
    ),
    "What is said of a case, and whether it holds": ("Claim", "Verdict"),
}  # fmt: skip
WIDTH, NAMES = 110, 30  # characters of a line, and of the column of names


def listing() -> str:
    """The names of `stepsize_core` in groups, then the phenomena of `stepsize_core.paper`."""
    lines = []
    for group, names in GROUPS.items():
        lines += ["", group, *(_line(name, _said(getattr(stepsize_core, name))) for name in names)]
    lines += ["", "Phenomena, from stepsize_core.paper import …: each has Params, PRESETS, study and Study"]
    lines += [_line(phenomenon.stem, f"{phenomenon.title} ({phenomenon.place})") for phenomenon in CATALOGUE]
    return "\n".join([f"stepsize_core {stepsize_core.__version__}", *lines])


def _said(thing: object) -> str:
    """The first sentence of the docstring of a function or a class."""
    paragraph = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return re.split(r"\.(?=\s+[A-Z]|$)", paragraph)[0]


def _line(name: str, said: str) -> str:
    """A name and what is said of it, wrapped."""
    return textwrap.fill(
        f"{name:{NAMES - 3}} {said}", WIDTH, initial_indent="  ", subsequent_indent=" " * NAMES
    )


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(listing())
