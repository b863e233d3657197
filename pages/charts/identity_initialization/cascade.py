"""The largest eigenvalue of the target over the step size: 2-cycle, cascade, chaos, divergence."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import numpy as np

from pages.charts.identity_initialization.regions import COLUMNS, chosen, chosen_layers, columns_between
from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.raster import density_image, image_table, shades, visited_table
from pages.charts.kit.style import Style
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.step_sizes import TopDiagram

CELLS = 200  # of the picture, upwards
SHADES = 16
LABEL_WIDTH = 34  # of the axis labels
ROOM_FOR_A_NAME = 0.25  # share of the axis
LOWEST_EXPONENT = -2.5  # the picture ends here: at a superstable step size the exponent is −∞

Top = tuple[TopDiagram | None, Study]


@lru_cache(maxsize=32)
def _picture(top: TopDiagram) -> tuple[dict, tuple[float, float]]:
    """How often each value of the estimate's top eigenvalue is visited, over δ; and the range of values."""
    deltas = top.diagram.step_sizes
    half = (deltas[1] - deltas[0]) / 2.0
    x_edges = np.append(deltas - half, deltas[-1] + half)
    seen = top.estimates[np.isfinite(top.estimates)]
    low, high = min(0.0, float(seen.min())), float(seen.max())
    low, high = low - 0.04 * (high - low), high + 0.04 * (high - low)
    along = np.broadcast_to(deltas, top.estimates.shape)
    y_edges = np.linspace(low, high, CELLS + 1)
    indices = density_image(along.ravel(), top.estimates.ravel(), x_edges, y_edges, SHADES)
    return image_table(indices, _inks, (x_edges[0], x_edges[-1]), (low, high)), (low, high)


def _inks(style: Style) -> tuple[str, ...]:
    return shades(style.background, style.measured, SHADES)


def _marks(top: TopDiagram, study: Study, height: float) -> dict:
    """The thresholds, named: at two layers by their δr."""
    if top.boundaries:
        at = [edge for edge, *_ in top.boundaries]
        texts = [symbol for _, symbol, _ in top.boundaries]
        texts[0] = "δr = " + texts[0]
    else:
        at, texts = [top.scale], [f"Corollary 1: {top.scale:.3g}"]
    names = {"step_size": at, "y": [height] * len(at), "text": texts}
    return {"thresholds": {"step_size": at}, "_threshold_names": names}


def _divergence(top: TopDiagram, height: float) -> dict:
    """A name for the step sizes beyond which every run diverges."""
    lost = ~np.isfinite(top.estimates).all(axis=0)
    last = len(lost) - int(np.argmin(lost[::-1])) if lost[-1] else len(lost)
    share = 1.0 - last / len(lost)
    text = "w[0] = 1 diverges" if share > ROOM_FOR_A_NAME else ""
    return {"step_size": [float(top.diagram.step_sizes[-1])], "y": [height], "text": [text]}


def _diagram_data(pair: Top) -> dict:
    top, study = pair
    if top is None:
        return _no_diagram(study)
    picture, (low, high) = _picture(top)
    largest = float(top.diagram.step_sizes[-1])
    room = 0.12 * (high - low)
    return (
        _marks(top, study, high + 0.5 * room)
        | {
            "_picture": picture,
            "unstable": {"step_size": [top.scale, largest], "y": [top.eigenvalue] * 2},
            "_diverges": _divergence(top, low + 0.5 * (high - low)),
            "_target_name": {
                "step_size": [0.0],
                "y": [top.eigenvalue],
                "text": [f"λ = {top.eigenvalue:.4g}"],
            },
            "_frame": {"step_size": [0.0, largest], "y": [low, high + 2.0 * room]},
            "_columns": columns_between(np.linspace(0.0, largest, COLUMNS + 1)),
        }
        | chosen(study.params.step_size, largest, high + 1.6 * room)
    )


def _no_diagram(study: Study) -> dict:
    """The picture of a target without a positive eigenvalue: a sentence."""
    largest = f"{study.spectrum.eigenvalues[-1]:.3g}".replace("-", "−")
    words = f"no positive eigenvalue (largest: {largest}), no cascade"
    high = 2.0 * study.guaranteed
    nothing = {"step_size": [high], "y": [0.0], "text": [""]}
    return {
        "_picture": image_table(np.zeros((1, 1), int), _inks, (0.0, high), (-0.1, 1.0)),
        "thresholds": {"step_size": [study.guaranteed]},
        "_threshold_names": {"step_size": [study.guaranteed], "y": [0.7], "text": ["guaranteed"]},
        "unstable": {"step_size": [0.0], "y": [0.0]},
        "_diverges": nothing,
        "_target_name": {"step_size": [0.0], "y": [0.0], "text": [words]},
        "_frame": {"step_size": [0.0, high], "y": [-0.1, 1.0]},
        "_columns": columns_between(np.linspace(0.0, high, COLUMNS + 1)),
    } | chosen(study.params.step_size, high, 0.9)


def _diagram_draw(style: Style):
    def height(field: str) -> alt.Y:
        return layers.y(field, "eigenvalue, long after", minExtent=LABEL_WIDTH)

    across, up = layers.x("step_size", "step size δ"), height("y")
    return alt.layer(
        layers.frame(across, up),
        layers.image("_picture", layers.x("x", "step size δ"), height("y"), style),
        layers.theory_curve("unstable", across, up, style),
        layers.theory_rule("thresholds", style, across=across),
        layers.label("_threshold_names", across, up, style.theory, align="right", dx=-4, dy=0),
        layers.on_picture("_target_name", across, up, style, align="left", dx=4, dy=-9),
        layers.on_picture("_diverges", across, up, style, align="right", dx=-6),
        *chosen_layers(style, across, up),
        layers.clickable_columns("_columns", layers.x("x", "step size δ"), "step_size", "click: δ"),
    )


def _diagram_describe(pair: Top) -> str:
    top, study = pair
    if top is None:
        return "No eigenvalue of R is positive, so nothing is learned and no bound (4) is met."
    delta = study.params.step_size
    law = (
        f"Dashed, in δr: {', '.join(words for *_, words in top.boundaries)}"
        if top.boundaries
        else f"Dashed: Corollary 1's bound (4), {top.scale:.4g}, where a 2-cycle is born"
    )
    return f"At δ = {delta:g} its layers' w: {study.modes[-1].outcome.sentence}. {law}. Click: δ."


def _diagram_painted(pair: Top) -> dict:
    top, _ = pair
    return {} if top is None else {"visited": visited_table(top.diagram.step_sizes, top.estimates)}


DIAGRAM = Figure(
    name="diagram",
    title="The largest eigenvalue over the step size",
    data=_diagram_data,
    draw=_diagram_draw,
    describe=_diagram_describe,
    height=184,
    picks=("step_size",),
    painted=_diagram_painted,
)


def _exponents_data(pair: Top) -> dict:
    top, study = pair
    if top is None:
        deltas, exponents, largest = np.array([]), np.array([]), 2.0 * study.guaranteed
    else:
        finite = np.isfinite(top.exponents)
        deltas, exponents = top.diagram.step_sizes[finite], top.exponents[finite]
        largest = float(top.diagram.step_sizes[-1])
    two = top is not None and bool(top.boundaries)
    end = top.boundaries[-1][0] if two else 0.0
    return {
        "exponents": {"step_size": deltas, "y": np.maximum(exponents, LOWEST_EXPONENT)},
        "_zero": {"y": [0.0]},
        "_word": {"step_size": [0.0], "y": [0.0], "text": ["above 0: chaotic"]},
        "predicted": {"step_size": [end] if two else [], "y": [np.log(3.0)] if two else []},
        "_predicted": {
            "step_size": [end] if two else [],
            "y": [np.log(3.0)] if two else [],
            "text": ["ln 3 at δr = 2"] if two else [],
        },
        "_frame": {"step_size": [0.0, largest], "y": [LOWEST_EXPONENT, 1.5]},
        "_columns": columns_between(np.linspace(0.0, largest, COLUMNS + 1)),
    } | chosen(study.params.step_size, largest, LOWEST_EXPONENT + 0.25)


def _exponents_draw(style: Style):
    across, up = layers.x("step_size", "step size δ"), layers.y("y", "Lyapunov exponent")
    return alt.layer(
        layers.frame(across, up),
        layers.faint_rule("_zero", style, up=up),
        layers.curve("exponents", across, up, style.measured, width=1.4),
        layers.points("predicted", across, up, style.theory, size=90, filled=False),
        layers.label("_predicted", across, up, style.theory, align="right", dx=-8, dy=-6),
        layers.label("_word", across, up, style.muted, dx=4, dy=-9),
        *chosen_layers(style, across, up),
        layers.clickable_columns("_columns", layers.x("x", "step size δ"), "step_size", "click: δ"),
    )


def _exponents_describe(pair: Top) -> str:
    top, study = pair
    if top is None:
        return f"No positive eigenvalue at depth {study.params.depth}, so there is no cascade to measure."
    chaotic = top.diagram.step_sizes[np.nan_to_num(top.exponents, nan=-1.0) > 0.02]
    onset = f"positive from δ ≈ {chaotic.min():.4g} on" if len(chaotic) else "nowhere positive"
    predicted = " The ring is ln 3, the exact value at δr = 2." if top.boundaries else ""
    return (
        f"Lyapunov exponent of the largest eigenvalue's map, λ = {top.eigenvalue:.4g}, {onset}."
        f"{predicted} Chosen: δ = {study.params.step_size:g}."
    )


EXPONENTS = Figure(
    name="exponents",
    title="Lyapunov exponent of the largest eigenvalue",
    data=_exponents_data,
    draw=_exponents_draw,
    describe=_exponents_describe,
    height=320,
    picks=("step_size",),
)
