"""Figure 2 as one picture: f, and what the network computes at the last odd and the last even steps."""

import numpy as np

from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.relu_oscillation.outcomes import beyond, nowhere_active
from pages.charts.relu_oscillation.parity import COLOURS, PARITIES, last_change
from stepsize_core.paper.relu_oscillation import Outcome, Study
from stepsize_core.paper.relu_oscillation.functions import polygons
from stepsize_core.paper.relu_oscillation.targets import OWN

DOTS = 200  # own points drawn as dots, at most
TARGET_POINTS = 400  # corners of the drawn target
SAME = 0.01  # functions closer than this share of the picture's height are one function
NAME_WIDTH = 0.3  # of the picture's width, kept free around another name
ROOM = 0.055  # of the picture's height, between a curve and its name


@figure("What the network computes at the last steps", height=432, flips=True)
def OVERLAY(study: Study, draw: Drawing) -> str:
    (x, y), functions = _target(study), study.last_functions
    values = np.concatenate([functions.ravel(), y])
    margin = 0.09 * (np.ptp(values) or 1.0)
    low, high = values.min() - margin, values.max() + margin

    draw.axes("input x", "output f̂(x)", frame={"x": study.grid[[0, -1]], "y": [low, high]})
    rows = slice(0) if study.limit.period else slice(None)  # a band only where nothing repeats
    band = {"x": study.grid[rows], "low": functions.min(axis=0)[rows], "high": functions.max(axis=0)[rows]}
    look = {
        "look": lambda style: style.outcomes[4],
        "fillOpacity": 0.22,
        "clip": True,
        "tooltip": None,
        "hides": True,
    }
    draw.mark("area", "envelope", band, y2="high", empty={"x": x[0], "low": y[0], "high": y[0]}, **look)
    own, first = study.params.target == OWN, {"x": x[0], "y": y[0]}
    data, nothing = {"x": x, "y": y}, {"x": x[:0], "y": y[:0]}
    draw.curve("f", nothing if own else data, look=lambda style: style.outcomes[6], width=7, empty=first)
    draw.points("own_points", data if own else nothing, look="ink", size=60, filled=False, empty=first)

    steps, shape = study.last_steps, polygons(study.objective, study.last_states)
    names = _names(study, high - low)
    k = np.broadcast_to(steps[:, None], shape.x.shape)
    for parity, width in zip(PARITIES, (3.4, 1.8)):
        look, played = COLOURS[parity], k % 2 == PARITIES.index(parity)
        limit = played & (k > steps[-1] - _length_of_limit(study))
        corners, frames, breakpoints = (
            {"k": k[keep], "x": shape.x[keep], "y": shape.y[keep]}
            for keep in (limit, played, limit & shape.breakpoint)
        )
        nowhere = {"k": 0, "x": corners["x"][0], "y": corners["y"][0]}
        places = {"xy": ("x", "y"), "look": look}
        draw.curve(parity, corners, width=width, by="k", play="faint", **places)
        draw.points(f"breakpoints_{parity}", breakpoints, size=30, empty=nowhere, hides=True, **places)
        draw.curve(f"_frames_{parity}", frames, width=2.6, by="k", play="at", **places)
        draw.name(f"_name_{parity}", names[parity], look=look, dy=4, play="faint")
    name = _name_of_target(study, x, y, (low, high), names)
    draw.name("_name_f", name, look="muted", dy=4, play="faint")

    words = [f"k = {step:,}, {PARITIES[step % 2]}" for step in steps]
    corner = {"x": study.grid[0], "y": high, "k": steps, "text": words}
    draw.label("_step_names", corner, look="ink", dx=4, dy=8, play="at")
    return _sentence(study, int(shape.breakpoint[-1].sum()))


def _sentence(study: Study, corners: int) -> str:
    gap, p, last = last_change(study).max(), study.limit.period, f"{study.last_steps[-1]:,}"
    switch = "switches" if corners == 1 else "switch"
    units = f"Dots: {corners} of {study.objective.hidden_units} hidden units {switch} inside the picture"
    if study.escape:
        ends = f"The run escapes at step {study.escape:,}{beyond(study)}"
        return f"{ends}; the picture ends at step {last}, while there is something to draw. {units}."
    if study.outcome is Outcome.DEAD:
        return f"Every unit is dead, {nowhere_active(study)}. {units}."
    if study.outcome is Outcome.ALTERNATION:
        return f"A damped alternation: at step {last} odd and even are still {gap:.2g} apart. {units}."
    if p == 1:
        return f"At rest: f̂_odd and f̂_even differ by {gap:.1g} at step {last}. {units}."
    if p == 2:
        return f"The last two functions differ by up to {gap:.3g}, step after step. {units}."
    if p > 2:
        return (
            f"All {p} functions of the cycle; “odd” and “even” are then only the last two of them, "
            f"{gap:.3g} apart. {units}."
        )
    return (
        f"Band: the envelope of the last {len(study.last_states)} functions. “Odd” and “even” are then only "
        f"the last two, {gap:.3g} apart. {units}."
    )


def _length_of_limit(study: Study) -> int:
    """How many of the last functions make up the limit: all p of a cycle, else the last two."""
    return max(2, study.limit.period)


def _target(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """The data, at most so many as can be told apart, from left to right."""
    most = DOTS if study.params.target == OWN else TARGET_POINTS
    order = np.argsort(study.objective.inputs[:, 0], kind="stable")
    keep = order[np.linspace(0, len(order) - 1, min(most, len(order))).astype(int)]
    return study.objective.inputs[keep, 0], study.objective.targets[keep, 0]


# Names


def _names(study: Study, height: float) -> dict[str, Table]:
    """Where the names of the last odd and the last even function go: beside the widest gap, one above."""
    before, last = study.last_functions[-2:]
    gap = last_change(study)
    place = int(np.argmax(gap[10:-10])) + 10
    one = gap.max() <= SAME * height
    tables = {}
    for step, own, other in zip(study.last_steps[-2:], (before, last), (last, before)):
        parity = PARITIES[step % 2]
        above = own[place] > other[place] if not one else parity == "odd"
        y = own[place] + (ROOM if above else -ROOM) * height
        name = f"f̂_{parity}" if study.limit.period == 2 else f"f̂ at k = {step:,}, the last {parity}"
        text = ("f̂_odd = f̂_even" if parity == "odd" else "") if one else name
        tables[parity] = {"x": study.grid[place], "y": y, "text": text}
    return tables


def _name_of_target(study: Study, x, y, window: tuple[float, float], names: dict[str, Table]) -> Table:
    """The name of f, above or below it, where functions and other names leave it most room."""
    low, high = window
    height, width = high - low, float(x[-1] - x[0]) or 1.0
    inner = slice(len(x) // 10, max(len(x) - len(x) // 10, 1))
    across = np.tile(x[inner], 2)
    up = np.concatenate([y[inner] + ROOM * height, y[inner] - ROOM * height])
    functions = study.last_functions[-_length_of_limit(study) :]
    room = np.min([np.abs(np.interp(across, study.grid, f) - up) for f in functions], axis=0) / height
    for name in names.values():
        aside = np.abs(across - name["x"]) / width > NAME_WIDTH
        room = np.minimum(room, np.where(aside, 1.0, np.abs(up - name["y"]) / height))
    inside = (up > low + 0.02 * height) & (up < high - 0.02 * height)
    i = int(np.argmax(np.where(inside, room, -1.0)))
    return {"x": across[i], "y": up[i], "text": "own points" if study.params.target == OWN else "f"}
