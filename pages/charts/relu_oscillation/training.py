"""A ReLU network along training: loss by parity, how far its function moves, sharpness against 2/δ."""

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends, Table
from pages.charts.kit.figure import figure
from pages.charts.relu_oscillation.outcomes import alternates, drift, loss_in_words, over_what
from pages.charts.relu_oscillation.parity import (
    COLOURS,
    PARITIES,
    by_parity,
    draw_now,
    played_losses,
    played_steps,
)
from stepsize_core.limits.recurrence import HORIZON, STILL
from stepsize_core.paper import relu_oscillation
from stepsize_core.paper.relu_oscillation import Curve, Outcome, Study
from stepsize_core.paper.relu_oscillation.studies import FLAT, IN_A_ROW
from stepsize_core.paper.runs import counted

SMALLEST_GAP = 1e-17  # gaps of exactly 0 are drawn here
FEWEST = 5  # steps of a run that escapes after which its curves are worth drawing
FEW = 20  # losses of one parity that are drawn as points too, since a line needs more than one
NAME_FACTOR = 0.1  # of the decades shown, between a curve and its name
NAMED_UP_TO = 0.85  # of the width, for the names of curves
NAMED_APART = 0.4  # losses whose logarithms are nearer have one name for both curves
NAME_ROOM = 0.08  # share of the height between a curve and its name, at least
ROUNDED = 1e-9  # of the level that counts as learned: smaller losses are all drawn as 0
LABEL_WIDTH = 38  # of the axis labels, so that pictures above each other share their left edge
POSITIVE = (
    "datum.value < 0 ? '' : datum.value == 0 ? '0' : "
    "datum.value < 1e-4 ? format(datum.value, '.2~e') : datum.label"
)
FLAT_NAME = {"align": "right", "dx": -4, "dy": -12}


def loss_name(study: Study) -> str:
    """The loss that is trained, in formula."""
    return relu_oscillation.loss_name(study.objective.loss_scale) + study.units.words


def _decades(*values) -> tuple[float, float]:
    """The smallest and the largest positive value, with some room; a tenth either way where all are equal."""
    given = np.concatenate(values)
    positive = given[given > 0]
    low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
    room = max((high / low) ** 0.06, 1.1)
    return low / room, high * room


def _held(draw: Drawing, axis: str, wanted: Ends, values: np.ndarray) -> Ends:
    """The ends of a log axis, which stand while the positive values fit."""
    positive = values[values > 0]
    visited = (positive.min(), positive.max()) if len(positive) else wanted
    low, high = draw.hold(axis, tuple(np.log10(wanted)), tuple(np.log10(visited)))
    return 10.0**low, 10.0**high


@figure("Loss of the whole run, odd and even steps apart", height=170, compare="even")
def LOSS(study: Study, draw: Drawing) -> str:
    seen = (study.losses.steps > 0) & (study.losses.values > 0)
    k, losses = study.losses.steps[seen], study.losses.values[seen]
    levels, last = [study.learned_level] if study.learned_level > 0 else [], int(study.last_steps[-1])
    low, high = _held(draw, "loss", _decades(losses, levels), losses)
    nowhere = {"k": 1, "loss": low}
    frame = {"k": [1, max(last, 2)], "loss": [low, high]}
    draw.axes("step k", "loss", log="xy", y={"minExtent": LABEL_WIDTH}, frame=frame, whole=True)
    draw.hline("level", {"loss": levels}, look="muted", empty={"loss": low})
    own = {parity: k % 2 == i for i, parity in enumerate(PARITIES)}
    for parity, width in zip(PARITIES, (2.6, 1.3)):
        rows = {"k": k[own[parity]], "loss": losses[own[parity]]}
        few = {name: column[: FEW if len(column) <= FEW else 0] for name, column in rows.items()}
        line = {"look": COLOURS[parity], "empty": nowhere, "strokeJoin": "round"}
        draw.curve(parity, rows, width=width, **line)
        draw.points(f"_points_{parity}", few, look=COLOURS[parity], size=20, empty=nowhere)

    _name_level(draw, levels, k, losses)
    rounding = study.losses.values[-1] < ROUNDED * study.learned_level
    flat = 2 * study.flat_from <= last and not study.escape and not rounding
    alike = {"k": last, "loss": losses[-2:].max(initial=low)}
    level_off = f"flat from step {study.flat_from:,} on" if flat else ""
    draw.name("_flat", alike | {"text": level_off}, **FLAT_NAME)
    for parity, name in _loss_names(k, losses, own, np.log(high / low)).items():
        draw.name(f"_name_{parity}", name, look=COLOURS[parity], align="left", dx=7, dy=4, empty=nowhere)
    played = played_losses(study)
    draw_now(draw, _now(draw, study, played), ("k", "loss"))

    draw.blank = study.escape > 0 and last < FEWEST
    if draw.blank:
        return f"The run escapes at step {study.escape:,}, too soon for a curve of its loss."
    ends = by_parity(study, study.objective.losses(study.last_states[-2:]))
    learned = "learned" if study.learned else "not learned"
    most = "" if study.limit.period == 1 else "at most "
    reached = f", {most}{loss_in_words(study.final_loss)} {over_what(study)}"
    told = study.limit.period == 2 or study.outcome in (Outcome.LEARNED, Outcome.POOR_FIT)
    within = f", each within {FLAT:.0%} of its last from step {study.flat_from:,} on" if flat else ""
    odd, even = loss_in_words(ends["odd"]), loss_in_words(ends["even"])
    return (
        f"At the end {odd} (odd) and {even} (even){'' if told else reached}{within}: {learned} (level "
        f"{study.learned_level:.3g}). {loss_name(study)} at steps 1 to {last:,}, no extreme left out."
    )


def _name_level(draw: Drawing, levels: list[float], k: np.ndarray, losses: np.ndarray) -> None:
    """The name of the level that counts as learned, at the side where the curve is farther from it."""
    away = np.abs(np.log(losses[[0, -1]] / (levels or [1.0]))) if len(k) else np.zeros(2)
    for side, dx, here in (("left", 5, away[0] >= away[1]), ("right", -5, away[0] < away[1])):
        name = {"k": k[[0 if side == "left" else -1]] if len(k) else [1], "loss": levels[:1] or [1.0]}
        shown = {**name, "text": ["below: learned" if here and levels else ""]}
        draw.label(f"_level_{side}", shown, look="muted", align=side, dx=dx)


def _now(draw: Drawing, study: Study, losses: np.ndarray) -> str:
    """The name of a table of the losses that the playback shows; those of 0 stand nowhere on a log axis."""
    shown = np.where(losses > 0, losses, np.nan)
    draw.mark("point", "_now", {"k": played_steps(study), "loss": shown}, size=0, opacity=0, tooltip=None)
    return "_now"


def _loss_names(
    k: np.ndarray, losses: np.ndarray, own: dict[str, np.ndarray], span: float
) -> dict[str, Table]:
    """The names of the curves where they are farthest apart, one for both where they nowhere part.

    span: of the logarithms on the axis.
    """
    curves = [(k[own[parity]], np.log(losses[own[parity]])) for parity in PARITIES]
    nothing = {"k": k[:0], "loss": losses[:0], "text": []}
    if min(len(steps) for steps, _ in curves) < 2:
        return dict.fromkeys(PARITIES, nothing)
    even, odd = (np.interp(np.log(k), np.log(steps), values) for steps, values in curves)
    there = np.log(k) < NAMED_UP_TO * np.log(k[-1])
    i = int(np.where(there, np.abs(even - odd), 0.0).argmax())
    if abs(even[i] - odd[i]) < NAMED_APART:
        middle = len(k) // 2
        both = {"k": k[middle], "loss": losses[middle] * np.exp(NAMED_APART), "text": "odd and even"}
        return {"even": nothing, "odd": both}
    up = np.array([1.0, -1.0]) * np.sign(even[i] - odd[i]) * max(NAMED_APART, NAME_ROOM * span)
    return {
        parity: {"k": k[i], "loss": np.exp(value[i] + aside), "text": parity}
        for parity, value, aside in zip(PARITIES, (even, odd), up)
    }


@figure("Loss at the last steps", height=170)
def LAST_LOSSES(study: Study, draw: Drawing) -> str:
    k, losses = played_steps(study), played_losses(study)
    lowest, highest = float(losses.min()), float(losses.max())
    span = max(highest - lowest, 0.1 * highest, ROUNDED * study.learned_level) or 1.0
    middle = (lowest + highest) / 2.0
    ends = draw.hold("loss", (middle - 1.1 * span, middle + 1.1 * span), (lowest, highest))
    ticks = {"minExtent": LABEL_WIDTH, "tickCount": 4, "labelExpr": POSITIVE}
    whole = {"format": ",d", "tickMinStep": 1, "tickCount": 5}
    frame = {"k": [k[0], max(k[-1] + 0.5, k[0] + 1.0)], "loss": ends}
    draw.axes("step k", "loss", x=whole, y=ticks, frame=frame, whole=True)
    for i, parity in enumerate(PARITIES):
        own = k % 2 == i
        rows, nowhere = {"k": k[own], "loss": losses[own]}, {"k": k[0], "loss": ends[0]}
        draw.curve(parity, rows, look=COLOURS[parity], width=2.25, empty=nowhere, strokeJoin="round")
        draw.points(parity, look=COLOURS[parity], size=24)
    draw.mark("point", "_all", {"k": k, "loss": losses}, size=0, opacity=0, tooltip=None)
    draw_now(draw, "_all", ("k", "loss"))
    last = by_parity(study, study.objective.losses(study.last_states[-2:]))
    alike = abs(last["odd"] - last["even"]) < 0.05 * span
    higher = max(last, key=last.get)
    words = {parity: f"{parity} {loss_in_words(loss)}" for parity, loss in last.items()}
    if alike:
        same = loss_in_words(last["odd"]) == loss_in_words(last["even"])
        both = f"odd and even {loss_in_words(last['odd'])}" if same else f"{words['odd']}, {words['even']}"
        words = {"odd": both, "even": ""}
    for parity, loss in last.items():
        above = parity == higher or alike
        place = {"k": k[-1], "loss": loss + (0.34 if above else -0.34) * span, "text": words[parity]}
        draw.name(f"_name_{parity}", place, look=COLOURS[parity], align="right", dx=-2, dy=4, size=13)
    draw.blank = study.escape > 0
    if draw.blank:
        return f"The run escapes at step {study.escape:,}: there are no last steps to tell apart."
    said = f"{last['odd']:.6g} (odd) and {last['even']:.6g} (even)"
    first, between = f"Steps {k[0]:,} to {k[-1]:,}", f"between {lowest:.6g} and {highest:.6g}"
    return f"{first} one by one, the last two at {said}; all of them lie {between}."


@figure("How far the function moves", height=196)
def GAPS(study: Study, draw: Drawing) -> str:
    study = study.as_given
    one, two = _gap(study, study.gaps_1), _gap(study, study.gaps_2)
    low, high = _decades(one["y"], two["y"])
    away, end = (high / low) ** NAME_FACTOR, float(one["x"][-1])
    tails = [gap["y"][len(one["y"]) * 2 // 3 :] for gap in (one, two)]
    above, below = [tail.max() * away for tail in tails], [tail.min() / away for tail in tails]
    first_higher = np.median(tails[0]) >= np.median(tails[1])
    heights = [above[0], below[1]] if first_higher else [below[0], above[1]]

    frame = {"x": [1, max(end, 2.0)], "y": [min(low, *heights) / away, high * away]}
    draw.axes("step k", "max |f̂[k+p] − f̂[k]|", log="xy", frame=frame, whole=True)
    draw.curve("one_step", one, look="ink", width=1.3)
    draw.curve("two_steps", two, look="second", width=1.6)
    for name, word, height, look in zip(("one", "two"), ("step", "steps"), heights, ("ink", "second")):
        label = {"x": end, "y": height, "text": f"{name} {word} apart"}
        draw.label(f"_name_{name}", label, look=look, align="right", dx=-2, dy=3)

    draw.blank = not len(study.gaps_1.steps)
    if draw.blank:
        return "The run escapes before a gap can be measured."
    last_one, last_two = study.gaps_1.values[-1], study.gaps_2.values[-1]
    return f"At the end {last_one:.2g} one step apart and {last_two:.2g} two apart: {_reading(study)}."


def _gap(study: Study, curve: Curve) -> Table:
    """The gaps of a run; a point at step 1 where it escapes before there are any."""
    if not len(curve.steps):
        return {"x": np.ones(1, int), "y": np.ones(1)}
    return {"x": curve.steps, "y": np.maximum(curve.values, SMALLEST_GAP)}


def _reading(study: Study) -> str:
    """What the two gaps say together."""
    ahead = max(HORIZON, study.params.n_steps)
    return {
        Outcome.ESCAPED: "the run escapes",
        Outcome.DEAD: "every unit is dead",
        Outcome.LEARNED: f"at rest, f̂ will change by less than {STILL:.0%} in {ahead:,} further steps",
        Outcome.POOR_FIT: f"at rest, f̂ will change by less than {STILL:.0%} in {ahead:,} further steps",
        Outcome.ALTERNATION: "a damped alternation",
        Outcome.CYCLE: "a cycle: it moves, and returns every second step"
        if study.limit.period == 2
        else f"it moves either way: period {study.limit.period}",
        Outcome.APERIODIC: "it returns after neither",
        Outcome.DRIFTING: f"it drifts on, {drift(study)}",
        Outcome.MOVING: "an alternation whose end is not in sight" if alternates(study) else "still moving",
    }[study.outcome]


@figure("Sharpness along training, odd and even steps apart", height=300)
def SHARPNESS(study: Study, draw: Drawing) -> str:
    curve, edge, last = study.sharpness, 2.0 / study.params.step_size, int(study.last_steps[-1])
    shown = curve.values[np.isfinite(curve.values) & (curve.values > 0)]
    low, high = _held(draw, "sharpness", _decades(shown, [edge]), np.append(shown, edge))
    nowhere = {"k": 1, "low": edge, "high": edge}
    frame = {"k": [1, max(last, 2)], "low": [low, high]}
    title = "λ_max of the exact Hessian"
    draw.axes("step k", title, log="xy", y={"minExtent": LABEL_WIDTH}, frame=frame, whole=True)
    draw.hline("allowed", {"low": edge})
    bands = {parity: _envelope(curve, i) for i, parity in enumerate(PARITIES)}
    for parity, width in zip(PARITIES, (3.0, 1.5)):
        look, area = COLOURS[parity], {"y2": "high", "empty": nowhere, "fillOpacity": 0.25, "clip": True}
        draw.mark("area", parity, bands[parity], look=look, **area)
        for side in ("low", "high"):
            draw.curve(parity, xy=("k", side), look=look, width=width, strokeJoin="round")
    above = max(bands, key=lambda parity: bands[parity]["high"][-1:].sum())
    for parity, band in bands.items():
        side, aside = ("high", 1.0 + NAME_FACTOR) if parity == above else ("low", 1.0 / (1.0 + NAME_FACTOR))
        name = {"k": band["k"][-1:], "low": band[side][-1:] * aside, "text": [parity] * len(band["k"][-1:])}
        draw.name(f"_name_{parity}", name, look=COLOURS[parity], align="right", dx=-2, dy=4, empty=nowhere)
    name = {"k": 1, "low": edge, "text": f"2/δ = {loss_in_words(edge)}"}
    draw.name("_names", name, look="theory", align="left", dx=4, dy=-8)

    draw.blank = study.escape > 0 and last < FEWEST
    if draw.blank:
        return f"The run escapes at step {study.escape:,}, too soon for a curve of λ_max."
    ratios = curve.values[-1] * study.params.step_size / 2.0
    odd = curve.steps[-1] % 2 == 1
    sides = ("odd", odd), ("even", ~odd)
    said = " and ".join(f"{_range(ratios[own])} ({parity})" for parity, own in sides if own.any())
    return (
        f"At the last {counted(len(ratios), 'step')} λ_max lies at {said} times 2/δ; the run: {study.words}. "
        f"Bands: the least and the largest of up to {IN_A_ROW} steps in a row; units of the trained loss "
        f"{loss_name(study)}."
    )


def _range(values: np.ndarray) -> str:
    low, high = f"{values.min():.4g}", f"{values.max():.4g}"
    return low if low == high else f"{low} to {high}"


def _envelope(curve: Curve, parity: int) -> Table:
    """The least and the largest value of the odd or the even steps among those in a row."""
    own = (curve.steps % 2 == parity) & np.isfinite(curve.values) & (curve.values > 0)
    rows = own.any(axis=1)
    steps, values, own = curve.steps[rows], curve.values[rows], own[rows]
    low, high = (np.where(own, values, end) for end in (np.inf, -np.inf))
    return {"k": steps[:, 0], "low": low.min(axis=1), "high": high.max(axis=1)}
