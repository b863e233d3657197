"""The axis of step sizes of the identity start: guaranteed, observed to converge, excluded."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.kit.text import three_digits
from stepsize_core.limits import LimitKind
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.step_sizes import Regions

ROWS = ("guaranteed", "converges", "excluded")
COLUMNS = 90  # click targets over the step sizes
SIDE = 1.15  # room beside the outermost mark of the axis, as a factor


def columns_between(edges: np.ndarray) -> dict:
    """Click targets between the edges, each choosing the round number in its middle."""
    return {
        "x": edges[:-1],
        "x2": edges[1:],
        "step_size": three_digits((edges[:-1] + edges[1:]) / 2.0),
    }


def chosen(delta: float, high: float, y: float) -> dict:
    """Where δ stands; beyond the picture it is marked at the right edge with an arrow."""
    at, right = min(delta, high), delta > 0.7 * high
    text = f"δ = {delta:g}" + (" →" if delta > high else "")
    name = {"step_size": [at], "y": [y], "text": [text]}
    none = name | {"text": [""]}
    return {
        "_chosen": {"step_size": [at]},
        "_chosen_left": none if right else name,
        "_chosen_right": name if right else none,
    }


def chosen_layers(style: Style, across, up) -> tuple:
    return (
        layers.chosen_rule("_chosen", style, across=across),
        layers.label("_chosen_left", across, up, style.chosen, dx=5, dy=0),
        layers.label("_chosen_right", across, up, style.chosen, align="right", dx=-5, dy=0),
    )


# Three regions


def _regions_data(pair: tuple[Regions, Study]) -> dict:
    regions, study = pair
    delta = study.params.step_size
    marks = [*regions.step_sizes[[0, -1]], delta]
    if np.isfinite(regions.excluded):
        marks.append(regions.excluded)
    low, high = min(marks) / SIDE, max(marks) * SIDE
    bars = [(low, regions.guaranteed, 0)] + [(a, b, 1) for a, b in _intervals(regions)]
    if regions.excluded < high:
        bars.append((regions.excluded, high, 2))
    begin, end, row = (np.array(column) for column in zip(*bars))
    edges = np.geomspace(low, high, COLUMNS + 1)
    return {
        "regions": {"step_size": begin, "end": end, "region": [ROWS[i] for i in row]} | _band(row),
        "_names": _region_names(regions, low),
        "_frame": {"step_size": [low, high], "y": [0.0, 3.55]},
        "_columns": columns_between(edges),
    } | chosen(delta, high, 3.3)


def _band(row: np.ndarray) -> dict:
    """The vertical extent of a region's bar."""
    return {"y": 2.0 - row + 0.06, "y2": 2.0 - row + 0.94}


def _intervals(regions: Regions) -> list[tuple[float, float]]:
    """Where every step size that was tried converges, between the middles of neighbouring ones."""
    deltas = regions.step_sizes
    middles = np.sqrt(deltas[1:] * deltas[:-1])
    edges = np.concatenate([deltas[:1], middles, deltas[-1:]])
    padded = np.concatenate([[False], regions.converges, [False]]).astype(int)
    begins, ends = np.flatnonzero(np.diff(padded) == 1), np.flatnonzero(np.diff(padded) == -1)
    return [(float(edges[a]), float(edges[b])) for a, b in zip(begins, ends)]


def _region_names(regions: Regions, low: float) -> dict:
    finite = np.isfinite(regions.excluded)
    observed = (
        f"observed to converge, up to {regions.largest_observed:.4g}"
        if np.isfinite(regions.largest_observed)
        else "observed: the smallest step tried does not converge"
    )
    texts = [
        f"guaranteed by the theorem, up to {regions.guaranteed:.4g}",
        observed,
        f"excluded by Corollary 1, above {regions.excluded:.4g}" if finite else "Corollary 1 excludes none",
    ]
    return {"step_size": [low * 1.03] * 3, "y": [2.5, 1.5, 0.5], "text": texts}


def _regions_draw(style: Style):
    across = layers.x("step_size", "step size δ", log=True)
    up = layers.y("y", **layers.NO_AXIS)
    colours = [style.theory, style.outcome(LimitKind.EQUILIBRIUM).colour, style.outcomes[5]]
    colour = alt.Color("region:N", legend=None, scale=alt.Scale(domain=list(ROWS), range=colours))
    bars = alt.Chart(alt.NamedData("regions")).mark_rect(opacity=0.55)
    return alt.layer(
        layers.frame(across, up),
        bars.encode(across, up, colour, alt.X2("end:Q"), alt.Y2("y2:Q")),
        *chosen_layers(style, across, up),
        layers.on_picture("_names", across, up, style, align="left"),
        layers.clickable_columns("_columns", layers.x("x", "step size δ", log=True), "step_size", "click: δ"),
    )


def _regions_describe(pair: tuple[Regions, Study]) -> str:
    regions, study = pair
    delta = study.params.step_size
    if delta <= regions.guaranteed:
        place = "guaranteed"
    elif delta > regions.excluded:
        place = "excluded"
    else:
        place = "neither guaranteed nor excluded"
    tried = len(regions.step_sizes)
    return (
        f"{int(regions.converges.sum())} of {tried} step sizes tried bring every eigenvalue to its limit. "
        f"The chosen δ = {delta:g} is {place}. Click: δ."
    )


REGIONS = Figure(
    name="regions",
    title="Step sizes: guaranteed, observed, excluded",
    data=_regions_data,
    draw=_regions_draw,
    describe=_regions_describe,
    height=126,
    picks=("step_size",),
)
