"""The step-size diagram of a network: its output and loss on the attractor, period and Lyapunov exponent."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.ensembles import NetworkDiagram
from stepsize_core.paper.relu_oscillation.targets import DRAWN

FIGURE_2 = {2e-4: "Figure 2, left", 3e-4: "Figure 2, right"}
APART = 400  # attractor states that agree to so many parts of the picture's height are one mark
ESCAPING = 1e100  # larger values belong to runs on their way to infinity
LABEL_WIDTH = 38  # of the axis labels, so that pictures above each other share their left edge
LOOKS = {  # word -> kind and period, for its colour and symbol
    "converged": (LimitKind.EQUILIBRIUM, 0),
    "period 2": (LimitKind.PERIODIC_ORBIT, 2),
    "period 4": (LimitKind.PERIODIC_ORBIT, 4),
    "longer period": (LimitKind.PERIODIC_ORBIT, 3),
    "aperiodic": (LimitKind.APERIODIC, 0),
    "diverged": (LimitKind.DIVERGENT, 0),
    "undecided": (LimitKind.UNDECIDED, 0),
}

Shown = tuple[NetworkDiagram, Study]


def word_of(kind: LimitKind, period: int) -> str:
    """The word of an outcome, one of LOOKS."""
    if kind is LimitKind.PERIODIC_ORBIT:
        return f"period {period}" if period in (2, 4) else "longer period"
    return next(word for word, (other, _) in LOOKS.items() if other is kind)


def outcome_channels(style: Style, *, legend: bool) -> list:
    """Colour and symbol by the column "outcome", one of LOOKS."""
    looks = [style.outcome(*look) for look in LOOKS.values()]
    key = alt.Legend(title=None, symbolOpacity=1, columns=4) if legend else None

    def channel(kind, values):
        return kind("outcome:N", scale=alt.Scale(domain=list(LOOKS), range=values), legend=key)

    colours = [look.colour for look in looks]
    return [
        channel(alt.Fill, colours),
        channel(alt.Stroke, colours),  # of the symbol that is a line
        channel(alt.Shape, [look.symbol for look in looks]),
    ]


def _words(diagram: NetworkDiagram) -> np.ndarray:
    return np.array([word_of(k, p) for k, p in zip(diagram.kinds, diagram.periods)], object)


def _attractor(diagram: NetworkDiagram, values: np.ndarray, log: bool) -> dict:
    """What is visited at every step size, each value once."""
    heights = np.log(np.where(values > 0, values, np.nan)) if log else values
    span = np.nanmax(heights) - np.nanmin(heights) if np.isfinite(heights).any() else 0.0
    cells = np.round((heights - np.nanmin(heights)) / span * APART) if span else np.zeros(heights.shape)
    columns, rows = [], []
    for j in np.flatnonzero(np.isfinite(heights).any(axis=0)):
        good = np.flatnonzero(np.isfinite(heights[:, j]))
        first = good[np.unique(cells[good, j], return_index=True)[1]]
        rows.append(first)
        columns.append(np.full(len(first), j))
    i, j = (np.concatenate(parts).astype(int) if parts else np.zeros(0, int) for parts in (rows, columns))
    table = {"step_size": diagram.step_sizes[j], "y": values[i, j], "outcome": _words(diagram)[j]}
    return layers.or_hidden(table, step_size=diagram.step_sizes[0], y=1.0, outcome="diverged")


def _marks(shown: Shown, top: float) -> dict:
    """The chosen step size, Figure 2's two, and the columns to click."""
    diagram, study = shown
    deltas, delta = diagram.step_sizes, study.params.step_size
    inside = float(np.clip(delta, deltas[0], deltas[-1]))
    arrow = "" if inside == delta else " →" if delta > inside else " ←"
    edges = np.sqrt(deltas[1:] * deltas[:-1])
    edges = np.concatenate([deltas[:1], edges, deltas[-1:]])
    paper = FIGURE_2 if study.params.target == DRAWN else {}
    there = [d for d in paper if deltas[0] <= d <= deltas[-1]]
    figure_2 = {"step_size": there, "y": [top] * len(there), "text": [paper[d] for d in there]}
    return {
        "figure_2": layers.or_hidden(figure_2, step_size=deltas[0], y=top, text=""),
        "_chosen": {"step_size": [inside], "y": [top], "text": [f"δ = {delta:g}{arrow}"]},
        "_columns": {"x": edges[:-1], "x2": edges[1:], "step_size": [float(f"{d:.3g}") for d in deltas]},
    }


def _drawn(style: Style, up, *own, names: bool):
    """Own layers between the rules and the click targets that all three pictures share."""
    across = layers.x("step_size", "step size δ", log=True)
    marks = [
        layers.frame(across, up),
        layers.unless_hidden(layers.faint_rule("figure_2", style, across=across)),
        layers.chosen_rule("_chosen", style, across=across),
        *(make(across) for make in own),
    ]
    if names:
        marks.append(
            layers.unless_hidden(
                layers.label("figure_2", across, up, style.muted, align="right", dx=-3, dy=4, angle=0)
            )
        )
        marks.append(layers.label("_chosen", across, up, style.chosen, dx=5, dy=22))
    target = layers.x("x", "step size δ", log=True)
    return alt.layer(*marks, layers.clickable_columns("_columns", target, "step_size", "click: δ"))


def _points(table: str, up, style: Style, *, size: int, legend: bool):
    """Marks by outcome, as a function of the horizontal axis."""
    mark = alt.Chart(alt.NamedData(table)).mark_point(size=size, strokeWidth=1, opacity=1, clip=True)
    channels = outcome_channels(style, legend=legend)
    return lambda across: layers.unless_hidden(mark.encode(across, up, *channels))


# The output


def _output_data(shown: Shown) -> dict:
    diagram, _ = shown
    outputs = np.where(np.abs(diagram.outputs) < ESCAPING, diagram.outputs, np.nan)
    seen = outputs[np.isfinite(outputs)]
    low, high = (seen.min(), seen.max()) if len(seen) else (-1.0, 1.0)
    room = 0.06 * (high - low or 1.0)
    top = high + 2.2 * room
    frame = {"step_size": diagram.step_sizes[[0, -1]], "y": [low - room, top]}
    return {"attractor": _attractor(diagram, outputs, log=False), "_frame": frame} | _marks(
        shown, top - 0.4 * room
    )


def _output_draw(style: Style):
    up = layers.y(title="f̂ at the input watched", minExtent=LABEL_WIDTH)
    return _drawn(style, up, _points("attractor", up, style, size=16, legend=True), names=True)


def _output_describe(shown: Shown) -> str:
    diagram, study = shown
    near = int(np.argmin(np.abs(np.log(diagram.step_sizes / study.params.step_size))))
    return (
        f"f̂({diagram.probe:.4g}) after {study.params.n_steps:,} steps at {len(diagram.step_sizes)} step "
        f"sizes, this draw. Next to the chosen δ = {study.params.step_size:g}: {_words(diagram)[near]}. "
        "Click: another δ."
    )


DIAGRAM = Figure(
    name="diagram",
    title="Step-size diagram: the output on the attractor",
    data=_output_data,
    draw=_output_draw,
    describe=_output_describe,
    height=440,
    picks=("step_size",),
    canvas=True,
)


# The loss


def _loss_data(shown: Shown) -> dict:
    diagram, study = shown
    losses = np.where(diagram.losses < ESCAPING, diagram.losses, np.nan)
    seen = losses[losses > 0]
    low, high = (seen.min(), seen.max()) if len(seen) else (0.1, 1.0)
    room = max((high / low) ** 0.05, 1.1)
    levels = [study.learned_level] if low < study.learned_level < high else []
    left = [diagram.step_sizes[0]] * len(levels)
    frame = {"step_size": diagram.step_sizes[[0, -1]], "y": [low / room, high * room**2]}
    return {
        "attractor": _attractor(diagram, losses, log=True),
        "level": layers.or_hidden({"y": levels}, y=low),
        "_level_name": layers.or_hidden(
            {"step_size": left, "y": levels, "text": ["below: learned"] * len(levels)},
            step_size=diagram.step_sizes[0], y=low, text="",
        ),
        "_frame": frame,
    } | _marks(shown, high * room)  # fmt: skip


def _loss_draw(style: Style):
    up = layers.y(title="loss", log=True, minExtent=LABEL_WIDTH)

    def level(across):
        rule = layers.faint_rule("level", style, up=up)
        name = layers.label("_level_name", across, up, style.muted, dx=4, dy=-7)
        return alt.layer(layers.unless_hidden(rule), layers.unless_hidden(name))

    return _drawn(style, up, level, _points("attractor", up, style, size=16, legend=False), names=False)


def _loss_describe(shown: Shown) -> str:
    diagram, study = shown
    best = (diagram.losses <= study.learned_level).all(axis=0)
    return (
        f"The loss on the same attractors. {int(best.sum())} of {len(diagram.step_sizes)} step sizes stay "
        f"below {study.learned_level:.3g}, the level that counts as learned."
    )


LOSS_DIAGRAM = Figure(
    name="loss_diagram",
    title="The loss on the attractor",
    data=_loss_data,
    draw=_loss_draw,
    describe=_loss_describe,
    height=216,
    picks=("step_size",),
    canvas=True,
)


# Period and Lyapunov exponent


def _exponents_data(shown: Shown) -> dict:
    diagram, _ = shown
    known = np.isfinite(diagram.exponents)
    deltas, values = diagram.step_sizes[known], diagram.exponents[known]
    low, high = min(values.min(initial=0.0), -0.02), max(values.max(initial=0.0), 0.02)
    room = 0.12 * (high - low)
    periods = diagram.periods > 1
    return {
        "exponents": layers.or_hidden(
            {"step_size": deltas, "y": values, "outcome": _words(diagram)[known]},
            step_size=diagram.step_sizes[0], y=0.0, outcome="undecided",
        ),
        "periods": layers.or_hidden(
            {
                "step_size": diagram.step_sizes[periods],
                "y": np.full(periods.sum(), high + 1.6 * room),
                "text": [str(p) for p in diagram.periods[periods]],
            },
            step_size=diagram.step_sizes[0], y=high, text="",
        ),
        "_zero": {"y": [0.0]},
        "_frame": {"step_size": diagram.step_sizes[[0, -1]], "y": [low - room, high + 2.4 * room]},
    } | _marks(shown, high + room)  # fmt: skip


def _exponents_draw(style: Style):
    up = layers.y(title="exponent", minExtent=LABEL_WIDTH, tickCount=4)

    def periods(across):
        names = layers.label("periods", across, up, style.ink, align="center", dx=0, dy=4)
        return alt.layer(layers.faint_rule("_zero", style, up=up), layers.unless_hidden(names))

    return _drawn(style, up, periods, _points("exponents", up, style, size=34, legend=False), names=False)


def _exponents_describe(shown: Shown) -> str:
    diagram, _ = shown
    chaotic = int(np.nansum(diagram.exponents > 1e-2))
    longest, deltas = int(diagram.periods.max()), diagram.step_sizes
    return (
        f"Numbers: the period where it is above 1 (longest {longest}). Marks: the Lyapunov exponent, near 0 "
        f"where the run drifts along flat directions, clearly above 0 at {chaotic} of the "
        f"{len(deltas)} step sizes from δ = {deltas[0]:.3g} to {deltas[-1]:.3g}: chaotic."
    )


EXPONENTS = Figure(
    name="exponents",
    title="Period and Lyapunov exponent",
    data=_exponents_data,
    draw=_exponents_draw,
    describe=_exponents_describe,
    height=150,
    picks=("step_size",),
)
