"""Theorems 2 and 3: gradient descent on a linear network from W_i[0] = I with a symmetric target."""

from stepsize_core.paper.identity_initialization.scenes import COMPARISONS, SCENES
from stepsize_core.paper.identity_initialization.step_sizes import (
    start_comparison,
    step_size_regions,
    top_eigenvalue_diagram,
)
from stepsize_core.paper.identity_initialization.studies import (
    DEFINITE,
    INDEFINITE,
    NEGATIVE,
    OWN,
    PRESETS,
    SEMIDEFINITE,
    TARGETS,
    Params,
    Study,
    comparison_of,
    escape_of,
    read_matrix,
    regions_of,
    spectrum_of,
    study,
    target_only,
    top_diagram_of,
)
from stepsize_core.paper.identity_initialization.theory import (
    algebraic_decay,
    escape_time,
    guaranteed_step_size,
    layer_limit,
    linear_rate,
    nearest_psd,
)
from stepsize_core.paper.phenomenon import NETWORKS, Phenomenon, Statement

STATEMENTS = (
    Statement(
        "Theorem 2",
        r"From the identity, a positive semidefinite target is learned: every layer converges to $R^{1/L}$.",
    ),
    Statement(
        "Remark 3",
        r"The identity start converges at step sizes at which most other optima are unstable.",
    ),
    Statement(
        "Remark 4",
        r"Identity initialization is the zero initialization of a linear residual network.",
    ),
    Statement(
        "Theorem 3",
        r"From the identity, an indefinite symmetric target is replaced by the nearest positive semidefinite "
        r"matrix.",
    ),
)

PHENOMENON = Phenomenon(
    stem="identity_initialization",
    key="identity",
    title="Identity initialization",
    place="Theorems 2, 3",
    group=NETWORKS,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    statements=STATEMENTS,
    scenes=SCENES,
    comparisons=COMPARISONS,
)
