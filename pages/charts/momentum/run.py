"""Pictures of one run with momentum: each state against the one before, and the iterates."""

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import DELTA, HELD, dragged_delay
from pages.charts.kit.text import minus
from pages.charts.scalar.alternation import draw_alternation
from pages.charts.scalar.cobweb import draw_start, leaving, start_ink, until_edge
from pages.charts.scalar.cobweb import window as window_of
from pages.charts.scalar.fates import Fates
from pages.charts.scalar.names import dense, draw_names, placed
from pages.charts.scalar.shares import draw_shares
from stepsize_core.paper.momentum import Study
from stepsize_core.paper.runs import counted

CURVE_POINTS = 161
MOST_NAMED = 2  # 2-cycles that are named
PLACES = 2  # minima with a colour of their own
TILT = f"toNumber({DELTA}) / data('_identity')[0].step_size"  # δₑ that is dragged, over the chosen one
AT_REST = f"!{HELD['step_size']}"  # what holds of the chosen δₑ alone is not drawn while it is dragged
LEAST_LOSS, MOST_LOSS = 1e-30, 1e12  # that are drawn


def _limits(study: Study) -> Ends:
    """The range beyond which a state is not drawn: it has room for where the run ends."""
    low, high = study.params.case.inside(study.params.step_size, study.params.start)
    ends, room = study.limit.points, 0.05 * (high - low)
    return min([low, *(ends - room)]), max([high, *(ends + room)])


def ends_of(study: Study, draw: Drawing) -> Ends:
    """The ends of axes over x: what the run visits, with the stable cycles that lie near."""
    low, high = _limits(study)
    landmarks = [*(p.x for p in study.critical_points), *study.limit.points.tolist()]
    wanted = window_of(study.states, low, high, landmarks)
    near = [y for pair in study.cycles.y.T for y in pair if abs(y - pair.mean()) <= wanted[1] - wanted[0]]
    inside = study.states[(study.states >= low) & (study.states <= high)]
    reach = [y for y in near if wanted[0] - 0.3 <= y <= wanted[1] + 0.3 and low <= y <= high]
    pad = 0.03 * (wanted[1] - wanted[0])
    wanted = min([wanted[0], *(y - pad for y in reach)]), max([wanted[1], *(y + pad for y in reach)])
    return draw.hold("x", wanted, (inside.min(), inside.max()))


def curve_of(study: Study, ends: Ends) -> tuple[np.ndarray, np.ndarray]:
    """Where every 2-cycle lies, in the plane of a state and the next one: x and x − δₑf′(x)."""
    x = np.linspace(*ends, CURVE_POINTS)
    image = x - study.params.step_size * study.objective.gradient(x)
    return x, np.where(np.isfinite(image), image, np.nan)


@figure("Each state against the one before", height=460, square=True)
def DELAY(study: Study, draw: Drawing) -> str:
    ends = low, high = ends_of(study, draw)
    corner, effective = {"x": low, "y": low}, study.params.step_size
    draw.axes("one step before", "state", frame={"x": ends, "y": ends}, whole=True, equal=True)
    identity = {"x": ends, "y": ends, "step_size": effective}
    draw.curve("_identity", identity, look="muted", width=1.1)
    x, image = curve_of(study, ends)
    tilted = {"order": False, "drag": {"y": f"datum.x - {TILT} * (datum.x - datum.y)"}}
    draw.curve("gradient_descent", {"x": x, "y": image}, look="ink", width=1.9, **tilted)
    mirrored = {"xy": ("y", "x"), "look": "muted", "width": 1.3, "dash": [2, 3], **tilted}
    draw.curve("gradient_descent", **mirrored)
    drawn = _draw_run(draw, study, ends)
    cycles = study.cycles
    inside = ((cycles.y >= low) & (cycles.y <= high)).all(axis=0)
    points = [p for p in study.critical_points if low <= p.x <= high]
    kinds = np.where(np.isclose(cycles.modulus, 1.0, atol=1e-9), "neutral", "")
    kinds = np.where(kinds == "", np.where(cycles.stable, "stable", "unstable"), kinds)[inside]
    ups, downs = cycles.y[1, inside], cycles.y[0, inside]
    fixed = {
        "x": [*(p.x for p in points), *downs, *ups],
        "y": [*(p.x for p in points), *ups, *downs],
        "stability": [*(p.stability for p in points), *kinds, *kinds],
    }
    fixed_points = f"{AT_REST} || datum.x === datum.y"
    draw.equilibria("places", fixed, empty=corner | {"stability": "neutral"}, only=fixed_points)
    names = [(minus(f"x = {p.x:.4g} {p.stability}"), [(p.x, p.x)]) for p in points]
    names += [(f"2-cycle, {kind}", [(a, b), (b, a)]) for a, b, kind in [*zip(downs, ups, kinds)][:MOST_NAMED]]
    finite = (image >= low) & (image <= high)
    names.append(("x − δₑf′(x)", np.column_stack([x, image])[finite][::16]))
    if how := leaving(study.states, low, high):
        path = until_edge(_pairs(study), low, high)
        names += [(how, [path[-1]])] if len(path) else []
    ink = [dense(x[finite], image[finite], 2000), dense(image[finite], x[finite], 2000), dense(ends, ends)]
    ink.append(start_ink(study.params.start, ends))
    legs = dense(*until_edge(_pairs(study), low, high)[-120:].T, 2000)
    words = placed(names, (ends, ends), np.concatenate(ink), legs)
    draw_names(draw, "_labels", words, corner=corner, hides=True, only=AT_REST)
    draw_start(draw, study.params.start, ends, low)
    draw.grip(x="start")
    held = ", each the point at which it takes the gradient" if study.params.method == "Nesterov" else ""
    drawn_steps = f"Drawn: {counted(drawn, 'step')}" + (", up to where it leaves the picture" if how else "")
    return (
        f"The run {study.outcome}. Solid: gradient descent’s x − δₑf′(x); where it meets its mirror image "
        f"off the diagonal lie the 2-cycles, whatever β; {_stable(study)}. {drawn_steps}{held}."
    )


def _stable(study: Study) -> str:
    """How many 2-cycles there are, and how many of them are stable."""
    p, n, stable = study.params, study.cycles.y.shape[1], int(study.cycles.stable.sum())
    if n == 0:
        return f"none is found at δₑ = {p.step_size:g}"
    if n == 1:
        return f"one is found at δₑ = {p.step_size:g}, {'' if stable else 'not '}stable at β = {p.beta:g}"
    which = f"{stable or 'none'} {'are' if stable > 1 else 'is'}"
    return f"of the {n} found at δₑ = {p.step_size:g}, {which} stable at β = {p.beta:g}"


def _pairs(study: Study) -> np.ndarray:
    """(x[k − 1], x[k]) for k = 0, 1, …, from rest: (n_steps + 1, 2), as far as these are numbers."""
    states = study.states[np.isfinite(study.states)]
    return np.column_stack([np.append(states[:1], states[:-1]), states])


def _draw_run(draw: Drawing, study: Study, ends: Ends) -> int:
    """Draws the run as far as it stays in the picture; how many steps that are."""
    path = until_edge(_pairs(study), *ends)
    draw.last = draw.first + len(path)
    k = np.arange(len(path), dtype=np.int32)
    run = {"before": path[:, 0], "state": path[:, 1], "k": k}
    none = {"before": ends[0], "state": ends[0], "k": 0}
    draw.run("run", run, by_points=True, memory=0.18, dragged=dragged_delay, empty=none)
    return max(len(path) - 1, 0)


@figure("Iterates", height=168, compare="iterates")
def ITERATES(study: Study, draw: Drawing) -> str:
    low, high = ends_of(study, draw)
    seen, last = (study.states >= low) & (study.states <= high), len(study.states) - 1
    frame = {"k": [0, last], "x": [low, high]}
    draw.axes("step k", "state", y={"tickCount": 3}, frame=frame, whole=True)
    predicted = study.cycles.y[:, study.cycles.stable].ravel()
    inside = predicted[(predicted >= low) & (predicted <= high)]
    draw.hline("cycles", {"x": inside}, empty={"x": low}, only=AT_REST)
    plain = study.plain.states
    shown = (plain >= low) & (plain <= high)
    grey = {"k": np.flatnonzero(shown).astype(np.int32), "x": plain[shown]}
    draw.points("gradient_descent", grey, look="muted", size=9, opacity=0.55, play=True, drag=True,
                empty={"k": 0, "x": low})  # fmt: skip
    k, x = np.flatnonzero(seen), study.states[seen]
    draw_alternation(draw, k, x, (low, high))
    draw.blank = len(k) < 2
    if draw.blank:
        return "The first step leads out of this window: there is nothing to draw."
    if len(inside):
        cycles = "dashed: 2-cycles that are stable"
    else:
        cycles = "no stable 2-cycle lies in this window" if len(predicted) else "no 2-cycle is stable"
    if study.params.beta == 0.0:
        return f"Without momentum the run is gradient descent’s own; {cycles}."
    plain = f"gradient descent at δₑ from the same start; it {study.plain.outcome}"
    return f"Grey dots: {plain}; {cycles} with momentum."


@figure("Loss against step", height=300, compare="losses")
def LOSS(study: Study, draw: Drawing) -> str:
    minima = [p.x for p in study.critical_points if p.curvature > 0.0]
    lowest = min([0.0, *study.objective.value(np.array(minima)).tolist()])
    above = study.losses - lowest
    seen = np.flatnonzero((above > LEAST_LOSS) & np.isfinite(above) & (above < MOST_LOSS))
    losses = above[seen]
    draw.blank = len(seen) < 2
    ends = (0.5 * losses.min(), 2.0 * losses.max()) if len(losses) else (0.5, 2.0)
    frame = {"k": [0, len(study.losses) - 1], "loss": ends}
    draw.axes("step k", "loss", log="y", frame=frame, whole=True)
    course = {"k": seen.astype(np.int32), "loss": losses}
    draw.run("losses", course, by_points=True, dragged=None, empty={"k": 0, "loss": ends[0]})
    if draw.blank:
        return "The loss is 0 or less, or leaves this picture at once: there is no course to draw."
    of = f", above its lowest minimum {lowest:.4g}," if lowest < 0.0 else ""
    return f"The loss{of} goes from {losses[0]:.4g} to {losses[-1]:.4g} at step {seen[-1]:,}, the last drawn."


@figure("Shares of outcomes at the chosen effective step", height=270)
def OUTCOMES(study: Study, draw: Drawing) -> str:
    low, high = study.start_window
    minima = [p for p in study.critical_points if p.curvature >= 0.0]
    minima = sorted(minima, key=lambda p: abs(p.x))[:PLACES]
    known = Fates(tuple(sorted(p.x for p in minima)), places=PLACES, elsewhere=True)
    window = f"[{low:.4g}, {high:.4g}]"
    return draw_shares(draw, study, window, known.words, known.word, known.colours)
