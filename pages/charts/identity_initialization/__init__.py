"""Pictures of Theorems 2 and 3: a linear network from the identity, one map per eigenvalue of the target."""

from __future__ import annotations

import math

from pages.charts.identity_initialization.cascade import DIAGRAM, EXPONENTS
from pages.charts.identity_initialization.cobwebs import COBWEBS
from pages.charts.identity_initialization.matrices import DISTANCES, MATRICES
from pages.charts.identity_initialization.modes import EIGENVALUES, EIGENVALUES_LOG, ERRORS, ERRORS_LOG
from pages.charts.identity_initialization.regions import REGIONS
from pages.charts.identity_initialization.saddle import ESCAPE, SPREAD
from pages.charts.identity_initialization.starts import COMPARISON
from pages.charts.kit.calls import Source, call
from pages.charts.kit.four_part import FourPart as Figure
from stepsize_core.paper import identity_initialization as phenomenon
from stepsize_core.paper.identity_initialization import Study


def headline(study: Study) -> str:
    """The page's sentence: where δ stands, and where the eigenvalues of the estimate went."""
    delta, modes = study.params.step_size, study.modes
    units = f"{delta / study.guaranteed:.3g} × the guaranteed step"
    if math.isfinite(study.excluded):
        units += f" and {delta / study.excluded:.3g} × Corollary 1's bound"
    arrived = sum(m.at_limit is True for m in modes)
    negative = sum(m.eigenvalue < 0 for m in modes)
    limit = "the nearest PSD matrix" if negative else "R"
    if arrived == len(modes):
        fate = f"all {arrived} eigenvalues reach their limits: the estimate becomes {limit}"
    else:
        top = max((m for m in modes if m.at_limit is not True), key=lambda m: m.eigenvalue)
        fate = (
            f"{arrived} of {len(modes)} eigenvalues reach their limits; at λ = "
            f"{top.eigenvalue:.3g} the layers' w: {top.outcome.sentence}"
        )
    return f"δ = {delta:g} is {units}; {fate}."


FIGURES = (
    EIGENVALUES,
    EIGENVALUES_LOG,
    COBWEBS,
    REGIONS,
    DIAGRAM,
    ERRORS,
    ERRORS_LOG,
    MATRICES,
    DISTANCES,
    ESCAPE,
    SPREAD,
    EXPONENTS,
    COMPARISON,
)


def gallery(study: Study) -> dict[Figure, Source]:
    """What each picture of this study shows."""
    run, target = call(phenomenon.study, study.params), phenomenon.target_only(study.params)
    top = call(phenomenon.top_diagram_of, target), run
    escape = call(phenomenon.escape_of, study.params), run
    comparison = call(phenomenon.comparison_of, target, label="Running full matrices from many starts …")
    return dict.fromkeys(FIGURES, run) | {
        REGIONS: (call(phenomenon.regions_of, target), run),
        DIAGRAM: top,
        EXPONENTS: top,
        ESCAPE: escape,
        SPREAD: escape,
        COMPARISON: (comparison, run),
    }
