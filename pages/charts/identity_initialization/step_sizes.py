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
    LOWEST_EXPONENT,
    attractor_picture,
    draw_chosen,
    draw_exponents,
)
from pages.charts.kit.raster import edges_around, visited_table
from pages.charts.kit.style import Style
from pages.charts.kit.text import minus
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

COLUMNS = 90  # click targets over the step sizes
ROWS = ("guaranteed", "converges", "excluded")
SIDE = 1.15  # room beside the outermost mark of the three regions, as a factor
NONE_OBSERVED = "observed: the smallest step tried does not converge"
NOT_YET_OBSERVED = f"observed: still moving after {REGION_STEPS:,} steps at the smallest step tried"
CELLS = 200  # of the picture, upwards
LABEL_WIDTH = 34  # of the axis labels
ROOM_FOR_A_NAME = 0.25  # share of the axis
CHAOTIC = 0.02  # exponents above are clearly positive
COMPARING = "Running full matrices from many starts …"
STARTS = {"identity": "circle", "unbalanced": "square", "random": "triangle-up"}


def _over_step_sizes(title: str, height: int, function: Callable, label: str = ""):
    """The decorator of a figure whose clicks set δ; it shows `function` of the target and depth alone."""

    def also(study: Study) -> list[Call]:
        return [call(function, phenomenon.target_only(study.params), label=label)]

    return figure(title, height=height, picks=("step_size",), also=also)


@_over_step_sizes("Step sizes: guaranteed, observed, excluded", 126, phenomenon.regions_of)
def REGIONS(study: Study, regions: Regions, draw: Drawing) -> str:
    delta, deltas = study.params.step_size, regions.step_sizes
    guaranteed, excluded, observed = regions.guaranteed, regions.excluded, regions.largest_observed
    any_excluded = np.isfinite(excluded)
    marks = [deltas[0], deltas[-1], delta, *([excluded] if any_excluded else [])]
    low, high = min(marks) / SIDE, max(marks) * SIDE
    bars = [(low, guaranteed, 0), *((*ends, 1) for ends in _intervals(regions))]
    bars += [(excluded, high, 2)] if excluded < high else []
    begin, end, band = (np.array(column) for column in zip(*bars))
    table = {"step_size": begin, "end": end, "region": [ROWS[i] for i in band]}
    table |= {"y": 2.0 - band + 0.06, "y2": 2.0 - band + 0.94}
    unseen = NOT_YET_OBSERVED if regions.undecided[0] else NONE_OBSERVED
    names = [
        f"guaranteed by the theorem, up to {guaranteed:.4g}",
        f"observed to converge, up to {observed:.4g}" if np.isfinite(observed) else unseen,
        f"excluded by Corollary 1, above {excluded:.4g}" if any_excluded else "Corollary 1 excludes none",
    ]

    def colour(style: Style) -> alt.Color:
        colours = style.theory, style.outcome(LimitKind.EQUILIBRIUM).colour, style.outcomes[5]
        return by(alt.Color, "region", dict(zip(ROWS, colours)))

    draw.axes("step size δ", log="x", y=NO_AXIS, frame={"step_size": [low, high], "y": [0.0, 3.55]})
    bands = {"xy": ("step_size", "y"), "x2": "end", "y2": "y2", "opacity": 0.55}
    draw.mark("rect", "regions", table, channels=colour, **bands)
    draw_chosen(draw, delta, (low, high), 3.3, log=True)
    draw.name("_names", {"step_size": low * 1.03, "y": [2.5, 1.5, 0.5], "text": names}, align="left")
    draw.click_step_sizes(np.geomspace(low, high, COLUMNS + 1))
    place = "excluded" if delta > excluded else "neither guaranteed nor excluded"
    moving = np.count_nonzero(regions.undecided)
    rest = f"; at {moving} one still moves" if moving else ""
    return (
        f"{np.count_nonzero(regions.converges)} of {len(deltas)} step sizes tried bring every eigenvalue to "
        f"its limit, as {REGION_STEPS:,} steps tell{rest}. The chosen δ = {delta:g} is "
        f"{'guaranteed' if delta <= guaranteed else place}. Click: δ."
    )


def _intervals(regions: Regions) -> list[tuple[float, float]]:
    """Where every step size that was tried converges, between the middles of neighbouring ones."""
    edges = edges_around(regions.step_sizes, log=True)
    change = np.diff(regions.converges.astype(int), prepend=0, append=0)
    return list(zip(edges[change == 1], edges[change == -1]))


@_over_step_sizes("The largest eigenvalue over the step size", 184, phenomenon.top_diagram_of)
def DIAGRAM(study: Study, top: TopDiagram | None, draw: Drawing) -> str:
    """2-cycle, cascade, chaos, divergence; the axes alone where no eigenvalue is positive."""
    delta = study.params.step_size
    if top is None:
        (low, high), largest = (-0.1, 1.0), 2.0 * study.guaranteed
        picture = attractor_picture(largest * np.array([0.25, 0.75]), (low, high), np.full((1, 2), np.nan))
        dashed, level, middle, names_at, chosen_at = [0.0], 0.0, 0.0, 0.7, 0.9
        thresholds, names, beyond = [study.guaranteed], ["guaranteed"], ""
        name = minus(f"no positive eigenvalue (largest: {study.spectrum.eigenvalues[-1]:.3g}), no cascade")
        sentence = "No eigenvalue of R is positive: the nearest PSD matrix is 0, and bound (4) excludes no δ."
    else:
        picture, low, end = _picture(top)
        room, largest, level = 0.12 * (end - low), float(top.diagram.step_sizes[-1]), top.eigenvalue
        dashed, middle, names_at = [top.scale, largest], low + 0.5 * (end - low), end + 0.5 * room
        chosen_at, high = end + 1.6 * room, end + 2.0 * room
        thresholds, names, law = _thresholds(top)
        lost = np.argmax(np.isfinite(top.estimates).all(axis=0)[::-1]) / len(top.diagram.step_sizes)
        name, beyond = f"λ = {level:.4g}", "w[0] = 1 diverges" if lost > ROOM_FOR_A_NAME else ""
        sentence = (
            f"At δ = {delta:g} its layers' w, followed for {MODE_STEPS:,} steps: {study.modes[-1].sentence}. "
            f"{law}.{_lost_before(top)} Click: δ."
        )
        draw.painted("visited", lambda: visited_table(top.diagram.step_sizes, top.estimates))

    frame = {"step_size": [0.0, largest], "y": [low, high]}
    draw.axes("step size δ", "eigenvalue, long after", y={"minExtent": LABEL_WIDTH}, frame=frame)
    draw.picture("_picture", picture)
    draw.curve("unstable", {"step_size": dashed, "y": level}, look="theory")
    draw.vline("thresholds", {"step_size": thresholds, "y": names_at, "text": names})
    draw.label("thresholds", align="right", dx=-4, dy=0)
    draw.name("_target_name", {"step_size": 0.0, "y": level, "text": name}, align="left", dx=4, dy=-9)
    draw.name("_diverges", {"step_size": largest, "y": middle, "text": beyond}, align="right", dx=-6)
    draw_chosen(draw, delta, (0.0, largest), chosen_at)
    draw.click_step_sizes(np.linspace(0.0, largest, COLUMNS + 1))
    return sentence


@lru_cache(maxsize=32)
def _picture(top: TopDiagram) -> tuple[Table, float, float]:
    """How often each value of the estimate's top eigenvalue is visited, over δ; and the range of values."""
    seen = top.estimates[np.isfinite(top.estimates)]
    low, high = float(seen.min(initial=0.0)), float(seen.max(initial=top.eigenvalue))
    low, high = low - 0.04 * (high - low), high + 0.04 * (high - low)
    picture = attractor_picture(top.diagram.step_sizes, (low, high), top.estimates, rows=CELLS)
    return picture, low, high


def _thresholds(top: TopDiagram) -> tuple[list[float], list[str], str]:
    """Where a phase begins, its name in the picture, and what is said of all: at two layers by their δr."""
    if not top.boundaries:
        law = f"Dashed: Corollary 1's bound (4), {top.scale:.4g}, above which λ repels"
        return [top.scale], [f"Corollary 1: {top.scale:.3g}"], law
    at, symbols, words = map(list, zip(*top.boundaries))
    return at, [f"δr = {symbols[0]}", *symbols[1:]], f"Dashed, in δr: {', '.join(words)}"


def _lost_before(top: TopDiagram) -> str:
    """That w[0] = 1 diverges before the last phase begins, if it does; a sentence or nothing."""
    deltas, drawn = top.diagram.step_sizes, np.isfinite(top.estimates).all(axis=0)
    last = top.boundaries[-1][0] if top.boundaries else top.scale
    lost = deltas[~drawn & (deltas < last)]
    return f" From w[0] = 1 the run diverges already at δ = {lost.min():.4g}." if len(lost) else ""


@_over_step_sizes("Lyapunov exponent of the largest eigenvalue", 320, phenomenon.top_diagram_of)
def EXPONENTS(study: Study, top: TopDiagram | None, draw: Drawing) -> str:
    delta, none = study.params.step_size, np.zeros(0)
    deltas, exponents = (top.diagram.step_sizes, top.exponents) if top else (none, none)
    largest = float(deltas[-1]) if top else 2.0 * study.guaranteed
    exact = bool(top and top.boundaries)
    predicted = {"step_size": [top.boundaries[-1][0]] if exact else [], "exponent": np.log(3.0)}

    draw_exponents(draw, deltas, exponents, largest, 1.5, "Lyapunov exponent")
    draw.points("predicted", predicted, look="theory", size=90, filled=False)
    draw.label("_predicted", {**predicted, "text": "ln 3 at δr = 2"}, align="right", dx=-8)
    draw_chosen(draw, delta, (0.0, largest), LOWEST_EXPONENT + 0.25)
    draw.click_step_sizes(np.linspace(0.0, largest, COLUMNS + 1))

    if top is None:
        return f"No positive eigenvalue at depth {study.params.depth}, so there is no cascade to measure."
    chaotic = deltas[exponents > CHAOTIC]
    onset = f"first positive at δ ≈ {chaotic.min():.4g}" if len(chaotic) else "nowhere positive"
    ring = " The ring is ln 3, the exact value at δr = 2." if exact else ""
    return (
        f"Lyapunov exponent of the largest eigenvalue's map, λ = {top.eigenvalue:.4g}, {onset}."
        f"{ring} Chosen: δ = {delta:g}."
    )


@_over_step_sizes("Remark 3: identity against other starts", 340, phenomenon.comparison_of, COMPARING)
def COMPARISON(study: Study, comparison: StartComparison, draw: Drawing) -> str:
    """The share of runs that settle from the identity, from unbalanced and from random starts."""
    delta, deltas, scale = study.params.step_size, comparison.step_sizes, comparison.scale
    starts, largest = comparison.names, 1.3 * float(deltas[-1])
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
    draw.axes("step size δ", "share of runs that settle", y=percent, frame=frame)
    draw.vline("bound", {"step_size": scale})
    draw.label("_bound", {"step_size": scale, "y": 1.06, "text": "bound (4) "}, align="right", dx=-4, dy=0)
    intervals = {"xy": ("step_size", "low"), "y2": "high", "strokeWidth": 5, "opacity": 0.3}
    draw.mark("rule", "shares", shares, channels=_start_colour, **intervals)
    draw.curve("shares", width=1.6, by="start", channels=_start_colour)
    draw.points("shares", size=52, channels=_start_look)
    draw.points("_names", names, size=52, xOffset=14, channels=_start_look)
    draw.label("_names", dx=24, dy=0, channels=_start_colour)
    draw_chosen(draw, delta, (0.0, largest), 1.16)
    draw.click_step_sizes(edges_around(deltas), deltas)

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
