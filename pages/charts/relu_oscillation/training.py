"""A ReLU network along training: loss by parity, how far its function moves, sharpness against 2/δ."""

import numpy as np

from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.relu_oscillation.outcomes import alternates, drift, over_what
from pages.charts.relu_oscillation.parity import COLOURS, PARITIES, by_parity
from stepsize_core.limits.recurrence import HORIZON, STILL
from stepsize_core.paper import relu_oscillation
from stepsize_core.paper.relu_oscillation import Curve, Outcome, Study

SMALLEST_GAP = 1e-17  # gaps of exactly 0 are drawn here
FEW = 20  # losses of one parity that are drawn as points too, since a line needs more than one
NAME_FACTOR = 0.1  # of the decades shown, between a curve and its name
THOUSANDS = {"format": "~s"}


def loss_name(study: Study) -> str:
    """The loss that is trained, in formula."""
    return relu_oscillation.loss_name(study.objective.loss_scale)


def _decades(*values) -> tuple[float, float]:
    """The smallest and the largest positive value, with some room; a tenth either way where all are equal."""
    given = np.concatenate(values)
    positive = given[given > 0]
    low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
    room = max((high / low) ** 0.06, 1.1)
    return low / room, high * room


@figure("Loss, odd and even steps apart", height=176, compare="even")
def LOSS(study: Study, draw: Drawing) -> str:
    k, losses = study.losses.steps, study.losses.values
    levels = [study.learned_level] if study.learned_level > 0 else []
    low, high = _decades(losses, levels)
    nowhere = {"x": 0, "y": low}
    own = {parity: (k % 2 == i) & (losses > 0) for i, parity in enumerate(PARITIES)}

    def rows(keep: np.ndarray) -> Table:
        return {"x": k[keep], "y": losses[keep]}

    draw.axes("step k", "loss", log="y", x=THOUSANDS, frame={"x": [0, k[-1]], "y": [low, high]})
    draw.hline("level", {"y": levels}, look="muted", empty={"y": low})
    for parity, width in zip(PARITIES, (2.6, 1.1)):
        draw.curve(parity, rows(own[parity]), look=COLOURS[parity], width=width, empty=nowhere)
    for parity in PARITIES:
        few = own[parity] & (own[parity].sum() <= FEW)
        draw.points(f"_points_{parity}", rows(few), look=COLOURS[parity], size=20, empty=nowhere)

    name = {"x": k[-1], "y": levels, "text": "below: learned"}
    right = {"x": k[-1], "y": low}
    draw.label("_level_name", name, look="muted", align="right", dx=-2, dy=-7, empty=right)

    last = by_parity(study, study.objective.value(study.last_states[-2:]))
    learned = "learned" if study.learned else "not learned"
    most = "" if study.limit.period == 1 else "at most "
    reached = f", {most}{study.final_loss:.4g} {over_what(study)}"
    seen = study.limit.period == 2 or study.outcome in (Outcome.LEARNED, Outcome.POOR_FIT)
    return (
        f"{loss_name(study)} from step 0 to {k[-1]:,}, blue odd, orange even, no "
        f"extreme left out. At the end {last['odd']:.4g} (odd) and {last['even']:.4g} (even)"
        f"{'' if seen else reached}: {learned} (level {study.learned_level:.3g})."
    )


@figure("How far the function moves", height=196)
def GAPS(study: Study, draw: Drawing) -> str:
    one, two = _gap(study, study.gaps_1), _gap(study, study.gaps_2)
    low, high = _decades(one["y"], two["y"])
    away, end = (high / low) ** NAME_FACTOR, float(one["x"][-1])
    tails = [gap["y"][len(one["y"]) * 2 // 3 :] for gap in (one, two)]
    above, below = [tail.max() * away for tail in tails], [tail.min() / away for tail in tails]
    first_higher = np.median(tails[0]) >= np.median(tails[1])
    heights = [above[0], below[1]] if first_higher else [below[0], above[1]]

    frame = {"x": [0, max(end, 1.0)], "y": [min(low, *heights) / away, high * away]}
    draw.axes("step k", "max |f̂[k+p] − f̂[k]|", log="y", x=THOUSANDS, frame=frame)
    draw.curve("one_step", one, look="ink", width=1.3)
    draw.curve("two_steps", two, look="second", width=1.6)
    for name, word, height, look in zip(("one", "two"), ("step", "steps"), heights, ("ink", "second")):
        label = {"x": end, "y": height, "text": f"{name} {word} apart"}
        draw.label(f"_name_{name}", label, look=look, align="right", dx=-2, dy=3)

    if not len(study.gaps_1.steps):
        return "The run escapes before a gap can be measured."
    last_one, last_two = study.gaps_1.values[-1], study.gaps_2.values[-1]
    return f"At the end {last_one:.2g} one step apart and {last_two:.2g} two apart: {_reading(study)}."


def _gap(study: Study, curve: Curve) -> Table:
    """The gaps of a run; a point at step 0 where it escapes before there are any."""
    if not len(curve.steps):
        return {"x": np.zeros(1, int), "y": np.ones(1)}
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


@figure("Sharpness along training", height=340)
def SHARPNESS(study: Study, draw: Drawing) -> str:
    curve, edge, end = study.sharpness, 2.0 / study.params.step_size, study.last_steps[-1]
    keep = np.isfinite(curve.values) & (curve.values > 0)
    rows = {"x": curve.steps[keep], "y": curve.values[keep]}
    frame = {"x": [1, end], "y": _decades(rows["y"], [edge])}
    name = {"x": end, "y": edge, "text": f"2/δ = {edge:.4g} for the loss {loss_name(study)}"}

    draw.axes("step k", "λ_max of the exact Hessian", log="xy", frame=frame)
    draw.hline("allowed", {"y": edge})
    draw.curve("sharpness", rows, empty={"x": 1, "y": edge})
    draw.points("sharpness", size=22)
    draw.name("_names", name, align="right", dx=-2, dy=16)

    last = curve.values[len(curve.values) // 2 :] / edge
    return (
        f"λ_max along training, units of the trained loss {loss_name(study)}. In the second half of the "
        f"points it lies between {last.min():.3g} and {last.max():.3g} times 2/δ; the run: {study.words}."
    )
