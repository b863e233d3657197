"""Where runs land, over the step size and for two to four layers; what label noise does to balance."""

from itertools import compress

import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import draw_chosen_below
from pages.charts.scalar.names import covered_by, draw_names, placed
from stepsize_core.paper import edge_of_the_arc as phenomenon
from stepsize_core.paper.edge_of_the_arc import ALIKE, TARGET, Forgetting, Lands, Study
from stepsize_core.paper.edge_of_the_arc.diagrams import DEPTHS as LAYERS
from stepsize_core.paper.edge_of_the_arc.diagrams import STEPS

POINTS = 201
TOP = 1.45
SIDES = (420.0, 270.0)  # pixels inside the axes, as is usual
SYMBOLS = "circle", "triangle-up", "square"


def _series(i: int):
    return lambda style: style.series[i]


def _lands_of(study: Study) -> tuple[Call, ...]:
    p = study.params
    return (call(phenomenon.lands, p.layers, p.shape if p.layers > 2 else ALIKE, p.w1),)


@figure("Where runs from beside this optimum land", height=262, also=_lands_of)
def LANDS(study: Study, found: Lands, draw: Drawing) -> str:
    p, s = study.params, study.params.sharpness
    ends = float(found.step_sizes[0]), float(found.step_sizes[-1])
    top = TOP * s
    draw.axes("step size δ", "S at the end", frame={"step_size": ends, "y": [0.0, top]}, whole=True)
    rested = np.isfinite(found.ends)
    deltas, edge = found.step_sizes, 2.0 / found.step_sizes
    draw.hline("_begins", {"step_size": ends[0], "y": s, "text": f"S₀ = {s:.4g}"}, look="muted")
    seen = edge <= top
    draw.curve("edge", {"step_size": deltas[seen], "y": edge[seen]}, look="ink", width=1.4)
    image = 2.0 * edge - s
    kept = (edge <= s) & (image >= found.flattest)
    none = {"step_size": ends[0], "y": s}
    ended = {"step_size": deltas[rested], "y": found.ends[rested], "beyond": found.beyond[rested] > 1.0}
    ended["allowed"] = ended["beyond"] & (ended["y"] <= edge[rested] * (1.0 + 1e-6))
    draw.curve("mirror", {"step_size": deltas[kept], "y": image[kept]}, look="theory", empty=none)
    draw.hline(
        "flattest", {"step_size": ends[0], "y": found.flattest, "text": f"flattest: {found.flattest:g}"}
    )
    draw.points("ends", ended, size=22, empty=none | {"beyond": False, "allowed": False}, hides=True)
    draw.name("flattest", look="theory", align="left", dx=4, dy=9)
    draw.name("_begins", look="muted", align="left", dx=4, dy=-8)
    at = {"step_size": 2.0 / (0.95 * top), "y": 0.93 * top, "text": "2/δ"}
    draw.name("_edge", at, align="left", dx=8)
    draw_chosen_below(draw, p.step_size, ends)
    draw.grip(x="step_size", snaps=[2.0 / s])
    lost, further, allowed = (int(n.sum()) for n in (~rested, ended["beyond"], ended["allowed"]))
    which = "all of them" if allowed == further else f"{allowed} of them"
    rest = f"{further} come to rest, {which} at or below 2/δ" if further else "none comes to rest"
    return (
        f"{len(deltas)} runs of gradient descent, {STEPS:,} steps from beside S₀; {lost} not at rest. "
        f"Dashed: the mirror image 4/δ − S₀. Of the runs beyond 2/S₀ = {2.0 / s:.4g}, {rest}."
    )


@figure(
    "Two, three and four layers", height=380, also=lambda study: (call(phenomenon.depths, study.params.w1),)
)
def DEPTHS(study: Study, found: tuple[Lands, ...], draw: Drawing) -> str:
    ends = float(found[0].beyond[0]), float(found[0].beyond[-1])
    frame = {"beyond": ends, "y": [0.0, 1.25]}
    draw.axes("δS₀/2 at the start", "δS/2 at the end", frame=frame, whole=True)
    draw.hline("_edge", {"beyond": ends[0], "y": 1.0, "text": "the edge"}, look="muted")
    line = np.array([1.0, ends[1]])
    draw.curve("mirror", {"beyond": line, "y": 2.0 - line}, look="theory")
    draw.name("_mirror", {"beyond": ends[1], "y": 2.0 - ends[1], "text": "mirror image"}, look="theory",
              align="right", dx=-4, dy=12)  # fmt: skip
    rows = []
    for i, lands in enumerate(found):
        y = lands.ends * lands.step_sizes / 2.0
        rested = np.isfinite(y)
        draw.points(f"layers_{LAYERS[i]}", {"beyond": lands.beyond[rested], "y": y[rested]}, look=_series(i),
                    size=30, shape=SYMBOLS[i])  # fmt: skip
        at = {"beyond": ends[0] + 0.02, "y": 1.19 - 0.07 * i, "text": f"{LAYERS[i]} layers"}
        draw.name(f"_layers_{LAYERS[i]}", at, look=_series(i), align="left", dx=10)
        draw.points(f"_layers_{LAYERS[i]}", look=_series(i), size=50, shape=SYMBOLS[i])
        near = rested & (lands.beyond > 1.02) & (lands.beyond < 1.4)
        low = f"{np.min(y[near]):.3g}" if near.any() else "none at rest"
        rows.append(f"{LAYERS[i]} layers: {low}")
    draw.name("_edge", look="muted", align="left", dx=4, dy=10)
    return (
        f"Runs from beside the optimum with w₁ = {study.params.w1:g}, the other layers alike. The least "
        f"δS/2 at the end for δS₀/2 between 1.02 and 1.4: {', '.join(rows)}."
    )


def _forgetting_of(study: Study) -> tuple[Call, ...]:
    p, balance, error = study.params, float(study.balance[0]), float(study.errors[0])
    return (call(phenomenon.forgetting, balance, p.step_size, p.noise, p.seed, p.n_steps, p.inputs, error),)


@figure("How fast label noise forgets the start", height=330, also=_forgetting_of)
def FORGETTING(study: Study, found: Forgetting, draw: Drawing) -> str:
    p, last = study.params, found.means.shape[1] - 1
    steps = np.unique(np.linspace(0, last, POINTS).astype(int))
    top = 1.15 * p.sharpness
    frame = {"k": [0, last], "y": [1.5, top]}
    draw.axes("step k", "S of the optimum with the mean D", frame=frame, whole=True)
    flattest = {"k": 0.0, "y": 2.0 * TARGET, "text": "the flattest optimum: 2"}
    draw.hline("flattest", flattest, look="muted")
    said, lines = [], []
    none = {"k": 0, "y": top}
    for i, batch in enumerate(found.batches):
        rows = {}
        for name, values in (("mean", found.means[i]), ("predicted", found.predicted[i])):
            sharpness = np.hypot(values[steps], 2.0 * TARGET)
            kept = sharpness <= top
            rows[name] = {"k": steps[kept], "y": sharpness[kept]}
        word = f"B = {batch}"
        draw.curve(f"mean_{batch}", rows["mean"], look=_series(i), width=2.2, play=True, empty=none)
        draw.curve(f"predicted_{batch}", rows["predicted"], look="theory", empty=none)
        lines.append((word, np.column_stack([rows["mean"]["k"], rows["mean"]["y"]])))
        end = float(np.hypot(found.means[i, -1], 2.0 * TARGET))
        said.append(f"{word}: {end:.3g}" if end <= top else f"{word}: paths are lost")
    draw.name("flattest", look="muted", align="left", dx=4, dy=10)
    ink = [line for _, line in lines] + [
        covered_by(flattest["text"], (0.2 * last, 1.9), ((0, last), (1.5, top)))
    ]
    names = placed([(word, line[::-8]) for word, line in lines if len(line)],
                   ((0.0, float(last)), (1.5, top)), np.concatenate(ink), sides=SIDES)  # fmt: skip
    for i, (word, _) in enumerate(lines):
        kept = [text == word for text in names["text"]]
        own = {column: [*compress(values, kept)] for column, values in names.items()}
        draw_names(draw, f"_name_{found.batches[i]}", own, corner=none, look=_series(i))
    return (
        f"{found.n_paths} paths for each B, seed {p.seed}, σ = {p.noise:g}. Dashed: the recursion of the "
        f"mean of D = w₁² − w₂². S after {last:,} steps: {'; '.join(said)}."
    )
