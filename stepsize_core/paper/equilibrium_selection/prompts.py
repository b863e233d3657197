"""What a reader may predict of Example 2."""

from stepsize_core.limits import LimitKind
from stepsize_core.paper.equilibrium_selection.studies import PRESETS, Study
from stepsize_core.paper.phenomenon import Prompt

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


QUESTIONS = {
    "chaotic_band": "Will δ = {step_size:g} from x[0] = {start:g} settle, and where?",
    "band_ends": "The same start, a larger step: δ = {step_size:g} from x[0] = {start:g}. Where does it end?",
    "period_2": "And δ = {step_size:g}, just above the step at which x = 2 loses its stability?",
}
PROMPTS = tuple(
    Prompt(asks, PRESETS[preset].params, SELECTION, _why_selected, _selected)
    for preset, asks in QUESTIONS.items()
)
