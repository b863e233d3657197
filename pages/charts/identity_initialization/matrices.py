"""The target, what is learned, and the nearest PSD matrix; distances from them, step by step."""

import altair as alt
import numpy as np

from pages.charts.identity_initialization.marks import shown_steps, spread_apart
from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import NO_AXIS, by
from pages.charts.kit.style import Style
from pages.charts.kit.text import minus
from stepsize_core.paper import identity_initialization as phenomenon
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.saddle import Escape

GAP = 0.12  # between matrices, in matrix widths
LARGEST_WITH_NUMBERS = 5  # larger matrices show colours alone
LEAST = 1e-17  # distances below show nothing
NAMES_APART = 0.06  # as a share of the height
WIDTH = 1.3  # of the axis of steps, in runs: room for names
NOTHING = 1e-16  # in the middle of the axis where no distance shows


@figure("The target, what is learned, and the nearest PSD matrix")
def MATRICES(study: Study, draw: Drawing) -> str:
    target, n = study.spectrum.matrix, len(study.spectrum.matrix)
    diverged = not np.isfinite(study.estimate).all()
    estimate = "estimate: diverged" if diverged else f"estimate, k = {study.params.n_steps}"
    titles = ["target R", estimate, "nearest PSD"]
    place, row, column = np.indices((3, n, n)).reshape(3, -1)
    value = np.ravel([target, study.estimate, study.projection])
    largest = float(np.abs(target).max()) or 1.0
    entries = {
        "matrix": np.repeat(titles, n * n),
        "row": row + 1,
        "column": column + 1,
        "x": place * (1 + GAP) + column / n,
        "x2": place * (1 + GAP) + (column + 1) / n,
        "y": 1.0 - row / n,
        "y2": 1.0 - (row + 1) / n,
        "value": value,
        "shade": np.clip(value, -largest, largest) / largest,
    }
    written = value if n <= LARGEST_WITH_NUMBERS else value[:0]
    x, y = ((entries[axis] + entries[f"{axis}2"])[: len(written)] / 2.0 for axis in "xy")

    def shade(style: Style) -> list:
        ends = [style.theory, style.background, style.measured]
        scale = alt.Scale(domain=[-1, 0, 1], range=ends, interpolate="rgb")
        return [alt.Color("shade:Q", legend=None, scale=scale), alt.StrokeValue(style.grid)]

    draw.axes(x=NO_AXIS, y=NO_AXIS, frame={"x": [0.0, 3 + 2 * GAP], "y": [0.0, 1.12]})
    tips = [*map(alt.Tooltip, ("matrix:N", "row:N", "column:N")), alt.Tooltip("value:Q", format=".6g")]
    cells = {"xy": ("x", "y"), "x2": "x2", "y2": "y2", "strokeWidth": 0.5, "invalid": None}
    draw.mark("rect", "entries", entries, channels=shade, encode={"tooltip": tips}, **cells)
    draw.name("_numbers", {"x": x, "y": y, "text": [_short(entry) for entry in written]}, size=11)
    above = {"x": [p * (1 + GAP) for p in range(3)], "y": 1.0, "text": titles}
    draw.label("_titles", above, look="ink", dx=1, dy=-8)
    return (
        f"{n}×{n} matrices on one colour scale: negative entries orange, positive ones blue, 0 as the "
        f"background. {_reached(study)}"
    )


def _short(value: float) -> str:
    """A matrix entry in a few characters."""
    return minus(f"{value:.2f}".replace("-0.00", "0.00")) if np.isfinite(value) else "∞"


def _reached(study: Study) -> str:
    """How far the reduction is from R and from its PSD projection after the last step."""
    n_steps = study.params.n_steps
    if not np.isfinite(study.to_psd[-1]):
        return f"Within {n_steps} steps the reduction diverges."
    return (
        f"After {n_steps} steps the reduction is {study.to_psd[-1]:.3g} from the nearest PSD matrix and "
        f"{study.to_target[-1]:.3g} from R."
    )


@figure("Errors to R and to its PSD projection")
def DISTANCES(study: Study, draw: Drawing) -> str:
    k = shown_steps(study.params.n_steps)
    table = _distances(k, {"to R": study.to_target[k], "to nearest PSD": study.to_psd[k]})
    gap = float(np.linalg.norm(np.minimum(study.spectrum.eigenvalues, 0.0)))
    _axes(draw, "Frobenius distance", k, table["y"])
    floor = [gap] if gap > 0 else []
    draw.hline("floor", {"y": floor})
    draw.label("_floor", {"k": 0.0, "y": floor, "text": "‖R − PSD‖"}, dx=6, dy=-8)
    look = {"channels": _colours("to R", "to nearest PSD")}
    draw.curve("distances", table, width=1.9, by="curve", play=True, **look)
    draw.label("_names", _names_at_ends(table, k), dy=0, **look)
    if gap > 0:
        return f"{_reached(study)} Dashed: the distance between R and the nearest PSD matrix, {gap:.3g}."
    return f"{_reached(study)} R is its own nearest PSD matrix."


def _escape(study: Study) -> list[Call]:
    return [call(phenomenon.escape_of, study.params)]


@figure("Full matrices beside the exact reduction", height=340, also=_escape)
def ESCAPE(study: Study, escape: Escape, draw: Drawing) -> str:
    to_r, to_psd, reduction = "full, to R", "full, to PSD", "reduction, to PSD"
    k = shown_steps(study.params.n_steps)
    full = _distances(k, {to_r: escape.to_target[k], to_psd: escape.to_psd[k]})
    reduced = _distances(k, {reduction: study.to_psd[k]})
    seen, foreseen = np.isfinite(escape.escaped), [escape.predicted] if escape.predicted <= k[-1] else []
    left = int(escape.escaped) if seen else 0
    high = _axes(draw, "Frobenius distance", k, np.concatenate([full["y"], reduced["y"]]))
    draw.vline("predicted", {"k": foreseen})
    name = {"k": foreseen, "y": high / 1.5, "text": f"predicted {escape.predicted:.0f}"}
    draw.label("_predicted", name, dy=0)
    look = {"channels": _colours(to_r, to_psd)}
    draw.curve("full", full, width=1.9, by="curve", play=True, **look)
    draw.curve("reduction", reduced, look="theory", play=True)
    draw.label("_names", _names_at_ends(full, k), dy=0, **look)
    draw.label("_reduced_name", _names_at_ends(reduced, k), dy=0)
    name, leaves = f"leaves at k = {escape.escaped:.0f}", [escape.escaped] if seen else []
    leaving = {"k": leaves, "y": escape.to_psd[left], "text": name}
    draw.points("escaped", leaving, look="chosen", size=80)
    draw.name("escaped", align="left", dx=9, dy=16)
    if seen:
        fate = (
            f"are closest to the PSD projection, {escape.to_psd[escape.closest]:.1g} away, at k = "
            f"{escape.closest}, and halfway to a negative eigenvalue of R at k = {left}"
        )
    elif not np.isfinite(escape.to_psd[-1]):
        fate = "diverge"
    else:
        fate = f"are {escape.to_psd[-1]:.2g} from the PSD projection after {study.params.n_steps} steps"
        if not (study.spectrum.eigenvalues < 0).any():
            fate += ", which is R: no eigenvalue is negative, and there is no saddle to leave"
    return (
        f"From W_i = I + ε·noise, ε = {study.params.noise}, at L = {study.params.depth} the full matrices "
        f"{fate}. Dashed: the exact reduction, from which the theorem's verdict is taken. {_time(escape)}"
    )


def _time(escape: Escape) -> str:
    """What is predicted of the escape, and how it compares."""
    if np.isfinite(escape.predicted):
        compared = escape.assumption or escape.claim.verdict.value
        return f"Predicted escape: {escape.predicted:.0f} steps; {compared}."
    if escape.noise == 0 and np.isfinite(escape.escaped):
        return "With ε = 0 the layers part in their last digits, and what grows is that difference."
    return f"No time of escape is predicted: {escape.assumption}."


@figure("How far the layers are from being equal", height=340, also=_escape)
def SPREAD(study: Study, escape: Escape, draw: Drawing) -> str:
    k = shown_steps(study.params.n_steps)
    shown = _distances(k, {"spread": escape.spread[k]})
    _axes(draw, "largest ‖W_i − mean layer‖", k, shown["y"], beyond=2.0, width=1.0)
    draw.curve("spread", {"k": shown["k"], "y": shown["y"]}, play=True)
    spread = escape.spread[np.isfinite(escape.spread)]
    first = np.flatnonzero(spread > 0)
    begun = f"first differ at k = {first[0]}, by {spread[first[0]]:.1g}" if len(first) else "never differ"
    last = len(spread) - 1
    end = f" and are {spread[-1]:.2g} apart after {last} steps" if len(first) else ""
    gone = ", the last before they diverge" if last < study.params.n_steps else ""
    grows = (study.spectrum.eigenvalues < 0).any()
    return (
        f"The layers {begun}{end}{gone}. The reduction assumes that they are equal"
        f"{'; a difference grows along negative eigenvalues' if grows else ''}."
    )


def _axes(
    draw: Drawing, title: str, k: np.ndarray, values: np.ndarray, beyond: float = 3.0, width: float = WIDTH
) -> float:
    """Axes around values over steps, larger by these factors; returns where the upper one ends."""
    values = values if len(values) else np.array([NOTHING])
    low, high = values.min() / beyond, values.max() * beyond
    draw.axes("step k", title, log="y", frame={"k": [0.0, width * k[-1]], "y": [low, high]})
    return high


def _distances(k: np.ndarray, named: dict[str, np.ndarray]) -> Table:
    """One row per step and curve, positive finite values only."""
    values = np.stack(list(named.values()))
    curve, step = np.nonzero((values > LEAST) & np.isfinite(values))
    return {"k": k[step], "y": values[curve, step], "curve": np.array(list(named))[curve]}


def _names_at_ends(table: Table, k: np.ndarray) -> Table:
    """The name of every curve behind its last point, apart where the ends are close."""
    names, logs = list(dict.fromkeys(table["curve"].tolist())), np.log(table["y"])
    ends = np.array([logs[table["curve"] == name][-1] for name in names])
    places = np.exp(spread_apart(ends, NAMES_APART * np.ptp(logs) if names else 0.0))
    return {"k": k[-1], "y": places, "text": names, "curve": names}


def _colours(target: str, projection: str):
    """The colours of two curves, of the distances to R and to its PSD projection."""
    return lambda style: by(alt.Color, "curve", {target: style.series[3], projection: style.measured})
