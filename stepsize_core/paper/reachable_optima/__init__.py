"""Theorem 1, Corollaries 1 and 2: a step size reaches only a subset of the optima of a linear network."""

from stepsize_core.paper.phenomenon import NETWORKS, Lesson, Phenomenon, Statement
from stepsize_core.paper.reachable_optima.ensembles import (
    large_targets,
    random_rescalings,
    singular_value_ensemble,
)
from stepsize_core.paper.reachable_optima.optimum import Standing
from stepsize_core.paper.reachable_optima.plane import plane_diagram, plane_raster, plane_run
from stepsize_core.paper.reachable_optima.scenes import COMPARISONS, SCENES
from stepsize_core.paper.reachable_optima.studies import (
    LAYERS,
    NEAR,
    NETWORK,
    PRESETS,
    RANDOM,
    NetworkStudy,
    Params,
    PlaneStudy,
    Study,
    rescalings_of,
    study,
)
from stepsize_core.paper.reachable_optima.theory import (
    largest_hessian_eigenvalue_at_solution,
    singular_value_bound,
    smallest_sharpness,
    step_size_bound,
    step_size_bound_for_target,
)

STATEMENTS = (
    Statement(
        "Theorem 1",
        r"A linear network can converge to a solution only if "
        r"$\delta \le 2/\sum_j p_{j-1}^2 q_{j+1}^2$: each step size reaches a subset of the optima.",
    ),
    Statement(
        "Remark 1",
        r"The condition is necessary, not sufficient: a run may oscillate around an optimum.",
    ),
    Statement(
        "Corollary 1",
        r"Convergence to a global optimum needs $\delta \le 2/(L\,\rho(R)^{2(L-1)/L})$.",
    ),
    Statement(
        "Remark 2",
        r"Maps with large singular values need small steps; convergence with a large step means a small "
        r"Lipschitz constant.",
    ),
    Statement(
        "Corollary 2",
        r"If gradient descent converged to $\hat R$, then $\rho(\hat R) \le (2/(L\delta))^{L/(2L-2)}$.",
    ),
)

LESSONS = (
    Lesson(
        "reached_optima",
        "Two scalar layers at δ = 0.8 →",
        Params(step_size=0.8, plane_target=1.0, w1=2.0, w2=0.4),
    ),
)

PHENOMENON = Phenomenon(
    stem="reachable_optima",
    key="reach",
    title="Reachable optima",
    place="Theorem 1, Corollaries 1, 2",
    group=NETWORKS,
    Params=Params,
    PRESETS=PRESETS,
    study=study,
    statements=STATEMENTS,
    scenes=SCENES,
    comparisons=COMPARISONS,
    lessons=LESSONS,
)
