"""Example 2 over step sizes and batch sizes, and how paths leave a minimum."""

import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import draw_chosen_below
from pages.charts.kit.raster import image_table
from pages.charts.kit.style import Style
from pages.charts.sampled_gradients.ends import by_end, looks
from stepsize_core.paper import sampled_gradients as phenomenon
from stepsize_core.paper.sampled_gradients import (
    END_STEPS,
    ENDS,
    ESCAPE_STEPS,
    LAYERS,
    EndsByBatch,
    Escapes,
    Study,
)
from stepsize_core.paper.sampled_gradients.minima import RESHUFFLED

FINE, WIDE = 24, 6  # rows and columns of the picture for a batch size and a step size
ELSEWHERE = ENDS.index("stays elsewhere")
LEAST = 1e-4  # share of paths


def _paint(style: Style) -> tuple[str, ...]:
    return tuple(looks(style).values())


def _by_batch(study: Study) -> tuple[Call, ...]:
    return (call(phenomenon.ends_by_batch, study.params.seed),)


@figure("Example 2, sampled: every δ and B", height=330, also=_by_batch)
def ENDS_BY_BATCH(study: Study, found: EndsByBatch, draw: Drawing) -> str:
    deltas, batches = found.step_sizes, found.batch_sizes
    half = float(deltas[1] - deltas[0]) / 2.0
    ends, rows = (float(deltas[0]) - half, float(deltas[-1]) + half), (0.5, len(batches) + 0.5)
    frame = {"step_size": ends, "batch": rows}
    draw.axes("step size δ", "batch size B", y={"values": batches}, frame=frame, whole=True)
    reached = np.cumsum(found.counts, axis=2) / found.n_paths
    level = (np.arange(FINE) + 0.5) / FINE
    cells = (level[:, None, None] > reached[:, None]).sum(axis=-1)
    indices = np.repeat(cells.reshape(-1, len(deltas)), WIDE, axis=1)
    draw.picture("_picture", image_table(indices, _paint, ends, rows))
    none = dict.fromkeys(("step_size", "end"), ends[0]) | dict.fromkeys(("batch", "top"), rows[0])
    legend = {column: [value] * len(ENDS) for column, value in none.items()} | {"outcome": list(ENDS)}
    draw.mark("rect", "_legend", legend, x2="end", y2="top", channels=by_end)
    n, m = found.counts.shape[:2]
    table = {"step_size": np.tile(np.repeat(deltas, 4), n), "batch": np.repeat(batches, 4 * m)}
    draw.painted("shares", table | {"outcome": list(ENDS) * (n * m), "count": found.counts.ravel()})
    draw.hline("_between", {"batch": batches[:-1] + 0.5}, look="background")
    limit = {"step_size": found.limits.T.ravel(), "batch": np.tile(batches - 0.5, 2)}
    limit["batch_end"] = limit["batch"] + 1.0
    inside = limit["step_size"] < ends[1]
    limit = {column: values[inside] for column, values in limit.items()}
    draw.mark("rule", "limits", limit, y2="batch_end", look="background", strokeWidth=6)
    draw.mark("rule", "limits", y2="batch_end", look="ink", strokeWidth=2.4)
    draw_chosen_below(draw, study.params.step_size, ends)
    draw.grip(x="step_size")
    left = found.counts[:, :, ELSEWHERE].sum(axis=1)
    said = ", ".join(f"{int(left[b - 1])} for B = {b}" for b in (1, 2, 5, n))
    return (
        f"Shares of {found.n_paths} random starts in [0, 2.6] in every cell, {END_STEPS} steps, seed "
        f"{study.params.seed}, batches drawn afresh. Lines: almost-sure bounds of x = 2 and x = 1. Of "
        f"{m * found.n_paths:,} for each B so many end neither at a minimum nor far out: {said}."
    )


def _escapes_of(study: Study) -> tuple[Call, ...]:
    return (call(phenomenon.escapes, study.params),)


@figure("How many paths leave, by the distance at the start", height=300, also=_escapes_of)
def ESCAPES(study: Study, found: Escapes, draw: Drawing) -> str:
    at, kappa = found.distances, found.exponent
    seen = found.shares >= LEAST
    lowest = max(LEAST, 0.3 * float(found.shares[seen].min(initial=1.0)))
    lowest = draw.hold("share", (np.log(lowest), np.log(1.5)), (np.log(lowest), np.log(1.5)))[0]
    lowest = float(np.exp(lowest))
    frame = {"distance": [0.7 * at[0], 1.4 * at[-1]], "share": [lowest, 1.5]}
    draw.axes("distance ε at the start", "share that leaves", log="xy", frame=frame, whole=True)
    table = {"distance": at, "share": found.shares, "low": np.maximum(found.low, lowest), "high": found.high}
    table = {column: values[seen] for column, values in table.items()}
    none = {"distance": at[0], "share": lowest, "low": lowest, "high": lowest}
    lawful = 0.0 < kappa < np.inf and bool(seen.any())
    law = (at / at[seen][0]) ** kappa * found.shares[seen][0] if lawful else np.full(len(at), np.nan)
    inside = (law >= lowest) & (law <= 1.5)
    draw.curve("law", {"distance": at[inside], "share": law[inside]}, look="theory",
               empty={"distance": at[0], "share": lowest})  # fmt: skip
    draw.mark("rule", "shares", table, xy=("distance", "low"), y2="high", look="ink", empty=none)
    draw.points("shares", size=60)
    text = [f"slope κ = {kappa:.3g}"] * int(lawful)
    name = {"distance": at[-1:] if lawful else [], "share": law[-1:] if lawful else [], "text": text}
    draw.name("_law", name, look="theory", align="right", dx=-8, dy=-12,
              empty={"distance": at[0], "share": lowest})  # fmt: skip
    draw.blank = not seen.any()
    if study.params.minimum.replacement == RESHUFFLED:
        return (
            "Reshuffled samples have no exponent κ: an epoch's factor is the same in every order. Below the "
            "almost-sure bound starts near enough never leave, and above it near starts always do."
        )
    first = f"{found.n_paths:,} paths from each ε, {ESCAPE_STEPS} steps, seed {study.params.seed}"
    if study.params.system == LAYERS:
        first += ", ε = |w₁w₂ − r|"
    if draw.blank:
        return f"{first}: none leaves."
    if not lawful:
        return f"{first}, with 95 % Wilson intervals: from the almost-sure bound on near starts leave too."
    return (
        f"{first}, with 95 % Wilson intervals. Dashed: the slope κ = {kappa:.4g}, for small ε; it is where "
        f"E|1 − δ{'S₀q' if study.params.system == LAYERS else 'a'}_B|^κ is one."
    )
