"""Where paths end, over the step size, the batch size, or the reach of the start; epochs; arcs of optima."""

import altair as alt
import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.courses import spread_apart
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import by
from pages.charts.kit.over_step_sizes import draw_chosen
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper import sampled_gradients as phenomenon
from stepsize_core.paper.sampled_gradients import (
    END_STEPS,
    ENDS,
    POWER_STEPS,
    REVERSAL_STEPS,
    TARGET,
    Divergence,
    Ends,
    Study,
)

SHARES = {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}
FARTHEST = 60.0  # decades that are drawn
AT_0 = -1e9  # decades: a path that has met the minimum, of which no number tells how near it is
MET = 1e-6  # decades: rounding alone keeps paths as close apart
LONGEST = 20.0  # sharpness of an optimum that is drawn
ROOM = 0.08  # of what is drawn, above and below: a name stands there
NAMES_APART = 0.055  # of the height


def looks(style: Style) -> dict[str, str]:
    """Colours by outcome."""
    colours = (
        style.outcome(LimitKind.EQUILIBRIUM).colour, style.outcome(LimitKind.EQUILIBRIUM, place=1).colour,
        style.outcome(LimitKind.APERIODIC).colour, style.outcome(LimitKind.DIVERGENT).colour,
    )  # fmt: skip
    return dict(zip(ENDS, colours))


def by_end(style: Style) -> alt.Color:
    """Colours by outcome, with their legend."""
    return by(alt.Color, "outcome", looks(style), alt.Legend(title=None, orient="top", symbolType="square"))


def _bars(draw: Drawing, found: Ends, column: str, half: float) -> None:
    """Shares as bars, one on the other, at the places `along`."""
    above = np.cumsum(found.counts, axis=1) / found.n_paths
    below = above - found.counts / found.n_paths
    table = {
        column: np.repeat(found.along - half, 4),
        "low": below.ravel(),
        "end": np.repeat(found.along + half, 4),
        "high": above.ravel(),
        "outcome": list(ENDS) * len(found.along),
        "count": found.counts.ravel(),
    }
    draw.mark("rect", "shares", table, x2="end", y2="high", channels=by_end)


def _ends_of(study: Study) -> tuple[Call, ...]:
    return (call(phenomenon.ends, study.params),)


@figure("Example 2 from random starts, sampled", height=330, also=_ends_of)
def ENDS_OVER(study: Study, found: Ends, draw: Drawing) -> str:
    half = float(found.along[1] - found.along[0]) / 2.0
    ends = float(found.along[0] - half), float(found.along[-1] + half)
    draw.axes(
        "step size δ",
        "share of the paths",
        y=SHARES,
        frame={"step_size": ends, "low": [0.0, 1.0]},
        whole=True,
    )
    _bars(draw, found, "step_size", half)
    draw_chosen(draw, study.params.step_size, ends)
    draw.grip(x="step_size")
    elsewhere = int(found.counts[:, 2].sum())
    return (
        f"{found.n_paths} random starts in [0, 2.6] at each of {len(found.along)} step sizes, batches of "
        f"{study.batch_size}, {END_STEPS} steps, seed {study.params.seed}: {elsewhere} of all end elsewhere "
        "than at a minimum or far out."
    )


def _reversal_of(study: Study) -> tuple[Call, ...]:
    return (call(phenomenon.reversal, study.params),)


@figure("Batch size selects the minimum", height=330, also=_reversal_of)
def REVERSAL(study: Study, found: Ends, draw: Drawing) -> str:
    b, delta = study.batch_size, study.params.step_size
    edge = delta / study.thresholds.almost_sure * b
    n = len(found.along)
    frame = {"batch": [0.5, n + 0.5], "low": [0.0, 1.0]}
    draw.axes("batch size B", "share of the paths", x={"tickMinStep": 1}, y=SHARES, frame=frame, whole=True)
    _bars(draw, found, "batch", 0.42)
    rule = [edge] if 0.5 < edge < n + 0.5 else []
    draw.vline("threshold", {"batch": rule}, look="background", strokeWidth=5, empty={"batch": 1.0})
    draw.vline("threshold", empty={"batch": 1.0})
    draw.points("chosen", {"batch": b, "y": 0.02}, look="chosen", size=90)
    reach = [f"{int(x)}" for x, c in zip(found.along, found.counts) if c[0] == 0]
    none = f"no path ends at x = 1 for B of {', '.join(reach)}" if reach else "paths end at x = 1 for every B"
    there = "dashed" if rule else "outside this picture"
    return (
        f"{found.n_paths} random starts in [0.6, 2.2] for every B at δ = {delta:g}, {REVERSAL_STEPS:,} "
        f"steps, seed {study.params.seed}: {none}. Below B = δ/0.05 = {edge:.4g}, {there}, x = 1 is lost."
    )


def _epochs_of(study: Study) -> tuple[Call, ...]:
    return tuple(call(phenomenon.epochs, study.params, way) for way in ("without", "reshuffled"))


@figure("Single samples, drawn afresh and reshuffled", height=330, also=_epochs_of)
def ORDERS(study: Study, afresh: np.ndarray, reshuffled: np.ndarray, draw: Drawing) -> str:
    n, last = len(study.params.minimum.curvatures), len(afresh) - 1
    seen = np.clip(np.concatenate([afresh, reshuffled]), -FARTHEST, FARTHEST)
    room = max(0.5, ROOM * float(np.ptp(seen)))
    low, high = float(seen.min()) - room, float(seen.max()) + room
    draw.axes("step k", "decades of the error", frame={"k": [0, last], "low": [low, high]}, whole=True)
    draw.vline("_epochs", {"k": np.arange(n, last + 1, n)}, look="muted")
    for name, bands, colour in (("afresh", afresh, 0), ("reshuffled", reshuffled, 1)):
        shown = np.clip(bands, -FARTHEST, FARTHEST)
        table = {"k": np.arange(last + 1), "low": shown[:, 0], "high": shown[:, 2], "median": shown[:, 1]}
        look = series(colour)
        draw.mark("area", name, table, look=look, y2="high", opacity=0.28)
        draw.curve(name, xy=("k", "median"), look=look, width=2.2)
        at = {"k": 0.98 * last, "y": shown[-1, 2] if colour == 0 else shown[-1, 0], "text": name}
        draw.name(f"_{name}_name", at, look=look, align="right", dy=-8 if colour == 0 else 10)
    width, spread = (float(np.ptp(np.maximum(bands[-1], AT_0))) for bands in (afresh, reshuffled))
    apart = f"are spread over {width:.3g} decades" if width < -AT_0 / 2.0 else "are in part at 0"
    apart = "are at 0" if afresh[-1, 2] < AT_0 else apart
    meets = "have all met" if spread < MET else "differ"
    epochs = last // n
    return (
        f"Between 5 % and 95 % of 1,000 paths, seed {study.params.seed}, over {epochs} "
        f"epoch{'s' * (epochs > 1)} of {n}. At the last step paths drawn afresh {apart}; "
        f"reshuffled ones {meets}, as after every epoch."
    )


def series(i: int):
    """The look of the i-th of several series."""
    return lambda style: style.series[i]


@figure("The arc of optima that a step size leaves", height=380, square=True)
def ARCS(study: Study, draw: Drawing) -> str:
    p, thresholds = study.params, study.thresholds
    reach = float(np.sqrt(LONGEST))
    draw.axes("w₁", "w₂", frame={"w1": [0.0, reach], "w2": [0.0, reach]}, equal=True)
    u = np.geomspace(TARGET / reach, reach, 241)
    draw.curve("optima", {"w1": u, "w2": TARGET / u}, look="muted", width=1.4)
    arcs, ends = {}, []
    looks = {
        "almost_sure": (series(0), 9.0),
        "full_batch": (series(1), 5.5),
        "mean_square": (series(2), 2.6),
    }
    for name, (look, width) in looks.items():
        arcs[name] = getattr(thresholds, name) * p.sharpness / p.step_size
        inside = u**2 + (TARGET / u) ** 2 <= arcs[name]
        table = {"w1": u[inside], "w2": TARGET / u[inside]}
        draw.curve(name, table, look=look, width=width, empty={"w1": 1.0, "w2": 1.0})
        ends.append([*table["w1"], TARGET][0])
    gap = NAMES_APART * reach
    heights = spread_apart(TARGET / np.array(ends), gap, (gap, reach - gap))
    for (name, (look, _)), w1, w2 in zip(looks.items(), ends, heights):
        at = {"w1": w1, "w2": w2, "text": _arc_name(name, arcs[name])}
        draw.name(f"_{name}_name", at, look=look, align="left", dx=10)
    first = float(np.sqrt((p.sharpness + np.sqrt(p.sharpness**2 - 4.0 * TARGET**2)) / 2.0))
    draw.points("optimum", {"w1": [first], "w2": [TARGET / first]}, look="chosen", size=110)
    least = "" if min(arcs.values()) >= 2.0 * TARGET else " No optimum has less than 2."
    return (
        f"Optima w₁w₂ = 1 with w₁² + w₂² up to {arcs['mean_square']:.4g} are stable in mean square, up to "
        f"2/δ = {arcs['full_batch']:.4g} for the full batch, up to {arcs['almost_sure']:.4g} almost surely. "
        f"The disc: the optimum with S₀ = {p.sharpness:g}.{least}"
    )


def _arc_name(name: str, length: float) -> str:
    words = {"almost_sure": "almost surely", "full_batch": "full batch", "mean_square": "mean square"}
    return f"{words[name]}: S ≤ {length:.3g}" if length >= 2.0 * TARGET else f"{words[name]}: none"


@figure("Example 3: the threshold becomes a probability", height=300, also=[call(phenomenon.divergence)])
def PROBABILITY(study: Study, found: Divergence, draw: Drawing) -> str:
    del study
    ends = float(found.reach[0]), float(found.reach[-1])
    draw.axes(
        "u = |x₀|²Lδ/2", "share that diverges", y=SHARES, frame={"u": ends, "share": [0.0, 1.0]}, whole=True
    )
    edges = {"u": [2.0 / 3.0, 1.0, 2.0], "y": [0.93] * 3, "text": ["1/a_max", "full batch: 1", "1/a_min"]}
    draw.vline("edges", edges)
    table = {"u": found.reach, "share": found.shares, "low": found.low, "high": found.high}
    draw.curve("shares", table)
    draw.mark("rule", "shares", xy=("u", "low"), y2="high", look="ink")
    draw.points("shares", size=40)
    draw.name("edges", look="theory", dx=4, align="left")
    return (
        f"x⁴ times ½ or 1.5, each with probability ½, fresh at every step: {found.n_paths:,} paths at each "
        f"u, {POWER_STEPS} steps, seed 0, with 95 % Wilson intervals. Full batch: a step at u = 1."
    )
