"""Quantities along a run, each with a head: a short run step by step, a long one at a sample of its steps.

Where neighbouring steps stay apart, as on a 2-cycle, a curve is drawn as two, through the even and through
the odd steps; where it moves in other ways, as in chaos, as a band between its least and greatest values.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import altair as alt
import numpy as np
from scipy.optimize import isotonic_regression

from pages.charts.kit.drawing import Channel, Drawing, Ends, Table
from pages.charts.kit.layers import LETTER, STEP, by, inside
from pages.charts.kit.style import Style
from stepsize_core.descent import ONE_BY_ONE, PAIRS, sampled_steps

STRETCH = 16  # steps of which a band shows the ends, at least
SEEN = 0.005  # share of the height
LATE, ALIKE = 8, 0.25  # steps of an end at least; every second one is alike: by this share of the difference
APART = 0.085  # distance of names as a share of the height
TEXT = 0.65  # of that distance: how high a name is
PARITIES = ("even", "odd")
HEAD = 110  # square pixels
SYMLOG = {"type": "symlog", "nice": False, "zero": False}  # log(1 + k): it has a place for step 0
TICKS = {"values": [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]}
LOG_STEPS = alt.X("k", title="step k", scale=SYMLOG, axis=TICKS)

Colours = Callable[[Style], Mapping[str, str]]


def shown_until(k: np.ndarray) -> np.ndarray:
    """For each of the `sampled_steps` the step from which another one of its parity is shown in its place."""
    begins = np.append(k[k % 2 == 0], k[-1:] + 2)
    return begins[np.searchsorted(begins, k, side="right")]


def only_now(layer: alt.Chart, by: str | None = None) -> alt.Chart:
    """The row of the step at which the playback stands, or of the last one before it that is drawn and is
    even or odd like it; of every run by the column `by`. The table needs the columns k and until."""
    now = f"min(floor({STEP}), datum.last)"
    layer = layer.transform_joinaggregate(last="max(k)", **({"groupby": [by]} if by else {}))
    return layer.transform_filter(f"datum.k <= {now} && {now} < datum.until && (datum.k - {now}) % 2 == 0")


def spread_apart(values: np.ndarray, gap: float, ends: Ends = (-np.inf, np.inf)) -> np.ndarray:
    """The values moved as little as keeps every two at least `gap` apart, in the same order, and all of them
    between these ends, where there is room."""
    order, steps = np.argsort(values, kind="stable"), gap * np.arange(len(values))
    places = np.empty(len(values))
    last = ends[1] - gap * max(len(values) - 1, 0)
    places[order] = np.clip(isotonic_regression(values[order] - steps).x, ends[0], last) + steps
    return places


def stacked(values: np.ndarray, gap: float) -> np.ndarray:
    """Places for a name above each value, at least `gap` apart: raised as little as that takes, and over a
    next value that the name would stand on."""
    order, steps = np.argsort(values, kind="stable"), gap * np.arange(len(values))
    bases, places = values[order], np.empty(len(values))
    for i in range(len(bases) - 2, -1, -1):
        bases[i] = bases[i + 1] if bases[i + 1] - bases[i] < TEXT * gap else bases[i]
    places[order] = np.maximum.accumulate(bases - steps) + steps
    return places


def draw_courses(
    draw: Drawing, name: str, values: np.ndarray, texts: Sequence[str], kinds: Sequence[str],
    colours: Colours, ends: Ends, *, log: bool = False,
) -> None:  # fmt: skip
    """Curves (m, n_steps + 1), NaN where there is nothing to draw, with a head on each and its text above its
    end, the texts moved apart upwards.

    name     of the table, with the columns k, y and curve
    kinds    word of each curve that gives it its colour; two curves of one have those of even and odd steps
    colours  style -> word -> colour
    ends     of the axis upwards, which is logarithmic where `log`
    """
    heights = np.log(values) if log else values
    low, high = np.log(ends) if log else ends
    shapes = np.array([shape_of(row, SEEN * (high - low)) for row in heights])
    kinds, k = np.array(kinds), sampled_steps(values.shape[1] - 1)
    none = {"k": 1, "y": ends[0], "k_end": 1, "y_end": ends[0], "curve": 0, "until": 0}
    none |= {"series": -1, "look": kinds[0]}

    def looks(style: Style) -> dict[str, str]:
        return {**colours(style), **_of_steps(style)}

    def fill(style: Style) -> alt.Fill:  # and not the colour: that is for runs laid over this one
        return by(alt.Fill, "look", looks(style))

    boxes = {"xy": ("k", "y"), "x2": "k_end", "y2": "y_end", "fillOpacity": 0.3, "tooltip": None}
    bands = _looks(_bands(values, shapes), kinds, shapes)
    draw.mark("rect", f"{name}_between", bands, play=True, channels=fill, empty=none, hides=True, **boxes)
    line = {"by": "series", "only": "datum.series >= 0", "hides": True}
    line["channels"] = lambda style: by(alt.Stroke, "look", looks(style))
    draw.curve(name, _looks(_sampled(values, k), kinds, shapes), width=1.9, play=True, **line)

    def heads(x: Channel, y: Channel, style: Style) -> alt.Chart:
        rows = only_now(alt.Chart(alt.NamedData(name)), "curve")
        disc = {"fill": style.head, "stroke": style.ink, "strokeWidth": 1.6, "opacity": 1}
        return rows.mark_point(size=HEAD, filled=True, tooltip=None, **disc).encode(x("k"), y("y"))

    draw.layer({}, heads, play="legs")
    names = _names(heights, texts, kinds, shapes)
    gap = APART * (high - low)
    places = spread_apart(stacked(names["y"], gap), gap, (low, high - gap))
    names["y"] = np.exp(places) if log else places
    begin = f"{LETTER} * length(datum.text)"
    beside = {"align": "right", "dx": inside("x", "k", "-2", begin, "0"), "dy": -8, "hides": True}
    halo = {"strokeWidth": 4, "opacity": 0.9}
    halo |= {"channels": lambda style: alt.StrokeValue(style.background), "strokeJoin": "round"}
    draw.label(f"_{name}_names", names, **halo, **beside)
    draw.label(f"_{name}_names", channels=fill, **beside)


def _of_steps(style: Style) -> dict[str, str]:
    return dict(zip(PARITIES, (style.even, style.odd)))


def shape_of(values: np.ndarray, seen: float) -> str:
    """How a curve is drawn: as "one" line; as "two", through even and through odd steps, where these stay
    apart; or as one line and then a "band", where it moves in other ways.

    seen: the least distance of a step from the middle of its neighbours that shows.
    """
    finite = _known(values)
    late = finite[-max(len(finite) // 4, LATE) :]
    swing = np.abs(late[1:-1] - (late[2:] + late[:-2]) / 2.0).max(initial=0.0)
    if len(late) < LATE or swing <= seen:
        return "one"
    return "two" if np.abs(late[2:] - late[:-2]).max() <= ALIKE * swing else "band"


def _sampled(values: np.ndarray, k: np.ndarray) -> Table:
    """One row per curve and step of k where the values are finite."""
    curve, step = np.nonzero(np.isfinite(values[:, k]))
    steps, until, curves = (column.astype(np.int32) for column in (k[step], shown_until(k)[step], curve))
    return {"k": steps, "y": values[curve, k[step]], "curve": curves, "until": until}


def _known(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _bands(values: np.ndarray, shapes: np.ndarray) -> Table:
    """Between which values a curve moves, over stretches of an even number of steps."""
    n_steps = values.shape[1] - 1
    edges = np.arange(ONE_BY_ONE, n_steps, STRETCH)
    if len(edges) > PAIRS:
        edges = np.unique(2 * (np.geomspace(ONE_BY_ONE, n_steps - STRETCH, PAIRS) / 2).astype(int))
    rows = [
        (begin, part.min(), end, part.max(), curve)
        for curve in np.flatnonzero(shapes == "band")
        for begin, end in pairwise([*edges, n_steps])
        if len(part := _known(values[curve, begin : end + 1]))
    ]
    columns = zip(*rows) if rows else [()] * 5
    return dict(zip(("k", "y", "k_end", "y_end", "curve"), map(np.array, columns)))


def _looks(table: Table, kinds: np.ndarray, shapes: np.ndarray) -> Table:
    """The table with the line that a row belongs to, below 0 for none, and with what gives it its colour."""
    k, curve = (table[column].astype(int) for column in ("k", "curve"))
    apart, odd = shapes[curve] == "two", k % 2
    series = np.where((shapes[curve] == "band") & (k > ONE_BY_ONE), -1, 2 * curve + np.where(apart, odd, 0))
    looks = np.where(apart, np.array(PARITIES)[odd], kinds[curve])
    return table | {"series": series.astype(np.int32), "look": looks}


def _names(heights: np.ndarray, texts: Sequence[str], kinds: np.ndarray, shapes: np.ndarray) -> dict:
    """What stands above the last values of the curves: the text of each, and "even", "odd" of two lines."""
    rows = []
    for row, text, kind, shape in zip(heights, texts, kinds, shapes):
        known = np.flatnonzero(np.isfinite(row))
        if not len(known):
            continue
        last = int(known[-1])
        if shape != "two":
            rows.append((last, row[last], text, kind))
            continue
        lower, upper = sorted((last - 1, last), key=lambda at: row[at])
        rows.append(
            (last, row[upper], f"{text}{', ' * bool(text)}{PARITIES[upper % 2]} steps", PARITIES[upper % 2])
        )
        rows.append((last, row[lower], f"{PARITIES[lower % 2]} steps", PARITIES[lower % 2]))
    k, y, words, looks = zip(*rows) if rows else [(0,), (0.0,), ("",), (kinds[0],)]
    return {"k": k, "y": np.array(y), "text": words, "look": looks}
