"""Pictures of Theorems 2 and 3: a linear network from the identity, one map per eigenvalue of the target."""

import math

from pages.charts.identity_initialization.cobwebs import COBWEBS
from pages.charts.identity_initialization.matrices import DISTANCES, ESCAPE, MATRICES, SPREAD
from pages.charts.identity_initialization.modes import EIGENVALUES, EIGENVALUES_LOG, ERRORS, ERRORS_LOG
from pages.charts.identity_initialization.step_sizes import COMPARISON, DIAGRAM, EXPONENTS, REGIONS
from pages.charts.kit.figure import Figure
from stepsize_core.paper.identity_initialization import Study


def headline(study: Study) -> str:
    """The page's sentence: where δ stands, and where the eigenvalues of the estimate went."""
    delta, modes = study.params.step_size, study.modes
    units = f"{delta / study.guaranteed:.3g} × the guaranteed step"
    if math.isfinite(study.excluded):
        units += f" and {delta / study.excluded:.3g} × Corollary 1's bound"
    left = [mode for mode in modes if mode.at_limit is not True]
    if left:
        top = max(left, key=lambda mode: mode.eigenvalue)
        fate = (
            f"{len(modes) - len(left)} of {len(modes)} eigenvalues reach their limits; at λ = "
            f"{top.eigenvalue:.3g} the layers' w: {top.outcome.sentence}"
        )
    else:
        limit = "the nearest PSD matrix" if study.spectrum.eigenvalues[0] < 0 else "R"
        fate = f"all {len(modes)} eigenvalues reach their limits: the estimate becomes {limit}"
    return f"δ = {delta:g} is {units}; {fate}."


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return (
        EIGENVALUES, EIGENVALUES_LOG, COBWEBS, REGIONS, DIAGRAM, ERRORS, ERRORS_LOG, MATRICES, DISTANCES,
        ESCAPE, SPREAD, EXPONENTS, COMPARISON,
    )  # fmt: skip
