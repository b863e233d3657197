"""What decides stability: the multipliers of the orbit, beside the curvature at its single iterates."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.relu_oscillation.parity import COLOURS, by_parity
from pages.charts.relu_oscillation.training import loss_name
from stepsize_core.paper.relu_oscillation import Study

CIRCLE_POINTS = 121
STRIPS = {"odd": -1.5, "even": -1.95}  # heights of the strips below the circle
FARTHEST = 2.4  # factors beyond are drawn at this distance
DRIFT_SHOWN = 1e-3  # moduli within this of 1 are called neutral, as the claims do


def _within(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -FARTHEST, FARTHEST)


@figure("Stability of what is reached", height=340, square=True)
def MULTIPLIERS(study: Study, draw: Drawing) -> str:
    """The strips hold the factors 1 − δλ of every eigenvalue at the last odd and the last even iterate."""
    values = study.params.step_size * study.margins - 1.0
    factors = by_parity(study, values)
    left = min(-1.3, _within(values).min()) - 0.08
    angle = np.linspace(0.0, 2.0 * np.pi, CIRCLE_POINTS)
    orbit = study.limit.multipliers if study.limit.period else np.array([])
    reached = {"x": _within(orbit.real), "y": _within(orbit.imag)}
    what = {"x": 0.0, "y": 0.5, "text": "multipliers" if study.limit.period else "no orbit"}
    strip_names = {"x": 0.0, "y": list(STRIPS.values()), "text": [f"{name} step" for name in STRIPS]}

    axes = {"x": {"values": [-2, -1, 0, 1, 2]}, "y": {"values": [-1, 0, 1], "minExtent": 16}}
    frame = {"x": [left, 1.5], "y": [-2.2, 1.2]}
    draw.axes("real part;  strips: 1 − δλ", None, frame=frame, equal=True, **axes)
    circle = {"angle": angle, "x": np.cos(angle), "y": np.sin(angle)}
    draw.curve("unit_circle", circle, xy=("x", "y"), look="theory", order="angle")
    draw.vline("_edges", {"x": [-1.0, 1.0]}, look="muted")
    for parity, height in STRIPS.items():
        own = factors[parity]
        strip = {"x": _within(own), "y": height, "factor": own}
        draw.points(parity, strip, look=COLOURS[parity], size=42, filled=False)
    draw.points("multipliers", reached, look="ink", size=34, empty={"x": 0.0, "y": 0.0})
    draw.label("_name", what, look="ink", align="center", dx=0, dy=0)
    draw.label("_strip_names", strip_names, look="muted", align="center", dx=0, dy=4)
    draw.label("_circle_name", {"x": 0.0, "y": 1.0, "text": "modulus 1"}, align="center", dx=0, dy=16)

    odd, even = ((1.0 - factors[parity].min()) / 2.0 for parity in STRIPS)
    caution = ", no verdict on a cycle" if study.limit.period > 1 else ""
    shown = f"λ_max of {loss_name(study)}: {odd:.4g} (odd), {even:.4g} (even) times 2/δ"
    return f"{_verdict(study)}. {shown}{caution}."


def _verdict(study: Study) -> str:
    """What the multipliers say of the orbit, or what is known where there is none."""
    if study.escape:
        return f"The run escapes at step {study.escape:,}: no orbit, and so no multipliers"
    if not study.limit.period:
        exponent = study.limit.exponent
        known = f"Lyapunov exponent {exponent:.2g}" if np.isfinite(exponent) else "no exponent"
        return f"No orbit, so no multipliers; {known}"
    dead = ", every unit dead" if study.dead else ""
    largest = float(np.abs(study.limit.multipliers).max())
    word = "inside" if largest < 1.0 - DRIFT_SHOWN else "neutral within 10⁻³"
    word = "outside" if largest > 1.0 + DRIFT_SHOWN else word
    return f"Largest modulus {largest:.5f}: {word}{dead}"


@figure("Eigenvalue margins at the last two iterates", height=340)
def MARGINS(study: Study, draw: Drawing) -> str:
    n, edge = study.margins.shape[1], 2.0 / study.params.step_size
    rows = by_parity(study, np.sort(study.margins))
    low, high = min(study.margins.min(), 0.0), max(study.margins.max(), edge)
    room = 0.08 * (high - low)
    frame = {"x": [0.5, n + 0.5], "y": [low - room, high + room]}

    whole = {"format": "d", "tickMinStep": 1}
    draw.axes("eigenvalue, sharpest first", "margin 2/δ − λ", x=whole, frame=frame)
    draw.hline("_zero", {"y": 0.0})
    draw.hline("_edge", {"y": edge}, look="muted")
    for parity, size, filled in (("odd", 46, False), ("even", 16, True)):
        table = {"x": np.arange(1, n + 1), "y": rows[parity]}
        draw.points(parity, table, look=COLOURS[parity], size=size, filled=filled)
    edge_name = {"x": n, "y": edge, "text": f"2/δ = {edge:.4g}: λ = 0"}
    draw.label("_zero_name", {"x": n, "y": 0.0, "text": "0: λ = 2/δ"}, align="right", dx=-2, dy=12)
    draw.label("_edge_name", edge_name, look="muted", align="right", dx=-2, dy=18)

    beyond = study.margins.min() < 0
    moving = "on a cycle" if study.limit.period > 1 else "where nothing rests"
    verdict = f"; {moving} a negative one is no verdict" if beyond else ""
    return (
        f"Margins of the exact Hessian of {loss_name(study)} at the last two iterates: rings odd, dots even. "
        f"The least are {rows['odd'][0]:.4g} (odd) and {rows['even'][0]:.4g} (even){verdict}."
    )
