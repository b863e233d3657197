"""Pictures of Theorem 1 and its corollaries: which optima of a linear network a step size can reach."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.calls import Source, call
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.kit.text import three_digits
from pages.charts.reachable_optima.plane import IMBALANCE, PLANE, PLANE_COST
from pages.charts.reachable_optima.plane import fate_of as fate_in_plane
from pages.charts.reachable_optima.run import COST, DISTANCE, SHARPNESS, TOP_VALUE, fate_of
from pages.charts.reachable_optima.singular_values import CEILING, LARGEST_STEP, RESCALINGS, STEPS_NEEDED
from stepsize_core.limits import LimitKind
from stepsize_core.paper import reachable_optima as phenomenon
from stepsize_core.paper.reachable_optima import NEAR, Study
from stepsize_core.paper.reachable_optima.optimum import Optimum, Standing

REGIONS = ("stable", "unstable", "excluded (3)", "excluded (4)")
LETTER_ROOM = 6.8  # pixels that a letter of a region's name takes
SHORT = {
    Standing.STABLE: "stable (δ ≤ 2/λ_max)",
    Standing.UNSTABLE: "not excluded by (3), but unstable",
    Standing.EXCLUDED: "excluded by (3)",
    Standing.UNREACHABLE: "excluded by (4), like every optimum",
}
SAME = 1e-6  # relative; no region lies between bounds so close
CLOSE = 0.16  # bounds closer than this share of the axis share one label
BEYOND = 2.0  # the axis reaches so many times below the lowest and above the highest mark
COLUMNS = 80  # click targets over the step sizes
BAR, ROW = 0.55, 1.5  # height of a bar, distance between bars
LARGEST_SHOWN = 16  # Hessian eigenvalues


def headline(study: Study) -> str:
    """The page's sentence: what δ means for the reference, what the run did, and what the plane's run did."""
    p = study.params
    begin = "next to it" if p.start == NEAR else p.start
    return (
        f"At δ = {p.step_size:g} the reference optimum is {SHORT[study.standing]}. The run from {begin} "
        f"{fate_of(study)}. In the plane, ({p.w1:g}, {p.w2:g}) {fate_in_plane(study.plane)}."
    )


# The chain of bounds on the axis of step sizes


def _chain_data(study: Study) -> dict:
    rows = {"the reference optimum": study.reference}
    if study.reached is not None:
        rows["the optimum reached" if study.reached.learned else "the saddle reached"] = study.reached
    low, high = _axis(study, rows.values())
    names = [*rows, *([] if study.reached else [f"no optimum reached: the run {fate_of(study)}"])]
    bases = [-ROW * place for place in range(len(names))]
    marks = [_marks(optimum, low, high, base) for optimum, base in zip(rows.values(), bases)]
    regions = [_regions(optimum, low, high, base) for optimum, base in zip(rows.values(), bases)]
    delta, edges = study.params.step_size, np.geomspace(low, high, COLUMNS + 1)
    return {
        "regions": _joined(regions),
        "bounds": _joined([bounds for bounds, _ in marks]),
        "_marks": _joined([labels for _, labels in marks]),
        "_regions": _names(_joined(regions), low, high),
        "_rows": {
            "x": [low] * len(names),
            "y": np.array(bases) + BAR,
            "text": names,
        },
        "_chosen": {"x": [delta], "y": [BAR + 0.62], "text": [f"δ = {delta:g}"]},
        "_frame": {"x": [low, high], "y": [-ROW - 0.5, BAR + 0.8]},
        "_columns": {
            "x": edges[:-1],
            "x2": edges[1:],
            "step_size": three_digits(np.sqrt(edges[1:] * edges[:-1])),
        },
    }


def _axis(study: Study, optima) -> tuple[float, float]:
    """The range of step sizes shown: every bound and δ, with room on either side."""
    bounds = [bound for o in optima for bound in (o.exact, o.theorem_1, o.corollary_1)]
    marks = [*bounds, study.params.step_size]
    return min(marks) / BEYOND, max(marks) * BEYOND


def _regions(optimum: Optimum, low: float, high: float, base: float) -> dict:
    """One bar: what δ means in each of its parts."""
    edges = np.array([low, optimum.exact, optimum.theorem_1, optimum.corollary_1, high])
    edges = np.maximum.accumulate(edges)
    wide = edges[1:] > edges[:-1] * (1.0 + SAME)
    n = int(wide.sum())
    return {
        "x": edges[:-1][wide],
        "x2": edges[1:][wide],
        "y": np.full(n, base),
        "y2": np.full(n, base + BAR),
        "region": np.array(REGIONS)[wide],
    }


def _names(regions: dict, low: float, high: float) -> dict:
    """The name of every region, and the share of the axis that there is for it."""
    return {
        "x": np.sqrt(regions["x"] * regions["x2"]),
        "y": regions["y"] + BAR / 2.0,
        "text": regions["region"],
        "share": np.log(regions["x2"] / regions["x"]) / np.log(high / low),
    }


def _marks(optimum: Optimum, low: float, high: float, base: float) -> tuple[dict, dict]:
    """The three bounds of one bar, and their labels below it; bounds that lie close share one."""
    names, values = ("2/λ_max", "(3)", "(4)"), (optimum.exact, optimum.theorem_1, optimum.corollary_1)
    groups = [[0]]
    for i in (1, 2):
        close = np.log(values[i] / values[groups[-1][-1]]) / np.log(high / low) < CLOSE
        groups[-1].append(i) if close else groups.append([i])
    bounds = {"x": values, "y": [base] * 3, "y2": [base + BAR] * 3, "bound": names}
    labels = {
        "x": [float(np.exp(np.mean(np.log([values[i] for i in group])))) for group in groups],
        "y": [base] * len(groups),
        "text": [_in_order([names[i] for i in group], [values[i] for i in group]) for group in groups],
    }
    return bounds, labels


def _in_order(names: list[str], values: list[float]) -> str:
    """ "a = 1", "a = b = 1" where the values print the same, "a 1 ≤ b 1.1" where they only lie close."""
    printed = [f"{value:.4g}" for value in values]
    if printed[0] == printed[-1]:
        return f"{' = '.join(names)} = {printed[0]}"
    return " ≤ ".join(f"{name} {value}" for name, value in zip(names, printed))


def _joined(tables: list[dict]) -> dict:
    """Tables with the same columns, one below the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def _chain_draw(style: Style):
    title = "step size δ"
    across, up = layers.x("x", title, log=True), layers.y("y", None, **layers.NO_AXIS)
    outcomes = [
        style.outcome(LimitKind.EQUILIBRIUM),
        style.outcome(LimitKind.PERIODIC_ORBIT, 2),
        style.outcome(LimitKind.PERIODIC_ORBIT, 4),
        style.outcome(LimitKind.DIVERGENT),
    ]
    scale = alt.Scale(domain=list(REGIONS), range=[outcome.colour for outcome in outcomes])
    bar = alt.Chart(alt.NamedData("regions")).mark_rect(opacity=0.6, tooltip=None)
    tick = alt.Chart(alt.NamedData("bounds")).mark_rule(color=style.theory, strokeWidth=2.5)
    room = f"datum.share * width > {LETTER_ROOM} * length(datum.text)"
    names = layers.on_picture("_regions", across, up, style).layer
    return alt.layer(
        layers.frame(across, up),
        bar.encode(
            across, up, alt.X2("x2:Q"), alt.Y2("y2:Q"), color=alt.Color("region:N", scale=scale, legend=None)
        ),
        tick.encode(across, up, alt.Y2("y2:Q")),
        *(name.transform_filter(room) for name in names),
        layers.label("_marks", across, up, style.theory, align="center", dx=0, dy=10),
        layers.label("_rows", across, up, style.ink, dx=2, dy=-8),
        layers.chosen_rule("_chosen", style, across=across),
        layers.on_picture("_chosen", across, up, style, align="left", dx=6),
        layers.clickable_columns("_columns", layers.x("x", title, log=True), "step_size", "click: δ"),
    )


def _chain_describe(study: Study) -> str:
    r, p = study.reference, study.params
    return (
        f"Widths {p.widths}; α = {p.alpha:g}, β = {p.skew:g}: {r.exact:.4g} ≤ {r.theorem_1:.4g} ≤ "
        f"{r.corollary_1:.4g}. At δ = {p.step_size:g}: {SHORT[study.standing]}. Click: another δ."
    )


CHAIN = Figure(
    name="chain",
    title="Step sizes at an optimum: 2/λ_max ≤ (3) ≤ (4)",
    data=_chain_data,
    draw=_chain_draw,
    describe=_chain_describe,
    height=196,
    picks=("step_size",),
)


# The Hessian's spectrum


def _spectrum_data(study: Study) -> dict:
    edge = 2.0 / study.params.step_size
    eigenvalues = _largest(study.reference)
    others = _largest(study.reached) if study.reached else np.array([])
    top = 1.3 * max([*eigenvalues, *others])
    shown = min(edge, top)
    above = " (above)" if edge > top else ""
    n = len(eigenvalues)
    return {
        "reference": {
            "rank": np.arange(1, n + 1),
            "eigenvalue": eigenvalues,
            "edge": np.full(n, shown),
            "margin": edge - eigenvalues,
            "where_the_run_ended": others if len(others) else np.full(n, np.nan),
            "stability": np.where(eigenvalues <= edge, "stable", "unstable"),
        },
        "_reached": layers.or_hidden(
            {"rank": np.arange(1, len(others) + 1), "eigenvalue": others}, rank=1, eigenvalue=0.0
        ),
        "_edge": {"rank": [n + 0.5], "eigenvalue": [shown], "text": [f"2/δ = {edge:.4g}{above}"]},
        "_frame": {
            "rank": [0.5, n + 0.5],
            "eigenvalue": [min(0.0, *eigenvalues, *others) - 0.07 * top, 1.08 * top],
        },
    }


def _largest(optimum: Optimum) -> np.ndarray:
    """The largest eigenvalues, descending; rounding below 0 is kept."""
    return optimum.eigenvalues[::-1][:LARGEST_SHOWN]


def _spectrum_draw(style: Style):
    across = layers.x("rank", "rank of the eigenvalue", tickMinStep=1, format="d")
    up = layers.y("eigenvalue", "eigenvalue λ")
    margin = alt.Chart(alt.NamedData("reference")).mark_rule(
        color=style.measured, strokeWidth=2, opacity=0.45
    )
    return alt.layer(
        layers.frame(across, up),
        margin.encode(across, up, alt.Y2("edge:Q")),
        layers.theory_rule("_edge", style, up=up),
        layers.equilibria("reference", across, up, style, size=70),
        layers.unless_hidden(layers.points("_reached", across, up, style.measured, size=190, filled=False)),
        layers.on_picture("_edge", across, up, style, align="right", dx=-4, dy=-8),
    )


def _spectrum_describe(study: Study) -> str:
    edge = 2.0 / study.params.step_size
    values = study.reference.eigenvalues
    beyond = int((values > edge).sum())
    reached = ". Blue rings: where the run ended" if study.reached else ""
    return (
        f"At the reference (cost with ½), bars: margins 2/δ − λ; {beyond} of {len(values)} lie above "
        f"2/δ = {edge:.4g}{reached}."
    )


SPECTRUM = Figure(
    name="spectrum",
    title="Hessian spectrum and margins",
    data=_spectrum_data,
    draw=_spectrum_draw,
    describe=_spectrum_describe,
    height=170,
)

FIGURES = (
    PLANE,
    CHAIN,
    SPECTRUM,
    SHARPNESS,
    COST,
    DISTANCE,
    TOP_VALUE,
    IMBALANCE,
    PLANE_COST,
    CEILING,
    LARGEST_STEP,
    STEPS_NEEDED,
    RESCALINGS,
)


def gallery(study: Study) -> dict[Figure, Source]:
    """What each picture of this study shows; Corollary 2 over many runs does not depend on the step size."""
    params, depth = study.params, study.ensemble_depth
    run = call(phenomenon.study, params)
    plane = params.plane_target, params.step_size, study.plane.window
    runs = depth, params.scale, params.seed
    large_targets = call(phenomenon.large_targets, depth)
    return dict.fromkeys(FIGURES, run) | {
        PLANE: (call(phenomenon.plane_raster, *plane), run),
        CEILING: (call(phenomenon.singular_value_ensemble, *runs, label="Running many networks …"), run),
        LARGEST_STEP: (large_targets, run),
        STEPS_NEEDED: (large_targets, run),
        RESCALINGS: (call(phenomenon.rescalings_of, params), run),
    }
