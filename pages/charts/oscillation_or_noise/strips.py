"""The two strips that look alike, and the run whose batch is frozen."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.oscillation_or_noise.words import frozen_words, nothing, subject
from stepsize_core.paper.oscillation_or_noise import Study

HALF = 0.8  # height of a strip about its line, of 1
ROOM = 1.25  # half the height of a strip with its name
MARGIN = 0.12  # share of the height above and below


@figure("Which strip oscillates?", height=430)
def STRIPS(study: Study, draw: Drawing) -> str:
    n = study.params.n_steps
    draw.axes("step", None, y={"labels": False, "ticks": False, "grid": False},
              frame={"k": [0, n], "y": [-2.0 * ROOM, 2.0 * ROOM]}, whole=True)  # fmt: skip
    draw.blank = bool(nothing(study))
    of_run, of_noise = HALF * study.strips
    upper, lower = (of_run, of_noise) if study.on_top else (of_noise, of_run)
    draw.hline("_middle", {"y": [ROOM, -ROOM]}, look="muted")
    for name, values, at in (("upper", upper, ROOM), ("lower", lower, -ROOM)):
        strip = {"k": np.arange(len(values)), "y": at + values}
        draw.run(name, strip, memory=0.5, width=2.0, by_points=True)
    ends = {"k": [0, 0], "y": [2.0 * ROOM, 0.0]}
    draw.name("_letters", {**ends, "text": ["A", "B"]}, align="left", dx=6, dy=14, size=15)
    named = ("the run", "noise at a stable minimum")
    answers = named if study.on_top else named[::-1]
    where = {"k": [n, n], "y": [2.0 * ROOM, 0.0], "text": list(answers)}
    draw.name("_answers", where, align="right", dx=-6, dy=14, look="theory", hides=True, play=True)
    if nothing(study):
        return nothing(study)
    place = "the upper" if study.on_top else "the lower"
    shown = study.strips.shape[1] - 1
    return (
        f"Two records, seed {study.params.seed}: the first {shown} steps of each, about its mean, on one "
        f"scale. {subject(study)} is {place} strip, the other is noise at a stable minimum."
    )


@figure("Freeze the batch", height=430)
def FREEZE(study: Study, draw: Drawing) -> str:
    n, frozen = study.params.n_steps, study.frozen
    before = study.record[-n - 1 : -1]
    after = np.zeros(1) if frozen is None else frozen.record[: n + 1]
    y = np.concatenate([before, after])
    step = np.arange(len(y)) - len(before)
    seen = np.isfinite(y)
    y, step = y[seen], step[seen]
    low, high = (float(y.min()), float(y.max())) if len(y) else (0.0, 1.0)
    room = MARGIN * (high - low) or 1.0
    low, high = draw.hold("y", (low - room, high + room), (low - room / 2.0, high + room / 2.0))
    draw.axes("step, 0 where the batch is frozen", "x, or f̂(0.5) of a network", y={"tickCount": 5},
              frame={"step": [-n, n], "y": [low, high]}, whole=True)  # fmt: skip
    draw.blank = frozen is None or not len(y) or bool(study.escaped)
    draw.vline("_frozen", {"step": [0]}, look="ink", strokeWidth=1.6)
    run = {"step": step, "y": y, "k": step + len(before)}
    draw.run("run", run, order="k", memory=0.55, width=2.0, by_points=True)
    words = ["batches drawn anew", "the full batch"]
    names = {"step": [0, 0], "y": [high] * 2, "text": words}
    draw.name("_batches", {c: v[:1] for c, v in names.items()}, align="right", dx=-8, dy=12)
    draw.name("_full", {c: v[1:] for c, v in names.items()}, align="left", dx=8, dy=12)
    if frozen is None and not study.escaped:
        return (
            "A record alone cannot be frozen: go on from your last weights with the full batch, and paste "
            "what comes."
        )
    if draw.blank:
        return nothing(study)
    return f"{subject(study)}, and from the rule on with the full batch. {frozen_words(study)}"
