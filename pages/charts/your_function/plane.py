"""A typed function of x and y: where each start of the plane ends, level lines, equilibria and the run."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.contours import as_one_line, level_lines, levels_of
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.raster import image_table, label_places
from pages.charts.kit.style import Style
from pages.charts.kit.text import three_digits
from pages.charts.scalar.fates import ELSEWHERE, OTHERS, sentence
from stepsize_core.limits import Limit, LimitKind, not_rounding
from stepsize_core.paper.your_function.plane import PlaneRaster, PlaneStudy

PLACES = 4  # equilibria with a colour of their own
VALLEY = "→ the valley"
OTHER_WORDS = (ELSEWHERE, *(word for *_, word in OTHERS), LimitKind.UNDEFINED.value)
CELLS = 34  # click targets along each axis
GRID = 56  # points along each axis on which level lines are drawn


def fate_of(limit: Limit) -> str:
    """What a single run in the plane became, as the end of a sentence that begins with the run."""
    if limit.kind is not LimitKind.EQUILIBRIUM:
        return sentence(limit)
    x, y = map(not_rounding, limit.points[0])
    return f"converges to ({x:.4g}, {y:.4g})"


def coloured(study: PlaneStudy) -> list[int]:
    """The indices of the minima that have a colour of their own, at most PLACES."""
    minima = [i for i, p in enumerate(study.critical_points) if p.kind == "minimum"]
    return minima[:PLACES]


def words_of(study: PlaneStudy) -> tuple[str, ...]:
    """The words for outcomes; the palette has the same length for every study."""
    names = [f"→ {study.critical_points[i].name}" for i in coloured(study)]
    names = [VALLEY] if _only_a_valley(study) else names
    return (*names, *[""] * (PLACES - len(names)), *OTHER_WORDS)


def _only_a_valley(study: PlaneStudy) -> bool:
    """Whether the minima that runs may reach are members of a family, none of them isolated."""
    return not coloured(study) and study.search.valley


def palette(style: Style) -> list[str]:
    """The colours of `_words`."""
    known = [style.outcome(LimitKind.EQUILIBRIUM, place=place).colour for place in range(PLACES + 1)]
    known += [style.outcome(kind, period or 1).colour for kind, period, _ in OTHERS]
    return [*known, style.outcome(LimitKind.UNDEFINED).colour]


def _word_indices(raster: PlaneRaster, minima: tuple[int, ...], others: int) -> np.ndarray:
    """Indices into the words, (m, m); others: that of equilibria beside these minima."""
    indices = np.full(raster.kind.shape, others)
    for place, index in enumerate(minima):
        indices[raster.place == index] = place
    for place, (kind, period, _) in enumerate(OTHERS, PLACES + 1):
        hit = raster.kind == kind
        if period:
            hit &= raster.period == period
        elif kind is LimitKind.PERIODIC_ORBIT:
            hit &= (raster.period != 2) & (raster.period != 4)
        indices[hit] = place
    indices[raster.kind == LimitKind.UNDEFINED] = PLACES + 1 + len(OTHERS)
    return indices


def others_in(words: tuple[str, ...]) -> int:
    """The index of the word for equilibria that are not told apart."""
    return words.index(VALLEY) if VALLEY in words else PLACES


@lru_cache(maxsize=16)
def _raster_tables(raster: PlaneRaster, minima: tuple[int, ...], words: tuple[str, ...]) -> dict:
    """ "_picture", "_names" and "_cells": the fate of every start."""
    indices = _word_indices(raster, minima, others_in(words))
    (left, right), (bottom, top) = (_edges(axis) for axis in (raster.x, raster.y))
    places = label_places(indices)
    names = {
        "x": left + (right - left) * np.array([x for x, _ in places.values()]),
        "y": bottom + (top - bottom) * np.array([y for _, y in places.values()]),
        "text": [words[index].replace("-", "−") for index in places],
    }
    return {
        "_picture": image_table(indices, palette, (left, right), (bottom, top)),
        "_names": layers.or_hidden(names, x=left, y=bottom, text=""),
        "_cells": _cells((left, right), (bottom, top), indices, words),
    }


def _edges(axis: np.ndarray) -> tuple[float, float]:
    """The outer edges of cells with these centres."""
    half = (axis[1] - axis[0]) / 2.0
    return float(axis[0] - half), float(axis[-1] + half)


def _cells(across, up, indices: np.ndarray, words: tuple[str, ...]) -> dict:
    """A grid of click targets, each choosing the start in its middle."""
    x, y = np.linspace(*across, CELLS + 1), np.linspace(*up, CELLS + 1)
    nearest = ((np.arange(CELLS) + 0.5) / CELLS * len(indices)).astype(int)
    column, row = (part.ravel() for part in np.meshgrid(np.arange(CELLS), np.arange(CELLS)))
    return {
        "x": x[column],
        "x2": x[column + 1],
        "y": y[row],
        "y2": y[row + 1],
        "start": three_digits((x[1:] + x[:-1]) / 2.0)[column],
        "start_y": three_digits((y[1:] + y[:-1]) / 2.0)[row],
        "outcome": [words[index] for index in indices[np.ix_(nearest, nearest)].ravel()],
    }


@lru_cache(maxsize=16)
def _contours(function, window, window_y) -> dict:
    x, y = np.linspace(*window, GRID), np.linspace(*window_y, GRID)
    values = function.value(np.stack(np.meshgrid(x, y), axis=-1))
    lines = as_one_line(level_lines(x, y, values, levels_of(values)))
    return layers.or_hidden(lines, k=0, x=window[0], y=window_y[0])


def _visited(states: np.ndarray, window, window_y) -> dict:
    """The states up to the first one outside the window, which is drawn where its step meets the edge."""
    low, high = np.array([window[0], window_y[0]]), np.array([window[1], window_y[1]])
    inside = ((states >= low) & (states <= high)).all(axis=-1)
    first = len(states) if inside.all() else int(np.argmin(inside))
    shown = states[:first]
    if 0 < first < len(states) and np.isfinite(states[first]).all():
        step = states[first] - shown[-1]
        edge = np.where(step > 0.0, high, low)
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(step == 0.0, np.inf, (edge - shown[-1]) / step)
        shown = np.vstack([shown, np.clip(shown[-1] + room.min() * step, low, high)])
    table = {"k": np.arange(len(shown)), "x": shown[:, 0], "y": shown[:, 1]}
    return layers.or_hidden(table, k=0, x=low[0], y=low[1])


def _plane_data(pair: tuple[PlaneRaster, PlaneStudy]) -> dict:
    raster, study = pair
    p, points = study.params, study.critical_points
    corner = {"x": p.window[0], "y": p.window_y[0]}
    equilibria = {
        "x": np.array([point.place[0] for point in points]),
        "y": np.array([point.place[1] for point in points]),
        "stability": [point.stability for point in points],
        "kind": [point.kind for point in points],
    }
    reach = np.array([p.reach, p.reach])
    limit = study.limit.points[(np.abs(study.limit.points - [p.centre, p.centre_y]) <= reach).all(axis=-1)]
    start = np.clip([p.start, p.start_y], [p.window[0], p.window_y[0]], [p.window[1], p.window_y[1]])
    return _raster_tables(raster, tuple(coloured(study)), words_of(study)) | {
        "contours": _contours(study.objective, p.window, p.window_y),
        "equilibria": layers.or_hidden(equilibria, **corner, stability="neutral", kind=""),
        "family": layers.or_hidden(
            {"x": study.search.family[:, 0], "y": study.search.family[:, 1]}, **corner
        ),
        "iterates": _visited(study.states, p.window, p.window_y),
        "_limit": layers.or_hidden({"x": limit[:, 0], "y": limit[:, 1]}, **corner),
        "_start": {"x": [start[0]], "y": [start[1]], "text": ["start"]},
        "_frame": {"x": list(p.window), "y": list(p.window_y)},
    }


def _plane_draw(style: Style):
    across, up = layers.x(title="x"), layers.y(title="y")
    lines = layers.curve("contours", across, up, style.ink, width=0.6, order="k")
    opacity = alt.Opacity("shown:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.45]), legend=None)
    course = (
        layers.curve("iterates", across, up, style.background, width=4, order="k"),
        layers.curve("iterates", across, up, style.measured, width=1.7, order="k"),
        layers.points("iterates", across, up, style.measured, size=18),
    )
    return alt.layer(
        layers.frame(across, up),
        layers.image("_picture", across, up, style),
        lines.encode(opacity),
        layers.unless_hidden(layers.points("family", across, up, style.theory, size=14)),
        layers.on_picture("_names", across, up, style, size=13),
        *(layers.unless_hidden(layers.up_to_step(mark)) for mark in course),
        layers.unless_hidden(layers.equilibria("equilibria", across, up, style, size=80)),
        layers.unless_hidden(layers.points("_limit", across, up, style.ink, size=150, filled=False)),
        layers.points("_start", across, up, style.chosen, size=90),
        layers.on_picture("_start", across, up, style, align="left", dx=9, dy=-9),
        layers.clickable_cells(
            "_cells", across, up, ("start", "start_y"), ("click: x[0]", "click: y[0]"), "outcome"
        ),
    ).add_params(layers.playback())


def _plane_describe(pair: tuple[PlaneRaster, PlaneStudy]) -> str:
    raster, study = pair
    p, words = study.params, words_of(study)
    indices = _word_indices(raster, tuple(coloured(study)), others_in(words))
    counts = np.bincount(indices.ravel(), minlength=len(words))
    shares = ", ".join(
        f"{word} {count / raster.kind.size:.0%}" for word, count in zip(words, counts) if count
    )
    return (
        f"{raster.kind.size} starts at δ = {p.step_size:g}: {shares}. Thin: level lines. Discs are stable, "
        f"rings unstable equilibria. Start: ({p.start:g}, {p.start_y:g}); click for another."
    )


PLANE = Figure(
    name="plane",
    title="Where each start (x, y) ends",
    data=_plane_data,
    draw=_plane_draw,
    describe=_plane_describe,
    height=392,
    picks=("start", "start_y"),
    steps=True,
    canvas=True,
)
