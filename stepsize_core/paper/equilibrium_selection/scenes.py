"""The scenes of Example 2 and Figure 1, and what a reader may predict of them."""

from stepsize_core.limits import LimitKind
from stepsize_core.paper.equilibrium_selection.studies import PRESETS, Study
from stepsize_core.paper.phenomenon import Comparison, Prompt, Scene

AWAY = "nowhere: it diverges"

AT_1, AT_2, BOUNDED, CYCLE = "at x = 1", "at x = 2", "it never repeats itself", "on a cycle"
SELECTION = (AT_1, AT_2, CYCLE, BOUNDED, AWAY)


def _selected(study: Study) -> str:
    if study.limit.kind is LimitKind.EQUILIBRIUM:
        return min((AT_1, 1.0), (AT_2, 2.0), key=lambda pair: abs(pair[1] - float(study.limit.points[0])))[0]
    kinds = {LimitKind.PERIODIC_ORBIT: CYCLE, LimitKind.APERIODIC: BOUNDED, LimitKind.DIVERGENT: AWAY}
    return kinds[study.limit.kind]


def _why_selected(study: Study) -> str:
    multipliers = " and ".join(
        f"{p.multiplier:.3g} at x = {p.x:g}" for p in study.critical_points if p.curvature > 0
    )
    return f"The run {study.outcome}. The multipliers 1 − δf₂″ are {multipliers}: stable within ±1."


def _asked(preset: str, asks: str) -> Prompt:
    return Prompt(asks, PRESETS[preset].params, SELECTION, _why_selected, _selected)


SCENES = (
    Scene(
        "both_stable",
        "diagram",
        "Follow the diagram to the right: x = 2, the sharper minimum, loses its stability before x = 1.",
        "Two minima, equally deep. The sharper one needs the smaller step: 0.2 for x = 2, 0.5 for x = 1.",
        place="Example 2",
    ),
    Scene(
        "selected",
        "figure_1",
        "At the paper's step size this run converges to x = 1. Only a run that lands on x = 2 stays there.",
        "At this step size the only minimum that gradient descent can settle in is the flatter one.",
        place="Figure 1",
    ),
    Scene(
        "chaotic_band",
        "cobweb",
        "Around x = 2 the slope is below −1: the run is pushed off, comes back and is pushed off again.",
        "We start beside a minimum, with the step size of the paper. Does the run settle there?",
        prompt=_asked("chaotic_band", "Step size {step_size:g}, start at {start:g}. Where does the run end?"),
        in_class=True,
    ),
    Scene(
        "band_ends",
        "cobweb",
        "The run is thrown out of the region around x = 2 and falls to x = 1.",
        "The same start and a larger step. One would expect it to be worse.",
        prompt=_asked(
            "band_ends", "Start at {start:g} with a larger step size, {step_size:g}. Where does the run end?"
        ),
        in_class=True,
    ),
    Scene(
        "period_2",
        "cobweb",
        "The run closes on a small square around x = 2: a 2-cycle.",
        "Just past the threshold of x = 2: what takes the place of the minimum?",
        prompt=_asked(
            "period_2",
            "δ = {step_size:g} is just above 0.2, where x = 2 loses its stability. Where does the run from "
            "{start:g} end?",
        ),
    ),
)

COMPARISONS = (
    Comparison("Below, at and above δ = 0.2", ("threshold",), "iterates", (0.19, 0.2, 0.21)),
    Comparison("The curve tilts: three step sizes", ("chaotic_band",), "cobweb", (0.15, 0.25, 0.33)),
)
