"""The same start on n maps: one small cobweb per eigenvalue of the target."""

from __future__ import annotations

import math

import altair as alt
import numpy as np

from pages.charts.identity_initialization.modes import approach_text, sign, sign_colour
from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar.cobweb import cobweb_tables, window
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.theory import layer_limit

FEW = 3  # panels that stand in one row
GAP = 0.1  # between panels, in panel widths
TITLE_ROOM = 0.11  # above a panel, in panel heights, for each row of panels
MOST_STEPS = 150  # drawn of a long run
REACH = 2.2  # windows end at so many times max(1, |λ|^{1/L})


def _places(n: int) -> list[tuple[float, float]]:
    """The lower left corner of every panel, unit squares in one row or two, from the left and the top."""
    rows = 1 if n <= FEW else 2
    columns = math.ceil(n / rows)
    room = TITLE_ROOM * rows
    return [((i % columns) * (1 + GAP), (rows - 1 - i // columns) * (1 + room)) for i in range(n)]


def _panel(study: Study, place: int) -> tuple[dict, float, float, np.ndarray]:
    """The tables of one cobweb in its own units, and its window."""
    mode = study.modes[place]
    bound = REACH * max(1.0, abs(mode.eigenvalue) ** (1.0 / mode.depth))
    states = study.layers[: MOST_STEPS + 1, place]
    limit = float(layer_limit(mode.eigenvalue, mode.depth))
    low, high = window(states, -bound, bound, landmarks=(limit,))
    tables = cobweb_tables(mode.objective, study.params.step_size, states, low, high)
    tables["limit"] = {"x": [limit], "y": [limit]}
    tables["_start"] = {"x": [1.0], "y": [1.0]}
    return tables, low, high, states


def _data(study: Study) -> dict:
    places = _places(len(study.modes))
    joined: dict[str, list[dict]] = {}
    titles, ranges = [], []
    for i, (mode, (left, bottom)) in enumerate(zip(study.modes, places)):
        tables, low, high, _ = _panel(study, i)
        for name, table in tables.items():
            moved = {
                "x": left + (np.asarray(table["x"]) - low) / (high - low),
                "y": bottom + (np.asarray(table["y"]) - low) / (high - low),
            }
            same = len(moved["x"])
            extra = {"panel": [i] * same, "sign": [sign(mode.eigenvalue)] * same}
            joined.setdefault(name, []).append({**table, **moved, **extra})
        titles.append((left, bottom + 1.0, f"λ = {mode.eigenvalue:.3g}: {approach_text(mode)}"))
        ranges.append((left + 1.0, bottom, f"{low:.2g} … {high:.2g}"))
    stacked = {name: _stack(parts) for name, parts in joined.items()}
    x, y = np.array(places).T
    return stacked | {
        "_panels": {"x": x, "x2": x + 1.0, "y": y, "y2": y + 1.0},
        "_titles": _texts(titles),
        "_ranges": _texts(ranges),
        "_frame": {"x": [0.0, x.max() + 1.0], "y": [0.0, y.max() + 1.0 + TITLE_ROOM * (1 + (y.max() > 0))]},
    }


def _stack(parts: list[dict]) -> dict:
    return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}


def _texts(rows) -> dict:
    x, y, text = zip(*rows)
    return {"x": x, "y": y, "text": [line.replace("-", "−") for line in text]}


def _draw(style: Style):
    across = layers.x(title="w[k], from w[0] = 1, in every panel", **layers.NO_AXIS)
    up = layers.y(title="w[k+1]", **layers.NO_AXIS)
    panels = alt.Chart(alt.NamedData("_panels")).mark_rect(fill=None, stroke=style.muted, strokeWidth=0.7)
    stairs = layers.curve("staircase", across, up, style.measured, width=1.2, order="vertex", by="panel")
    return alt.layer(
        layers.frame(across, up),
        panels.encode(across, up, alt.X2("x2:Q"), alt.Y2("y2:Q")),
        layers.curve("_identity", across, up, style.muted, width=1.0, by="panel"),
        layers.curve("map", across, up, style.ink, width=1.5, by="panel"),
        layers.up_to_step(stairs.encode(color=sign_colour(style))),
        layers.points("limit", across, up, style.theory, size=80, filled=False),
        layers.points("_start", across, up, style.chosen, size=34),
        layers.label("_titles", across, up, style.ink, dx=1, dy=-7),
        layers.label("_ranges", across, up, style.muted, align="right", dx=-3, dy=-7),
    ).add_params(layers.playback())


def _describe(study: Study) -> str:
    settled = sum(m.at_limit is True for m in study.modes)
    steps = min(study.params.n_steps, MOST_STEPS)
    return (
        f"One map w − δw^(L−1)(w^L − λ) per eigenvalue, all from w = 1 (dot), {steps} steps at "
        f"δ = {study.params.step_size:g}, L = {study.params.depth}; {settled} of {len(study.modes)} end on "
        f"their limit (ring). In the corner: the range of w."
    )


COBWEBS = Figure(
    name="cobwebs",
    title="One cobweb per eigenvalue",
    data=_data,
    draw=_draw,
    describe=_describe,
    height=238,
    steps=True,
)
