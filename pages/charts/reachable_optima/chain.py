"""Pictures of Theorem 1 and its corollaries: which optima of a linear network a step size can reach."""

from collections.abc import Iterator

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.over_step_sizes import draw_chosen_below
from pages.charts.kit.style import Style
from pages.charts.reachable_optima.plane import IMBALANCE, OVER, PLANE, PLANE_COST, headline_of_plane
from pages.charts.reachable_optima.run import COST, DISTANCE, FOLLOWED, SHARPNESS, TOP_VALUE, fate_of
from pages.charts.reachable_optima.singular_values import CEILING, LARGEST_STEP, RESCALINGS, STEPS_NEEDED
from stepsize_core.limits import LimitKind
from stepsize_core.paper.reachable_optima import NEAR, NetworkStudy, PlaneStudy, Study
from stepsize_core.paper.reachable_optima.optimum import Optimum, Standing

BOUNDS = ("2/λ_max", "(3)", "(4)")  # of an optimum, ascending
REGIONS = {  # what δ means between them, in the colours of these outcomes
    "stable": (LimitKind.EQUILIBRIUM, 0),
    "unstable": (LimitKind.PERIODIC_ORBIT, 2),
    "excluded (3)": (LimitKind.PERIODIC_ORBIT, 4),
    "excluded (4)": (LimitKind.DIVERGENT, 0),
}
SHORT = {
    Standing.STABLE: "stable (δ ≤ 2/λ_max)",
    Standing.UNSTABLE: "not excluded by (3), but unstable",
    Standing.EXCLUDED: "excluded by (3)",
    Standing.UNREACHABLE: "excluded by (4), like every optimum",
}
LETTER_ROOM = 6.8  # pixels that a letter of a region's name takes
SAME = 1e-6  # relative; no region lies between bounds so close
CLOSE = 0.24  # bounds closer than this share of the axis share one label
BEYOND = 2.0  # the axis reaches so many times below the lowest and above the highest mark
BAR, ROW = 0.55, 1.5  # height of a bar, distance between bars
LARGEST_SHOWN = 16  # Hessian eigenvalues


def headline(study: Study) -> str:
    """The page's sentence: what δ means for the optima, and what the run becomes."""
    if isinstance(study, PlaneStudy):
        return headline_of_plane(study)
    p, cost = study.params, study.costs[-1]
    begin = "next to it" if p.start == NEAR else p.start
    drawn = f"is at cost {cost:.3g} after" if np.isfinite(cost) else "escapes within"
    return (
        f"At δ = {p.step_size:g} the reference optimum is {SHORT[study.standing]}. The run from {begin} "
        f"{drawn} {p.n_steps:,} steps; {FOLLOWED}, it {fate_of(study)}."
    )


@figure("Step sizes at an optimum: 2/λ_max ≤ (3) ≤ (4)", height=206)
def CHAIN(study: NetworkStudy, draw: Drawing) -> str:
    """The bounds on the axis of step sizes: a bar for the reference optimum, one for what the run reached."""
    p, r, delta, reached = study.params, study.reference, study.params.step_size, study.reached
    names = ["the reference optimum", f"no optimum reached: the run {fate_of(study)}"]
    if reached:
        names[1] = "the optimum reached" if reached.learned else "the saddle reached"
    optima = [r, reached] if reached else [r]
    bounds = np.array([(o.exact, o.theorem_1, o.corollary_1) for o in optima])  # (bars, 3)
    wanted = min(bounds.min(), delta) / BEYOND, max(bounds.max(), delta) * BEYOND
    low, high = np.exp(
        draw.hold("x", np.log(wanted), np.log([min(bounds.min(), delta), max(bounds.max(), delta)]))
    )
    bases, span = -ROW * np.arange(len(names)), np.log(high / low)

    frame = {"step_size": [low, high], "y": [-ROW - 0.55, BAR + 0.45]}
    draw.axes("step size δ", log="x", y=layers.NO_AXIS, frame=frame, whole=True)
    edges = np.maximum.accumulate([[low, *three, high] for three in bounds], axis=1)  # (bars, 5)
    bar, part = np.nonzero(edges[:, 1:] > edges[:, :-1] * (1.0 + SAME))
    x, x2, y, region = edges[bar, part], edges[bar, part + 1], bases[bar], np.array([*REGIONS])[part]
    regions = {"x": x, "x2": x2, "y": y, "y2": y + BAR, "region": region}
    bars = {"xy": ("x", "y"), "x2": "x2", "y2": "y2", "opacity": 0.6, "tooltip": None}
    draw.mark("rect", "regions", regions, channels=_colour, **bars)
    base = np.repeat(bases[: len(optima)], len(BOUNDS))
    ticks = {"x": bounds.ravel(), "y": base, "y2": base + BAR, "bound": BOUNDS * len(optima)}
    draw.mark("rule", "bounds", ticks, look="theory", y2="y2", strokeWidth=2.5)
    places = {"x": np.sqrt(x * x2), "y": y + BAR / 2.0, "text": region, "share": np.log(x2 / x) / span}
    draw.name("_regions", places, only=f"datum.share * width > {LETTER_ROOM} * length(datum.text)")

    labels = [(x, y, text) for row, y in zip(bounds, bases) for x, text in _labels(row, span)]
    draw.label("_marks", dict(zip(("x", "y", "text"), zip(*labels))), align="center", dx=0, dy=10)
    draw.label("_rows", {"x": low, "y": bases + BAR, "text": names}, look="ink", dx=2, dy=-8)
    draw_chosen_below(draw, delta, (low, high))
    draw.grip(x="step_size", snaps=np.unique(bounds))

    return (
        f"Widths {p.widths}; α = {p.alpha:g}, β = {p.skew:g}: {r.exact:.4g} ≤ {r.theorem_1:.4g} ≤ "
        f"{r.corollary_1:.4g}. At δ = {delta:g}: {SHORT[study.standing]}."
    )


def _labels(bounds: np.ndarray, span: float) -> Iterator[tuple[float, str]]:
    """Places and texts below a bar. Bounds that lie close share one: "a = b = 1" where they print the same,
    else "a 1 ≤ b 1.1"."""
    apart = np.log(bounds[1:] / bounds[:-1]) / span >= CLOSE
    for group in np.split(np.arange(len(BOUNDS)), np.flatnonzero(apart) + 1):
        names, printed = [BOUNDS[i] for i in group], [f"{bounds[i]:.4g}" for i in group]
        same = f"{' = '.join(names)} = {printed[0]}"
        close = " ≤ ".join(map(" ".join, zip(names, printed)))
        yield np.exp(np.mean(np.log(bounds[group]))), same if printed[0] == printed[-1] else close


def _colour(style: Style) -> alt.Color:
    looks = {region: style.outcome(*outcome).colour for region, outcome in REGIONS.items()}
    return layers.by(alt.Color, "region", looks)


@figure("Hessian spectrum and margins", height=170)
def SPECTRUM(study: NetworkStudy, draw: Drawing) -> str:
    edge, values = 2.0 / study.params.step_size, _largest(study.reference)
    others = _largest(study.reached) if study.reached else np.array([])
    rank, n, top = np.arange(1, len(values) + 1), len(values), 1.3 * max([*values, *others])
    shown, above = min(edge, top), " (above)" if edge > top else ""

    ends = [min(0.0, *values, *others) - 0.07 * top, 1.08 * top]
    frame = {"rank": [0.5, n + 0.5], "eigenvalue": ends}
    whole = {"tickMinStep": 1, "format": "d"}
    draw.axes("rank of the eigenvalue", "eigenvalue λ", x=whole, frame=frame, whole=True)
    reference = {
        "rank": rank,
        "eigenvalue": values,
        "edge": shown,
        "margin": edge - values,
        "where_the_run_ended": others if study.reached else np.nan,
        "stability": np.where(values <= edge, "stable", "unstable"),
    }
    bars = {"xy": ("rank", "eigenvalue"), "y2": "edge", "strokeWidth": 2, "opacity": 0.45}
    draw.mark("rule", "reference", reference, look="measured", **bars)
    draw.hline("_edge", {"rank": n + 0.5, "eigenvalue": shown, "text": f"2/δ = {edge:.4g}{above}"})
    draw.equilibria("reference", xy=("rank", "eigenvalue"), size=70)
    reached = {"rank": rank[: len(others)], "eigenvalue": others}
    draw.points("_reached", reached, size=190, filled=False, empty={"rank": 1, "eigenvalue": 0.0})
    draw.name("_edge", align="right", dx=-4, dy=-8)

    beyond, total = int((study.reference.eigenvalues > edge).sum()), len(study.reference.eigenvalues)
    rings = f". Large rings: what the run, {FOLLOWED}, converges to" if study.reached else ""
    return (
        f"At the reference (cost with ½), bars: margins 2/δ − λ; {beyond or 'none'} of {total} "
        f"{'lies' if beyond == 1 else 'lie'} above 2/δ = {edge:.4g}{rings}."
    )


def _largest(optimum: Optimum) -> np.ndarray:
    """The largest eigenvalues, descending; rounding below 0 is kept."""
    return optimum.eigenvalues[::-1][:LARGEST_SHOWN]


def figures(study: Study) -> tuple[Figure, ...]:
    """The pictures of this study's system."""
    if isinstance(study, PlaneStudy):
        return PLANE, SHARPNESS, OVER, IMBALANCE, PLANE_COST
    one_run = CHAIN, SPECTRUM, SHARPNESS, COST, DISTANCE, TOP_VALUE
    return *one_run, CEILING, LARGEST_STEP, STEPS_NEEDED, RESCALINGS
