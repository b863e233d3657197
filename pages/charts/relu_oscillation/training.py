"""A ReLU network along training: loss by parity, how far its function moves, sharpness against 2/δ."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.relu_oscillation.overlay import PARITIES, colour_of, count_of
from stepsize_core.limits import LimitKind
from stepsize_core.paper.relu_oscillation import Curve, Study

SMALLEST_GAP = 1e-17  # gaps of exactly 0 are drawn here
ROUNDING = 1e-9  # of the function's size: gaps below are no alternation
FEW = 20  # losses of one parity that are drawn as points too, since a line needs more than one
NAME_FACTOR = 0.1  # of the decades shown, between a curve and its name


def loss_name(study: Study) -> str:
    """The loss that is trained, in formula."""
    return "Σ|f̂ − f|²" if study.objective.loss_scale == 1.0 else "½ Σ|f̂ − f|²"


def _decades(*values: np.ndarray) -> tuple[float, float]:
    """The smallest and the largest positive value, with some room; a tenth either way where all are equal."""
    positive = np.concatenate([np.ravel(v)[np.ravel(v) > 0] for v in values])
    low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
    room = max((high / low) ** 0.06, 1.1)
    return low / room, high * room


# The loss


def _loss_data(study: Study) -> dict:
    steps, values = study.losses.steps, study.losses.values
    level = study.learned_level
    levels = [level] if level > 0 else []
    low, high = _decades(values, np.array(levels))
    tables = {
        "level": layers.or_hidden({"y": levels}, y=low),
        "_level_name": layers.or_hidden(
            {"x": [steps[-1]] * len(levels), "y": levels, "text": ["below: learned"] * len(levels)},
            x=steps[-1], y=low, text="",
        ),
        "_frame": {"x": [0, steps[-1]], "y": [low, high]},
    }  # fmt: skip
    for parity in PARITIES:
        own = (steps % 2 == PARITIES.index(parity)) & (values > 0)
        rows = {"x": steps[own], "y": values[own]}
        tables[parity] = layers.or_hidden(rows, x=0, y=low)
        few = own.sum() <= FEW
        tables[f"_points_{parity}"] = layers.or_hidden(
            {name: column[: None if few else 0] for name, column in rows.items()}, x=0, y=low
        )
    return tables


def _loss_draw(style: Style):
    across, up = layers.x(title="step k", format="~s"), layers.y(title="loss", log=True)
    curves = [
        layers.unless_hidden(layers.curve(parity, across, up, colour_of(parity, style), width=width))
        for parity, width in zip(PARITIES, (2.6, 1.1))
    ]
    points = [
        layers.unless_hidden(
            layers.points(f"_points_{parity}", across, up, colour_of(parity, style), size=20)
        )
        for parity in PARITIES
    ]
    return alt.layer(
        layers.frame(across, up),
        layers.unless_hidden(layers.faint_rule("level", style, up=up)),
        *curves,
        *points,
        layers.unless_hidden(
            layers.label("_level_name", across, up, style.muted, align="right", dx=-2, dy=-7)
        ),
    )


def _loss_describe(study: Study) -> str:
    losses = study.objective.value(study.last_states[-2:])
    by_parity = {PARITIES[k % 2]: loss for k, loss in zip(study.last_steps[-2:], losses)}
    learned = "learned" if study.learned else "not learned"
    return (
        f"{loss_name(study)} from step 0 to {count_of(study.last_steps[-1])}, blue odd, orange even, no "
        f"extreme left out. At the end {by_parity['odd']:.4g} (odd) and {by_parity['even']:.4g} (even): "
        f"{learned} (level {study.learned_level:.3g})."
    )


LOSS = Figure(
    name="loss",
    title="Loss, odd and even steps apart",
    data=_loss_data,
    draw=_loss_draw,
    describe=_loss_describe,
    height=176,
    compare="even",
)


# Gaps between iterates


def _gap(study: Study, curve: Curve) -> dict:
    """The gaps of a run as long as it has not escaped; a point at step 0 where there are none."""
    keep = np.isfinite(curve.values) & (curve.steps <= study.last_steps[-1] - 2)
    if not keep.any():
        return {"x": np.zeros(1, int), "y": np.ones(1)}
    return {"x": curve.steps[keep], "y": np.maximum(curve.values[keep], SMALLEST_GAP)}


def _gaps_data(study: Study) -> dict:
    one, two = _gap(study, study.gaps_1), _gap(study, study.gaps_2)
    low, high = _decades(one["y"], two["y"])
    away = (high / low) ** NAME_FACTOR
    middle = len(one["y"]) * 2 // 3
    levels = [float(np.median(gap["y"][middle:])) for gap in (one, two)]
    raised = [levels[0] >= levels[1], levels[1] > levels[0]]
    heights = [
        gap["y"][middle:].max() * away if up else gap["y"][middle:].min() / away
        for gap, up in zip((one, two), raised)
    ]
    end = float(one["x"][-1])
    return {
        "one_step": one,
        "two_steps": two,
        "_name_one": {"x": [end], "y": [heights[0]], "text": ["one step apart"]},
        "_name_two": {"x": [end], "y": [heights[1]], "text": ["two steps apart"]},
        "_frame": {"x": [0, max(end, 1.0)], "y": [min(low, heights[0], heights[1]) / away, high * away]},
    }


def _gaps_draw(style: Style):
    across = layers.x(title="step k", format="~s")
    up = layers.y(title="max |f̂[k+p] − f̂[k]|", log=True)
    first, second = style.ink, style.series[1]
    return alt.layer(
        layers.frame(across, up),
        layers.curve("one_step", across, up, first, width=1.3),
        layers.curve("two_steps", across, up, second, width=1.6),
        layers.label("_name_one", across, up, first, align="right", dx=-2, dy=3),
        layers.label("_name_two", across, up, second, align="right", dx=-2, dy=3),
    )


def _gaps_describe(study: Study) -> str:
    if study.last_steps[-1] < study.gaps_1.steps[0] + 2:
        return "The run escapes before a gap can be measured."
    one, two = (_gap(study, gaps)["y"][-1] for gaps in (study.gaps_1, study.gaps_2))
    return f"At the end {one:.2g} one step apart and {two:.2g} two apart: {_reading(study)}."


def _reading(study: Study) -> str:
    """What the two gaps say together."""
    one, two = study.gaps_1.values[-1], study.gaps_2.values[-1]
    alternates = one > max(two, ROUNDING * np.abs(study.last_functions[-1]).max())
    if study.limit.kind is LimitKind.DIVERGENT:
        return "the run escapes"
    if study.limit.period == 1:
        return "a damped alternation" if alternates else "the function has come to rest"
    if study.limit.period == 2:
        return "a cycle: it moves, and returns every second step"
    if study.limit.period > 2:
        return f"it moves either way: period {study.limit.period}"
    if alternates and study.limit.kind is LimitKind.UNDECIDED:
        return "an alternation whose end is not in sight"
    return "still moving" if study.limit.kind is LimitKind.UNDECIDED else "it returns after neither"


GAPS = Figure(
    name="gaps",
    title="How far the function moves",
    data=_gaps_data,
    draw=_gaps_draw,
    describe=_gaps_describe,
    height=196,
)


# Sharpness


def _sharpness_data(study: Study) -> dict:
    curve, edge = study.sharpness, 2.0 / study.params.step_size
    keep = np.isfinite(curve.values) & (curve.values > 0)
    rows = {"x": curve.steps[keep], "y": curve.values[keep]}
    low, high = _decades(curve.values[keep], np.array([edge]))
    return {
        "sharpness": layers.or_hidden(rows, x=1, y=edge),
        "allowed": {"y": [edge]},
        "_names": {
            "x": [study.last_steps[-1]],
            "y": [edge],
            "text": [f"2/δ = {edge:.4g} for the loss {loss_name(study)}"],
        },
        "_frame": {"x": [1, study.last_steps[-1]], "y": [low, high]},
    }


def _sharpness_draw(style: Style):
    across, up = layers.x(title="step k", log=True), layers.y(title="λ_max of the exact Hessian", log=True)
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("allowed", style, up=up),
        layers.unless_hidden(layers.curve("sharpness", across, up, style.measured)),
        layers.unless_hidden(layers.points("sharpness", across, up, style.measured, size=22)),
        layers.on_picture("_names", across, up, style, align="right", dx=-2, dy=16),
    )


def _sharpness_describe(study: Study) -> str:
    curve, edge = study.sharpness, 2.0 / study.params.step_size
    last = curve.values[len(curve.values) // 2 :] / edge
    return (
        f"λ_max along training, units of the trained loss {loss_name(study)}. In the second half of the "
        f"points it lies between {last.min():.3g} and {last.max():.3g} times 2/δ; the run: {study.outcome}."
    )


SHARPNESS = Figure(
    name="sharpness",
    title="Sharpness along training",
    data=_sharpness_data,
    draw=_sharpness_draw,
    describe=_sharpness_describe,
    height=340,
)
