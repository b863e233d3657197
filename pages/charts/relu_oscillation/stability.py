"""What decides stability: the multipliers of the orbit, beside the curvature at its single iterates."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.relu_oscillation.overlay import PARITIES, colour_of
from pages.charts.relu_oscillation.training import loss_name
from stepsize_core.paper.relu_oscillation import Study

CIRCLE_POINTS = 121
STRIPS = {"odd": -1.5, "even": -1.95}  # heights of the strips below the circle
FARTHEST = 2.4  # factors beyond are drawn at this distance
DRIFT_SHOWN = 1e-3  # moduli within this of 1 are called neutral, as the claims do


def _factors(study: Study) -> dict[str, np.ndarray]:
    """1 − δλ for every eigenvalue at the last odd and the last even iterate."""
    values = study.params.step_size * study.margins - 1.0
    return {PARITIES[k % 2]: row for k, row in zip(study.last_steps[-2:], values)}


def _multipliers_data(study: Study) -> dict:
    angle = np.linspace(0.0, 2.0 * np.pi, CIRCLE_POINTS)
    orbit = study.limit.multipliers if study.limit.period else np.array([])
    orbit = np.clip(orbit.real, -FARTHEST, FARTHEST) + 1j * np.clip(orbit.imag, -FARTHEST, FARTHEST)
    factors = _factors(study)
    left = min(-1.3, *(max(f.min(), -FARTHEST) for f in factors.values())) - 0.08
    what = "multipliers" if study.limit.period else "no orbit"
    tables = {
        "unit_circle": {"angle": angle, "x": np.cos(angle), "y": np.sin(angle)},
        "multipliers": layers.or_hidden({"x": orbit.real, "y": orbit.imag}, x=0.0, y=0.0),
        "_edges": {"x": [-1.0, 1.0]},
        "_name": {"x": [0.0], "y": [0.5], "text": [what]},
        "_strip_names": {
            "x": [2.0, 2.0],
            "y": list(STRIPS.values()),
            "text": list(STRIPS),
        },
        "_frame": {"x": [left, 2.0], "y": [-2.2, 1.12]},
    }
    for parity, height in STRIPS.items():
        x = np.clip(factors[parity], -FARTHEST, FARTHEST)
        tables[parity] = {"x": x, "y": np.full(len(x), height), "factor": factors[parity]}
    return tables


def _multipliers_draw(style: Style):
    across = layers.x(title="real part;  strips: 1 − δλ", values=[-2, -1, 0, 1])
    up = layers.y(title=None, values=[-1, 0, 1], minExtent=16)
    strips = [
        layers.points(parity, across, up, colour_of(parity, style), size=42, filled=False)
        for parity in STRIPS
    ]
    return alt.layer(
        layers.frame(across, up),
        layers.theory_curve("unit_circle", across, up, style, order="angle"),
        layers.faint_rule("_edges", style, across=across),
        *strips,
        layers.unless_hidden(layers.points("multipliers", across, up, style.ink, size=34)),
        layers.label("_name", across, up, style.ink, align="center", dx=0, dy=0),
        layers.label("_strip_names", across, up, style.muted, align="right", dx=0, dy=4),
    )


def _multipliers_describe(study: Study) -> str:
    sharpest = {parity: (1.0 - f.min()) / 2.0 for parity, f in _factors(study).items()}
    single = f"λ_max: {sharpest['odd']:.4g} (odd), {sharpest['even']:.4g} (even) times 2/δ"
    if not study.limit.period:
        exponent = study.limit.exponent
        known = f"Lyapunov exponent {exponent:.2g}" if np.isfinite(exponent) else "no exponent"
        return f"No orbit, so no multipliers; {known}. {single}."
    largest = float(np.abs(study.limit.multipliers).max())
    word = "inside" if largest < 1.0 - DRIFT_SHOWN else "neutral within 10⁻³"
    word = "outside" if largest > 1.0 + DRIFT_SHOWN else word
    caution = ", no verdict on a cycle" if study.limit.period > 1 else ""
    return f"Largest modulus {largest:.5f}: {word}. {single}{caution}."


MULTIPLIERS = Figure(
    name="multipliers",
    title="Stability of what is reached",
    data=_multipliers_data,
    draw=_multipliers_draw,
    describe=_multipliers_describe,
    height=196,
)


# Margins


def _margins_data(study: Study) -> dict:
    n = study.margins.shape[1]
    ranks = np.arange(1, n + 1)
    rows = {PARITIES[k % 2]: np.sort(row) for k, row in zip(study.last_steps[-2:], study.margins)}
    edge = 2.0 / study.params.step_size
    low, high = min(study.margins.min(), 0.0), max(study.margins.max(), edge)
    room = 0.08 * (high - low)
    tables = {parity: {"x": ranks, "y": rows[parity]} for parity in PARITIES}
    return tables | {
        "_zero": {"y": [0.0]},
        "_zero_name": {"x": [n], "y": [0.0], "text": ["0: λ = 2/δ"]},
        "_edge": {"y": [edge]},
        "_edge_name": {"x": [n], "y": [edge], "text": [f"2/δ = {edge:.4g}: λ = 0"]},
        "_frame": {"x": [0.5, n + 0.5], "y": [low - room, high + room]},
    }


def _margins_draw(style: Style):
    across = layers.x(title="eigenvalue, sharpest first", format="d", tickMinStep=1)
    up = layers.y(title="margin 2/δ − λ")
    marks = [
        layers.points("odd", across, up, colour_of("odd", style), size=46, filled=False),
        layers.points("even", across, up, colour_of("even", style), size=16),
    ]
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("_zero", style, up=up),
        layers.faint_rule("_edge", style, up=up),
        *marks,
        layers.label("_zero_name", across, up, style.theory, align="right", dx=-2, dy=12),
        layers.label("_edge_name", across, up, style.muted, align="right", dx=-2, dy=18),
    )


def _margins_describe(study: Study) -> str:
    least = {PARITIES[k % 2]: row.min() for k, row in zip(study.last_steps[-2:], study.margins)}
    beyond = int((study.margins < 0).any(axis=1).sum())
    verdict = "; on a cycle a negative one is no verdict, the multipliers decide" if beyond else ""
    return (
        f"Margins of the exact Hessian of {loss_name(study)} at the last two iterates: rings odd, dots even. "
        f"The least are {least['odd']:.4g} (odd) and {least['even']:.4g} (even){verdict}."
    )


MARGINS = Figure(
    name="margins",
    title="Eigenvalue margins at the last two iterates",
    data=_margins_data,
    draw=_margins_draw,
    describe=_margins_describe,
    height=340,
)
