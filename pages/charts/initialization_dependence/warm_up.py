"""Example 3 with a step size that changes: runs from one start, and how high a warm-up may end."""

import altair as alt
import numpy as np

from pages.charts.initialization_dependence.algebraic_decay import FIRST, LABEL_WIDTH
from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing, Ends, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import by
from pages.charts.kit.style import Style
from pages.charts.scalar.names import dense, draw_names, placed
from stepsize_core.limits import LimitKind
from stepsize_core.paper import initialization_dependence as phenomenon
from stepsize_core.paper.initialization_dependence import Peaks, Study, WarmUp
from stepsize_core.paper.initialization_dependence.warm_up import LONGEST

LEAST, MOST = 1e-6, 4.0  # of |x|, over that of the start
DRAWN = 240  # steps of a run, at most
CONSTANT, WARMED, SHORTER, FOLLOWING = "constant", "warm-up", "a step shorter", "following |x|"
NAMED_AT = 12  # of the last points of a run: where its name is tried
SIDES = (290.0, 220.0)  # pixels of the smallest picture
TOGETHER = 2  # steps within which two runs that diverge share a name
ROOM = 1.6  # the diagram reaches so many times past its points


def _schedules(study: Study):
    p = study.params
    return (call(phenomenon.warmed_up, p.power, p.start, p.step_size),)


@figure("One start, three ways to choose δ over time", height=300, also=_schedules)
def WARM_UP(study: Study, found: WarmUp, draw: Drawing) -> str:
    size, last = abs(study.params.start), len(found.constant) - 1
    draw.blank = size == 0.0 or not np.isfinite(found.proportional).all()
    ends = (1.0, MOST) if draw.blank else (LEAST * size, MOST * size)
    runs = {CONSTANT: found.constant, FOLLOWING: found.proportional}
    runs |= {WARMED: found.warmed} if found.n_steps > 1 else {}
    runs |= {SHORTER: found.shorter} if found.n_steps > 2 else {}
    rows = [] if draw.blank else [row for name, run in runs.items() for row in _rows(name, run, ends)]
    y = {"minExtent": LABEL_WIDTH}
    draw.axes("step k", "|x[k]|", log="xy", y=y, frame={"k": [FIRST, last], "modulus": ends}, whole=True)
    none = {"k": FIRST, "modulus": ends[1]}
    table = dict(zip(("k", "modulus", "run"), zip(*rows) if rows else ((), (), ())))
    draw.curve("runs", table, by="run", channels=_colours, width=2.0, empty=none | {"run": CONSTANT})
    halves = _rows("", size * 0.5 ** np.arange(len(found.proportional)), ends) if rows else []
    halved = dict(zip(("k", "modulus"), zip(*halves) if halves else ((), ())))
    draw.curve("halved", halved, look="theory", empty=none)
    draw_names(draw, "_names", _names(rows, found.n_steps, ((FIRST, last), ends)), corner=none)
    draw.label("_zero", {"k": FIRST, "modulus": ends[0], "text": "k = 0"}, look="muted", dx=3, dy=-7)
    if draw.blank:
        return "This run starts at the minimum, or so near it that there is no largest step to compare with."
    halves_at = "With ¼ of the largest step at x[k] each time, |x| halves (dashed): a geometric rate."
    return f"{_constant(study, found)} {_warmed(found)} {halves_at}"


def _rows(name: str, run: np.ndarray, ends: Ends) -> list[tuple]:
    """k, |x[k]| and the name of a run, at steps spread evenly in log k, as far as it is in the picture."""
    k = np.unique(np.concatenate([[0], np.geomspace(1, len(run) - 1, DRAWN).astype(int)]))
    seen = (run[k] >= ends[0]) & (run[k] <= ends[1])
    return [(max(int(step), FIRST), float(run[step]), name) for step in k[seen]]


def _names(rows: list[tuple], n_steps: int, frame: tuple[Ends, Ends]) -> Table:
    """What each run is called, beside one of its last points in the picture."""
    words = {CONSTANT: "constant δ", WARMED: f"K = {n_steps}", SHORTER: f"K = {n_steps - 1}",
             FOLLOWING: "¼ of the largest step"}  # fmt: skip
    last = {name: k for k, _, name in rows}
    if SHORTER in last and last[SHORTER] <= TOGETHER:  # both are gone at once
        del last[CONSTANT]
        words[SHORTER] = f"constant δ, {words[SHORTER]}"
    seen = {name: np.log10([row[:2] for row in rows if row[2] == name]) for name in last}
    names = [(words[name], points[: -NAMED_AT - 1 : -1]) for name, points in seen.items()]
    ink = np.concatenate([np.empty((0, 2)), *(dense(*points.T) for points in seen.values())])
    table = placed(names, tuple(np.log10(side) for side in frame), ink, sides=SIDES)
    return table | {side: [10.0**at for at in table[side]] for side in "xy"}


def _constant(study: Study, found: WarmUp) -> str:
    end, steps = found.constant[-1], len(found.constant) - 1
    fate = "diverges" if np.isnan(end) else f"is at |x| = {end:.4g} after {steps:,} steps"
    return (
        f"Constant, δ = {study.params.step_size:g}, {found.ratio:.4g} times its limit here, the run {fate}."
    )


def _warmed(found: WarmUp) -> str:
    if found.n_steps == 1:
        return "It needs no warm-up."
    if found.n_steps == 0:
        return f"It needs a warm-up over more than {LONGEST:,} steps."
    end, steps, shorter = found.warmed[-1], len(found.warmed) - 1, found.n_steps - 1
    less = f"over {shorter} it diverges" if shorter > 1 else "and no shorter warm-up will do"
    return f"Rising to it over K = {found.n_steps} steps it is at |x| = {end:.4g} after {steps:,}; {less}."


def _colours(style: Style):
    diverging = style.outcome(LimitKind.DIVERGENT).colour
    own = {CONSTANT: style.muted, SHORTER: diverging, WARMED: style.measured, FOLLOWING: style.series[1]}
    return by(alt.Stroke, "run", own)


def _peaks(study: Study):
    return (*_schedules(study), call(phenomenon.warm_up_peaks, study.params.power))


@figure("How high a warm-up may end", height=262, also=_peaks)
def PEAKS(study: Study, mine: WarmUp, found: Peaks, draw: Drawing) -> str:
    lengths, predicted = found.lengths, found.predicted
    k, peak = [lengths[0] / ROOM, lengths[-1] * ROOM], [1.0 / ROOM, predicted[-1] * ROOM]
    up = "largest δ, of a constant one = 1"
    draw.axes("steps K of the warm-up", up, log="xy", frame={"k": k, "peak": peak}, whole=True)
    draw.curve("predicted", {"k": lengths, "peak": predicted}, look="theory")
    draw.points("measured", {"k": lengths, "peak": found.measured}, size=46)
    slope, at = predicted[-1] / lengths[-1], len(lengths) // 2
    named = {"k": [lengths[at]], "peak": [predicted[at]], "text": [f"{slope:.4g} a step"]}
    draw.name("_slope", named, look="theory", align="left", dx=10, dy=10)
    here = [mine.ratio] if peak[0] <= mine.ratio <= peak[1] else []
    draw.hline("here", {"peak": here}, look="chosen", empty={"peak": 1.0})
    words = {"k": [k[0]] * len(here), "peak": here, "text": [f"this δ: {mine.ratio:.4g}"] * len(here)}
    draw.name("_here", words, look="chosen", align="left", dx=6, dy=-8, empty={"k": 1, "peak": 1.0})
    this = f"This δ is {mine.ratio:.4g} times it." if mine.ratio else "At 0 there is no largest step."
    return (
        f"L = {study.params.power}. Dots: by bisection over runs; dashed: predicted. Over {lengths[-1]:,} "
        f"steps a warm-up may end at {found.measured[-1]:.4g} times the largest constant step, and over more "
        f"at more: bounded is its slope, {slope:.4g} of it per step. {this}"
    )
