"""Figure 2 as one picture: f, and what the network computes at the last odd and the last even steps."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.functions import polygons
from stepsize_core.paper.relu_oscillation.targets import OWN

PARITIES = ("even", "odd")  # by step % 2
DOTS = 200  # own points drawn as dots, at most
TARGET_POINTS = 400  # corners of the drawn target
SAME = 0.01  # functions closer than this share of the picture's height are one function
NAME_WIDTH = 0.3  # of the picture's width, kept free around another name
ROOM = 0.055  # of the picture's height, between a curve and its name


def colour_of(parity: str, style: Style) -> str:
    """The colour of odd and of even steps on every picture of the page."""
    return style.series[0] if parity == "odd" else style.series[2]


def count_of(number: int) -> str:
    """A step number with its thousands apart."""
    return f"{number:,}"


def functions_shown(study: Study) -> int:
    """How many of the last functions make up the limit: all p of a cycle, else the last two."""
    return min(max(2, study.limit.period), len(study.last_states))


# What stands in the tables


def _corners(study: Study, rows: slice) -> dict:
    """The graphs of some of the last states, corner by corner, with the step k of each."""
    shape = polygons(study.objective, study.last_states[rows])
    steps = np.broadcast_to(study.last_steps[rows, None], shape.x.shape)
    columns = {"k": steps, "x": shape.x, "y": shape.y, "breakpoint": shape.breakpoint}
    return {name: values.ravel() for name, values in columns.items()}


def _of_parity(table: dict, parity: str) -> dict:
    """The rows of a table whose step is odd, or even."""
    keep = table["k"] % 2 == PARITIES.index(parity)
    return {name: values[keep] for name, values in table.items()}


def _breakpoints(table: dict, parity: str) -> dict:
    own = _of_parity(table, parity)
    rows = {name: own[name][own["breakpoint"]] for name in ("k", "x", "y")}
    return layers.or_hidden(rows, k=0, x=float(own["x"][0]), y=float(own["y"][0]))


def _target(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """The data, at most so many as can be told apart, from left to right."""
    most = DOTS if study.params.target == OWN else TARGET_POINTS
    order = np.argsort(study.objective.inputs[:, 0], kind="stable")
    keep = order[np.linspace(0, len(order) - 1, min(most, len(order))).astype(int)]
    return study.objective.inputs[keep, 0], study.objective.targets[keep, 0]


def _window(study: Study) -> tuple[float, float]:
    """The lowest and the highest value on the picture, with room for the names."""
    values = [study.last_functions, _target(study)[1]]
    low, high = min(v.min() for v in values), max(v.max() for v in values)
    margin = 0.09 * (high - low or 1.0)
    return low - margin, high + margin


def _names(study: Study) -> dict[str, dict]:
    """Where the names of the last odd and the last even function go: beside the widest gap, one above."""
    low, high = _window(study)
    last, before = study.last_functions[-1], study.last_functions[-2]
    place = int(np.argmax(np.abs(last - before)[10:-10])) + 10
    steps = study.last_steps[-2:]
    height = high - low
    one = np.abs(last - before).max() <= SAME * height
    tables = {}
    for step, own, other in zip(steps, (before, last), (last, before)):
        parity = PARITIES[step % 2]
        above = own[place] > other[place] if not one else parity == "odd"
        y = own[place] + (ROOM if above else -ROOM) * height
        name = f"f̂_{parity}" if study.limit.period == 2 else f"f̂ at k = {count_of(step)}, the last {parity}"
        text = ("f̂_odd = f̂_even" if parity == "odd" else "") if one else name
        tables[parity] = {"x": [study.grid[place]], "y": [y], "text": [text]}
    return tables


def _name_of_target(study: Study, names: dict[str, dict]) -> dict:
    """The name of f, above or below it, where functions and other names leave it most room."""
    x, y = _target(study)
    low, high = _window(study)
    height, width = high - low, float(x[-1] - x[0]) or 1.0
    inner = slice(len(x) // 10, max(len(x) - len(x) // 10, 1))
    across = np.tile(x[inner], 2)
    up = np.concatenate([y[inner] + ROOM * height, y[inner] - ROOM * height])
    functions = study.last_functions[-functions_shown(study) :]
    room = np.min([np.abs(np.interp(across, study.grid, f) - up) for f in functions], axis=0) / height
    for name in names.values():
        aside = np.abs(across - name["x"][0]) / width > NAME_WIDTH
        room = np.minimum(room, np.where(aside, 1.0, np.abs(up - name["y"][0]) / height))
    inside = (up > low + 0.02 * height) & (up < high - 0.02 * height)
    i = int(np.argmax(np.where(inside, room, -1.0)))
    return {"x": [across[i]], "y": [up[i]], "text": ["own points" if study.params.target == OWN else "f"]}


def _envelope(study: Study) -> dict:
    """Between which values the last functions lie; no rows where they make up a cycle."""
    rows = slice(None) if study.limit.period == 0 else slice(0)
    low, high = study.last_functions.min(axis=0), study.last_functions.max(axis=0)
    return {"x": study.grid[rows], "low": low[rows], "high": high[rows]}


def _overlay_data(study: Study) -> dict:
    limit = _corners(study, slice(-functions_shown(study), None))
    frames = _corners(study, slice(None))
    x, y = _target(study)
    dots, nothing = study.params.target == OWN, {"x": x[:0], "y": y[:0]}
    low, high = _window(study)
    steps, names = study.last_steps, _names(study)
    tables = {
        "f": layers.or_hidden(nothing if dots else {"x": x, "y": y}, x=x[0], y=y[0]),
        "own_points": layers.or_hidden({"x": x, "y": y} if dots else nothing, x=x[0], y=y[0]),
        "envelope": layers.or_hidden(_envelope(study), x=x[0], low=y[0], high=y[0]),
        "_step_names": layers.in_steps(
            {
                "k": steps,
                "x": np.full(len(steps), study.grid[0]),
                "y": np.full(len(steps), high),
                "text": [f"k = {count_of(k)}, {PARITIES[k % 2]}" for k in steps],
            }
        ),
        "_name_f": _name_of_target(study, names),
        "_frame": {"x": [study.grid[0], study.grid[-1]], "y": [low, high]},
    }
    for parity in PARITIES:
        own = _of_parity(limit, parity)
        tables[parity] = {name: own[name] for name in ("k", "x", "y")}
        tables[f"breakpoints_{parity}"] = _breakpoints(limit, parity)
        played = _of_parity(frames, parity)
        tables[f"_frames_{parity}"] = layers.in_steps({name: played[name] for name in ("k", "x", "y")})
        tables[f"_name_{parity}"] = names[parity]
    return tables


def _overlay_draw(style: Style):
    across, up = layers.x(title="input x"), layers.y(title="output f̂(x)")
    band = alt.Chart(alt.NamedData("envelope")).mark_area(
        color=style.outcomes[4], fillOpacity=0.22, clip=True, tooltip=None
    )
    band = band.encode(across, layers.y("low", "output f̂(x)"), alt.Y2("high:Q"))
    target = layers.unless_hidden(layers.curve("f", across, up, style.outcomes[6], width=7))
    marks = [
        layers.frame(across, up),
        layers.unless_hidden(band),
        target,
        layers.unless_hidden(layers.points("own_points", across, up, style.ink, size=60, filled=False)),
    ]
    for parity, width in zip(PARITIES, (3.4, 1.8)):
        colour = colour_of(parity, style)
        curve = layers.curve(parity, across, up, colour, width=width, by="k")
        corners = layers.points(f"breakpoints_{parity}", across, up, colour, size=30)
        played = layers.curve(f"_frames_{parity}", across, up, colour, width=2.6, by="k")
        marks += [
            layers.faint_in_playback(curve),
            layers.unless_hidden(corners),
            layers.at_step(played),
            *_name(f"_name_{parity}", across, up, colour, style),
        ]
    step = layers.label("_step_names", across, up, style.ink, dx=4, dy=8)
    names = _name("_name_f", across, up, style.muted, style)
    return alt.layer(*marks, *names, layers.at_step(step)).add_params(layers.playback())


def _name(table: str, across, up, colour: str, style: Style) -> list[alt.Chart]:
    """A name in the colour of its curve, in a halo that keeps it legible over the others."""
    halo = alt.Chart(alt.NamedData(table)).mark_text(
        stroke=style.background, strokeWidth=4, align="center", dy=4, fontSize=12
    )
    halo = halo.encode(across, up, alt.Text("text:N"))
    name = layers.label(table, across, up, colour, align="center", dx=0, dy=4)
    return [layers.faint_in_playback(halo), layers.faint_in_playback(name)]


def _overlay_describe(study: Study) -> str:
    gap = float(np.abs(study.last_functions[-1] - study.last_functions[-2]).max())
    corners = int(polygons(study.objective, study.last_states[-1:]).breakpoint.sum())
    units = f"Dots: {corners} of {study.params.hidden_units} hidden units switch inside the picture"
    p, last = study.limit.period, count_of(study.last_steps[-1])
    if study.limit.kind.value == "diverged":
        return f"The run escapes; the picture ends at step {last}, while there is something to draw. {units}."
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


OVERLAY = Figure(
    name="overlay",
    title="What the network computes at the last steps",
    data=_overlay_data,
    draw=_overlay_draw,
    describe=_overlay_describe,
    height=432,
    steps=True,
)
