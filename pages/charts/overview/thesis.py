"""The thesis in two pictures: the cobweb of the smallest deep network, and what it ends in at every δ."""

from functools import lru_cache

import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing, Table, held
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import attractor_picture, draw_chosen
from pages.charts.kit.raster import visited_table
from pages.charts.kit.style import FINE_DASH
from pages.charts.scalar.cobweb import cobweb_tables
from stepsize_core.limits import LimitKind
from stepsize_core.paper import thesis
from stepsize_core.paper.runs import counted
from stepsize_core.paper.thesis import LARGEST, Outputs, Study, Thresholds

REACH = 1.5  # of the weights in the cobweb; below the escape none leaves it for long
TOP = 2.42  # of the outputs in the diagram
NAMES = TOP, 2.24  # heights of the names of thresholds, in two rows
WORDS = "2-cycle", "cascade", "escape"  # what begins at each threshold
NAME_ROOM = 0.12  # of the axis that half the name of δ takes
HATCHES, SLANT = 22, 0.5  # lines that fill the step sizes at which runs escape, and how far each rises


def headline(study: Study) -> str:
    """What the network ends in, in one sentence."""
    return f"At **δ = {study.params.step_size:g}** the network {_fate(study)}."


def _fate(study: Study) -> str:
    outputs = [f"**{u:.3f}**" for u in study.outputs]
    match study.limit.kind, len(outputs):
        case LimitKind.DIVERGENT, _:
            return "**escapes**: its weights grow without bound, and no target is reached"
        case LimitKind.EQUILIBRIUM, _ if abs(study.outputs[0] - 1.0) < thesis.SAME_OUTPUT:
            return f"learns its target: its output settles at {outputs[0]}"
        case LimitKind.EQUILIBRIUM, _:
            return f"stands still at {outputs[0]}, where any start beside this one leaves"
        case LimitKind.PERIODIC_ORBIT, 1:
            return f"has the output {outputs[0]}, while its weights change sign at every step"
        case LimitKind.PERIODIC_ORBIT, 2:
            return f"never rests: its output jumps between {outputs[0]} and {outputs[1]}, for ever"
        case LimitKind.PERIODIC_ORBIT, n:
            return f"never rests: its output repeats every {n} steps, between {outputs[0]} and {outputs[-1]}"
    last = study.last_states**2
    return (
        f"never settles: in the last {len(last)} of {study.followed:,} steps its output wanders "
        f"between **{last.min():.3f}** and **{last.max():.3f}**"
    )


@figure("Each weight, step by step", height=516, square=True)
def COBWEB(study: Study, draw: Drawing) -> str:
    states = study.states[np.abs(study.states) <= REACH]
    wanted = (0.0 if states.min() >= 0.0 else -REACH, REACH)
    low, high = draw.hold("w", wanted, (states.min(), states.max()))
    tables = cobweb_tables(study.objective, study.params.step_size, study.states, low, high)
    draw.axes("weight w[k]", "w[k+1]", frame=tables["_frame"], whole=True, equal=True)
    draw.cobweb(tables)
    points = [point for point in study.equilibria if low <= point.x <= high]
    place = {"x": [p.x for p in points], "y": [p.x for p in points]}
    draw.equilibria("equilibria", place | {"stability": [p.stability for p in points]})
    name = {"x": study.params.start, "y": low, "text": f"w[0] = {study.params.start:g}"}
    draw.start("_start", name, across="x", symbol="w[0]")
    draw.grip(x="start")
    draw.name("_target", {"x": thesis.LEARNED, "y": thesis.LEARNED, "text": "target: w² = 1"}, look="theory",
              align="left", dx=12, dy=4)  # fmt: skip
    draw.name(
        "_diagonal", {"x": high, "y": high, "text": "diagonal"}, look="muted", align="right", dx=-16, dy=4
    )

    steps = counted(int(np.isfinite(study.states).sum()) - 1, "step")
    return (
        f"{steps} from w[0] = {study.params.start:g}: up to the curve w + δw(1 − w²), across to the "
        f"diagonal. The run {study.outcome.replace('x = ', 'w = ')}; the output is w²."
    )


@figure(
    "What the network ends in, at every step size",
    height=330,
    also=lambda study: [call(thesis.outputs, study.params.start)],
)
def DIAGRAM(study: Study, outputs: Outputs, draw: Drawing) -> str:
    found, marks, delta = outputs.diagram, outputs.thresholds, study.params.step_size
    deltas, ends = found.step_sizes, (0.0, LARGEST)
    draw.axes("step size δ", "output w²", frame={"step_size": [*ends], "output": [0.0, TOP]}, whole=True)
    draw.picture("_picture", _picture(outputs))
    draw.curve("settled", _settled(outputs), by="end", width=2)
    hatched = {"x2": "x2", "y2": "y2", "strokeWidth": 0.8, "opacity": 0.6, "clip": True}
    draw.mark("rule", "_hatches", _hatches(marks.escape), look="muted", **hatched)
    draw.painted("outputs", lambda: visited_table(deltas, found.states))
    target = {"step_size": [marks.cycle, LARGEST], "output": [1.0, 1.0]}
    draw.curve("target", target, look="theory")
    draw.curve("cycle", _unstable_cycle(marks), look="theory", width=1.3, dash=FINE_DASH, by="branch")
    names = {f"{value:.3g}: {word}": value for word, value in zip(WORDS, vars(marks).values())}
    draw.vline("thresholds", {"step_size": [*names.values()]})
    _name_thresholds(draw, marks, [*names])
    draw.label("_learned", {"step_size": marks.cycle / 2.0, "output": 1.0, "text": "learned"}, look="ink",
               align="center", dx=0, dy=-10)  # fmt: skip
    escapes = {"step_size": (marks.escape + LARGEST) / 2.0, "output": 0.7 * TOP, "text": "escapes"}
    draw.name("_escapes", escapes, look="muted", angle=270)
    draw_chosen(draw, delta, ends)
    inside = min(max(delta, NAME_ROOM), LARGEST - NAME_ROOM)
    draw.name("_chosen_name", {"step_size": inside, "output": 0.0, "text": f"δ = {delta:g}"}, look="chosen",
              dy=-9, drag=held("step_size", text="'δ = ' + held"))  # fmt: skip
    at = {"step_size": delta, "output": study.outputs}
    draw.points("outputs_at_delta", at, look="chosen", size=70, empty={"step_size": delta, "output": 1.0})
    draw.grip(x="step_size", snaps=[*names.values()])
    return (
        f"From w[0] = {study.params.start:g}. Dashed: the target and the step sizes {', '.join(names)}, in "
        f"closed form; dotted: the 2-cycle, unstable from {marks.cascade:.3g} on."
    )


@lru_cache(maxsize=32)
def _picture(outputs: Outputs) -> Table:
    return attractor_picture(outputs.diagram.step_sizes, (0.0, TOP), outputs.diagram.states)


def _unstable_cycle(marks: Thresholds) -> Table:
    """The 2-cycle beyond the step size at which it gives way, one branch per output."""
    deltas = np.linspace(marks.cascade, LARGEST, 60)
    cycle = thesis.cycle_of_outputs(deltas)
    branch = np.repeat([0, 1], len(deltas))
    return {"step_size": np.tile(deltas, 2), "output": cycle.ravel(), "branch": branch}


def _settled(outputs: Outputs) -> Table:
    """The least and the greatest output where runs rest or jump between two: the picture of both is faint."""
    few = outputs.diagram.step_sizes <= outputs.thresholds.cascade
    states, deltas = (
        column[..., few][..., ::2] for column in (outputs.diagram.states, outputs.diagram.step_sizes)
    )
    ends = np.concatenate([states.min(axis=0), states.max(axis=0)])
    return {"step_size": np.tile(deltas, 2), "output": ends, "end": np.repeat([0, 1], len(deltas))}


def _hatches(begin: float) -> Table:
    """Slanted lines over the step sizes from `begin` on."""
    low = np.linspace(-SLANT, TOP, HATCHES)
    return {"step_size": begin, "output": low, "x2": LARGEST, "y2": low + SLANT}


def _name_thresholds(draw: Drawing, marks: Thresholds, names: list[str]) -> None:
    """The first and the last left of their rules, the one between right of its own and a row lower."""
    (top, below), cascade = NAMES, marks.cascade
    sides = {"step_size": [marks.cycle, marks.escape], "output": top, "text": [names[0], names[2]]}
    draw.name("_names_before", sides, look="theory", align="right", dx=-5, dy=9)
    draw.name("_name_after", {"step_size": cascade, "output": below, "text": names[1]}, look="theory",
              align="left", dx=5, dy=9)  # fmt: skip
