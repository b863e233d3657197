"""How typical is Figure 2? Shares of the outcomes over many draws, with Wilson intervals."""

from __future__ import annotations

from functools import partial

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.ensembles import OUTCOMES, Typicality

LOOKS = {
    "converged": (LimitKind.EQUILIBRIUM, 0),
    "2-cycle": (LimitKind.PERIODIC_ORBIT, 2),
    "higher period": (LimitKind.PERIODIC_ORBIT, 3),
    "aperiodic": (LimitKind.APERIODIC, 0),
    "diverged": (LimitKind.DIVERGENT, 0),
    "undecided": (LimitKind.UNDECIDED, 0),
}
ROW = 1.4  # distance of the rows; a share of 1 is 1 high
NARROW, WIDE = 0.012, 0.03  # half widths of bars, in decades of δ

Shown = tuple[Typicality, Study]


def _shares(found: Typicality) -> dict:
    """One row for every outcome and step size: the share, its interval, and where it is drawn."""
    rows = []
    for row, outcome in enumerate(OUTCOMES):
        base = ROW * (len(OUTCOMES) - 1 - row)
        for i, delta in enumerate(found.step_sizes):
            share, (low, high) = found.counts[row][i] / found.draws, found.interval(outcome, i)
            rows.append((outcome, delta, found.counts[row][i], share, low, high, base))
    names = ("outcome", "step_size", "count", "share", "low", "high", "base")
    table = {name: list(column) for name, column in zip(names, zip(*rows))}
    base = np.array(table["base"])
    for name in ("share", "low", "high"):
        table[f"y_{name}"] = base + np.array(table[name])
    table["x"], table["x2"] = _around(np.array(table["step_size"]), WIDE)
    return table


def _around(deltas: np.ndarray, half: float) -> tuple[np.ndarray, np.ndarray]:
    return deltas * 10.0**-half, deltas * 10.0**half


def _typicality_data(shown: Shown) -> dict:
    found, study = shown
    table = _shares(found)
    deltas = np.array(found.step_sizes)
    left, right = deltas[0] / 2.1, deltas[-1] * 1.15
    bases = ROW * np.arange(len(OUTCOMES) - 1, -1, -1.0)
    x, x2 = _around(deltas, NARROW)
    chosen = float(np.clip(study.params.step_size, deltas[0] / 1.1, right))
    top = bases[0] + 1.25 * ROW
    names = ["converged (inner bar: learned)" if name == "converged" else name for name in OUTCOMES]
    return {
        "shares": table,
        "learned": {
            "step_size": deltas, "count": list(found.learned), "x": x, "x2": x2,
            "base": np.full(len(deltas), bases[0]), "y": bases[0] + np.array(found.learned) / found.draws,
        },
        "_outcomes": {"x": np.full(len(OUTCOMES), left), "y": bases + 0.3, "text": names},
        "_percent": {
            "x": table["step_size"], "y": table["y_high"], "text": [f"{s:.0%}" for s in table["share"]],
        },
        "_bases": {"y": bases},
        "_chosen": {"x": [chosen], "y": [top], "text": [f"δ = {study.params.step_size:g}"]},
        "_columns": {
            "x": _around(deltas, WIDE)[0], "x2": _around(deltas, WIDE)[1], "step_size": deltas,
        },
        "_frame": {"x": [left, right], "y": [-0.1, top]},
    }  # fmt: skip


def _typicality_draw(style: Style):
    across, up = layers.x(title="step size δ", log=True), layers.y(title=None, **layers.NO_AXIS)
    colours = [style.outcome(*look).colour for look in LOOKS.values()]
    scale = alt.Scale(domain=list(LOOKS), range=colours)
    colour = alt.Color("outcome:N", scale=scale, legend=None)
    shares = alt.Chart(alt.NamedData("shares"))
    tips = [alt.Tooltip("outcome:N")]
    tips += [alt.Tooltip(f"{name}:Q", format=".0%") for name in ("share", "low", "high")]
    bars = shares.mark_rect(opacity=0.75, tooltip=True).encode(
        across, layers.y("base"), alt.X2("x2:Q"), alt.Y2("y_share:Q"), colour, tooltip=tips
    )
    middle = layers.x("step_size", "step size δ", log=True)
    whiskers = shares.mark_rule(color=style.ink, strokeWidth=1.6).encode(
        middle, layers.y("y_low"), alt.Y2("y_high:Q")
    )
    learned = alt.Chart(alt.NamedData("learned")).mark_rect(color=style.ink, opacity=0.4)
    return alt.layer(
        layers.frame(across, up),
        layers.faint_rule("_bases", style, up=up),
        layers.chosen_rule("_chosen", style, across=across),
        bars,
        learned.encode(across, layers.y("base"), alt.X2("x2:Q"), alt.Y2("y:Q")),
        whiskers,
        layers.label("_outcomes", across, up, style.ink, dx=2, dy=4),
        layers.label("_percent", across, up, style.muted, align="center", dx=0, dy=-6),
        layers.label("_chosen", across, up, style.chosen, dx=5, dy=10),
        layers.clickable_columns("_columns", across, "step_size", "click: δ"),
    )


def _typicality_describe(shown: Shown) -> str:
    found, study = shown
    near = int(np.argmin(np.abs(np.log(np.array(found.step_sizes) / study.params.step_size))))
    parts = []
    for row, outcome in enumerate(OUTCOMES[:4]):
        low, high = found.interval(outcome, near)
        share = found.counts[row][near] / found.draws
        parts.append(f"{outcome} {share:.0%} ({low:.0%}–{high:.0%})")
    return (
        f"{found.draws} draws with the 95% Wilson intervals. At δ = {found.step_sizes[near]:g}, nearest to "
        f"the chosen {study.params.step_size:g}: {', '.join(parts)}; "
        f"learned {found.learned[near] / found.draws:.0%}. Recipe: {found.recipe}."
    )


_figure = partial(
    Figure,
    data=_typicality_data,
    draw=_typicality_draw,
    describe=_typicality_describe,
    height=520,
    picks=("step_size",),
)
STORED = _figure(name="typicality", title="How typical is Figure 2? The stored ensemble")
OWN_ENSEMBLE = _figure(name="own_ensemble", title="Your own ensemble, computed now")
