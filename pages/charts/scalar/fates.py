"""What runs become, in words and colours, and pictures of it over the (start, step size) plane."""

from dataclasses import dataclass
from functools import lru_cache, partial

import altair as alt
import numpy as np

from pages.charts.kit.drawing import LAST_BESIDE, Drawing, Table, held
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import HELD
from pages.charts.kit.raster import draw_key, region_tables
from pages.charts.kit.style import Style
from pages.charts.kit.text import minus
from pages.charts.scalar.outcomes import OTHER_WORDS, looks_of_others, other_word
from stepsize_core.limits import LimitKind
from stepsize_core.sweeps import Attractor, FateRaster

CELLS = (26, 40)  # click targets: step sizes × starts
ELSEWHERE = "x → elsewhere"
NEAR = 1e-3  # an equilibrium so close to a known one, relative to its size or to 1, is that one

MOST_SEEN, STRIDE = (
    60,
    6,
)  # states of a run that are shown: the first, then some, as the tail of a head is 8 steps
HALO = 7  # pixels around words on a coloured region
FAR = f"scale('x', datum.x) > {LAST_BESIDE * 0.85} * width"  # so far right that words stand to the left
ACROSS, UP = (
    f"({HELD[side]} ? toNumber({HELD[side]}) : datum.{column})"
    for side, column in (("across", "x"), ("step_size", "y"))
)
HELD_PLACE = {"by": f"({HELD['across']} + {HELD['step_size']})", "x": ACROSS, "y": UP}
HELD_WORDS = f"replace('x[0] = ' + format({ACROSS}, '.4~g'), '-', '−') + ', δ = ' + format({UP}, '.4~g')"

over_starts = partial(
    figure, "What each start and step size becomes", picks=("start", "step_size"), canvas=True
)  # the decorator of a figure that `draw_plane` begins


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
        known = [f"x → {x:.4g}" for x in self.equilibria]
        blank = [""] * (self.places - len(known))
        elsewhere, undefined = ([ELSEWHERE], [LimitKind.UNDEFINED.value]) if self.elsewhere else ([], [])
        return (*known, *blank, *elsewhere, *OTHER_WORDS, *undefined)

    def word(self, attractor: Attractor) -> str:
        """The word of an attractor, one of `words`."""
        if attractor.kind is not LimitKind.EQUILIBRIUM:
            return other_word(attractor.kind, attractor.period)
        x = attractor.points[0]
        distances = np.abs(np.array([*self.equilibria, np.inf]) - x)
        nearest = int(np.argmin(distances))
        far = self.elsewhere and distances[nearest] > NEAR * max(1.0, abs(x))
        return ELSEWHERE if far else self.words[nearest]

    def colours(self, style: Style) -> list[str]:
        """The colour of every word."""
        places = (self.places or len(self.equilibria)) + self.elsewhere
        known = [style.outcome(LimitKind.EQUILIBRIUM, place=place) for place in range(places)]
        undefined = [style.outcome(LimitKind.UNDEFINED)] if self.elsewhere else []
        return [look.colour for look in (*known, *looks_of_others(style), *undefined)]

    def shares(self, raster: FateRaster) -> str:
        """The share of every outcome in a raster, in words."""
        counts = dict.fromkeys(self.words, 0)
        for share in raster.basins.shares:
            counts[self.word(share.attractor)] += share.count
        total = raster.basins.labels.size
        return ", ".join(f"{word} {count / total:.2%}" for word, count in counts.items() if count)


def draw_plane(draw: Drawing, raster: FateRaster, fates: Fates, *, log: bool = False, **axis) -> None:
    """The axes, and what every run becomes as one picture; its names come with what is chosen.

    log: where the step sizes are spread by ratios; axis: further options of their axis.
    """
    picture, names, _ = _tables(raster, fates, log)
    ends = {"x": raster.starts[[0, -1]], "y": raster.step_sizes[[0, -1]]}
    draw.axes("start x[0]", "step size δ", log="y" if log else "", y=axis, frame=ends, whole=True)
    draw.picture("_picture", picture)
    draw.painted("runs", lambda: every_run(raster, fates))
    draw_key(draw, _outcomes(raster, fates), fates.words, names, fates.colours)


def draw_choice(draw: Drawing, raster: FateRaster, fates: Fates, params, *, log: bool = False) -> None:
    """The chosen start and step size as a cross, at the edge of the plane where they lie outside, and the
    cells that choose others."""
    start, step_size = np.clip(params.start, *raster.starts[[0, -1]]), params.step_size
    step_size = np.clip(step_size, *raster.step_sizes[[0, -1]])

    chosen = {"x": float(start), "y": float(step_size)}
    for look, width in (("background", 3.0), ("chosen", 1.4)):
        draw.vline("_chosen", chosen, look=look, strokeWidth=width)
        draw.hline("_chosen", chosen, look=look, strokeWidth=width)
    ring = {"strokeWidth": 1.5, "channels": lambda style: alt.StrokeValue(style.background)}
    _draw_names(draw, raster, fates, log)
    draw.points("_chosen", look="chosen", size=110, **ring)
    draw.click(_tables(raster, fates, log)[2], "click: x[0]", "click: δ")


def _draw_names(draw: Drawing, raster: FateRaster, fates: Fates, log: bool) -> None:
    """The names of the regions, over the rules."""
    draw.name("_names", _tables(raster, fates, log)[1], inside=True, size=15)


def draw_place(draw: Drawing, raster: FateRaster, fates: Fates, study, *, log: bool = False) -> None:
    """The start and the step size of a run as a ring that is dragged, at the edge of the plane where they lie
    outside, and on the rule of its step size the states of the run, each a start that ends as it does."""
    p, (first, last) = study.params, raster.starts[[0, -1]]
    start, step_size = np.clip(p.start, first, last), np.clip(p.step_size, *raster.step_sizes[[0, -1]])
    place = {"x": float(start), "y": float(step_size)}
    text = {"text": minus(f"x[0] = {p.start:.6g}, δ = {p.step_size:.6g}")}
    for look, width in (("background", 3.0), ("chosen", 1.4)):
        draw.hline("_chosen", place | text, look=look, strokeWidth=width, drag=held("y"))
    _draw_names(draw, raster, fates, log)
    seen = np.flatnonzero((study.states >= first) & (study.states <= last))
    seen = seen[(seen < MOST_SEEN) | (seen % STRIDE == 0)]
    course = {"x": study.states[seen], "y": place["y"], "k": seen}
    look = {"look": "background", "size": 16, "opacity": 0.8, "play": True, "drag": True}
    draw.points("_course", course, empty=place | {"k": 0}, **look)
    ring = {"size": 130, "strokeWidth": 2.5, "opacity": 1}
    hollow = {"channels": lambda style: [alt.FillValue(style.background), alt.StrokeValue(style.chosen)]}
    draw.points("_chosen", look="chosen", drag=HELD_PLACE, **ring, **hollow)
    beside = {"align": {"expr": f"{FAR} ? 'right' : 'left'"}, "dx": {"expr": f"{FAR} ? -13 : 13"}}
    above = {"expr": "scale('y', datum.y) < 24 ? 14 : -13"}
    draw.name(
        "_chosen",
        look="chosen",
        size=13,
        halo=HALO,
        dy=above,
        drag=HELD_PLACE | {"text": HELD_WORDS},
        **beside,
    )
    draw.head("_course", xy=("x", "y"))
    draw.grip(x="start", y="step_size")


def chosen(raster: FateRaster, params) -> str:
    """The chosen start and step size in words, and whether the picture reaches so far."""
    places = ((params.start, raster.starts), (params.step_size, raster.step_sizes))
    inside = all(axis[0] <= value <= axis[-1] for value, axis in places)
    where = "" if inside else ", outside this picture and marked at its edge"
    return f"Chosen: x[0] = {params.start:g}, δ = {params.step_size:g}{where}."


def every_run(raster: FateRaster, fates: Fates) -> Table:
    """The numbers behind the picture: start, step size and outcome of every run."""
    step_size, start = np.meshgrid(raster.step_sizes, raster.starts, indexing="ij")
    outcome = np.array(fates.words)[_outcomes(raster, fates)]
    return {"start": start.ravel(), "step_size": step_size.ravel(), "outcome": outcome.ravel()}


def _outcomes(raster: FateRaster, fates: Fates) -> np.ndarray:
    """Indices into the words: what every run becomes."""
    words = [fates.words.index(fates.word(attractor)) for attractor in raster.basins.attractors]
    return np.array(words)[raster.basins.labels]


@lru_cache(maxsize=16)
def _tables(raster: FateRaster, fates: Fates, log: bool) -> tuple[Table, Table, Table]:
    """The picture, the names of the regions in it, and cells to click."""
    starts, deltas = raster.starts[[0, -1]], raster.step_sizes[[0, -1]]
    rows, columns = CELLS
    x, y = np.linspace(*starts, columns + 1), (np.geomspace if log else np.linspace)(*deltas, rows + 1)
    fields = ("start", "step_size")
    return region_tables(_outcomes(raster, fates), fates.words, fates.colours, x, y, fields, log=log)
