"""A typed function of x and y: where each start of the plane ends, level lines, equilibria and the run."""

import math
from functools import lru_cache, partial

import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.calls import Call, call
from pages.charts.kit.contours import as_one_line, level_lines, levels_of
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.raster import draw_key, region_picture
from pages.charts.kit.text import minus
from pages.charts.scalar.cobweb import until_edge
from pages.charts.scalar.diagram import LABEL_WIDTH
from pages.charts.scalar.fates import Fates
from pages.charts.scalar.outcomes import other_word, which_of_others
from stepsize_core.equilibria.plane_search import not_isolated
from stepsize_core.limits import LimitKind
from stepsize_core.paper.your_function.plane import (
    NOT_ISOLATED,
    RASTER_STEPS,
    PlaneRaster,
    PlaneStudy,
    plane_raster,
)
from stepsize_core.paper.your_function.plane_claims import settled_ends
from stepsize_core.sweeps import Attractor

PLACES = 4  # equilibria with a colour of their own
OPACITY = 0.5  # of the picture of starts, over which the run is seen
VALLEY = "→ the valley"
OTHERS = "→ another equilibrium"
UNNAMED = Fates((), PLACES, elsewhere=True)  # the minima of a plane are named by both coordinates
SORTING = "Finding out what each start becomes …"
GRID = 56  # points along each axis on which level lines are drawn
SEEN = 8e-4  # share of the window: a third of a pixel


def coloured(study: PlaneStudy) -> list[int]:
    """The indices of the equilibria that have a colour of their own: PLACES, those nearest the middle.

    Minima come first; saddles and maxima, which attract nothing, have none.
    """
    points, middle = study.critical_points, (study.params.centre, study.params.centre_y)
    attract = [i for i, point in enumerate(points) if point.kind not in ("saddle", "maximum")]
    nearest = sorted(attract, key=lambda i: (points[i].kind != "minimum", math.dist(points[i].place, middle)))
    return sorted(nearest[:PLACES])


def words_of(study: PlaneStudy) -> tuple[str, ...]:
    """The words for outcomes, as many for every study; the minima of a valley, none isolated, share one."""
    names = [f"→ {study.critical_points[i].name}" for i in coloured(study)]
    if not names and study.search.valley:
        names = [VALLEY]
    return (*names, *UNNAMED.words[len(names) : PLACES], OTHERS, *UNNAMED.words[PLACES + 1 :])


def word_of(study: PlaneStudy, attractor: Attractor) -> str:
    """The word of an attractor, one of `words_of`."""
    if attractor.kind is not LimitKind.EQUILIBRIUM:
        return other_word(attractor.kind, attractor.period)
    words, name = words_of(study), f"→ {attractor.name}"
    if VALLEY in words and in_valley(study):
        return VALLEY
    return name if name in words else OTHERS


def in_valley(study: PlaneStudy) -> bool:
    """Whether all starts that converge to no isolated equilibrium that was found converge to a valley."""
    ends = settled_ends(study.basins.limit)
    others = ends[study.search.index_of(ends) < 0]
    return study.search.valley and bool(not_isolated(study.objective, others).all())


def _word_indices(raster: PlaneRaster, minima: tuple[int, ...], words: tuple[str, ...]) -> np.ndarray:
    """Indices into the words, (m, m); minima: the equilibria with a word of their own, as in raster.place."""
    others = which_of_others(raster.kind, raster.period)
    indices = np.where(others < 0, PLACES, PLACES + 1 + others)
    if VALLEY in words:
        indices[raster.place == NOT_ISOLATED] = words.index(VALLEY)
    for place, index in enumerate(minima):
        indices[raster.place == index] = place
    indices[raster.kind == LimitKind.UNDEFINED] = words.index(LimitKind.UNDEFINED.value)
    return indices


@lru_cache(maxsize=16)
def _raster_tables(
    raster: PlaneRaster, minima: tuple[int, ...], words: tuple[str, ...]
) -> tuple[Table, Table]:
    """The fate of every start as a picture, and its names."""
    x, y = _ends(raster.x), _ends(raster.y)
    return region_picture(_word_indices(raster, minima, words), words, UNNAMED.colours, x, y)


def _every_start(raster: PlaneRaster, minima: tuple[int, ...], words: tuple[str, ...]) -> Table:
    """The numbers behind the picture: every start and its outcome."""
    x, y = np.meshgrid(raster.x, raster.y)
    outcome = np.array(words)[_word_indices(raster, minima, words)]
    return {"start": x.ravel(), "start_y": y.ravel(), "outcome": outcome.ravel()}


def _ends(axis: np.ndarray) -> tuple[float, float]:
    """The outer edges of cells with these centres."""
    half = (axis[1] - axis[0]) / 2.0
    return axis[0] - half, axis[-1] + half


@lru_cache(maxsize=16)
def _contours(function, window, window_y) -> dict:
    x, y = np.linspace(*window, GRID), np.linspace(*window_y, GRID)
    values = function.value(np.stack(np.meshgrid(x, y), axis=-1))
    lines = as_one_line(level_lines(x, y, values, levels_of(values)), within=SEEN * max(np.ptp(x), np.ptp(y)))
    return layers.or_hidden(lines, x=window[0], y=window_y[0])


def _raster(study: PlaneStudy) -> tuple[Call]:
    p = study.params
    return (call(plane_raster, p.function, p.window, p.window_y, p.step_size, label=SORTING),)


@figure("Where each start (x, y) ends", height=460, square=True, also=_raster)
def PLANE(study: PlaneStudy, raster: PlaneRaster, draw: Drawing) -> str:
    p, words, minima = study.params, words_of(study), tuple(study.search.kept[coloured(study)].tolist())
    window, corner = (p.window, p.window_y), {"x": p.window[0], "y": p.window_y[0]}
    picture, names = _raster_tables(raster, minima, words)
    frame = {"x": p.window, "y": p.window_y}
    draw.axes("x", "y", y={"minExtent": LABEL_WIDTH}, frame=frame, whole=True, equal=True)
    draw.picture("_picture", picture, opacity=OPACITY)
    draw_key(draw, _word_indices(raster, minima, words), words, names, UNNAMED.colours, opacity=OPACITY)
    draw.painted("starts", partial(_every_start, raster, minima, words))
    lines = {"width": 0.6, "order": False, "xy": ("x", "y"), "strokeOpacity": 0.45}
    contours = _contours(study.objective, *window)
    draw.curve("contours", contours, look="ink", **lines)
    family = {"x": study.search.family[:, 0], "y": study.search.family[:, 1]}
    draw.points("family", family, look="theory", size=14, empty=corner)
    draw.name("_names", names, inside=True, size=13, empty=corner)

    path = until_edge(study.states, *np.transpose(window))
    k, none = np.arange(len(path), dtype=np.int32), corner | {"k": 0}
    course = {"order": "k", "xy": ("x", "y"), "drag": True, "dragged": layers.dragged_path, "empty": none}
    iterates = {"k": k, "x": path[:, 0], "y": path[:, 1]}
    draw.curve("iterates", iterates, look="background", width=5, strokeJoin="round", play=True, **course)

    points, none = study.critical_points, corner | {"stability": "neutral", "kind": ""}
    x, y = ([point.place[i] for point in points] for i in (0, 1))
    kinds = {"stability": [point.stability for point in points], "kind": [point.kind for point in points]}
    draw.equilibria("equilibria", {"x": x, "y": y} | kinds, size=80, empty=none)
    draw.run("iterates", xy=("x", "y"), memory=0.9, by_points=True, dragged=layers.dragged_path)
    x, y = np.clip(p.start, *p.window), np.clip(p.start_y, *p.window_y)
    outside = (x, y) != (p.start, p.start_y)
    text = minus(f"({p.start:.4g}, {p.start_y:.4g}){', outside' if outside else ''}")
    draw.start("_start", {"x": x, "y": y, "text": text}, across="x", up="y")
    draw.grip(x="start", y="start_y")

    counts = np.bincount(_word_indices(raster, minima, words).ravel(), minlength=len(words))
    ends = ", ".join(f"{count:,} {word}" for word, count in zip(words, counts) if count)
    return (
        f"{raster.kind.size:,} starts at δ = {p.step_size:g}, followed for up to {RASTER_STEPS} steps: "
        f"{ends}. Thin: level lines. {_marks(study)}Start: ({p.start:g}, {p.start_y:g})"
        f"{' (outside, at the edge)' if outside else ''}."
    )


def _marks(study: PlaneStudy) -> str:
    """What the marks of the equilibria mean that are drawn, and how many are not."""
    points, search = study.critical_points, study.search
    seen = {point.stability for point in points}
    marks = {
        "stable": "discs: stable",
        "unstable": "rings: unstable",
        "neutral": "diamonds: not decided by λ",
    }
    said = [mark for word, mark in marks.items() if word in seen]
    said += ["dots: not isolated"] * (len(search.family) > 0)
    if not said:
        return "No equilibrium was found in the window. "
    cut = f" ({len(points)} of {len(points) + search.left_out} found are drawn)" if search.left_out else ""
    return f"Equilibria: {', '.join(said)}{cut}. "
