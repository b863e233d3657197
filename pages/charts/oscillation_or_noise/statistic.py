"""The half steps of a record as a histogram, and R on its line."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.oscillation_or_noise.words import nothing, verdict
from stepsize_core.paper.oscillation_or_noise import Study
from stepsize_core.paper.oscillation_or_noise.theory import GAUSSIAN
from stepsize_core.sampling.records import ONE_HUMP

BINS, CURVE = 48, 161
REACH = 0.999  # quantile of |a| that the histogram reaches to
LINE = (0.97, 1.78)  # R on the line, at least
HEAD_ROOM, ABOVE = 1.16, 1.25  # of half steps; of densities, which grow as these shrink and scatter by bins


@figure("Half steps: two humps or one", height=214)
def HISTOGRAM(study: Study, draw: Drawing) -> str:
    draw.blank, record = bool(nothing(study)), study.record
    steps = np.diff(record) / 2.0 if study.found else np.zeros(1)
    twins = np.diff(study.twin) / 2.0
    reach = 1.15 * float(np.quantile(np.abs(steps), REACH)) or 1.0
    _, end = draw.hold("a", (-reach, reach), (-reach / HEAD_ROOM, reach / HEAD_ROOM))
    edges = np.linspace(-reach, reach, BINS + 1)
    share, other = (np.histogram(a, edges)[0] / len(a) / np.diff(edges) for a in (steps, twins))
    a = np.linspace(-end, end, CURVE)
    predicted = np.full(CURVE, np.nan)
    if study.law is not None:
        predicted = study.law.half_steps(a / study.unit) / study.unit
    highest = max(float(share.max()), float(other.max()), 1e-300)
    _, top = draw.hold("density", (0.0, ABOVE * highest), (0.0, highest))
    frame = {"a": [-end, end], "density": [0.0, top]}
    draw.axes("half step a = (y[k] − y[k−1])/2", "density", y={"tickCount": 3}, frame=frame, whole=True)
    bars = {"a": edges[:-1], "density": share, "to": edges[1:], "zero": np.zeros(BINS)}
    draw.mark("rect", "half_steps", bars, look="measured", x2="to", y2="zero", opacity=0.55)
    middle = {"a": (edges[1:] + edges[:-1]) / 2.0, "density": other}
    draw.curve("noise", middle, look="muted", width=1.6, interpolate="step")
    kept = np.isfinite(predicted) & (predicted <= top)
    draw.curve("predicted", {"a": a, "density": np.where(kept, predicted, np.nan)}, look="theory")
    n = min(study.params.n_steps, len(steps))
    now = {"k": np.arange(1, n + 1), "a": np.clip(steps[:n], -end, end), "density": np.zeros(n)}
    draw.points("now", now, xy=("a", "density"), size=10, opacity=0.35, play=True)
    draw.head("now", xy=("a", "density"))
    if nothing(study):
        return nothing(study)
    two = {True: "two humps by R", False: "not two humps by R", None: "undecided by R"}
    theory = " Dashed: predicted for normal noise." if study.law is not None else ""
    return (
        f"Filled: {len(steps):,} half steps, {two[study.found.oscillates]}. Stepped: noise at a stable "
        f"minimum with ρ₁ = {study.twin_found.lag_one:.2f}.{theory}"
    )


@figure("R: 1 on a 2-cycle, at least 4/3 for one hump", height=132)
def RATIO(study: Study, draw: Drawing) -> str:
    draw.blank = bool(nothing(study))
    pair = [found for found in (study.found, study.twin_found) if found is not None]
    ratio = np.array([found.ratio for found in pair])
    half = np.array([study.margin * found.error for found in pair])
    visited = min([LINE[0], *(ratio - 0.02)]), max([LINE[1], *np.fmin(ratio + half + 0.02, 2.0 * ratio)])
    low, high = draw.hold("R", visited, visited)
    place = np.array([1.6, 0.6])[: len(pair)]
    frame = {"R": [low, high], "row": [0.0, 3.0]}
    hidden = {"labels": False, "ticks": False, "grid": False, "domain": False}
    draw.axes("R = mean a² / (mean |a|)²", None, y=hidden, frame=frame, whole=True)
    marks = {"R": [1.0, ONE_HUMP, GAUSSIAN], "row": 3.0, "text": ["1", "4/3", "π/2"]}
    draw.vline("_marks", marks)
    draw.name("_marks", xy=("R", "row"), look="theory", align="left", dx=4, dy=8)
    spans = {
        "R": np.clip(ratio - half, low, high), "row": place, "to": np.clip(ratio + half, low, high),
    }  # fmt: skip
    look = {"xy": ("R", "row"), "x2": "to", "strokeWidth": 4, "opacity": 0.6}
    empty = {"R": low, "row": 0.0, "to": low}
    draw.mark("rule", "intervals", spans, look="measured", empty=empty, **look)
    texts = [f"{name} {value:.3f}" for name, value in zip(("record", "noise"), ratio)]
    draw.points("ratios", {"R": ratio, "row": place}, size=90, empty={"R": low, "row": 0.0})
    left = ratio > (low + high) / 2.0
    for name, side, align, dx in (("_left", left, "right", -9), ("_right", ~left, "left", 9)):
        names = {"R": ratio[side], "row": place[side], "text": np.array(texts)[side]}
        draw.name(name, names, align=align, dx=dx, dy=-9, empty={"R": low, "row": 0.0})
    if nothing(study):
        return nothing(study)
    return f"{verdict(study)}. Bars: 99 % one-sided intervals. π/2: Gaussian noise, whatever its ρ₁."
