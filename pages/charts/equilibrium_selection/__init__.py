"""Pictures of Example 2: which minimum of f₂ the step size lets gradient descent reach (with Figure 1)."""

from pages.charts.equilibrium_selection.schedule import DECAYED, SCHEDULE
from pages.charts.kit.calls import Call, call
from pages.charts.kit.figure import Figure
from pages.charts.scalar import fates
from pages.charts.scalar import run as scalar_run
from pages.charts.scalar.diagram import diagram_figure, lyapunov_figure
from pages.charts.scalar.look import Look
from pages.charts.scalar.outcomes import does, verb_of
from pages.charts.scalar.run import cobweb_figure, function_figure, iterates_figure, margins_figure
from pages.charts.scalar.shares import fates_figure, shares_figure
from stepsize_core.limits import LimitKind
from stepsize_core.paper import equilibrium_selection as phenomenon
from stepsize_core.paper.equilibrium_selection import FIGURE_1_WINDOW, START_WINDOW, Study
from stepsize_core.paper.scalar import SHARE_STEPS
from stepsize_core.sweeps import Share

RUN_WINDOW = (-1.2, 3.2)  # a state outside is on its way to infinity
LOOK = Look(
    symbol="f₂",
    fates=lambda study: fates.Fates((1.0, 2.0)),
    curve_window=lambda study: FIGURE_1_WINDOW,
    run_window=lambda study: RUN_WINDOW,
    start_window=lambda study: START_WINDOW,
)


def headline(study: Study) -> str:
    """The page's sentence: which equilibria are stable, what this run did, and where others went."""
    stable = [f"x = {p.x:g}" for p in study.critical_points if p.stability == "stable"]
    subject = {0: "no equilibrium is stable", 1: f"only {''.join(stable)} is stable"}.get(
        len(stable), f"{' and '.join(stable)} are stable"
    )
    neutral = [f" and x = {p.x:g} neutral" for p in study.critical_points if p.stability == "neutral"]
    shares = sorted(study.basins.shares, key=lambda share: -share.count)
    return (
        f"At δ = {study.params.step_size:g} {subject}{''.join(neutral)}. "
        f"The run from x[0] = {study.params.start:g} {study.outcome}. "
        f"Of {study.basins.labels.size:,} random starts, followed for {SHARE_STEPS} steps, "
        f"{', '.join(map(_ended, shares))}."
    )


def _ended(share: Share) -> str:
    """What the starts of a share do, with their number."""
    attractor = share.attractor
    if attractor.kind is LimitKind.EQUILIBRIUM:
        return does(share.count, f"reach x = {attractor.points[0]:.4g}")
    return does(share.count, verb_of(attractor.kind, attractor.period))


def _over_step_sizes(study: Study) -> tuple[Call, ...]:
    return call(phenomenon.step_size_diagram, study.params.start), call(phenomenon.branches)


FIGURE_1 = function_figure(LOOK, "figure_1", "Figure 1: the ball on f₂")
COBWEB = cobweb_figure(LOOK)
COBWEB_OF_BOTH = cobweb_figure(LOOK, "cobweb_of_both", FIGURE_1_WINDOW)
DIAGRAM = diagram_figure(_over_step_sizes)
LYAPUNOV = lyapunov_figure(_over_step_sizes)
FATES = fates_figure(LOOK, [call(phenomenon.start_step_size_raster)])
SHARES = shares_figure(LOOK)
MARGINS = margins_figure(LOOK)
ITERATES = iterates_figure(LOOK)


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return (
        FIGURE_1,
        COBWEB,
        COBWEB_OF_BOTH,
        DIAGRAM,
        LYAPUNOV,
        FATES,
        SHARES,
        MARGINS,
        ITERATES,
        SCHEDULE,
        DECAYED,
    )
