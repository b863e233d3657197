"""The phase of a record, step by step, and how often that of Example 1 slips."""

import altair as alt
import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing, Table, held, inside
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import by
from pages.charts.kit.raster import image_table
from pages.charts.kit.style import Style
from pages.charts.kit.text import minus
from pages.charts.oscillation_or_noise.words import nothing
from stepsize_core.paper import oscillation_or_noise as phenomenon
from stepsize_core.paper.oscillation_or_noise import SLIP_PATHS, SLIP_STEPS, Study, leading_slip_rate
from stepsize_core.paper.oscillation_or_noise.cases import EXAMPLE_1

ACROSS = 100  # steps of a row
LEAST_RATE = 1e-8
SIDES = "even steps below", "even steps above"


def _colours(style: Style) -> tuple[str, ...]:
    return style.background, style.odd, style.even


def _by_side(style: Style) -> alt.Color:
    looks = dict(zip(SIDES, _colours(style)[1:]))
    return by(alt.Color, "side", looks, alt.Legend(title=None, orient="top", symbolType="square"))


@figure("Phase: on which side the even steps are", height=300)
def PHASE(study: Study, draw: Drawing) -> str:
    draw.blank = bool(nothing(study))
    y = study.record - study.record.mean() if len(study.record) else np.zeros(1)
    above = (y > 0.0) == (np.arange(len(y)) % 2 == 0)  # the even steps above the mean, the odd ones below
    rows = max(1, -(-len(y) // ACROSS))
    cells = np.zeros(rows * ACROSS, np.uint8)
    cells[: len(y)] = np.where(above, 2, 1)
    cells = cells.reshape(rows, ACROSS)
    last = float(rows * ACROSS)
    axis = {"frame": {"step": [0.0, float(ACROSS)], "from": [last, 0.0]}}
    draw.axes("step within the row", "first step of the row", **axis)
    draw.picture("_picture", image_table(cells, _colours, (0.0, float(ACROSS)), (0.0, last)))
    key = {column: [0.0, 0.0] for column in ("step", "from", "end", "top")} | {"side": SIDES}
    draw.mark("rect", "_key", key, x2="end", y2="top", channels=_by_side)
    draw.painted("phase", lambda: {"step": np.arange(len(y)), "even_above": above.astype(int)})
    slips = int(np.count_nonzero(np.diff((y > 0.0).astype(int)) == 0)) if len(y) > 1 else 0
    if nothing(study):
        return nothing(study)
    phase = study.phase
    size = f"{abs(phase.statistic):.3g}".replace("inf", "∞")
    locked = {
        True: f"locked over the record (|T| = {size} above {phase.critical:.3g})",
        False: f"not locked (|T| = {size}, at most {phase.critical:.3g})",
        None: "not decided: the blocks are too short for the record's memory",
    }[phase.locked]
    return (
        f"Coloured by the side of the mean that the even steps are on. {slips:,} of {len(y) - 1:,} steps "
        f"stay on their side. The phase is {locked}."
    )


def _draw_chosen(draw: Drawing, chosen: Table, least: float) -> None:
    """A rule at s = σ_B/δ, with δ beside it; both move while δ is dragged."""
    columns = {column: [chosen[column]] if chosen else [] for column in ("s", "sigma", "text")}
    table = {"s": columns.pop("s"), "rate": [1.0] * len(columns["text"]), **columns}
    moves = held("step_size")
    moves = {"by": moves["by"], "s": inside(f"datum.sigma / {moves['step_size']}", "s")}
    none = {"s": least, "rate": 1.0, "sigma": 1.0}
    draw.vline("_chosen", table, look="chosen", drag=moves, empty=none)
    words = moves | {"text": f"'δ = ' + {moves['by']}"}
    draw.name("_chosen", look="chosen", inside=True, align="left", dx=5, dy=10, drag=words, xy=("s", "rate"))


@figure("Phase slips of Example 1", height=300, also=[call(phenomenon.slip_curve)])
def SLIPS(study: Study, curve, draw: Drawing) -> str:
    noise, rates = curve
    of_example = study.params.source == EXAMPLE_1
    delta, sigma = study.params.step_size, study.sigma
    s, drawn = sigma / delta, of_example and sigma > 0.0
    draw.blank = not of_example
    visited = np.log([min(noise[0], s), max(noise[-1], s)] if drawn else [noise[0], noise[-1]])
    ends = np.exp(draw.hold("s", visited, visited)).tolist()
    frame = {"s": ends, "rate": [LEAST_RATE, 1.0]}
    draw.axes("s = σ_B/δ", "slips per step", log="xy", frame=frame, whole=True)
    draw.curve("transfer", {"s": noise, "rate": rates}, look="theory")
    leading = np.clip(leading_slip_rate(noise), LEAST_RATE, 1.0)
    draw.curve("leading", {"s": noise, "rate": leading}, look="muted", width=1.2)
    measured = study.slips[0]
    seen = of_example and measured >= LEAST_RATE
    point = {"s": [s] if seen else [], "rate": [measured] if seen else []}
    _draw_chosen(draw, {"s": s, "sigma": sigma, "text": minus(f"δ = {delta:g}")} if drawn else {}, ends[0])
    draw.points("measured", point, size=90, empty={"s": noise[0], "rate": LEAST_RATE})
    names = {
        "s": [noise[5], noise[-5]],
        "rate": [rates[5], leading[-5]],
        "text": ["transfer operator", "2Φ(−1/(4s))"],
    }
    draw.name("_names", {c: v[:1] for c, v in names.items()}, look="theory", align="left", dx=10, dy=10)
    if drawn:
        draw.grip(x="step_size", over=sigma)
    draw.name("_leading", {c: v[1:] for c, v in names.items()}, look="muted", align="right", dy=-12)
    if not of_example:
        return "The slip rate has a law for Example 1 only, where it depends on s = σ_B/δ alone."
    if not np.isfinite(measured):
        return f"At s = {s:.3g} the noise is too small for a slip to be seen: there is no measurement."
    return (
        f"At s = {s:.3g}: {measured:.3g} slips per step on {SLIP_PATHS} paths of {SLIP_STEPS:,} steps under "
        f"normal noise, {study.slips[1]:.3g} by the transfer operator (dashed)."
    )
