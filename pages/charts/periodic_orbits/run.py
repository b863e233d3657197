"""Pictures of Example 1: the 2-cycle ±δ²/4 of gradient descent on f₁(x) = ⅔|x|^{3/2}."""

from functools import partial

import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing, Ends, held
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.layers import dragged_course
from pages.charts.kit.over_step_sizes import draw_chosen_below
from pages.charts.kit.text import typeset
from pages.charts.periodic_orbits.exceptional_starts import APPROACH, EXCEPTIONAL_SET
from pages.charts.scalar.alternation import DOTTED, ROOM, draw_alternation
from pages.charts.scalar.cobweb import (
    CURVE_POINTS,
    both_signs,
    draw_cobweb,
    draw_square,
    draw_start,
    square_ink,
)
from pages.charts.scalar.names import LETTER, SQUARE, covered_by
from stepsize_core.paper import periodic_orbits as phenomenon
from stepsize_core.paper.periodic_orbits import AmplitudeLaw, Study
from stepsize_core.paper.runs import counted

WHOLE, CLOSE = 24.0, 10.0  # amplitudes: a run from farther away is shown from there on, if it comes so near
MOVED = "pow(toNumber(held), 2) / 4"  # δ²/4 while δ is dragged
LOSS_OF_DRAGGED = partial(dragged_course, of="2 / 3 * pow(abs({}), 1.5)")
NAME_ROOM = 0.03  # share of the height from the square to its name
STRIDE = 6  # of the states in the diagram, where the tail of a head is 8 steps long
NAMED = 11  # the step size of the law beside which its names stand


def headline(study: Study) -> str:
    """The page's sentence: what this run did."""
    delta, j = study.params.step_size, study.params.exceptional
    if study.landing is not None:
        after = f" after {counted(study.landing, 'step')}" if study.landing else ""
        unseen = ", beyond those drawn" if study.landing >= len(study.states) else ""
        verb = "lands" if study.landing else "stays"
        return (
            f"From x[0] = {study.start:.6g}, a start on S, the run with δ = {delta:g} {verb} exactly on 0"
            f"{after}{unseen}; beside S it would oscillate."
        )
    member = f" from member {j} of S, rounded to x[0] = {study.start:.6g}, misses 0 by {study.miss:.2g} and"
    return (
        f"With δ = {delta:g} the run{member if j > 0 else ''} {study.outcome}; the paper says "
        f"±δ²/4 = ±{study.amplitude:.6g}, where the loss is δ³/12 = {study.loss_level:.4g}, not 0."
    )


def _ends(study: Study, draw: Drawing) -> Ends:
    """The ends of pictures over x: all of the run, or where it ends if the orbit would be lost in that."""
    a, (farthest, last) = study.amplitude, (np.abs(x).max() for x in (study.states, study.states[-2:]))
    lost = farthest > WHOLE * a and last <= CLOSE * a
    visited = max(CLOSE * a if lost else farthest, a)
    wanted = 1.08 * max(visited, 2.5 * a)
    return draw.hold("x", (-wanted, wanted), (-visited, visited))


def _steps(study: Study) -> str:
    return counted(len(study.states) - 1, "step")


@figure("Cobweb", height=432, square=True)
def COBWEB(study: Study, draw: Drawing) -> str:
    a, ends, delta = study.amplitude, _ends(study, draw), study.params.step_size
    text, height = typeset(f"±δ²/4 = ±{a:.4g}"), a + NAME_ROOM * (ends[1] - ends[0])
    width = len(text) * LETTER / SQUARE[0] * (ends[1] - ends[0])
    name = covered_by(text, (-a - width / 2.0, height), (ends, ends))
    draw_cobweb(draw, study, ends, symbol="f₁", clear=(square_ink(a), name))
    if study.params.exceptional >= 0:
        draw.grips = {}  # the start is a member of S, whatever is dragged
    draw_square(draw, "cycle", a, MOVED)
    draw.name("_cycle", {"x": -a, "y": height, "text": text}, look="theory", align="right", drag=True)
    before = f" Before step {draw.first} it is beyond this picture." if draw.first else ""
    return (
        f"Dashed: the square between ±{a:.4g}, predicted for starts off S. The run {study.outcome}.{before} "
        f"Drawn: {_steps(study)} of x − δf₁′(x) at δ = {delta:g} from {study.start:.4g}."
    )


@figure("Iterates", height=168, compare="iterates")
def ITERATES(study: Study, draw: Drawing) -> str:
    a, ends = study.amplitude, _ends(study, draw)
    first = int(np.argmax(np.abs(study.states) <= ends[1]))
    k, x = np.arange(first, len(study.states)), study.states[first:]
    draw.axes("step k", "x[k]", y={"tickCount": 3}, frame={"k": k[[0, -1]], "x": ends}, whole=True)
    draw.hline("predicted", {"x": [a, -a]}, drag=both_signs(MOVED, "x"))
    draw_alternation(draw, k, x, ends)
    room = ROOM * (ends[1] - ends[0])
    levels = {
        "k": k[-1],
        "x": [a + room, -a - room],
        "text": [typeset(f"{sign}δ²/4 = {sign}{a:.4g}") for sign in "+−"],
    }
    draw.name("_labels", levels, look="theory", align="right", dx=-14, drag=True)
    on_set = study.landing is not None
    foreseen = f"0, for this start lies on S; off S it is ±{a:.4g}" if on_set else f"±{a:.4g} in the end"
    begin = f", drawn from step {first} on" if first else f" from x[0] = {study.start:.4g}"
    last = " and ".join(f"{state:.4g}" for state in study.states[-2:])
    return f"The last two x[k] are {last}; the prediction is {foreseen}. {_steps(study)}{begin}."


@figure("Amplitude against step size", height=268, also=[call(phenomenon.amplitude_law)])
def AMPLITUDE(study: Study, law: AmplitudeLaw, draw: Drawing) -> str:
    deltas, delta, a = law.step_sizes, study.params.step_size, study.amplitude
    low, high = law.predicted[0] / 30.0, 10.0 * law.predicted[-1]
    frame = {"step_size": deltas[[0, -1]], "amplitude": [low, high]}
    draw.axes("step size δ", "amplitude", log="xy", frame=frame, whole=True)
    draw.curve("law", {"step_size": deltas, "predicted": law.predicted}, look="theory", width=1.75)
    draw.points("law", {"step_size": deltas, "measured": law.measured}, size=22)
    draw_chosen_below(draw, delta, (deltas[0], deltas[-1]))
    moved = held("step_size", predicted=MOVED)
    draw.points("_place", {"step_size": delta, "predicted": a}, look="chosen", size=150, filled=False,
                drag=moved)  # fmt: skip
    steps = np.arange(len(study.states))
    k = steps[(steps < DOTTED) | (steps % STRIDE == 0)]
    course = {"step_size": delta, "modulus": np.clip(np.abs(study.states[k]), low, high), "k": k}
    draw.points("_course", course, size=14, opacity=0.5, play=True, drag=True)
    draw.head("_course", xy=("step_size", "modulus"))
    names = {"step_size": deltas[NAMED], "amplitude": law.predicted[NAMED]}
    draw.name("_law", names | {"text": "δ²/4"}, look="theory", align="right", dx=-12, dy=-10)
    draw.name("_measured", names | {"text": "measured"}, look="measured", align="left", dx=12, dy=12)
    draw.grip(x="step_size")
    worst = np.max(np.abs(law.measured / law.predicted - 1.0))
    below = ", at the lower edge where it is smaller" if np.abs(study.states).min() < low else ""
    return (
        f"At δ = {delta:g}, δ²/4 = {a:.4g} (ring); on the rule |x[k]| of this run{below}. "
        f"{len(deltas)} runs lie on the law δ²/4 within {worst:.0e} relative."
    )


@figure("The function", height=270)
def LANDSCAPE(study: Study, draw: Drawing) -> str:
    (low, high), a, f = _ends(study, draw), study.amplitude, study.objective.value
    x, top = np.linspace(low, high, CURVE_POINTS), float(f(high))
    floor = -0.22 * top
    seen = np.abs(study.states) <= high
    iterates = {"k": np.flatnonzero(seen), "x": study.states[seen], "f": study.losses[seen]}
    draw.axes("x", "f₁(x)", frame={"x": [low, high], "f": [floor, top]}, whole=True)
    draw.curve("function", {"x": x, "f": f(x)}, look="ink")
    look = {"size": 30, "opacity": 0.6, "play": True, "drag": True}
    draw.points("iterates", iterates, xy=("x", "f"), empty={"k": 0, "x": low, "f": 0.0}, **look)
    draw.points("cycle", {"x": [-a, a], "f": f(np.array([-a, a]))}, look="theory", size=150, filled=False)
    for name, side, text, align in (("_left", -a, "−δ²/4", "right"), ("_right", a, "+δ²/4", "left")):
        label = {"x": side, "f": -0.07 * top, "text": text}
        draw.name(name, label, look="theory", align=align)
    draw.head("iterates", xy=("x", "f"))
    draw_start(draw, study.start, (low, high), floor)
    if study.params.exceptional < 0:
        draw.grip(x="start")
    return (
        f"f₁(x) = ⅔|x|^(3/2) with the iterates on it, from height {iterates['f'][0]:.4g} to "
        f"{iterates['f'][-1]:.4g}; the minimum is 0. Rings mark ±δ²/4 = ±{a:.4g}."
    )


@figure("Loss against step", height=270, compare="losses")
def LOSS(study: Study, draw: Drawing) -> str:
    losses, level = study.losses, study.loss_level
    seen = np.flatnonzero(losses > 0)
    shown = np.append(losses[seen], level)
    frame = {"k": [0, len(losses) - 1], "loss": [0.5 * shown.min(), 2.0 * shown.max()]}
    draw.axes("step k", "f₁(x[k])", log="y", frame=frame, whole=True)
    draw.hline("predicted", {"loss": level})
    course, none = {"k": seen, "loss": losses[seen]}, {"k": 0, "loss": level}
    draw.run("losses", course, by_points=True, dragged=LOSS_OF_DRAGGED, empty=none)
    name = {"k": len(losses) - 1, "loss": level, "text": typeset(f"δ³/12 = {level:.4g}")}
    draw.name("_labels", name, look="theory", align="right", dx=-4, dy=12)
    draw.blank = len(seen) < 2
    if zero := int(np.count_nonzero(losses == 0)):
        return f"The loss is exactly 0 at {zero} of {len(losses)} states: the minimum."
    course = f"From {losses[0]:.4g} to {losses[-1]:.4g} in {_steps(study)}"
    if study.landing is not None:
        return f"{course}; the loss is exactly 0 from step {study.landing} on, for this start lies on S."
    longer = "" if study.shown else f"followed for {study.followed:,} steps, "
    return f"{course}; {longer}the loss settles at δ³/12 = {level:.4g}, not at 0."


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study."""
    return COBWEB, ITERATES, AMPLITUDE, LANDSCAPE, LOSS, EXCEPTIONAL_SET, APPROACH
