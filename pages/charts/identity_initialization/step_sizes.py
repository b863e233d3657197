"""Over the step size: three regions, the largest eigenvalue past them, other starts beside the identity."""

from collections.abc import Callable
from functools import lru_cache

import altair as alt
import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import NO_AXIS, by
from pages.charts.kit.over_step_sizes import (
    Threshold,
    attractor_picture,
    draw_chosen_below,
    draw_exponents,
    draw_thresholds,
    name_thresholds,
    threshold_names,
)
from pages.charts.kit.raster import edges_around, visited_table
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper import identity_initialization as phenomenon
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.modes import MODE_STEPS
from stepsize_core.paper.identity_initialization.step_sizes import (
    REGION_STEPS,
    Regions,
    StartComparison,
    TopDiagram,
)

GUARANTEED, CONVERGES, MOVES = "guaranteed", "converges", "still moving"
UNTRIED, EXCLUDED = "not tried", "excluded"
LETTER_ROOM = 6.8  # pixels that a letter of a region's name takes
SIDE = 1.6  # room beside the outermost mark of the three regions, as a factor
CELLS = 200  # of the picture, upwards
LABEL_WIDTH = 34  # of the axis labels
ROOM_FOR_A_NAME = 0.25  # share of the axis
CHAOTIC = 0.02  # exponents above are clearly positive
COMPARING = "Running full matrices from many starts …"
STARTS = {"identity": "circle", "unbalanced": "square", "random": "triangle-up"}


def _over_step_sizes(title: str, height: int, function: Callable, label: str = ""):
    """The decorator of a figure in which δ is dragged; it shows `function` of the target and depth alone."""

    def also(study: Study) -> list[Call]:
        return [call(function, phenomenon.target_only(study.params), label=label)]

    return figure(title, height=height, also=also)


@_over_step_sizes("Step sizes: guaranteed, observed, excluded", 170, phenomenon.regions_of)
def REGIONS(study: Study, regions: Regions, draw: Drawing) -> str:
    delta, deltas = study.params.step_size, regions.step_sizes
    guaranteed, excluded, observed = regions.guaranteed, regions.excluded, regions.largest_observed
    any_excluded = np.isfinite(excluded)
    marks = [deltas[0], deltas[-1], delta, *([excluded] if any_excluded else [])]
    low, high = min(marks) / SIDE, max(marks) * SIDE
    bars = [(low, guaranteed, GUARANTEED, 0)]
    bars += [(*ends, CONVERGES, 1) for ends in _intervals(regions.step_sizes, regions.converges)]
    bars += [(*ends, MOVES, 1) for ends in _intervals(regions.step_sizes, regions.undecided)]
    bars += [(low, deltas[0], UNTRIED, 1), (deltas[-1], high, UNTRIED, 1)]
    bars += [(excluded, high, EXCLUDED, 2)] if excluded < high else []
    begin, end, region, row = (np.array(column) for column in zip(*bars))
    table = {"step_size": begin, "end": end, "region": region, "y": 2.06 - row, "y2": 2.94 - row}
    found = f"observed to converge up to {observed:.4g}" if np.isfinite(observed) else ""
    words = {
        GUARANTEED: f"guaranteed up to {guaranteed:.4g}",
        CONVERGES: found or "observed to converge",
        MOVES: f"still moving after {REGION_STEPS:,} steps",
        UNTRIED: "not tried",
        EXCLUDED: f"excluded above {excluded:.4g}",
    }
    middle, shares = np.sqrt(begin * end), np.log(end / begin) / np.log(high / low)
    names = {"step_size": middle, "y": 2.5 - row, "text": [words[name] for name in region], "share": shares}

    frame = {"step_size": [low, high], "y": [0.0, 3.0]}
    draw.axes("step size δ", log="x", y=NO_AXIS, frame=frame, whole=True)
    bands = {"xy": ("step_size", "y"), "x2": "end", "y2": "y2", "fillOpacity": 0.55, "clip": True}
    draw.mark("rect", "regions", table, channels=_region_look, **bands)
    room = f"datum.share * width > {LETTER_ROOM} * length"
    draw.name("_names", names, only=f"{room}(datum.text)")
    short = names | {"text": region, "long": names["text"]}
    draw.name("_short_names", short, only=f"{room}(datum.text) && !({room}(datum.long))")
    draw_chosen_below(draw, delta, (low, high))
    draw.grip(x="step_size", snaps=[guaranteed, *([excluded] if any_excluded else [])])
    place = "excluded" if delta > excluded else "neither guaranteed nor excluded"
    moving = np.count_nonzero(regions.undecided)
    rest = f"; at {moving} one still moves after {REGION_STEPS:,} steps, too few to tell" if moving else ""
    none = "" if any_excluded else " No eigenvalue of R is positive: Corollary 1 excludes no δ."
    return (
        f"The chosen δ = {delta:g} is {'guaranteed' if delta <= guaranteed else place}. At "
        f"{np.count_nonzero(regions.converges)} of {len(deltas)} step sizes tried, from {deltas[0]:.3g} to "
        f"{deltas[-1]:.3g}, every eigenvalue comes to its limit{rest}.{none}"
    )


def _region_look(style: Style) -> list:
    """The colours of the bars; those of which nothing is known are hollow."""
    known = {
        GUARANTEED: style.theory,
        CONVERGES: style.outcome(LimitKind.EQUILIBRIUM).colour,
        MOVES: style.background,
        UNTRIED: style.background,
        EXCLUDED: style.outcomes[5],
    }
    edges = known | {MOVES: style.muted, UNTRIED: style.muted}
    return [by(alt.Fill, "region", known), by(alt.Stroke, "region", edges)]


def _intervals(step_sizes: np.ndarray, there: np.ndarray) -> list[tuple[float, float]]:
    """Where this holds of every step size that was tried, between the middles of neighbouring ones."""
    edges = edges_around(step_sizes, log=True)
    change = np.diff(there.astype(int), prepend=0, append=0)
    return list(zip(edges[change == 1], edges[change == -1]))


@_over_step_sizes("The largest eigenvalue over the step size", 226, phenomenon.top_diagram_of)
def DIAGRAM(study: Study, top: TopDiagram, draw: Drawing) -> str:
    """2-cycle, cascade, chaos, divergence; for a target with a positive eigenvalue."""
    delta, level, largest = study.params.step_size, top.eigenvalue, float(top.diagram.step_sizes[-1])
    picture, low, end = _picture(top)
    thresholds, law = _thresholds(top)
    thresholds = [(study.guaranteed, "guaranteed"), *thresholds]
    seen = [at for at, _ in thresholds if at <= largest]
    names, high = threshold_names(thresholds, largest, (low, end))
    lost = np.argmax(np.isfinite(top.estimates).all(axis=0)[::-1]) / len(top.diagram.step_sizes)
    beyond = "w[0] = 1 diverges" if lost > ROOM_FOR_A_NAME else ""

    frame = {"step_size": [0.0, largest], "y": [low, high]}
    axis = {"minExtent": LABEL_WIDTH}
    draw.axes("step size δ", "eigenvalue, long after", y=axis, frame=frame, whole=True)
    draw.picture("_picture", picture)
    draw.painted("visited", lambda: visited_table(top.diagram.step_sizes, top.estimates))
    draw.curve("unstable", {"step_size": [top.scale, largest], "y": level}, look="theory")
    draw_thresholds(draw, thresholds, largest)
    name = {"step_size": 0.0, "y": level, "text": f"λ = {level:.4g}"}
    draw.name("_target_name", name, align="left", dx=4, dy=9)
    name = {"step_size": largest, "y": low + 0.5 * (end - low), "text": beyond}
    draw.name("_diverges", name, align="right", dx=-6)
    draw_chosen_below(draw, delta, (0.0, largest))
    name_thresholds(draw, names)
    draw.grip(x="step_size", snaps=seen)
    outside = f" δ = {delta:g} lies beyond the picture." if delta > largest else ""
    return (
        f"At δ = {delta:g} its layers' w, followed for {MODE_STEPS:,} steps: {study.modes[-1].sentence}. "
        f"{law}.{_lost_before(top)}{outside}"
    )


@lru_cache(maxsize=32)
def _picture(top: TopDiagram) -> tuple[Table, float, float]:
    """How often each value of the estimate's top eigenvalue is visited, over δ; and the range of values."""
    seen = top.estimates[np.isfinite(top.estimates)]
    low, high = float(seen.min(initial=0.0)), float(seen.max(initial=top.eigenvalue))
    low, high = low - 0.04 * (high - low), high + 0.04 * (high - low)
    escaped = ~np.isfinite(top.estimates).all(axis=0)
    deltas = top.diagram.step_sizes
    picture = attractor_picture(deltas, (low, high), top.estimates, rows=CELLS, escaped=escaped)
    return picture, low, high


def _thresholds(top: TopDiagram) -> tuple[list[Threshold], str]:
    """Where a phase begins, and what is said of all: at two layers by their δr."""
    if not top.boundaries:
        law = f"Dashed: the guaranteed step, and Corollary 1's bound {top.scale:.4g}, above which λ repels"
        return [(top.scale, f"Corollary 1: {top.scale:.3g}")], law
    at, symbols, words = zip(*top.boundaries)
    names = [f"δr = {symbols[0]}", f"{symbols[1]}: Corollary 1", *symbols[2:]]
    return [*zip(at, names)], f"Dashed, in δr: {', '.join(words)}"


def _lost_before(top: TopDiagram) -> str:
    """That w[0] = 1 diverges before the last phase begins, if it does; a sentence or nothing."""
    deltas, drawn = top.diagram.step_sizes, np.isfinite(top.estimates).all(axis=0)
    last = top.boundaries[-1][0] if top.boundaries else top.scale
    lost = deltas[~drawn & (deltas < last)]
    return f" From w[0] = 1 the run diverges already at δ = {lost.min():.4g}." if len(lost) else ""


@_over_step_sizes("Lyapunov exponent of the largest eigenvalue", 320, phenomenon.top_diagram_of)
def EXPONENTS(study: Study, top: TopDiagram, draw: Drawing) -> str:
    delta, deltas, exponents = study.params.step_size, top.diagram.step_sizes, top.exponents
    largest = float(deltas[-1])
    predicted = {"step_size": [at for at, *_ in top.boundaries[-1:]], "exponent": np.log(3.0)}
    none = {"step_size": largest, "exponent": 0.0}

    draw_exponents(draw, deltas, exponents, largest, 1.5, "Lyapunov exponent")
    draw.points("predicted", predicted, look="theory", size=90, filled=False, empty=none)
    name = {**predicted, "text": "ln 3 at δr = 2"}
    draw.label("_predicted", name, align="right", dx=-8, empty=none)
    draw_chosen_below(draw, delta, (0.0, largest))
    draw.grip(x="step_size", snaps=[at for at, *_ in top.boundaries] or [top.scale])

    chaotic = deltas[exponents > CHAOTIC]
    onset = f"first positive at δ ≈ {chaotic.min():.4g}" if len(chaotic) else "nowhere positive"
    ring = " The ring is ln 3, the exact value at δr = 2." if top.boundaries else ""
    return (
        f"Lyapunov exponent of the largest eigenvalue's map, λ = {top.eigenvalue:.4g}, {onset}."
        f"{ring} Chosen: δ = {delta:g}."
    )


@_over_step_sizes("Remark 3: identity against other starts", 340, phenomenon.comparison_of, COMPARING)
def COMPARISON(study: Study, comparison: StartComparison, draw: Drawing) -> str:
    """The share of runs that settle from the identity, from unbalanced and from random starts."""
    delta, deltas, scale = study.params.step_size, comparison.step_sizes, comparison.scale
    starts, largest = comparison.names, 1.45 * float(deltas[-1])
    n = len(starts)
    shares = {
        "step_size": np.tile(deltas, n),
        "share": comparison.shares.ravel(),
        "low": comparison.low.ravel(),
        "high": comparison.high.ravel(),
        "start": np.repeat(starts, len(deltas)),
    }
    names = {"step_size": deltas[-1], "y": 0.34 - 0.09 * np.arange(n), "text": starts, "start": starts}

    percent = {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}
    frame = {"step_size": [0.0, largest], "y": [0.0, 1.22]}
    draw.axes("step size δ", "share of runs that settle", y=percent, frame=frame, whole=True)
    draw.vline("bound", {"step_size": scale})
    draw.label("_bound", {"step_size": scale, "y": 1.16, "text": "bound (4) "}, align="right", dx=-4, dy=0)
    intervals = {"xy": ("step_size", "low"), "y2": "high", "strokeWidth": 5, "opacity": 0.3}
    draw.mark("rule", "shares", shares, channels=_start_colour, **intervals)
    draw.curve("shares", width=1.6, by="start", channels=_start_colour)
    draw.points("shares", size=52, channels=_start_look)
    draw.points("_names", names, size=52, xOffset=14, channels=_start_look)
    draw.label("_names", dx=24, dy=0, channels=_start_colour)
    draw_chosen_below(draw, delta, (0.0, largest))
    draw.grip(x="step_size", snaps=[scale])

    all_settle = [deltas[share == 1.0] for share in comparison.shares]
    settling = ", ".join(
        f"{start} {f'{where.max():.3g}' if len(where) else 'none'}"
        for start, where in zip(starts, all_settle)
    )
    return (
        f"Full matrices, {comparison.n_starts} runs per point (the identity: one run), equal δk, 95 % "
        f"intervals, seed {study.params.seed}. Largest δ at which all settle: {settling}; "
        f"bound (4) is {scale:.4g}. Chosen: δ = {delta:g}."
    )


def _start_colour(style: Style) -> alt.Color:
    return by(alt.Color, "start", dict(zip(STARTS, (style.measured, style.series[1], style.series[3]))))


def _start_look(style: Style) -> list:
    """Colour and symbol of a kind of start."""
    return [_start_colour(style), by(alt.Shape, "start", STARTS)]
