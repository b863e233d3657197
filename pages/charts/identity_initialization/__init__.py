"""Pictures of Theorems 2 and 3: a linear network from the identity, one map per eigenvalue of the target."""

import math

from pages.charts.identity_initialization.cobwebs import COBWEBS
from pages.charts.identity_initialization.distances import DISTANCES, ESCAPE, SPREAD
from pages.charts.identity_initialization.matrices import MATRICES
from pages.charts.identity_initialization.modes import (
    EIGENVALUES,
    EIGENVALUES_LOG,
    ERRORS,
    ERRORS_LOG,
    converging,
)
from pages.charts.identity_initialization.step_sizes import COMPARISON, DIAGRAM, EXPONENTS, REGIONS
from pages.charts.kit.figure import Figure
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.modes import MODE_STEPS


def headline(study: Study) -> str:
    """The page's sentence: where δ stands, where the drawn run ends, and where its eigenvalues go."""
    delta, modes = study.params.step_size, study.modes
    units = f"{delta / study.guaranteed:.4g} × the guaranteed step"
    if math.isfinite(study.excluded):
        units += f" and {delta / study.excluded:.4g} × Corollary 1's bound"
    limit = "the nearest PSD matrix" if study.spectrum.eigenvalues[0] < 0 else "R"
    n_steps, reduced = f"{study.params.n_steps:,}", " of the exact reduction" if study.escape else ""
    drawn = f"Within {n_steps} steps the estimate{reduced} diverges"
    if math.isfinite(study.to_psd[-1]):
        drawn = f"After {n_steps} steps the estimate{reduced} is {study.to_psd[-1]:.2g} from {limit}"
    fate, left = converging(study), [mode for mode in modes if mode.at_limit is not True]
    if left:
        top = max(left, key=lambda mode: mode.eigenvalue)
        fate += f"; at λ = {top.eigenvalue:.3g} the layers' w: {top.sentence}"
    else:
        fate += f": the estimate goes to {limit}"
    followed = "followed for" if study.params.n_steps < MODE_STEPS else "judged by the first"
    full = ""
    if study.escape and math.isfinite(away := study.escape.to_target[-1]):
        full = (
            f" The full matrices, from layers that differ by ε = {study.params.noise}, end {away:.2g} from R."
        )
    return f"δ = {delta:g} is {units}. {drawn}; {followed} {MODE_STEPS:,} steps, {fate}.{full}"


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study; a target without a positive eigenvalue has no cascade to show."""
    cascade = (DIAGRAM, EXPONENTS) if study.spectrum.eigenvalues[-1] > 0 else ()
    run = MATRICES, EIGENVALUES, EIGENVALUES_LOG, COBWEBS, REGIONS, ERRORS, ERRORS_LOG
    return *run, DISTANCES, ESCAPE, SPREAD, COMPARISON, *cascade
