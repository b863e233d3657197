"""Pictures of momentum: the 2-cycles of gradient descent at the effective step."""

from pages.charts.kit.figure import Figure
from pages.charts.momentum.figure_2 import FIGURE_2
from pages.charts.momentum.over_momentum import SAMPLES, SHARES
from pages.charts.momentum.run import DELAY, ITERATES, LOSS, OUTCOMES
from pages.charts.momentum.step_sizes import DIAGRAM, STABILITY, WHOLE
from stepsize_core.paper.momentum import EXAMPLE_1, EXAMPLE_2, Study


def headline(study: Study) -> str:
    """The page's sentence: the effective step, what the run does, and what gradient descent does there."""
    p = study.params
    run = f"From x[0] = {p.start:g} the run {study.outcome}"
    nesterov = p.method == "Nesterov"
    method, rule = ("Nesterov’s method", "δ(1 + 2β)/(1 + β)") if nesterov else ("Heavy ball", "δ/(1 + β)")
    if p.beta == 0.0:
        return f"{method} with β = 0 is gradient descent, and δ = δₑ = {p.step_size:g}. {run}."
    return (
        f"{method} with β = {p.beta:g} and δ = {study.delta:.4g} has the effective step δₑ = {rule} = "
        f"{p.step_size:g}, and the 2-cycles of gradient descent there. {run}; gradient descent at δₑ "
        f"{study.plain.outcome}."
    )


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return (DELAY, ITERATES, LOSS, OUTCOMES, DIAGRAM, *of_cycles(study), SHARES, SAMPLES, FIGURE_2)


def of_cycles(study: Study) -> tuple[Figure, ...]:
    """Of the cycle that is known over all step sizes, in Examples 1 and 2."""
    return {EXAMPLE_1: (STABILITY,), EXAMPLE_2: (STABILITY, WHOLE)}.get(study.params.function, ())
