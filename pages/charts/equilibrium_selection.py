"""Pictures of Example 2: which minimum of f₂ the step size lets gradient descent reach (with Figure 1)."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import numpy as np

from pages.charts import layers
from pages.charts.cobweb import cobweb_tables, window
from pages.charts.figure import Figure
from pages.charts.raster import density_image, image_table, label_places, shades
from pages.charts.style import FINE_DASH, Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper.equilibrium_selection import (
    DIAGRAM_STEP_SIZES,
    FIGURE_1_WINDOW,
    Branches,
    StepSizeDiagram,
    Study,
)
from stepsize_core.sweeps import FateRaster

CURVE_POINTS = 241
STATE_WINDOW = (0.45, 2.25)  # of the step-size diagram: every bounded attractor lies inside
SHADES = 16
RUN_WINDOW = (-1.2, 3.2)  # a state outside is on its way to infinity
LOWEST_EXPONENT = -2.5  # the strip ends here: at a superstable step size the exponent is −∞
LABEL_WIDTH = 30  # of the axis labels, so that pictures above each other share their left edge
LARGEST = float(DIAGRAM_STEP_SIZES[-1])
SYMBOLS = {"stable": ("circle", True), "unstable": ("circle", False), "neutral": ("diamond", False)}


def headline(study: Study) -> str:
    """The page's sentence: what this run did, and where the others went."""
    delta, total = study.params.step_size, study.basins.labels.size
    reached = ", ".join(
        f"{share.count} reach x = {share.attractor.points[0]:.4g}"
        for share in study.basins.shares
        if share.attractor.kind is LimitKind.EQUILIBRIUM
    )
    stable = " and ".join(f"x = {p.x:g}" for p in study.critical_points if p.stability == "stable")
    return (
        f"At δ = {delta:g} {'only ' if stable.count('=') == 1 else ''}{stable or 'no equilibrium'} "
        f"{'are' if ' and ' in stable else 'is'} stable. From x[0] = {study.params.start:g}: "
        f"{study.limit.sentence}. Of {total} random starts {reached or 'none reaches an equilibrium'}."
    )


# Critical points, as they are marked in every picture of x


def _marks(study: Study, up: str, low: float, high: float) -> dict:
    """The critical points inside [low, high] at the height that `up` asks for, with their stability."""
    points = [p for p in study.critical_points if low <= p.x <= high]
    return {
        "x": np.array([p.x for p in points]),
        up: np.array([p.value if up == "f" else p.x for p in points]),
        "stability": np.array([p.stability for p in points], str),
        "text": np.array([f"x = {p.x:.4g} {p.stability}" for p in points], str),
    }


def _marked(table: str, across: alt.X, up: alt.Y, style: Style, *, size: int = 110) -> alt.LayerChart:
    """Stable points as filled discs, unstable ones as rings, neutral ones as diamonds."""
    colours = {"stable": style.outcome(LimitKind.EQUILIBRIUM).colour, "unstable": style.ink}
    drawn = []
    for stability, (shape, filled) in SYMBOLS.items():
        mark = alt.Chart(alt.NamedData(table)).mark_point(
            shape=shape, filled=filled, size=size, opacity=1, strokeWidth=2,
            color=colours.get(stability, style.theory),
        )  # fmt: skip
        drawn.append(mark.encode(across, up).transform_filter(f"datum.stability == '{stability}'"))
    return alt.layer(*drawn)


# Figure 1


def _figure_1_data(study: Study) -> dict:
    low, high = FIGURE_1_WINDOW
    x = np.linspace(low, high, CURVE_POINTS)
    values = study.objective.value(x)
    visited = (study.states >= low) & (study.states <= high)
    marks = _marks(study, "f", low, high)
    height = np.where(np.array([p.curvature for p in study.critical_points]) > 0, -0.1, 0.1) * values.max()
    return {
        "function": {"x": x, "f": values},
        "iterates": {"k": np.flatnonzero(visited), "x": study.states[visited], "f": study.losses[visited]},
        "critical_points": marks,
        "_labels": {"x": marks["x"], "f": marks["f"] + height, "text": marks["text"]},
        "_frame": {"x": [low, high], "f": [-0.2 * values.max(), values.max()]},
    }


def _figure_1_draw(style: Style):
    across, up = layers.x(title="x"), layers.y("f", "f₂(x)", minExtent=LABEL_WIDTH)
    return alt.layer(
        layers.frame(across, up),
        layers.curve("function", across, up, style.ink),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=26)),
        _marked("critical_points", across, up, style),
        layers.label("_labels", across, up, style.ink, align="center", dx=0, dy=0),
    ).add_params(layers.playback())


def _figure_1_describe(study: Study) -> str:
    words = ", ".join(f"x = {p.x:.4g} {p.stability}" for p in study.critical_points)
    return f"f₂ with its critical points at δ = {study.params.step_size:g}: {words}. Dots: the iterates."


FIGURE_1 = Figure(
    "figure_1", "Figure 1: the function and its critical points",
    _figure_1_data, _figure_1_draw, _figure_1_describe, 172, steps=True,
)  # fmt: skip


# The cobweb


def _cobweb_data(study: Study) -> dict:
    low, high = window(study.states, *RUN_WINDOW)
    tables = cobweb_tables(study.objective, study.params.step_size, study.states, low, high)
    return tables | {"fixed_points": _marks(study, "y", low, high)}


def _cobweb_draw(style: Style):
    across, up = layers.x(title="x[k]"), layers.y(title="x[k+1]", minExtent=LABEL_WIDTH)
    return alt.layer(
        layers.frame(across, up),
        layers.cobweb(across, up, style),
        _marked("fixed_points", across, up, style),
        layers.label("fixed_points", across, up, style.ink, dx=10, dy=10),
    ).add_params(layers.playback())


def _cobweb_describe(study: Study) -> str:
    escape = np.flatnonzero(~np.isfinite(study.states))
    steps = f"{escape[0]} steps to overflow" if len(escape) else f"{len(study.states) - 1} steps"
    return f"{steps} of x − δf₂′(x) from x[0] = {study.params.start:g}: {study.limit.sentence}."


COBWEB = Figure("cobweb", "Cobweb", _cobweb_data, _cobweb_draw, _cobweb_describe, 258, steps=True)


# The step-size diagram and the Lyapunov strip

Diagram = tuple[StepSizeDiagram, Branches, Study]


@lru_cache(maxsize=32)
def _attractor_picture(diagram: StepSizeDiagram, branches: Branches) -> dict:
    """States visited against δ: this start over the branches followed from one step size to the next."""
    deltas = diagram.diagram.step_sizes
    half = (deltas[1] - deltas[0]) / 2.0
    x_edges = np.append(deltas - half, deltas[-1] + half)
    y_edges = np.linspace(*STATE_WINDOW, 421)
    own = _density(diagram.diagram, x_edges, y_edges)
    other = np.maximum(*(_density(run, x_edges, y_edges) for run in (branches.upward, branches.downward)))
    indices = np.where(own > 0, own, np.where(other > 0, other + SHADES - 1, 0))
    return image_table(indices, _two_inks, (x_edges[0], x_edges[-1]), STATE_WINDOW)


def _density(run, x_edges, y_edges) -> np.ndarray:
    along = np.broadcast_to(run.step_sizes, run.states.shape)
    return density_image(along.ravel(), run.states.ravel(), x_edges, y_edges, SHADES).astype(int)


def _two_inks(style: Style) -> tuple[str, ...]:
    own = shades(style.background, style.measured, SHADES)
    return own + shades(style.background, style.muted, SHADES)[1:]


@lru_cache(maxsize=4)
def _branch_tables(branches: Branches) -> dict:
    """Unstable equilibria and 2-cycles inside the window, and the names of the branches."""
    cycles = branches.cycles
    shown = ~cycles.stable & (cycles.x > STATE_WINDOW[0]) & (cycles.x < STATE_WINDOW[1])
    begin = [p.critical or 0.0 for p in branches.equilibria]
    return {
        "unstable_equilibria": {
            "step_size": np.array([[b, LARGEST] for b in begin]).ravel(),
            "x": np.repeat([p.x for p in branches.equilibria], 2),
        },
        "unstable_2_cycles": {
            "step_size": cycles.step_sizes[shown],
            "x": cycles.x[shown],
            "branch": cycles.branch[shown],
        },
    }


def _thresholds(diagram: StepSizeDiagram, branches: Branches) -> dict:
    named = [(p, p.critical) for p in branches.equilibria if p.critical is not None]
    return {
        "step_size": np.array([critical for _, critical in named]),
        "text": np.array([f"2/f₂″({p.x:g}) = {critical:g}" for p, critical in named], str),
    }


def _chosen(delta: float, top: float, field: str) -> dict:
    """Where δ stands; beyond the diagram it is marked at the right edge with an arrow."""
    beyond = delta > LARGEST
    text = f"δ = {delta:g} →" if beyond else f"δ = {delta:g}"
    return {"step_size": [min(delta, LARGEST)], field: [top], "text": [text]}


def _click_columns(deltas: np.ndarray) -> dict:
    """Click targets of one step size in four, with round numbers to choose."""
    edges = np.linspace(deltas[0], deltas[-1], len(deltas) // 4 + 1)
    return {"x": edges[:-1], "x2": edges[1:], "step_size": ((edges[:-1] + edges[1:]) / 2).round(4)}


def _diagram_data(shown: Diagram) -> dict:
    diagram, branches, study = shown
    low, high = STATE_WINDOW
    span = high - low
    thresholds = _thresholds(diagram, branches)
    return _branch_tables(branches) | {
        "_picture": _attractor_picture(diagram, branches),
        "thresholds": thresholds,
        "_threshold_names": thresholds | {"x": np.full(len(thresholds["text"]), low + 0.03 * span)},
        "_chosen": _chosen(study.params.step_size, high + 0.04 * span, "x"),
        "_names": {
            "step_size": [0.012, 0.012],
            "x": [2.0, 1.0],
            "text": ["followed up from x = 2 →", "← followed down to x = 1"],
        },
        "_columns": _click_columns(diagram.diagram.step_sizes),
        "_frame": {"step_size": [0.0, LARGEST], "x": [low, high + 0.08 * span]},
    }


def _diagram_draw(style: Style):
    across = layers.x("step_size", "step size δ")
    up = layers.y("x", "x after 1000 steps", minExtent=LABEL_WIDTH)
    picture = layers.image("_picture", layers.x("x", "step size δ"), layers.y("y"), style)
    cycles = layers.curve(
        "unstable_2_cycles", across, up, style.theory, width=1.3, dash=FINE_DASH, by="branch"
    )
    return alt.layer(
        layers.frame(across, up),
        picture,
        layers.theory_rule("thresholds", style, across=across),
        layers.theory_curve("unstable_equilibria", across, up, style, by="x"),
        cycles,
        layers.chosen_rule("_chosen", style, across=across),
        layers.label("_threshold_names", across, up, style.theory),
        layers.label("_names", across, up, style.muted, dx=0, dy=-9),
        layers.label("_chosen", across, up, style.chosen, dy=0),
        layers.clickable_columns("_columns", layers.x("x", "step size δ"), "step_size", "click: δ"),
    )


def _diagram_describe(shown: Diagram) -> str:
    diagram, branches, study = shown
    column = _column(diagram, study.params.step_size)
    if column is None:
        here = f"δ = {study.params.step_size:g} lies beyond the diagram"
    else:
        values = diagram.diagram.states[:, column]
        here = f"at the chosen δ it visits {_range(values)}, the branch followed upwards from x = 2 "
        here += f"{_range(branches.upward.states[:, column])}"
    return (
        f"Blue: what the start x[0] = {diagram.start:g} ends in; {here}. Grey: other attractors. "
        f"Dashed: thresholds and unstable equilibria; dotted: unstable 2-cycles. Click to choose δ."
    )


def _column(diagram: StepSizeDiagram, delta: float) -> int | None:
    deltas = diagram.diagram.step_sizes
    return None if delta > LARGEST else int(np.argmin(np.abs(deltas - delta)))


def _range(values: np.ndarray) -> str:
    if not np.isfinite(values).all():
        return "infinity (diverged)"
    low, high = values.min(), values.max()
    return f"x = {low:.4g}" if high - low < 1e-3 else f"[{low:.4g}, {high:.4g}]"


DIAGRAM = Figure(
    "diagram", "Step-size diagram", _diagram_data, _diagram_draw, _diagram_describe, 318,
    picks=("step_size",),
)  # fmt: skip


def _lyapunov_data(shown: Diagram) -> dict:
    diagram, branches, study = shown
    exponents = diagram.exponents
    drawn = np.where(np.isfinite(exponents), np.maximum(exponents, LOWEST_EXPONENT), np.nan)
    return {
        "exponents": {"step_size": diagram.diagram.step_sizes, "exponent": drawn},
        "_zero": {"exponent": [0.0]},
        "_word": {"step_size": [0.004], "exponent": [0.0], "text": ["chaotic above 0"]},
        "thresholds": _thresholds(diagram, branches),
        "_chosen": _chosen(study.params.step_size, 1.0, "exponent"),
        "_columns": _click_columns(diagram.diagram.step_sizes),
        "_frame": {"step_size": [0.0, LARGEST], "exponent": [LOWEST_EXPONENT, 1.0]},
    }


def _lyapunov_draw(style: Style):
    across = layers.x("step_size", "step size δ")
    up = layers.y("exponent", "exponent", minExtent=LABEL_WIDTH, tickCount=3)
    return alt.layer(
        layers.frame(across, up),
        layers.faint_rule("_zero", style, up=up),
        layers.theory_rule("thresholds", style, across=across),
        layers.chosen_rule("_chosen", style, across=across),
        layers.curve("exponents", across, up, style.measured, width=1.4),
        layers.label("_word", across, up, style.muted, dx=2, dy=-8),
        layers.clickable_columns("_columns", layers.x("x", "step size δ"), "step_size", "click: δ"),
    )


def _lyapunov_describe(shown: Diagram) -> str:
    diagram, _, study = shown
    column = _column(diagram, study.params.step_size)
    exponent = np.nan if column is None else diagram.exponents[column]
    if not np.isfinite(exponent):
        return "Lyapunov exponent of this start's runs; at the chosen δ there is none: the run diverges."
    word = (
        "positive: neighbouring runs separate" if exponent > 0 else "not positive: neighbouring runs close in"
    )
    return f"Lyapunov exponent of this start's runs; at the chosen δ {exponent:.3g}, {word}."


LYAPUNOV = Figure(
    "lyapunov", "Lyapunov exponent", _lyapunov_data, _lyapunov_draw, _lyapunov_describe, 122,
    picks=("step_size",),
)  # fmt: skip


# Margins


def _margins_data(study: Study) -> dict:
    edge = 2.0 / study.params.step_size
    points = study.critical_points
    words = [
        f"margin {p.margin:+.4g}, {p.stability}" + (" (λ < 0)" if p.curvature < 0 else "") for p in points
    ]
    lowest = min(p.curvature for p in points)
    top = 1.35 * max(edge, *(p.curvature for p in points))
    return {
        "margins": {
            "point": [f"x = {p.x:.4g}" for p in points],
            "curvature": np.array([p.curvature for p in points]),
            "edge": np.full(len(points), edge),
            "margin": np.array([p.margin for p in points]),
            "stability": [p.stability for p in points],
            "text": words,
        },
        "_band": {"curvature": [0.0], "edge": [edge]},
        "_edge": {"curvature": [edge]},
        "_frame": {"curvature": [1.3 * lowest, top]},
    }


def _margins_draw(style: Style):
    across = layers.x("curvature", "Hessian eigenvalue λ = f₂″; the band is 0 ≤ λ ≤ 2/δ")
    row = alt.Y("point:N", title=None, sort=None)
    named = alt.Chart(alt.NamedData("margins"))
    band = alt.Chart(alt.NamedData("_band")).mark_rect(color=style.grid, opacity=0.9)
    hold = alt.Chart(alt.NamedData("_frame")).mark_point(opacity=0, size=0, tooltip=None)
    span = named.mark_rule(color=style.measured, strokeWidth=3)
    words = named.mark_text(color=style.ink, align="left", dx=0, dy=-13, fontSize=12)
    return alt.layer(
        band.encode(across, x2="edge:Q"),
        hold.encode(across),
        span.encode(across, row, x2="edge:Q"),
        layers.theory_rule("_edge", style, across=across),
        _marked("margins", across, row, style),
        words.encode(across, row, text="text:N"),
    )


def _margins_describe(study: Study) -> str:
    words = "; ".join(
        f"x = {p.x:.4g}: λ = {p.curvature:.4g}, margin {p.margin:.4g}, multiplier 1 − δλ = {p.multiplier:.4g}"
        for p in study.critical_points
    )
    return f"Margin = 2/δ − λ with 2/δ = {2 / study.params.step_size:.4g} (dashed). {words}."


MARGINS = Figure("margins", "Eigenvalue margins", _margins_data, _margins_draw, _margins_describe, 210)


# Fates over starts and step sizes

OUTCOMES = (
    (LimitKind.EQUILIBRIUM, 0, 0, "x → 1"),
    (LimitKind.EQUILIBRIUM, 0, 1, "x → 2"),
    (LimitKind.PERIODIC_ORBIT, 2, 0, "period 2"),
    (LimitKind.PERIODIC_ORBIT, 4, 0, "period 4"),
    (LimitKind.PERIODIC_ORBIT, 8, 0, "other periods"),
    (LimitKind.APERIODIC, 0, 0, "aperiodic"),
    (LimitKind.DIVERGENT, 0, 0, "diverged"),
    (LimitKind.UNDECIDED, 0, 0, "undecided"),
)
WORDS = tuple(word for *_, word in OUTCOMES)


def _word(attractor) -> str:
    """The word of an attractor, one of WORDS."""
    if attractor.kind is LimitKind.EQUILIBRIUM:
        return "x → 2" if attractor.points[0] > 1.5 else "x → 1"
    if attractor.kind is LimitKind.PERIODIC_ORBIT:
        return attractor.kind and {2: "period 2", 4: "period 4"}.get(attractor.period, "other periods")
    return attractor.kind.value


def _colours(style: Style) -> list[str]:
    return [style.outcome(kind, period, place).colour for kind, period, place, _ in OUTCOMES]


@lru_cache(maxsize=8)
def _fate_picture(raster: FateRaster) -> dict:
    """The raster as a picture with names on its regions, and cells to click."""
    indices = np.array([WORDS.index(_word(a)) for a in raster.basins.attractors])[raster.basins.labels]
    starts, deltas = raster.starts, raster.step_sizes
    low, high = (starts[0], deltas[0]), (starts[-1], deltas[-1])
    places = label_places(indices)
    at = np.array([places[i] for i in places])
    return {
        "_picture": image_table(indices, _colours, (low[0], high[0]), (low[1], high[1])),
        "_names": {
            "x": low[0] + at[:, 0] * (high[0] - low[0]),
            "y": low[1] + at[:, 1] * (high[1] - low[1]),
            "text": [WORDS[i] for i in places],
        },
        "_cells": _cells(starts, deltas),
    }


def _cells(starts: np.ndarray, deltas: np.ndarray, shape=(26, 40)) -> dict:
    """A grid of click targets, each choosing the round numbers in its middle."""
    y, x = (np.linspace(axis[0], axis[-1], n + 1) for axis, n in zip((deltas, starts), shape))
    left, bottom = np.meshgrid(x[:-1], y[:-1])
    right, top = np.meshgrid(x[1:], y[1:])
    return {
        "x": left.ravel(),
        "x2": right.ravel(),
        "y": bottom.ravel(),
        "y2": top.ravel(),
        "start": ((left + right) / 2).ravel().round(3),
        "step_size": ((bottom + top) / 2).ravel().round(4),
    }


def _fates_data(pair: tuple[FateRaster, Study]) -> dict:
    raster, study = pair
    low, high = raster.starts[0], raster.starts[-1]
    start, delta = study.params.start, study.params.step_size
    where = {"x": [float(np.clip(start, low, high))], "y": [min(delta, LARGEST)]}
    outside = "" if low <= start <= high and delta <= LARGEST else " (outside)"
    return _fate_picture(raster) | {
        "thresholds": {"y": np.array([p.critical for p in study.critical_points if p.critical is not None])},
        "_chosen": where | {"text": [f"x[0] = {start:g}, δ = {delta:g}{outside}"]},
        "_frame": {"x": [low, high], "y": [0.0, LARGEST]},
    }


def _fates_draw(style: Style):
    across, up = layers.x(title="start x[0]"), layers.y(title="step size δ")
    return alt.layer(
        layers.frame(across, up),
        layers.image("_picture", across, up, style),
        layers.theory_rule("thresholds", style, up=up),
        layers.on_picture("_names", across, up, style),
        layers.chosen_rule("_chosen", style, across=across),
        layers.chosen_rule("_chosen", style, up=up),
        layers.points("_chosen", across, up, style.chosen, size=90, filled=False),
        layers.clickable_cells("_cells", across, up, ("start", "step_size"), ("click: x[0]", "click: δ")),
    )


def _fates_describe(pair: tuple[FateRaster, Study]) -> str:
    raster, study = pair
    counts = dict.fromkeys(WORDS, 0)
    for share in raster.basins.shares:
        counts[_word(share.attractor)] += share.count
    total = raster.basins.labels.size
    shares = ", ".join(f"{word} {count / total:.1%}" for word, count in counts.items() if count)
    return f"{total} runs over starts and step sizes: {shares}. Click to choose both."


FATES = Figure(
    "fates", "What each start and step size becomes", _fates_data, _fates_draw, _fates_describe, 400,
    picks=("start", "step_size"), canvas=True,
)  # fmt: skip


# Shares of outcomes


def _shares_data(study: Study) -> dict:
    shares = sorted(study.basins.shares, key=lambda share: -share.count)
    return {
        "shares": {
            "outcome": [s.attractor.name for s in shares],
            "kind": [_word(s.attractor) for s in shares],
            "share": np.array([s.share for s in shares]),
            "low": np.array([s.low for s in shares]),
            "high": np.array([s.high for s in shares]),
            "count": [s.count for s in shares],
            "text": [f"{s.share:.1%}  ({s.low:.1%} to {s.high:.1%})" for s in shares],
        },
        "_frame": {"share": [0.0, 1.25]},
    }


def _shares_draw(style: Style):
    across = layers.x(
        "share", "share of the random starts, with 95 % intervals", format="%", values=[0, 0.25, 0.5, 0.75, 1]
    )
    row = alt.Y("outcome:N", title=None, sort=None)
    colour = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=list(WORDS), range=_colours(style)))
    table = alt.Chart(alt.NamedData("shares"))
    hold = alt.Chart(alt.NamedData("_frame")).mark_point(opacity=0, size=0, tooltip=None)
    return alt.layer(
        hold.encode(across),
        table.mark_bar(height={"band": 0.55}).encode(across, row, colour),
        table.mark_rule(color=style.ink, strokeWidth=2).encode(layers.x("low"), row, x2="high:Q"),
        table.mark_text(align="left", dx=8, color=style.ink).encode(layers.x("high"), row, text="text:N"),
    )


def _shares_describe(study: Study) -> str:
    shares = sorted(study.basins.shares, key=lambda share: -share.count)
    words = ", ".join(f"{s.attractor.name} {s.share:.1%}" for s in shares)
    return f"{study.basins.labels.size} starts drawn uniformly from [0, 2.6] (seed {study.params.seed}): {words}."


SHARES = Figure("shares", "Shares of outcomes", _shares_data, _shares_draw, _shares_describe, 230)


# The iterates


def _iterates_data(study: Study) -> dict:
    low, high = window(study.states, *RUN_WINDOW)
    inside = (study.states >= low) & (study.states <= high)
    points = [p for p in study.critical_points if low <= p.x <= high]
    last = len(study.states) - 1
    return {
        "iterates": {"k": np.flatnonzero(inside), "x": study.states[inside]},
        "equilibria": {"x": np.array([p.x for p in points])},
        "_labels": {
            "k": np.full(len(points), last),
            "x": np.array([p.x for p in points]),
            "text": np.array([f"{p.x:.4g} {p.stability}" for p in points], str),
        },
        "_frame": {"k": [0, 1.2 * last], "x": [low, high]},
    }


def _iterates_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("x", "x[k]")
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("equilibria", style, up=up),
        layers.up_to_step(layers.curve("iterates", across, up, style.measured, width=1.0)),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=20)),
        layers.label("_labels", across, up, style.theory, dx=6),
    ).add_params(layers.playback())


def _iterates_describe(study: Study) -> str:
    finite = study.states[np.isfinite(study.states)]
    return f"x[k] for k = 0 … {len(study.states) - 1}; the last finite state is {finite[-1]:.6g}."


ITERATES = Figure("iterates", "Iterates", _iterates_data, _iterates_draw, _iterates_describe, 230, steps=True)

FIGURES = (FIGURE_1, COBWEB, DIAGRAM, LYAPUNOV, FATES, SHARES, MARGINS, ITERATES)
