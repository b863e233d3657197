"""What runs become, in words and colours, and pictures of it over the (start, step size) plane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.raster import image_table, label_places
from pages.charts.kit.style import THEORY_DASH, Style
from pages.charts.kit.text import three_digits
from stepsize_core.limits import Limit, LimitKind
from stepsize_core.sweeps import Attractor, FateRaster

CELLS = (26, 40)  # click targets: step sizes × starts
OTHERS = (
    (LimitKind.PERIODIC_ORBIT, 2, "period 2"),
    (LimitKind.PERIODIC_ORBIT, 4, "period 4"),
    (LimitKind.PERIODIC_ORBIT, 0, "other periods"),
    (LimitKind.APERIODIC, 0, LimitKind.APERIODIC.value),
    (LimitKind.DIVERGENT, 0, LimitKind.DIVERGENT.value),
    (LimitKind.UNDECIDED, 0, LimitKind.UNDECIDED.value),
)
ELSEWHERE = "x → elsewhere"
NEAR = 1e-3  # an equilibrium so close to a known one, relative to its size or to 1, is that one


@dataclass(frozen=True)
class Fates:
    """The words for outcomes of a scalar objective with stable equilibria at `equilibria`.

    places: how many equilibria have a colour of their own, their number unless given; elsewhere: whether runs
    may converge to others, which share a word, and may leave the domain of the function.
    """

    equilibria: tuple[float, ...]
    places: int = 0
    elsewhere: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Every word, equilibria first; the rest stand at the same places for every choice of them."""
        blank = ("",) * (self.places - len(self.equilibria))
        further = (ELSEWHERE, LimitKind.UNDEFINED.value) if self.elsewhere else ()
        known = (f"x → {x:.4g}" for x in self.equilibria)
        return (*known, *blank, *(word for *_, word in OTHERS), *further)

    def word(self, attractor: Attractor) -> str:
        """The word of an attractor, one of `words`."""
        if attractor.kind is LimitKind.EQUILIBRIUM:
            x = attractor.points[0]
            distances = np.abs(np.array([*self.equilibria, np.inf]) - x)
            nearest = int(np.argmin(distances))
            far = self.elsewhere and distances[nearest] > NEAR * max(1.0, abs(x))
            return ELSEWHERE if far else self.words[nearest]
        if attractor.kind is LimitKind.PERIODIC_ORBIT:
            return {2: "period 2", 4: "period 4"}.get(attractor.period, "other periods")
        return attractor.kind.value

    def colours(self, style: Style) -> list[str]:
        """The colour of every word."""
        places = self.places or len(self.equilibria)
        known = [style.outcome(LimitKind.EQUILIBRIUM, place=place) for place in range(places)]
        known += [style.outcome(kind, period or 1) for kind, period, _ in OTHERS]
        if self.elsewhere:
            known += [style.outcome(LimitKind.EQUILIBRIUM, place=places), style.outcome(LimitKind.UNDEFINED)]
        return [outcome.colour for outcome in known]

    def shares(self, raster: FateRaster) -> str:
        """The share of every outcome in a raster, in words."""
        counts = dict.fromkeys(self.words, 0)
        for share in raster.basins.shares:
            counts[self.word(share.attractor)] += share.count
        total = raster.basins.labels.size
        return ", ".join(f"{word} {count / total:.2%}" for word, count in counts.items() if count)


def sentence(limit: Limit) -> str:
    """What a single run became, as the end of a sentence that begins with the run."""
    return {
        LimitKind.EQUILIBRIUM: f"converges to {limit.sentence.removeprefix('equilibrium ')}",
        LimitKind.PERIODIC_ORBIT: f"ends in {limit.sentence}",
        LimitKind.APERIODIC: "never settles: it is aperiodic",
        LimitKind.DIVERGENT: "diverges",
        LimitKind.UNDECIDED: "is still moving when the steps run out",
        LimitKind.UNDEFINED: "steps to a point where the function is not defined",
    }[limit.kind]


@lru_cache(maxsize=16)
def raster_tables(raster: FateRaster, fates: Fates, *, log: bool = False) -> dict:
    """ "_picture", "_names" and "_cells" of `plane`; `log` where the step sizes are spread by ratios."""
    words = np.array([fates.words.index(fates.word(a)) for a in raster.basins.attractors])
    indices = words[raster.basins.labels]
    starts, deltas = raster.starts, raster.step_sizes
    places = label_places(indices)
    names = {
        "x": np.interp([x for x, _ in places.values()], [0.0, 1.0], starts[[0, -1]]),
        "y": _along(np.array([y for _, y in places.values()]), deltas, log),
        "text": [fates.words[index].replace("-", "−") for index in places],
    }
    span = (float(starts[0]), float(starts[-1])), (float(deltas[0]), float(deltas[-1]))
    return {
        "_picture": image_table(indices, fates.colours, *span),
        "_names": names,
        "_cells": _cells(starts, deltas, log) | {"outcome": _words_of_cells(indices, fates)},
    }


def every_run(raster: FateRaster, fates: Fates) -> dict:
    """The numbers behind "_picture": start, step size and outcome of every run."""
    words = np.array([fates.word(attractor) for attractor in raster.basins.attractors])
    step_size, start = np.meshgrid(raster.step_sizes, raster.starts, indexing="ij")
    outcome = words[raster.basins.labels]
    return {"start": start.ravel(), "step_size": step_size.ravel(), "outcome": outcome.ravel()}


def chosen_tables(raster: FateRaster, start: float, step_size: float) -> dict:
    """ "_chosen" and "_frame" of `plane`; a choice outside the plane is marked at its edge."""
    starts, deltas = raster.starts, raster.step_sizes
    at = {
        "x": [float(np.clip(start, starts[0], starts[-1]))],
        "y": [float(np.clip(step_size, deltas[0], deltas[-1]))],
    }
    frame = {"x": [starts[0], starts[-1]], "y": [deltas[0], deltas[-1]]}
    return {"_chosen": at, "_frame": frame}


def plane(across: alt.X, up: alt.Y, style: Style) -> alt.LayerChart:
    """The picture with its names."""
    return alt.layer(
        layers.frame(across, up, whole=True),
        layers.image("_picture", across, up, style),
        layers.on_picture("_names", across, up, style, size=15),
    )


def chosen_on_plane(across: alt.X, up: alt.Y, style: Style) -> alt.LayerChart:
    """The chosen start and step size as a cross of rules, and the cells that choose others."""
    table = alt.Chart(alt.NamedData("_chosen"))
    ink = ((style.background, 3.0), (style.chosen, 1.4))
    rules = [
        table.mark_rule(color=colour, strokeWidth=width).encode(channel)
        for colour, width in ink
        for channel in (across, up)
    ]
    ring = table.mark_point(
        fill=style.chosen, stroke=style.background, strokeWidth=1.5, size=110, opacity=1
    ).encode(across, up)
    targets = layers.clickable_cells(
        "_cells", across, up, ("start", "step_size"), ("click: x[0]", "click: δ"), "outcome"
    )
    return alt.layer(*rules, ring, targets)


def boundary(table: str, style: Style, *encodings, line: bool = False) -> alt.LayerChart:
    """A predicted boundary over a picture: a rule, or a line, dashed in a halo."""
    over = alt.Chart(alt.NamedData(table))
    looks = (
        {"color": style.background, "strokeWidth": 3.5, "opacity": 0.8},
        {"color": style.theory, "strokeWidth": 2.0, "strokeDash": THEORY_DASH},
    )
    marks = [(over.mark_line if line else over.mark_rule)(clip=True, **look) for look in looks]
    return alt.layer(*(mark.encode(*encodings) for mark in marks))


def _along(share, values: np.ndarray, log: bool) -> np.ndarray:
    """The values at shares (0 to 1) of the way from the first to the last, by ratio where `log`."""
    low, high = float(values[0]), float(values[-1])
    return low * (high / low) ** share if log else low + (high - low) * share


def _cells(starts: np.ndarray, deltas: np.ndarray, log: bool) -> dict:
    """A grid of click targets, each choosing the round numbers in its middle."""
    rows, columns = CELLS
    y = _along(np.linspace(0.0, 1.0, rows + 1), deltas, log)
    x = _along(np.linspace(0.0, 1.0, columns + 1), starts, False)
    start = _along((np.arange(columns) + 0.5) / columns, starts, False)
    step_size = _along((np.arange(rows) + 0.5) / rows, deltas, log)
    return {
        "x": np.tile(x[:-1], rows),
        "x2": np.tile(x[1:], rows),
        "y": np.repeat(y[:-1], columns),
        "y2": np.repeat(y[1:], columns),
        "start": np.tile(three_digits(start), rows),
        "step_size": np.repeat(three_digits(step_size), columns),
    }


def _words_of_cells(indices: np.ndarray, fates: Fates) -> list[str]:
    """The outcome in the middle of every cell."""
    middles = [((np.arange(n) + 0.5) / n * size).astype(int) for n, size in zip(CELLS, indices.shape)]
    return [fates.words[index] for index in indices[np.ix_(*middles)].ravel()]
