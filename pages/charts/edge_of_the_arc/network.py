"""A small network: its exact sharpness along training against 2/δ, its loss, and what it learns."""

import numpy as np

from pages.charts.edge_of_the_arc.run import drawn_steps, times
from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.style import FINE_DASH
from stepsize_core.networks.two_layers import MOST_SEEN, Training
from stepsize_core.paper import edge_of_the_arc as phenomenon
from stepsize_core.paper.edge_of_the_arc import NetworkStudy

HIGHEST = 2.5  # of the larger of the first sharpness and 2/δ
NEAR_EDGE = 3.0  # 2/δ is drawn up to so many times the largest sharpness
ROOM = 1.15
HEIGHT, FAR = 1.8, 1e6  # up to which f is drawn; values beyond are lost
LEAST, ROUNDING = 1e-16, 1e-12  # a loss; a relative change that is none


def _training_of(study: NetworkStudy) -> tuple[Call, ...]:
    return (
        call(
            phenomenon.training, study.params, MOST_SEEN, study.text, label="Training with exact sharpness …"
        ),
    )


def crossings(seen: np.ndarray, sharpness: np.ndarray, edge: float) -> np.ndarray:
    """The steps, between those seen, at which the sharpness crosses the edge."""
    gap = sharpness - edge
    at = np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0.0)
    return seen[at] + (seen[at + 1] - seen[at]) * gap[at] / (gap[at] - gap[at + 1])


@figure("The exact sharpness of a network along its training", height=430, also=_training_of)
def TRAINING(study: NetworkStudy, found: Training, draw: Drawing) -> str:
    p, edge = study.params, study.edge
    known = found.sharpness[np.isfinite(found.sharpness)]
    survives = np.isfinite(found.losses[-1])
    top = float(known.max()) if survives else HIGHEST * max(float(known[0]), edge)
    largest = float(known[known <= top].max())
    wanted = ROOM * max(largest, edge if edge <= NEAR_EDGE * largest else 0.0)
    high = draw.hold("sharpness", (0.0, wanted), (0.0, largest))[1]
    draw.axes("step k", "λ_max of the Hessian", frame={"k": [0, p.n_steps], "y": [0.0, high]}, whole=True)
    inside = np.isfinite(found.sharpness) & (found.sharpness <= high)
    shown = len(inside) if inside.all() else int(np.argmin(inside))
    none = {"k": 0, "y": 0.0}
    rule = [edge] if edge <= high else []
    table = {"k": [0.985 * p.n_steps] * len(rule), "y": rule, "text": [f"2/δ = {edge:.4g}"] * len(rule)}
    draw.hline("edge", table, empty=none)
    draw.name("edge", look="theory", align="right", dy=-8, empty=none)
    path = {"k": found.seen[:shown].astype(np.int32), "y": found.sharpness[:shown]}
    draw.run("sharpness", path, dragged=None, empty=none)
    at = crossings(found.seen[:shown], found.sharpness[:shown], edge)
    ticks = {"k": at, "y": np.full(len(at), edge)}
    draw.points("crossings", ticks, look="chosen", size=16, play=True, hides=True, empty=none)
    every = crossings(found.seen, found.sharpness, edge)
    said = f" From one of these to the next it {times(len(every)).format('crosses 2/δ')}"
    said += f", first near step {every[0]:,.0f}." if len(every) else "."
    many = len(known) > 1
    each = " in each" if p.network_layers > 2 else ""
    lost = "" if survives else " The run diverges."
    return (
        f"λ_max at {len(known)} step{'s' * many}, from the exact Hessian of {p.network_size} parameters in "
        f"{p.network_layers} layers, {p.units} hidden units{each}: first "
        f"{known[0]:.4g}, at most {known.max():.4g}, last {known[-1]:.4g}.{said * many}{lost}"
    )


@figure("The loss of the network", height=262)
def LOSS(study: NetworkStudy, draw: Drawing) -> str:
    losses = study.training.losses
    known = np.isfinite(losses) & (losses > LEAST)
    top = 10.0 * max(float(losses[0]), LEAST)
    if np.isfinite(losses[-1]):
        top = max(top, float(losses.max()))
    seen = losses[known & (losses <= top)]
    least, most = float(seen.min(initial=top)), float(seen.max(initial=LEAST))
    low, high = draw.hold(
        "loss", (np.log10(least) - 0.3, np.log10(most) + 0.3), (np.log10(least), np.log10(most))
    )
    low, high = 10.0**low, 10.0**high
    frame = {"k": [0, study.params.n_steps], "y": [low, high]}
    draw.axes("step k", "loss", log="y", frame=frame, whole=True)
    inside = known & (losses >= low) & (losses <= high)
    shown = len(inside) if inside.all() else int(np.argmin(inside))
    k = drawn_steps(shown - 1)
    draw.run("loss", {"k": k.astype(np.int32), "y": losses[k]}, dragged=None, empty={"k": 0, "y": high})
    finite = losses[np.isfinite(losses)]
    if len(finite) < len(losses):
        return f"It begins at {losses[0]:.4g} and goes beyond all numbers within {len(finite):,} steps."
    rises, end = int(np.sum(finite[1:] > finite[:-1] * (1.0 + ROUNDING) + LEAST)), finite[-1]
    return f"From {losses[0]:.4g} to {end:.4g}; the loss rises at {rises:,} of {len(losses) - 1:,} steps."


@figure("What the network learns", height=236)
def FIT(study: NetworkStudy, draw: Drawing) -> str:
    x, y = phenomenon.points_of(study.params, study.text)
    found = study.training
    draw.axes("x", "f(x)", frame={"x": [-1.05, 1.05], "y": [-HEIGHT, HEIGHT]}, whole=True)
    lines = ("before", found.first, "muted", FINE_DASH), ("after", found.last, "measured", ())
    for name, values, look, dash in lines:
        kept = np.abs(values) <= FAR
        none = {"x": 0.0, "y": 0.0}
        draw.curve(name, {"x": x[kept], "y": values[kept]}, look=look, dash=dash, width=2.0, empty=none)
    gaps = np.abs(found.last - y)
    draw.points("points", {"x": x, "y": y, "gap": gaps}, look="ink", size=30, filled=False)
    gap = float(gaps.max())
    out = "" if np.abs(found.last).min() <= HEIGHT else ", outside this picture"
    said = f"at most {gap:.3g} from its points{out}" if gap <= FAR else "lost"
    return f"Rings: the {len(x)} points, {study.params.points}. Dotted: f before. After training f is {said}."
