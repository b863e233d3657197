"""How widely a run under batches is spread, over the step size."""

from dataclasses import fields

import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import draw_chosen_below
from stepsize_core.paper import oscillation_or_noise as phenomenon
from stepsize_core.paper.oscillation_or_noise import RANGES, Spreads, Study
from stepsize_core.paper.oscillation_or_noise.amplitude import PATHS, SEEN
from stepsize_core.paper.oscillation_or_noise.cases import EXAMPLE_1, EXAMPLE_2
from stepsize_core.paper.oscillation_or_noise.theory import CURVATURE

FARTHER = 0.5, 1.0, 2.0, 4.0  # where the axis of Example 2 ends if δ lies beyond its range
AS_WIDE = 4.0  # σ_B times this is the δ at which the noise of a step of Example 1 equals the amplitude
ROOM = 1.6  # times the least and the most that is measured
APART = 0.8  # below this share of a curve another one is seen as one of its own
CURVES = "predicted", "law", "silent"
SAMPLED = 80  # places that a name may stand at
NAME = 0.4  # share of the width that the longest name takes on a narrow screen
NOTHING = Spreads(*[np.zeros(0)] * len(fields(Spreads)))


def _over_step_sizes(study: Study) -> tuple[Call, ...]:
    p = study.params
    of_noise = (p.batch, p.noise, p.seed) if p.source in RANGES else ()
    return (call(phenomenon.spreads, p.source, *of_noise),)


@figure("Spread over the step size", height=300, also=_over_step_sizes)
def SPREAD(study: Study, found: Spreads | None, draw: Drawing) -> str:
    p, of_size = study.params, study.params.source == EXAMPLE_1
    low, high = RANGES[EXAMPLE_1 if of_size else EXAMPLE_2]
    low, high = min(low, p.step_size), next(end for end in (high, *FARTHER) if end >= p.step_size)
    draw.blank = found is None or not study.sigma > 0.0
    shown = NOTHING if draw.blank else found
    sizes = np.abs(study.record) if of_size else study.record
    own = [] if study.law is None else [float(sizes.std())]
    seen = np.append(shown.measured[np.isfinite(shown.measured)], own)
    draw.blank |= not len(seen)
    ends = (float(seen.min()), float(seen.max())) if len(seen) else (1.0, 1.0)
    up = ends[0] / ROOM, ROOM * max(ends[1], high**2 / 4.0 if of_size else 0.0)
    frame = {"step_size": [low, high], "spread": [*up]}
    draw.axes("step size δ", "standard deviation of x, or |x|", log="xy", frame=frame, whole=True)
    none = {"step_size": low, "spread": up[0]}
    critical = AS_WIDE * study.sigma if of_size else 2.0 / CURVATURE
    known = not draw.blank and low < critical < high
    rule = {"step_size": [critical] * known, "spread": [up[1]] * known}
    rule["text"] = ["δ = 4σ_B" if of_size else "2/a = 0.2"] * known
    draw.vline("threshold", rule, empty=none)
    _curves(draw, shown, none)
    _names(draw, shown, up, none, of_size=of_size)
    draw.name("threshold", look="theory", inside=True, align="left", dx=5, dy=10)
    draw_chosen_below(draw, p.step_size, (low, high))
    point = {"step_size": [p.step_size] * len(own), "spread": own}
    draw.points("record", point, look="chosen", size=90, empty=none)
    draw.grip(x="step_size", snaps=[critical] if known else [])
    return _sentence(study, found)


def _curves(draw: Drawing, found: Spreads, none: dict) -> None:
    """The transfer operator's curve, the closed form, the run without noise, and what is measured."""
    lines = (
        ("silent", {"look": "muted", "width": 1.6}),
        ("predicted", {"look": "theory", "dash": (), "width": 2.0}),
        ("law", {"look": "theory"}),
    )
    for name, look in lines:
        values = getattr(found, name)
        kept = values >= none["spread"]
        draw.curve(name, {"step_size": found.fine[kept], "spread": values[kept]}, empty=none, **look)
    kept = found.measured > 0.0
    middle, error = found.measured[kept], found.errors[kept]
    table = {
        "step_size": found.step_sizes[kept], "spread": middle,
        "low": np.maximum(middle - error, none["spread"]), "high": middle + error,
    }  # fmt: skip
    ends = none | {"low": none["spread"], "high": none["spread"]}
    draw.mark("rule", "measured", table, xy=("step_size", "low"), y2="high", look="ink", empty=ends)
    draw.points("measured", size=40, xy=("step_size", "spread"))


def _names(draw: Drawing, found: Spreads, up: tuple[float, float], none: dict, *, of_size: bool) -> None:
    """Each curve's name beside it, where it stands apart from the others."""
    at, lines = _sampled(found) if of_size else (found.fine, {name: getattr(found, name) for name in CURVES})
    predicted, law, silent = lines.values()
    above = np.log(law / np.where(np.isnan(predicted), law, predicted))
    left, right = {"align": "left"}, {"align": "right"}
    names = (
        (True, "predicted", "transfer operator", _freest(*lines.values(), up), left | {"dx": 6, "dy": 14}),
        (True, "law", "δσ_B", above, right | {"dx": -4, "dy": -9}),
        (True, "silent", "amplitude δ²/4", _up_to(0.2, silent, up), left | {"dx": 9, "dy": 5}),
        (False, "predicted", "transfer operator", _up_to(0.25, predicted, up), left | {"dx": 6, "dy": 12}),
        (False, "law", "linear model", _up_to(0.7, law, up), right | {"dx": -9}),
        (False, "silent", "no noise", _up_to(0.25, silent, up), left | {"dx": 9}),
    )
    for size, name, text, merit, place in names:
        merit = np.where(np.isfinite(merit) & (size == of_size), merit, -np.inf)
        best = np.flatnonzero((merit == merit.max(initial=-np.inf)) & (merit > -np.inf))[-1:]
        table = {"step_size": at[best], "spread": lines[name][best], "text": [text] * len(best)}
        look = "ink" if name == "silent" else "theory"
        draw.name(f"_{name}_of_{'size' if size else 'x'}", table, look=look, inside=True, empty=none, **place)


def _sampled(found: Spreads) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The step sizes and the curves of Example 1 at equal ratios."""
    if not len(found.fine):
        return found.fine, {name: found.fine for name in CURVES}
    at, fine = np.linspace(*np.log(found.fine[[0, -1]]), SAMPLED), np.log(found.fine)
    return np.exp(at), {name: np.exp(np.interp(at, fine, np.log(getattr(found, name)))) for name in CURVES}


def _up_to(share: float, values: np.ndarray, up: tuple[float, float]) -> np.ndarray:
    """How high on the axis values are, of those inside it up to a share of its height; of higher ones
    how low, below 0; −∞ of others."""
    height = np.log(np.maximum(values, 1e-300) / up[0]) / np.log(up[1] / up[0])
    return np.where((height >= 0.0) & (height <= 1.0), np.where(height <= share, height, -height), -np.inf)


def _freest(
    predicted: np.ndarray, law: np.ndarray, silent: np.ndarray, up: tuple[float, float]
) -> np.ndarray:
    """The room below the predicted curve, down to the next one, over the length of its name to the right."""
    below = [np.where(line < APART * predicted, line, up[0]) for line in (law, silent)]
    room = np.log(predicted / np.maximum(np.maximum(*below), up[0]))
    length, known = int(NAME * SAMPLED), np.isfinite(room)
    free = np.where(known, room, np.inf)
    return np.array([free[i : i + length].min() if known[i] else -np.inf for i in range(len(room) - length)])


def _sentence(study: Study, found: Spreads | None) -> str:
    p, of_size = study.params, study.params.source == EXAMPLE_1
    if found is None:
        return "The spread has a law for Examples 1 and 2, where δ is chosen and the noise is known."
    if not study.sigma > 0.0:
        return "The full batch has no noise: nothing spreads about the orbit."
    if np.isnan(found.measured).all():
        return f"Of {PATHS} paths some leave at every step size of the picture: the noise is too large."
    discs = f"Discs: {PATHS} paths of {SEEN:,} steps each, seed {p.seed}, with standard errors"
    if of_size:
        solid = " Solid: |x| by the transfer operator." if np.isfinite(found.predicted).any() else ""
        return (
            f"{discs}.{solid} Dashed: δσ_B, for small noise. Thin: the amplitude δ²/4. At δ = 4σ_B the "
            "noise of a step is as wide as the amplitude."
        )
    return (
        f"{discs}; none where paths leave. Solid: transfer operator; dashed: √(δσ_B²/(2a − δa²)) of the "
        "linear model, a = f″(2) = 10, without bound at 2/a. Thin: the run without noise."
    )
