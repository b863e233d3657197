"""Theorems 2 and 3: gradient descent on a linear network from W_i[0] = I with a symmetric target.

The verdicts are taken from the exact reduction, one map per eigenvalue: the limit of Theorem 3 is a saddle of
the full problem, which full matrices leave (`saddle`). The step-size axis is in `step_sizes`.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from stepsize_core.arrays import Array
from stepsize_core.claims import Claim
from stepsize_core.descent import gradient_descent
from stepsize_core.frozen import Recomputable
from stepsize_core.networks.factorization import SpectrumFactorization
from stepsize_core.paper.identity_initialization.claims import claims_of
from stepsize_core.paper.identity_initialization.modes import ASYMPTOTIC, Mode, Spectrum, mode
from stepsize_core.paper.identity_initialization.saddle import Escape, saddle_escape
from stepsize_core.paper.identity_initialization.step_sizes import (
    Regions,
    StartComparison,
    TopDiagram,
    start_comparison,
    step_size_regions,
    top_eigenvalue_diagram,
)
from stepsize_core.paper.identity_initialization.theory import (
    algebraic_decay,
    guaranteed_step_size,
    nearest_psd,
)
from stepsize_core.paper.matrix_text import read_rows
from stepsize_core.paper.parameters import (
    Choice,
    Count,
    Number,
    Preset,
    SymmetricMatrix,
    Try,
    Validated,
    parameter,
)
from stepsize_core.paper.reachable_optima.theory import step_size_bound_for_target
from stepsize_core.parts import Progress

DEFINITE, SEMIDEFINITE, INDEFINITE, NEGATIVE, RANDOM, OWN = TARGETS = (
    "positive definite",
    "positive semidefinite",
    "indefinite",
    "negative definite",
    "random",
    "your own",
)
MATRIX = SymmetricMatrix("your own target R", 2, 8, 100.0, help="rows separated by semicolons")
NOISES = ("0", "1e-14", "1e-12", "1e-10", "1e-8", "1e-6", "1e-4", "1e-3", "1e-2")


@dataclass(frozen=True)
class Params(Validated):
    """What the reader chooses. `matrix` is used where target is "your own", `size` and `seed` elsewhere."""

    step_size: float = parameter(0.12, Number("step size δ", 1e-4, 10.0, log=True, usual=(0.0, 1.2)))
    depth: int = parameter(3, Count("depth L", 2, 12))
    n_steps: int = parameter(400, Count("steps", 2, 10_000, log=True))
    target: str = parameter(DEFINITE, Choice("target R", TARGETS))
    size: int = parameter(4, Count("size of the matrices n", 2, 8), applies=lambda v: v["target"] != OWN)
    matrix: str = parameter("2, 0.5; 0.5, -1", MATRIX, applies=lambda v: v["target"] == OWN)
    noise: str = parameter(
        "0", Choice("random part of the start ε", NOISES, help="W_i[0] = I + ε·noise, another in each layer")
    )
    seed: int = parameter(0, Count("seed of what is random", 0, 9999))


PRESETS = {
    "theorem_2": Preset(
        "A positive definite target is learned",
        "Every eigenvalue of the estimate converges to that of R, each at its own linear rate.",
        Params(),
        "From the identity, training splits into one scalar problem for each eigenvalue.",
        Try("raise δ to 0.36, past the guarantee", {"step_size": 0.36}),
        "eigenvalues_log",
    ),
    "exact_zero": Preset(
        "One eigenvalue is exactly zero",
        "The limit is right, the rate is not linear: the zero eigenvalue decays like a power of k.",
        Params(target=SEMIDEFINITE, n_steps=2000),
        "Where the target is 0 the estimate dies out slowly: each further digit takes many times the steps.",
        Try("take two layers instead of three", {"depth": 2}),
        "errors",
    ),
    "theorem_3": Preset(
        "An indefinite target is not learned",
        "The estimate converges to the closest PSD matrix, from depth 3 on slowly on negative eigenvalues.",
        Params(target=INDEFINITE, n_steps=1000),
        "The start alone can keep training from a solution that the network could represent.",
        Try("take two layers instead of three", {"depth": 2}),
        "eigenvalues_log",
    ),
    "two_layers": Preset(
        "Two layers: a linear decay",
        "With two layers the negative eigenvalues die out by the factor (1 − δ|λ|)² a step.",
        Params(target=INDEFINITE, depth=2),
        "Depth can change how fast training goes without changing what the network can express.",
        Try("add a third layer", {"depth": 3}),
        "errors",
    ),
    "negative_definite": Preset(
        "A negative definite target: nothing learned",
        "The closest PSD matrix is 0, so the estimate dies out although the cost could be 0.",
        Params(target=NEGATIVE, n_steps=2000),
        "A run can come to rest with nothing learned although its network could represent the target.",
        Try("start off the identity by 10⁻⁶", {"noise": "1e-6"}),
        "matrices",
    ),
    "saddle": Preset(
        "The limit of Theorem 3 is a saddle",
        "Start off the identity by 10⁻⁶: the full matrices pass the PSD projection and leave it for R.",
        Params(target=INDEFINITE, depth=2, noise="1e-6", n_steps=300),
        "A long plateau can be a saddle, which a tiny difference between the layers leaves in the end.",
        Try("start off the identity by 10⁻³", {"noise": "1e-3"}),
        "escape",
    ),
    "rounding_escapes": Preset(
        "Rounding alone leaves the saddle",
        "ε = 0 and three layers: the 16th digit differs between layers, and the difference grows.",
        Params(target=INDEFINITE, n_steps=3000),
        "An exact symmetry of the start does not survive rounding where the symmetric state is unstable.",
        Try("take two layers: no rounding escapes", {"depth": 2}),
        "spread",
    ),
    "between": Preset(
        "Past the guaranteed step it still converges",
        "Between the guaranteed step and Corollary 1 the theorem is silent; this run converges to R.",
        Params(matrix="2, 0; 0, 0.5", target=OWN, depth=2, step_size=0.45),
        "A guaranteed step size is a safe one, not the largest that works.",
        Try("raise δ to 0.55, past Corollary 1", {"step_size": 0.55}),
        "regions",
    ),
    "period_2": Preset(
        "Just above Corollary 1: a 2-cycle",
        "The top eigenvalue oscillates; the other one still converges.",
        Params(matrix="2, 0; 0, 0.5", target=OWN, depth=2, step_size=0.55),
        "Too large a step fails first where the singular value is largest; the rest can still be learned.",
        Try("lower δ to 0.45, below the bound", {"step_size": 0.45}),
        "cobwebs",
    ),
    "chaos": Preset(
        "Far above Corollary 1: chaos",
        "δr = 1.5: the top eigenvalue wanders for ever inside a band.",
        Params(matrix="2, 0; 0, 0.5", target=OWN, depth=2, step_size=0.75),
        "Erratic training needs no noise: the step size alone can cause it.",
        Try("raise δ to 1.02, past δr = 2", {"step_size": 1.02}),
        "cobwebs",
    ),
}


class Study(Recomputable):
    """The reduction of one run from the identity, and what Theorems 2 and 3 say of it.

    spectrum: the target with eigenvalues (n,) ascending and axes; guaranteed: the step size of the theorems;
    excluded: bound (4) of the PSD projection, ∞ if that is 0; layers and estimates (n_steps + 1, n): w and
    w^L; predicted (n_steps + 1, n): w^L by the algebraic law, NaN where the approach is linear; asymptotes
    (n_steps + 1, n): |w^L − limit| by that law, or by the linear rate from where the error is small on;
    modes: one per eigenvalue; to_target, to_psd (n_steps + 1,): Frobenius distances; estimate, projection
    (n, n): after the last step, and the nearest PSD matrix; escape: the full matrices where the start is
    perturbed, None where ε = 0 (`escape_of` runs these too).
    """

    params: Params
    objective: SpectrumFactorization
    spectrum: Spectrum
    guaranteed: float
    excluded: float
    layers: Array
    estimates: Array
    predicted: Array
    asymptotes: Array
    modes: tuple[Mode, ...]
    to_target: Array
    to_psd: Array
    estimate: Array
    projection: Array
    escape: Escape | None
    claims: tuple[Claim, ...]


@np.errstate(over="ignore", invalid="ignore")  # of runs that escape
def study(params: Params) -> Study:
    """Run the reduction at `params` and set every eigenvalue against Theorems 2 and 3."""
    spectrum, delta, depth = spectrum_of(params), params.step_size, params.depth
    objective = SpectrumFactorization(spectrum.eigenvalues.tolist(), depth)
    layers = gradient_descent(objective, objective.identity_start(), delta, params.n_steps).states
    steps = np.arange(params.n_steps + 1)[:, None]
    projection = nearest_psd(spectrum.matrix)
    estimates = objective.estimate(layers)
    predicted = algebraic_decay(spectrum.eigenvalues, delta, depth, steps) ** depth
    modes = tuple(mode(float(value), delta, depth) for value in spectrum.eigenvalues)
    guaranteed = guaranteed_step_size(spectrum.matrix, depth)
    excluded = float(step_size_bound_for_target(projection, depth))
    escape = escape_of(params) if float(params.noise) else None
    return Study(
        params=params,
        objective=objective,
        spectrum=spectrum,
        guaranteed=guaranteed,
        excluded=excluded,
        layers=layers,
        estimates=estimates,
        predicted=predicted,
        asymptotes=_asymptotes(modes, estimates, predicted),
        modes=modes,
        to_target=np.linalg.norm(estimates - spectrum.eigenvalues, axis=-1),
        to_psd=np.linalg.norm(estimates - np.maximum(spectrum.eigenvalues, 0.0), axis=-1),
        estimate=spectrum.matrix_of(estimates[-1]),
        projection=projection,
        escape=escape,
        claims=claims_of(delta, guaranteed, excluded, modes) + ((escape.claim,) if escape else ()),
    )


def _asymptotes(modes: tuple[Mode, ...], estimates: Array, predicted: Array) -> Array:
    """|w^L − limit| as predicted (n_steps + 1, n): the law, or the rate anchored where the error is small."""
    out = predicted.copy()
    for i, m in enumerate(modes):
        error = np.abs(estimates[:, i] - m.limit)
        small = np.flatnonzero(error < ASYMPTOTIC * abs(m.eigenvalue))
        if abs(m.rate) < 1.0 and len(small):  # the rate is NaN where the approach is algebraic
            steps = np.arange(len(error) - small[0])
            out[small[0] :, i] = error[small[0]] * np.abs(m.estimate_rate) ** steps
    return out


@lru_cache(maxsize=8)  # the study of a perturbed start and its pictures show the same run
def escape_of(params: Params) -> Escape:
    """The full matrices at `params`, from W_i = I + ε·noise: whether they stay with the reduction."""
    return saddle_escape(
        spectrum_of(params), params.depth, params.step_size, params.n_steps, float(params.noise), params.seed
    )


def read_matrix(text: str) -> Array:
    """The symmetric matrix (n, n) that `text` stands for, "1, 0.2; 0.2, -1" or as programs write one.

    Read is what NumPy, Python, MATLAB and Mathematica print, and CSV, spreadsheets, Markdown and LaTeX.
    Raises ValueError that says what is wrong, where, and what is accepted.
    """
    if wrong := MATRIX.complaint(text):
        raise ValueError(f"matrix must be {MATRIX.accepts}, got {text[:60]!r}: {wrong}")
    return np.array(read_rows(text), float)


def target_only(params: Params) -> Params:
    """The same target and depth with everything else at its default.

    `regions_of`, `top_diagram_of` and `comparison_of` depend on nothing else, so what they find can be kept
    while δ changes.
    """
    kept = ("depth", "target", "size", "matrix", "seed")
    return replace(Params(), **{name: getattr(params, name) for name in kept})


def regions_of(params: Params) -> Regions:
    """The step-size axis of the chosen target: guaranteed, observed, excluded."""
    return step_size_regions(spectrum_of(params), params.depth)


def top_diagram_of(params: Params) -> TopDiagram | None:
    """The step-size diagram of the largest eigenvalue; None where it is not positive."""
    top = float(spectrum_of(params).eigenvalues[-1])
    return top_eigenvalue_diagram(top, params.depth) if top > 0 else None


def comparison_of(params: Params, progress: Progress | None = None) -> StartComparison:
    """Identity, unbalanced and random starts for the chosen target."""
    return start_comparison(spectrum_of(params), params.depth, params.seed, progress)


def spectrum_of(params: Params) -> Spectrum:
    """The chosen target; random ones have eigenvalues of order 1 and axes drawn from the seed."""
    if params.target == OWN:
        return Spectrum.of(read_matrix(params.matrix))
    rng, n = np.random.default_rng(params.seed), params.size
    if params.target == RANDOM:
        noise = rng.standard_normal((n, n))
        return Spectrum.of((noise + noise.T) / math.sqrt(2.0 * n))
    sizes = rng.uniform(0.2, 2.0, n)
    if params.target == SEMIDEFINITE:
        sizes[0] = 0.0
    elif params.target == INDEFINITE:
        sizes[: n // 2] *= -1.0
    elif params.target == NEGATIVE:
        sizes *= -1.0
    return Spectrum.with_eigenvalues(sizes, rng)
