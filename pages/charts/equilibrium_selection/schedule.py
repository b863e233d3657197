"""Example 2 with a step size that decays: one run, and where random starts are before and after."""

import altair as alt
import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import by
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper import equilibrium_selection as phenomenon
from stepsize_core.paper.equilibrium_selection import Decay, Study

WINDOW = (0.4, 2.5)  # of x; a run outside is on its way to infinity
PLACES = ("x = 1", "around x = 2", "diverged")
WORDS = ("at or around x = 1", "at or around x = 2", "diverged")
WHEN = ("before δ changes", "at the end")
THRESHOLD = 0.2  # 2/f₂″(2)
HALO = 8  # pixels around names on rules
ROOM = 0.06  # share of a bar: a part so short has no room for its number


def _decay(study: Study):
    p = study.params
    return (call(phenomenon.decayed, p.step_size, p.start, p.seed),)


@figure("One run while the step size changes", height=300, also=_decay)
def SCHEDULE(study: Study, found: Decay, draw: Drawing) -> str:
    (low, high), n = WINDOW, len(found.factors)
    k = np.arange(n + 1)
    inside = (found.states >= low) & (found.states <= high)
    draw.axes("step k", "x[k]", frame={"k": [0, n], "x": [low, high]}, whole=True)
    draw.hline("minima", {"x": [1.0, 2.0]})
    states = {"k": k[inside], "x": found.states[inside]}
    draw.points("states", states, size=7, opacity=0.7, empty={"k": 0, "x": low})
    first, last = found.step_size, found.step_size * float(found.factors[-1])
    third = n / 3.0
    draw.vline("_parts", {"k": [third, 2.0 * third]}, look="muted")
    change = f"falls from {first:g} to" if last < first else f"rises from {first:g} to"
    change = change if last != first else "stays at"
    words = [f"δ = {first:g}", f"δ {change.split()[0]}", f"δ = {last:g}"]
    names = {"k": [0.5 * third, 1.5 * third, 2.5 * third], "x": high, "text": words}
    falling = found.step_size * found.factors
    passes = np.flatnonzero(falling < THRESHOLD)
    crossing = [int(passes[0])] if first > THRESHOLD and len(passes) else []
    draw.vline("threshold", {"k": crossing}, empty={"k": 0})
    draw.name("_names", names, look="chosen", dy=8, halo=HALO)
    below = {"k": crossing, "x": low, "text": f"2/f₂″(2) = {THRESHOLD:g}"}
    draw.name("_threshold_name", below, look="theory", dy=-9, halo=HALO, empty={"k": 0, "x": low})
    where = f", step {crossing[0]} passes 2/f₂″(2) = {THRESHOLD:g} (dashed)" if crossing else ""
    end = found.states[-1]
    ends = f"is at x = {end:.6g} in the end" if np.isfinite(end) else "diverges"
    return f"The run from x[0] = {study.params.start:g} {ends}. δ {change} {last:g}{where}."


@figure("Where random starts are", height=200, also=_decay)
def DECAYED(study: Study, found: Decay, draw: Drawing) -> str:
    rows: dict[str, list] = {
        name: [] for name in ("left", "when", "right", "middle", "place", "count", "text", "total")
    }
    total = int(found.before.sum())
    for when, counts in zip(WHEN, (found.before, found.after)):
        edges = np.concatenate([[0], np.cumsum(counts)]) / total
        for place, count, left, right in zip(PLACES, counts, edges, edges[1:]):
            if count:
                text = str(count) if right - left > ROOM else ""
                values = (left, when, right, (left + right) / 2.0, place, int(count), text, total)
                for column, value in zip(rows.values(), values):
                    column.append(value)
    row = alt.Y("when:N", title=None, sort=list(WHEN))
    draw.axes("share of the starts", row, x={"format": "%"}, frame={"left": [0.0, 1.0]})
    draw.mark(
        "bar", "shares", rows, xy=("left", "when"), x2="right", channels=_colours, height={"band": 0.55}
    )
    draw.name("shares", xy=("middle", "when"))
    before, after = (
        [f"{n} {word}" for n, word in zip(counts, WORDS) if n] for counts in (found.before, found.after)
    )
    lesson = (
        "The largest step size decides, the decay lets them settle."
        if found.step_size > THRESHOLD
        else f"Up to 2/f₂″(2) = {THRESHOLD:g} both minima are stable."
    )
    return (
        f"{total} starts around x = 2, seed {study.params.seed}: {', '.join(before)} {WHEN[0]}; "
        f"{', '.join(after)} {WHEN[1]}. {lesson}"
    )


def _colours(style: Style):
    looks = (style.outcome(LimitKind.EQUILIBRIUM), style.outcome(LimitKind.EQUILIBRIUM, place=1),
             style.outcome(LimitKind.DIVERGENT))  # fmt: skip
    colours = dict(zip(PLACES, (look.colour for look in looks)))
    return by(alt.Fill, "place", colours, alt.Legend(title=None, symbolType="square", symbolStrokeWidth=0))
