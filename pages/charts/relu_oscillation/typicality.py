"""How typical is Figure 2? Shares of the outcomes over many draws, with Wilson intervals."""

import altair as alt
import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import Also, Figure, figure
from pages.charts.kit.layers import NO_AXIS, by
from pages.charts.kit.over_step_sizes import draw_chosen
from pages.charts.kit.style import Style
from pages.charts.scalar.outcomes import looks
from stepsize_core.paper import relu_oscillation as phenomenon
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.ensembles import OUTCOMES, Typicality
from stepsize_core.paper.relu_oscillation.targets import DRAWN, PUBLISHED, RECIPE

NEAR = 1.2  # factor beyond the smallest and the largest step size at which they stand for the chosen one
FIGURE_2 = 3e-4  # the step size spoken of where the chosen one is not among those of the ensemble
ROW = 1.6  # distance of the rows; a share of 1 is 1 high
BASES = ROW * np.arange(len(OUTCOMES) - 1, -1, -1.0)  # of the rows, as in OUTCOMES
TIPS = [alt.Tooltip("outcome:N"), *(alt.Tooltip(f"{n}:Q", format=".0%") for n in ("share", "low", "high"))]
LEGIBLE = 0.15  # decades of δ between shares that are written out
NARROW, WIDE = 0.012, 0.03  # half widths of bars, in decades of δ


def _around(deltas: np.ndarray, half: float) -> dict[str, np.ndarray]:
    """The ends of bars across."""
    return {"x": deltas * 10.0**-half, "x2": deltas * 10.0**half}


def _shares(found: Typicality) -> Table:
    """One row for every outcome and step size: the share, its interval, and where it is drawn."""
    counts, deltas = np.array(found.counts), np.array(found.step_sizes)
    row, i = np.indices(counts.shape).reshape(2, -1)
    outcome, base, delta = np.array(OUTCOMES)[row], BASES[row], deltas[i]
    share = counts.ravel() / found.draws
    low, high = np.transpose([found.interval(*place) for place in zip(outcome, i)])
    numbers = {"count": counts.ravel(), "share": share, "low": low, "high": high, "base": base}
    heights = {"y_share": base + share, "y_low": base + low, "y_high": base + high}
    return {"outcome": outcome, "step_size": delta, **numbers, **heights, **_around(delta, WIDE)}


def _typicality(study: Study, found: Typicality, draw: Drawing) -> str:
    table, deltas, delta = _shares(found), np.array(found.step_sizes), study.params.step_size
    left, right, top = deltas[0] / 2.1, deltas[-1] * 1.15, BASES[0] + 1.25 * ROW
    learned = np.array(found.learned)
    inner = {"base": BASES[0], "y": BASES[0] + learned / found.draws, **_around(deltas, NARROW)}
    legible = np.isin(table["step_size"], _apart(deltas))
    texts = [f"{share:.0%}" if here else "" for share, here in zip(table["share"], legible)]
    percent = {"x": table["step_size"], "y": table["y_high"], "text": texts}
    outcomes = {"x": left, "y": BASES + 1.34, "text": OUTCOMES}

    frame = {"x": [left, right], "y": [-0.1, top]}
    draw.axes("step size δ", None, log="x", y=NO_AXIS, frame=frame, whole=True)
    draw.hline("_bases", {"y": BASES}, look="muted")
    bars = {"xy": ("x", "base"), "x2": "x2"}
    tips = {"encode": {"tooltip": TIPS}, "opacity": 0.75}
    draw.mark("rect", "shares", table, y2="y_share", channels=_colour, **tips, **bars)
    counted = {"step_size": deltas, "count": learned, "share": learned / found.draws, **inner}
    draw.mark("rect", "learned", counted, y2="y", look="ink", opacity=0.4, **bars)
    draw.mark("rule", "shares", xy=("step_size", "y_low"), y2="y_high", look="ink", strokeWidth=1.6)
    draw.label("_outcomes", outcomes, look="ink", dx=2, dy=4)
    draw.label("_percent", percent, look="muted", align="center", dx=0, dy=-6)
    draw_chosen(draw, delta, (deltas[0] / 1.1, right), top, log=True, dy=10)
    draw.grip(x="step_size", snaps=deltas)

    return f"{found.draws} draws with the 95% Wilson intervals. {_said(study, found)} Recipe: {found.recipe}."


def _apart(deltas: np.ndarray) -> list[float]:
    """The step sizes whose shares stand in letters beside each other, those of Figure 2 first."""
    kept: list[float] = []
    for delta in sorted(deltas, key=lambda delta: abs(np.log(delta / FIGURE_2))):
        if all(abs(np.log10(delta / other)) > LEGIBLE for other in kept):
            kept.append(delta)
    return kept


def _said(study: Study, found: Typicality) -> str:
    """The shares at the step size nearest to the chosen one, or at Figure 2's where none stands for it."""
    deltas, delta, network = np.array(found.step_sizes), study.params.step_size, study.objective
    drawn = study.params.target == DRAWN and network.loss_scale == 1.0
    own = drawn and (network.hidden_units, len(network.inputs)) == RECIPE
    there = own and deltas[0] / NEAR <= delta <= deltas[-1] * NEAR
    near = int(np.argmin(np.abs(np.log(deltas / (delta if there else FIGURE_2)))))
    shares = [
        f"{outcome} {row[near] / found.draws:.0%} ({low:.0%}–{high:.0%})"
        for outcome, row in zip(OUTCOMES, found.counts)
        if row[near]
        for low, high in [found.interval(outcome, near)]
    ]
    at = f"At δ = {found.step_sizes[near]:g}"
    at += f", nearest to the chosen {delta:g}" if there and found.step_sizes[near] != delta else ""
    other = (
        ""
        if there
        else f"The chosen {delta:g} lies outside. "
        if own
        else "Other networks than the one on screen. "
    )
    learned = f"{found.learned[near] / found.draws:.0%} converged and learned (inner bar)"
    return f"{other}{at}: {', '.join(shares)}; {learned}."


def _colour(style: Style) -> alt.Color:
    """All periods above 2 in the colour of those that have none of their own."""
    colours = [look.colour for word, look in looks(style).items() if word != "period 4"]
    return by(alt.Color, "outcome", dict(zip(OUTCOMES, colours)))


def _own_ensemble(study: Study) -> list[Call]:
    p = study.params
    first = phenomenon.Params.seed if p.target in PUBLISHED else p.seed
    return [call(phenomenon.ensemble_from, first, p.draws, p.n_steps, label="Training many draws …")]


def _figure(title: str, name: str, also: Also) -> Figure:
    return figure(title, name=name, height=520, also=also)(_typicality)


STORED = _figure(
    "How typical is Figure 2? The stored ensemble", "typicality", [call(phenomenon.stored_typicality)]
)
OWN_ENSEMBLE = _figure("Your own ensemble, computed now", "own_ensemble", _own_ensemble)
